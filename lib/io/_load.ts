// Loading a checkpoint: the manifest first, then the matrix that it speaks of, each checked.

import { join } from "node:path";
import { dtypeOf } from "../check/dtype.ts";
import { FormatError } from "../check/errors.ts";
import { formatShape, sameShape } from "../check/shape.ts";
import { explained, isError, notFound, type Task } from "./_file_errors.ts";
import type { JsonObject } from "./_json_text.ts";
import { decodeManifest, type Manifest, readManifest, sha256Of } from "./_manifest.ts";
import type { Fail } from "./_npy_dtypes.ts";
import { readPlainFile } from "./_plain_file.ts";
import { decodeNpy } from "./npy.ts";

/** A matrix with its shape, such as a tensor. */
export interface CheckpointMatrix {
  /** The numbers in C order (last index fastest), `product(shape)` of them. */
  readonly data: Float64Array | Float32Array;
  /** The shape, of any number of axes. */
  readonly shape: readonly number[];
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

/** Loads a checkpoint, or throws what is wrong with it. */
export function load(task: Task): Checkpoint {
  try {
    return readWhole(task);
  } catch (error) {
    throw error instanceof FormatError ? error : explained(error, task);
  }
}

/** Reads again when the matrix does not fit but another process has saved since the manifest was read. */
function readWhole({ manifestPath, name, folder }: Task): Checkpoint {
  let failure: unknown;
  let before: string | undefined;
  for (let attempt = 0; attempt < 1000; attempt++) {
    const bytes = readManifest(manifestPath);
    if (bytes === null) throw notFound("there is no such file");
    const hash = sha256Of(bytes);
    if (hash === before) break;
    const manifest = decodeManifest(bytes, name, `Cannot load ${manifestPath}`);
    try {
      const matrix = readMatrix(join(folder, manifest.file), manifest);
      return { matrix, options: manifest.options, metadata: manifest.metadata };
    } catch (error) {
      failure = error;
      // Savers may go to and fro between two versions, so a matrix that is gone may be back.
      before = isMissing(error) && attempt < 10 ? undefined : hash;
    }
  }
  throw failure;
}

function isMissing(error: unknown): boolean {
  return error instanceof FormatError && isError(error.cause, "NotFound");
}

function readMatrix(path: string, manifest: Manifest): CheckpointMatrix {
  const fail: Fail = (detail) => {
    throw new FormatError(`Cannot load ${path}: ${detail}`);
  };
  const bytes = readPlainFile(path, (size) => {
    if (size !== manifest.byteLength) {
      fail(`it must have ${manifest.byteLength} bytes by its manifest, got ${size}`);
    }
  });
  if (bytes === null) {
    const cause = notFound();
    throw new FormatError(`Cannot load ${path}: its manifest is there, but this file is missing`, {
      cause,
    });
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== manifest.sha256) {
    fail(`it must have the SHA-256 ${manifest.sha256} by its manifest, got ${sha256}`);
  }
  const { data, shape, dtype } = decodeNpy(bytes, { name: path });
  const floats = data instanceof Float64Array || data instanceof Float32Array;
  if (!floats || !dtype.startsWith("<") || dtypeOf(data) !== manifest.dtype) {
    return fail(`it must be little-endian ${manifest.dtype} by its manifest, got '${dtype}'`);
  }
  if (!sameShape(shape, manifest.shape)) {
    const wanted = formatShape(manifest.shape);
    fail(`it must have the shape ${wanted} by its manifest, got ${formatShape(shape)}`);
  }
  return { data, shape };
}
