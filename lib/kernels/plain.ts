// Every kernel as a plain loop. It runs if there are few numbers or there is no room for them in
// the kernels' memory, and the SIMD kernels are tested against it. It adds in the order of the SIMD
// kernels and rounds to the dtype where they do, so that both give the same bits; only exp, log and
// what is computed from them differ in the last places, which tests/simd_test.ts bounds.

import type { FloatArray } from "../check/dtype.ts";
import { type Shape, stridesOf } from "../check/shape.ts";
import { normOf } from "./norms.ts";
import { type BinaryRule, rules, type UnaryRule } from "./rules.ts";
import { forEachRun } from "./runs.ts";

/** Rounds to the dtype of `numbers`, as storing there would, for what is not stored. */
function roundingOf(numbers: FloatArray): (x: number) => number {
  return numbers instanceof Float32Array ? Math.fround : (x) => x;
}

/** `out[i] = rule(x[i])`. */
export function unary(rule: UnaryRule, x: FloatArray, out: FloatArray): void {
  const apply = rules[rule].plain;
  for (let i = 0; i < out.length; i++) out[i] = apply(x[i]);
}

/** `out[i] = rule(a[i], b[i])`. */
export function pairwise(rule: BinaryRule, a: FloatArray, b: FloatArray, out: FloatArray): void {
  const apply = rules[rule].plain;
  for (let i = 0; i < out.length; i++) out[i] = apply(a[i], b[i]);
}

/**
 * `out[i] = rule(a[i], b[i])` over `shape`; the strides say how `a` and `b` are broadcast to it.
 */
export function binary(
  rule: BinaryRule,
  a: FloatArray,
  aStrides: readonly number[],
  b: FloatArray,
  bStrides: readonly number[],
  out: FloatArray,
  shape: Shape,
): void {
  const apply = rules[rule].plain;
  let written = 0;
  forEachRun(shape, [aStrides, bStrides], [0, 0], ([i, j], length, [iStep, jStep]) => {
    for (let n = 0; n < length; n++) {
      out[written++] = apply(a[i + n * iStep], b[j + n * jStep]);
    }
  });
}

// For fewer numbers than this, a loop is faster than a call that copies.
const few = 16;

/** Reads `x` from `start` on with `strides`, writes `out` in row-major order. */
export function readStrided(
  x: FloatArray,
  start: number,
  strides: readonly number[],
  out: FloatArray,
  shape: Shape,
): void {
  let written = 0;
  forEachRun(shape, [strides], [start], ([at], length, [step]) => {
    if (step === 0) out.fill(x[at], written, written + length);
    else if (step === 1 && length > few) out.set(x.subarray(at, at + length), written);
    else for (let n = 0; n < length; n++) out[written + n] = x[at + n * step];
    written += length;
  });
}

/** Reads `x` in row-major order, writes `out` from `start` on with `strides`. */
export function writeStrided(
  x: FloatArray,
  out: FloatArray,
  start: number,
  strides: readonly number[],
  shape: Shape,
): void {
  forEachRun(shape, [stridesOf(shape), strides], [0, start], ([i, j], length, [iStep, jStep]) => {
    if (jStep === 1 && iStep === 1 && length > few) out.set(x.subarray(i, i + length), j);
    else for (let n = 0; n < length; n++) out[j + n * jStep] = x[i + n * iStep];
  });
}

/**
 * `out[o, i] = sum over r of x[o, r, i]`, for `x` of shape (outer, reduced, inner). Summed in
 * float64 and rounded once: in the order of r or, if inner is 1, in eight running sums, where
 * number r is added to sum r mod 8.
 */
export function sumAxis(
  x: FloatArray,
  out: FloatArray,
  outer: number,
  reduced: number,
  inner: number,
): void {
  const sums = inner === 1 ? 8 : 1;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const s = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let r = 0; r < reduced; r++) s[r % sums] += x[(o * reduced + r) * inner + i];
      out[o * inner + i] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    }
  }
}

