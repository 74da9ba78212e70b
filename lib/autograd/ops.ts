// The ops, on one page. Each validates, computes forward through a kernel and records how its gradient
// goes back: `dy` is the gradient with respect to the result `y`, `dx` that with respect to an input
// `x`. What a broadcast input was repeated along is summed up by the tape, not here.

import { bagOfEach, bagSizes, checkBags, checkWeights } from "./_bags.ts";
import { describe } from "./_describe.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  listShape,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridesOf,
} from "./_shape.ts";
import { checkFlag, checkOptions } from "./_options.ts";
import { checkDType, zeros } from "./create.ts";
import { checkIds, checkPaddingIdx, idOutOfRange, type Ids, takeIds } from "./ids.ts";
import * as kernels from "./kernels.ts";
import {
  checkSameDType,
  checkTensor,
  elementwise,
  noBackward,
  type Operand,
  pointwise,
  product,
  type ReduceOptions,
  reduction,
  rowsOf,
  type SliceOptions,
  sliceRange,
} from "./_forward.ts";
import { type GatherOptions, tableGradient } from "./row_gradient.ts";
import { allocate, copyOf, type DType, reserve } from "./storage.ts";
import { record, Tensor } from "./tensor.ts";

export type { Operand, ReduceOptions, SliceOptions };

/** Options of the softmax family. */
export interface SoftmaxOptions {
  /** The axis along which the results add up to 1; the last by default. */
  readonly axis?: number;
}

/** Options of {@linkcode crossEntropy}. */
export interface CrossEntropyOptions {
  /** What is done with the losses: their "mean" (the default), their "sum", or "none" of both. */
  readonly reduction?: "mean" | "sum" | "none";
}

/** Options of {@linkcode bag}. */
export interface BagOptions extends GatherOptions {
  /** Where each bag starts in ids of one axis, from 0 on; a bag is a row of ids of two axes else. */
  readonly offsets?: Ids;
  /** A factor for each id, of the ids' shape. */
  readonly perSampleWeights?: Tensor;
  /** Whether the sum is divided by how many ids there are; false by default. */
  readonly mean?: boolean;
}

/**
 * Sum with broadcasting: `y = a + b`.
 *
 * @throws {TypeError} If dtypes differ, or shapes do not broadcast; so do all ops of two operands.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, tensor } from "minimodel";
 *
 * assertEquals(add(tensor([1, 2]), 3).toArray(), [4, 5]);
 * ```
 */
export function add(a: Operand, b: Operand): Tensor {
  // Backward: da = dy, db = dy
  return elementwise("add", a, b, (dy) => [dy, dy]);
}

/**
 * Difference with broadcasting: `y = a - b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sub, tensor } from "minimodel";
 *
 * assertEquals(sub(1, tensor([1, 2])).toArray(), [0, -1]);
 * ```
 */
export function sub(a: Operand, b: Operand): Tensor {
  // Backward: da = dy, db = -dy
  return elementwise("sub", a, b, (dy, _a, b) => [dy, b.requiresGrad ? neg(dy) : null]);
}

/**
 * Product, entry by entry, with broadcasting: `y = a b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul, tensor } from "minimodel";
 *
 * assertEquals(mul(tensor([1, 2]), tensor([3, 4])).toArray(), [3, 8]);
 * ```
 */
export function mul(a: Operand, b: Operand): Tensor {
  // Backward: da = dy b, db = dy a
  return elementwise("mul", a, b, (dy, a, b) => [
    a.requiresGrad ? mul(dy, b) : null,
    b.requiresGrad ? mul(dy, a) : null,
  ]);
}

/**
 * Quotient with broadcasting: `y = a / b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { div, tensor } from "minimodel";
 *
 * assertEquals(div(tensor([1, 2]), 4).toArray(), [0.25, 0.5]);
 * ```
 */
export function div(a: Operand, b: Operand): Tensor {
  // Backward: da = dy / b, db = -dy a / b^2
  return elementwise("div", a, b, (dy, a, b) => [
    a.requiresGrad ? div(dy, b) : null,
    b.requiresGrad ? neg(mul(dy, div(div(a, b), b))) : null,
  ]);
}

