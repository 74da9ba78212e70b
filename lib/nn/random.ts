// The library's only source of randomness: seeded, so that the same seed gives the same bytes.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { Tensor } from "../autograd/tensor.ts";
import { checkDType, type DType, type FloatArray } from "../check/dtype.ts";
import { describe } from "../check/describe.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { checkShape, sizeOf } from "../check/shape.ts";
import { reserve } from "../kernels/storage.ts";

/** A stream of random numbers; each call moves it on. */
export interface Random {
  /** A number from [0, 1), all multiples of 2^-53 equally likely. */
  uniform(): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** A whole number from [0, limit), all equally likely. */
  integer(limit: number): number;
}

/** Options of {@linkcode normal}. */
export interface NormalOptions {
  /** Start of a random stream of its own, in [0, 2^32); without it, see {@linkcode manualSeed}. */
  readonly seed?: number;
  /** Mean of the distribution; 0 by default. */
  readonly mean?: number;
  /** Standard deviation; 1 by default. */
  readonly std?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
}

const normalNames: OptionNames<NormalOptions> = {
  seed: ["randomState"],
  mean: ["loc", "mu"],
  std: ["scale", "sigma", "stddev"],
  dtype: [],
};

/**
 * The stream of random numbers that starts from a seed: SplitMix64 (Steele et al., 2014) makes the
 * state of xoroshiro128+ from it, so that seeds that lie close together start streams that have
 * nothing in common; Marsaglia's polar method (1964) makes normal numbers of uniform ones.
 *
 * @param seed A whole number in [0, 2^32).
 * @throws {RangeError} If the seed is no whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRandom } from "minimodel";
 *
 * assertEquals(createRandom(7).normal(), createRandom(7).normal());
 * ```
 */
export function createRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(
      `Cannot start random numbers from seed ${
        describe(seed)
      }: it must be a whole number in [0, 2^32)`,
    );
  }
  const generator = xoroshiro128plusFromState(mixed(seed));
  let spare: number | undefined;
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      while (true) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt(-2 * Math.log(s) / s);
          spare = v * scale;
          return u * scale;
        }
      }
    },
    integer(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
        throw new RangeError(
          `Cannot draw an integer below ${describe(limit)}: the limit must be in [1, 2^32]`,
        );
      }
      return uniformInt(generator, 0, limit - 1);
    },
  };
}

/** Four words of state from a seed, as SplitMix64 gives them. */
function mixed(seed: number): number[] {
  const word = (x: bigint) => BigInt.asUintN(64, x);
  let state = BigInt(seed);
  const words: number[] = [];
  for (let half = 0; half < 2; half++) {
    state = word(state + 0x9e3779b97f4a7c15n);
    let z = word((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = word((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    z ^= z >> 31n;
    words.push(Number(BigInt.asIntN(32, z >> 32n)), Number(BigInt.asIntN(32, z)));
  }
  return words;
}

let common = createRandom(0);

/** The stream of a seed; without one, the stream from which everything without a seed draws. */
export function streamOf(seed: number | undefined): Random {
  return seed === undefined ? common : createRandom(seed);
}

/**
 * Starts anew the stream from which modules and tensors without a seed draw, one after the other, so
 * that no two of them are alike. A process starts it from seed 0, so that it repeats itself.
 *
 * @throws {RangeError} If the seed is no whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { Embedding, manualSeed } from "minimodel";
 *
 * manualSeed(7);
 * const [words, contexts] = [new Embedding(5, 3), new Embedding(5, 3)];
 * assertNotEquals(words.E.toArray(), contexts.E.toArray());
 * manualSeed(7);
 * assertEquals(new Embedding(5, 3).E.toArray(), words.E.toArray());
 * ```
 */
export function manualSeed(seed: number): void {
  common = createRandom(seed);
}

/**
 * A tensor of numbers from N(mean, std^2).
 *
 * @throws {TypeError} If the shape is no array of whole numbers from 0, or the dtype is not one of the two.
 * @throws {RangeError} If the seed is no whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normal } from "minimodel";
 *
 * const table = normal([64, 32], { std: 0.02, seed: 0 });
 * assertEquals(table.shape, [64, 32]);
 * assertEquals(table.data, normal([64, 32], { std: 0.02, seed: 0 }).data);
 * ```
 */
export function normal(shape: readonly number[], options: NormalOptions = {}): Tensor {
  checkOptions("draw normal numbers", options, normalNames);
  const { seed, mean = 0, std = 1, dtype = "float64" } = options;
  checkDType(dtype, "draw normal numbers");
  for (const [name, value] of Object.entries({ mean, std })) {
    if (!Number.isFinite(value)) {
      throw new TypeError(
        `Cannot draw normal numbers: ${name} must be finite, got ${describe(value)}`,
      );
    }
  }
  const checked = checkShape(shape, "draw normal numbers");
  const random = streamOf(seed);
  const storage = reserve(dtype, sizeOf(checked));
  fillNormal(storage.numbers, random, { mean, std });
  return new Tensor(storage, checked);
}

/** Fills an array with numbers from N(mean, std^2). */
export function fillNormal(
  numbers: FloatArray,
  random: Random,
  { mean, std }: { readonly mean: number; readonly std: number },
): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = mean + std * random.normal();
}
