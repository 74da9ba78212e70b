// Checkpoints: a matrix and what belongs to it, as a .npy file whose name carries its hash and a JSON
// manifest whose rename is the moment of saving. It exports all that the core does with files, which
// a browser leaves out.

import { describe } from "../check/describe.ts";
import { dtypeOf } from "../check/dtype.ts";
import { checkObject, checkOptions, type OptionNames } from "../check/options.ts";
import { commit } from "./_commit.ts";
import { explained, type Task } from "./_file_errors.ts";
import type { JsonObject, JsonValue } from "./_json_text.ts";
import { type Checkpoint, type CheckpointMatrix, load } from "./_load.ts";
import { encodeManifest, sha256Of } from "./_manifest.ts";
import { checkLengths, matrixName, plainMatrixName } from "./_names.ts";
import { taskAt } from "./_path.ts";
import { encodeNpy } from "./npy.ts";

export { readSentences } from "./sentences.ts";
export type { Checkpoint, CheckpointMatrix, JsonObject, JsonValue };

/** What {@linkcode writeCheckpoint} writes. */
export interface CheckpointInput {
  /** The matrix; every bit of it is kept. */
  readonly matrix: CheckpointMatrix;
  /** How the module was made, such as an embedding's paddingIdx; `{}` by default. */
  readonly options?: JsonObject;
  /** Whatever the caller adds, such as a vocabulary; `{}` by default. */
  readonly metadata?: JsonObject;
}