/**
 * Power with broadcasting: `y = a^b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pow, tensor } from "minimodel";
 *
 * assertEquals(pow(tensor([1, 2, 3]), 2).toArray(), [1, 4, 9]);
 * ```
 */
export function pow(a: Operand, b: Operand): Tensor {
  // Backward: da = dy b a^(b - 1), 0 where b is 0; db = dy a^b log a, 0 where a is 0 and b >= 0
  return elementwise("pow", a, b, (dy, a, b) => [
    a.requiresGrad ? mul(dy, elementwise("powBaseSlope", a, b, noBackward)) : null,
    b.requiresGrad ? mul(dy, elementwise("powExponentSlope", a, b, noBackward)) : null,
  ]);
}

/**
 * Opposite: `y = -x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { neg, tensor } from "minimodel";
 *
 * assertEquals(neg(tensor([1, -2])).toArray(), [-1, 2]);
 * ```
 */
export function neg(x: Tensor): Tensor {
  // Backward: dx = -dy
  return pointwise("neg", x, (dy) => neg(dy));
}

/**
 * Exponential: `y = e^x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exp, tensor } from "minimodel";
 *
 * assertEquals(exp(tensor([0, 1])).toArray(), [1, Math.E]);
 * ```
 */
export function exp(x: Tensor): Tensor {
  // Backward: dx = dy y
  return pointwise("exp", x, (dy, _x, y) => mul(dy, y));
}

/**
 * Natural logarithm: `y = log x`; NaN below 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { log, tensor } from "minimodel";
 *
 * assertEquals(log(tensor([1, 0])).toArray(), [0, -Infinity]);
 * ```
 */
export function log(x: Tensor): Tensor {
  // Backward: dx = dy / x
  return pointwise("log", x, (dy, x) => div(dy, x));
}

/**
 * Square root: `y = x^(1/2)`; NaN below 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sqrt, tensor } from "minimodel";
 *
 * assertEquals(sqrt(tensor([4, 9])).toArray(), [2, 3]);
 * ```
 */
export function sqrt(x: Tensor): Tensor {
  // Backward: dx = dy / (2 y)
  return pointwise("sqrt", x, (dy, _x, y) => div(dy, mul(y, 2)));
}

/**
 * Hyperbolic tangent: `y = tanh x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tanh, tensor } from "minimodel";
 *
 * assertEquals(tanh(tensor([0, Infinity])).toArray(), [0, 1]);
 * ```
 */
export function tanh(x: Tensor): Tensor {
  // Backward: dx = dy (1 - y^2)
  return pointwise("tanh", x, (dy, _x, y) => mul(dy, sub(1, mul(y, y))));
}

/**
 * Rectifier: `y = max(x, 0)`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { relu, tensor } from "minimodel";
 *
 * assertEquals(relu(tensor([-1, 2])).toArray(), [0, 2]);
 * ```
 */
export function relu(x: Tensor): Tensor {
  // Backward: dx = dy where y > 0, else 0
  return pointwise("relu", x, (dy, _x, y) => elementwise("gate", dy, y, noBackward));
}

