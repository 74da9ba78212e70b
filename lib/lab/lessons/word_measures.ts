// The numbers of Lab 02 in one table, each beside what it would be without any training, and with the
// same vectors given to other words.

import { describe } from "@minimodel/core/check";
import { checkOptions, type OptionNames } from "@minimodel/core/check";
import { checkWhole } from "../_whole_number.ts";
import { readTable } from "../_rows.ts";
import type { Matrix } from "../heatmap.ts";
import { bootstrapMean, type Interval, quantile, shuffleRows } from "./bootstrap.ts";
import { directionScores } from "./word_direction.ts";
import { linearProbe } from "./word_probe.ts";
import { nearestPurity, translationRanks, type WordScores } from "./word_scores.ts";

/** What is known of a word: an entry of a vocabulary has it. */
export interface LabelledWord {
  /** Its language. */
  readonly language: string | null;
  /** Its verb, under one name in all languages; null for a word that is no form of a verb. */
  readonly verb: string | null;
  /** Its tense; "infinitive" and "past" are the ends of the direction. */
  readonly tense: string | null;
  /** Its person; null if the form serves for several. */
  readonly person: number | null;
}

/** Options of {@linkcode measureWords}. */
export interface MeasureWordsOptions {
  /** The table before training, (V, d). */
  readonly untrained: Matrix;
  /** What is known of each word, by id; those that are no verbs are left out. */
  readonly words: readonly LabelledWord[];
  /** How many neighbours purity looks at; 5 by default. */
  readonly k?: number;
  /** How many times the vectors are shuffled; 20 by default. */
  readonly shuffles?: number;
  /** How many times verbs are drawn for an interval; 2000 by default. */
  readonly resamples?: number;
  /** Seed of shuffling and drawing, in [0, 2^32 - shuffles); 0 by default. */
  readonly seed?: number;
}

const measureNames: OptionNames<MeasureWordsOptions> = {
  untrained: ["control", "before"],
  words: ["labels", "vocabulary", "entries"],
  k: ["neighbors", "topK"],
  shuffles: ["permutations"],
  resamples: ["nResamples"],
  seed: ["randomState"],
};

/** One number with its controls. */
export interface WordMeasure {
  /** What was measured. */
  readonly measure: string;
  /** On the table: the mean, and the interval of drawing verbs. */
  readonly trained: Interval;
  /** On the table before training, likewise. */
  readonly untrained: Interval;
  /** With the vectors shuffled: the mean over the shuffles, and where 95 % of them lie. */
  readonly shuffled: Interval;
}

interface Measurement {
  readonly measure: string;
  readonly scoresOf: (table: Matrix) => WordScores;
}

/**
 * Measures how far the forms of verbs have found their places: purity of the nearest neighbours by
 * verb, how often a translation is among the first three, whether one direction leads from infinitive
 * to past, and linear probes for tense and language. Direction and probes are tried on verbs that they
 * have not seen. A translation is a form of the verb in another language, with the tense, and with the
 * person if both have one; the direction ends at the past of the third person.
 *
 * @param table Vectors, (V, d).
 * @throws {TypeError} If an option is missing or of the wrong kind.
 * @throws {RangeError} If a number is not finite, or there is too little to measure.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normal } from "minimodel";
 * import { measureWords } from "minimodel/lab";
 *
 * const words = ["sing", "eat", "drink"].flatMap((verb) =>
 *   ["en", "es"].flatMap((language) =>
 *     ["infinitive", "past"].map((tense) => ({ verb, language, tense, person: null }))
 *   )
 * );
 * // One entry for each verb, tense and language: everything can be read off.
 * const table = words.map(({ verb, language, tense }) =>
 *   ["sing", "eat", "drink"].map((each) => 2 * Number(each === verb))
 *     .concat(Number(tense === "past"), Number(language === "es"))
 * );
 * const untrained = normal([12, 5], { seed: 0 });
 * const measures = measureWords(table, { untrained, words, k: 3 });
 * assertEquals(measures.map(({ trained }) => trained.mean), [1, 1, 1, 1, 1]);
 * ```
 */