/** The largest number of each row and its first position; NaN counts as the largest. */
export function maxRows(
  x: FloatArray,
  out: FloatArray,
  positions: Int32Array,
  width: number,
): void {
  for (let row = 0; row < out.length; row++) {
    let best = row * width;
    for (let i = best + 1; i < (row + 1) * width && !Number.isNaN(x[best]); i++) {
      if (x[i] > x[best] || Number.isNaN(x[i])) best = i;
    }
    out[row] = x[best];
    positions[row] = best;
  }
}

/** Softmax of each row, or its logarithm; the row's largest number is subtracted first. */
export function softmaxRows(
  x: FloatArray,
  out: FloatArray,
  width: number,
  logarithm: boolean,
): void {
  for (let start = 0; start < out.length; start += width) {
    let largest = -Infinity;
    for (let i = start; i < start + width; i++) largest = Math.max(largest, x[i]);
    let total = 0;
    for (let i = start; i < start + width; i++) total += Math.exp(x[i] - largest);
    const logTotal = Math.log(total);
    for (let i = start; i < start + width; i++) {
      const shifted = x[i] - largest;
      out[i] = logarithm ? shifted - logTotal : Math.exp(shifted) / total;
    }
  }
}

// A matrix product sums parts of this many products, as the SIMD kernel does.
const depth = 256;

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

/**
 * `out[r, c] = sum over s of a[r, s] b[s, c]`, where each array counts from its start index. Summed
 * in the dtype, in the order of s, in parts of 256 whose sums are added one after the other.
 */
export function matmul(
  a: FloatArray,
  aStart: number,
  b: FloatArray,
  bStart: number,
  out: FloatArray,
  outStart: number,
  { rows, shared, columns }: ProductSizes,
  transposed: Transposed,
): void {
  const [rStep, aStep] = transposed.a ? [1, rows] : [shared, 1];
  const [bStep, cStep] = transposed.b ? [1, shared] : [columns, 1];
  const round = roundingOf(out);
  let written = outStart;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let [total, part] = [0, 0];
      let [left, right] = [aStart + r * rStep, bStart + c * cStep];
      for (let s = 0; s < shared; s++, left += aStep, right += bStep) {
        if (s % depth === 0) [total, part] = [round(total + part), 0];
        part = round(part + round(a[left] * b[right]));
      }
      out[written++] = round(total + part);
    }
  }
}

// A row of more numbers than this is copied faster by one call.
const wide = 64;

/** The first n whose id is not in [0, count), or -1. */
export function firstOutside(ids: Int32Array, count: number): number {
  for (let n = 0; n < ids.length; n++) if (ids[n] < 0 || ids[n] >= count) return n;
  return -1;
}

/**
 * `out[n] = table[ids[n]]`, rows of `width` numbers, from a table of `count` rows. Returns -1, or
 * the first n whose id is out of range; then nothing is written.
 */
export function gatherRows(
  table: FloatArray,
  ids: Int32Array,
  out: FloatArray,
  width: number,
  count: number,
): number {
  const outside = firstOutside(ids, count);
  if (outside >= 0) return outside;
  let written = 0;
  for (let n = 0; n < ids.length; n++) {
    const start = ids[n] * width;
    if (width > wide) {
      out.set(table.subarray(start, start + width), written);
      written += width;
    } else for (let i = start; i < start + width; i++) out[written++] = table[i];
  }
  return -1;
}

/** `out[ids[n]] += rows[n]`, in the order of n; a negative id is skipped. */
export function scatterAddRows(
  rows: FloatArray,
  ids: Int32Array,
  out: FloatArray,
  width: number,
): void {
  let read = 0;
  for (let n = 0; n < ids.length; n++) {
    const start = ids[n] * width;
    if (start < 0) read += width;
    else for (let i = start; i < start + width; i++) out[i] += rows[read++];
  }
}

/** How the rows of a bag become one. */
export interface BagRule {
  /** Whether the sum is divided by the number of rows. */
  readonly mean: boolean;
  /** The id that is skipped and not counted; -1 if there is none. */
  readonly padding: number;
}

