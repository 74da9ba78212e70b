// What TensorBoard's Embedding Projector takes: a file of vectors, a line of numbers with tabs between
// them per word, and one of metadata, a line per word. With labels, the metadata have a first line
// with the names of the columns; of words alone they must have none.

import { quoted } from "../../check/describe.ts";
import { encoded, linesOf, textOf } from "./_bytes.ts";
import { formatFloat32, formatFloat64, parseNumber } from "./_numbers.ts";
import { checkTexts, type Fail, type ReadRules, Rows, type WordTable } from "./table.ts";

const tab = 9;

/** The two files. */
export interface Pair<File> {
  readonly vectors: File;
  readonly metadata: File;
}

/** Reads both files; `failMetadata` says what is wrong with the second one. */
export function readProjector(
  { vectors, metadata }: Pair<Iterable<Uint8Array>>,
  rules: ReadRules & { readonly failMetadata: Fail },
): WordTable {
  const { fail, failMetadata, dtype = "float32" } = rules;
  const { names, lines } = readMetadata(metadata, failMetadata);
  let rows: Rows | undefined;
  let [width, count] = [0, 0];
  const kept: (readonly string[])[] = [];
  for (const { bytes, number } of linesOf(vectors, fail)) {
    const texts = lines[number - 1];
    if (texts === undefined) {
      return fail(`line ${number} has no line in the metadata, which have ${lines.length} words`);
    }
    count = number;
    const numbers = numbersIn(bytes, number, fail);
    if (rows === undefined) {
      width = numbers.length;
      rows = new Rows(width, dtype, { ...rules, fail: failMetadata });
    }
    if (numbers.length !== width) {
      fail(`line ${number} must have ${width} numbers, got ${numbers.length}`);
    }
    const target = rows.add(texts[0] ?? "", `word ${number - 1}`);
    if (target === undefined) continue;
    target.set(numbers);
    kept.push(texts);
  }
  if (count < lines.length) fail(`it must have a line per word, ${lines.length}, got ${count}`);
  const labels = names.slice(1).map((name, column) =>
    [name, kept.map((texts) => texts[column + 1] ?? "")] as const
  );
  return (rows ?? new Rows(0, dtype, rules)).table(Object.fromEntries(labels));
}

function readMetadata(
  pieces: Iterable<Uint8Array>,
  fail: Fail,
): { names: readonly string[]; lines: readonly (readonly string[])[] } {
  const lines: (readonly string[])[] = [];
  for (const { bytes, number } of linesOf(pieces, fail)) {
    const texts = textOf(bytes, `line ${number}`, fail).split("\t");
    const [first] = lines;
    if (first !== undefined && first.length !== texts.length) {
      fail(`line ${number} must have ${first.length} columns, as line 1 has, got ${texts.length}`);
    }
    lines.push(texts);
  }
  const [names = []] = lines;
  if (names.length < 2) return { names: [], lines };
  names.slice(1).forEach((name, i) => {
    if (name === "" || names.indexOf(name) <= i) {
      fail(`line 1 must name its columns, each otherwise, got ${quoted(name)} for column ${i + 1}`);
    }
  });
  return { names, lines: lines.slice(1) };
}

function numbersIn(bytes: Uint8Array, line: number, fail: Fail): number[] {
  const numbers: number[] = [];
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(tab, start);
    const end = found < 0 ? bytes.length : found;
    numbers.push(
      parseNumber(bytes, start, end) ??
        fail(
          `line ${line} must have a number in column ${numbers.length}, got ${
            quoted(new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 60))))
          }`,
        ),
    );
    start = end + 1;
  }
  return numbers;
}

/** Writes both files. */
export function writeProjector(table: WordTable, doing: string): Pair<Iterable<Uint8Array>> {
  checkTexts(doing, table, { forbidden: /[\t\n\r]/, what: "a tab or line break" });
  if (table.width === 0) {
    throw new TypeError(`Cannot ${doing}: this format cannot hold vectors without numbers`);
  }
  return { vectors: encoded(vectorLines(table)), metadata: encoded(metadataLines(table)) };
}

function* vectorLines({ words, data, width }: WordTable): Generator<string> {
  const format = data instanceof Float32Array ? formatFloat32 : formatFloat64;
  for (let row = 0; row < words.length; row++) {
    let line = "";
    for (let i = row * width; i < (row + 1) * width; i++) {
      line += (line === "" ? "" : "\t") + format(data[i] ?? 0);
    }
    yield `${line}\n`;
  }
}

function* metadataLines({ words, labels }: WordTable): Generator<string> {
  const names = Object.keys(labels);
  if (names.length > 0) yield `${["word", ...names].join("\t")}\n`;
  for (const [id, word] of words.entries()) {
    yield `${[word, ...names.map((name) => labels[name]?.[id] ?? "")].join("\t")}\n`;
  }
}
