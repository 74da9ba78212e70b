// Checkpoints: a matrix and what belongs to it, as a .npy file whose name carries its hash and a JSON
// manifest whose rename is the moment of saving.

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError } from "../errors.ts";
import { commit } from "./_commit.ts";
import { explained, type Task } from "./_file_errors.ts";
import { type JsonObject, type JsonValue, kindOf } from "./_json_text.ts";
import {
  decodeManifest,
  encodeManifest,
  type Manifest,
  matrixName,
  maxManifestLength,
  plainMatrixName,
  sha256Of,
} from "./_manifest.ts";
import type { Fail } from "./_npy_dtypes.ts";
import { readPlainFile } from "./_plain_file.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";

export type { JsonObject, JsonValue };

/** A matrix with its shape, such as a tensor. */
export interface CheckpointMatrix {
  /** The numbers in C order (last index fastest), `product(shape)` of them. */
  readonly data: Float64Array | Float32Array;
  /** The shape, of any number of axes. */
  readonly shape: readonly number[];
}

/** What {@linkcode writeCheckpoint} writes. */
export interface CheckpointInput {
  /** The matrix; every bit of it is kept. */
  readonly matrix: CheckpointMatrix;
  /** How the module was made, such as an embedding's paddingIdx; `{}` unless told. */
  readonly options?: JsonObject;
  /** Whatever the caller adds, such as a vocabulary; `{}` unless told. */
  readonly metadata?: JsonObject;
}

/** What {@linkcode readCheckpoint} reads. */
export interface Checkpoint {
  /** The matrix, in memory of its own. */
  readonly matrix: CheckpointMatrix;
  /** How the module was made, such as an embedding's paddingIdx. */
  readonly options: JsonObject;
  /** Whatever the caller added, such as a vocabulary. */
  readonly metadata: JsonObject;
}

/**
 * Saves a matrix, options and metadata so that a crash at any moment leaves the version before or this one,
 * whole.
 *
 * `path` is a name without extension; a trailing ".json" means the same, and folders that are missing are
 * made. `run/embedding` becomes the manifest `run/embedding.json` and, beside it, the matrix
 * `run/embedding-<16 digits of its SHA-256>.npy`. The renaming of the manifest is the one moment at which
 * the new version counts; only after it is the version before removed, and what a crash left over. Several
 * processes may save and load at once: savers take turns, a loader gets one version or the other. (Where
 * the file system has no locks on folders, on Windows say, old matrices stay.)
 *
 * All is done when the call returns its promise, so later changes to the matrix are not in the file. It
 * needs memory for one copy of the matrix.
 *
 * @throws {TypeError} if the path names no file, the matrix is not a Float64Array or Float32Array that its
 * shape fits, or options or metadata hold what JSON would not give back (NaN, infinities, -0, undefined,
 * bigint, anything but plain objects, a cycle, more than 100 levels); the message says where.
 * @throws {RangeError} if options and metadata make a manifest of more than 64 MiB.
 * @throws {Error} of the file system: `Deno.errors.NotCapable` names the flags to add, all others the file;
 * the version before is then still the one that is read.
 *
 * @example
 * ```ts
 * import { readCheckpoint, writeCheckpoint } from "minimodel";
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
  return Promise.try(() => write(taskAt("save", path), checkpoint));
}

/**
 * Saves the same as {@linkcode writeCheckpoint} under two fixed names, `<path>.npy` and `<path>.json`, for
 * programs that want them.
 *
 * {@linkcode readCheckpoint} reads it too. A crash between the two renames leaves the new matrix with the
 * old manifest, which no longer fit and are refused: keep what must not be lost with
 * {@linkcode writeCheckpoint}.
 *
 * @throws {TypeError} as {@linkcode writeCheckpoint} does.
 * @throws {RangeError} as {@linkcode writeCheckpoint} does.
 * @throws {Error} of the file system, as {@linkcode writeCheckpoint} does.
 *
 * @example
 * ```ts
 * import { decodeNpy, exportNpy } from "minimodel";
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
  return Promise.try(() => write(taskAt("export", path), checkpoint));
}

/**
 * Loads what {@linkcode writeCheckpoint} or {@linkcode exportNpy} saved, after checking all of it: both are
 * plain files (no links, folders, pipes, devices), the manifest has its own checksum, its keys are the
 * known ones and of their kinds, the matrix lies beside it under the name it must have, and has the
 * manifest's size, SHA-256, dtype and shape.
 *
 * It needs memory for one copy besides the matrix that it returns.
 *
 * @throws {FormatError} if anything in either file is not as it was saved, or the matrix is missing.
 * @throws {TypeError} if the path names no file.
 * @throws {Deno.errors.NotFound} if there is no manifest.
 * @throws {Error} of the file system otherwise: `Deno.errors.NotCapable` names the flag to add, all others
 * the file.
 *
 * @example
 * ```ts
 * import { FormatError, readCheckpoint, writeCheckpoint } from "minimodel";
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
  return Promise.try(() => read(taskAt("load", path)));
}

/** What to do, and the checkpoint's name. */
interface NamedTask extends Task {
  readonly name: string;
}

