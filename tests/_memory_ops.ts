// What the memory model knows of an op: how the library is asked, and the same on plain arrays, forward
// and back.

import type { DType, Tensor } from "minimodel";

/** The library, or a changed copy of it. */
export type Core = typeof import("minimodel");

/** All that the model knows of a tensor. */
export interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

/** Whole numbers from 0 that were drawn for a step. */
export interface Draw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** An op on one tensor or two. */
export interface ModelOp {
  /** How many operands it takes. */
  readonly operands: 1 | 2;
  /** The shape of the result; undefined if the op does not take such operands. */
  shape(xs: readonly Plain[], draw: Draw): readonly number[] | undefined;
  /** The dtype of the result, if it is not that of the operands. */
  dtype?(x: Plain): DType;
  /** Asks the library. */
  apply(core: Core, xs: readonly Tensor[], draw: Draw): Tensor;
  /** The numbers of the result, and what the way back needs of this moment. */
  forward(xs: readonly Plain[], draw: Draw): { numbers: Float64Array; saved?: Float64Array };
  /** A gradient for each operand, from the numbers as they are now; null for none. */
  backward(
    dy: Float64Array,
    xs: readonly Plain[],
    y: Plain,
    draw: Draw,
    saved?: Float64Array,
  ): (Float64Array | null)[];
  /** Whether it multiplies two numbers of its operands. */
  readonly multiplies?: boolean;
}

/** How many numbers a shape holds. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((all, each) => all * each, 1);
/** How many numbers a row of the first axis holds. */
export const widthOf = (shape: readonly number[]) => sizeOf(shape.slice(1));
/** Length of the last axis, for ops on rows. */
export const lastOf = (shape: readonly number[]) => shape[shape.length - 1] ?? 1;
/** Whether there are rows to look up. */
export const hasRows = (x: Plain) => x.shape.length > 0 && x.shape[0] > 0 && x.numbers.length > 0;
/** Whether it is a matrix with numbers. */
export const isMatrix = (x: Plain) => x.shape.length === 2 && x.numbers.length > 0;
/** Whether two shapes are the same. */
export const sameShape = (a: Plain, b: Plain) =>
  a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);

/** Writes over an array that was handed in, whatever its kind. */
export function spoil(array: unknown): void {
  if (Array.isArray(array)) {
    array.forEach(spoil);
    if (array.length > 0) array[0] = 1e6;
    else array.push(1e6);
  } else if (array instanceof BigInt64Array) array.fill(1_000_000n);
  else if (array instanceof Int32Array || array instanceof Uint32Array) array.fill(1_000_000);
}

/** `count` ids below `limit`. */
export function idsOf(count: number, limit: number, { a, b }: Draw): number[] {
  return Array.from({ length: count }, (_, n) => (n * (a % 7) + b) % limit);
}

/** The same ids in one of the forms that the library takes. */
export function asIds(ids: readonly number[], { c }: Draw) {
  const forms = [
    () => [...ids],
    () => Int32Array.from(ids),
    () => BigInt64Array.from(ids, BigInt),
    () => ({ data: Uint32Array.from(ids), shape: [ids.length] }),
  ];
  return forms[c % forms.length]();
}

/** Writes over ids in whatever form. */
export function spoilIds(ids: ReturnType<typeof asIds>): void {
  if (typeof ids === "object" && "data" in ids) [ids.data, ids.shape].forEach(spoil);
  else spoil(ids);
}

/** Where operand `b` has the number that goes with number i of `a`; undefined if it is no such operand. */
export function alignment(a: Plain, b: Plain): ((i: number) => number) | undefined {
  if (sameShape(a, b)) return (i) => i;
  if (b.numbers.length === 1 && b.shape.length <= a.shape.length) return () => 0;
  const width = lastOf(a.shape);
  const isRow = b.shape.length === 1 && a.shape.length > 1 && b.shape[0] === width;
  return isRow ? (i) => i % width : undefined;
}
