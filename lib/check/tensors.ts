// What validation needs to know of a tensor. The class is in lib/autograd, which this room does not
// import: tensors are recognised by a mark.

import { describe } from "./describe.ts";
import type { DType, FloatArray } from "./dtype.ts";
import { tensorMark } from "./marks.ts";
import { checkShape, formatShape, isFilled, type Shape } from "./shape.ts";

/** The part of a tensor that validation reads. */
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

/** Refuses anything but an array of at least one tensor. */
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

/** Refuses a shape that `length` numbers do not fill; `op` is the op that made them, if one did. */
export function checkFilled(length: number, shape: Shape, op: string | undefined): void {
  if (isFilled(shape, length)) return;
  const doing = op === undefined ? "make a Tensor" : `record ${op}`;
  const whole = formatShape(checkShape(shape, doing));
  throw new TypeError(`Cannot ${doing}: ${length} numbers do not fill shape ${whole}`);
}

/** How an error message names a tensor: by its shape; anything else by its kind. */
export function describeTensor(value: unknown): string {
  return isTensor(value) ? formatShape(value.shape) : describe(value);
}

/** Refuses to make a tensor of anything but a storage. */
export function refuseNumbers(given: unknown): never {
  throw new TypeError(
    `Cannot make a Tensor of ${describe(given)}: tensor(values) makes one from numbers`,
  );
}

/** Refuses to switch `requiresGrad` to what is no switch, or on the result of an op. */
export function checkRequired(
  required: unknown,
  x: { readonly requiresGrad: boolean; readonly tape: { readonly name: string } | null },
): void {
  if (typeof required !== "boolean") {
    throw new TypeError(
      `Cannot set requiresGrad: wanted true or false, got ${describe(required)}`,
    );
  }
  if (required === x.requiresGrad || x.tape === null) return;
  throw new TypeError(
    `Cannot set requiresGrad of a result of ${x.tape.name}: only that of a leaf can be set; ` +
      "x.detach() is a copy without a gradient",
  );
}
