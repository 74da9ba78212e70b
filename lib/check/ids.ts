// Ids: integers in every form that a caller may give, validated once.

import { describe, isDetached } from "./describe.ts";
import { flatten } from "./nested.ts";
import { checkShape, formatPosition, formatShape, type Shape, sizeOf } from "./shape.ts";
import { IndexError } from "./errors.ts";

/** A typed array of whole numbers. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Whole numbers in nested arrays. */
export type NestedIds = number | readonly NestedIds[];

/**
 * Ids with any number of axes: a number, nested arrays, an integer typed array, or one with a
 * shape.
 */
export type Ids = NestedIds | IntegerArray | {
  /** The ids in row-major order. */
  readonly data: IntegerArray;
  /** Their shape. */
  readonly shape: readonly number[];
};

/** The most rows that a table of any numbers can have: ids are 32 bits wide. */
export const mostRows = 2 ** 31 - 1;

/** Ids that are known to be whole numbers in range. */
export interface CheckedIds {
  /** The ids in row-major order; a copy that the caller's later changes do not reach. */
  readonly data: Int32Array;
  /** Their shape. */
  readonly shape: Shape;
}

/**
 * Returns ids as a flat list of whole numbers, with their shape; their range is not looked at.
 *
 * @throws {TypeError} If an id is not a whole number, arrays are ragged, or a shape does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseIds } from "@minimodel/core";
 *
 * assertEquals(parseIds([[3, 1], [4, 1]]), { data: [3, 1, 4, 1], shape: [2, 2] });
 * ```
 */
export function parseIds(ids: Ids): { data: number[]; shape: Shape } {
  const { flat, shape } = flatIds(ids, "look up id");
  const data = Array.from(
    flat,
    (_, i) => wholeNumber(flat, i, shape, "look up id", "whole numbers"),
  );
  return { data, shape };
}

/**
 * Returns a copy of ids as whole numbers, with their shape. Those of an Int32Array may still be
 * outside `[0, limit)`: the kernels test that while they read, which costs next to nothing.
 *
 * @param ids What the caller gave.
 * @param limit The first id that is too large.
 * @param doing What the ids are for, as messages say it, for example "look up id".
 * @throws {IndexError} If an id is out of range.
 * @throws {TypeError} If an id is not a whole number, arrays are ragged, or a shape does not fit.
 */
export function takeIds(ids: Ids, limit: number, doing: string): CheckedIds {
  // Kernels compare 32 bits.
  const isNarrow = limit <= mostRows;
  if (isNarrow && ids instanceof Int32Array && ids.length > 0) {
    return { data: ids.slice(), shape: [ids.length] };
  }
  const { flat, shape } = flatIds(ids, doing);
  if (isNarrow && flat instanceof Int32Array) return { data: flat.slice(), shape };
  const data = new Int32Array(flat.length);
  for (let i = 0; i < flat.length; i++) {
    const id = wholeNumber(flat, i, shape, doing, `whole numbers in [0, ${limit})`);
    if (id < 0 || id >= limit) throw idOutOfRange({ data: flat, shape }, i, limit, doing);
    data[i] = id;
  }
  return { data, shape };
}

/** The error for the id at an index, which is not in `[0, limit)`. */
export function idOutOfRange(
  ids: { readonly data: ArrayLike<unknown>; readonly shape: Shape },
  index: number,
  limit: number,
  doing: string,
): IndexError {
  const position = formatPosition(index, ids.shape);
  return new IndexError(
    `Cannot ${doing} ${ids.data[index]} at position ${position}: ids must be in [0, ${limit})`,
  );
}

function wholeNumber(
  flat: ArrayLike<unknown>,
  i: number,
  shape: Shape,
  doing: string,
  wanted: string,
): number {
  const value = flat[i];
  const id = typeof value === "bigint" ? Number(value) : value;
  if (typeof id === "number" && Number.isInteger(id)) return id;
  throw new TypeError(
    `Cannot ${doing} ${describe(value)} at position ${
      formatPosition(i, shape)
    }: ids must be ${wanted}`,
  );
}

/**
 * Returns a padding id counted from the front.
 *
 * @throws {RangeError} If there is no such row.
 */
export function checkPaddingIdx(
  paddingIdx: number | undefined,
  count: number,
  doing: string,
): number | undefined {
  if (paddingIdx === undefined) return undefined;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -count || paddingIdx >= count) {
    throw new RangeError(
      `Cannot ${doing}: paddingIdx must be a whole number in [${-count}, ${count}), got ${
        describe(paddingIdx)
      }`,
    );
  }
  return paddingIdx < 0 ? paddingIdx + count : paddingIdx;
}

function flatIds(ids: unknown, doing: string): { flat: ArrayLike<unknown>; shape: Shape } {
  if (isIntegerArray(ids)) return { flat: ids, shape: [ids.length] };
  if (typeof ids === "number" || Array.isArray(ids)) return flatten(ids, `${doing}s`);
  if (typeof ids === "object" && ids !== null && "data" in ids && "shape" in ids) {
    const { data } = ids;
    if (!isIntegerArray(data)) {
      throw new TypeError(`Cannot ${doing}s: ids must be integers, got data in ${describe(data)}`);
    }
    const shape = checkShape(ids.shape as Shape, `${doing}s`);
    if (sizeOf(shape) !== data.length) {
      throw new TypeError(
        `Cannot ${doing}s: ${data.length} ids do not fill shape ${formatShape(shape)}`,
      );
    }
    return { flat: data, shape };
  }
  throw new TypeError(
    `Cannot ${doing}s: ids must be a whole number, nested arrays of them, an integer typed array ` +
      `or { data, shape }, got ${describe(ids)}`,
  );
}

function isIntegerArray(value: unknown): value is IntegerArray {
  const integers = value instanceof Int32Array || value instanceof Uint32Array ||
    value instanceof BigInt64Array || value instanceof BigUint64Array ||
    value instanceof Uint8Array || value instanceof Int8Array ||
    value instanceof Int16Array || value instanceof Uint16Array;
  return integers && !isDetached(value);
}
