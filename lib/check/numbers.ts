// The numbers of a tensor, in every form that a caller may give.

import { describe, isDetached } from "./describe.ts";
import { checkDType, type DType } from "./dtype.ts";
import { flatten } from "./nested.ts";
import { checkFlag, checkOptions, type OptionNames } from "./options.ts";
import { checkFull, checkShape, formatPosition, type Shape } from "./shape.ts";

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
  /**
   * Kind of the numbers; by default "float32" for a Float32Array and "float64" for anything else.
   */
  readonly dtype?: DType;
  /** Shape to give the numbers, in row-major order; by default the shape of the nested arrays. */
  readonly shape?: readonly number[];
  /** Whether `backward` computes its gradient; false by default. */
  readonly requiresGrad?: boolean;
}

const tensorNames: OptionNames<TensorOptions> = {
  dtype: ["dataType", "type"],
  shape: ["size"],
  requiresGrad: [],
};

/** Options of {@linkcode zeros} and {@linkcode ones}. */
export interface FillOptions {
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
}

const fillNames: OptionNames<FillOptions> = { dtype: ["dataType", "type"] };

/** Validates the numbers of a tensor to be made; returns them flat, with its shape and options. */
export function checkNumbers(
  values: unknown,
  options: TensorOptions,
): { flat: ArrayLike<number>; shape: Shape; dtype: DType; requiresGrad: boolean } {
  checkOptions("make a tensor", options, tensorNames);
  const natural = values instanceof Float32Array ? "float32" : "float64";
  const { dtype = natural, requiresGrad = false } = options;
  checkDType(dtype, "make a tensor");
  checkFlag("make a tensor", "requiresGrad", requiresGrad);
  const { flat, shape: own } = flatNumbers(values);
  const shape = checkShape(options.shape ?? own, "make a tensor");
  checkFull(shape, flat.length);
  return { flat, shape, dtype, requiresGrad };
}

/** Validates the options of a tensor that is filled with one number; returns its dtype. */
export function checkFill(options: FillOptions): DType {
  checkOptions("make zeros", options, fillNames);
  const { dtype = "float64" } = options;
  checkDType(dtype, "make zeros");
  return dtype;
}

/** Returns numbers as a flat list, with the shape in which they were given. */
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
