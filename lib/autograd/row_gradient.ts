// The gradient of a table of which few rows were looked up: those rows, and nothing for the others.

import { IndexError } from "../errors.ts";
import { describe } from "./_describe.ts";
import { checkShape, formatShape, sameShape, type Shape, sizeOf } from "./_shape.ts";
import * as kernels from "./kernels.ts";
import { allocate, copyOf, type Storage } from "./storage.ts";
import { checkAddend, Tensor } from "./tensor.ts";

/** Options of `gather`, which say what gradient its table gets. */
export interface GatherOptions {
  /** A row that gets no gradient; negative to count from the back. */
  readonly paddingIdx?: number;
  /** Whether a row's gradient is divided by how often its id occurs. */
  readonly scaleGradByFreq?: boolean;
  /** Whether only the rows that occur are kept. */
  readonly sparse?: boolean;
}

/**
 * A gradient of which only some rows can be other than 0, as `gather` with `sparse: true` gives to
 * its table. Optimisers update just those rows, from `values`; whoever reads `data` gets a copy of
 * the whole.
 *
 * @example
 * ```ts
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 * import { Embedding, RowGradient } from "minimodel";
 *
 * const embedding = new Embedding(1000, 2, { sparse: true });
 * embedding.forward([7, 3, 7]).sum().backward();
 * const { grad } = embedding.E;
 * assertInstanceOf(grad, RowGradient);
 * assertEquals([...grad.rows], [3, 7]);
 * assertEquals(grad.values.toArray(), [[1, 1], [2, 2]]);
 * ```
 */
export class RowGradient extends Tensor {
  /** The rows that are kept, ascending, each once. */
  readonly rows: Int32Array;
  /** Their gradients, of shape `(rows.length, ...)`. */
  readonly values: Tensor;

  /** Takes over rows, ascending and each once, and their values, for a table of `shape`. */
  constructor(rows: Int32Array, values: Tensor, shape: Shape) {
    checkRows(rows, values, shape);
    // Kept as long as the rows are, in whatever scope the whole is first asked for.
    const make = () => spread(values.storage, rows, sizeOf(shape), sizeOf(shape.slice(1))).keep();
    super({ dtype: values.dtype, make }, shape);
    this.rows = rows;
    this.values = values;
  }

  /** Where its rows live; the whole of it is made anew when it is asked for. */
  override storages(): Storage[] {
    return this.values.storages();
  }

  /** The sum of two gradients; of rows only, where the other has rows only. */
  override plusGradient(other: Tensor): Tensor {
    checkAddend(this, other);
    if (!(other instanceof RowGradient)) return other.plusGradient(this);
    const ids = new Int32Array(this.rows.length + other.rows.length);
    ids.set(this.rows);
    ids.set(other.rows, this.rows.length);
    const both = allocate(this.dtype, this.values.size + other.values.size);
    kernels.writeStrided(this.values.storage, both, 0, [1], [this.values.size]);
    kernels.writeStrided(other.values.storage, both, this.values.size, [1], [other.values.size]);
    return tableGradient(both, ids, this.shape, { sparse: true });
  }
}

/** Refuses rows that are no ascending rows of a table of `shape`, and values that are not theirs. */
function checkRows(rows: Int32Array, values: Tensor, shape: Shape): void {
  const doing = "make a RowGradient";
  if (!(rows instanceof Int32Array)) {
    throw new TypeError(`Cannot ${doing}: rows must be an Int32Array, got ${describe(rows)}`);
  }
  if (!(values instanceof Tensor)) {
    throw new TypeError(`Cannot ${doing}: values must be a tensor, got ${describe(values)}`);
  }
  const [count, ...rest] = checkShape(shape, doing);
  const wanted = [rows.length, ...rest];
  if (count === undefined || !sameShape(values.shape, wanted)) {
    throw new TypeError(
      `Cannot ${doing} of ${rows.length} rows for shape ${formatShape(shape)}: ` +
        `values must be of shape ${formatShape(wanted)}, got ${formatShape(values.shape)}`,
    );
  }
  for (let i = 0, least = 0; i < rows.length; least = rows[i++] + 1) {
    if (rows[i] < least || rows[i] >= count) {
      throw new IndexError(
        `Cannot ${doing} of row ${rows[i]} at position [${i}]: ` +
          `rows must ascend, here in [${least}, ${count})`,
      );
    }
  }
}

/**
 * The gradient of a table of `shape` whose rows `ids` were looked up and got the gradients `dy`, one
 * after the other: rows with the same id add up. `paddingIdx` is counted from the front.
 */
export function tableGradient(
  dy: Storage,
  ids: Int32Array,
  shape: Shape,
  { paddingIdx, scaleGradByFreq = false, sparse = false }: GatherOptions,
): Tensor {
  const counted = paddingIdx === undefined ? ids : ids.map((id) => id === paddingIdx ? -1 : id);
  const rows = sparse ? distinct(counted) : undefined;
  const slots = rows === undefined ? counted : positionsIn(rows, counted);
  const kept = rows === undefined ? shape : [rows.length, ...shape.slice(1)];
  const width = sizeOf(shape.slice(1));
  let values = spread(dy, slots, sizeOf(kept), width);
  if (scaleGradByFreq) values = divideByCounts(values, slots, kept[0], width);
  const gradient = new Tensor(values, kept);
  return rows === undefined ? gradient : new RowGradient(rows, gradient, shape);
}

function spread(rows: Storage, ids: Int32Array, size: number, width: number): Storage {
  const out = allocate(rows.dtype, size);
  kernels.scatterAddRows(rows, ids, out, width);
  return out;
}

function divideByCounts(values: Storage, slots: Int32Array, count: number, width: number): Storage {
  const counts = new Array<number>(count).fill(0);
  for (const slot of slots) if (slot >= 0) counts[slot]++;
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
