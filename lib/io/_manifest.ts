// The manifest of a checkpoint: JSON that says what the matrix file must be, and carries a checksum of
// itself over everything but white space between its tokens.

import { createHash } from "node:crypto";
import { describe, visible } from "../check/describe.ts";
import { bytesOf, type DType, isDType } from "../check/dtype.ts";
import { FormatError } from "../check/errors.ts";
import { isJsonObject, type JsonObject, jsonText } from "./_json_text.ts";
import { matrixName, plainMatrixName } from "./_names.ts";
import { byteLengthOf, type Fail } from "./_npy_dtypes.ts";
import { maxHeaderLength } from "./_npy_header.ts";
import { readPlainFile } from "./_plain_file.ts";

/** What a manifest says, checked. */
export interface Manifest {
  /** Name of the matrix file, in the manifest's own folder. */
  readonly file: string;
  /** SHA-256 of the whole matrix file, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly options: JsonObject;
  readonly metadata: JsonObject;
}

/** Largest manifest, in bytes: room for a vocabulary of millions of words. */
export const maxManifestLength = 64 * 1024 * 1024;

const format = "minimodel-checkpoint";
const version = 1;
const magicAndLength = 12;

/** The SHA-256 of some bytes in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The bytes of a manifest, or null where there is none; throws FormatError if it is no plain file, or too
 * large for one.
 */
export function readManifest(path: string): Uint8Array | null {
  return readPlainFile(path, (size) => {
    if (size > maxManifestLength) {
      throw new FormatError(
        `Cannot load ${path}: a manifest must have at most ${maxManifestLength} bytes, got ${size}`,
      );
    }
  });
}

/** Writes a manifest; throws TypeError for options or metadata that JSON cannot keep. */
export function encodeManifest(manifest: Manifest, failed: string): Uint8Array<ArrayBuffer> {
  const { file, sha256, byteLength, dtype, shape, options, metadata } = manifest;
  const refuse: Fail = (detail) => {
    throw new TypeError(`${failed}: ${detail}`);
  };
  for (const [name, value] of Object.entries({ options, metadata })) {
    if (!isJsonObject(value)) refuse(`${name} must be a plain object, got ${describe(value)}`);
  }
  const fields = {
    format,
    version,
    file,
    sha256,
    byteLength,
    dtype,
    shape,
    options,
    metadata,
  };
  const body = jsonText(fields, "", refuse).slice(0, -"\n}".length);
  const checksum = sha256Of(withoutWhiteSpace(new TextEncoder().encode(body)));
  const bytes = new TextEncoder().encode(`${body},\n  "checksum": "${checksum}"\n}\n`);
  if (bytes.length > maxManifestLength) {
    throw new RangeError(
      `${failed}: options and metadata must make a manifest of at most ${maxManifestLength} bytes, got ${bytes.length}`,
    );
  }
  return bytes;
}

/** Reads the manifest of the checkpoint called `name`; throws FormatError if anything in it is off. */
export function decodeManifest(bytes: Uint8Array, name: string, failed: string): Manifest {
  const fail: Fail = (detail) => {
    throw new FormatError(`${failed}: ${detail}`);
  };
  const fields = parseChecked(bytes, fail);
  checkKeys(fields, fail);
  if (fields.format !== format) mustBe("format", JSON.stringify(format), fields.format, fail);
  if (fields.version !== version) mustBe("version", String(version), fields.version, fail);
  const { file, sha256, byteLength, dtype, shape, options, metadata } = fields;
  if (!isDType(dtype)) return mustBe("dtype", '"float64" or "float32"', dtype, fail);
  if (!Array.isArray(shape)) return mustBe("shape", "an array", shape, fail);
  for (const [axis, size] of shape.entries()) {
    if (!isCount(size)) mustBe(`shape[${axis}]`, "a whole number from 0", size, fail);
  }
  if (!isCount(byteLength)) {
    return mustBe("byteLength", "a whole number from 0", byteLength, fail);
  }
  checkByteLength(byteLength, shape, bytesOf[dtype], fail);
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) {
    return mustBe("sha256", "64 lower-case hexadecimal digits", sha256, fail);
  }
  const names = [matrixName(name, sha256), plainMatrixName(name)];
  if (typeof file !== "string" || !names.includes(file)) {
    const wanted = names.map((name) => JSON.stringify(name)).join(" or ");
    return mustBe("file", `${wanted} (load and save again to give another name)`, file, fail);
  }
  if (!isJsonObject(options)) return mustBe("options", "an object", options, fail);
  if (!isJsonObject(metadata)) return mustBe("metadata", "an object", metadata, fail);
  return { file, sha256, byteLength, dtype, shape, options, metadata };
}

