// The measurement of Lab 00: a lookup against a one-hot matrix product, and a scatter-add against
// the loop one writes first. The notebook, `deno bench` and the report all time these.

import {
  createRandom,
  type DType,
  Embedding,
  gather,
  gatherBackward,
  matmul,
  noGrad,
  normal,
  scope,
  type Tensor,
  tensor,
} from "@minimodel/core";
import {
  checkFlag,
  checkFunction,
  checkOptions,
  describe,
  type OptionNames,
} from "@minimodel/core/check";
import { checkWhole } from "../_whole_number.ts";
import { progress } from "../progress.ts";
import { type Contender, timeTogether, type Timing, type TimingOptions } from "../timing.ts";
import { agreeing } from "./_agreeing.ts";
import { oneHotLookup, scatterLoop } from "./_one_hot.ts";

/** The plain loops for one dtype: code that has seen both kinds of array runs at half the speed. */
function loopsFor(dtype: DType): {
  oneHotLookup: typeof oneHotLookup;
  scatterLoop: typeof scatterLoop;
} {
  // A function from another text is compiled for itself.
  return new Function(
    `${oneHotLookup} ${scatterLoop} return { oneHotLookup, scatterLoop }; // ${dtype}`,
  )();
}

const loops = { float32: loopsFor("float32"), float64: loopsFor("float64") };

/** The size of a lookup. */
export interface LookupSize {
  /** How many ids there are, V. */
  readonly vocabSize: number;
  /** Length of a vector, d; 32 by default. */
  readonly embeddingDim?: number;
  /** How many ids are looked up at once; 8192 by default. */
  readonly count?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
  /** Seed of the random ids and numbers; 0 by default. */
  readonly seed?: number;
}

/** A line of lookup_timing.csv. */
export interface TimingRow {
  /** What was timed. */
  readonly implementation: string;
  /** Kind of the numbers. */
  readonly dtype: DType;
  /** How many ids there are, V. */
  readonly vocabSize: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** How many ids were looked up at once. */
  readonly count: number;
  /** How many calls were timed. */
  readonly iterations: number;
  /** Time of all of them, in milliseconds. */
  readonly totalMs: number;
  /** Median time of a call, in microseconds. */
  readonly medianUs: number;
  /** Median time of a call, divided by that of the first implementation of this size. */
  readonly ratio: number;
}

/**
 * The lookup and the one-hot product it replaces, on the same random ids: the product in plain
 * TypeScript, and by the library's SIMD kernels. Their results are compared before they are
 * returned.
 *
 * @throws {TypeError} If an option is of the wrong kind or unknown.
 * @throws {RangeError} If a size is not a whole number from 1, or the seed is not in [0, 2^32).
 * @throws {Error} If two contenders compute different numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lookupContenders } from "@minimodel/lab";
 *
 * const names = lookupContenders({ vocabSize: 8, count: 16 }).map(({ name }) => name);
 * assertEquals(names, ["lookup", "one-hot @ E, plain", "one-hot @ E, SIMD"]);
 * ```
 */
export function lookupContenders(size: LookupSize): Contender[] {
  const { vocabSize, embeddingDim, count, dtype, seed } = withDefaults(size);
  const embedding = new Embedding(vocabSize, embeddingDim, { dtype, seed });
  const ids = randomIds(count, vocabSize, seed);
  const table = embedding.E.data;
  const plain = () => loops[dtype].oneHotLookup(ids, table, embeddingDim);
  // Row v of the identity is the one-hot vector of v.
  const identity = tensor(eye(vocabSize), { dtype, shape: [vocabSize, vocabSize] });
  const fast = () => matmul(gather(identity, ids), embedding.E);
  return agreeing(
    {
      name: "lookup",
      run: () => disposed(embedding.forward(ids)),
      result: () => embedding.forward(ids).data,
    },
    { name: "one-hot @ E, plain", run: plain, result: plain },
    {
      name: "one-hot @ E, SIMD",
      run: () => scope(() => fast().shape),
      result: () => noGrad(fast).data,
    },
  );
}

/**
 * The gradient of a lookup, and the loop that one writes first for it. Their results are compared
 * before they are returned.
 *
 * @throws {TypeError} If an option is of the wrong kind or unknown.
 * @throws {RangeError} If a size is not a whole number from 1, or the seed is not in [0, 2^32).
 * @throws {Error} If two contenders compute different numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scatterContenders } from "@minimodel/lab";
 *
 * const names = scatterContenders({ vocabSize: 8, count: 16 }).map(({ name }) => name);
 * assertEquals(names, ["gatherBackward", "nested loop"]);
 * ```
 */
export function scatterContenders(size: LookupSize): Contender[] {
  const { vocabSize, embeddingDim, count, dtype, seed } = withDefaults(size);
  const ids = randomIds(count, vocabSize, seed);
  const upstream = normal([count, embeddingDim], { dtype, seed });
  const loop = () => loops[dtype].scatterLoop(ids, upstream.data, vocabSize);
  const add = () => gatherBackward(upstream, ids, [vocabSize, embeddingDim]);
  return agreeing(
    { name: "gatherBackward", run: () => disposed(add()), result: () => add().data },
    { name: "nested loop", run: loop, result: loop },
  );
}