function write(task: NamedTask, checkpoint: CheckpointInput): void {
  const failed = `Cannot ${task.verb} ${task.manifestPath}`;
  const { name, folder, manifestPath } = task;
  const refuse: Fail = (detail) => {
    throw new TypeError(`${failed}: ${detail}`);
  };
  if (!isObject(checkpoint)) refuse(`it must be an object, found ${kindOf(checkpoint)}`);
  if (!isObject(checkpoint.matrix)) {
    refuse(`matrix must be an object of data and shape, found ${kindOf(checkpoint.matrix)}`);
  }
  const { options = {}, metadata = {} } = checkpoint;
  const { data, shape } = checkpoint.matrix;
  const dtype = dtypeOf(data);
  if (dtype === undefined) {
    return refuse(`matrix.data must be a Float64Array or Float32Array, found ${kindOf(data)}`);
  }
  const matrix = encodeNpy({ data, shape });
  const sha256 = sha256Of(matrix);
  const file = task.verb === "export" ? plainMatrixName(name) : matrixName(name, sha256);
  const byteLength = matrix.length;
  const manifest = encodeManifest(
    { file, sha256, byteLength, dtype, shape, options, metadata },
    failed,
  );
  try {
    const manifestName = basename(manifestPath);
    commit({ folder, name, manifestName, manifest, matrixName: file, matrix });
  } catch (error) {
    throw explained(error, task);
  }
}

function read(task: NamedTask): Checkpoint {
  try {
    return readWhole(task);
  } catch (error) {
    throw error instanceof FormatError ? error : explained(error, task);
  }
}

/** Reads again when the matrix does not fit but another process has saved since the manifest was read. */
function readWhole(task: NamedTask): Checkpoint {
  const { manifestPath, name, folder } = task;
  let failure: unknown;
  let before: Uint8Array | null = null;
  for (let attempt = 0; attempt < 1000; attempt++) {
    const bytes = readManifest(manifestPath);
    if (before !== null && sameBytes(bytes, before)) break;
    const manifest = decodeManifest(bytes, name, `Cannot load ${manifestPath}`);
    try {
      const matrix = readMatrix(join(folder, manifest.file), manifest);
      return { matrix, options: manifest.options, metadata: manifest.metadata };
    } catch (error) {
      failure = error;
      // Savers may go to and fro between two versions, so a matrix that is gone may be back.
      before = isMissing(error) && attempt < 10 ? null : bytes;
    }
  }
  throw failure;
}

function isMissing(error: unknown): boolean {
  return error instanceof FormatError && error.cause instanceof Deno.errors.NotFound;
}

function readManifest(path: string): Uint8Array {
  const bytes = readPlainFile(path, (size) => {
    if (size > maxManifestLength) {
      throw new FormatError(
        `Cannot load ${path}: a manifest must have at most ${maxManifestLength} bytes, found ${size}`,
      );
    }
  });
  if (bytes === null) throw new Deno.errors.NotFound("there is no such file");
  return bytes;
}

function readMatrix(path: string, manifest: Manifest): CheckpointMatrix {
  const fail: Fail = (detail) => {
    throw new FormatError(`Cannot load ${path}: ${detail}`);
  };
  const bytes = readPlainFile(path, (size) => {
    if (size !== manifest.byteLength) {
      fail(`it must have ${manifest.byteLength} bytes by its manifest, found ${size}`);
    }
  });
  if (bytes === null) {
    const cause = new Deno.errors.NotFound();
    throw new FormatError(`Cannot load ${path}: its manifest is there, but this file is missing`, {
      cause,
    });
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== manifest.sha256) {
    fail(`it must have the SHA-256 ${manifest.sha256} by its manifest, found ${sha256}`);
  }
  const { data, shape, dtype } = decodeNpy(bytes, { name: path });
  const found = dtype.startsWith("<") ? dtypeOf(data) : undefined;
  if (!(data instanceof Float64Array || data instanceof Float32Array) || found !== manifest.dtype) {
    return fail(`it must be little-endian ${manifest.dtype} by its manifest, found '${dtype}'`);
  }
  if (shape.join() !== manifest.shape.join()) {
    fail(`it must have the shape [${manifest.shape}] by its manifest, found [${shape}]`);
  }
  return { data, shape };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function dtypeOf(data: unknown): Manifest["dtype"] | undefined {
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Float32Array) return "float32";
}

function taskAt(verb: Task["verb"], path: string | URL): NamedTask {
  const refuse: Fail = (detail) => {
    throw new TypeError(`Cannot ${verb} a checkpoint: ${detail}`);
  };
  if (path instanceof URL && path.protocol !== "file:") {
    refuse(`its URL must begin with "file:", found "${path.protocol}"`);
  }
  const given = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof given !== "string") {
    return refuse(`its path must be a string or URL, found ${kindOf(given)}`);
  }
  const name = /[/\\]$/.test(given) ? "" : basename(given).replace(/\.json$/, "");
  if (["", ".", ".."].includes(name) || given.includes("\0")) {
    refuse(`its path must end in a name, as "runs/embedding" does, found ${JSON.stringify(given)}`);
  }
  const folder = dirname(given);
  return { verb, name, folder, manifestPath: join(folder, `${name}.json`) };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
