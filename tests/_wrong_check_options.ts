// Options with which nothing would be checked, or nothing could be told.

/** Options that leave nothing to check, or nothing that can be told, and how they are refused. */
export const wrongCheckOptions: [unknown, typeof TypeError | typeof RangeError, string][] = [
  [{ numRuns: 0 }, RangeError, "numRuns must be a whole number from 1, got 0"],
  [{ numRuns: -1 }, RangeError, "numRuns must be a whole number from 1, got -1"],
  [{ numRuns: NaN }, RangeError, "numRuns must be a whole number from 1, got NaN"],
  [{ numRuns: Infinity }, RangeError, "numRuns must be a whole number from 1, got Infinity"],
  [{ numRuns: 1.5 }, RangeError, "numRuns must be a whole number from 1, got 1.5"],
  [{ numRuns: "10" }, TypeError, 'numRuns must be a whole number from 1, got the string "10"'],
  [{ numRuns: null }, TypeError, "numRuns must be a whole number from 1, got null"],
  [{ numRuns: 10n }, TypeError, "numRuns must be a whole number from 1, got 10n"],
  [{ seed: 0.5 }, RangeError, "seed must be a whole number, got 0.5"],
  [{ seed: NaN }, RangeError, "seed must be a whole number, got NaN"],
  [{ seed: "0" }, TypeError, 'seed must be a whole number, got the string "0"'],
  [{ runs: 10 }, TypeError, 'there is no option "runs"; did you mean "numRuns"?'],
  [null, TypeError, "options must be an object, got null"],
  [10, TypeError, "options must be an object, got 10"],
  [[], TypeError, "options must be an object, got a value of kind Array"],
];