/**
 * Logistic function: `y = 1 / (1 + e^-x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sigmoid, tensor } from "minimodel";
 *
 * assertEquals(sigmoid(tensor([0, 1000, -1000])).toArray(), [0.5, 1, 0]);
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  // Backward: dx = dy y (1 - y)
  return pointwise("sigmoid", x, (dy, _x, y) => mul(mul(dy, y), sub(1, y)));
}

/**
 * Logarithm of the logistic function: `y = -log(1 + e^-x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logSigmoid, tensor } from "minimodel";
 *
 * assertEquals(logSigmoid(tensor([1000, -1000])).toArray(), [0, -1000]);
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  // Backward: dx = dy sigmoid(-x)
  return pointwise("logSigmoid", x, (dy, x) => mul(dy, sigmoid(neg(x))));
}

/**
 * The same numbers rounded to another dtype; the only way from one to the other.
 *
 * @throws {TypeError} If the dtype is neither "float64" nor "float32".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cast, tensor } from "minimodel";
 *
 * assertEquals(cast(tensor([0.1]), "float32").item(), Math.fround(0.1));
 * ```
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  // Backward: dx = dy, in the dtype of x
  checkTensor("cast", x);
  checkDType(dtype, "cast");
  return record("cast", [x], copyOf(x.storage, dtype), x.shape, (dy) => [cast(dy, x.dtype)]);
}

/**
 * Matrix product over the last two axes, batches broadcast: (…, n, m) times (…, m, p) gives (…, n, p).
 *
 * A left operand of one axis is taken as a row and a right one as a column; that axis is left out
 * of the result.
 *
 * @throws {TypeError} If the shared axes differ, an operand is a scalar, or batches do not broadcast.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmul, tensor } from "minimodel";
 *
 * assertEquals(matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(), [[11]]);
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensor("matmul", a);
  checkTensor("matmul", b);
  checkSameDType("matmul", a, b);
  const [aRank, bRank] = [a.shape.length, b.shape.length];
  const shared = b.shape[Math.max(bRank - 2, 0)];
  if (aRank === 0 || bRank === 0 || a.shape[aRank - 1] !== shared) {
    throw new TypeError(
      `Cannot matmul shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}: ` +
        "the last axis of the first must be as long as the last but one of the second",
    );
  }
  if (aRank === 1) {
    const row = matmul(reshape(a, [1, shared]), b);
    return reshape(row, [
      ...row.shape.slice(0, bRank === 1 ? 0 : -2),
      ...row.shape.slice(bRank === 1 ? 1 : -1),
    ]);
  }
  if (bRank === 1) return reshape(matmul(a, reshape(b, [shared, 1])), a.shape.slice(0, -1));
  if (aRank > 2 && bRank === 2) {
    const rows = sizeOf(a.shape.slice(0, -1));
    const flat = matmul(reshape(a, [rows, shared]), b);
    return reshape(flat, [...a.shape.slice(0, -1), b.shape[1]]);
  }
  // Backward: da = dy b^T, db = a^T dy
  const y = product(a, b, {});
  return record("matmul", [a, b], y.storage, y.shape, (dy) => [
    a.requiresGrad ? product(dy, b, { b: true }) : null,
    b.requiresGrad ? product(a, dy, { a: true }) : null,
  ]);
}

/**
 * The axes in another order: reversed, or as `perm` lists them.
 *
 * @throws {RangeError} If `perm` does not name each axis once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, transpose } from "minimodel";
 *
 * assertEquals(transpose(tensor([[1, 2], [3, 4]])).toArray(), [[1, 3], [2, 4]]);
 * ```
 */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  checkTensor("transpose", x);
  const rank = x.shape.length;
  const wanted = perm ?? x.shape.map((_, axis) => rank - 1 - axis);
  if (!Array.isArray(wanted)) {
    throw new TypeError(`Cannot transpose: perm must be an array of axes, got ${describe(perm)}`);
  }
  if (wanted.length !== rank) {
    throw new RangeError(
      `Cannot transpose shape ${formatShape(x.shape)} by ${wanted.length} axes: wanted ${rank}`,
    );
  }
  const order = Array.from(wanted, (axis) => normalizeAxis(axis, rank, "transpose"));
  if (new Set(order).size !== rank) {
    throw new RangeError(
      `Cannot transpose shape ${formatShape(x.shape)} by [${
        wanted.join(", ")
      }]: each axis must be named once`,
    );
  }
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]);
  const y = reserve(x.dtype, x.size);
  kernels.readStrided(x.storage, 0, order.map((axis) => strides[axis]), y, shape);
  // Backward: dx = dy with the axes back where they were
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return record("transpose", [x], y, shape, (dy) => [transpose(dy, inverse)]);
}

