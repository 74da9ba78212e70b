// Shapes: their sizes, strides and axes, and NumPy's broadcasting rules.

import { describe } from "./_describe.ts";

/** Lengths of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** A shape as it is written in formulas: `(3, 4)`, `(3,)` or `()`. */
export function formatShape(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** The most axes that a shape is given with. */
export const mostAxes = 32;

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Whether a shape is one that so many numbers fill. Every op asks, so it is a loop and no more. */
export function isFilled(shape: Shape, count: number): boolean {
  if (!Array.isArray(shape)) return false;
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (!Number.isInteger(length) || length < 0) return false;
    size *= length;
  }
  return size === count;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Row-major strides, in numbers. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Strides that read a tensor of shape `from` as if it had shape `to`: 0 where it is repeated. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const added = to.length - from.length;
  return to.map((_, axis) => axis < added || from[axis - added] === 1 ? 0 : strides[axis - added]);
}

/** The shape that `a` and `b` broadcast to; a TypeError names both where there is none. */
export function broadcastShapes(a: Shape, b: Shape, doing: string): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let back = 1; back <= rank; back++) {
    const left = a[a.length - back] ?? 1;
    const right = b[b.length - back] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new TypeError(
        `Cannot ${doing} shapes ${formatShape(a)} and ${formatShape(b)}: ` +
          `axis -${back} is ${left} against ${right}, and neither is 1`,
      );
    }
    shape[rank - back] = left === 1 ? right : left;
  }
  return shape;
}

/** An axis counted from the front; a RangeError where there is no such axis. */
export function normalizeAxis(axis: number, rank: number, doing: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(
      `Cannot ${doing} axis ${describe(axis)}: ` +
        `a tensor of rank ${rank} has axes in [${-rank}, ${rank})`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from the front in ascending order; all of them where none are given. */
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

/** A copy of what is given as a shape, which must be an array of at most 32. */
export function listShape(shape: Shape, doing: string): number[] {
  if (!Array.isArray(shape)) {
    throw new TypeError(`Cannot ${doing}: the shape must be an array, got ${describe(shape)}`);
  }
  if (shape.length > mostAxes) {
    throw new TypeError(
      `Cannot ${doing}: a shape has at most ${mostAxes} axes, got ${shape.length}`,
    );
  }
  return [...shape];
}

/** Refuses a shape that has a negative, fractional or too large axis; returns a frozen copy. */
export function checkShape(given: Shape, doing: string): Shape {
  const shape = listShape(given, doing);
  let size = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      const got = shape.every((each) => typeof each === "number") ? formatShape(shape) : undefined;
      throw new TypeError(
        `Cannot ${doing}: a shape holds whole numbers from 0, got ${got ?? describe(length)}`,
      );
    }
    size *= Math.max(length, 1);
  }
  if (size > 2 ** 32) {
    throw new RangeError(
      `Cannot ${doing} of shape ${formatShape(shape)}: a tensor holds at most 2^32 numbers`,
    );
  }
  return Object.freeze(shape);
}

/** The position of the number at a row-major index, as `[i, j]` in messages. */
export function formatPosition(index: number, shape: Shape): string {
  const position = stridesOf(shape).map((stride, axis) =>
    Math.floor(index / stride) % Math.max(shape[axis], 1)
  );
  return `[${position.join(", ")}]`;
}
