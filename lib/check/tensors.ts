// Tensors as far as a check looks at them: below the class itself, which bears the mark.

import { describe } from "./describe.ts";
import type { DType, FloatArray } from "./dtype.ts";
import { checkShape, formatShape, isFilled, type Shape } from "./shape.ts";

/** What every tensor bears. */
export const tensorMark: unique symbol = Symbol("minimodel.Tensor");

/** What a check looks at. */
export interface TensorLike {
  readonly [tensorMark]: true;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly size: number;
  readonly storage: { readonly numbers: FloatArray };
  readonly requiresGrad: boolean;
  readonly tape: object | null;
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is TensorLike {
  return typeof value === "object" && value !== null && tensorMark in value;
}

/** Refuses anything but a tensor. */
export function checkTensor(doing: string, x: unknown): asserts x is TensorLike {
  if (!isTensor(x)) throw new TypeError(`Cannot ${doing}: wanted a tensor, got ${describe(x)}`);
}

/** Refuses anything but an array of tensors, of which there is one at least. */
export function checkTensors<Kind extends TensorLike>(
  doing: string,
  tensors: readonly Kind[],
): readonly [Kind, ...Kind[]] {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new TypeError(`Cannot ${doing} nothing: wanted an array of at least one tensor`);
  }
  for (const each of tensors) checkTensor(doing, each);
  return tensors as readonly Kind[] as readonly [Kind, ...Kind[]];
}

/** Refuses a shape that so many numbers do not fill; `op` is what made them, if an op did. */
export function checkFilled(length: number, shape: Shape, op: string | undefined): void {
  if (isFilled(shape, length)) return;
  const doing = op === undefined ? "make a Tensor" : `record ${op}`;
  const whole = formatShape(checkShape(shape, doing));
  throw new TypeError(`Cannot ${doing}: ${length} numbers do not fill shape ${whole}`);
}

/** A tensor as an error message tells it: by its shape, anything else by its kind. */
export function describeTensor(value: unknown): string {
  return isTensor(value) ? formatShape(value.shape) : describe(value);
}
