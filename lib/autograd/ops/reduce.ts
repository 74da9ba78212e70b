// Ops that make one number of many: over axes, and by group.

import {
  checkAnyNumber,
  checkNorm,
  checkReduction,
  type NormOptions,
  type ReduceOptions,
} from "../../check/axes.ts";
import type { Ids } from "../../check/ids.ts";
import { checkGroups, checkShape, rowsOf, sizeOf } from "../../check/shape.ts";
import { checkTensor } from "../../check/tensors.ts";
import { checkIds } from "../../kernels/bounds.ts";
import * as kernels from "../../kernels/dispatch.ts";
import { allocate, copyOf, reserve } from "../../kernels/storage.ts";
import { sumAxes } from "../../kernels/sum_axes.ts";
import { ones, zeros } from "../create.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import { slope } from "./_forward.ts";
import { abs, add, div, mul, neg, pow, sub } from "./elementwise.ts";
import { broadcastTo, reshape, transpose } from "./shape.ts";

/**
 * Sum over axes, added up in float64 and rounded once.
 *
 * Numbers side by side, as along the last axis, go to eight running sums, number i to `s[i mod 8]`, and
 * in the end there is `((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))`; others are added in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sum, tensor } from "@minimodel/core";
 *
 * assertEquals(sum(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray(), [4, 6]);
 * ```
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, kept, shape } = checkReduction("sum", x, options);
  const y = sumAxes(x.storage, x.shape, axes);
  // Backward: dx = dy for every number that was added
  return recordOp("sum", [x], y, shape, (dy) => [broadcastTo(reshape(dy, kept), x.shape)]);
}

/**
 * Mean over axes; NaN where there are no numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean, tensor } from "@minimodel/core";
 *
 * assertEquals(mean(tensor([[1, 2], [3, 6]]), { axis: -1 }).toArray(), [1.5, 4.5]);
 * ```
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkReduction("mean", x, options);
  // Backward: that of the sum and of the division by how many were added
  const total = sum(x, options);
  return div(total, x.size / total.size);
}

/**
 * Largest number over axes; NaN where one of the numbers is NaN.
 *
 * @throws {RangeError} If an axis to reduce has length 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { max, tensor } from "@minimodel/core";
 *
 * assertEquals(max(tensor([[1, 2], [4, 3]]), { axis: 1 }).toArray(), [2, 4]);
 * ```
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return largest("max", x, options);
}

/**
 * Smallest number over axes; NaN where one of the numbers is NaN.
 *
 * @throws {RangeError} If an axis to reduce has length 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { min, tensor } from "@minimodel/core";
 *
 * assertEquals(min(tensor([[1, 2], [4, 3]]), { axis: 1 }).toArray(), [1, 3]);
 * ```
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("min", x);
  // Backward: that of the largest of -x, whose sign changes twice
  return neg(largest("min", neg(x), options));
}

function largest(name: string, x: Tensor, options: ReduceOptions): Tensor {
  const { axes, shape } = checkReduction(name, x, options);
  const rows = rowsAlong(x, axes);
  const y = reserve(x.dtype, sizeOf(shape));
  const width = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  checkAnyNumber(name, x.shape, width, y.length);
  const positions = new Int32Array(y.length);
  kernels.maxRows(rows.storage, y, positions, width);
  // Backward: dx = dy at the first of the largest, 0 elsewhere
  return recordOp(name, [rows], y, shape, (dy) => [putAt(positions, dy, rows)]);
}

/** A tensor with the axes to reduce moved to the end. */
function rowsAlong(x: Tensor, axes: readonly number[]): Tensor {
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return transpose(x, [...rest, ...axes]);
}

/**
 * Norm over axes: `y = (sum of |x|^p)^(1/p)`, the largest `|x|` for p Infinity, without overflow.
 * Where the norm is 0, its gradient is 0. For p Infinity, numbers that are the largest share the
 * gradient.
 *
 * @throws {RangeError} If p is below 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { norm, tensor } from "@minimodel/core";
 *
 * assertEquals(norm(tensor([3 * 2 ** 600, 4 * 2 ** 600])).item(), 5 * 2 ** 600);
 * assertEquals(norm(tensor([[3, -4], [1, 1]]), { p: 1, axis: 1 }).toArray(), [7, 2]);
 * ```
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkTensor("norm", x);
  const { p, axes: chosen } = checkNorm(options);
  const { axes, kept, shape } = checkReduction("norm", x, chosen);
  const rows = rowsAlong(x.detach(), axes);
  const y = reserve(x.dtype, sizeOf(shape));
  kernels.normRows(rows.storage, y, y.length === 0 ? 0 : x.size / y.length, p);
  // Backward: dx = dy sign(x) (|x| / y)^(p - 1); for p Infinity, dy sign(x) divided by the count of
  // the largest
  const result: Tensor = recordOp("norm", [x], y, shape, (dy) => {
    const share = shareOf(x, reshape(result.detach(), kept), axes, p);
    return [mul(mul(reshape(dy, kept), slope("sign", x)), share)];
  }, 1);
  return result;
}

/** How much of the gradient of a norm each number gets, without its sign. */
function shareOf(x: Tensor, y: Tensor, axes: readonly number[], p: number): Tensor {
  if (p === 1) return ones(x.shape, { dtype: x.dtype });
  if (p !== Infinity) return pow(div(abs(x), add(y, sub(1, slope("sign", y)))), p - 1);
  const [wide, sizes] = [broadcastTo(y, x.shape), abs(x)].map(({ storage }) => storage);
  const at = wide?.numbers ?? [];
  const largest = sizes?.numbers.map((each, i) => Number(each === at[i])) ?? [];
  const isLargest = new Tensor(copyOf(largest, x.dtype), x.shape);
  return div(isLargest, sum(isLargest, { axis: axes, keepdims: true }));
}

/**
 * For each of `count` groups and each column, the largest number in the group's rows; zeros for a
 * group without rows.
 *
 * @throws {IndexError} If a group is not in [0, count).
 * @throws {TypeError} If there is not one group for each row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maxByGroup, tensor } from "@minimodel/core";
 *
 * const rows = tensor([[1, 9], [5, 2], [3, 3]]);
 * assertEquals(maxByGroup(rows, [0, 0, 1], 2).toArray(), [[5, 9], [3, 3]]);
 * ```
 */
export function maxByGroup(rows: Tensor, groups: Ids, count: number): Tensor {
  checkTensor("maxByGroup", rows);
  const { count: given, rest, width } = rowsOf(rows.shape);
  const shape = checkShape([count, ...rest], "take the max of groups");
  const checked = checkIds(groups, count, "take the max of group");
  checkGroups(checked.shape, given);
  const y = allocate(rows.dtype, sizeOf(shape));
  const positions = new Int32Array(y.length);
  kernels.maxByGroup(rows.storage, checked.data, y, positions, width);
  // Backward: drows = dy at the first of the largest, 0 elsewhere
  return recordOp("maxByGroup", [rows], y, shape, (dy) => [putAt(positions, dy, rows)]);
}

/**
 * Zeros like `x`, to which the numbers of `dy` are added at their positions; not at negative ones.
 */
function putAt(positions: Int32Array, dy: Tensor, x: Tensor): Tensor {
  const dx = zeros(x.shape, { dtype: x.dtype });
  kernels.scatterAddRows(dy.storage, positions, dx.storage, 1);
  return dx;
}
