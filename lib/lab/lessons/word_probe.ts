// Whether a label can be read off a vector by a linear rule, tried on words of verbs that the rule
// has not seen.

import { CholeskyDecomposition, Matrix as Dense } from "ml-matrix";
import { describe } from "@minimodel/core/check";
import { checkOptions, type OptionNames } from "@minimodel/core/check";
import type { Matrix } from "../heatmap.ts";
import { readLabels, readTable } from "../_rows.ts";
import { scoresOf, type WordScores } from "./word_scores.ts";

/** Options of {@linkcode linearProbe}. */
export interface LinearProbeOptions {
  /**
   * What each row belongs to, by id, such as its verb; null for a row that is left out. All rows of
   * a group are left out when the rule for them is fitted: a rule that has seen "sang" would know
   * "sung" by the verb alone.
   */
  readonly groups: readonly (string | null)[];
  /** How much small weights are preferred, above 0, against the mean variance; 0.01 by default. */
  readonly ridge?: number;
}

const probeNames: OptionNames<LinearProbeOptions> = {
  groups: ["verbs", "group"],
  ridge: ["alpha", "lambda", "l2"],
};

/** What {@linkcode linearProbe} returns: score 1 for each word whose label was read right. */
export interface ProbeScores extends WordScores {
  /** The label that was read for each word. */
  readonly predicted: readonly string[];
}

/** A row with its label and group. */
interface Example {
  readonly id: number;
  readonly row: Float64Array;
  readonly label: string;
  readonly group: string;
}

/**
 * Reads labels off vectors by a linear rule, leaving out one group after the other. The rule is
 * ridge regression: with z the rows that it is fitted to, less their mean, and y, which is 1 for a
 * row's label and 0 for others, less its mean, `W = (S + ridge mean(diag S) I)^-1 z^T y / n` where
 * `S = z^T z / n`; the label with the largest `z W + mean y` is read. Turning or scaling all vectors
 * changes nothing.
 *
 * @param table Vectors, (V, d).
 * @param labels One for each row; rows with null are left out.
 * @throws {TypeError} If an option is missing or of the wrong kind.
 * @throws {RangeError} If a number is not finite, ridge is not above 0, or there are fewer than two
 * labels or groups.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearProbe } from "minimodel/lab";
 *
 * const table = [[5, 0], [5, 1], [1, 0], [1, 1], [3, 0], [3, 1]];
 * const tenses = ["past", "future", "past", "future", "past", "future"];
 * const groups = ["sing", "sing", "eat", "eat", "drink", "drink"];
 * assertEquals(linearProbe(table, tenses, { groups }).predicted, tenses);
 * ```
 */
export function linearProbe(
  table: Matrix,
  labels: readonly (string | null)[],
  options: LinearProbeOptions,
): ProbeScores {
  const doing = "fit a linear probe";
  checkOptions(doing, options, probeNames);
  const { ridge = 0.01 } = options;
  if (!(typeof ridge === "number" && ridge > 0 && ridge < Infinity)) {
    throw new RangeError(`Cannot ${doing}: ridge must be above 0, got ${describe(ridge)}`);
  }
  const read = readTable(doing, table);
  const known = readLabels(doing, "labels", labels, read.count);
  const groups = readLabels(doing, "groups", options.groups, read.count);
  const examples = read.rows.flatMap((row, id): Example[] => {
    const [label, group] = [known[id], groups[id]];
    return typeof label === "string" && typeof group === "string"
      ? [{ id, row, label, group }]
      : [];
  });
  const byGroup = Map.groupBy(examples, ({ group }) => group);
  const names = [...new Set(examples.map(({ label }) => label))].sort();
  for (const [what, count] of Object.entries({ labels: names.length, groups: byGroup.size })) {
    if (count >= 2) continue;
    throw new RangeError(`Cannot ${doing}: wanted at least two ${what}, got ${count}`);
  }
  const predicted = new Map<number, string>();
  for (const [group, left] of byGroup) {
    const read = fit(examples.filter((each) => each.group !== group), names, ridge);
    for (const { id, row } of left) predicted.set(id, read(row));
  }
  const scores = examples.map(({ id, label }) => predicted.get(id) === label ? 1 : 0);
  return {
    ...scoresOf(examples.map(({ id }) => id), scores),
    predicted: examples.map(({ id }) => predicted.get(id) ?? ""),
  };
}

/** Fits the rule to examples; what it returns reads the label of a row. */
function fit(examples: readonly Example[], names: readonly string[], ridge: number) {
  const count = examples.length;
  const x = new Dense(examples.map(({ row }) => row));
  const means = x.mean("column");
  const z = x.subRowVector(means);
  const y = new Dense(examples.map(({ label }) => names.map((name) => Number(name === label))));
  const shares = y.mean("column");
  y.subRowVector(shares);
  const transposed = z.transpose();
  const squares = transposed.mmul(z).div(count);
  const weak = ridge * squares.trace() / Math.max(1, z.columns);
  // Rows that are all alike have no variance, and the most frequent label is read.
  const solvable = squares.add(Dense.eye(z.columns).mul(weak > 0 ? weak : 1));
  const weights = new CholeskyDecomposition(solvable).solve(transposed.mmul(y).div(count));
  return (row: Float64Array): string => {
    const own = new Dense([row]).subRowVector(means);
    const said = own.mmul(weights).addRowVector(shares).to1DArray();
    return names[said.indexOf(said.reduce((most, each) => Math.max(most, each), -Infinity))] ?? "";
  };
}
