// The .npy codec: typed arrays to and from NumPy's file format, by its format document
// (numpy.lib.format, NEP 1).

import { describe, isDetached } from "../check/describe.ts";
import { FormatError } from "../check/errors.ts";
import { checkObject, checkOptions, type OptionNames } from "../check/options.ts";
import {
  byteLengthOf,
  dtypesFor,
  layoutOf,
  type NpyData,
  type NpyDType,
  showShape,
} from "./_npy_dtypes.ts";
import { maxHeaderLength, readHeader, writeHeader } from "./_npy_header.ts";
import { fortranToC, swapBytes } from "./_npy_order.ts";

export type { NpyData, NpyDType };

/** An array as a .npy file holds it. */
export interface NpyArray {
  /** The numbers, `product(shape)` of them, in C order (last index fastest). */
  data: NpyData;
  /** The shape; a complex array has a last axis of 2 more, (real, imaginary). */
  shape: number[];
  /** NumPy's descr of the file's elements, such as `"<f8"`. */
  dtype: NpyDType;
}

/** What {@linkcode encodeNpy} writes. */
export interface NpyInput {
  /** The numbers in C order (last index fastest). */
  readonly data: NpyData | Uint8ClampedArray;
  /** The shape; its product is the length of the data. */
  readonly shape: readonly number[];
}

/** Options of {@linkcode encodeNpy}. */
export interface EncodeNpyOptions {
  /**
   * NumPy's descr of the elements to write: by default the data's own kind, little endian. Also
   * `"|b1"` for a Uint8Array of truth values, `"<c8"` or `"<c16"` for pairs of floats whose last
   * axis is (real, imaginary), and `>` for big endian.
   */
  readonly dtype?: NpyDType;
}

/** Options of {@linkcode decodeNpy}. */
export interface DecodeNpyOptions {
  /** What an error's message calls the bytes, such as the path: by default `".npy bytes"`. */
  readonly name?: string;
}

const encodeNames: OptionNames<EncodeNpyOptions> = { dtype: ["descr"] };
const decodeNames: OptionNames<DecodeNpyOptions> = { name: ["path", "file"] };

/**
 * Writes an array as a .npy file: version 1.0, C order, the very bytes that `numpy.save` writes.
 *
 * The bits of the data are kept, those of NaN, -0 and subnormal numbers too. Any shape is written
 * whose header has at most the 10,000 characters that NumPy reads (NumPy itself ends at 64
 * dimensions).
 *
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from "@minimodel/core";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = encodeNpy({ data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [2, 3] });
 * assertEquals(bytes.length, 128 + 6 * 4);
 * assertEquals(decodeNpy(bytes).shape, [2, 3]);
 * ```
 *
 * @throws {TypeError} If the data is no typed array, the shape or the dtype does not fit it, or an
 * option is unknown.
 */
export function encodeNpy(
  array: NpyInput,
  options: EncodeNpyOptions = {},
): Uint8Array<ArrayBuffer> {
  checkObject("encode .npy", "{ data, shape }", array);
  const { data, shape } = array;
  const possible = ArrayBuffer.isView(data) && !isDetached(data)
    ? dtypesFor(data[Symbol.toStringTag])
    : [];
  const [natural] = possible;
  if (natural === undefined) {
    refuse(`data must be a typed array of numbers, got ${describe(data)}`);
  }
  checkOptions("encode .npy", options, encodeNames);
  const { dtype = natural } = options;
  if (!possible.includes(dtype)) {
    const wanted = possible.map((each) => `"${each}"`).join(", ");
    refuse(
      `dtype of a ${data[Symbol.toStringTag]} must be among ${wanted}, got ${describe(dtype)}`,
    );
  }
  checkFilled(shape, data);
  const layout = layoutOf(dtype, refuse);
  if (layout.parts === 2 && shape.at(-1) !== 2) {
    refuse(`shape for dtype "${dtype}" must end in an axis of 2, got ${showShape(shape)}`);
  }
  const header = writeHeader(dtype, layout.parts === 2 ? shape.slice(0, -1) : shape);
  if (header.length - 10 > maxHeaderLength) {
    refuse(
      `shape must make a header of at most ${maxHeaderLength} bytes, got ${shape.length} dimensions`,
    );
  }
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  if (layout.bigEndian) swapBytes(bytes.buffer, layout.numberSize, header.length);
  return bytes;
}

