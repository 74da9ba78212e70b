// Rows of a table by id, one by one and in bags, and the gradient of the table.

import { type Bags, checkBags, checkWeights } from "../../check/bags.ts";
import { checkLookedUp } from "../../check/gradients.ts";
import { idOutOfRange, type Ids, mostRows, takeIds } from "../../check/ids.ts";
import { checkLookup, gatherNames, type GatherOptions } from "../../check/lookup.ts";
import { checkFlag, checkOptions, type OptionNames } from "../../check/options.ts";
import { checkShape, rowsOf, sizeOf } from "../../check/shape.ts";
import { bagOfEach, bagSizes } from "../../kernels/bags.ts";
import { checkIds } from "../../kernels/bounds.ts";
import * as kernels from "../../kernels/dispatch.ts";
import { allocate, copyOf, reserve } from "../../kernels/storage.ts";
import { tableGradient } from "../row_gradient.ts";
import { recordOp } from "../tape.ts";
import { checkTensor } from "../../check/tensors.ts";
import { Tensor } from "../tensor.ts";
import { div, mul } from "./elementwise.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./shape.ts";

/** Options of {@linkcode bag}. */
export interface BagOptions extends GatherOptions {
  /** Where each bag starts in ids of one axis; by default, each row of ids of two axes is a bag. */
  readonly offsets?: Ids;
  /** Whether the last offset is the number of ids, where the last bag ends; false by default. */
  readonly includeLastOffset?: boolean;
  /** A factor for each id, in the shape of the ids. */
  readonly perSampleWeights?: Tensor;
  /** Whether the sum is divided by the number of ids in the bag; false by default. */
  readonly mean?: boolean;
}

const bagNames: OptionNames<BagOptions> = {
  ...gatherNames,
  offsets: [],
  includeLastOffset: [],
  perSampleWeights: ["weights"],
  mean: ["mode"],
};

/**
 * Rows of a table by id: `y[n] = table[ids[n]]`, of shape `ids.shape + table.shape[1:]`.
 *
 * @throws {IndexError} If an id is out of range.
 * @throws {RangeError} If `paddingIdx` is out of range.
 * @throws {TypeError} If an id is not a whole number, or the table is a scalar.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gather, tensor } from "@minimodel/core";
 *
 * const table = tensor([[1, 2], [3, 4]]);
 * assertEquals(gather(table, [[1], [1]]).toArray(), [[[3, 4]], [[3, 4]]]);
 * ```
 */
export function gather(table: Tensor, ids: Ids, options: GatherOptions = {}): Tensor {
  checkTensor("gather", table);
  checkOptions("gather", options, gatherNames);
  return gatherChecked(table, ids, checkLookup("look up rows", table.shape, options));
}

/** {@linkcode gather} with options that are validated already, such as those of a module. */
export function gatherChecked(table: Tensor, ids: Ids, options: GatherOptions): Tensor {
  const { count, rest, width } = rowsOf(table.shape);
  const checked = takeIds(ids, count, "look up id");
  const y = reserve(table.dtype, checked.data.length * width);
  // A table of width 0 may have more rows than ids have bits for; `takeIds` has tested each such
  // id.
  const outside = width === 0 && count > mostRows
    ? -1
    : kernels.gatherRows(table.storage, checked.data, y, width, count);
  if (outside >= 0) throw idOutOfRange(checked, outside, count, "look up id");
  // Backward: dtable[id] = sum of dy over every position of the id
  return recordOp("gather", [table], y, [...checked.shape, ...rest], (dy) => [
    tableGradient(dy.storage, checked.data, table.shape, options),
  ]);
}

/**
 * The gradient of the table in `gather`: zeros of `shape`, then `y[ids[n]] += upstream[n]` for
 * every n.
 *
 * Rows with the same id add up. As a matrix, it is the transpose of `gather`.
 *
 * @throws {IndexError} If an id is out of range.
 * @throws {TypeError} If the upstream's shape is not `ids.shape + shape[1:]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gatherBackward, tensor } from "@minimodel/core";
 *
 * const upstream = tensor([[1, 2], [4, 5]]);
 * assertEquals(gatherBackward(upstream, [1, 1], [2, 2]).toArray(), [[0, 0], [5, 7]]);
 * ```
 */
export function gatherBackward(upstreamGrad: Tensor, ids: Ids, shape: readonly number[]): Tensor {
  checkTensor("gatherBackward", upstreamGrad);
  const full = checkShape(shape, "gatherBackward");
  const { count, width } = rowsOf(full);
  const checked = checkIds(ids, count, "add up the gradient of id");
  checkLookedUp(upstreamGrad.shape, checked.shape, full);
  const y = allocate(upstreamGrad.dtype, sizeOf(full));
  kernels.scatterAddRows(upstreamGrad.storage, checked.data, y, width);
  // Backward: dupstream[n] = dy[ids[n]]
  return recordOp("gatherBackward", [upstreamGrad], y, full, (dy) => [gather(dy, checked)]);
}

