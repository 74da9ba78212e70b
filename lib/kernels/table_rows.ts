// The gradient of a table whose rows were looked up, as sums of rows.

import type { GatherOptions } from "../check/lookup.ts";
import { type Shape, sizeOf } from "../check/shape.ts";
import * as kernels from "./dispatch.ts";
import { allocate, copyOf, reserve, type Storage } from "./storage.ts";

/**
 * The sums of the rows `dy` that belong to each id, for a table of `shape`: all of its rows, or where
 * they are sparse, only those that occur, with their ids.
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

/** Rows added to those of zeros that ids name. */
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

/** Two lists of numbers, one after the other. */
export function concatenated(a: Storage, b: Storage): Storage {
  const both = reserve(a.dtype, a.length + b.length);
  kernels.writeStrided(a, both, 0, [1], [a.length]);
  kernels.writeStrided(b, both, a.length, [1], [b.length]);
  return both;
}

/** The rows of a table of `shape` that are not all 0, and those in `kept`, with their numbers. */
export function rowsWithNumbers(
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