/**
 * Reads a .npy file of version 1.0, 2.0 or 3.0, in C or Fortran order, little or big endian.
 *
 * | NumPy | data |
 * |---|---|
 * | bool | Uint8Array of the file's bytes: 0 is false, anything else is true |
 * | int8, int16, int32, uint8, uint16, uint32 | the typed array of that name |
 * | int64, uint64 | BigInt64Array, BigUint64Array |
 * | float16, float32, float64 | Float16Array, Float32Array, Float64Array |
 * | complex64, complex128 | Float32Array, Float64Array; the shape gets a last axis of 2 |
 *
 * The last axis of a complex array is (real, imaginary). The data is a copy in C order with the
 * bits of the file, those of NaN, -0 and subnormal numbers too; it is allocated only once its bytes
 * are known to be there.
 *
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from "@minimodel/core";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = encodeNpy({ data: new Float64Array([1, 2, 3, 4]), shape: [2, 2] });
 * const { data, shape, dtype } = decodeNpy(bytes);
 * assertEquals(data, new Float64Array([1, 2, 3, 4]));
 * assertEquals(shape, [2, 2]);
 * assertEquals(dtype, "<f8");
 * ```
 *
 * @throws {FormatError} If the bytes are anything but one such file: cut short, followed by more
 * bytes, with a header over NumPy's limit of 10,000 bytes or that is not the one dict, with a dtype
 * that leaves its byte order open, or of a kind that no typed array holds (float128, complex256,
 * strings, datetimes, objects, records; float16 where the engine has no Float16Array).
 * @throws {TypeError} If the bytes are not a Uint8Array, or an option is unknown.
 */
export function decodeNpy(bytes: Uint8Array, options: DecodeNpyOptions = {}): NpyArray {
  checkOptions("decode .npy", options, decodeNames);
  const { name = ".npy bytes" } = options;
  if (typeof name !== "string") {
    throw new TypeError(`Cannot decode .npy: name must be a string, got ${describe(name)}`);
  }
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot decode ${name}: the bytes must be a Uint8Array, got ${describe(bytes)}`,
    );
  }
  const fail = (detail: string): never => {
    throw new FormatError(`Cannot decode ${name}: ${detail}`);
  };
  const { layout, fortranOrder, shape, dataStart, dataLength } = readHeader(bytes, fail);
  const { dtype, numberSize, parts, bigEndian, view } = layout;
  // Node has had Float16Array since version 24.
  if (!(layout.arrayName in globalThis)) {
    fail(
      `dtype '${dtype}' needs a ${layout.arrayName}, which this JavaScript engine does not have`,
    );
  }
  const got = bytes.length - dataStart;
  if (got !== dataLength) {
    const array = `data of shape ${showShape(shape)} and dtype '${dtype}'`;
    fail(`${array} must have ${dataLength} bytes from byte ${dataStart} on, got ${got}`);
  }
  const buffer = new ArrayBuffer(dataLength);
  new Uint8Array(buffer).set(bytes.subarray(dataStart));
  if (bigEndian) swapBytes(buffer, numberSize);
  const ordered = fortranOrder ? fortranToC(buffer, shape, numberSize * parts) : buffer;
  return { data: view(ordered), shape: parts === 2 ? [...shape, 2] : shape, dtype };
}

/** Refuses a shape that the data does not fill; NumPy has more axes and longer ones than a tensor. */
function checkFilled(shape: readonly number[], data: NpyInput["data"]): void {
  if (!Array.isArray(shape)) {
    refuse(`shape must be an array of whole numbers, got ${describe(shape)}`);
  }
  for (const [axis, size] of shape.entries()) {
    if (!Number.isSafeInteger(size) || size < 0) {
      refuse(`shape[${axis}] must be a whole number from 0, got ${describe(size)}`);
    }
  }
  const byteLength = byteLengthOf(shape, data.BYTES_PER_ELEMENT);
  if (byteLength === undefined) {
    refuse(`shape must be of less than 2^53 bytes, got ${showShape(shape)}`);
  }
  if (byteLength !== data.byteLength) {
    refuse(`shape must hold the ${data.length} numbers of the data, got ${showShape(shape)}`);
  }
}

function refuse(detail: string): never {
  throw new TypeError(`Cannot encode .npy: ${detail}`);
}