/**
 * The same numbers in another shape; one axis may be -1, which is then worked out.
 *
 * @throws {TypeError} If the numbers do not fill the shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape, tensor } from "minimodel";
 *
 * assertEquals(reshape(tensor([1, 2, 3, 4]), [2, -1]).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("reshape", x);
  const given = listShape(shape, "reshape");
  const known = checkShape(given.map((length) => length === -1 ? 1 : length), "reshape");
  const open = given.filter((length) => length === -1).length;
  const missing = open === 0 ? 1 : x.size / sizeOf(known);
  const full = given.map((length) => length === -1 ? missing : length);
  if (open > 1 || !Number.isInteger(missing) || sizeOf(full) !== x.size) {
    throw new TypeError(
      `Cannot reshape ${formatShape(x.shape)} to ${formatShape(given)}: ` +
        `${x.size} numbers must fill it exactly, with at most one axis of -1`,
    );
  }
  // Backward: dx = dy in the shape of x
  return record("reshape", [x], copyOf(x.storage, x.dtype), full, (dy) => [reshape(dy, x.shape)]);
}

/**
 * The numbers repeated to fill a larger shape, by the rules of broadcasting.
 *
 * @throws {TypeError} If the shape does not broadcast so.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { broadcastTo, tensor } from "minimodel";
 *
 * assertEquals(broadcastTo(tensor([1, 2]), [2, 2]).toArray(), [[1, 2], [1, 2]]);
 * ```
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("broadcast", x);
  const to = checkShape(shape, "broadcast");
  if (!sameShape(broadcastShapes(x.shape, to, "broadcast"), to)) {
    throw new TypeError(`Cannot broadcast ${formatShape(x.shape)} to ${formatShape(to)}`);
  }
  const y = reserve(x.dtype, sizeOf(to));
  kernels.readStrided(x.storage, 0, broadcastStrides(x.shape, to), y, to);
  // Backward: dx = dy, which the tape sums over what was repeated
  return record("broadcastTo", [x], y, to, (dy) => [dy]);
}

/**
 * Sum over axes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sum, tensor } from "minimodel";
 *
 * assertEquals(sum(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray(), [4, 6]);
 * ```
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("sum", x);
  const { axes, kept, shape } = reduction(x, options, "sum");
  let y = x.storage;
  const lengths = [...x.shape];
  for (const axis of axes.toReversed()) {
    // Axes side by side are summed as one, so that the sum is rounded once.
    if (axes.includes(axis - 1)) {
      [lengths[axis - 1], lengths[axis]] = [lengths[axis - 1] * lengths[axis], 1];
      continue;
    }
    const [outer, inner] = [sizeOf(lengths.slice(0, axis)), sizeOf(lengths.slice(axis + 1))];
    const total = reserve(x.dtype, outer * inner);
    kernels.sumAxis(y, total, outer, lengths[axis], inner);
    [y, lengths[axis]] = [total, 1];
  }
  // Backward: dx = dy for every number that was added
  const own = y === x.storage ? copyOf(y, x.dtype) : y;
  return record("sum", [x], own, shape, (dy) => [broadcastTo(reshape(dy, kept), x.shape)]);
}

/**
 * Mean over axes; NaN where there is nothing to average.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean, tensor } from "minimodel";
 *
 * assertEquals(mean(tensor([[1, 2], [3, 6]]), { axis: -1 }).toArray(), [1.5, 4.5]);
 * ```
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  // Backward: that of the sum and of the division by how many were added
  const total = sum(x, options);
  return div(total, x.size === 0 && total.size === 0 ? 1 : x.size / total.size);
}

/**
 * Largest number over axes; NaN where there is one.
 *
 * @throws {RangeError} If an axis to reduce has length 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { max, tensor } from "minimodel";
 *
 * assertEquals(max(tensor([[1, 2], [4, 3]]), { axis: 1 }).toArray(), [2, 4]);
 * ```
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("max", x);
  const { axes, shape } = reduction(x, options, "max");
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const width = sizeOf(axes.map((axis) => x.shape[axis]));
  const outer = sizeOf(shape);
  if (width === 0 && outer > 0) {
    throw new RangeError(
      `Cannot take the max of shape ${formatShape(x.shape)} over an axis of length 0`,
    );
  }
  const rows = transpose(x, [...rest, ...axes]);
  const y = reserve(x.dtype, outer);
  const positions = new Int32Array(outer);
  kernels.maxRows(rows.storage, y, positions, width);
  // Backward: dx = dy at the first of the largest, 0 elsewhere
  return record("max", [rows], y, shape, (dy) => {
    const spread = zeros(rows.shape, { dtype: x.dtype });
    kernels.scatterAddRows(dy.storage, positions, spread.storage, 1);
    return [spread];
  });
}

/**
 * Softmax along an axis: `y = e^x / sum(e^x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softmax, tensor } from "minimodel";
 *
 * assertEquals(softmax(tensor([1000, 1000])).toArray(), [0.5, 0.5]);
 * ```
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  // Backward: dx = y (dy - sum(dy y))
  return alongLast("softmax", x, options, (rows) => {
    const y = new Tensor(reserve(rows.dtype, rows.size), rows.shape);
    kernels.softmaxRows(rows.storage, y.storage, rows.shape[rows.shape.length - 1], false);
    return record("softmax", [rows], y.storage, y.shape, (dy) => [
      mul(y, sub(dy, sum(mul(dy, y), { axis: -1, keepdims: true }))),
    ]);
  });
}

/**
 * Logarithm of the softmax along an axis: `y = x - log(sum(e^x))`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logSoftmax, tensor } from "minimodel";
 *
 * assertEquals(logSoftmax(tensor([0, 0])).toArray(), [-Math.LN2, -Math.LN2]);
 * ```
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  // Backward: dx = dy - e^y sum(dy)
  return alongLast("logSoftmax", x, options, (rows) => {
    const y = new Tensor(reserve(rows.dtype, rows.size), rows.shape);
    kernels.softmaxRows(rows.storage, y.storage, rows.shape[rows.shape.length - 1], true);
    return record("logSoftmax", [rows], y.storage, y.shape, (dy) => [
      sub(dy, mul(exp(y), sum(dy, { axis: -1, keepdims: true }))),
    ]);
  });
}

/**
 * Cross-entropy of logits (…, C) against class ids (…): `-logSoftmax(logits)[target]`, averaged.
 *
 * @throws {IndexError} If a target is no class.
 * @throws {TypeError} If the targets' shape is not that of the logits without the last axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crossEntropy, tensor } from "minimodel";
 *
 * assertEquals(crossEntropy(tensor([[0, 0]]), [1]).item(), Math.LN2);
 * ```
 */
