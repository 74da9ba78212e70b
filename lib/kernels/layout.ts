// The same numbers in another order: axes exchanged, repeated, parts taken out and put back, joined.

import { broadcastStrides, type Shape, sizeOf, stridesOf } from "../check/shape.ts";
import type { Range } from "../check/axes.ts";
import { readStrided, writeStrided } from "./dispatch.ts";
import { allocate, copyOf, reserve, type Storage } from "./storage.ts";

/** Numbers with their shape. */
export interface Laid {
  readonly storage: Storage;
  readonly shape: Shape;
}

/** Numbers whose axes stand in another order. */
export function permuted(x: Storage, shape: Shape, order: readonly number[]): Laid {
  const strides = stridesOf(shape);
  const to = order.map((axis) => shape[axis] ?? 0);
  const y = reserve(x.dtype, x.length);
  readStrided(x, 0, order.map((axis) => strides[axis] ?? 0), y, to);
  return { storage: y, shape: to };
}

/** Numbers repeated to a larger shape. */
export function repeated(x: Storage, shape: Shape, to: Shape): Storage {
  const y = reserve(x.dtype, sizeOf(to));
  readStrided(x, 0, broadcastStrides(shape, to), y, to);
  return y;
}

/** A part of numbers of some shape: where it starts, how it is walked, and its own shape. */
export interface Part {
  readonly start: number;
  readonly strides: readonly number[];
  readonly shape: Shape;
}

/** The part that a range of indices of each axis names. */
export function partOf(shape: Shape, ranges: readonly Range[]): Part {
  const strides = stridesOf(shape);
  return {
    start: ranges.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0),
    strides: ranges.map(({ step }, axis) => step * (strides[axis] ?? 0)),
    shape: ranges.map(({ count }) => count),
  };
}

/** The numbers of a part. */
export function readPart(x: Storage, { start, strides, shape }: Part): Storage {
  const y = reserve(x.dtype, sizeOf(shape));
  readStrided(x, start, strides, y, shape);
  return y;
}

/** Zeros, `length` of them, with the numbers of a part in their places. */
export function putPart(y: Storage, { start, strides, shape }: Part, length: number): Storage {
  const x = allocate(y.dtype, length);
  writeStrided(y, x, start, strides, shape);
  return x;
}

/** Numbers put together in `storage`, which is of `shape`: each from where its part starts. */
export function joined(
  numbers: readonly Laid[],
  parts: readonly { readonly starts: readonly number[] }[],
  [shape, storage]: readonly [Shape, Storage],
): Storage {
  const strides = stridesOf(shape);
  numbers.forEach((each, i) => {
    const starts = parts[i]?.starts ?? [];
    const start = starts.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
    writeStrided(each.storage, storage, start, strides, each.shape);
  });
  return storage;
}

/** A mask repeated to a larger shape. */
export function repeatedMask(mask: Uint8Array, shape: Shape, to: Shape): Uint8Array {
  return Uint8Array.from(repeated(copyOf(mask, "float32"), shape, to).numbers);
}

/** For ids along an axis, the places of their numbers in a tensor of `shape`, of which the other axes are kept. */
export function placesAlong(
  shape: Shape,
  ids: { readonly data: Int32Array; readonly shape: Shape },
  axis: number,
): Int32Array {
  const inner = sizeOf(shape.slice(axis + 1));
  const [own, length] = [shape[axis] ?? 1, ids.shape[axis] ?? 1];
  return ids.data.map((id, n) => {
    const outer = Math.floor(n / (length * inner));
    return (outer * own + id) * inner + n % inner;
  });
}
