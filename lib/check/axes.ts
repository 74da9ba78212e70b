// Axes, and slices of axes; negative numbers count from the back, as in Python.

import { describe } from "./describe.ts";
import { checkFlag, checkOptions, type OptionNames } from "./options.ts";
import { formatShape, type Shape } from "./shape.ts";
import { checkTensor, type TensorLike } from "./tensors.ts";

/** Which part of a tensor `slice` takes, one entry per axis; later axes are taken whole. */
export interface SliceOptions {
  /**
   * The first index to take along each axis, negative to count from the back; null for index 0, or
   * for the last index if the step is negative.
   */
  readonly starts: readonly (number | null)[];
  /**
   * The index to stop before, negative to count from the back; null to go to the end of the axis.
   */
  readonly stops: readonly (number | null)[];
  /** Distance from index to index, negative to go backwards; 1 by default. */
  readonly steps?: readonly number[];
}

/**
 * Returns an axis counted from the front.
 *
 * @throws {RangeError} If there is no such axis.
 */
export function normalizeAxis(axis: number, rank: number, doing: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(
      `Cannot ${doing} axis ${describe(axis)}: ` +
        `a tensor of rank ${rank} has axes in [${-rank}, ${rank})`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * Returns axes counted from the front, in ascending order; all axes by default.
 *
 * @throws {RangeError} If there is no such axis, or one is named twice.
 */
export function normalizeAxes(
  axis: number | readonly number[] | undefined,
  rank: number,
  doing: string,
): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, each) => each);
  if (!Array.isArray(axis)) return [normalizeAxis(axis as number, rank, doing)];
  if (axis.length > rank) {
    throw new RangeError(`Cannot ${doing} ${axis.length} axes of a tensor of rank ${rank}`);
  }
  const axes = Array.from(axis, (each: number) => normalizeAxis(each, rank, doing))
    .sort((left, right) => left - right);
  const twice = axes.find((each, index) => each === axes[index + 1]);
  if (twice !== undefined) throw new RangeError(`Cannot ${doing} axis ${twice} twice`);
  return axes;
}

/**
 * Returns the order of axes that `perm` gives, each counted from the front; reversed by default.
 *
 * @throws {TypeError} If `perm` is not an array.
 * @throws {RangeError} If it does not name each axis once.
 */
export function checkPerm(shape: Shape, perm: readonly number[] | undefined): number[] {
  const rank = shape.length;
  const wanted = perm ?? shape.map((_, axis) => rank - 1 - axis);
  if (!Array.isArray(wanted)) {
    throw new TypeError(`Cannot transpose: perm must be an array of axes, got ${describe(perm)}`);
  }
  if (wanted.length !== rank) {
    throw new RangeError(
      `Cannot transpose shape ${formatShape(shape)} by ${wanted.length} axes: wanted ${rank}`,
    );
  }
  const order = Array.from(wanted, (axis) => normalizeAxis(axis, rank, "transpose"));
  if (new Set(order).size !== rank) {
    throw new RangeError(
      `Cannot transpose shape ${formatShape(shape)} by [${
        wanted.join(", ")
      }]: each axis must be named once`,
    );
  }
  return order;
}

/** The indices that a slice takes along one axis. */
export interface Range {
  /** The first index. */
  readonly start: number;
  /** The distance from index to index. */
  readonly step: number;
  /** How many indices there are. */
  readonly count: number;
}

const sliceNames: OptionNames<SliceOptions> = {
  starts: ["start", "begin"],
  stops: ["stop", "end", "ends"],
  steps: ["step", "stride", "strides"],
};

