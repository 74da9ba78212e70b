// What the SIMD kernels compute, in plain loops. `round` is Math.fround for float32 and does
// nothing for float64, so a formula reads the same for both and rounds where the kernel rounds.

import type { DType, FloatArray } from "minimodel";
import { floats } from "./_simd_memory.ts";

/** Rounds to a dtype. */
export function rounding(dtype: DType): (x: number) => number {
  return dtype === "float32" ? Math.fround : (x) => x;
}

/** As C's pow. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b;
}

/** Functions of one number, in float64. */
export const unary = {
  neg: (x: number) => -x,
  sqrt: Math.sqrt,
  relu: (x: number) => x <= 0 ? 0 : x,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x: number) => x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)),
  logSigmoid: (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
};

/** Functions of two numbers, in float64. */
export const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  gate: (a: number, b: number) => b <= 0 ? 0 : a,
  pow: power,
  powBaseSlope: (a: number, b: number) => b === 0 ? 0 : b * power(a, b - 1),
  powExponentSlope: (a: number, b: number) => a === 0 && b >= 0 ? 0 : power(a, b) * Math.log(a),
};

/** `out[k] = table[ids[k]]`. */
export function gather(table: FloatArray, ids: Int32Array, width: number, dtype: DType) {
  const out = floats(dtype, ids.length * width);
  ids.forEach((id, k) => out.set(table.subarray(id * width, (id + 1) * width), k * width));
  return out;
}

/** `out[ids[k]] += rows[k]`, in order; a negative id is passed over. */
export function scatterAdd(rows: FloatArray, ids: Int32Array, width: number, out: FloatArray) {
  ids.forEach((id, k) => {
    if (id < 0) return;
    for (let i = 0; i < width; i++) out[id * width + i] += rows[k * width + i];
  });
}

/** The ids of a bag, with their positions; a negative id is passed over. */
function idsOfBag(ids: Int32Array, offsets: Int32Array, bag: number): [number, number][] {
  const stop = bag + 1 < offsets.length ? offsets[bag + 1] : ids.length;
  const found: [number, number][] = [];
  for (let k = offsets[bag]; k < stop; k++) if (ids[k] >= 0) found.push([ids[k], k]);
  return found;
}

/** What a bag is made of. */
export interface BagSpec {
  readonly ids: Int32Array;
  readonly offsets: Int32Array;
  readonly weights: FloatArray | null;
  readonly mean: boolean;
}

/** The weighted sum, or mean, of the rows of each bag. */
export function bag(table: FloatArray, spec: BagSpec, width: number, dtype: DType) {
  const out = floats(dtype, spec.offsets.length * width);
  for (let b = 0; b < spec.offsets.length; b++) {
    const members = idsOfBag(spec.ids, spec.offsets, b);
    const divisor = spec.mean ? Math.max(members.length, 1) : 1;
    for (let i = 0; i < width; i++) {
      let total = 0;
      for (const [id, k] of members) {
        total += table[id * width + i] * (spec.weights === null ? 1 : spec.weights[k]);
      }
      out[b * width + i] = total / divisor;
    }
  }
  return out;
}

/** Adds the gradient of the table of {@linkcode bag} to `out`. */
export function bagBackward(
  dy: FloatArray,
  spec: BagSpec,
  width: number,
  out: FloatArray,
  dtype: DType,
) {
  const round = rounding(dtype);
  for (let b = 0; b < spec.offsets.length; b++) {
    const members = idsOfBag(spec.ids, spec.offsets, b);
    const divisor = spec.mean ? members.length : 1;
    for (const [id, k] of members) {
      const weight = spec.weights === null ? 1 : spec.weights[k];
      for (let i = 0; i < width; i++) {
        out[id * width + i] += round(dy[b * width + i] * weight / divisor);
      }
    }
  }
}

