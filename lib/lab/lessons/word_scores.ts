// How well a table has its words in place: who is near whom, and where the translation is.

import { describe } from "@minimodel/core/check";
import { checkOptions, type OptionNames } from "@minimodel/core/check";
import { checkWhole } from "../_whole_number.ts";
import type { Matrix } from "../heatmap.ts";
import { best, checkRowId, cosines, readLabels, readTable } from "../_rows.ts";

/** One number for each word that was measured. */
export interface WordScores {
  /** The words that were measured, by their ids. */
  readonly ids: readonly number[];
  /** The score of each of them. */
  readonly scores: readonly number[];
  /** The mean of the scores; NaN if nothing was measured. */
  readonly mean: number;
}

/** Options of {@linkcode nearestPurity}. */
export interface NearestPurityOptions {
  /** How many neighbours each word has, from 1; 5 by default. */
  readonly k?: number;
}

const purityNames: OptionNames<NearestPurityOptions> = { k: ["neighbors", "nNeighbors", "topK"] };

/** Options of {@linkcode translationRanks}. */
export interface TranslationRanksOptions {
  /** The language of each word, by id; null for a word that is left out. */
  readonly languages: readonly (string | null)[];
  /** For each word, by id, the ids of its translations; an empty array for a word without one. */
  readonly translations: readonly (readonly number[])[];
}

const translationNames: OptionNames<TranslationRanksOptions> = {
  languages: ["language", "langs"],
  translations: ["pairs", "targets"],
};

/** Puts scores and their mean together. */
export function scoresOf(ids: readonly number[], scores: readonly number[]): WordScores {
  return { ids, scores, mean: scores.reduce((sum, each) => sum + each, 0) / scores.length };
}

/**
 * Measures, for each word, which share of its `k` nearest neighbours by cosine has its label.
 * Neighbours of equal cosine are taken by id.
 *
 * @param table Vectors, (V, d).
 * @param labels One for each row; rows with null are neither measured nor neighbours.
 * @throws {TypeError} If the table is not one of numbers, or there is not one label for each row.
 * @throws {RangeError} If a number is not finite, or fewer than k + 1 rows have labels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestPurity } from "minimodel/lab";
 *
 * const table = [[1, 0], [1, 0.1], [0, 1], [0.1, 1]];
 * assertEquals(nearestPurity(table, ["sing", "sing", "eat", "eat"], { k: 1 }).mean, 1);
 * assertEquals(nearestPurity(table, ["sing", "eat", "sing", "eat"], { k: 1 }).mean, 0);
 * ```
 */
export function nearestPurity(
  table: Matrix,
  labels: readonly (string | null)[],
  options: NearestPurityOptions = {},
): WordScores {
  const doing = "measure purity";
  checkOptions(doing, options, purityNames);
  const { k = 5 } = options;
  checkWhole(doing, "k", k, 1);
  const read = readTable(doing, table);
  const known = readLabels(doing, "labels", labels, read.count);
  const ids = idsOf(known);
  if (ids.length <= k) {
    throw new RangeError(
      `Cannot ${doing} of ${k} neighbours: wanted at least ${
        k + 1
      } words with a label, got ${ids.length}`,
    );
  }
  const scores: number[] = [];
  for (const row of cosines(ids.flatMap((id) => read.rows[id] ?? []), read)) {
    const id = ids[scores.length] ?? 0;
    const near = best(ids.filter((other) => other !== id), row, k);
    scores.push(near.filter((other) => known[other] === known[id]).length / k);
  }
  return scoresOf(ids, scores);
}

/**
 * Ranks, for each word, the nearest of its translations among all words of other languages, by
 * cosine. Rank 1 is the best. Words as near as the translation count as before it, so that a table
 * whose rows are all alike gets the worst ranks.
 *
 * @param table Vectors, (V, d).
 * @throws {TypeError} If an option is missing or of the wrong kind.
 * @throws {RangeError} If a number is not finite, or a translation is in the word's own language.
 * @throws {IndexError} If a translation is not the id of a row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translationRanks } from "minimodel/lab";
 *
 * const table = [[1, 0], [0, 1], [1, 0.1], [0.1, 1]]; // sing, eat, cantar, comer
 * const languages = ["en", "en", "es", "es"];
 * const ranks = translationRanks(table, { languages, translations: [[2], [3], [0], [1]] });
 * assertEquals(ranks.scores, [1, 1, 1, 1]);
 * ```
 */
export function translationRanks(table: Matrix, options: TranslationRanksOptions): WordScores {
  const doing = "rank translations";
  checkOptions(doing, options, translationNames);
  const { translations } = options;
  const read = readTable(doing, table);
  const languages = readLabels(doing, "languages", options.languages, read.count);
  if (!Array.isArray(translations) || translations.length !== read.count) {
    throw new TypeError(
      `Cannot ${doing}: translations must be an array of ids for each of ${read.count} rows, got ${
        Array.isArray(translations) ? `${translations.length} arrays` : describe(translations)
      }`,
    );
  }
  translations.forEach((targets, id) => checkTargets(doing, targets, { id, languages }));
  const ids = idsOf(languages).filter((id) => (translations[id]?.length ?? 0) > 0);
  const scores: number[] = [];
  for (const row of cosines(ids.flatMap((id) => read.rows[id] ?? []), read)) {
    const id = ids[scores.length] ?? 0;
    const targets = new Set<number>(translations[id]);
    const nearest = [...targets].reduce((most, each) => Math.max(most, row[each] ?? -1), -1);
    const before = idsOf(languages).filter((other) =>
      languages[other] !== languages[id] && !targets.has(other) && (row[other] ?? -1) >= nearest
    );
    scores.push(1 + before.length);
  }
  return scoresOf(ids, scores);
}

function checkTargets(
  doing: string,
  targets: unknown,
  { id, languages }: { id: number; languages: readonly (string | null)[] },
): void {
  if (!Array.isArray(targets)) {
    throw new TypeError(
      `Cannot ${doing}: translations of row ${id} must be an array of ids, got ${
        describe(targets)
      }`,
    );
  }
  for (const target of targets) {
    checkRowId(doing, target, languages.length);
    if (languages[target] !== null && languages[target] !== languages[id]) continue;
    throw new RangeError(
      `Cannot ${doing}: row ${target}, a translation of row ${id}, must be in another language, got ${
        describe(languages[target])
      } for both`,
    );
  }
}

/** The rows that have a label. */
function idsOf(labels: readonly (string | null)[]): number[] {
  return labels.flatMap((label, id) => label === null ? [] : [id]);
}
