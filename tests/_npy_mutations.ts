// Changes to .npy files for fuzz tests: of bits, bytes, lengths, header words and header spellings.

import fc from "fast-check";
import { dataStart, descrs } from "./_npy_cases.ts";

/** One change to a file; the numbers are taken modulo what fits. */
export interface Mutation {
  kind: "flip" | "set" | "insert" | "delete" | "cut" | "append" | "word" | "respell";
  inHeader: boolean;
  at: number;
  value: number;
}

/** Up to three changes, every third one a plausible header. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 7, arbitrary: fc.constantFrom("flip", "set", "insert", "delete", "cut", "append") },
      { weight: 2, arbitrary: fc.constant("word" as const) },
      { weight: 5, arbitrary: fc.constant("respell" as const) },
    ),
    inHeader: fc.boolean(),
    at: fc.nat(1 << 20),
    value: fc.nat(1 << 20),
  }),
  { maxLength: 3 },
);

const characters = " \t\n\r\f\0\\#'\"{}()[],:.-+_<>|=0123456789LTFalsebitufcSUVMOdr\xe9";

const words = ["'descr'", "'fortran_order'", "'shape'", "'fortranOrder'", "True", "False", "None"]
  .concat([
    "'<f8'",
    "'>f8'",
    "'|b1'",
    "'=f8'",
    "'f8'",
    "'<f16'",
    "'|S8'",
    "'<U2'",
    "'|O'",
    "'<M8[s]'",
  ])
  .concat([
    "[('a', '<f8')]",
    "()",
    "(6,)",
    "(2, 3)",
    "(3, 2)",
    "(0, 9007199254740991)",
    "1.0",
    "3L",
  ])
  .concat(["9007199254740993", "0x2", "1_0", "__proto__", '"descr"', "''", " ", "\n", ", 'x': 1"])
  .concat(["(", ")", "{", "}", "[", ",", ":", "#", "-", "'"]);

// Headers that mean something else, or the same in other words; many of them are good ones.
const respellings: ((header: string, value: number) => string)[] = [
  (header) => header.replace(/True|False/, (word) => word === "True" ? "False" : "True"),
  (header) => header.replace(/[<>](?=[a-z])/, (order) => order === "<" ? ">" : "<"),
  (header, value) => header.replace(/[<>|]\w+/, descrs[value % descrs.length]),
  (header) => header.replace(/\bf(?=[48]['"])/, "i").replace(/\bi(?=2['"])/, "f"),
  (header) => header.replace(/\((\w+), (\w+)/, "($2, $1"),
  (header) => header.replace(/\(([^)]*)\)/, (_, sizes) => `(${tuple(sizes).reverse().join(",")},)`),
  (header) => header.replace(/\(([^)]*)\)/, (_, sizes) => `(1, ${tuple(sizes).join("\t,")})`),
  (header) => header.replace(/\(([^)]*)\)/, (_, sizes) => `(${product(tuple(sizes))},)`),
  (header) => header.replace(/\b\d+\b/g, "$&L"),
  (header) => header.replaceAll("'", '"'),
  (header) => header.replaceAll(", ", " \n , ").replaceAll(":", "\t: "),
  (header) => header.trimEnd(),
  (header) => header + "  \n \r\n",
  (header) => header.replace(/\{(.*?), ('shape'.*\)),?/, "{$2, $1"),
];

function tuple(sizes: string): string[] {
  return sizes.split(",").map((size) => size.trim()).filter((size) => size !== "");
}

function product(sizes: string[]): number {
  return sizes.reduce((count, size) => count * parseInt(size), 1);
}

/** The file after a change; half of the changes to the header's length also say so. */
export function mutate(file: Uint8Array, mutation: Mutation): Uint8Array<ArrayBuffer> {
  const { kind, inHeader, at, value } = mutation;
  if (kind === "word") return withHeader(file, (header) => replaceWord(header, at, value));
  if (kind === "respell") {
    return withHeader(file, (header) => respellings[at % respellings.length](header, value));
  }
  const start = Math.min(dataStart(file), file.length);
  const place = inHeader || start === file.length
    ? at % Math.max(1, start)
    : start + at % (file.length - start);
  const byte = value % 2 === 0
    ? value >>> 1 & 0xff
    : characters.charCodeAt((value >>> 1) % characters.length);
  const bytes = Array.from(file);
  if (kind === "flip" && place < bytes.length) bytes[place] ^= 1 << value % 8;
  else if (kind === "set" && place < bytes.length) bytes[place] = byte;
  else if (kind === "insert") bytes.splice(place, 0, byte);
  else if (kind === "delete") bytes.splice(place, 1 + value % 3);
  else if (kind === "cut") bytes.length = at % (bytes.length + 1);
  else if (kind === "append") bytes.push(byte);
  const mutated = Uint8Array.from(bytes);
  if (place < start && place >= 12 && value % 4 < 2) {
    lengthenHeader(mutated, mutated.length - file.length);
  }
  return mutated;
}

/** Whether every change leaves the header and the length of the file alone. */
export function onlyPayload(file: Uint8Array, changes: readonly Mutation[]): boolean {
  return changes.every(({ kind, inHeader }) =>
    (kind === "flip" || kind === "set") && !inHeader && dataStart(file) < file.length
  );
}

/** One word of the header in place of another. */
function replaceWord(header: string, at: number, value: number): string {
  const found = [...header.matchAll(/'[^']*'|\([^)]*\)|\d+L?|\w+|\S/g)];
  if (found.length === 0) return header;
  const { index, 0: word } = found[at % found.length];
  return header.slice(0, index) + words[value % words.length] + header.slice(index + word.length);
}

/** The file with another text for its header, and the header length put right. */
function withHeader(
  file: Uint8Array,
  change: (header: string) => string,
): Uint8Array<ArrayBuffer> {
  const start = Math.min(dataStart(file), file.length);
  const prefix = Math.min(file[6] === 1 ? 10 : 12, start);
  const text = String.fromCharCode(...file.subarray(prefix, start));
  const changed = change(text);
  const mutated = new Uint8Array(file.length + changed.length - text.length);
  mutated.set(file.subarray(0, prefix));
  for (let i = 0; i < changed.length; i++) mutated[prefix + i] = changed.charCodeAt(i);
  mutated.set(file.subarray(start), prefix + changed.length);
  lengthenHeader(mutated, changed.length - text.length);
  return mutated;
}

function lengthenHeader(file: Uint8Array, more: number): void {
  if (file.length < 10) return;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  view.setUint16(8, view.getUint16(8, true) + more, true);
}