export function measureWords(table: Matrix, options: MeasureWordsOptions): WordMeasure[] {
  const doing = "measure words";
  checkOptions(doing, options, measureNames);
  const { k = 5, shuffles = 20, resamples = 2000, seed = 0 } = options;
  checkWhole(doing, "shuffles", shuffles, 1);
  const { words } = options;
  if (!Array.isArray(words)) {
    throw new TypeError(
      `Cannot ${doing}: words must be an array of what is known of each, got ${describe(words)}`,
    );
  }
  const ids = words.flatMap((word, id) => typeof word?.verb === "string" ? [id] : []);
  const known = ids.flatMap((id) => words[id] ?? []);
  const rowsOf = (given: Matrix, name: string) => {
    const { rows, count } = readTable(`${doing} of the ${name} table`, given);
    if (count !== words.length) {
      throw new TypeError(
        `Cannot ${doing}: words must have one for each of ${count} rows, got ${words.length}`,
      );
    }
    return ids.flatMap((id) => rows[id] ?? []);
  };
  const own = rowsOf(table, "trained");
  const before = rowsOf(options.untrained, "untrained");
  const orders = Array.from({ length: shuffles }, (_, at) => shuffleRows(own, { seed: seed + at }));
  return measurementsOf(known, k).map(({ measure, scoresOf }): WordMeasure => {
    const intervalOf = (rows: Matrix) => {
      const { ids: measured, scores } = scoresOf(rows);
      const groups = measured.map((id) => `${known[id]?.verb}`);
      return bootstrapMean(scores, { groups, resamples, seed });
    };
    const means = Float64Array.from(orders, (rows) => scoresOf(rows).mean).sort();
    const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
    return {
      measure,
      trained: intervalOf(own),
      untrained: intervalOf(before),
      shuffled: { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) },
    };
  });
}

function measurementsOf(words: readonly LabelledWord[], k: number): Measurement[] {
  const column = (name: "verb" | "tense" | "language") => words.map((word) => word[name]);
  const groups = column("verb");
  const languages = column("language");
  const idsWhere = (fits: (word: LabelledWord) => boolean) =>
    words.flatMap((word, id) => fits(word) ? [id] : []);
  const samePerson = (a: LabelledWord, b: LabelledWord) =>
    a.person === null || b.person === null || a.person === b.person;
  const translations = words.map((word) =>
    idsWhere((other) =>
      other.verb === word.verb && other.tense === word.tense && other.language !== null &&
      word.language !== null && other.language !== word.language && samePerson(word, other)
    )
  );
  const pairs = words.flatMap((word, id): [number, number][] => {
    if (word.tense !== "infinitive") return [];
    const third = { ...word, person: 3 };
    const [past] = idsWhere((other) =>
      other.verb === word.verb && other.language === word.language && other.tense === "past" &&
      samePerson(third, other)
    );
    return past === undefined ? [] : [[id, past]];
  });
  const inFirstThree = ({ ids, scores }: WordScores): WordScores => {
    const hits = scores.map((rank) => Number(rank <= 3));
    return { ids, scores: hits, mean: hits.reduce((sum, each) => sum + each, 0) / hits.length };
  };
  return [
    {
      measure: `${k} nearest of the same verb`,
      scoresOf: (table) => nearestPurity(table, groups, { k }),
    },
    {
      measure: "translation among the first 3",
      scoresOf: (table) => inFirstThree(translationRanks(table, { languages, translations })),
    },
    {
      measure: "infinitive to past, other verbs' direction",
      scoresOf: (table) => directionScores(table, pairs, { groups }),
    },
    {
      measure: "tense by a linear probe, other verbs",
      scoresOf: (table) => linearProbe(table, column("tense"), { groups }),
    },
    {
      measure: "language by a linear probe, other verbs",
      scoresOf: (table) => linearProbe(table, languages, { groups }),
    },
  ];
}
