// The gradient of a table of which few rows were looked up: those rows, and nothing for the others.

import { checkAddend, checkRows } from "../check/gradients.ts";
import type { FloatArray } from "../check/dtype.ts";
import type { GatherOptions } from "../check/lookup.ts";
import { type Shape, sizeOf } from "../check/shape.ts";
import * as kernels from "../kernels/dispatch.ts";
import { reserve, type Storage } from "../kernels/storage.ts";
import { concatenated, rowsWithNumbers, spread, sumRows } from "../kernels/table_rows.ts";
import { Tensor } from "./tensor.ts";

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
  readonly #rows: Int32Array;
  readonly #values: Tensor;
  #whole: Storage | undefined;
  #isShown = false;

  /** Copies rows, ascending and each once, and takes over their values, for a table of `shape`. */
  constructor(rows: Int32Array, values: Tensor, shape: Shape) {
    checkRows(rows, values, shape);
    super(values.dtype, shape);
    this.#rows = rows.slice();
    this.#values = values;
  }

  /** The rows that are kept, ascending, each once; a copy. */
  get rows(): Int32Array {
    return this.sparse().rows.slice();
  }

  /** Their gradients, of shape `(rows.length, ...)`. */
  get values(): Tensor {
    return this.sparse().values;
  }

  /**
   * The rows and their values. Once the whole was handed out, and may have been written to, they are those
   * of it: what is written there counts as it does for any gradient.
   *
   * @internal
   */
  sparse(): { readonly rows: Int32Array; readonly values: Tensor } {
    if (!this.#isShown) return { rows: this.#rows, values: this.#values };
    const { rows, values } = rowsWithNumbers(this.storage, this.shape, this.#rows);
    return { rows, values: new Tensor(values, [rows.length, ...this.shape.slice(1)]) };
  }

  /**
   * The whole, of which the rows are part.
   *
   * @internal
   */
  override get storage(): Storage {
    const width = sizeOf(this.shape.slice(1));
    // Kept as long as the rows are, in whatever scope the whole is first asked for.
    return this.#whole ??= spread(this.#values.storage, this.#rows, this.size, width).keep();
  }

  /** The whole in row-major order; writing here changes the gradient, in any row. */
  override get data(): FloatArray {
    this.#isShown = true;
    return super.data;
  }

  /**
   * Every storage that its numbers live in.
   *
   * @internal
   */
  storages(): Storage[] {
    return this.#whole === undefined ? [this.#values.storage] : [this.#values.storage, this.#whole];
  }

  /** Gives the memory of the rows back, and that of the whole. */
  override dispose(): void {
    for (const storage of this.storages()) storage.dispose();
  }
}

/** Every storage that the numbers of a gradient live in. */
export function storagesOf(gradient: Tensor): Storage[] {
  return gradient instanceof RowGradient ? gradient.storages() : [gradient.storage];
}

/** The sum of two gradients of one shape, as a tensor of its own; of rows only, where both are. */
export function addGradients(a: Tensor, b: Tensor): Tensor {
  checkAddend(a, b);
  if (a instanceof RowGradient && b instanceof RowGradient) return addRows(a, b);
  const total = reserve(a.dtype, a.size);
  kernels.pairwise("add", a.storage, b.storage, total);
  return new Tensor(total, a.shape);
}

function addRows(a: RowGradient, b: RowGradient): Tensor {
  const [left, right] = [a.sparse(), b.sparse()];
  const ids = new Int32Array(left.rows.length + right.rows.length);
  ids.set(left.rows);
  ids.set(right.rows, left.rows.length);
  const both = concatenated(left.values.storage, right.values.storage);
  return tableGradient(both, ids, a.shape, { sparse: true });
}

/**
 * The gradient of a table of `shape` whose rows `ids` were looked up and got the gradients `dy`, one
 * after the other: rows with the same id add up. `paddingIdx` is counted from the front.
 */
export function tableGradient(
  dy: Storage,
  ids: Int32Array,
  shape: Shape,
  options: GatherOptions,
): Tensor {
  const { rows, values } = sumRows(dy, ids, shape, options);
  if (rows === undefined) return new Tensor(values, shape);
  return new RowGradient(rows, new Tensor(values, [rows.length, ...shape.slice(1)]), shape);
}
