// The kernels that ops call. Each function hands its storages to the SIMD kernel of their dtype, or
// to the plain loop in `plain.ts` if there are too few numbers for SIMD to be faster, or no room
// for them in the kernels' memory. The op has validated sizes and ids; a kernel only computes.

import { bytesOf } from "../check/dtype.ts";
import { type Shape, sizeOf } from "../check/shape.ts";
import * as wasm from "./kernels.wasm";
import { withScratch } from "./memory.ts";
import * as plain from "./plain.ts";
import type { AdamFactors, BagRule, ProductSizes, SgdFactors, Transposed } from "./plain.ts";
import { rowDots as plainRowDots, type RowSizes } from "./plain_dots.ts";
import { atPointers, type Operands } from "./pointers.ts";
import type { BinaryRule, UnaryRule } from "./rules.ts";
import { forEachRun } from "./runs.ts";
import type { Storage } from "./storage.ts";

/** The kernels whose names end in a dtype, without that ending. */
type Ending<Suffix extends string> = {
  [Name in keyof typeof wasm as Name extends `${infer Short}_${Suffix}` ? Short : never]:
    (typeof wasm)[Name];
};

function ending<Suffix extends "f32" | "f64">(suffix: Suffix): Ending<Suffix> {
  const named = Object.entries(wasm).filter(([name]) => name.endsWith(`_${suffix}`));
  return Object.fromEntries(
    named.map(([name, kernel]) => [name.slice(0, -suffix.length - 1), kernel]),
  ) as Ending<Suffix>;
}

const simd = { float32: ending("f32"), float64: ending("f64") };

// With fewer numbers than this, the plain loop takes less time than calling a SIMD kernel.
const few = 256;
// Operands outside the kernels' memory are copied into it, up to this many numbers for each number
// that the kernel works on: a step of Adam copies 4, while a few rows of a large table are looked
// up faster in place than after copying the table.
const mostCopies = 4;

/**
 * Runs the SIMD kernel where it is worth it and there is room for its operands, else the plain one.
 */
function run<Result>(
  count: number,
  operands: Operands,
  fast: (...pointers: number[]) => Result,
  slow: () => Result,
): Result {
  if (count < few) return slow();
  const result = atPointers(operands, fast, mostCopies * count);
  return result === undefined ? slow() : result.value;
}

/**
 * Refuses operands whose sizes do not fit: a kernel would read and write memory that is not theirs.
 */
function expect(kernel: string, fits: boolean): void {
  if (!fits) {
    throw new RangeError(`Cannot run ${kernel}: its operands do not have the sizes it works on`);
  }
}

/** Whether a walk over `shape` with some strides stays within the numbers. */
function isWithin(x: Storage, strides: readonly number[], shape: Shape): boolean {
  let last = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 0) return true;
    last += (shape[axis] - 1) * strides[axis];
  }
  return last < x.length;
}

function areRowsOf(table: Storage, rows: Int32Array, width: number): boolean {
  return Number.isInteger(width) && (width === 0 || firstOutside(rows, table.length / width) < 0);
}

/** `out[i] = rule(x[i])`. */
export function unary(rule: UnaryRule, x: Storage, out: Storage): void {
  expect("unary", x.length === out.length);
  run(
    out.length,
    { read: [x], write: [out] },
    (x, to) => simd[out.dtype][rule](x, to, out.length),
    () => plain.unary(rule, x.numbers, out.numbers),
  );
}

/** `out[i] = rule(a[i], b[i])`. */
export function pairwise(rule: BinaryRule, a: Storage, b: Storage, out: Storage): void {
  expect("pairwise", a.length === out.length && b.length === out.length);
  run(
    out.length,
    { read: [a, b], write: [out] },
    (left, right, to) => simd[out.dtype][rule](left, 1, right, 1, to, out.length),
    () => plain.pairwise(rule, a.numbers, b.numbers, out.numbers),
  );
}

/**
 * `out[i] = rule(a[i], b[i])` over `shape`; the strides say how `a` and `b` are broadcast to it.
 */
