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

/** A stream of random numbers; each call takes the next one. */
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
  /**
   * Seed of a random stream for this tensor, in [0, 2^32); by default, see {@linkcode manualSeed}.
   */
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
  dtype: ["dataType", "type"],
};

/**
 * Makes the stream of random numbers that starts from a seed. SplitMix64 (Steele et al., 2014)
 * turns the seed into the state of xoroshiro128+, so that neighbouring seeds start unrelated
 * streams. Marsaglia's polar method (1964) turns uniform numbers into normal ones.
 *
 * @param seed A whole number in [0, 2^32).
 * @throws {RangeError} If the seed is not a whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRandom } from "@minimodel/core";
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

/** Four words of state that SplitMix64 makes from a seed. */
function mixed(seed: number): number[] {
  const word = (x: bigint) => BigInt.asUintN(64, x);
  // Bits of the root of 2. With them, 16,384 pairs of seeds s and s ^ 1 correlate by less than 0.03
  // in each of 64 draws, as tests/seeds_test.ts shows.
  let state = BigInt(seed) ^ 0x6a09e667f3bcc908n;
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

/** The stream of a seed; without a seed, the stream that everything without a seed shares. */
export function streamOf(seed: number | undefined): Random {
  return seed === undefined ? common : createRandom(seed);
}

/**
 * Restarts, from a seed, the random stream that modules and tensors without a seed share. They draw
 * from it one after the other, so that no two of them are alike. Every process starts it from seed
 * 0, so that each run of a program gives the same numbers.
 *
 * @throws {RangeError} If the seed is not a whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { Embedding, manualSeed } from "@minimodel/core";
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
 * Makes a tensor of numbers from N(mean, std^2).
 *
 * @throws {TypeError} If the shape is not an array of whole numbers from 0, or the dtype is
 * unknown.
 * @throws {RangeError} If the seed is not a whole number in [0, 2^32).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normal } from "@minimodel/core";
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
