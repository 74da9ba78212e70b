// The library's only source of randomness: seeded, so that the same seed gives the same bytes.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";
import { describe } from "../autograd/_describe.ts";
import { checkDType } from "../autograd/create.ts";
import { checkOptions } from "../autograd/_options.ts";
import { checkShape, sizeOf } from "../autograd/_shape.ts";
import { type DType, reserve } from "../autograd/storage.ts";
import { Tensor } from "../autograd/tensor.ts";

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
  /** Start of the random stream, a whole number in [0, 2^32); 0 by default. */
  readonly seed?: number;
  /** Mean of the distribution; 0 by default. */
  readonly mean?: number;
  /** Standard deviation; 1 by default. */
  readonly std?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
}

// The generator's first outputs for seeds that lie close together are alike.
const warmUp = 32;

/**
 * The stream of random numbers that starts from a seed: xoroshiro128+ for uniform numbers, and
 * Marsaglia's polar method (1964) on top of it for normal ones.
 *
 * @param seed A whole number in [0, 2^32).
 * @throws {RangeError} If the seed is none.
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
  const generator = xoroshiro128plus(seed);
  skipN(generator, warmUp);
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

/**
 * A tensor of numbers from N(mean, std^2).
 *
 * @throws {TypeError} If the shape or dtype is none.
 * @throws {RangeError} If the seed is none.
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
  checkOptions("draw normal numbers", options);
  const { seed = 0, mean = 0, std = 1, dtype = "float64" } = options;
  checkDType(dtype, "draw normal numbers");
  for (const [name, value] of Object.entries({ mean, std })) {
    if (!Number.isFinite(value)) {
      throw new TypeError(
        `Cannot draw normal numbers: ${name} must be finite, got ${describe(value)}`,
      );
    }
  }
  const checked = checkShape(shape, "draw normal numbers");
  const random = createRandom(seed);
  // What is drawn at random is a parameter, as a rule.
  const storage = reserve(dtype, sizeOf(checked), { lasting: true });
  const { numbers } = storage;
  for (let i = 0; i < numbers.length; i++) numbers[i] = mean + std * random.normal();
  return new Tensor(storage, checked);
}
