// Tensors from numbers.

import { describe, isDetached } from "./_describe.ts";
import { flatten, type NestedNumbers } from "./_nested.ts";
import { checkFlag, checkOptions } from "./_options.ts";
import { checkShape, formatPosition, formatShape, type Shape, sizeOf } from "./_shape.ts";
import { allocate, copyOf, type DType } from "./storage.ts";
import { Tensor } from "./tensor.ts";

/** A typed array whose entries are numbers. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Options of {@linkcode tensor}. */
export interface TensorOptions {
  /** Kind of the numbers; a Float32Array's own kind, else "float64". */
  readonly dtype?: DType;
  /** Shape to give the numbers, in row-major order; the nesting of the arrays, if left out. */
  readonly shape?: readonly number[];
  /** Whether `backward` computes its gradient; false by default. */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor with a copy of the given numbers.
 *
 * @param values A number, nested arrays of numbers, or a typed array.
 * @throws {TypeError} If the arrays are ragged, hold anything but numbers, or do not fill the shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "minimodel";
 *
 * assertEquals(tensor([[1, 2], [3, 4]]).shape, [2, 2]);
 * assertEquals(tensor(new Float32Array(6), { shape: [2, 3] }).dtype, "float32");
 * ```
 */
export function tensor(values: NestedNumbers | NumberArray, options: TensorOptions = {}): Tensor {
  checkOptions("make a tensor", options);
  const natural = values instanceof Float32Array ? "float32" : "float64";
  const { dtype = natural, requiresGrad = false } = options;
  checkDType(dtype, "make a tensor");
  checkFlag("make a tensor", "requiresGrad", requiresGrad);
  const { flat, shape: own } = flatNumbers(values);
  const shape = checkShape(options.shape ?? own, "make a tensor");
  if (sizeOf(shape) !== flat.length) {
    throw new TypeError(
      `Cannot make a tensor of shape ${formatShape(shape)}: it holds ${
        sizeOf(shape)
      } numbers, got ${flat.length}`,
    );
  }
  return new Tensor(copyOf(flat, dtype), shape, requiresGrad);
}

/**
 * A tensor of zeros.
 *
 * @throws {TypeError} If the shape is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zeros } from "minimodel";
 *
 * assertEquals(zeros([2, 2]).toArray(), [[0, 0], [0, 0]]);
 * ```
 */
export function zeros(shape: readonly number[], options: { readonly dtype?: DType } = {}): Tensor {
  checkOptions("make zeros", options);
  const { dtype = "float64" } = options;
  checkDType(dtype, "make zeros");
  const checked = checkShape(shape, "make zeros");
  return new Tensor(allocate(dtype, sizeOf(checked)), checked);
}

/**
 * A tensor of ones.
 *
 * @throws {TypeError} If the shape is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ones } from "minimodel";
 *
 * assertEquals(ones([3]).toArray(), [1, 1, 1]);
 * ```
 */
export function ones(shape: readonly number[], options: { readonly dtype?: DType } = {}): Tensor {
  const made = zeros(shape, options);
  made.storage.numbers.fill(1);
  return made;
}

/** Refuses anything but the two dtypes. */
export function checkDType(dtype: unknown, doing: string): asserts dtype is DType {
  if (dtype !== "float64" && dtype !== "float32") {
    throw new TypeError(
      `Cannot ${doing}: dtype must be "float64" or "float32", got ${describe(dtype)}`,
    );
  }
}

function flatNumbers(values: unknown): { flat: ArrayLike<number>; shape: Shape } {
  if (isNumberArray(values)) return { flat: values, shape: [values.length] };
  if (typeof values !== "number" && !Array.isArray(values)) {
    throw new TypeError(
      `Cannot make a tensor: wanted a number, nested arrays of numbers or a typed array of numbers, got ${
        describe(values)
      }`,
    );
  }
  const { flat, shape } = flatten(values, "make a tensor");
  const wrong = flat.findIndex((each) => typeof each !== "number");
  if (wrong >= 0) {
    throw new TypeError(
      `Cannot make a tensor: position ${formatPosition(wrong, shape)} should hold a number, got ${
        describe(flat[wrong])
      }`,
    );
  }
  return { flat: flat as number[], shape };
}

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array) && !isDetached(value);
}