export function binary(
  rule: BinaryRule,
  a: Storage,
  aStrides: readonly number[],
  b: Storage,
  bStrides: readonly number[],
  out: Storage,
  shape: Shape,
): void {
  expect(
    "binary",
    isWithin(a, aStrides, shape) && isWithin(b, bStrides, shape) && sizeOf(shape) === out.length,
  );
  run(
    out.length,
    { read: [a, b], write: [out] },
    (left, right, to) => {
      const kernel = simd[out.dtype][rule];
      const size = bytesOf[out.dtype];
      forEachRun(shape, [aStrides, bStrides], [0, 0], ([i, j], length, [iStep, jStep]) => {
        kernel(left + i * size, iStep, right + j * size, jStep, to, length);
        to += length * size;
      });
    },
    () => plain.binary(rule, a.numbers, aStrides, b.numbers, bStrides, out.numbers, shape),
  );
}

/** Reads `x` from `start` on with `strides`, writes `out` in row-major order. */
export function readStrided(
  x: Storage,
  start: number,
  strides: readonly number[],
  out: Storage,
  shape: Shape,
): void {
  plain.readStrided(x.numbers, start, strides, out.numbers, shape);
}

/** Reads `x` in row-major order, writes `out` from `start` on with `strides`. */
export function writeStrided(
  x: Storage,
  out: Storage,
  start: number,
  strides: readonly number[],
  shape: Shape,
): void {
  plain.writeStrided(x.numbers, out.numbers, start, strides, shape);
}

/** `out[o, i] = sum over r of x[o, r, i]`, for `x` of shape (outer, reduced, inner). */
export function sumAxis(
  x: Storage,
  out: Storage,
  outer: number,
  reduced: number,
  inner: number,
): void {
  expect("sumAxis", x.length === outer * reduced * inner && out.length === outer * inner);
  run(
    x.length,
    { read: [x], write: [out] },
    (from, to) => simd[x.dtype].sumAxis(from, to, outer, reduced, inner),
    () => plain.sumAxis(x.numbers, out.numbers, outer, reduced, inner),
  );
}

/** The largest number of each row and its first position; NaN counts as the largest. */
export function maxRows(x: Storage, out: Storage, positions: Int32Array, width: number): void {
  expect("maxRows", x.length === out.length * width && positions.length === out.length);
  run(
    x.length,
    { read: [x], write: [out, positions] },
    (from, to, at) => simd[x.dtype].maxRows(from, to, at, out.length, width),
    () => plain.maxRows(x.numbers, out.numbers, positions, width),
  );
}

/** Softmax of each row, or its logarithm; the row's largest number is subtracted first. */
export function softmaxRows(x: Storage, out: Storage, width: number, logarithm: boolean): void {
  expect("softmaxRows", x.length === out.length && (width === 0 || x.length % width === 0));
  run(
    x.length,
    { read: [x], write: [out] },
    (from, to) => simd[x.dtype].softmaxRows(from, to, x.length / width, width, Number(logarithm)),
    () => plain.softmaxRows(x.numbers, out.numbers, width, logarithm),
  );
}

/** The loss of each row of logits against its target, and the softmax of the row. */
export function crossEntropyRows(
  logits: Storage,
  targets: Int32Array,
  losses: Storage,
  probabilities: Storage,
  width: number,
): void {
  expect(
    "crossEntropyRows",
    logits.length === targets.length * width && losses.length === targets.length &&
      probabilities.length === logits.length,
  );
  run(
    logits.length,
    { read: [logits, targets], write: [losses, probabilities] },
    (x, t, l, p) => simd[logits.dtype].crossEntropyRows(x, t, l, p, targets.length, width),
    () =>
      plain.crossEntropyRows(
        logits.numbers,
        targets,
        losses.numbers,
        probabilities.numbers,
        width,
      ),
  );
}

/** `(p - onehot(target)) dLoss` of each row. */
export function crossEntropyBackward(
  probabilities: Storage,
  targets: Int32Array,
  dLosses: Storage,
  out: Storage,
  width: number,
): void {
  expect(
    "crossEntropyBackward",
    out.length === targets.length * width && dLosses.length === targets.length &&
      probabilities.length === out.length,
  );
  run(
    out.length,
    { read: [probabilities, targets, dLosses], write: [out] },
    (p, t, d, to) => simd[out.dtype].crossEntropyBackward(p, t, d, to, targets.length, width),
    () =>
      plain.crossEntropyBackward(
        probabilities.numbers,
        targets,
        dLosses.numbers,
        out.numbers,
        width,
      ),
  );
}