export function crossEntropy(
  logits: Tensor,
  targets: Ids,
  options: CrossEntropyOptions = {},
): Tensor {
  checkTensor("crossEntropy", logits);
  checkOptions("take the crossEntropy", options);
  const { reduction = "mean" } = options;
  if (reduction !== "mean" && reduction !== "sum" && reduction !== "none") {
    throw new TypeError(
      `Cannot take the crossEntropy: reduction must be "mean", "sum" or "none", got ${
        describe(reduction)
      }`,
    );
  }
  const classes = logits.shape[logits.shape.length - 1] ?? 0;
  const ids = checkIds(targets, classes, "take the cross-entropy of class");
  if (logits.shape.length === 0 || !sameShape(ids.shape, logits.shape.slice(0, -1))) {
    throw new TypeError(
      `Cannot take the crossEntropy of logits ${formatShape(logits.shape)} ` +
        `against targets ${formatShape(ids.shape)}: wanted one target for each row of logits`,
    );
  }
  const losses = reserve(logits.dtype, ids.data.length);
  const probabilities = reserve(logits.dtype, logits.size);
  kernels.crossEntropyRows(logits.storage, ids.data, losses, probabilities, classes);
  // Backward: dlogits = (softmax(logits) - onehot(target)) dy
  const y = record("crossEntropy", [logits], losses, ids.shape, (dy) => {
    const dlogits = reserve(logits.dtype, logits.size);
    kernels.crossEntropyBackward(probabilities, ids.data, dy.storage, dlogits, classes);
    return [new Tensor(dlogits, logits.shape)];
  });
  return reduction === "none" ? y : reduction === "sum" ? sum(y) : mean(y);
}

