// The loops. A kernel is handed storages and sizes that an op has checked, reads some and writes one.
// Sums are accumulated in float64 whatever the dtype, and rounded once when they are stored.

import { forEachRun } from "./_runs.ts";
import { type Shape, stridesOf } from "./_shape.ts";
import type { Storage } from "./storage.ts";

const unaryRules = {
  neg: (x: number) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  relu: (x: number) => x <= 0 ? 0 : x,
  // Only exp of a number <= 0 is taken, so nothing overflows.
  sigmoid: (x: number) => x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)),
  logSigmoid: (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
};

/** As C's pow: 1 to any power and -1 to an infinite one are 1, where JavaScript has NaN. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b;
}

const binaryRules = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  pow: power,
  powBaseSlope: (a: number, b: number) => b === 0 ? 0 : b * power(a, b - 1),
  powExponentSlope: (a: number, b: number) => a === 0 && b >= 0 ? 0 : power(a, b) * Math.log(a),
  /** `a` where `b > 0` (or NaN), else 0: how the gradient passes a relu whose result is `b`. */
  gate: (a: number, b: number) => b <= 0 ? 0 : a,
};

/** Names of the element-wise functions of one number. */
export type UnaryRule = keyof typeof unaryRules;
/** Names of the element-wise functions of two numbers. */
export type BinaryRule = keyof typeof binaryRules;

/** `out[i] = rule(x[i])`. */
export function unary(rule: UnaryRule, x: Storage, out: Storage): void {
  const apply = unaryRules[rule];
  const from = x.array;
  const to = out.array;
  for (let i = 0; i < to.length; i++) to[i] = apply(from[i]);
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
  const apply = binaryRules[rule];
  const [left, right, to] = [a.array, b.array, out.array];
  let written = 0;
  forEachRun(shape, [aStrides, bStrides], [0, 0], ([i, j], length, [iStep, jStep]) => {
    for (let n = 0; n < length; n++) {
      to[written++] = apply(left[i + n * iStep], right[j + n * jStep]);
    }
  });
}

/** Reads `x` from `start` on with `strides`, writes `out` in row-major order. */
export function readStrided(
  x: Storage,
  start: number,
  strides: readonly number[],
  out: Storage,
  shape: Shape,
): void {
  const [from, to] = [x.array, out.array];
  let written = 0;
  forEachRun(shape, [strides], [start], ([at], length, [step]) => {
    for (let n = 0; n < length; n++) to[written++] = from[at + n * step];
  });
}

/** Reads `x` in row-major order, writes `out` from `start` on with `strides`. */
export function writeStrided(
  x: Storage,
  out: Storage,
  start: number,
  strides: readonly number[],
  shape: Shape,
): void {
  const [from, to] = [x.array, out.array];
  forEachRun(shape, [stridesOf(shape), strides], [0, start], ([i, j], length, [iStep, jStep]) => {
    for (let n = 0; n < length; n++) to[j + n * jStep] = from[i + n * iStep];
  });
}

/** `out[o, i] = sum over r of x[o, r, i]`, for `x` of shape (outer, reduced, inner). */
export function sumAxis(
  x: Storage,
  out: Storage,
  outer: number,
  reduced: number,
  inner: number,
): void {
  const [from, to] = [x.array, out.array];
  const totals = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    totals.fill(0);
    for (let r = 0; r < reduced; r++) {
      const start = (o * reduced + r) * inner;
      for (let i = 0; i < inner; i++) totals[i] += from[start + i];
    }
    to.set(totals, o * inner);
  }
}

/** The largest number of each row and where it stands first; NaN counts as the largest. */
export function maxRows(x: Storage, out: Storage, positions: Int32Array, width: number): void {
  const [from, to] = [x.array, out.array];
  for (let row = 0; row < to.length; row++) {
    let best = row * width;
    for (let i = best + 1; i < (row + 1) * width && !Number.isNaN(from[best]); i++) {
      if (from[i] > from[best] || Number.isNaN(from[i])) best = i;
    }
    to[row] = from[best];
    positions[row] = best;
  }
}

