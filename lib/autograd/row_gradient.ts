// The gradient of a table in which few rows were looked up: it stores only those rows.

import { checkAddend, checkRows } from "../check/gradients.ts";
import type { FloatArray } from "../check/dtype.ts";
import type { GatherOptions } from "../check/lookup.ts";
import { keepName, refuseUnknownProperties } from "../check/properties.ts";
import { type Shape, sizeOf } from "../check/shape.ts";
import * as kernels from "../kernels/dispatch.ts";
import { reserve, Storage } from "../kernels/storage.ts";
import { agree, concatenated, spread, sumRows, writeRows } from "../kernels/table_rows.ts";
import { Tensor } from "./tensor.ts";

/** Whether a gradient is one of rows; faster than `instanceof`, which walks all prototypes of others. */
export let isRowGradient: (x: Tensor) => x is RowGradient;

/**
 * A gradient that is 0 outside some rows, as `gather` with `sparse: true` makes it for its table.
 * Optimisers update only those rows, from `values`; `data` holds the whole gradient, zeros
 * included.
 *
 * @example
 * ```ts
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 * import { Embedding, RowGradient } from "@minimodel/core";
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
  #rows: Int32Array;
  #values: Tensor;
  #whole: Storage | undefined;
  // A copy of the values from when rows and whole last agreed; kept once both can be written to.
  #agreed: FloatArray | undefined;

  static {
    keepName(RowGradient, "RowGradient");
    refuseUnknownProperties(RowGradient);
    isRowGradient = (x): x is RowGradient => #rows in x;
  }

  /**
   * For a table of `shape`, copies the rows, which must ascend, and their values.
   *
   * @throws {IndexError} If a row is out of range, or not above the one before.
   * @throws {TypeError} If the rows are not an Int32Array, or the values have another shape.
   */
  constructor(rows: Int32Array, values: Tensor, shape: Shape);
  /**
   * Uses a storage of the values without copying it.
   *
   * @internal
   */
  constructor(rows: Int32Array, values: Tensor | Storage, shape: Shape);
  constructor(rows: Int32Array, values: Tensor | Storage, shape: Shape) {
    const own = values instanceof Storage
      ? new Tensor(values, [rows.length, ...shape.slice(1)])
      : values;
    const checked = checkRows(rows, own, shape);
    super(own.dtype, checked.shape);
    this.#rows = checked.rows;
    this.#values = own === values ? own.detach() : own;
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
   * The rows and their values, with what the program has written to `data`.
   *
   * @internal
   */
  sparse(): { readonly rows: Int32Array; readonly values: Tensor } {
    if (this.#agreed !== undefined && this.#whole !== undefined) {
      const [own, shape] = [this.#values.storage, this.shape];
      const { rows, values } = agree(this.#rows, own, this.#whole, shape, this.#agreed);
      if (values !== own) this.#values = new Tensor(values, [rows.length, ...shape.slice(1)]);
      [this.#rows, this.#agreed] = [rows, values.numbers.slice()];
    }
    return { rows: this.#rows, values: this.#values };
  }

  /**
   * The whole gradient, zeros included.
   *
   * @internal
   */
  override get storage(): Storage {
    const { rows, values } = this.sparse();
    const width = sizeOf(this.shape.slice(1));
    if (this.#whole !== undefined) writeRows(values.storage, rows, this.#whole, width);
    return this.#whole ??= spread(values.storage, rows, this.size, width)
      .keepWith(values.storage);
  }

  /** The whole gradient in row-major order; writing here changes the gradient, in any row. */
  override get data(): FloatArray {
    const data = super.data;
    this.#agreed ??= this.#values.storage.numbers.slice();
    return data;
  }

  /**
   * Whether its memory was freed.
   *
   * @internal
   */
  override get isDisposed(): boolean {
    return this.#values.storage.isDisposed;
  }

  /**
   * Whether its numbers were transferred, to a worker for example.
   *
   * @internal
   */
  override get isTransferred(): boolean {
    return this.storages().some(({ isTransferred }) => isTransferred);
  }

  /**
   * All storages that hold its numbers.
   *
   * @internal
   */
  storages(): Storage[] {
    return this.#whole === undefined ? [this.#values.storage] : [this.#values.storage, this.#whole];
  }

  /** Frees the memory of the rows and of the whole gradient. */
  override dispose(): void {
    for (const storage of this.storages()) storage.dispose();
  }
}

/** Returns all storages that hold the numbers of a gradient. */
export function storagesOf(gradient: Tensor): Storage[] {
  return isRowGradient(gradient) ? gradient.storages() : [gradient.storage];
}

/** Adds two gradients of one shape into a new tensor, a RowGradient if both are. */
export function addGradients(a: Tensor, b: Tensor): Tensor {
  checkAddend(a, b);
  if (isRowGradient(a) && isRowGradient(b)) return addRows(a, b);
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
 * Returns the gradient of a table of `shape`. `dy` holds one gradient for each id that was looked
 * up, and those of the same id add up. `paddingIdx` is counted from the front.
 */
export function tableGradient(
  dy: Storage,
  ids: Int32Array,
  shape: Shape,
  options: GatherOptions,
): Tensor {
  const { rows, values } = sumRows(dy, ids, shape, options);
  if (rows === undefined) return new Tensor(values, shape);
  return new RowGradient(rows, values, shape);
}
