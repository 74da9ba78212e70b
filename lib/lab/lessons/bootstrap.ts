// How far a mean would move with other data: an interval by resampling, and tables whose rows are
// shuffled, on which nothing can be found.

import { createRandom } from "@minimodel/core";
import { describe } from "@minimodel/core/check";
import { checkOptions, type OptionNames } from "@minimodel/core/check";
import { checkWhole } from "../_whole_number.ts";
import type { Matrix } from "../heatmap.ts";
import { readTable } from "../_rows.ts";

/** Options of {@linkcode bootstrapMean}. */
export interface BootstrapOptions {
  /**
   * What each score belongs to, such as the verb of its word: whole groups are drawn. Scores within
   * a group are alike, so that drawing them one by one would make the interval too narrow.
   */
  readonly groups: readonly string[];
  /** How many times groups are drawn; 2000 by default. */
  readonly resamples?: number;
  /** How many of the drawn means are within the interval, as a share; 0.95 by default. */
  readonly level?: number;
  /** Seed of the draws, in [0, 2^32); 0 by default. */
  readonly seed?: number;
}

const bootstrapNames: OptionNames<BootstrapOptions> = {
  groups: ["clusters", "units"],
  resamples: ["nResamples", "samples", "n"],
  level: ["confidence", "confidenceLevel"],
  seed: ["randomState"],
};

/** A mean, and the interval in which resampling finds it. */
export interface Interval {
  /** The mean of the scores. */
  readonly mean: number;
  /** The lower end of the interval. */
  readonly low: number;
  /** The upper end of the interval. */
  readonly high: number;
}

/**
 * Computes the percentile bootstrap interval of a mean (Efron, 1979), drawing whole groups of
 * scores with replacement: the mean of all scores of the drawn groups, `resamples` times.
 *
 * @throws {TypeError} If scores or groups are of the wrong kind, or not equally many.
 * @throws {RangeError} If there are no scores, one is not finite, or an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bootstrapMean } from "minimodel/lab";
 *
 * const scores = [1, 1, 0, 0];
 * const alike = bootstrapMean(scores, { groups: ["sing", "sing", "eat", "eat"] });
 * assertEquals(alike, { mean: 0.5, low: 0, high: 1 });
 * ```
 */
export function bootstrapMean(scores: readonly number[], options: BootstrapOptions): Interval {
  const doing = "compute an interval";
  checkOptions(doing, options, bootstrapNames);
  const { groups, resamples = 2000, level = 0.95, seed = 0 } = options;
  const totals = readGroups(doing, scores, groups);
  checkWhole(doing, "resamples", resamples, 1);
  if (!(typeof level === "number" && level > 0 && level < 1)) {
    throw new RangeError(`Cannot ${doing}: level must be in (0, 1), got ${describe(level)}`);
  }
  const random = createRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0];
    for (let draw = 0; draw < totals.length; draw++) {
      const drawn = totals[random.integer(totals.length)];
      sum += drawn?.sum ?? 0;
      count += drawn?.count ?? 0;
    }
    return sum / count;
  }).sort();
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  return { mean, low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

/** The number below which the given share of sorted numbers is, between the two nearest. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (place % 1) * (above - below);
}

function readGroups(
  doing: string,
  scores: readonly number[],
  groups: readonly string[],
): { sum: number; count: number }[] {
  for (const [name, value] of Object.entries({ scores, groups })) {
    if (Array.isArray(value)) continue;
    throw new TypeError(`Cannot ${doing}: ${name} must be an array, got ${describe(value)}`);
  }
  if (scores.length === 0) throw new RangeError(`Cannot ${doing}: wanted scores, got none`);
  if (scores.length !== groups.length) {
    throw new TypeError(
      `Cannot ${doing}: wanted a group for each of ${scores.length} scores, got ${groups.length}`,
    );
  }
  const totals = new Map<string, { sum: number; count: number }>();
  scores.forEach((score, index) => {
    const group = groups[index];
    if (!Number.isFinite(score)) {
      throw new RangeError(`Cannot ${doing}: scores must be finite, got ${describe(score)}`);
    }
    if (typeof group !== "string") {
      throw new TypeError(`Cannot ${doing}: groups must be strings, got ${describe(group)}`);
    }
    const { sum, count } = totals.get(group) ?? { sum: 0, count: 0 };
    totals.set(group, { sum: sum + score, count: count + 1 });
  });
  return [...totals.values()];
}

/** Options of {@linkcode shuffleRows}. */
export interface ShuffleRowsOptions {
  /** Seed of the order, in [0, 2^32); 0 by default. */
  readonly seed?: number;
}

const shuffleNames: OptionNames<ShuffleRowsOptions> = { seed: ["randomState"] };

/**
 * Returns the rows of a table in a random order: the same vectors, of which none is that of its
 * word but by chance. What is still found on it was never in the vectors.
 *
 * @param table Vectors, (V, d).
 * @throws {TypeError} If the table is not one of numbers.
 * @throws {RangeError} If a number is not finite, or the seed is not in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shuffleRows } from "minimodel/lab";
 *
 * const table = [[1, 2], [3, 4], [5, 6]];
 * assertEquals(shuffleRows(table, { seed: 1 }).map(([first]) => first).sort(), [1, 3, 5]);
 * assertEquals(shuffleRows(table, { seed: 1 }), shuffleRows(table, { seed: 1 }));
 * ```
 */
export function shuffleRows(table: Matrix, options: ShuffleRowsOptions = {}): Float64Array[] {
  const doing = "shuffle rows";
  checkOptions(doing, options, shuffleNames);
  const random = createRandom(options.seed ?? 0);
  const rows = [...readTable(doing, table).rows];
  // The shuffle of Fisher and Yates, from the end.
  for (let end = rows.length; end > 1; end--) {
    const [taken] = rows.splice(random.integer(end), 1);
    if (taken !== undefined) rows.push(taken);
  }
  return rows;
}