/** Softmax of each row, or its logarithm; the row's largest number is taken off first. */
export function softmaxRows(x: Storage, out: Storage, width: number, logarithm: boolean): void {
  const [from, to] = [x.array, out.array];
  for (let start = 0; start < to.length; start += width) {
    let largest = -Infinity;
    for (let i = start; i < start + width; i++) largest = Math.max(largest, from[i]);
    let total = 0;
    for (let i = start; i < start + width; i++) total += Math.exp(from[i] - largest);
    const logTotal = Math.log(total);
    for (let i = start; i < start + width; i++) {
      const shifted = from[i] - largest;
      to[i] = logarithm ? shifted - logTotal : Math.exp(shifted) / total;
    }
  }
}

/** Which of the two operands of a matrix product are read transposed. */
export interface Transposed {
  /** Read the left operand as its transpose. */
  readonly a?: boolean;
  /** Read the right operand as its transpose. */
  readonly b?: boolean;
}

/** Sizes of a matrix product: (rows, shared) times (shared, columns). */
export interface ProductSizes {
  /** Rows of the result. */
  readonly rows: number;
  /** Length of the axis that is summed over. */
  readonly shared: number;
  /** Columns of the result. */
  readonly columns: number;
}

/** `out[r, c] = sum over s of a[r, s] b[s, c]`, each from its start on. */
export function matmul(
  a: Storage,
  aStart: number,
  b: Storage,
  bStart: number,
  out: Storage,
  outStart: number,
  { rows, shared, columns }: ProductSizes,
  transposed: Transposed,
): void {
  const [left, right, to] = [a.array, b.array, out.array];
  const [rStep, sStep] = transposed.a ? [1, rows] : [shared, 1];
  const total = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    total.fill(0);
    for (let s = 0; s < shared; s++) {
      const factor = left[aStart + r * rStep + s * sStep];
      if (transposed.b) {
        for (let c = 0; c < columns; c++) total[c] += factor * right[bStart + c * shared + s];
      } else {
        const row = bStart + s * columns;
        for (let c = 0; c < columns; c++) total[c] += factor * right[row + c];
      }
    }
    to.set(total, outStart + r * columns);
  }
}

/** `out[n] = table[ids[n]]`, a row of `width` numbers each. */
export function gatherRows(table: Storage, ids: Int32Array, out: Storage, width: number): void {
  const [from, to] = [table.array, out.array];
  let written = 0;
  for (let n = 0; n < ids.length; n++) {
    const start = ids[n] * width;
    for (let i = start; i < start + width; i++) to[written++] = from[i];
  }
}

/** `out[ids[n]] += rows[n]`, one after the other; a negative id is passed over. */
export function scatterAddRows(
  rows: Storage,
  ids: Int32Array,
  out: Storage,
  width: number,
): void {
  const [from, to] = [rows.array, out.array];
  let read = 0;
  for (let n = 0; n < ids.length; n++) {
    const start = ids[n] * width;
    if (start < 0) read += width;
    else for (let i = start; i < start + width; i++) to[i] += from[read++];
  }
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
  const [from, to] = [rows.array, out.array];
  positions.fill(-1);
  for (let i = 0; i < groups.length * width; i++) {
    const at = groups[Math.floor(i / width)] * width + i % width;
    const better = positions[at] < 0 ||
      (!Number.isNaN(to[at]) && (from[i] > to[at] || Number.isNaN(from[i])));
    if (better) [to[at], positions[at]] = [from[i], i];
  }
}

/** Scales the rows of `ids` whose p-norm is above `maxNorm` down to it, once each. */
export function renormRows(
  table: Storage,
  ids: Int32Array,
  width: number,
  maxNorm: number,
  p: number,
): void {
  const { array } = table;
  for (const id of new Set(ids)) {
    const row = array.subarray(id * width, (id + 1) * width);
    let norm = 0;
    for (const each of row) {
      norm = p === Infinity ? Math.max(norm, Math.abs(each)) : norm + Math.abs(each) ** p;
    }
    if (p !== Infinity) norm = norm ** (1 / p);
    // The 1e-7 is torch's, and keeps a row just below the limit.
    if (norm > maxNorm) row.forEach((each, i) => row[i] = each * (maxNorm / (norm + 1e-7)));
  }
}

