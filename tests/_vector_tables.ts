// Tables of words for the tests of their files, and reading a format from bytes.

import { assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "minimodel";
import fc from "fast-check";
import { readBinary, writeBinary } from "../lib/io/words/binary.ts";
import { readParquet, writeParquet } from "../lib/io/words/parquet.ts";
import { readProjector, writeProjector } from "../lib/io/words/projector.ts";
import { readSafetensors, writeSafetensors } from "../lib/io/words/safetensors.ts";
import type { Fail, ReadRules, WordTable } from "../lib/io/words/table.ts";
import { readText, writeText } from "../lib/io/words/text.ts";

const fail: Fail = (detail) => {
  throw new FormatError(detail);
};

/** The rules that most readings have. */
export const rules: ReadRules = { dtype: undefined, duplicates: "refuse", fail };

/** All pieces as one. */
export async function joined(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const all: number[] = [];
  for await (const piece of pieces) for (const byte of piece) all.push(byte);
  return Uint8Array.from(all);
}

/** Bytes in pieces of `size`. */
export function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A format as bytes: all of its files, one after the other. */
export interface Codec {
  readonly name: string;
  readonly write: (table: WordTable) => Promise<Uint8Array<ArrayBuffer>[]>;
  readonly read: (
    files: readonly Uint8Array<ArrayBuffer>[],
    options?: Partial<ReadRules> & { readonly size?: number },
  ) => Promise<WordTable>;
  /** Whether it keeps labels, float64, and words of any kind. */
  readonly keeps: { readonly labels: boolean; readonly double: boolean; readonly anyWord: boolean };
}

const plain = { labels: false, double: true, anyWord: false };

/** Every format. */
export const codecs: readonly Codec[] = [
  ...([["word2vec", true], ["glove", false]] as const).map(([name, header]): Codec => ({
    name,
    keeps: plain,
    write: async (table) => [await joined(writeText(table, { header, doing: "write" }))],
    read: async ([file], { size = 7, ...more } = {}) =>
      await Promise.try(() =>
        readText(cut(file, size), header ? "yes" : "no", { ...rules, ...more })
      ),
  })),
  {
    name: "word2vec-binary",
    keeps: { ...plain, double: false },
    write: async (table) => [await joined(writeBinary(table, "write"))],
    read: async ([file], { size = 7, ...more } = {}) =>
      await Promise.try(() => readBinary(cut(file, size), { ...rules, ...more })),
  },
  {
    name: "safetensors",
    keeps: { labels: true, double: true, anyWord: true },
    write: async (table) => [await joined(writeSafetensors(table, "write"))],
    read: async ([file], { size = 7, ...more } = {}) => {
      const own = { ...rules, ...more, tensor: undefined, words: undefined };
      return await Promise.try(() => readSafetensors(cut(file, size), own));
    },
  },
  {
    name: "projector",
    keeps: { ...plain, labels: true },
    write: async (table) => {
      const { vectors, metadata } = writeProjector(table, "write");
      return [await joined(vectors), await joined(metadata)];
    },
    read: async ([vectors, metadata], { size = 7, ...more } = {}) => {
      const pair = { vectors: cut(vectors, size), metadata: cut(metadata, size) };
      return await Promise.try(() =>
        readProjector(pair, { ...rules, failMetadata: fail, ...more })
      );
    },
  },
  {
    name: "parquet",
    keeps: { labels: true, double: true, anyWord: true },
    write: async (table) => [await joined(writeParquet(table, "write"))],
    read: ([{ buffer, byteLength }], { size: _size, ...more } = {}) =>
      readParquet(
        { byteLength, slice: (start, end) => buffer.slice(start, end) },
        { ...rules, ...more },
      ),
  },
];

const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1e-45, 3.4028234663852886e38);
const single = fc.oneof(
  { weight: 5, arbitrary: fc.float({ noNaN: true }) },
  { weight: 1, arbitrary: odd },
).map(Math.fround);
const double = fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true }) }, {
  weight: 1,
  arbitrary: odd,
});

/** Tables that a format keeps as they are. */
export function tables(keeps: Codec["keeps"]): fc.Arbitrary<WordTable> {
  const simple = fc.stringMatching(/^[a-zA-Z'.,éñ☃😀-]{1,8}$/u);
  const word = keeps.anyWord
    ? fc.oneof(simple, fc.constantFrom("", " ", "New York", "a\nb", "\t", "\u0000", "1", "\r"))
    : simple;
  const label = keeps.anyWord ? word : fc.constantFrom("", "past", "used to", "é");
  return fc.tuple(
    fc.uniqueArray(word, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 5 }),
    keeps.double ? fc.boolean() : fc.constant(false),
  ).chain(([words, width, isDouble]) => {
    const length = words.length * width;
    const exactly = { minLength: length, maxLength: length };
    const numbers = isDouble
      ? fc.array(double, exactly).map((list): WordTable["data"] => Float64Array.from(list))
      : fc.array(single, exactly).map((list): WordTable["data"] => Float32Array.from(list));
    const perWord = fc.array(label, { minLength: words.length, maxLength: words.length });
    const labels = keeps.labels
      ? fc.option(fc.record({ tense: perWord, "in language": perWord }), { nil: {} })
      : fc.constant({});
    return fc.record({
      words: fc.constant(words),
      width: fc.constant(width),
      data: numbers,
      labels,
    });
  });
}

/** Text as bytes. */
export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A test that a codec refuses some files with exactly this message. */
export function refuses(
  codec: Codec,
  what: string,
  files: (string | Uint8Array<ArrayBuffer>)[],
  message: string,
) {
  Deno.test(`${codec.name} refuses ${what}`, async () => {
    const given = files.map((file) => typeof file === "string" ? bytesOf(file) : file);
    const error = await assertRejects(() => codec.read(given), FormatError);
    assertEquals(error.message, message);
  });
}