/**
 * `out[b] = sum over n of weights[n] table[ids[n]]`, for n from `offsets[b]` up to the next offset;
 * a mean is divided by the number of these ids. An empty bag is 0. Summed in float64, in the order
 * of n.
 */
export function bag(
  table: FloatArray,
  ids: Int32Array,
  offsets: Int32Array,
  weights: FloatArray | undefined,
  out: FloatArray,
  width: number,
  { mean, padding }: BagRule,
): void {
  const total = new Float64Array(width);
  for (let b = 0; b < offsets.length; b++) {
    const stop = b + 1 < offsets.length ? offsets[b + 1] : ids.length;
    let count = 0;
    total.fill(0);
    for (let n = offsets[b]; n < stop; n++) {
      if (ids[n] === padding) continue;
      count++;
      const [row, factor] = [ids[n] * width, weights === undefined ? 1 : weights[n]];
      for (let i = 0; i < width; i++) total[i] += factor * table[row + i];
    }
    const divisor = mean && count > 0 ? count : 1;
    for (let i = 0; i < width; i++) out[b * width + i] = total[i] / divisor;
  }
}

/**
 * For each group and column, the largest number in the group's rows and its first position in
 * `rows`; a group without rows keeps its 0s, with position -1.
 */
export function maxByGroup(
  rows: FloatArray,
  groups: Int32Array,
  out: FloatArray,
  positions: Int32Array,
  width: number,
): void {
  positions.fill(-1);
  let read = 0;
  for (const group of groups) {
    for (let at = group * width; at < (group + 1) * width; at++, read++) {
      const value = rows[read];
      const better = positions[at] < 0 ||
        (!Number.isNaN(out[at]) && (value > out[at] || Number.isNaN(value)));
      if (!better) continue;
      out[at] = value;
      positions[at] = read;
    }
  }
}

/** `out[i] = a[i]` where `mask[i]` is not 0, else `b[i]`; a missing operand counts as 0. */
export function select(
  mask: Uint8Array,
  a: FloatArray | undefined,
  b: FloatArray | undefined,
  out: FloatArray,
): void {
  for (let i = 0; i < out.length; i++) {
    const from = mask[i] !== 0 ? a : b;
    out[i] = from === undefined ? 0 : from[i];
  }
}

/** The p-norm of each row. */
export function normRows(x: FloatArray, out: FloatArray, width: number, p: number): void {
  for (let row = 0; row < out.length; row++) {
    out[row] = normOf(x.subarray(row * width, (row + 1) * width), p);
  }
}

/**
 * Scales each row in `ids` whose p-norm is above `maxNorm` down to it, once; returns whether there
 * was such a row.
 */