/** Factors of an {@linkcode sgd} step. */
export interface SgdFactors {
  /** Learning rate. */
  readonly lr: number;
  /** How much of the velocity is kept. */
  readonly momentum: number;
  /** How much of the parameter is added to its gradient. */
  readonly weightDecay: number;
  /** Whether there is no velocity yet. */
  readonly first: boolean;
}

/** `g += weightDecay p; v = momentum v + g` (`v = g` first); `p -= lr v`; without `v`, `p -= lr g`. */
export function sgd(
  parameter: Storage,
  gradient: Storage,
  velocity: Storage | undefined,
  { lr, momentum, weightDecay, first }: SgdFactors,
): void {
  const [p, g, v] = [parameter.array, gradient.array, velocity?.array];
  for (let i = 0; i < p.length; i++) {
    let step = g[i] + weightDecay * p[i];
    if (v !== undefined) {
      if (!first) step += momentum * v[i];
      v[i] = step;
    }
    p[i] -= lr * step;
  }
}

/** `p[row] -= lr g[row]`, for the rows that have a gradient. */
export function sgdRows(parameter: Storage, values: Storage, rows: Int32Array, lr: number): void {
  const [p, g] = [parameter.array, values.array];
  const width = values.length / Math.max(rows.length, 1);
  let read = 0;
  for (const row of rows) {
    for (let i = row * width; i < (row + 1) * width; i++) p[i] -= lr * g[read++];
  }
}

/** Factors of an {@linkcode adamRows} step. */
export interface AdamFactors {
  /** Learning rate, corrected for the means' start at 0. */
  readonly rate: number;
  /** Decay of the mean of the gradient. */
  readonly beta1: number;
  /** Decay of the mean of its square. */
  readonly beta2: number;
  /** Added to the root. */
  readonly eps: number;
}

/** Factors of an {@linkcode adam} step. */
export interface DenseAdamFactors extends AdamFactors {
  /** The root of what corrects the mean square for its start at 0. */
  readonly correction2: number;
  /** How much of the parameter is added to its gradient. */
  readonly weightDecay: number;
}

/** `m += (1 - beta1) (g - m); v = beta2 v + (1 - beta2) g^2; p -= rate m / (v^(1/2) / c2 + eps)`. */
export function adam(
  parameter: Storage,
  gradient: Storage,
  mean: Storage,
  meanSquare: Storage,
  { rate, beta1, beta2, eps, correction2, weightDecay }: DenseAdamFactors,
): void {
  const [p, g, m, v] = [parameter.array, gradient.array, mean.array, meanSquare.array];
  for (let i = 0; i < p.length; i++) {
    const each = g[i] + weightDecay * p[i];
    m[i] += (1 - beta1) * (each - m[i]);
    v[i] = beta2 * v[i] + (1 - beta2) * each * each;
    p[i] -= rate * m[i] / (Math.sqrt(v[i]) / correction2 + eps);
  }
}

/** The same for the rows that have a gradient, without a correction of the root. */
export function adamRows(
  parameter: Storage,
  values: Storage,
  rows: Int32Array,
  mean: Storage,
  meanSquare: Storage,
  { rate, beta1, beta2, eps }: AdamFactors,
): void {
  const [p, g, m, v] = [parameter.array, values.array, mean.array, meanSquare.array];
  const width = values.length / Math.max(rows.length, 1);
  let read = 0;
  for (const row of rows) {
    for (let i = row * width; i < (row + 1) * width; i++) {
      const each = g[read++];
      m[i] += (1 - beta1) * (each - m[i]);
      v[i] += (1 - beta2) * (each * each - v[i]);
      p[i] -= rate * m[i] / (Math.sqrt(v[i]) + eps);
    }
  }
}
