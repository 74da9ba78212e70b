// The options of checks: how many random cases are tried, and which.

import { checkOptions, type OptionNames } from "@minimodel/core/check";
import { checkWhole } from "./_whole_number.ts";

/** How many random cases are tried, and which. */
export interface CheckOptions {
  /** Seed of the random cases, a whole number; by default another one each time. */
  readonly seed?: number;
  /** How many random cases a property is tried on, at least 1; 100 by default. */
  readonly numRuns?: number;
}

/** What other libraries call these. */
export const checkOptionNames: OptionNames<CheckOptions> = {
  seed: ["randomState"],
  numRuns: ["runs", "count", "maxExamples"],
};

/** Returns the options with their defaults; refuses 0 cases, on which every check would hold. */
export function withCheckDefaults<Options extends CheckOptions>(
  doing: string,
  options: Options,
  names: OptionNames<Options>,
): Required<CheckOptions> {
  checkOptions(doing, options, names);
  const { seed = anySeed(), numRuns = 100 } = options;
  checkWhole(doing, "seed", seed);
  checkWhole(doing, "numRuns", numRuns, 1);
  return { seed, numRuns };
}

/** A seed of at most six digits, which a report shows if a case depends on it. */
function anySeed(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn % 1_000_000;
}
