// Words and their ids: which row of a table belongs to which word.

import { describe, quoted } from "../check/describe.ts";
import { IndexError } from "../check/errors.ts";
import type { Ids } from "../check/ids.ts";
import { checkOptions, closest, type OptionNames } from "../check/options.ts";
import { lockProperties, refuseUnknownProperties } from "../check/properties.ts";
import { checkIds } from "../kernels/bounds.ts";
import { readVocabulary, type VocabularyJson, writeVocabulary } from "./_vocabulary_json.ts";
import {
  type EncodedText,
  type EncodeOptions,
  encodeSentences,
  encodeWords,
  wordsOf,
} from "./encode.ts";
import { type CountedWord, takeLabels, type VocabularyEntry, type WordLabels } from "./labels.ts";

export type { EncodedText, EncodeOptions, VocabularyEntry, VocabularyJson, WordLabels };

/** Options of {@linkcode Vocabulary.fromTokens}. */
export interface VocabularyOptions {
  /** How often a word must be there to get an id; 1 by default. */
  readonly minCount?: number;
  /** What is known of some words. */
  readonly labels?: ReadonlyMap<string, Partial<WordLabels>>;
}

const vocabularyNames: OptionNames<VocabularyOptions> = {
  minCount: ["minFreq", "minFrequency", "min"],
  labels: ["tags"],
};

/**
 * The words of a text, each with an id from 0 on, the most frequent word first. Words of one count
 * are in the order of their characters' codes, so that the same text gives the same ids.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vocabulary } from "minimodel";
 *
 * const vocabulary = Vocabulary.fromTokens(["the", "cat", "and", "the", "dog"]);
 * assertEquals(vocabulary.words, ["the", "and", "cat", "dog"]);
 * assertEquals(vocabulary.encode(["the", "dog"]), Int32Array.of(0, 3));
 * assertEquals(vocabulary.entry(0).count, 2);
 * ```
 */
export class Vocabulary {
  /** How many words there are, V. */
  readonly size: number;
  /** The words, by their ids. */
  readonly words: readonly string[];
  /** How often the text has each word, by its id. */
  readonly counts: readonly number[];
  readonly #entries: readonly VocabularyEntry[];
  readonly #ids: ReadonlyMap<string, number>;

  static {
    refuseUnknownProperties(Vocabulary, { settable: {} });
  }

  private constructor(entries: readonly CountedWord[]) {
    this.#entries = entries.map((entry, id) => Object.freeze({ id, ...entry }));
    this.#ids = new Map(entries.map(({ word }, id) => [word, id]));
    this.size = entries.length;
    this.words = Object.freeze(entries.map(({ word }) => word));
    this.counts = Object.freeze(entries.map(({ count }) => count));
    lockProperties(this);
  }

