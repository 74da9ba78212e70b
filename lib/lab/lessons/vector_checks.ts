// Lab 02: what must hold of a learner's answers, written once, for anything that has the interface.

import type { Check } from "../checks.ts";
import { tryCases } from "../try_cases.ts";
import {
  cosineCases,
  cosineExamples,
  directionCases,
  directionExamples,
  nearestCases,
  nearestExamples,
  purityCases,
  purityExamples,
} from "./_vector_cases.ts";
import { checkCosine, checkDirection, checkNearest, checkPurity } from "./_vector_properties.ts";

/** The cosine of the angle between two vectors; 0 if one of them is all zeros. */
export type Cosine = (a: number[], b: number[]) => number;

/** The ids of the `k` rows nearest to a row by cosine, the nearest first, without the row itself. */
export type Nearest = (table: number[][], id: number, k: number) => number[];

/** The mean, over all rows, of the share of their `k` nearest that has their label. */
export type Purity = (table: number[][], labels: string[], k: number) => number;

/** The mean of the second row minus the first over the pairs of all groups but one. */
export type Direction = (
  table: number[][],
  pairs: [from: number, to: number][],
  groups: string[],
  left: string,
) => number[];

/**
 * What must hold of a cosine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cosineChecks, runChecks } from "minimodel/lab";
 *
 * const dot = (a: number[], b: number[]) => a.reduce((sum, each, i) => sum + each * b[i], 0);
 * const { results: [{ failure }] } = await runChecks(cosineChecks, dot);
 * assertEquals(failure?.message, "Given a = [ 2 ], b = [ 4 ], expected 1, got 8");
 * ```
 */
export const cosineChecks: readonly Check<Cosine>[] = [{
  name: "Cosine",
  says: "cosine(a, b) is a . b divided by both lengths, and 0 if one of them is 0",
  hold: (cosine, options) =>
    tryCases(cosineCases, (drawn) => checkCosine(cosine, drawn), {
      ...options,
      examples: cosineExamples,
    }),
}];

/**
 * What must hold of a search for neighbours.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestChecks, runChecks } from "minimodel/lab";
 *
 * const { results: [{ failure }] } = await runChecks(nearestChecks, (_table, id) => [id]);
 * const given = "Given table = [ [ 1 ], [ 2 ] ], id = 0, k = 1";
 * assertEquals(failure?.message, `${given}, expected [ 1 ], got [ 0 ]`);
 * ```
 */
export const nearestChecks: readonly Check<Nearest>[] = [{
  name: "Nearest",
  says: "nearest(table, id, k) lists the k rows with the largest cosine, without the row itself",
  hold: (nearest, options) =>
    tryCases(nearestCases, (drawn) => checkNearest(nearest, drawn), {
      ...options,
      examples: nearestExamples,
    }),
}];

/**
 * What must hold of purity.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { purityChecks, runChecks } from "minimodel/lab";
 *
 * const { results: [{ failure }] } = await runChecks(purityChecks, () => 1);
 * const given = "Given table = [ [ 1, 0 ], [ 2, 1 ], [ 0, 1 ] ]";
 * const labels = 'labels = [ "sing", "sing", "eat" ]';
 * assertEquals(failure?.message, `${given}, ${labels}, k = 1, expected ${2 / 3}, got 1`);
 * ```
 */
export const purityChecks: readonly Check<Purity>[] = [{
  name: "Purity",
  says: "purity(table, labels, k) is the mean share of the k nearest with the word's own label",
  hold: (purity, options) =>
    tryCases(purityCases, (drawn) => checkPurity(purity, drawn), {
      ...options,
      examples: purityExamples,
    }),
}];

/**
 * What must hold of a direction that is tested on a group left out.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { directionChecks, runChecks } from "minimodel/lab";
 *
 * const { results: [{ failure }] } = await runChecks(directionChecks, () => [1, 0]);
 * assertStringIncludes(failure?.message ?? "", "expected [ 0, 2 ], got [ 1, 0 ]");
 * ```
 */
export const directionChecks: readonly Check<Direction>[] = [{
  name: "Direction",
  says: "direction(table, pairs, groups, left) is the mean difference over all verbs but one",
  hold: (direction, options) =>
    tryCases(directionCases, (drawn) => checkDirection(direction, drawn), {
      ...options,
      examples: directionExamples,
    }),
}];
