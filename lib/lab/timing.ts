// Timing of small functions side by side: the notebook, `deno bench` and the reports all call this.

/** A function that is timed. */
export interface Contender {
  /** Its name, as reports print it. */
  readonly name: string;
  /** What is timed; what it returns is looked at, so that the work cannot be left out. */
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
  /** How many samples of each contender are taken; 21 by default. */
  readonly rounds?: number;
  /** Shortest time of a sample, in milliseconds; 2 by default. */
  readonly sampleMs?: number;
  /** The clock, in milliseconds; performance.now by default. */
  readonly now?: () => number;
}

/**
 * Times functions in one interleaved run: a sample of each in turn, round after round, so that what
 * the machine does meanwhile hits all of them alike. It waits for nothing, so that a notebook's Stop
 * button ends it and keeps all variables, as long as the cell has awaited nothing before.
 *
 * @throws {TypeError} If there is nothing to time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeTogether } from "minimodel/lab";
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
  const { rounds = 21, sampleMs = 2, now = () => performance.now() } = options;
  if (contenders.length === 0) {
    throw new TypeError("Cannot time nothing: wanted a contender at least");
  }
  const runs = contenders.map(({ name, run }) => {
    const sample = sampler(run, now);
    // The first calls compile; then the calls of a sample are as many as fill it.
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

/** The middle of the numbers in order; the mean of the two in the middle of an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function sampler(run: () => unknown, now: () => number): (calls: number) => number {
  let last: unknown;
  return (calls) => {
    const start = now();
    for (let call = 0; call < calls; call++) last = run();
    const took = now() - start;
    if (last === undefined) throw new TypeError("Cannot time a function that returns nothing");
    return took;
  };
}