  /**
   * Counts the words of a text, and gives an id to each that is there often enough.
   *
   * @param tokens The words, one after the other; they may come from a generator.
   * @throws {TypeError} If tokens are not an iterable of strings, or an option is of the wrong kind.
   * @throws {RangeError} If minCount is not a whole number from 1.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const labels = new Map([["cantó", { language: "es", verb: "sing", tense: "past" }]]);
   * const vocabulary = Vocabulary.fromTokens(["cantó", "ayer", "cantó"], { minCount: 2, labels });
   * const { word, tense, lemma } = vocabulary.entry(0);
   * assertEquals([vocabulary.size, word, tense, lemma], [1, "cantó", "past", null]);
   * ```
   */
  static fromTokens(tokens: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    const doing = "make a vocabulary";
    checkOptions(doing, options, vocabularyNames);
    const { minCount = 1, labels = new Map<string, Partial<WordLabels>>() } = options;
    if (!Number.isInteger(minCount) || minCount < 1) {
      throw new RangeError(
        `Cannot ${doing}: minCount must be a whole number from 1, got ${describe(minCount)}`,
      );
    }
    if (!(labels instanceof Map)) {
      throw new TypeError(`Cannot ${doing}: labels must be a Map, got ${describe(labels)}`);
    }
    const counts = new Map<string, number>();
    for (const word of wordsOf(doing, tokens)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const kept = [...counts].filter(([, count]) => count >= minCount);
    kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new Vocabulary(
      kept.map(([word, count]) => ({
        word,
        count,
        ...takeLabels(doing, word, labels.get(word)),
      })),
    );
  }

  /**
   * Makes a vocabulary from what {@linkcode Vocabulary.toJSON} gave, or from its text.
   *
   * @throws {FormatError} If it is anything else; the message says where.
   *
   * @example
   * ```ts
   * import { assertEquals, assertThrows } from "@std/assert";
   * import { FormatError, Vocabulary } from "minimodel";
   *
   * const vocabulary = Vocabulary.fromTokens(["one", "two"]);
   * assertEquals(Vocabulary.fromJSON(JSON.stringify(vocabulary)).words, ["one", "two"]);
   * assertThrows(() => Vocabulary.fromJSON({ words: ["one"] }), FormatError, "format");
   * ```
   */
  static fromJSON(json: unknown): Vocabulary {
    return new Vocabulary(readVocabulary(json));
  }

  /**
   * Whether a word has an id.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * assertEquals(Vocabulary.fromTokens(["one"]).has("two"), false);
   * ```
   */
  has(word: string): boolean {
    return this.#ids.has(word);
  }

  /**
   * Returns the id of a word.
   *
   * @throws {RangeError} If it has none; the message has the nearest word that has one.
   * @throws {TypeError} If it is not a string.
   *
   * @example
   * ```ts
   * import { assertEquals, assertThrows } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const vocabulary = Vocabulary.fromTokens(["yesterday", "today"]);
   * assertEquals(vocabulary.id("yesterday"), 1);
   * assertThrows(() => vocabulary.id("yestreday"), RangeError, 'did you mean "yesterday"?');
   * ```
   */
  id(word: string): number {
    const id = this.#ids.get(word);
    if (id !== undefined) return id;
    if (typeof word !== "string") {
      throw new TypeError(`Cannot look up a word: wanted a string, got ${describe(word)}`);
    }
    const nearest = closest(word, this.words);
    throw new RangeError(
      `Cannot look up the word ${quoted(word.slice(0, 40))}: ` +
        `it is not among the ${this.size} words of the vocabulary` +
        (nearest === undefined ? "" : `; did you mean ${quoted(nearest)}?`),
    );
  }

  /**
   * Returns all that is known of the word with an id.
   *
   * @throws {IndexError} If there is no such id.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const { id, word, count } = Vocabulary.fromTokens(["one", "two", "one"]).entry(0);
   * assertEquals({ id, word, count }, { id: 0, word: "one", count: 2 });
   * ```
   */
  entry(id: number): VocabularyEntry {
    const entry = this.#entries[id];
    if (entry !== undefined) return entry;
    throw new IndexError(
      `Cannot look up the word of id ${describe(id)}: ids must be in [0, ${this.size})`,
    );
  }

  /**
   * Returns all words with what is known of them, by their ids.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const vocabulary = Vocabulary.fromTokens(["a", "b"]);
   * assertEquals(vocabulary.entries().map(({ id, word }) => [id, word]), [[0, "a"], [1, "b"]]);
   * ```
   */
  entries(): readonly VocabularyEntry[] {
    return [...this.#entries];
  }

  /**
   * Returns the ids of words.
   *
   * @throws {RangeError} If a word has no id and is not to be skipped.
   * @throws {TypeError} If tokens are not an iterable of strings.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const vocabulary = Vocabulary.fromTokens(["a", "b"]);
   * assertEquals(vocabulary.encode(["b", "c", "a"], { unknown: "skip" }), Int32Array.of(1, 0));
   * ```
   */
  encode(tokens: Iterable<string>, options: EncodeOptions = {}): Int32Array {
    return encodeWords(tokens, this, options);
  }

  /**
   * Returns the ids of the words of sentences, and where each sentence begins.
   *
   * @throws {RangeError} If a word has no id and is not to be skipped.
   * @throws {TypeError} If sentences are not an iterable of iterables of strings.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const vocabulary = Vocabulary.fromTokens(["a", "b", "c"]);
   * const { tokens, starts } = vocabulary.encodeSentences([["a", "b"], ["c", "a"]]);
   * assertEquals(tokens, Int32Array.of(0, 1, 2, 0));
   * assertEquals(starts, Int32Array.of(0, 2));
   * ```
   */
  encodeSentences(
    sentences: Iterable<Iterable<string>>,
    options: EncodeOptions = {},
  ): EncodedText {
    return encodeSentences(sentences, this, options);
  }

  /**
   * Returns the words with ids, as one flat list.
   *
   * @throws {IndexError} If there is no such id.
   * @throws {TypeError} If an id is not a whole number.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * assertEquals(Vocabulary.fromTokens(["a", "b"]).decode([1, 0]), ["b", "a"]);
   * ```
   */
  decode(ids: Ids): string[] {
    const { data } = checkIds(ids, this.size, "decode id");
    return Array.from(data, (id) => this.words[id] ?? "");
  }

  /**
   * Returns a plain object for JSON, which {@linkcode Vocabulary.fromJSON} reads; a checkpoint can
   * keep it in its metadata.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Vocabulary } from "minimodel";
   *
   * const json = Vocabulary.fromTokens(["a", "b", "a"]).toJSON();
   * assertEquals([json.words, json.counts], [["a", "b"], [2, 1]]);
   * ```
   */
  toJSON(): VocabularyJson {
    return writeVocabulary(this.#entries);
  }
}
