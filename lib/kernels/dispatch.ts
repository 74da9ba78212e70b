// The loops that ops call: each hands its storages to the SIMD kernel of their dtype, or to the plain
// loop of `plain.ts` where numbers are too few to be worth the way, or have no room in the kernels'
// memory. An op has checked sizes and ids; a kernel only computes.

import { bytesOf } from "../check/dtype.ts";
import type { Shape } from "../check/shape.ts";
import * as wasm from "./kernels.wasm";
import { withScratch } from "./memory.ts";
import * as plain from "./plain.ts";
import type { AdamFactors, BagRule, ProductSizes, SgdFactors, Transposed } from "./plain.ts";
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

// Below this many numbers a plain loop is done before a SIMD kernel has been called.
const few = 256;
// Of numbers outside the kernels' memory it pays to copy in so many times what is worked on: a step
// of Adam takes 4, while a few rows are sooner looked up where a large table is.
const mostCopies = 4;

/** Runs the SIMD kernel where it is worth it and there is room for its operands, else the plain one. */
function run<Result>(
  numbers: number,
  operands: Operands,
  fast: (...pointers: number[]) => Result,
  slow: () => Result,
): Result {
  if (numbers < few) return slow();
  const result = atPointers(operands, fast, mostCopies * numbers);
  return result === undefined ? slow() : result.value;
}

/** `out[i] = rule(x[i])`. */
export function unary(rule: UnaryRule, x: Storage, out: Storage): void {
  run(
    out.length,
    { read: [x], write: [out] },
    (x, to) => simd[out.dtype][rule](x, to, out.length),
    () => plain.unary(rule, x.numbers, out.numbers),
  );
}

/** `out[i] = rule(a[i], b[i])`. */
export function pairwise(rule: BinaryRule, a: Storage, b: Storage, out: Storage): void {
  run(
    out.length,
    { read: [a, b], write: [out] },
    (left, right, to) => simd[out.dtype][rule](left, 1, right, 1, to, out.length),
    () => plain.pairwise(rule, a.numbers, b.numbers, out.numbers),
  );
}

/** `out[i] = rule(a[i], b[i])` over `shape`; the strides say how `a` and `b` are broadcast to it. */
export function binary(
  rule: BinaryRule,
  a: Storage,
  aStrides: readonly number[],
  b: Storage,
  bStrides: readonly number[],
  out: Storage,
  shape: Shape,
): void {
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
  run(
    x.length,
    { read: [x], write: [out] },
    (from, to) => simd[x.dtype].sumAxis(from, to, outer, reduced, inner),
    () => plain.sumAxis(x.numbers, out.numbers, outer, reduced, inner),
  );
}

/** The largest number of each row and where it stands first; NaN counts as the largest. */
export function maxRows(x: Storage, out: Storage, positions: Int32Array, width: number): void {
  run(
    x.length,
    { read: [x], write: [out, positions] },
    (from, to, at) => simd[x.dtype].maxRows(from, to, at, out.length, width),
    () => plain.maxRows(x.numbers, out.numbers, positions, width),
  );
}

/** Softmax of each row, or its logarithm; the row's largest number is taken off first. */
export function softmaxRows(x: Storage, out: Storage, width: number, logarithm: boolean): void {
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

/** `(p - onehot(target)) dLoss`, row by row. */
export function crossEntropyBackward(
  probabilities: Storage,
  targets: Int32Array,
  dLosses: Storage,
  out: Storage,
  width: number,
): void {
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

/** `out[r, c] = sum over s of a[r, s] b[s, c]`, each from its start on. */
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
 * `out[n] = table[ids[n]]`, a row of `width` numbers each, of a table of `count` rows. Returns -1, or
 * the first n whose id is out of range, and then `out` holds anything.
 */
export function gatherRows(
  table: Storage,
  ids: Int32Array,
  out: Storage,
  width: number,
  count: number,
): number {
  return run(
    out.length,
    { read: [table, ids], write: [out] },
    (from, at, to) => simd[table.dtype].gather(from, at, ids.length, width, count, to),
    () => plain.gatherRows(table.numbers, ids, out.numbers, width, count),
  );
}

/** `out[ids[n]] += rows[n]`, one after the other; a negative id is passed over. */
export function scatterAddRows(
  rows: Storage,
  ids: Int32Array,
  out: Storage,
  width: number,
): void {
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
 * For each group, the largest of its rows, number by number, and where in `rows` it stands first; a
 * group without rows keeps its 0s, and the position -1.
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

/** `out[i] = a[i]` where `mask[i]` is not 0, else `b[i]`; 0 for what is left out. */
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

/** Scales the rows of `ids` whose p-norm is above `maxNorm` down to it, once each; whether there were any. */
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

/** A step of gradient descent of the rows that have a gradient. */
export function sgdRows(parameter: Storage, values: Storage, rows: Int32Array, lr: number): void {
  const width = values.length / Math.max(rows.length, 1);
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
  const { lr, beta1, beta2, eps, weightDecay, correction1, correction2 } = factors;
  const { length } = parameter;
  const kernel = simd[parameter.dtype].adam;
  run(
    length,
    { read: [gradient], update: [parameter, m, v] },
    (g, p, first, second) =>
      kernel(
        p,
        g,
        first,
        second,
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

/** A step of Adam of the rows that have a gradient. */
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
  const kernel = simd[parameter.dtype].adamRows;
  run(
    values.length,
    { read: [values, rows], update: [parameter, m, v] },
    (g, at, p, first, second) =>
      kernel(
        p,
        g,
        at,
        rows.length,
        width,
        first,
        second,
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