/** Sums of a row, in eight running sums: number r goes to sum r mod 8. */
function rowSum(row: FloatArray): number {
  const s = new Float64Array(8);
  row.forEach((x, r) => s[r % 8] += x);
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/** `out[o, i] = sum over r of x[o, r, i]`. */
export function sumAxis(
  x: FloatArray,
  [outer, reduced, inner]: readonly [number, number, number],
  dtype: DType,
) {
  const out = floats(dtype, outer * inner);
  for (let o = 0; o < outer; o++) {
    if (inner === 1) out[o] = rowSum(x.subarray(o * reduced, (o + 1) * reduced));
    else {
      for (let i = 0; i < inner; i++) {
        let total = 0;
        for (let r = 0; r < reduced; r++) total += x[(o * reduced + r) * inner + i];
        out[o * inner + i] = total;
      }
    }
  }
  return out;
}

/** The largest number of each row and where it stands first; NaN counts as the largest. */
export function maxRows(x: FloatArray, width: number) {
  const positions = new Int32Array(x.length / width);
  positions.forEach((_, row) => {
    let best = row * width;
    for (let i = best + 1; i < (row + 1) * width && !Number.isNaN(x[best]); i++) {
      if (x[i] > x[best] || Number.isNaN(x[i])) best = i;
    }
    positions[row] = best;
  });
  return { values: Array.from(positions, (at) => x[at]), positions };
}

/** Softmax of each row, or its logarithm, in float64. */
export function softmaxRows(x: FloatArray, width: number, logarithm: boolean): number[] {
  const out: number[] = [];
  for (let start = 0; start < x.length; start += width) {
    const row = Array.from(x.subarray(start, start + width));
    const top = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    for (const value of row) {
      out.push(
        logarithm ? value - top - Math.log(total) : Math.exp(value - top) / total,
      );
    }
  }
  return out;
}

/** `(probabilities - onehot) dLoss`, row by row. */
export function crossEntropyBackward(
  probabilities: FloatArray,
  targets: Int32Array,
  dLosses: FloatArray,
  width: number,
  dtype: DType,
) {
  const round = rounding(dtype);
  return floats(dtype, probabilities).map((p, at) => {
    const row = Math.floor(at / width);
    return round(p - (at % width === targets[row] ? 1 : 0)) * dLosses[row];
  });
}

/** Sizes of a product. */
export interface Product {
  readonly rows: number;
  readonly shared: number;
  readonly columns: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

/** The product of two matrices, every sum taken in the dtype, in the order of the shared axis. */
export function matmul(a: FloatArray, b: FloatArray, product: Product, dtype: DType) {
  const { rows, shared, columns, transA, transB } = product;
  const round = rounding(dtype);
  const out = floats(dtype, rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let total = 0;
      for (let s = 0; s < shared; s++) {
        const left = a[transA ? s * rows + r : r * shared + s];
        const right = b[transB ? c * shared + s : s * columns + c];
        total = round(total + round(left * right));
      }
      out[r * columns + c] = total;
    }
  }
  return out;
}

/** Settings of {@linkcode sgd}. */
export interface SgdSpec {
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly first: boolean;
}

/** One step of gradient descent; `param` and `velocity` are changed. */
export function sgd(
  param: FloatArray,
  grad: FloatArray,
  velocity: FloatArray | null,
  spec: SgdSpec,
  dtype: DType,
) {
  const round = rounding(dtype);
  const [lr, momentum, decay] = [spec.lr, spec.momentum, spec.weightDecay].map(round);
  for (let i = 0; i < param.length; i++) {
    let g = grad[i];
    if (decay !== 0) g = round(g + round(decay * param[i]));
    if (velocity !== null) {
      if (!spec.first) g = round(round(momentum * velocity[i]) + g);
      velocity[i] = g;
    }
    param[i] -= round(lr * g);
  }
}

/** Settings of {@linkcode adam}. */
export interface AdamSpec {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly correction1: number;
  readonly correction2: number;
}

/** One step of Adam; `param`, `first` and `second` are changed. `sparse`: as PyTorch's SparseAdam. */
export function adam(
  param: FloatArray,
  grad: FloatArray,
  first: FloatArray,
  second: FloatArray,
  spec: AdamSpec,
  { dtype, sparse }: { dtype: DType; sparse: boolean },
) {
  const round = rounding(dtype);
  const root = sparse ? 1 : round(Math.sqrt(spec.correction2));
  const step = round(
    sparse ? spec.lr * Math.sqrt(spec.correction2) / spec.correction1 : spec.lr / spec.correction1,
  );
  const [inFirst, kept, inSecond] = [1 - spec.beta1, spec.beta2, 1 - spec.beta2].map(round);
  const [eps, decay] = [round(spec.eps), round(spec.weightDecay)];
  for (let i = 0; i < param.length; i++) {
    let g = grad[i];
    if (decay !== 0) g = round(g + round(decay * param[i]));
    first[i] += round(inFirst * round(g - first[i]));
    second[i] = round(kept * second[i]) + round(round(inSecond * g) * g);
    const scale = round(round(round(Math.sqrt(second[i])) / root) + eps);
    param[i] -= round(round(step * first[i]) / scale);
  }
}