/**
 * For each bag of ids, the sum of their rows, `y[b] = sum of table[ids[n]]`, or the mean; zeros for
 * an empty bag. The rows themselves are not stored.
 *
 * @throws {IndexError} If an id or offset is out of range.
 * @throws {TypeError} If ids and offsets do not make bags, or weights have another shape or dtype.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bag, tensor } from "@minimodel/core";
 *
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * assertEquals(bag(table, [[0, 1], [2, 2]]).toArray(), [[4, 6], [10, 12]]);
 * assertEquals(bag(table, [0, 1, 2], { offsets: [0, 2], mean: true }).toArray(), [[2, 3], [5, 6]]);
 * ```
 */
export function bag(table: Tensor, ids: Ids, options: BagOptions = {}): Tensor {
  const doing = "look up bags";
  checkTensor(doing, table);
  checkOptions(doing, options, bagNames);
  const { includeLastOffset, perSampleWeights: weights, mean = false } = options;
  checkFlag(doing, "mean", mean);
  checkFlag(doing, "includeLastOffset", includeLastOffset);
  const kept = checkLookup(doing, table.shape, options);
  const bags = takeBags(ids, rowsOf(table.shape).count, options);
  if (weights !== undefined) checkWeights(table, weights, bags);
  return bagChecked(table, bags, { ...kept, perSampleWeights: weights, mean });
}

/** Returns ids in bags; the ids must be in `[0, limit)`. */
export function takeBags(
  ids: Ids,
  limit: number,
  { offsets, includeLastOffset = false }: Pick<BagOptions, "offsets" | "includeLastOffset">,
): Bags {
  const taken = checkIds(ids, limit, "look up id");
  if (offsets === undefined) return checkBags(taken, undefined, false);
  const starts = checkIds(offsets, taken.data.length + 1, "start a bag at offset");
  return checkBags(taken, starts, includeLastOffset);
}

/** {@linkcode bag} of bags and with options that are validated already. */
export function bagChecked(
  table: Tensor,
  bags: Bags,
  options: Omit<BagOptions, "offsets">,
): Tensor {
  const { perSampleWeights: weights, mean = false, paddingIdx: padding = -1 } = options;
  const { ids: { data }, starts } = bags;
  const { rest, width } = rowsOf(table.shape);
  const y = reserve(table.dtype, starts.length * width);
  kernels.bag(table.storage, data, starts, weights?.storage, y, width, { mean, padding });
  const inputs = weights === undefined ? [table] : [table, weights];
  const read = (table.requiresGrad ? 2 : 0) | (weights?.requiresGrad ? 1 : 0);
  const backward = (dy: Tensor) => bagGradients(dy, table, bags, options);
  return recordOp("bag", inputs, y, [starts.length, ...rest], backward, read);
}

function bagGradients(
  dy: Tensor,
  table: Tensor,
  bags: Bags,
  options: BagOptions,
): (Tensor | null)[] {
  // Backward, where g[n] is the dy of the bag of id n, divided by the bag's size for a mean:
  // dtable[id] = sum of weights[n] g[n] over every position of the id
  // dweights[n] = table[ids[n]] . g[n], 0 for padding
  const { perSampleWeights: weights, mean = false, paddingIdx: padding = -1 } = options;
  const { data } = bags.ids;
  const g = gather(mean ? div(dy, sizesLike(dy, bags, padding)) : dy, bagOfEach(bags));
  const dtable = table.requiresGrad ? bagTable(g, table, data, options) : null;
  if (weights === undefined) return [dtable];
  return [dtable, bagWeights(g, table, weights, data, padding)];
}

/** The sizes of bags as a column that broadcasts over `dy`; their one size if they have one. */
function sizesLike(dy: Tensor, bags: Bags, padding: number): Tensor | number {
  const sizes = bagSizes(bags, padding);
  const [first] = sizes;
  if (first !== undefined && sizes.every((size) => size === first)) return first;
  return new Tensor(copyOf(sizes, dy.dtype), [sizes.length, ...dy.shape.slice(1).map(() => 1)]);
}

function bagTable(
  g: Tensor,
  table: Tensor,
  ids: Int32Array,
  { perSampleWeights: weights, ...options }: BagOptions,
): Tensor {
  const column = [ids.length, ...table.shape.slice(1).map(() => 1)];
  const rows = weights === undefined ? g : mul(g, reshape(weights, column));
  return tableGradient(rows.storage, ids, table.shape, options);
}

function bagWeights(
  g: Tensor,
  table: Tensor,
  weights: Tensor,
  ids: Int32Array,
  padding: number,
): Tensor | null {
  if (!weights.requiresGrad) return null;
  const rest = table.shape.slice(1).map((_, axis) => axis + 1);
  const dweights = sum(mul(gather(table, ids), g), { axis: rest });
  ids.forEach((id, n) => {
    if (id === padding) dweights.storage.numbers[n] = 0;
  });
  return reshape(dweights, weights.shape);
}
