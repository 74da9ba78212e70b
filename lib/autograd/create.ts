// Tensors from numbers.

import type { NestedNumbers } from "../check/nested.ts";
import {
  checkFill,
  checkNumbers,
  type FillOptions,
  type NumberArray,
  type TensorOptions,
} from "../check/numbers.ts";
import { checkShape, sizeOf } from "../check/shape.ts";
import { allocate, copyOf } from "../kernels/storage.ts";
import { Tensor } from "./tensor.ts";

/**
 * Makes a tensor with a copy of the given numbers.
 *
 * @param values A number, nested arrays of numbers, or a typed array.
 * @throws {TypeError} If the arrays are ragged, hold anything but numbers, or do not fill the
 * shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@minimodel/core";
 *
 * assertEquals(tensor([[1, 2], [3, 4]]).shape, [2, 2]);
 * assertEquals(tensor(new Float32Array(6), { shape: [2, 3] }).dtype, "float32");
 * ```
 */
export function tensor(values: NestedNumbers | NumberArray, options: TensorOptions = {}): Tensor {
  const { flat, shape, dtype, requiresGrad } = checkNumbers(values, options);
  return new Tensor(copyOf(flat, dtype), shape, requiresGrad);
}

/**
 * Makes a tensor of zeros.
 *
 * @throws {TypeError} If the shape is not an array of whole numbers from 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zeros } from "@minimodel/core";
 *
 * assertEquals(zeros([2, 2]).toArray(), [[0, 0], [0, 0]]);
 * ```
 */
export function zeros(shape: readonly number[], options: FillOptions = {}): Tensor {
  const dtype = checkFill(options);
  const checked = checkShape(shape, "make zeros");
  return new Tensor(allocate(dtype, sizeOf(checked)), checked);
}

/**
 * Makes a tensor of ones.
 *
 * @throws {TypeError} If the shape is not an array of whole numbers from 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ones } from "@minimodel/core";
 *
 * assertEquals(ones([3]).toArray(), [1, 1, 1]);
 * ```
 */
export function ones(shape: readonly number[], options: FillOptions = {}): Tensor {
  const made = zeros(shape, options);
  made.storage.numbers.fill(1);
  return made;
}