/** The indices that a slice takes along each axis. */
export function checkSlice(shape: Shape, options: SliceOptions): Range[] {
  checkOptions("slice", options, sliceNames);
  const { starts, stops, steps = [] } = options;
  for (const [name, each] of Object.entries({ starts, stops, steps })) {
    if (!Array.isArray(each)) {
      throw new TypeError(`Cannot slice: ${name} must be an array, got ${describe(each)}`);
    }
  }
  const given = Math.max(starts.length, stops.length, steps.length);
  if (given > shape.length) {
    throw new RangeError(`Cannot slice ${given} axes of shape ${formatShape(shape)}`);
  }
  return shape.map((length, axis) =>
    sliceRange(length, axis, starts[axis] ?? null, stops[axis] ?? null, steps[axis] ?? 1)
  );
}

function sliceRange(
  length: number,
  axis: number,
  from: number | null,
  to: number | null,
  step: number,
): Range {
  for (const each of [from, to, step]) {
    if (each !== null && !Number.isInteger(each)) {
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

/** Options of the ops that reduce axes. */
export interface ReduceOptions {
  /** The axis or axes to reduce, negative to count from the back; all by default. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with length 1; false by default. */
  readonly keepdims?: boolean;
}

const reduceNames: OptionNames<ReduceOptions> = {
  axis: ["dim", "dims"],
  keepdims: ["keepdim"],
};

/**
 * Validates a reduction: returns the axes to reduce, and the result's shape, in `kept` with length
 * 1 for each reduced axis and in `shape` as the options want it.
 */
export function checkReduction(
  name: string,
  x: TensorLike,
  options: ReduceOptions,
): { axes: number[]; kept: Shape; shape: Shape } {
  checkTensor(name, x);
  checkOptions(name, options, reduceNames);
  const { axis, keepdims = false } = options;
  checkFlag(name, "keepdims", keepdims);
  const axes = normalizeAxes(axis, x.shape.length, `${name} over`);
  const kept = x.shape.map((length, each) => axes.includes(each) ? 1 : length);
  const shape = keepdims ? kept : kept.filter((_, each) => !axes.includes(each));
  return { axes, kept, shape };
}

/** Refuses to take the largest or smallest of no numbers. */
export function checkAnyNumber(name: string, shape: Shape, width: number, results: number): void {
  if (width > 0 || results === 0) return;
  throw new RangeError(
    `Cannot take the ${name} of shape ${formatShape(shape)} over an axis of length 0`,
  );
}

/** Options of the softmax family. */
export interface SoftmaxOptions {
  /** The axis along which the results add up to 1; the last by default. */
  readonly axis?: number;
}

const softmaxNames: OptionNames<SoftmaxOptions> = { axis: ["dim"] };

/** The axis that rows lie along, counted from the front; the last by default. */
export function checkAlong(name: string, x: TensorLike, options: SoftmaxOptions): number {
  checkTensor(name, x);
  checkOptions(name, options, softmaxNames);
  return normalizeAxis(options.axis ?? -1, x.shape.length, `${name} along`);
}

/** Refuses ids that have another length than `shape` along any axis but `along`. */
export function checkAlongIds(shape: Shape, ids: Shape, along: number): void {
  const fits = ids.length === shape.length &&
    ids.every((length, axis) => axis === along || length === shape[axis]);
  if (fits) return;
  throw new TypeError(
    `Cannot take ids ${formatShape(ids)} along axis ${along} of shape ${formatShape(shape)}: ` +
      "the other axes must be the same",
  );
}

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The p of the p-norm, from 1 to Infinity; 2 by default. */
  readonly p?: number;
}

const normNames: OptionNames<NormOptions> = { ...reduceNames, p: ["ord", "order", "normType"] };

/** Validates the options of `norm`: returns p, and the options that say which axes are reduced. */
export function checkNorm(options: NormOptions): { p: number; axes: ReduceOptions } {
  checkOptions("take the norm", options, normNames);
  const { p = 2, ...axes } = options;
  if (typeof p !== "number" || !(p >= 1)) {
    throw new RangeError(`Cannot take the norm: p must be a number from 1, got ${describe(p)}`);
  }
  return { p, axes };
}