/**
 * Saves a matrix, options and metadata so that a crash at any moment leaves the version before or this one,
 * whole.
 *
 * `path` is a name without extension, or a `file:` URL, as a URL or as text; a trailing ".json" means the
 * same, and folders that are missing are made. `run/embedding` becomes the manifest `run/embedding.json` and, beside it, the matrix
 * `run/embedding-<16 digits of its SHA-256>.npy`. The renaming of the manifest is the one moment at which
 * the new version counts; only after it is the version before removed. Several processes may save and load
 * at once: savers take turns, and say so when they have waited for a second; a loader gets one version or
 * the other. The new files have the modes of those before, such as 600.
 *
 * A save removes only what is sure to be its own: the matrix that a manifest of this very name and with a
 * right checksum speaks of (the one that is replaced, or one that a crash left over), if its content has the
 * SHA-256 that stands there, and temporary files with this name, "minimodel" and a UUID in theirs. All else
 * stays, whatever it is called. So an old matrix may stay too: after a power failure, or where folders
 * have no locks, as on Windows, in Node and in Bun; the next save in Deno removes it.
 *
 * All is done when the call returns its promise, so later changes to the matrix are not in the file. It
 * needs memory for one copy of the matrix.
 *
 * @throws {TypeError} If the path names no file, the matrix is not a Float64Array or Float32Array that its
 * shape fits, or options or metadata hold what JSON would not give back (NaN, infinities, -0, undefined,
 * bigint, anything but plain objects, a cycle, more than 100 levels); the message says where.
 * @throws {RangeError} If options and metadata make a manifest of more than 64 MiB, or a name is too long.
 * @throws {Error} If the file system fails: `Deno.errors.NotCapable` names the flags to add, all others the
 * file; the version before is then still the one that is read.
 *
 * @example
 * ```ts
 * import { readCheckpoint, writeCheckpoint } from "@minimodel/core";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const matrix = { data: new Float64Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] };
 * await writeCheckpoint(`${folder}/words`, { matrix, metadata: { vocabulary: ["a", "b", "c"] } });
 *
 * const saved = await readCheckpoint(`${folder}/words`);
 * assertEquals(saved.matrix, matrix);
 * assertEquals(saved.metadata, { vocabulary: ["a", "b", "c"] });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeCheckpoint(path: string | URL, checkpoint: CheckpointInput): Promise<void> {
  return promised(() => save(taskAt("save", path), checkpoint));
}

/**
 * Saves the same as {@linkcode writeCheckpoint} under two fixed names, `<path>.npy` and `<path>.json`, for
 * programs that want them.
 *
 * {@linkcode readCheckpoint} reads it too. A crash between the two renames leaves the new matrix with the
 * old manifest, which no longer fit and are refused: keep what must not be lost with
 * {@linkcode writeCheckpoint}.
 *
 * @throws {TypeError} If {@linkcode writeCheckpoint} would throw one.
 * @throws {RangeError} If {@linkcode writeCheckpoint} would throw one.
 * @throws {Error} If the file system fails, as {@linkcode writeCheckpoint} does.
 *
 * @example
 * ```ts
 * import { decodeNpy, exportNpy } from "@minimodel/core";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await exportNpy(`${folder}/words`, { matrix: { data: new Float32Array([1, 2]), shape: [1, 2] } });
 * assertEquals(decodeNpy(await Deno.readFile(`${folder}/words.npy`)).shape, [1, 2]);
 * assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/words.json`)).file, "words.npy");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function exportNpy(path: string | URL, checkpoint: CheckpointInput): Promise<void> {
  return promised(() => save(taskAt("export", path), checkpoint));
}

/**
 * Loads what {@linkcode writeCheckpoint} or {@linkcode exportNpy} saved, after checking all of it: both are
 * plain files (no links, folders, pipes, devices), the manifest has its own checksum, its keys are the
 * known ones and of their kinds, the matrix lies beside it under the name it must have, and has the
 * manifest's size, SHA-256, dtype and shape.
 *
 * It needs memory for one copy besides the matrix that it returns.
 *
 * @throws {FormatError} If anything in either file is not as it was saved, or the matrix is missing.
 * @throws {TypeError} If the path names no file.
 * @throws {Deno.errors.NotFound} If there is no manifest.
 * @throws {Error} If the file system fails otherwise: `Deno.errors.NotCapable` names the flag to add, all
 * others the file.
 *
 * @example
 * ```ts
 * import { FormatError, readCheckpoint, writeCheckpoint } from "@minimodel/core";
 * import { assertRejects } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await writeCheckpoint(`${folder}/words`, { matrix: { data: new Float64Array(4), shape: [2, 2] } });
 * const manifest = await Deno.readTextFile(`${folder}/words.json`);
 * await Deno.writeTextFile(`${folder}/words.json`, manifest.replace("[2, 2]", "[4, 1]"));
 * await assertRejects(() => readCheckpoint(`${folder}/words`), FormatError, "checksum");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function readCheckpoint(path: string | URL): Promise<Checkpoint> {
  return promised(() => load(taskAt("load", path)));
}

/** Does all of it before it returns; an error is that of the promise. */
function promised<Result>(action: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(action()));
}

const inputNames: OptionNames<CheckpointInput> = {
  matrix: ["table", "weight", "weights"],
  options: ["config"],
  metadata: ["meta"],
};

function save(task: Task, checkpoint: CheckpointInput): void {
  const { verb, name, manifestPath } = task;
  const doing = `${verb} ${manifestPath}`;
  checkLengths(task);
  checkObject(doing, "{ matrix, options, metadata }", checkpoint);
  checkOptions(doing, checkpoint, inputNames);
  checkObject(doing, "matrix, { data, shape },", checkpoint.matrix);
  const { matrix: { data, shape }, options = {}, metadata = {} } = checkpoint;
  const dtype = dtypeOf(data);
  if (dtype === undefined) {
    throw new TypeError(
      `Cannot ${doing}: matrix.data must be a Float64Array or Float32Array, got ${describe(data)}`,
    );
  }
  const matrix = encodeNpy({ data, shape });
  const sha256 = sha256Of(matrix);
  const file = verb === "export" ? plainMatrixName(name) : matrixName(name, sha256);
  const manifest = encodeManifest(
    { file, sha256, byteLength: matrix.length, dtype, shape, options, metadata },
    `Cannot ${doing}`,
  );
  try {
    commit({ task, manifest, matrixName: file, matrix });
  } catch (error) {
    throw explained(error, task);
  }
}
