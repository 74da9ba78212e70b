// What WordVectors is asked, and what it answers.

import { describe } from "../check/describe.ts";
import type { OptionNames } from "../check/options.ts";
import type { WordOrVector } from "./_query.ts";
import type { Metric } from "./_scores.ts";
import type { Labels } from "./_words.ts";

/** Options of a {@linkcode WordVectors}. */
export interface WordVectorsOptions {
  /** What is known of each word: by the label's name, one text per word; `{}` by default. */
  readonly labels?: Labels;
}

/** Options of {@linkcode WordVectors.nearest}. */
export interface NearestOptions {
  /** How many words to find for each query; 10 by default. */
  readonly k?: number;
  /** What counts as near: "cosine", by default, or "dot". */
  readonly metric?: Metric;
}

/** What {@linkcode WordVectors.analogy} is asked. */
export interface AnalogyOptions {
  /** Words or vectors that are added; at least one. */
  readonly positive: readonly WordOrVector[];
  /** Words or vectors that are subtracted; none by default. */
  readonly negative?: readonly WordOrVector[];
  /** How many words to find; 10 by default. */
  readonly k?: number;
}

/** Options of {@linkcode WordVectors.similarity}. */
export interface SimilarityOptions {
  /** What counts as similar: "cosine", by default, or "dot". */
  readonly metric?: Metric;
}

/** A word that was found, with its score: a cosine or a dot product. */
export interface Neighbor {
  /** The word. */
  readonly word: string;
  /** Its id, which is its row of the table. */
  readonly id: number;
  /** How near it is; larger is nearer. */
  readonly score: number;
}

/** The names of the options of a table of words. */
export const optionNames: OptionNames<WordVectorsOptions> = { labels: ["metadata"] };
/** The names of the options of a search. */
export const nearestNames: OptionNames<NearestOptions> = { k: ["topn", "topK", "n"], metric: [] };
/** The names of what an analogy is made of. */
export const analogyNames: OptionNames<AnalogyOptions> = {
  positive: [],
  negative: [],
  k: nearestNames.k,
};
/** The names of the options of a comparison. */
export const similarityNames: OptionNames<SimilarityOptions> = { metric: [] };
/** What can count as near. */
export const metrics: readonly string[] = ["cosine", "dot"] satisfies Metric[];

/** Refuses anything but a count of words to find. */
export function checkK(doing: string, k: unknown): void {
  if (Number.isSafeInteger(k) && (k as number) >= 1) return;
  throw new RangeError(`Cannot ${doing}: k must be a whole number from 1, got ${describe(k)}`);
}
