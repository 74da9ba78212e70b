// Contenders are timed against each other only when they compute the same.

import type { FloatArray } from "@minimodel/core";
import type { Contender } from "../timing.ts";

/** A contender, and what it computes. */
export interface Computing extends Contender {
  /** What a call computes. */
  readonly result: () => FloatArray;
}

/**
 * Compares what contenders compute, and returns them if the results are the same except for
 * rounding.
 *
 * @throws {Error} If one computes other numbers than the first.
 */
export function agreeing(first: Computing, ...others: readonly Computing[]): Contender[] {
  const wanted = first.result();
  const results = others.map(({ name, result }) => ({ name, numbers: result() }));
  for (const { name, numbers } of results) {
    const difference = firstDifference(wanted, numbers);
    if (difference !== undefined) {
      throw new Error(`Cannot time ${name} against ${first.name}: wanted ${difference}`);
    }
  }
  return [first, ...others].map(({ name, run }) => ({ name, run }));
}

/** Where numbers differ from the wanted ones by more than 1e-4 of them, as "2 at [3], got 5". */
export function firstDifference(
  wanted: ArrayLike<number>,
  got: ArrayLike<number>,
): string | undefined {
  if (wanted.length !== got.length) return `${wanted.length} numbers, got ${got.length}`;
  for (let i = 0; i < wanted.length; i++) {
    const [one = NaN, other = NaN] = [wanted[i], got[i]];
    // Written so that NaN differs from everything.
    const near = Math.abs(one - other) <= 1e-4 * Math.max(1, Math.abs(one));
    if (!near) return `${one} at [${i}], got ${other}`;
  }
}
