// Whether a change of meaning is one direction: from infinitive to past, for all verbs the same.

import { describe } from "@minimodel/core/check";
import { checkOptions, type OptionNames } from "@minimodel/core/check";
import type { Matrix } from "../heatmap.ts";
import { best, checkRowId, cosines, readLabels, readTable, unit } from "../_rows.ts";
import { scoresOf, type WordScores } from "./word_scores.ts";

/** Options of {@linkcode directionScores}. */
export interface DirectionScoresOptions {
  /**
   * What each row belongs to, by id, such as its verb; null for a row that is neither measured nor
   * found. The direction for a pair is computed from the pairs of other groups only.
   */
  readonly groups: readonly (string | null)[];
}

const directionNames: OptionNames<DirectionScoresOptions> = { groups: ["verbs", "group"] };

/** What {@linkcode directionScores} returns: scores 1 and 0, by the ids where pairs start. */
export interface DirectionScores extends WordScores {
  /** The cosine between each pair's own difference and the direction of the others. */
  readonly cosines: readonly number[];
}

/**
 * Measures whether one direction leads from the first to the second word of every pair. For each
 * pair (a, b), with the mean of E[b'] - E[a'] over the pairs (a', b') of other groups, score 1 says
 * that of all rows but a, row b is nearest to E[a] plus this mean, by cosine; rows as near as b are
 * taken by id. Pairs whose two words are one are left out.
 *
 * @param table Vectors, (V, d).
 * @param pairs Two ids each, such as those of an infinitive and a past form of its verb.
 * @throws {TypeError} If an option is missing or of the wrong kind, or a pair is not two ids.
 * @throws {RangeError} If a number is not finite, a row of a pair has no group, or there are pairs
 * of fewer than two groups.
 * @throws {IndexError} If an id is not that of a row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { directionScores } from "minimodel/lab";
 *
 * const table = [[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]]; // sing, sang, eat, ate
 * const groups = ["sing", "sing", "eat", "eat"];
 * assertEquals(directionScores(table, [[0, 1], [2, 3]], { groups }).scores, [1, 1]);
 * ```
 */
export function directionScores(
  table: Matrix,
  pairs: readonly (readonly [from: number, to: number])[],
  options: DirectionScoresOptions,
): DirectionScores {
  const doing = "measure a direction";
  checkOptions(doing, options, directionNames);
  const read = readTable(doing, table);
  const groups = readLabels(doing, "groups", options.groups, read.count);
  const kept = readPairs(doing, pairs, groups);
  if (new Set(kept.map(({ group }) => group)).size < 2) {
    throw new RangeError(
      `Cannot ${doing}: wanted pairs of at least two groups, since the direction for one comes ` +
        `from the others, got pairs of ${kept.length === 0 ? "none" : describe(kept[0]?.group)}`,
    );
  }
  const rowOf = (id: number) => read.rows[id] ?? new Float64Array(read.width);
  const differences = kept.map(({ from, to }) => minus(rowOf(to), rowOf(from)));
  const directions = kept.map(({ group }) =>
    mean(differences.filter((_, index) => kept[index]?.group !== group), read.width)
  );
  const queries = kept.map(({ from }, index) => plus(rowOf(from), directions[index] ?? rowOf(0)));
  const ids = groups.flatMap((group, id) => group === null ? [] : [id]);
  const scores: number[] = [];
  for (const row of cosines(queries, read)) {
    const { from, to } = kept[scores.length] ?? { from: 0, to: 0 };
    const [nearest] = best(ids.filter((id) => id !== from), row, 1);
    scores.push(nearest === to ? 1 : 0);
  }
  const along = differences.map((own, index) => cosine(own, directions[index] ?? own));
  return { ...scoresOf(kept.map(({ from }) => from), scores), cosines: along };
}

function readPairs(
  doing: string,
  pairs: unknown,
  groups: readonly (string | null)[],
): { from: number; to: number; group: string }[] {
  if (!Array.isArray(pairs)) {
    throw new TypeError(`Cannot ${doing}: pairs must be an array, got ${describe(pairs)}`);
  }
  return pairs.flatMap((pair: unknown, index) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError(
        `Cannot ${doing}: pair ${index} must be an array of two ids, got ${describe(pair)}`,
      );
    }
    const [from, to]: number[] = pair;
    for (const id of pair) checkRowId(doing, id, groups.length);
    const [group, other] = [groups[from ?? 0], groups[to ?? 0]];
    if (from === undefined || to === undefined || from === to) return [];
    if (typeof group === "string" && group === other) return [{ from, to, group }];
    throw new RangeError(
      `Cannot ${doing}: the rows of pair ${index} must have one group, got ${describe(group)} and ${
        describe(other)
      }`,
    );
  });
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((each, i) => each + (b[i] ?? 0));
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((each, i) => each - (b[i] ?? 0));
}

function mean(rows: readonly Float64Array[], width: number): Float64Array {
  const sum = rows.reduce(plus, new Float64Array(width));
  return sum.map((each) => each / rows.length);
}

function cosine(a: Float64Array, b: Float64Array): number {
  const other = unit(b);
  return unit(a).reduce((sum, each, i) => sum + each * (other[i] ?? 0), 0);
}