export function renormRows(
  table: FloatArray,
  ids: Int32Array,
  width: number,
  maxNorm: number,
  p: number,
): boolean {
  let written = false;
  for (const id of new Set(ids)) {
    const [start, end] = [id * width, (id + 1) * width];
    const norm = normOf(table.subarray(start, end), p);
    // The 1e-7 is torch's, and keeps a row just below the limit.
    if (!(norm > maxNorm)) continue;
    for (let i = start; i < end; i++) table[i] *= maxNorm / (norm + 1e-7);
    written = true;
  }
  return written;
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

/**
 * `g += weightDecay p; v = momentum v + g` (`v = g` in the first step); `p -= lr v`, or without a
 * velocity `p -= lr g`.
 */
export function sgd(
  p: FloatArray,
  g: FloatArray,
  v: FloatArray | undefined,
  { lr, momentum, weightDecay, first }: SgdFactors,
): void {
  const round = roundingOf(p);
  const [rate, kept, decay] = [lr, momentum, weightDecay].map(round);
  for (let i = 0; i < p.length; i++) {
    let step = g[i];
    if (weightDecay !== 0) step = round(step + round(decay * p[i]));
    if (v !== undefined) {
      if (!first) step = round(round(kept * v[i]) + step);
      v[i] = step;
    }
    p[i] -= round(rate * step);
  }
}

/** `p[row] -= lr g[row]`, for the rows that have a gradient. */
export function sgdRows(p: FloatArray, g: FloatArray, rows: Int32Array, lr: number): void {
  const width = g.length / Math.max(rows.length, 1);
  const round = roundingOf(p);
  const rate = round(lr);
  let read = 0;
  for (const row of rows) {
    for (let i = row * width; i < (row + 1) * width; i++) p[i] -= round(rate * g[read++]);
  }
}

/** Factors of an {@linkcode adam} step. */
export interface AdamFactors {
  /** Learning rate. */
  readonly lr: number;
  /** Decay of m, the running mean of the gradient. */
  readonly beta1: number;
  /** Decay of v, the running mean of its square. */
  readonly beta2: number;
  /** Added to the root of v. */
  readonly eps: number;
  /** How much of the parameter is added to its gradient; rows have none. */
  readonly weightDecay: number;
  /** What m is divided by, because it started at 0: 1 - beta1^t. */
  readonly correction1: number;
  /** What v is divided by, for the same reason: 1 - beta2^t. */
  readonly correction2: number;
}

/**
 * `m += (1 - beta1) (g - m)`, `v = beta2 v + (1 - beta2) g^2`, then
 * `p -= lr / c1 m / ((v / c2)^(1/2) + eps)`.
 */
export function adam(
  p: FloatArray,
  g: FloatArray,
  m: FloatArray,
  v: FloatArray,
  factors: AdamFactors,
): void {
  const { lr, weightDecay, correction1, correction2 } = factors;
  const round = roundingOf(p);
  const decay = round(weightDecay);
  const step = adamStep(p, m, v, factors, lr / correction1, Math.sqrt(correction2));
  for (let i = 0; i < p.length; i++) {
    step(i, weightDecay === 0 ? g[i] : round(g[i] + round(decay * p[i])));
  }
}

/** The same for the rows that have a gradient; eps is added to the root before it is corrected. */
export function adamRows(
  p: FloatArray,
  g: FloatArray,
  rows: Int32Array,
  m: FloatArray,
  v: FloatArray,
  factors: AdamFactors,
): void {
  const { lr, correction1, correction2 } = factors;
  const width = g.length / Math.max(rows.length, 1);
  const step = adamStep(p, m, v, factors, lr * Math.sqrt(correction2) / correction1, 1);
  let read = 0;
  for (const row of rows) {
    for (let i = row * width; i < (row + 1) * width; i++) step(i, g[read++]);
  }
}

/** Returns a function that updates number `i`, whose gradient is `g`. */
function adamStep(
  p: FloatArray,
  m: FloatArray,
  v: FloatArray,
  factors: AdamFactors,
  lr: number,
  root: number,
): (i: number, g: number) => void {
  const { beta1, beta2 } = factors;
  const round = roundingOf(p);
  const [rate, divisor, eps] = [lr, root, factors.eps].map(round);
  const [newInM, oldInV, newInV] = [1 - beta1, beta2, 1 - beta2].map(round);
  return (i, g) => {
    m[i] += round(newInM * round(g - m[i]));
    v[i] = round(oldInV * v[i]) + round(round(newInV * g) * g);
    p[i] -= round(round(rate * m[i]) / round(round(round(Math.sqrt(v[i])) / divisor) + eps));
  };
}

/** The loss of each row of logits against its target, and the softmax of the row. */
export function crossEntropyRows(
  logits: FloatArray,
  targets: Int32Array,
  losses: FloatArray,
  probabilities: FloatArray,
  width: number,
): void {
  softmaxRows(logits, probabilities, width, true);
  targets.forEach((target, row) => losses[row] = -probabilities[row * width + target]);
  softmaxRows(logits, probabilities, width, false);
}

/** `(p - onehot(target)) dLoss` of each row. */
export function crossEntropyBackward(
  probabilities: FloatArray,
  targets: Int32Array,
  dLosses: FloatArray,
  out: FloatArray,
  width: number,
): void {
  const round = roundingOf(out);
  targets.forEach((target, row) => {
    for (let i = row * width; i < (row + 1) * width; i++) {
      const hit = i === row * width + target ? 1 : 0;
      out[i] = round(probabilities[i] - hit) * dLosses[row];
    }
  });
}
