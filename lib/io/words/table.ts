// What the formats of word vectors have in common: a table with its words, and how it is collected.

import { describe, quoted } from "../../check/describe.ts";
import type { DType, FloatArray } from "../../check/dtype.ts";

/** A table of word vectors, as files hold it. */
export interface WordTable {
  /** The words; a row of the table each. */
  readonly words: readonly string[];
  /** The numbers, row after row. */
  readonly data: FloatArray;
  /** How many numbers a row has. */
  readonly width: number;
  /** What is known of each word: by the label's name, one text per word. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Throws a FormatError with what is wrong and where. */
export type Fail = (detail: string) => never;

/** How a file is read. */
export interface ReadRules {
  /** Kind of the numbers; by default that of the file, and "float32" for text. */
  readonly dtype: DType | undefined;
  /** What to do with a word that has occurred before: refuse the file, or keep the first. */
  readonly duplicates: "refuse" | "first";
  readonly fail: Fail;
}

/** New numbers of a dtype. */
export function newNumbers(dtype: DType, length: number): FloatArray {
  return dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
}

/** Collects rows of one width, however many there will be. */
export class Rows {
  readonly words: string[] = [];
  readonly #places = new Map<string, string>();
  readonly #width: number;
  readonly #rules: ReadRules;
  #data: FloatArray;

  constructor(width: number, dtype: DType, rules: ReadRules) {
    this.#width = width;
    this.#rules = rules;
    // What a file says of its size is not believed: memory is taken for rows that are there.
    this.#data = newNumbers(dtype, 0);
  }

  /** Adds a word; returns where its numbers go, or undefined if the row is not to be kept. */
  add(word: string, place: string): FloatArray | undefined {
    const before = this.#places.get(word);
    if (before !== undefined) {
      if (this.#rules.duplicates === "first") return undefined;
      this.#rules.fail(
        `${place} has the word ${quoted(word.slice(0, 60))} of ${before} again; ` +
          'the option duplicates: "first" keeps the first of them',
      );
    }
    this.#places.set(word, place);
    const start = this.words.length * this.#width;
    this.words.push(word);
    if (start + this.#width > this.#data.length) this.#grow(start + this.#width);
    return this.#data.subarray(start, start + this.#width);
  }

  #grow(least: number): void {
    const length = Math.max(least, 2 * this.#data.length);
    const larger = newNumbers(
      this.#data instanceof Float64Array ? "float64" : "float32",
      length,
    );
    larger.set(this.#data);
    this.#data = larger;
  }

  /** The table so far. */
  table(labels: WordTable["labels"] = {}): WordTable {
    const data = this.#data.slice(0, this.words.length * this.#width);
    return { words: this.words, data, width: this.#width, labels };
  }
}

/**
 * Refuses words and labels that a format cannot hold: `forbidden` are the characters, `what` is how
 * messages name them.
 */
export function checkTexts(
  doing: string,
  { words, labels }: WordTable,
  { forbidden, what, emptyLabels = true }: {
    readonly forbidden: RegExp;
    readonly what: string;
    readonly emptyLabels?: boolean;
  },
): void {
  const check = (name: string, text: string, id: number, mayBeEmpty: boolean) => {
    const why = !text.isWellFormed()
      ? "half of a surrogate pair"
      : forbidden.test(text)
      ? what
      : text === "" && !mayBeEmpty
      ? "nothing"
      : undefined;
    if (why === undefined) return;
    throw new TypeError(
      `Cannot ${doing}: this format cannot hold ${why} in a ${name}, got ${describe(text)} ` +
        `with id ${id}; safetensors and Parquet hold any text`,
    );
  };
  words.forEach((word, id) => check("word", word, id, false));
  for (const [name, values] of Object.entries(labels)) {
    check("label's name", name, 0, false);
    values.forEach((value, id) => check("label", value, id, emptyLabels));
  }
}