/**
 * The tensors one after the other along an axis.
 *
 * @throws {TypeError} If there are none, or their other axes or dtypes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { concat, tensor } from "minimodel";
 *
 * assertEquals(concat([tensor([1]), tensor([2, 3])], 0).toArray(), [1, 2, 3]);
 * ```
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new TypeError("Cannot concat nothing: wanted an array of at least one tensor");
  }
  const [first] = tensors;
  for (const each of tensors) {
    checkTensor("concat", each);
    checkSameDType("concat", first, each);
  }
  const along = normalizeAxis(axis, first.shape.length, "concat along");
  const odd = tensors.find((each: Tensor) =>
    each.shape.length !== first.shape.length ||
    each.shape.some((length, axis) => axis !== along && length !== first.shape[axis])
  );
  if (odd !== undefined) {
    throw new TypeError(
      `Cannot concat shapes ${formatShape(first.shape)} and ${formatShape(odd.shape)} ` +
        `along axis ${along}: the other axes must be the same`,
    );
  }
  const ends: number[] = [];
  for (const each of tensors) ends.push((ends.at(-1) ?? 0) + each.shape[along]);
  const shape = first.shape.with(along, ends[ends.length - 1]);
  const strides = stridesOf(shape);
  const y = reserve(first.dtype, sizeOf(shape));
  const starts = ends.map((end, i) => end - tensors[i].shape[along]);
  tensors.forEach((each, i) => {
    kernels.writeStrided(each.storage, y, starts[i] * strides[along], strides, each.shape);
  });
  // Backward: each gets its part of dy
  const whole = first.shape.map(() => null);
  return record(
    "concat",
    tensors,
    y,
    shape,
    (dy) =>
      tensors.map((_, i) =>
        slice(dy, { starts: whole.with(along, starts[i]), stops: whole.with(along, ends[i]) })
      ),
  );
}

/**
 * Tensors of one shape along a new axis.
 *
 * @throws {TypeError} If there are none, or their shapes or dtypes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stack, tensor } from "minimodel";
 *
 * assertEquals(stack([tensor([1, 2]), tensor([3, 4])], 0).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function stack(tensors: readonly Tensor[], axis: number): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new TypeError("Cannot stack nothing: wanted an array of at least one tensor");
  }
  const [first] = tensors;
  checkTensor("stack", first);
  const along = normalizeAxis(axis, first.shape.length + 1, "stack along");
  return concat(
    tensors.map((each) => {
      checkTensor("stack", each);
      checkSameDType("stack", first, each);
      if (!sameShape(each.shape, first.shape)) {
        throw new TypeError(
          `Cannot stack shapes ${formatShape(first.shape)} and ${
            formatShape(each.shape)
          }: they must be the same`,
        );
      }
      return reshape(each, each.shape.toSpliced(along, 0, 1));
    }),
    along,
  );
}

/**
 * A part of a tensor, by NumPy's rules: `x[start:stop:step, …]`; indices past an end stop there.
 *
 * @throws {RangeError} If there are more entries than axes, one is no whole number, or a step is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slice, tensor } from "minimodel";
 *
 * const x = tensor([0, 1, 2, 3, 4]);
 * assertEquals(slice(x, { starts: [-4], stops: [null], steps: [2] }).toArray(), [1, 3]);
 * ```
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  checkTensor("slice", x);
  checkOptions("slice", options);
  const { starts, stops, steps = [] } = options;
  for (const [name, each] of Object.entries({ starts, stops, steps })) {
    if (!Array.isArray(each)) {
      throw new TypeError(`Cannot slice: ${name} must be an array, got ${describe(each)}`);
    }
  }
  const given = Math.max(starts.length, stops.length, steps.length);
  if (given > x.shape.length) {
    throw new RangeError(`Cannot slice ${given} axes of shape ${formatShape(x.shape)}`);
  }
  const ranges = x.shape.map((length, axis) => sliceRange(length, axis, { starts, stops, steps }));
  const strides = stridesOf(x.shape);
  const start = ranges.reduce((total, range, axis) => total + range.start * strides[axis], 0);
  const shape = ranges.map((range) => range.count);
  const walked = ranges.map((range, axis) => range.step * strides[axis]);
  const y = reserve(x.dtype, sizeOf(shape));
  kernels.readStrided(x.storage, start, walked, y, shape);
  // Backward: dx = dy where it was taken from, 0 elsewhere
  return record("slice", [x], y, shape, (dy) => {
    const dx = zeros(x.shape, { dtype: x.dtype });
    kernels.writeStrided(dy.storage, dx.storage, start, walked, shape);
    return [dx];
  });
}

/**
 * Rows of a table by id: `y[n] = table[ids[n]]`, of shape `ids.shape + table.shape[1:]`.
 *
 * @throws {IndexError} If an id is out of range.
 * @throws {RangeError} If `paddingIdx` is.
 * @throws {TypeError} If an id is no whole number, or the table is a scalar.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gather, tensor } from "minimodel";
 *
 * const table = tensor([[1, 2], [3, 4]]);
 * assertEquals(gather(table, [[1], [1]]).toArray(), [[[3, 4]], [[3, 4]]]);
 * ```
 */