/** Options of {@linkcode timeLookups}. */
export interface LookupTimingOptions
  extends TimingOptions, Omit<LookupSize, "vocabSize" | "dtype"> {
  /** The V to time; 16, 64, 256 and 1024 by default. */
  readonly vocabSizes?: readonly number[];
  /** The dtypes to time; both by default. */
  readonly dtypes?: readonly DType[];
  /** What to time; {@linkcode lookupContenders} by default. */
  readonly contenders?: (size: LookupSize) => readonly Contender[];
  /** Whether a progress bar is shown; false by default. */
  readonly bar?: boolean;
}

/**
 * Times every contender at every size, in one row each; ratios are relative to the first contender
 * of the size. Like `timeTogether`, it awaits nothing, so that a notebook's Stop button ends it.
 *
 * @throws {TypeError} If an option is of the wrong kind or unknown, or there is no size or dtype to
 * time.
 * @throws {RangeError} If a size or `rounds` is not a whole number from 1, or the seed is not in
 * [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeLookups } from "@minimodel/lab";
 *
 * const rows = timeLookups({ vocabSizes: [8], dtypes: ["float64"], count: 16, rounds: 3 });
 * assertEquals(rows.map(({ implementation }) => implementation)[0], "lookup");
 * assertEquals(rows[0].ratio, 1);
 * ```
 */
export function timeLookups(options: LookupTimingOptions = {}): TimingRow[] {
  checkOptions(doing, options, optionNames);
  const { vocabSizes = [16, 64, 256, 1024], dtypes = ["float64", "float32"] } = options;
  const { contenders = lookupContenders, bar = false, rounds, sampleMs, now } = options;
  const { embeddingDim, count, seed } = options;
  checkFunction(`${doing} of "contenders"`, contenders);
  checkFlag(doing, "bar", bar);
  for (const [name, values] of Object.entries({ vocabSizes, dtypes })) {
    if (!Array.isArray(values) || values.length === 0) {
      throw new TypeError(
        `Cannot ${doing}: ${name} must be an array that is not empty, got ${
          Array.isArray(values) ? "an empty one" : describe(values)
        }`,
      );
    }
  }
  const sizes = dtypes.flatMap((dtype) =>
    vocabSizes.map((vocabSize) => withDefaults({ vocabSize, embeddingDim, count, dtype, seed }))
  );
  const rows: TimingRow[] = [];
  const steps = bar ? progress(sizes.length, { label: "Timing" }) : sizes.keys();
  for (const step of steps) {
    const size = sizes[step];
    if (size === undefined) break; // there are as many steps as sizes
    const timings = timeTogether(contenders(size), { rounds, sampleMs, now });
    for (const row of rowsOf(size, timings)) rows.push(row);
  }
  return rows;
}

/** The timings of one size as rows; ratios are relative to the first of them. */
export function rowsOf(size: Required<LookupSize>, timings: readonly Timing[]): TimingRow[] {
  const { dtype, vocabSize, embeddingDim, count } = size;
  const [first] = timings;
  return timings.map(({ name, iterations, totalMs, medianUs }) => ({
    ...{ implementation: name, dtype, vocabSize, embeddingDim, count },
    ...{ iterations, totalMs, medianUs },
    ratio: medianUs / (first?.medianUs ?? NaN),
  }));
}

const doing = "time lookups";
const sizeNames: OptionNames<LookupSize> = {
  vocabSize: ["numEmbeddings"],
  embeddingDim: ["dim"],
  count: [],
  dtype: [],
  seed: ["randomState"],
};
const optionNames: OptionNames<LookupTimingOptions> = {
  vocabSizes: ["vocabSize", "numEmbeddings"],
  embeddingDim: ["dim"],
  count: [],
  dtypes: ["dtype"],
  seed: ["randomState"],
  contenders: [],
  bar: ["progress"],
  rounds: ["samples", "repeat"],
  sampleMs: [],
  now: ["clock"],
};

/**
 * Draws random ids from [0, limit), all equally likely.
 *
 * @throws {TypeError} If `count` is not a number.
 * @throws {RangeError} If `count` is not a whole number from 0, `limit` is not in [1, 2^32], or
 * `seed` is not in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { randomIds } from "@minimodel/lab";
 *
 * assertEquals(randomIds(3, 1, 0), new Int32Array([0, 0, 0]));
 * ```
 */
export function randomIds(count: number, limit: number, seed: number): Int32Array {
  checkWhole("draw random ids", "count", count, 0);
  const random = createRandom(seed);
  return Int32Array.from({ length: count }, () => random.integer(limit));
}

function withDefaults(size: LookupSize): Required<LookupSize> {
  checkOptions(doing, size, sizeNames);
  const { vocabSize, embeddingDim = 32, count = 8192, dtype = "float64", seed = 0 } = size;
  for (const [name, value] of Object.entries({ vocabSize, embeddingDim, count })) {
    checkWhole(doing, name, value, 1);
  }
  return { vocabSize, embeddingDim, count, dtype, seed };
}

function eye(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => i % (size + 1) === 0 ? 1 : 0);
}

/** Frees the memory of a result, as `using` does in a fast loop. */
function disposed(x: Tensor): boolean {
  x.dispose();
  return true;
}
