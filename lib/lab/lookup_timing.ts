// The lab's measurement: a lookup against a one-hot matrix product, and a scatter-add against the
// loop one writes first. The notebook, `deno bench` and the report all time these.

import {
  createRandom,
  type DType,
  Embedding,
  type FloatArray,
  gather,
  gatherBackward,
  matmul,
  noGrad,
  normal,
  scope,
  type Tensor,
  tensor,
} from "minimodel";
import { oneHotLookup as oneHotFloat32 } from "./_one_hot.ts?float32";
import { oneHotLookup as oneHotFloat64 } from "./_one_hot.ts?float64";
import { progress } from "./progress.ts";
import { type Contender, timeTogether, type TimingOptions } from "./timing.ts";

/** What is looked up. */
export interface LookupSize {
  /** How many ids there are, V. */
  readonly vocabSize: number;
  /** Length of a vector, d; 32 by default. */
  readonly embeddingDim?: number;
  /** How many ids are looked up at once; 8192 by default. */
  readonly count?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
  /** Start of the random ids and numbers; 0 by default. */
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
  /** Median time of a call, in calls of the first implementation of this size. */
  readonly ratio: number;
}

/**
 * The lookup and the one-hot product it replaces, on the same random ids: the product in plain
 * TypeScript, as one writes it, and by the library's own SIMD. Their results are compared before
 * they are handed out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lookupContenders } from "minimodel/lab";
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
  const oneHot = dtype === "float64" ? oneHotFloat64 : oneHotFloat32;
  const plain = () => oneHot(ids, table, embeddingDim);
  // Row v of the identity is the one-hot vector of v.
  const identity = tensor(eye(vocabSize), { dtype, shape: [vocabSize, vocabSize] });
  const fast = () => matmul(gather(identity, ids), embedding.E);
  return agreeing([
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
  ]);
}

/**
 * The gradient of a lookup and the loop one writes first for it, compared before they are handed out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scatterContenders } from "minimodel/lab";
 *
 * const names = scatterContenders({ vocabSize: 8, count: 16 }).map(({ name }) => name);
 * assertEquals(names, ["gatherBackward", "nested loop"]);
 * ```
 */
export function scatterContenders(size: LookupSize): Contender[] {
  const { vocabSize, embeddingDim, count, dtype, seed } = withDefaults(size);
  const ids = randomIds(count, vocabSize, seed);
  const upstream = normal([count, embeddingDim], { dtype, seed });
  const rows = upstream.data;
  const loop = () => {
    const kind = dtype === "float64" ? Float64Array : Float32Array;
    const out = new kind(vocabSize * embeddingDim);
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < embeddingDim; i++) {
        out[ids[n] * embeddingDim + i] += rows[n * embeddingDim + i];
      }
    }
    return out;
  };
  const add = () => gatherBackward(upstream, ids, [vocabSize, embeddingDim]);
  return agreeing([
    { name: "gatherBackward", run: () => disposed(add()), result: () => add().data },
    { name: "nested loop", run: loop, result: loop },
  ]);
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
  /** Whether a bar shows how far it is; false by default. */
  readonly bar?: boolean;
}

/**
 * Times every contender at every size, a row each; ratios are to the first contender of the size.
 * It waits for nothing, so that a notebook's Stop button ends it, as it does `timeTogether`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeLookups } from "minimodel/lab";
 *
 * const rows = timeLookups({ vocabSizes: [8], dtypes: ["float64"], count: 16, rounds: 3 });
 * assertEquals(rows.map(({ implementation }) => implementation)[0], "lookup");
 * assertEquals(rows[0].ratio, 1);
 * ```
 */
export function timeLookups(options: LookupTimingOptions = {}): TimingRow[] {
  const { vocabSizes = [16, 64, 256, 1024], dtypes = ["float64", "float32"] } = options;
  const { contenders = lookupContenders, bar = false } = options;
  const sizes = dtypes.flatMap((dtype) =>
    vocabSizes.map((vocabSize) => withDefaults({ ...options, vocabSize, dtype }))
  );
  const rows: TimingRow[] = [];
  const steps = bar ? progress(sizes.length, { label: "Timing" }) : sizes.keys();
  for (const step of steps) {
    const size = sizes[step];
    const timings = timeTogether(contenders(size), options);
    for (const { name, iterations, totalMs, medianUs } of timings) {
      const { dtype, vocabSize, embeddingDim, count } = size;
      const ratio = medianUs / timings[0].medianUs;
      rows.push({
        implementation: name,
        dtype,
        vocabSize,
        embeddingDim,
        count,
        iterations,
        totalMs,
        medianUs,
        ratio,
      });
    }
  }
  return rows;
}

/**
 * Random ids, all equally likely.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { randomIds } from "minimodel/lab";
 *
 * assertEquals(randomIds(3, 1, 0), new Int32Array([0, 0, 0]));
 * ```
 */
export function randomIds(count: number, limit: number, seed: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length: count }, () => random.integer(limit));
}

function withDefaults(size: LookupSize): Required<LookupSize> {
  const { vocabSize, embeddingDim = 32, count = 8192, dtype = "float64", seed = 0 } = size;
  return { vocabSize, embeddingDim, count, dtype, seed };
}

function eye(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => i % (size + 1) === 0 ? 1 : 0);
}

/** Gives a result's memory back, as a loop that wants speed does with `using`. */
function disposed(x: Tensor): boolean {
  x.dispose();
  return true;
}

/** Contenders whose results are the same, number for number; an Error where they are not. */
function agreeing(contenders: (Contender & { result: () => FloatArray })[]): Contender[] {
  const [first, ...others] = contenders.map(({ result }): ArrayLike<number> => result());
  others.forEach((other, index) => {
    const near = (i: number) =>
      Math.abs(first[i] - other[i]) <= 1e-4 * Math.max(1, Math.abs(first[i]));
    const wrong = Array.from(first).findIndex((_, i) => !near(i));
    if (wrong >= 0 || first.length !== other.length) {
      throw new Error(
        `Cannot time ${contenders[index + 1].name} against ${contenders[0].name}: ` +
          `at ${wrong} one gives ${other[wrong]}, the other ${first[wrong]}`,
      );
    }
  });
  return contenders;
}
