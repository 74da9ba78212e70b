// Files to feed a .npy codec, and a slow second reader to hold its answers against. The reader
// shares no code with the library: regular expressions for the header, single bytes for the data.

import type { DecodeNpyOptions, EncodeNpyOptions, NpyArray, NpyInput } from "../lib/io/npy.ts";

/** The two functions under test, so that wrong ones can be put in their place. */
export interface Codec {
  encodeNpy(array: NpyInput, options?: EncodeNpyOptions): Uint8Array<ArrayBuffer>;
  decodeNpy(bytes: Uint8Array, options?: DecodeNpyOptions): NpyArray;
}

/** Every kind that can be read: its code, the array it becomes, numbers per element. */
export const kinds = [
  { code: "b1", array: Uint8Array, parts: 1 },
  { code: "i1", array: Int8Array, parts: 1 },
  { code: "u1", array: Uint8Array, parts: 1 },
  { code: "i2", array: Int16Array, parts: 1 },
  { code: "u2", array: Uint16Array, parts: 1 },
  { code: "f2", array: Float16Array, parts: 1 },
  { code: "i4", array: Int32Array, parts: 1 },
  { code: "u4", array: Uint32Array, parts: 1 },
  { code: "f4", array: Float32Array, parts: 1 },
  { code: "i8", array: BigInt64Array, parts: 1 },
  { code: "u8", array: BigUint64Array, parts: 1 },
  { code: "f8", array: Float64Array, parts: 1 },
  { code: "c8", array: Float32Array, parts: 2 },
  { code: "c16", array: Float64Array, parts: 2 },
] as const;

/** Every descr that can be read, as NumPy writes it. */
export const descrs = kinds.flatMap(({ code }) =>
  code.endsWith("1") ? [`|${code}`] : [`<${code}`, `>${code}`]
) as NpyArray["dtype"][];

/** Shapes of every rank up to 4, with ones and zeros among them. */
export const shapes: readonly number[][] = [
  ...[[], [0], [1], [5]],
  ...[[2, 3], [3, 1], [1, 4], [0, 3], [3, 0], [20, 18]],
  ...[[2, 3, 4], [2, 0, 4], [1, 5, 1], [17, 2, 19]],
  ...[[2, 1, 3, 2], [3, 2, 2, 3]],
];

/** What a file says: its header fields and the bytes of its data. */
export interface FileParts {
  descr?: string;
  fortranOrder?: boolean;
  shape?: readonly number[];
  payload?: Uint8Array;
  version?: 1 | 2 | 3;
  /** The text of the header, in place of the one made of the other fields. */
  header?: string;
}

/** A file of these parts, its header one character a byte. */
export function npyFile(parts: FileParts = {}): Uint8Array<ArrayBuffer> {
  const { descr = "<f8", fortranOrder = false, shape = [2, 3], version = 1 } = parts;
  const { payload = payloadFor(descr, shape) } = parts;
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = fortranOrder ? "True" : "False";
  const { header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }` } =
    parts;
  const lengthBytes = version === 1 ? 2 : 4;
  const prefix = 8 + lengthBytes;
  const text = parts.header === undefined
    ? header.padEnd(Math.ceil((prefix + header.length + 1) / 64) * 64 - prefix - 1) + "\n"
    : header;
  const start = prefix + text.length;
  const file = new Uint8Array(start + payload.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  for (let i = 0; i < lengthBytes; i++) file[8 + i] = text.length / 256 ** i;
  for (let i = 0; i < text.length; i++) file[prefix + i] = text.charCodeAt(i);
  file.set(payload, start);
  return file;
}

/** As many bytes as the shape and descr ask for, jumbled, the same ones each time. */
export function payloadFor(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const length = product(shape) * Number(descr.slice(2));
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
}

export function product(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

/** The bytes of an array's numbers as they lie in memory. */
export function bitsOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Where the data of a file starts, by its version and header length. */
export function dataStart(file: Uint8Array): number {
  if (file.length < 12) return file.length;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return file[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

/** What an accepted file must have been read as; throws when it should not have been accepted. */
export function slowRead(
  file: Uint8Array,
): { dtype: string; shape: number[]; bits: Uint8Array; arrayName: string } {
  const start = dataStart(file);
  const text = Array.from(file.subarray(8, start), (byte) => String.fromCharCode(byte)).join("");
  const field = (pattern: RegExp): string => {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`The header ${JSON.stringify(text)} lacks ${pattern}`);
    return match[1];
  };
  const descr = field(/['"]descr['"]\s*:\s*['"]([^'"]*)['"]/);
  const fortranOrder = field(/['"]fortran_order['"]\s*:\s*(True|False)/) === "True";
  const shape = field(/['"]shape['"]\s*:\s*\(([^)]*)\)/).split(",").map((size) => size.trim())
    .filter((size) => size !== "").map((size) => Number(size.replace(/L$/, "")));
  const code = descr.replace(/^[<>|=]/, "");
  const kind = kinds.find((known) => known.code === code);
  if (kind === undefined) throw new Error(`The kind ${code} must not be read`);
  const size = Number(code.slice(1));
  const payload = file.subarray(start);
  if (payload.length !== product(shape) * size) {
    throw new Error(`${payload.length} bytes must not be read as ${shape} of ${descr}`);
  }
  const bits = new Uint8Array(payload.length);
  const number = size / kind.parts;
  for (let element = 0; element < product(shape); element++) {
    const from = fortranOrder ? fortranPlace(element, shape) : element;
    for (let byte = 0; byte < size; byte++) {
      const reversed = byte - byte % number + (number - 1 - byte % number);
      bits[element * size + byte] = payload[from * size + (descr[0] === ">" ? reversed : byte)];
    }
  }
  return {
    dtype: number === 1 ? `|${code}` : descr,
    shape: kind.parts === 2 ? [...shape, 2] : shape,
    bits,
    arrayName: kind.array.name,
  };
}

/** Where the element at a C-order position lies in Fortran order. */
function fortranPlace(position: number, shape: readonly number[]): number {
  let rest = position;
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  let [place, stride] = [0, 1];
  for (let axis = 0; axis < shape.length; axis++) {
    place += index[axis] * stride;
    stride *= shape[axis];
  }
  return place;
}

/** Good files of every kind, order, shape and version, and in spellings that NumPy reads too. */
export const goodFiles: Uint8Array<ArrayBuffer>[] = [
  ...descrs.flatMap((descr) =>
    shapes.flatMap((shape, i) =>
      [false, true].map((fortranOrder, j) =>
        npyFile({ descr, shape, fortranOrder, version: ([1, 2, 3] as const)[(i + j) % 3] })
      )
    )
  ),
  ...[
    `{"shape":(2,3),"fortran_order":True,"descr":"<f8"}`,
    ` \t{'fortran_order':\tFalse\n,'descr' : "<f8", 'shape':( 2 , 3 , ) ,\r\n}  \n\n`,
    `{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }\n`,
    `{'descr': '<f8', 'fortran_order': True, 'shape': (6L,), }\n`,
    ...["<b1", ">i1", "=u1", "u1"].map((descr) =>
      `{'descr': '${descr}', 'fortran_order': True, 'shape': (6, 8)}`
    ),
  ].map((header) => npyFile({ header })),
];
