// Copies of numbers in another order: with axes exchanged or repeated, parts taken out, put back or
// joined.

import { broadcastStrides, type Shape, sizeOf, stridesOf } from "../check/shape.ts";
import type { Range } from "../check/axes.ts";
import { readStrided, writeStrided } from "./dispatch.ts";
import { allocate, copyOf, reserve, type Storage } from "./storage.ts";

/** Numbers with their shape. */
export interface Laid {
  readonly storage: Storage;
  readonly shape: Shape;
}

/** Returns numbers with their axes in another order. */
export function permuted(x: Storage, shape: Shape, order: readonly number[]): Laid {
  const strides = stridesOf(shape);
  const to = order.map((axis) => shape[axis] ?? 0);
  const y = reserve(x.dtype, x.length);
  readStrided(x, 0, order.map((axis) => strides[axis] ?? 0), y, to);
  return { storage: y, shape: to };
}

/** Returns numbers repeated to a larger shape. */
export function repeated(x: Storage, shape: Shape, to: Shape): Storage {
  const y = reserve(x.dtype, sizeOf(to));
  readStrided(x, 0, broadcastStrides(shape, to), y, to);
  return y;
}

/** A part of a tensor: where it starts, its strides in the tensor, and its own shape. */
export interface Part {
  readonly start: number;
  readonly strides: readonly number[];
  readonly shape: Shape;
}

/** Returns the part that one range of indices per axis selects. */
export function partOf(shape: Shape, ranges: readonly Range[]): Part {
  const strides = stridesOf(shape);
  return {
    start: ranges.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0),
    strides: ranges.map(({ step }, axis) => step * (strides[axis] ?? 0)),
    shape: ranges.map(({ count }) => count),
  };
}

/** Returns the numbers of a part. */
export function readPart(x: Storage, { start, strides, shape }: Part): Storage {
  const y = reserve(x.dtype, sizeOf(shape));
  readStrided(x, start, strides, y, shape);
  return y;
}

/** Returns `length` zeros, with the numbers of a part put into their places. */
export function putPart(y: Storage, { start, strides, shape }: Part, length: number): Storage {
  const x = allocate(y.dtype, length);
  writeStrided(y, x, start, strides, shape);
  return x;
}

/** Writes each input into `storage`, which has `shape`, from where its part starts; returns it. */
export function joined(
  inputs: readonly Laid[],
  parts: readonly { readonly starts: readonly number[] }[],
  [shape, storage]: readonly [Shape, Storage],
): Storage {
  const strides = stridesOf(shape);
  inputs.forEach((each, i) => {
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

/** For ids along an axis of a tensor of `shape`, the row-major indices of the numbers they name. */
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