export function gather(table: Tensor, ids: Ids, options: GatherOptions = {}): Tensor {
  checkTensor("gather", table);
  checkOptions("gather", options);
  const { scaleGradByFreq, sparse } = options;
  checkFlag("gather", "scaleGradByFreq", scaleGradByFreq);
  checkFlag("gather", "sparse", sparse);
  const { count, rest, width } = rowsOf(table.shape);
  const paddingIdx = checkPaddingIdx(options.paddingIdx, count, "look up rows");
  const checked = takeIds(ids, count, "look up id");
  const y = reserve(table.dtype, checked.data.length * width);
  const outside = kernels.gatherRows(table.storage, checked.data, y, width, count);
  if (outside >= 0) throw idOutOfRange(checked, outside, count, "look up id");
  // Backward: dtable[id] = sum of the dy of every place where the id stood
  return record("gather", [table], y, [...checked.shape, ...rest], (dy) => [
    tableGradient(dy.storage, checked.data, table.shape, { paddingIdx, scaleGradByFreq, sparse }),
  ]);
}

/**
 * What `gather` does to a gradient: zeros of `shape`, and `y[ids[n]] += upstream[n]` for every n.
 *
 * Rows with the same id add up; it is the transpose of `gather`, as a matrix is of a matrix.
 *
 * @throws {IndexError} If an id is out of range.
 * @throws {TypeError} If the upstream's shape is not `ids.shape + shape[1:]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gatherBackward, tensor } from "minimodel";
 *
 * const upstream = tensor([[1, 2], [4, 5]]);
 * assertEquals(gatherBackward(upstream, [1, 1], [2, 2]).toArray(), [[0, 0], [5, 7]]);
 * ```
 */
export function gatherBackward(upstreamGrad: Tensor, ids: Ids, shape: readonly number[]): Tensor {
  checkTensor("gatherBackward", upstreamGrad);
  const full = checkShape(shape, "gatherBackward");
  const { count, rest, width } = rowsOf(full);
  const checked = checkIds(ids, count, "add up the gradient of id");
  const wanted = [...checked.shape, ...rest];
  if (!sameShape(upstreamGrad.shape, wanted)) {
    throw new TypeError(
      `Cannot add up the gradients of ids ${formatShape(checked.shape)} for a table ${
        formatShape(full)
      }: ` +
        `the upstream gradient must be of shape ${formatShape(wanted)}, got ${
          formatShape(upstreamGrad.shape)
        }`,
    );
  }
  const y = allocate(upstreamGrad.dtype, sizeOf(full));
  kernels.scatterAddRows(upstreamGrad.storage, checked.data, y, width);
  // Backward: dupstream[n] = dy[ids[n]]
  return record("gatherBackward", [upstreamGrad], y, full, (dy) => [gather(dy, checked)]);
}

/**
 * For each bag of ids the sum of their rows, `y[b] = sum of table[ids[n]]`, or the mean; zeros for an
 * empty bag. The rows themselves are not kept.
 *
 * @throws {IndexError} If an id or offset is out of range.
 * @throws {TypeError} If ids are not cut into bags, or weights are not of their shape and dtype.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bag, tensor } from "minimodel";
 *
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * assertEquals(bag(table, [[0, 1], [2, 2]]).toArray(), [[4, 6], [10, 12]]);
 * assertEquals(bag(table, [0, 1, 2], { offsets: [0, 2], mean: true }).toArray(), [[2, 3], [5, 6]]);
 * ```
 */
