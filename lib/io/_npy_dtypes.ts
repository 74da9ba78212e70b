// What a .npy file may hold, and the typed array each kind becomes.

import { formatShape } from "../check/shape.ts";

/** Throws the error of the caller's choice for a detail that is wrong. */
export type Fail = (detail: string) => never;

/** A typed array that a .npy file can be read into. */
export type NpyData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/** NumPy's descr of a kind that JavaScript can hold: byte order, kind and bytes per element. */
export type NpyDType =
  | `|${"b1" | "i1" | "u1"}`
  | `${"<" | ">"}${"i2" | "i4" | "i8" | "u2" | "u4" | "u8" | "f2" | "f4" | "f8" | "c8" | "c16"}`;

/** How the elements of one dtype lie in a file. */
export interface Layout {
  readonly dtype: NpyDType;
  /** Name of the typed array that holds the numbers. */
  readonly arrayName: string;
  /** Bytes of one number, the unit whose bytes a byte order puts in order. */
  readonly numberSize: 1 | 2 | 4 | 8;
  /** Numbers in one element: 2 (real, imaginary) for complex kinds, else 1. */
  readonly parts: 1 | 2;
  readonly bigEndian: boolean;
  /** The numbers in a buffer of native byte order. */
  readonly view: (buffer: ArrayBuffer) => NpyData;
}

type Kind = Pick<Layout, "arrayName" | "numberSize" | "parts" | "view">;

function kind(
  numberSize: Kind["numberSize"],
  parts: Kind["parts"],
  arrayName: string,
  view: Kind["view"],
): Kind {
  return { numberSize, parts, arrayName, view };
}

// For each typed array its natural kind comes first.
const kinds = new Map<string, Kind>([
  ["i1", kind(1, 1, "Int8Array", (buffer) => new Int8Array(buffer))],
  ["i2", kind(2, 1, "Int16Array", (buffer) => new Int16Array(buffer))],
  ["i4", kind(4, 1, "Int32Array", (buffer) => new Int32Array(buffer))],
  ["i8", kind(8, 1, "BigInt64Array", (buffer) => new BigInt64Array(buffer))],
  ["u1", kind(1, 1, "Uint8Array", (buffer) => new Uint8Array(buffer))],
  ["u2", kind(2, 1, "Uint16Array", (buffer) => new Uint16Array(buffer))],
  ["u4", kind(4, 1, "Uint32Array", (buffer) => new Uint32Array(buffer))],
  ["u8", kind(8, 1, "BigUint64Array", (buffer) => new BigUint64Array(buffer))],
  ["f2", kind(2, 1, "Float16Array", (buffer) => new Float16Array(buffer))],
  ["f4", kind(4, 1, "Float32Array", (buffer) => new Float32Array(buffer))],
  ["f8", kind(8, 1, "Float64Array", (buffer) => new Float64Array(buffer))],
  ["c8", kind(4, 2, "Float32Array", (buffer) => new Float32Array(buffer))],
  ["c16", kind(8, 2, "Float64Array", (buffer) => new Float64Array(buffer))],
  ["b1", kind(1, 1, "Uint8Array", (buffer) => new Uint8Array(buffer))],
]);

const wideKinds = new Map([
  ["f12", "80-bit long double"],
  ["f16", "float128"],
  ["c24", "complex of 80-bit long doubles"],
  ["c32", "complex256"],
]);

const otherKinds = new Map([
  ["S", "byte strings"],
  ["a", "byte strings"],
  ["U", "Unicode strings"],
  ["M", "datetime64"],
  ["m", "timedelta64"],
  ["O", "Python objects"],
  ["V", "void or structured records"],
]);

/** The layout of a descr; fails if unknown, ambiguous or of a kind that no typed array holds. */
export function layoutOf(descr: string, fail: Fail): Layout {
  const parts = /^([<>|=]?)(([a-zA-Z])\d*(?:\[.*\])?)$/.exec(descr);
  if (parts === null) fail(`descr ${quote(descr)} is not a NumPy dtype such as '<f8'`);
  const [, order = "", code = "", letter = ""] = parts;
  const known = kinds.get(code);
  if (known === undefined) {
    const name = wideKinds.get(code) ?? otherKinds.get(letter);
    if (name === undefined) fail(`descr ${quote(descr)} is not a NumPy dtype such as '<f8'`);
    fail(`descr ${quote(descr)} means ${name}, which no typed array can hold`);
  }
  if (known.numberSize > 1 && order !== "<" && order !== ">") {
    fail(`descr ${quote(descr)} does not say its byte order, must start with '<' or '>'`);
  }
  const dtype = `${known.numberSize === 1 ? "|" : order}${code}` as NpyDType;
  return { ...known, dtype, bigEndian: order === ">" };
}

/** The dtypes that can be written from a typed array of this name, the natural one first. */
export function dtypesFor(arrayName: string): NpyDType[] {
  const name = arrayName === "Uint8ClampedArray" ? "Uint8Array" : arrayName;
  return [...kinds].filter(([, kind]) => kind.arrayName === name).flatMap(([code, kind]) =>
    (kind.numberSize === 1 ? ["|"] : ["<", ">"]).map((order) => `${order}${code}` as NpyDType)
  );
}

/**
 * The elements of a shape times the bytes of one, or undefined when that is not a safe integer.
 * Dimensions of 0 are left out of that test, as in NumPy: a shape must not overflow behind a zero.
 */
export function byteLengthOf(shape: readonly number[], elementSize: number): number | undefined {
  let size = elementSize;
  for (const length of shape) if (length !== 0) size *= length;
  if (!Number.isSafeInteger(size)) return undefined;
  return shape.includes(0) ? 0 : size;
}

/** A shape for a message, cut short after eight dimensions: a file's may have thousands. */
export function showShape(shape: readonly number[]): string {
  if (shape.length <= 8) return formatShape(shape);
  return `(${shape.slice(0, 8).join(", ")}, ... ${shape.length} in all)`;
}

/** Text from a file, made fit for a message: quoted, short, printable ASCII only. */
export function quote(text: string): string {
  const shown = text.slice(0, 40).replace(
    /[^ -~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  const mark = shown.includes("'") ? '"' : "'";
  return `${mark}${shown}${text.length > 40 ? "..." : ""}${mark}`;
}
