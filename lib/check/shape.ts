// Shapes: their sizes and strides, and NumPy's broadcasting rules.

import { describe } from "./describe.ts";

/** Lengths of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * A shape as it is written in formulas: `(3, 4)`, `(3,)` or `()`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatShape } from "@minimodel/core/check";
 *
 * assertEquals([formatShape([3, 4]), formatShape([3]), formatShape([])], ["(3, 4)", "(3,)", "()"]);
 * ```
 */
export function formatShape(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** The largest number of axes that a shape may have. */
export const mostAxes = 32;

/** How many numbers a tensor of this shape holds. Every op calls this, so it makes no iterator. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] ?? 1;
  return size;
}

/** Whether a shape holds `count` numbers. Every op calls this, so it is only a loop. */
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
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Strides that read a tensor of shape `from` as if it had shape `to`: 0 where it is repeated. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const added = to.length - from.length;
  return to.map((_, axis) =>
    axis < added || from[axis - added] === 1 ? 0 : strides[axis - added] ?? 0
  );
}

/**
 * Returns the shape that `a` and `b` broadcast to.
 *
 * @throws {TypeError} If there is none; the message names both shapes.
 */
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

/** Returns a copy of a shape; refuses anything but an array of at most 32 lengths. */
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

/** Refuses to make a tensor from more or fewer numbers than its shape holds. */
export function checkFull(shape: Shape, count: number): void {
  if (sizeOf(shape) === count) return;
  throw new TypeError(
    `Cannot make a tensor of shape ${formatShape(shape)}: it holds ${
      sizeOf(shape)
    } numbers, got ${count}`,
  );
}

/** The position of the number at a row-major index, as `[i, j]` in messages. */
export function formatPosition(index: number, shape: Shape): string {
  const position = stridesOf(shape).map((stride, axis) =>
    Math.floor(index / stride) % Math.max(shape[axis] ?? 1, 1)
  );
  return `[${position.join(", ")}]`;
}

/**
 * Returns the shape to reshape to, where the length of an axis of -1 follows from the others.
 *
 * @throws {TypeError} If the numbers do not fill it.
 */
export function checkReshape(from: Shape, shape: Shape): Shape {
  const given = listShape(shape, "reshape");
  const known = checkShape(given.map((length) => length === -1 ? 1 : length), "reshape");
  const open = given.filter((length) => length === -1).length;
  const size = sizeOf(from);
  const missing = open === 0 ? 1 : size / sizeOf(known);
  const full = given.map((length) => length === -1 ? missing : length);
  if (open > 1 || !Number.isInteger(missing) || sizeOf(full) !== size) {
    throw new TypeError(
      `Cannot reshape ${formatShape(from)} to ${formatShape(given)}: ` +
        `${size} numbers must fill it exactly, with at most one axis of -1`,
    );
  }
  return Object.freeze(full);
}

/**
 * Returns the shape to broadcast to.
 *
 * @throws {TypeError} If `from` does not broadcast to it.
 */
export function checkBroadcast(from: Shape, shape: Shape): Shape {
  const to = checkShape(shape, "broadcast");
  if (!sameShape(broadcastShapes(from, to, "broadcast"), to)) {
    throw new TypeError(`Cannot broadcast ${formatShape(from)} to ${formatShape(to)}`);
  }
  return to;
}

/** Refuses shapes that have no matrix product. */
export function checkMatmul(a: Shape, b: Shape): void {
  const shared = b[Math.max(b.length - 2, 0)];
  if (a.length === 0 || b.length === 0 || a[a.length - 1] !== shared) {
    throw new TypeError(
      `Cannot matmul shapes ${formatShape(a)} and ${formatShape(b)}: ` +
        "the last axis of the first must be as long as the second-to-last axis of the second",
    );
  }
}

/**
 * Returns the shape of tensors that are joined along an axis, and the part of the result that each
 * of them fills.
 *
 * @throws {TypeError} If they differ along another axis.
 */
export function checkConcat(
  shapes: readonly Shape[],
  along: number,
): { shape: Shape; parts: { starts: number[]; stops: number[] }[] } {
  const first = shapes[0] ?? [];
  const odd = shapes.find((each) =>
    each.length !== first.length ||
    each.some((length, axis) => axis !== along && length !== first[axis])
  );
  if (odd !== undefined) {
    throw new TypeError(
      `Cannot concat shapes ${formatShape(first)} and ${formatShape(odd)} ` +
        `along axis ${along}: the other axes must be the same`,
    );
  }
  let end = 0;
  const parts = shapes.map((shape) => {
    const starts = shape.map((_, axis) => axis === along ? end : 0);
    end += shape[along] ?? 0;
    return { starts, stops: shape.map((length, axis) => axis === along ? end : length) };
  });
  return { shape: first.with(along, end), parts };
}

/** Refuses shapes that are not all the same. */
export function checkStack(shapes: readonly Shape[]): void {
  const [first = [], ...others] = shapes;
  const odd = others.find((each) => !sameShape(each, first));
  if (odd !== undefined) {
    throw new TypeError(
      `Cannot stack shapes ${formatShape(first)} and ${formatShape(odd)}: they must be the same`,
    );
  }
}

/** A table's rows: how many, their shape, and how many numbers each has. */
export function rowsOf(shape: Shape): { count: number; rest: Shape; width: number } {
  const [count, ...rest] = shape;
  if (count === undefined) {
    throw new TypeError("Cannot look up rows of a scalar: a table has a first axis");
  }
  return { count, rest, width: sizeOf(rest) };
}

/** Refuses groups unless there is one for each row. */
export function checkGroups(groups: Shape, rows: number): void {
  if (sameShape(groups, [rows])) return;
  throw new TypeError(
    `Cannot take the max of groups ${formatShape(groups)}: wanted one for each of ${rows} rows`,
  );
}