/** `out[r, c] = sum over s of a[r, s] b[s, c]`, where each storage counts from its start index. */
export function matmul(
  a: Storage,
  aStart: number,
  b: Storage,
  bStart: number,
  out: Storage,
  outStart: number,
  sizes: ProductSizes,
  transposed: Transposed,
): void {
  const { rows, shared, columns } = sizes;
  expect(
    "matmul",
    aStart + rows * shared <= a.length && bStart + shared * columns <= b.length &&
      outStart + rows * columns <= out.length,
  );
  const size = bytesOf[out.dtype];
  const kernel = simd[out.dtype];
  run(
    rows * shared * columns,
    { read: [a, b], update: [out] },
    (left, right, to) => {
      const [x, y, z] = [left + aStart * size, right + bStart * size, to + outStart * size];
      const [transA, transB] = [Number(transposed.a ?? false), Number(transposed.b ?? false)];
      withScratch(
        kernel.matmulScratch(rows, shared, columns),
        (scratch) => kernel.matmul(x, y, z, rows, shared, columns, transA, transB, scratch),
      );
    },
    () =>
      plain.matmul(
        a.numbers,
        aStart,
        b.numbers,
        bStart,
        out.numbers,
        outStart,
        sizes,
        transposed,
      ),
  );
}

/**
 * `out[q, r] = x[r] . vectors[q]`, and `squares[r] = x[r] . x[r]` if they are wanted: the table `x`
 * is read once.
 */
export function rowDots(
  x: Storage,
  vectors: Storage,
  out: Storage,
  squares: Storage | undefined,
  sizes: RowSizes,
): void {
  const { rows, width, count } = sizes;
  expect(
    "rowDots",
    x.length === rows * width && vectors.length === count * width &&
      out.length === count * rows && (squares === undefined || squares.length === rows),
  );
  const kernel = simd[x.dtype];
  run(
    rows * width * (count + Number(squares !== undefined)),
    { read: [x, vectors], write: [out, squares] },
    (from, v, to, s) =>
      withScratch(
        kernel.rowDotsScratch(count),
        (scratch) => kernel.rowDots(from, v, to, s, rows, width, count, scratch),
      ),
    () => plainRowDots(x.numbers, vectors.numbers, out.numbers, squares?.numbers, sizes),
  );
}

/** The first n whose id is not in [0, count), or -1. */
export function firstOutside(ids: Int32Array, count: number): number {
  return run(
    ids.length,
    { read: [ids] },
    (at) => wasm.firstOutside(at, ids.length, count),
    () => plain.firstOutside(ids, count),
  );
}

/**
 * `out[n] = table[ids[n]]`, rows of `width` numbers, from a table of `count` rows. Returns -1, or
 * the first n whose id is out of range; then the contents of `out` are undefined.
 */
export function gatherRows(
  table: Storage,
  ids: Int32Array,
  out: Storage,
  width: number,
  count: number,
): number {
  expect("gatherRows", table.length === count * width && out.length === ids.length * width);
  return run(
    out.length,
    { read: [table, ids], write: [out] },
    (from, at, to) => simd[table.dtype].gather(from, at, ids.length, width, count, to),
    () => plain.gatherRows(table.numbers, ids, out.numbers, width, count),
  );
}

/** `out[ids[n]] += rows[n]`, in the order of n; a negative id is skipped. */
export function scatterAddRows(
  rows: Storage,
  ids: Int32Array,
  out: Storage,
  width: number,
): void {
  expect("scatterAddRows", rows.length === ids.length * width);
  run(
    rows.length,
    { read: [rows, ids], update: [out] },
    (from, at, to) => simd[rows.dtype].scatterAdd(from, at, ids.length, width, to),
    () => plain.scatterAddRows(rows.numbers, ids, out.numbers, width),
  );
}

/** The sum, or mean, of the rows of each bag; see `plain.ts`. */
export function bag(
  table: Storage,
  ids: Int32Array,
  offsets: Int32Array,
  weights: Storage | undefined,
  out: Storage,
  width: number,
  rule: BagRule,
): void {
  expect(
    "bag",
    out.length === offsets.length * width &&
      (weights === undefined || weights.length === ids.length),
  );
  const kernel = simd[out.dtype].bag;
  const [bags, n, mean, { padding }] = [offsets.length, ids.length, Number(rule.mean), rule];
  run(
    n * width,
    { read: [table, ids, offsets, weights], write: [out] },
    (from, at, starts, w, to) => kernel(from, at, starts, bags, n, w, width, to, mean, padding),
    () => plain.bag(table.numbers, ids, offsets, weights?.numbers, out.numbers, width, rule),
  );
}

