// word2vec's binary format: a line with the two counts; for each word its text, a space, its numbers
// as little-endian float32, and a line break, which some programs leave out.

import { quoted } from "../../check/describe.ts";
import { dtypeOf } from "../../check/dtype.ts";
import { ByteReader, textOf } from "./_bytes.ts";
import { checkTexts, type ReadRules, Rows, type WordTable } from "./table.ts";

const [newline, space] = [10, 32];
/** A longer word is none: it is the numbers of a file of another format. */
const longestWord = 2 ** 16;

/** Reads a binary file of word2vec. */
export function readBinary(pieces: Iterable<Uint8Array>, rules: ReadRules): WordTable {
  const { fail, dtype = "float32" } = rules;
  const reader = new ByteReader(pieces, fail);
  const line = reader.until(newline, 60);
  const text = line === undefined ? "" : new TextDecoder().decode(line);
  const [, counted = "", wide = ""] = /^(\d{1,15})[ \t]+(\d{1,9})[ \t]*\r?$/.exec(text) ?? [];
  if (wide === "") {
    fail(`line 1 must have two counts, of words and of numbers, got ${quoted(text)}`);
  }
  const [count, width] = [Number(counted), Number(wide)];
  const rows = new Rows(width, dtype, rules);
  for (let id = 0; id < count; id++) {
    while (reader.peek() === newline) reader.skip(1, "a line break");
    if (reader.isAtEnd()) fail(`line 1 says that there are ${count} words, got ${id}`);
    const place = `word ${id} at byte ${reader.taken}`;
    const word = reader.until(space, longestWord) ??
      fail(`${place} must end in a space within ${longestWord} bytes`);
    if (word.length === 0) fail(`${place} is empty`);
    const target = rows.add(textOf(word, place, fail), place);
    const bytes = reader.take(4 * width, `the vector of ${place}`);
    target?.set(new Float32Array(bytes.buffer, 0, width));
  }
  while (reader.peek() === newline) reader.skip(1, "a line break");
  if (!reader.isAtEnd()) {
    fail(
      `line 1 says that there are ${count} words, but more bytes follow from ${reader.taken} on`,
    );
  }
  return rows.table();
}

/** Writes a binary file of word2vec, as the C program does. */
export function* writeBinary(table: WordTable, doing: string): Generator<Uint8Array> {
  const { words, data, width } = table;
  checkTexts(doing, { ...table, labels: {} }, {
    // deno-lint-ignore no-control-regex -- these are what C's scanf takes as the end of a word
    forbidden: /[\x00 \t\n\v\f\r]/,
    what: "a space or line break",
  });
  if (dtypeOf(data) !== "float32") {
    throw new TypeError(
      `Cannot ${doing}: this format holds float32 only; cast(E, "float32") rounds a table to it`,
    );
  }
  const encoder = new TextEncoder();
  yield encoder.encode(`${words.length} ${width}\n`);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (const [id, word] of words.entries()) {
    const text = encoder.encode(`${word} `);
    const row = new Uint8Array(text.length + 4 * width + 1);
    row.set(text);
    row.set(bytes.subarray(id * 4 * width, (id + 1) * 4 * width), text.length);
    row[row.length - 1] = newline;
    yield row;
  }
}