export function bag(table: Tensor, ids: Ids, options: BagOptions = {}): Tensor {
  checkTensor("look up bags", table);
  checkOptions("look up bags", options);
  const { count, rest, width } = rowsOf(table.shape);
  const { perSampleWeights: weights, mean = false, scaleGradByFreq, sparse } = options;
  checkFlag("look up bags", "mean", mean);
  checkFlag("look up bags", "scaleGradByFreq", scaleGradByFreq);
  checkFlag("look up bags", "sparse", sparse);
  const paddingIdx = checkPaddingIdx(options.paddingIdx, count, "look up bags");
  const padding = paddingIdx ?? -1;
  const bags = checkBags(ids, options.offsets, count);
  const { ids: { data }, starts } = bags;
  if (weights !== undefined) checkWeights(table, weights, bags);
  const y = reserve(table.dtype, starts.length * width);
  kernels.bag(table.storage, data, starts, weights?.storage, y, width, { mean, padding });
  // Backward, where g[n] is the dy of the bag of id n, over the bag's size for a mean:
  // dtable[id] = sum of weights[n] g[n] of every place where the id stood
  // dweights[n] = table[ids[n]] . g[n], 0 for padding
  const inputs = weights === undefined ? [table] : [table, weights];
  return record("bag", inputs, y, [starts.length, ...rest], (dy) => {
    const column = (length: number) => [length, ...rest.map(() => 1)];
    if (mean) {
      const sizes = copyOf(bagSizes(bags, padding), table.dtype);
      dy = div(dy, new Tensor(sizes, column(starts.length)));
    }
    const g = gather(dy, bagOfEach(bags));
    const rows = weights === undefined ? g : mul(g, reshape(weights, column(data.length)));
    const dtable = table.requiresGrad
      ? tableGradient(rows.storage, data, table.shape, { paddingIdx, scaleGradByFreq, sparse })
      : null;
    if (weights === undefined) return [dtable];
    if (!weights.requiresGrad) return [dtable, null];
    const dweights = sum(mul(gather(table, data), g), { axis: rest.map((_, axis) => axis + 1) });
    for (const [n, id] of data.entries()) if (id === padding) dweights.storage.numbers[n] = 0;
    return [dtable, reshape(dweights, weights.shape)];
  });
}

/**
 * For each of `count` groups the largest of its rows, number by number; zeros where it has none.
 *
 * @throws {IndexError} If a group is not in [0, count).
 * @throws {TypeError} If there is not one group for each row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maxByGroup, tensor } from "minimodel";
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
  if (!sameShape(checked.shape, [given])) {
    throw new TypeError(
      `Cannot take the max of groups ${
        formatShape(checked.shape)
      }: wanted one for each of ${given} rows`,
    );
  }
  const y = allocate(rows.dtype, sizeOf(shape));
  const positions = new Int32Array(y.length);
  kernels.maxByGroup(rows.storage, checked.data, y, positions, width);
  // Backward: drows = dy at the first of the largest, 0 elsewhere
  return record("maxByGroup", [rows], y, shape, (dy) => {
    const drows = zeros(rows.shape, { dtype: rows.dtype });
    kernels.scatterAddRows(dy.storage, positions, drows.storage, 1);
    return [drows];
  });
}

/** Applies an op of rows along `axis`, which is brought last for it and back afterwards. */
function alongLast(
  name: string,
  x: Tensor,
  options: SoftmaxOptions,
  ofRows: (rows: Tensor) => Tensor,
): Tensor {
  checkTensor(name, x);
  checkOptions(name, options);
  const { axis = -1 } = options;
  const along = normalizeAxis(axis, x.shape.length, `${name} along`);
  const last = x.shape.length - 1;
  if (along === last) return ofRows(x);
  const swap = x.shape.map((_, each) => each === along ? last : each === last ? along : each);
  return transpose(ofRows(transpose(x, swap)), swap);
}
