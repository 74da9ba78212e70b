// Conditions: true or false for each entry.

import { describe } from "./describe.ts";
import type { FloatArray } from "./dtype.ts";
import { flatten } from "./nested.ts";
import { checkShape, formatPosition, formatShape, isFilled, type Shape } from "./shape.ts";
import { isTensor } from "./tensors.ts";

/** Booleans, or numbers of which 0 is false, in nested arrays. */
export type NestedMask = boolean | number | readonly NestedMask[];

/** A condition: nested arrays of booleans, or a tensor that is not 0 where the condition holds. */
export type Mask = NestedMask | {
  /** The numbers in row-major order. */
  readonly data: FloatArray | Uint8Array;
  /** Their shape. */
  readonly shape: Shape;
};

const isSet = (x: number) => Number(x !== 0);

function isPlain(value: unknown): value is { data: Uint8Array; shape: Shape } {
  return typeof value === "object" && value !== null && "data" in value &&
    value.data instanceof Uint8Array;
}

/** Returns a condition as 0 and 1, with its shape. */
export function checkMask(condition: Mask): { data: Uint8Array; shape: Shape } {
  const doing = "choose by a condition";
  if (isTensor(condition)) {
    return { data: Uint8Array.from(condition.storage.numbers, isSet), shape: condition.shape };
  }
  if (isPlain(condition)) {
    const { data, shape } = condition;
    if (!isFilled(shape, data.length)) {
      throw new TypeError(
        `Cannot ${doing}: ${data.length} numbers do not fill shape ${
          formatShape(checkShape(shape, doing))
        }`,
      );
    }
    return { data: Uint8Array.from(data, isSet), shape: Object.freeze([...shape]) };
  }
  if (
    typeof condition !== "boolean" && typeof condition !== "number" && !Array.isArray(condition)
  ) {
    throw new TypeError(
      `Cannot ${doing}: wanted booleans in nested arrays or a tensor, got ${describe(condition)}`,
    );
  }
  const { flat, shape } = flatten(condition, doing);
  const data = Uint8Array.from(flat, (each, i) => {
    if (typeof each === "boolean") return Number(each);
    if (typeof each === "number") return Number(each !== 0);
    throw new TypeError(
      `Cannot ${doing}: position ${formatPosition(i, shape)} should hold true or false, got ${
        describe(each)
      }`,
    );
  });
  return { data, shape };
}