/**
 * The object in the text, once its checksum is right: SHA-256 of all that stands before the last key,
 * `"checksum"`, without white space between tokens.
 */
function parseChecked(
  bytes: Uint8Array,
  fail: Fail,
): Record<string, unknown> {
  const compact = withoutWhiteSpace(bytes);
  const end = new TextDecoder().decode(compact.subarray(-79));
  const checksum = /^,"checksum":"([0-9a-f]{64})"\}$/.exec(end)?.[1];
  if (checksum === undefined) fail('it must end in a "checksum" of 64 hexadecimal digits and "}"');
  const got = sha256Of(compact.subarray(0, -79));
  if (got !== checksum) fail(`its content must have the checksum ${checksum}, got ${got}`);
  const value = parseJson(compact, fail);
  if (!isJsonObject(value)) return fail("it must be one JSON object");
  jsonText(value, "", fail); // 1e999 is JSON and reads as Infinity, which no save could have written
  return value;
}

function parseJson(bytes: Uint8Array, fail: Fail): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`it must be JSON in UTF-8: ${visible(why)}`); // which tells a part of the file
  }
}

/** JSON text without the white space between its tokens: two texts with the same rest mean the same. */
function withoutWhiteSpace(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let inString = false;
  let escaped = false;
  for (const byte of bytes) {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === 0x5c /* \ */) escaped = true;
      else if (byte === 0x22 /* " */) inString = false;
    } else {
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (byte === 0x22) inString = true;
    }
    kept[length++] = byte;
  }
  return kept.subarray(0, length);
}

const keys = [
  "format",
  "version",
  "file",
  "sha256",
  "byteLength",
  "dtype",
  "shape",
  "options",
  "metadata",
  "checksum",
];

function checkKeys(fields: Record<string, unknown>, fail: Fail): void {
  for (const key of keys) {
    if (!Object.hasOwn(fields, key)) fail(`it must have the key "${key}"`);
  }
  for (const key of Object.keys(fields)) {
    if (!keys.includes(key)) fail(`it must not have the key ${shown(key)}`);
  }
}

/** A matrix file is its data and a header of limited length, so a claim beyond that is a lie. */
function checkByteLength(
  byteLength: number,
  shape: readonly number[],
  elementSize: number,
  fail: Fail,
): void {
  const dataLength = byteLengthOf(shape, elementSize);
  if (dataLength === undefined) {
    return fail(`"shape" ${shown(shape)} must be of less than 2^53 bytes`);
  }
  const longest = dataLength + magicAndLength + maxHeaderLength;
  if (byteLength <= dataLength || byteLength > longest) {
    fail(
      `"byteLength" of shape ${
        shown(shape)
      } must be in (${dataLength}, ${longest}], got ${byteLength}`,
    );
  }
}

function mustBe(
  key: string,
  wanted: string,
  got: unknown,
  fail: Fail,
): never {
  return fail(`"${key}" must be ${wanted}, got ${shown(got)}`);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A value of the file as a message tells it. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return visible(text.length <= 80 ? text : `${text.slice(0, 80)}...`);
}
