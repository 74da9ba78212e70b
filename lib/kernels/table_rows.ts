// The gradient of a table whose rows were looked up, as sums of rows.

import type { FloatArray } from "../check/dtype.ts";
import type { GatherOptions } from "../check/lookup.ts";
import { type Shape, sizeOf } from "../check/shape.ts";
import * as kernels from "./dispatch.ts";
import { allocate, copyOf, reserve, type Storage } from "./storage.ts";

/**
 * For a table of `shape`, sums the rows of `dy` that belong to the same id: one sum for each row of
 * the table or, if `sparse`, only for the rows that occur, which are returned too.
 */
export function sumRows(
  dy: Storage,
  ids: Int32Array,
  shape: Shape,
  { paddingIdx, scaleGradByFreq = false, sparse = false }: GatherOptions,
): { values: Storage; rows: Int32Array | undefined } {
  const counted = paddingIdx === undefined ? ids : ids.map((id) => id === paddingIdx ? -1 : id);
  const rows = sparse ? distinct(counted) : undefined;
  const slots = rows === undefined ? counted : positionsIn(rows, counted);
  const [count, width] = [rows?.length ?? shape[0] ?? 0, sizeOf(shape.slice(1))];
  const values = spread(dy, slots, count * width, width);
  return { values: scaleGradByFreq ? divideByCounts(values, slots, count, width) : values, rows };
}

/** Adds each of `rows` to the row that its id names, in a table of zeros with `size` numbers. */
export function spread(rows: Storage, ids: Int32Array, size: number, width: number): Storage {
  const out = allocate(rows.dtype, size);
  kernels.scatterAddRows(rows, ids, out, width);
  return out;
}

function divideByCounts(values: Storage, slots: Int32Array, count: number, width: number): Storage {
  const counts = new Array<number>(count).fill(0);
  for (const slot of slots) if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1;
  const divisors = copyOf(counts.map((each) => Math.max(each, 1)), values.dtype);
  const out = allocate(values.dtype, values.length);
  kernels.binary("div", values, [width, 1], divisors, [1, 0], out, [count, width]);
  return out;
}

function distinct(ids: Int32Array): Int32Array {
  const found = new Set(ids);
  found.delete(-1);
  return Int32Array.from(found).sort();
}

function positionsIn(rows: Int32Array, ids: Int32Array): Int32Array {
  const slots = new Map<number, number>([[-1, -1]]);
  rows.forEach((row, slot) => slots.set(row, slot));
  return ids.map((id) => slots.get(id) ?? -1);
}

/** Returns the numbers of `a`, followed by those of `b`. */
export function concatenated(a: Storage, b: Storage): Storage {
  const both = reserve(a.dtype, a.length + b.length);
  kernels.writeStrided(a, both, 0, [1], [a.length]);
  kernels.writeStrided(b, both, a.length, [1], [b.length]);
  return both;
}

/**
 * Returns the rows of a table of `shape` that are not all 0, and those in `kept`, with their
 * numbers.
 */
function rowsWithNumbers(
  table: Storage,
  shape: Shape,
  kept: Int32Array,
): { rows: Int32Array; values: Storage } {
  const [count = 0, ...rest] = shape;
  const width = sizeOf(rest);
  const found = new Set(kept);
  table.numbers.forEach((x, i) => {
    if (x !== 0) found.add(Math.floor(i / width));
  });
  const rows = Int32Array.from(found).sort();
  const values = reserve(table.dtype, rows.length * width);
  kernels.gatherRows(table, rows, values, width, count);
  return { rows, values };
}

/** Writes rows into a table, each over the row whose number it has. */
export function writeRows(values: Storage, rows: Int32Array, table: Storage, width: number): void {
  const [from, to] = [values.numbers, table.numbers];
  rows.forEach((row, i) => to.set(from.subarray(i * width, (i + 1) * width), row * width));
}

/** Whether two lists hold the same numbers; NaN is the same as NaN. */
function sameNumbers(a: FloatArray, b: FloatArray): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i] || Object.is(x, b[i]));
}

/**
 * Copies what was written to a whole table into the rows that are kept of it, or from the rows into
 * it; `before` are the values when they last agreed. Returns the rows and values, with those rows of
 * the table that have numbers now.
 *
 * @throws {TypeError} If both were written to, and differ.
 */
export function agree(
  rows: Int32Array,
  values: Storage,
  whole: Storage,
  shape: Shape,
  before: FloatArray,
): { rows: Int32Array; values: Storage } {
  const found = rowsWithNumbers(whole, shape, rows);
  const isWider = found.rows.length > rows.length;
  const isRowsWritten = !sameNumbers(values.numbers, before);
  const isWholeWritten = isWider || !sameNumbers(found.values.numbers, before);
  const isSame = !isWider && sameNumbers(values.numbers, found.values.numbers);
  if (isRowsWritten && isWholeWritten && !isSame) {
    throw new TypeError(
      "Cannot use a gradient of rows: its data and its values were both written to, and differ",
    );
  }
  if (isWider) return { rows: found.rows, values: found.values.keepWith(values) };
  if (isWholeWritten) values.numbers.set(found.values.numbers);
  else if (isRowsWritten) writeRows(values, rows, whole, sizeOf(shape.slice(1)));
  return { rows, values };
}
