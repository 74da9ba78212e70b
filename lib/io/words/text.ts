// word2vec's text format, fastText's .vec, which is the same, and GloVe's, which has no first line with
// the counts: a line per word, and behind the word its numbers.

import { quoted } from "../../check/describe.ts";
import { encoded, linesOf, textOf } from "./_bytes.ts";
import { formatFloat32, formatFloat64, parseNumber } from "./_numbers.ts";
import { checkTexts, type Fail, type ReadRules, Rows, type WordTable } from "./table.ts";

const [space, tab] = [32, 9];

/** Whether a file begins with a line of two counts; "maybe" if its first line has to tell. */
export type Header = "yes" | "no" | "maybe";

/** What a line is, seen from its end: the places where its last numbers start and end. */
interface Fields {
  /** Start and end of each of the last fields, in order. */
  readonly places: Int32Array;
  /** Where what is before them ends. */
  readonly wordEnd: number;
  /** How many there are; fewer than wanted if the line is too short. */
  readonly count: number;
}

/** Reads the lines of a text. */
export function readText(
  pieces: Iterable<Uint8Array>,
  header: Header,
  rules: ReadRules,
): WordTable {
  const { fail, dtype = "float32" } = rules;
  let said: { readonly count: number; readonly width: number } | undefined;
  let rows: Rows | undefined;
  let [width, seen] = [0, 0];
  for (const { bytes, number } of linesOf(pieces, fail)) {
    const place = `line ${number}`;
    if (number === 1 && header !== "no") {
      said = countsIn(bytes);
      if (said === undefined && header === "yes") {
        fail(`line 1 must have two counts, of words and of numbers, got ${excerpt(bytes)}`);
      }
      if (said !== undefined) {
        width = said.width;
        continue;
      }
    }
    if (rows === undefined) {
      width = said?.width ?? numbersAtEnd(bytes);
      if (width === 0 && said === undefined) {
        fail(`${place} must have a word and its numbers, got ${excerpt(bytes)}`);
      }
      rows = new Rows(width, dtype, rules);
    }
    if (said !== undefined && seen === said.count) {
      fail(`line 1 says that there are ${said.count} words, but ${place} is one more`);
    }
    seen++;
    const { places, wordEnd, count } = lastFields(bytes, width);
    if (count < width || wordEnd === 0) {
      fail(`${place} must have a word and ${width} numbers, got ${excerpt(bytes)}`);
    }
    const word = textOf(bytes.subarray(0, wordEnd), place, fail);
    checkWord(bytes, wordEnd, word, `${place} must have a word and ${width} numbers`, fail);
    const target = rows.add(word, place);
    for (let i = 0; i < width; i++) {
      const [start, end] = [places[2 * i] ?? 0, places[2 * i + 1] ?? 0];
      const value = parseNumber(bytes, start, end) ??
        fail(
          `${place} must have a number as number ${i} of ${width}, got ${
            excerpt(bytes.subarray(start, end))
          }`,
        );
      if (target !== undefined) target[i] = value;
    }
  }
  if (said !== undefined && seen < said.count) {
    fail(`line 1 says that there are ${said.count} words, got ${seen}`);
  }
  if (rows === undefined && said === undefined) fail("it is empty");
  return (rows ?? new Rows(width, dtype, rules)).table();
}

/** The two counts of a first line; undefined if it is another line. */
function countsIn(bytes: Uint8Array): { count: number; width: number } | undefined {
  const text = bytes.length > 60 ? "" : new TextDecoder().decode(bytes);
  const [, count = "", width = ""] = /^(\d{1,15})[ \t]+(\d{1,9})[ \t]*$/.exec(text) ?? [];
  return width === "" ? undefined : { count: Number(count), width: Number(width) };
}

/** How many fields at the end of a line are numbers; its first field is the word in any case. */
function numbersAtEnd(bytes: Uint8Array): number {
  const { places, count, wordEnd } = lastFields(bytes, Infinity);
  let numbers = 0;
  for (let i = count - 1; i >= 0; i--) {
    if (parseNumber(bytes, places[2 * i] ?? 0, places[2 * i + 1] ?? 0) === undefined) break;
    numbers++;
  }
  return wordEnd === 0 && numbers === count ? numbers - 1 : numbers;
}

/** Finds the last fields of a line, which has at least one field before them. */
function lastFields(bytes: Uint8Array, wanted: number): Fields {
  const ends: number[] = [];
  let at = bytes.length;
  const isGap = (place: number) => bytes[place] === space || bytes[place] === tab;
  while (at > 0 && ends.length < 2 * wanted) {
    while (at > 0 && isGap(at - 1)) at--;
    if (at === 0) break;
    ends.push(at);
    while (at > 0 && !isGap(at - 1)) at--;
    ends.push(at);
  }
  while (at > 0 && isGap(at - 1)) at--;
  return { places: Int32Array.from(ends.reverse()), wordEnd: at, count: ends.length / 2 };
}

/** Refuses a word that ends in a number: the line has too many of these. */
function checkWord(bytes: Uint8Array, end: number, word: string, must: string, fail: Fail): void {
  const gap = Math.max(bytes.lastIndexOf(space, end - 1), bytes.lastIndexOf(tab, end - 1));
  if (gap < 0 || parseNumber(bytes, gap + 1, end) === undefined) return;
  fail(`${must}, got one more number behind ${quoted(word.slice(0, 40))}`);
}

function excerpt(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 60));
  return quoted(text) + (bytes.length > 60 ? " and so on" : "");
}

/** Writes a line per word, and before them one with the counts if `header`. */
export function writeText(
  table: WordTable,
  { header, doing }: { readonly header: boolean; readonly doing: string },
): Iterable<Uint8Array> {
  checkTexts(doing, { ...table, labels: {} }, {
    // deno-lint-ignore no-control-regex -- these are what C's scanf takes as the end of a word
    forbidden: /[\x00 \t\n\v\f\r]/,
    what: "a space or line break",
  });
  return encoded(linesFor(table, header));
}

function* linesFor({ words, data, width }: WordTable, header: boolean): Generator<string> {
  if (header) yield `${words.length} ${width}\n`;
  const format = data instanceof Float32Array ? formatFloat32 : formatFloat64;
  for (const [row, word] of words.entries()) {
    let line = word;
    for (let i = row * width; i < (row + 1) * width; i++) line += ` ${format(data[i] ?? 0)}`;
    yield `${line}\n`;
  }
}
