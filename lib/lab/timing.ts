// Timing of small functions side by side: the notebook, `deno bench` and the reports all call this.

import { checkFunction, checkOptions, describe, type OptionNames } from "@minimodel/core/check";
import { checkWhole } from "./_whole_number.ts";

/** A function that is timed. */
export interface Contender {
  /** Its name, as reports print it. */
  readonly name: string;
  /** What is timed; its result is used, so that the engine cannot leave the work out. */
  readonly run: () => unknown;
}

/** How long a contender took. */
export interface Timing {
  /** Name of the contender. */
  readonly name: string;
  /** How many calls were timed. */
  readonly iterations: number;
  /** Time of all of them, in milliseconds. */
  readonly totalMs: number;
  /** Median time of a call, in microseconds. */
  readonly medianUs: number;
}

/** Options of {@linkcode timeTogether}. */
export interface TimingOptions {
  /** How many samples of each contender are taken, at least 1; 21 by default. */
  readonly rounds?: number;
  /** Shortest time of a sample, in milliseconds; 2 by default. */
  readonly sampleMs?: number;
  /** The clock, in milliseconds; performance.now by default. */
  readonly now?: () => number;
}

/**
 * Times functions in one interleaved run: a sample of each in turn, round after round, so that
 * other work of the machine affects all of them equally. It awaits nothing, so that a notebook's
 * Stop button ends it, and all variables are kept, if the cell has awaited nothing before.
 *
 * @throws {TypeError} If `contenders` is not an array of contenders, if one of them returns nothing
 * or a promise, or if an option is of the wrong kind or unknown.
 * @throws {RangeError} If there is nothing to time, `rounds` is not a whole number from 1, or
 * `sampleMs` is not a number from 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeTogether } from "@minimodel/lab";
 *
 * const timings = timeTogether([
 *   { name: "sum", run: () => [1, 2, 3].reduce((a, b) => a + b) },
 *   { name: "product", run: () => [1, 2, 3].reduce((a, b) => a * b) },
 * ], { rounds: 3 });
 * assertEquals(timings.map(({ name }) => name), ["sum", "product"]);
 * ```
 */
export function timeTogether(
  contenders: readonly Contender[],
  options: TimingOptions = {},
): Timing[] {
  checkOptions(doing, options, timingOptionNames);
  const { rounds = 21, sampleMs = 2, now = () => performance.now() } = options;
  checkWhole(doing, "rounds", rounds, 1);
  if (!Number.isFinite(sampleMs) || sampleMs < 0) {
    const Kind = typeof sampleMs === "number" ? RangeError : TypeError;
    throw new Kind(`Cannot ${doing}: sampleMs must be a number from 0, got ${describe(sampleMs)}`);
  }
  checkFunction(`${doing} by the clock "now"`, now);
  checkContenders(contenders);
  const runs = contenders.map(({ name, run }) => {
    const sample = sampler(name, run, now);
    // The first calls compile the code; after them, the time of one call says how many fill a
    // sample.
    sample(3);
    const once = Math.max(sample(1), 1e-4);
    const calls = Math.max(1, Math.ceil(sampleMs / once));
    sample(calls);
    return { name, sample, calls, perCall: [] as number[], totalMs: 0 };
  });
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      const took = run.sample(run.calls);
      run.totalMs += took;
      run.perCall.push(took / run.calls);
    }
  }
  return runs.map(({ name, calls, perCall, totalMs }) => ({
    name,
    iterations: calls * perCall.length,
    totalMs,
    medianUs: median(perCall) * 1000,
  }));
}

/**
 * The middle one of the sorted numbers, or the mean of the two middle ones. It is good for times,
 * because a pause of the machine changes it little.
 *
 * @throws {TypeError} If `values` is not an array of numbers.
 * @throws {RangeError} If it is empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { median } from "@minimodel/lab";
 *
 * assertEquals(median([3, 90, 4]), 4);
 * assertEquals(median([3, 90, 4, 5]), 4.5);
 * ```
 */
export function median(values: readonly number[]): number {
  const wrong = Array.isArray(values)
    ? values.findIndex((each) => typeof each !== "number" || Number.isNaN(each))
    : undefined;
  if (wrong !== -1) {
    const got = wrong === undefined ? describe(values) : `${describe(values[wrong])} at [${wrong}]`;
    throw new TypeError(`Cannot take a median: wanted an array of numbers, got ${got}`);
  }
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  if (low === undefined || high === undefined) {
    throw new RangeError("Cannot take a median: wanted at least one number, got an empty array");
  }
  return low === high ? low : (low + high) / 2;
}

const doing = "time functions";
const timingOptionNames: OptionNames<TimingOptions> = {
  rounds: ["samples", "repeat"],
  sampleMs: [],
  now: ["clock"],
};

function checkContenders(contenders: unknown): void {
  if (!Array.isArray(contenders)) {
    throw new TypeError(
      `Cannot ${doing}: contenders must be an array, got ${describe(contenders)}`,
    );
  }
  if (contenders.length === 0) {
    throw new RangeError(`Cannot ${doing}: wanted at least one contender, got an empty array`);
  }
  const wrong = contenders.findIndex((each) => typeof each?.run !== "function");
  if (wrong >= 0) {
    throw new TypeError(
      `Cannot ${doing}: contenders[${wrong}] must be { name, run }, got ${
        describe(contenders[wrong])
      }`,
    );
  }
}

function sampler(
  name: string,
  run: () => unknown,
  now: () => number,
): (calls: number) => number {
  let last: unknown;
  return (calls) => {
    const start = now();
    for (let call = 0; call < calls; call++) last = run();
    const took = now() - start;
    if (last === undefined || last instanceof Promise) {
      throw new TypeError(
        `Cannot time ${name}: it must return what it computed, without a promise, got ${
          describe(last)
        }`,
      );
    }
    return took;
  };
}