/**
 * For each group and column, the largest number in the group's rows and its first position in
 * `rows`; a group without rows keeps its 0s, with position -1.
 */
export function maxByGroup(
  rows: Storage,
  groups: Int32Array,
  out: Storage,
  positions: Int32Array,
  width: number,
): void {
  plain.maxByGroup(rows.numbers, groups, out.numbers, positions, width);
}

/** `out[i] = a[i]` where `mask[i]` is not 0, else `b[i]`; a missing operand counts as 0. */
export function select(
  mask: Uint8Array,
  a: Storage | undefined,
  b: Storage | undefined,
  out: Storage,
): void {
  plain.select(mask, a?.numbers, b?.numbers, out.numbers);
}

/** The p-norm of each row. */
export function normRows(x: Storage, out: Storage, width: number, p: number): void {
  plain.normRows(x.numbers, out.numbers, width, p);
}

/**
 * Scales each row in `ids` whose p-norm is above `maxNorm` down to it, once; returns whether there
 * was such a row.
 */
export function renormRows(
  table: Storage,
  ids: Int32Array,
  width: number,
  maxNorm: number,
  p: number,
): boolean {
  return plain.renormRows(table.numbers, ids, width, maxNorm, p);
}

/** A step of gradient descent; see `plain.ts`. */
export function sgd(
  parameter: Storage,
  gradient: Storage,
  velocity: Storage | undefined,
  factors: SgdFactors,
): void {
  expect(
    "sgd",
    gradient.length === parameter.length &&
      (velocity === undefined || velocity.length === parameter.length),
  );
  const { lr, momentum, weightDecay, first } = factors;
  run(
    parameter.length,
    { read: [gradient], update: [parameter, velocity] },
    (g, p, v) =>
      simd[parameter.dtype].sgd(
        p,
        g,
        v,
        parameter.length,
        lr,
        momentum,
        weightDecay,
        Number(first),
      ),
    () => plain.sgd(parameter.numbers, gradient.numbers, velocity?.numbers, factors),
  );
}

/** A step of gradient descent for the rows that have a gradient. */
export function sgdRows(parameter: Storage, values: Storage, rows: Int32Array, lr: number): void {
  const width = values.length / Math.max(rows.length, 1);
  expect("sgdRows", areRowsOf(parameter, rows, width));
  run(
    values.length,
    { read: [values, rows], update: [parameter] },
    (g, at, p) => simd[parameter.dtype].sgdRows(p, g, at, rows.length, width, lr),
    () => plain.sgdRows(parameter.numbers, values.numbers, rows, lr),
  );
}

/** A step of Adam; see `plain.ts`. */
export function adam(
  parameter: Storage,
  gradient: Storage,
  m: Storage,
  v: Storage,
  factors: AdamFactors,
): void {
  expect("adam", [gradient, m, v].every((each) => each.length === parameter.length));
  const { lr, beta1, beta2, eps, weightDecay, correction1, correction2 } = factors;
  const { length } = parameter;
  const kernel = simd[parameter.dtype].adam;
  run(
    length,
    { read: [gradient], update: [parameter, m, v] },
    (g, p, mAt, vAt) =>
      kernel(
        p,
        g,
        mAt,
        vAt,
        length,
        lr,
        beta1,
        beta2,
        eps,
        weightDecay,
        correction1,
        correction2,
      ),
    () =>
      plain.adam(
        parameter.numbers,
        gradient.numbers,
        m.numbers,
        v.numbers,
        factors,
      ),
  );
}

/** A step of Adam for the rows that have a gradient. */
export function adamRows(
  parameter: Storage,
  values: Storage,
  rows: Int32Array,
  m: Storage,
  v: Storage,
  factors: AdamFactors,
): void {
  const { lr, beta1, beta2, eps, correction1, correction2 } = factors;
  const width = values.length / Math.max(rows.length, 1);
  expect("adamRows", areRowsOf(parameter, rows, width));
  const kernel = simd[parameter.dtype].adamRows;
  run(
    values.length,
    { read: [values, rows], update: [parameter, m, v] },
    (g, at, p, mAt, vAt) =>
      kernel(
        p,
        g,
        at,
        rows.length,
        width,
        mAt,
        vAt,
        lr,
        beta1,
        beta2,
        eps,
        correction1,
        correction2,
      ),
    () =>
      plain.adamRows(
        parameter.numbers,
        values.numbers,
        rows,
        m.numbers,
        v.numbers,
        factors,
      ),
  );
}
