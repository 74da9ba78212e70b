// Turning words into ids.

import { describe } from "../check/describe.ts";
import { checkChoice, checkOptions, type OptionNames } from "../check/options.ts";

/** Options of {@linkcode Vocabulary.encode}. */
export interface EncodeOptions {
  /** What happens to a word without an id: it is refused, by default, or left out. */
  readonly unknown?: "refuse" | "skip";
}

/** Text as ids, in sentences. */
export interface EncodedText {
  /** The ids of all sentences, one sentence after the other. */
  readonly tokens: Int32Array;
  /** The index in `tokens` at which each sentence begins. */
  readonly starts: Int32Array;
}

const encodeNames: OptionNames<EncodeOptions> = { unknown: ["unk", "oov"] };

/** What gives each word its id, and refuses a word that has none. */
interface Ids {
  has(word: string): boolean;
  id(word: string): number;
}

/** Returns the ids of words, one after the other. */
export function encodeWords(
  tokens: Iterable<string>,
  ids: Ids,
  options: EncodeOptions = {},
): Int32Array {
  const found: number[] = [];
  encodeInto(found, tokens, { ids, skips: checkSkip(options) });
  return Int32Array.from(found);
}

/** Returns the ids of the words of sentences, and where each sentence begins. */
export function encodeSentences(
  sentences: Iterable<Iterable<string>>,
  ids: Ids,
  options: EncodeOptions = {},
): EncodedText {
  const skips = checkSkip(options);
  const tokens: number[] = [];
  const starts: number[] = [];
  for (const sentence of iterated("encode sentences", sentences, "sentences")) {
    starts.push(tokens.length);
    encodeInto(tokens, sentence, { ids, skips });
  }
  return { tokens: Int32Array.from(tokens), starts: Int32Array.from(starts) };
}

function encodeInto(
  found: number[],
  tokens: unknown,
  { ids, skips }: { readonly ids: Ids; readonly skips: boolean },
): void {
  for (const word of wordsOf("encode words", tokens)) {
    if (!skips || ids.has(word)) found.push(ids.id(word));
  }
}

function checkSkip(options: EncodeOptions): boolean {
  checkOptions("encode words", options, encodeNames);
  const { unknown = "refuse" } = options;
  checkChoice("encode words", "unknown", unknown, ["refuse", "skip"]);
  return unknown === "skip";
}

/** The strings of an iterable; a string itself would give its letters. */
export function* wordsOf(doing: string, tokens: unknown): Generator<string> {
  let index = 0;
  for (const word of iterated(doing, tokens, "words")) {
    if (typeof word !== "string") {
      throw new TypeError(
        `Cannot ${doing}: word ${index} must be a string, got ${describe(word)}`,
      );
    }
    index++;
    yield word;
  }
}

function iterated(doing: string, given: unknown, what: string): Iterable<unknown> {
  const isIterable = typeof given === "object" && given !== null && Symbol.iterator in given;
  if (isIterable) return given as Iterable<unknown>;
  throw new TypeError(`Cannot ${doing}: wanted an iterable of ${what}, got ${describe(given)}`);
}
