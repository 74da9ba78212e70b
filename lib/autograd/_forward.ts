// What the ops share: checking operands, and the forward computation of each family of ops.

import { describe } from "./_describe.ts";
import {
  broadcastShapes,
  broadcastStrides,
  normalizeAxes,
  sameShape,
  type Shape,
  sizeOf,
} from "./_shape.ts";
import { checkFlag, checkOptions } from "./_options.ts";
import * as kernels from "./kernels.ts";
import { copyOf, type DType, reserve } from "./storage.ts";
import { record, Tensor } from "./tensor.ts";

/** A tensor, or a number that is taken as a scalar of the other operand's dtype. */
export type Operand = Tensor | number;

/** Options of the ops that reduce axes. */
export interface ReduceOptions {
  /** The axis or axes to reduce, negative ones counted from the back; all, if left out. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with length 1; false by default. */
  readonly keepdims?: boolean;
}

/** Which part of a tensor {@linkcode slice} takes, an entry an axis; later axes are taken whole. */
export interface SliceOptions {
  /** First index of each axis, negative ones counted from the back; null for the very first. */
  readonly starts: readonly (number | null)[];
  /** Index to stop before, likewise; null to go to the end. */
  readonly stops: readonly (number | null)[];
  /** Distance from index to index, negative to go backwards; 1 by default. */
  readonly steps?: readonly number[];
}

/** An op of two operands, entry by entry over the shape that they broadcast to. */
export function elementwise(
  rule: kernels.BinaryRule,
  a: Operand,
  b: Operand,
  backward: (dy: Tensor, a: Tensor, b: Tensor) => (Tensor | null)[],
): Tensor {
  const left = typeof a === "number" && b instanceof Tensor ? scalar(a, b.dtype) : a;
  const right = typeof b === "number" && a instanceof Tensor ? scalar(b, a.dtype) : b;
  checkTensor(rule, left);
  checkTensor(rule, right);
  checkSameDType(rule, left, right);
  const shape = broadcastShapes(left.shape, right.shape, rule);
  const y = reserve(left.dtype, sizeOf(shape));
  if (sameShape(left.shape, right.shape)) {
    kernels.pairwise(rule, left.storage, right.storage, y);
  } else {
    const strides = [broadcastStrides(left.shape, shape), broadcastStrides(right.shape, shape)];
    kernels.binary(rule, left.storage, strides[0], right.storage, strides[1], y, shape);
  }
  return record(rule, [left, right], y, shape, (dy) => backward(dy, left, right));
}

function scalar(value: number, dtype: DType): Tensor {
  return new Tensor(copyOf([value], dtype), []);
}

/** For ops that only run where nothing is recorded: inside another op's backward. */
export function noBackward(): never {
  throw new TypeError(
    "Cannot go back through a step of a backward: second derivatives are not kept",
  );
}

/** An op of one operand, entry by entry. */
export function pointwise(
  rule: kernels.UnaryRule,
  x: Tensor,
  backward: (dy: Tensor, x: Tensor, y: Tensor) => Tensor,
): Tensor {
  checkTensor(rule, x);
  const out = reserve(x.dtype, x.size);
  kernels.unary(rule, x.storage, out);
  const y: Tensor = record(rule, [x], out, x.shape, (dy) => [backward(dy, x, y)]);
  return y;
}

/** The matrix product that `matmul` and its backward share, batches broadcast; not recorded. */
export function product(a: Tensor, b: Tensor, transposed: kernels.Transposed): Tensor {
  const [aRows, aColumns] = a.shape.slice(-2);
  const [bRows, bColumns] = b.shape.slice(-2);
  const [rows, shared] = transposed.a ? [aColumns, aRows] : [aRows, aColumns];
  const columns = transposed.b ? bRows : bColumns;
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul batches of");
  const out = reserve(a.dtype, sizeOf(batch) * rows * columns);
  const aStarts = batchStarts(a.shape, batch);
  const bStarts = batchStarts(b.shape, batch);
  const sizes = { rows, shared, columns };
  for (let n = 0; n < aStarts.length; n++) {
    const to = n * rows * columns;
    kernels.matmul(a.storage, aStarts[n], b.storage, bStarts[n], out, to, sizes, transposed);
  }
  return new Tensor(out, [...batch, rows, columns]);
}

/** Where each matrix of a batch starts, for a tensor that is broadcast over the batch. */
function batchStarts(shape: Shape, batch: Shape): number[] {
  const strides = broadcastStrides(shape.slice(0, -2), batch);
  const matrix = sizeOf(shape.slice(-2));
  let starts = [0];
  batch.forEach((length, axis) => {
    const offsets = Array.from({ length }, (_, i) => i * strides[axis] * matrix);
    starts = starts.flatMap((start) => offsets.map((offset) => start + offset));
  });
  return starts;
}

/** What a reduction leaves: its axes, and the result's shape with and without them. */
export function reduction(
  x: Tensor,
  options: ReduceOptions,
  name: string,
): { axes: number[]; kept: Shape; shape: Shape } {
  checkOptions(name, options);
  const { axis, keepdims = false } = options;
  checkFlag(name, "keepdims", keepdims);
  const axes = normalizeAxes(axis, x.shape.length, `${name} over`);
  const kept = x.shape.map((length, each) => axes.includes(each) ? 1 : length);
  const shape = keepdims ? kept : kept.filter((_, each) => !axes.includes(each));
  return { axes, kept, shape };
}

/** The indices that a slice takes along one axis, as Python counts them. */
export function sliceRange(
  length: number,
  axis: number,
  { starts, stops, steps = [] }: SliceOptions,
): { start: number; step: number; count: number } {
  const [from, to, step] = [starts[axis] ?? null, stops[axis] ?? null, steps[axis] ?? 1];
  for (const each of [from ?? 0, to ?? 0, step]) {
    if (!Number.isInteger(each)) {
      throw new RangeError(`Cannot slice axis ${axis} by ${describe(each)}: wanted a whole number`);
    }
  }
  if (step === 0) throw new RangeError(`Cannot slice axis ${axis} with step 0`);
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clip = (index: number) =>
    Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  const start = from === null ? (step > 0 ? 0 : length - 1) : clip(from);
  const stop = to === null ? (step > 0 ? length : -1) : clip(to);
  return { start, step, count: Math.max(Math.ceil((stop - start) / step), 0) };
}

/** A table's rows: how many, their shape, and how many numbers each has. */
export function rowsOf(shape: Shape): { count: number; rest: Shape; width: number } {
  if (shape.length === 0) {
    throw new TypeError("Cannot look up rows of a scalar: a table has a first axis");
  }
  const rest = shape.slice(1);
  return { count: shape[0], rest, width: sizeOf(rest) };
}

/** Refuses anything but a tensor. */
export function checkTensor(name: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) {
    throw new TypeError(`Cannot ${name}: wanted a tensor, got ${describe(x)}`);
  }
}

/** Refuses to mix dtypes, and names the way out. */
export function checkSameDType(name: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new TypeError(
      `Cannot ${name} ${a.dtype} and ${b.dtype}: cast(x, dtype) makes them the same`,
    );
  }
}
