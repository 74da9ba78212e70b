// The rows of a table of vectors, what is known of each, and how near they are to each other.

import { describe, formatShape } from "@minimodel/core/check";
import { IndexError, scope, type Tensor, tensor } from "@minimodel/core";
import type { Matrix } from "./heatmap.ts";

/** A table as float64, row after row. */
export interface RowTable {
  readonly count: number;
  readonly width: number;
  readonly rows: readonly Float64Array[];
}

/** Reads a table of finite numbers. */
export function readTable(doing: string, table: Matrix): RowTable {
  const { rows, width } = Array.isArray(table)
    ? { rows: [...table], width: table[0]?.length ?? 0 }
    : rowsOf(doing, table);
  const read = rows.map((row, id) => {
    if (row?.length !== width) {
      throw new TypeError(
        `Cannot ${doing}: row ${id} has ${row?.length} numbers, row 0 has ${width}`,
      );
    }
    const numbers = Float64Array.from(row);
    const wrong = numbers.findIndex((each) => !Number.isFinite(each));
    if (wrong < 0) return numbers;
    throw new RangeError(
      `Cannot ${doing}: row ${id} must hold finite numbers, got ${
        describe(row[wrong])
      } at ${wrong}`,
    );
  });
  return { count: read.length, width, rows: read };
}

function rowsOf(doing: string, table: unknown): { rows: ArrayLike<number>[]; width: number } {
  const { data, shape } = Object(table) as { data?: ArrayLike<number>; shape?: unknown };
  const given = ArrayBuffer.isView(data) || Array.isArray(data);
  if (!given || !Array.isArray(shape) || shape.length !== 2) {
    const got = Array.isArray(shape) ? `shape ${formatShape(shape)}` : describe(table);
    throw new TypeError(`Cannot ${doing}: wanted a table of shape (V, d), got ${got}`);
  }
  const [count = 0, width = 0]: number[] = shape;
  if (data.length !== count * width) {
    throw new TypeError(
      `Cannot ${doing}: a table of shape ${formatShape(shape)} has ${
        count * width
      } numbers, got ${data.length}`,
    );
  }
  const rowOf = (_: unknown, id: number) =>
    Array.prototype.slice.call(data, id * width, (id + 1) * width);
  return { rows: Array.from({ length: count }, rowOf), width };
}

/** Reads one label for each row: a string, or null for a row that is left out. */
export function readLabels(
  doing: string,
  name: string,
  labels: readonly (string | null)[],
  count: number,
): readonly (string | null)[] {
  if (!Array.isArray(labels)) {
    throw new TypeError(
      `Cannot ${doing}: ${name} must be an array with one label for each row, got ${
        describe(labels)
      }`,
    );
  }
  if (labels.length !== count) {
    throw new TypeError(
      `Cannot ${doing}: ${name} must have one label for each of ${count} rows, got ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label !== null && typeof label !== "string");
  if (wrong < 0) return labels;
  throw new TypeError(
    `Cannot ${doing}: ${name} must be strings or null, got ${
      describe(labels[wrong])
    } for row ${wrong}`,
  );
}

/** Refuses anything but a row's id. */
export function checkRowId(doing: string, id: unknown, count: number): void {
  if (typeof id !== "number") {
    throw new TypeError(`Cannot ${doing}: an id must be a number, got ${describe(id)}`);
  }
  if (Number.isInteger(id) && id >= 0 && id < count) return;
  throw new IndexError(`Cannot ${doing}: ids must be in [0, ${count}), got ${describe(id)}`);
}

/** A vector divided by its length; zeros stay zeros. */
export function unit(row: Float64Array): Float64Array {
  // Divided by the largest number first: squares of very large or small ones leave float64.
  const largest = row.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest === 0) return row.slice();
  const scaled = row.map((each) => each / largest);
  const length = Math.sqrt(scaled.reduce((sum, each) => sum + each * each, 0));
  return scaled.map((each) => each / length);
}

/** How many queries are compared at once, so that their cosines stay within a few megabytes. */
const chunk = 256;

/**
 * The cosine of each query with each row of a table: an array of `count` numbers for each query. A
 * vector of zeros has cosine 0 with everything.
 */
export function* cosines(
  queries: readonly Float64Array[],
  table: RowTable,
): Generator<Float64Array> {
  const { count, width } = table;
  const units = flat(table.rows.map(unit), width);
  for (let start = 0; start < queries.length; start += chunk) {
    const part = queries.slice(start, start + chunk).map(unit);
    const products = scope(() => {
      const [a, b] = [flat(part, width), units].map((numbers) =>
        tensor(numbers, { shape: [numbers.length / width, width] })
      ) as [Tensor, Tensor];
      return a.matmul(b.transpose()).data.slice();
    });
    for (const [query] of part.entries()) {
      yield Float64Array.from(products.subarray(query * count, (query + 1) * count));
    }
  }
}

function flat(rows: readonly Float64Array[], width: number): Float64Array {
  const numbers = new Float64Array(rows.length * width);
  rows.forEach((row, id) => numbers.set(row, id * width));
  return numbers;
}

/** The first `k` ids of `among`, best score first; equal scores by id. */
export function best(among: readonly number[], scores: Float64Array, k: number): number[] {
  const score = (id: number) => scores[id] ?? -Infinity;
  return among.toSorted((a, b) => score(b) - score(a) || a - b).slice(0, k);
}
