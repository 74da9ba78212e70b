// The options of checks: how many random cases are tried, and which.

import { checkOptions, type OptionNames } from "../check/options.ts";
import { checkWhole } from "./_whole_number.ts";

/** How many random cases are tried, and which. */
export interface CheckOptions {
  /** Start of the random cases, a whole number; 0 by default. */
  readonly seed?: number;
  /** How many random cases a property is tried on, at least 1; 100 by default. */
  readonly numRuns?: number;
}

/** What other libraries call these. */
export const checkOptionNames: OptionNames<CheckOptions> = {
  seed: ["randomState"],
  numRuns: ["runs", "count", "maxExamples"],
};

/** The options with their defaults; a check that was tried on no case would hold of anything. */
export function withCheckDefaults<Options extends CheckOptions>(
  doing: string,
  options: Options,
  names: OptionNames<Options>,
): Required<CheckOptions> {
  checkOptions(doing, options, names);
  const { seed = 0, numRuns = 100 } = options;
  checkWhole(doing, "seed", seed);
  checkWhole(doing, "numRuns", numRuns, 1);
  return { seed, numRuns };
}
