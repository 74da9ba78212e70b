// @ts-nocheck: AssemblyScript, which its own compiler checks.
// The SIMD kernels, as the host sees them: `deno task build` compiles this file to ../kernels.wasm.
// Pointers are byte offsets into the memory, aligned to a number (to 16 bytes they are fastest);
// counts are numbers, not bytes. Nothing is allocated and nothing overlaps unless it is said to:
// the host owns all memory from heapBase() on. Names end in the dtype they work on.

import * as bags from "./bag.ts";
import { Binary, Each, Unary } from "./elementwise.ts";
import * as products from "./matmul.ts";
import * as optimizers from "./optimizers.ts";
import * as reduce from "./reduce.ts";
import * as rows from "./rows.ts";
import * as softmax from "./softmax.ts";

/** Where memory that no kernel uses starts. */
export function heapBase(): usize {
  return __heap_base;
}

/** Sets `bytes` bytes to 0. */
export function zeroBytes(out: usize, bytes: usize): void {
  memory.fill(out, 0, bytes);
}

/** The first of `n` ids outside [0, count), or -1. */
export function firstOutside(ids: usize, n: i32, count: i32): i32 {
  return rows.firstOutside(ids, n, count);
}

/** `out[k] = table[ids[k]]`; returns the first k out of range, having written nothing, or -1. */
export function gather_f32(
  table: usize,
  ids: usize,
  n: i32,
  width: i32,
  rowsCount: i32,
  out: usize,
): i32 {
  const outside = rows.firstOutside(ids, n, rowsCount);
  if (outside < 0) rows.gatherRows(table, ids, n, <usize> width * 4, out);
  return outside;
}

/** `out[k] = table[ids[k]]`; returns the first k out of range, having written nothing, or -1. */
export function gather_f64(
  table: usize,
  ids: usize,
  n: i32,
  width: i32,
  rowsCount: i32,
  out: usize,
): i32 {
  const outside = rows.firstOutside(ids, n, rowsCount);
  if (outside < 0) rows.gatherRows(table, ids, n, <usize> width * 8, out);
  return outside;
}

/** `out[ids[k]] += values[k]`, k = 0, 1, ...; a negative id is passed over. */
export function scatterAdd_f32(values: usize, ids: usize, n: i32, width: i32, out: usize): void {
  rows.scatterAdd<f32>(values, ids, n, width, out);
}

/** `out[ids[k]] += values[k]`, k = 0, 1, ...; a negative id is passed over. */
export function scatterAdd_f64(values: usize, ids: usize, n: i32, width: i32, out: usize): void {
  rows.scatterAdd<f64>(values, ids, n, width, out);
}

/** The sum, or mean, of the rows of each bag; see bag.ts. */
export function bag_f32(
  table: usize,
  ids: usize,
  offsets: usize,
  count: i32,
  n: i32,
  weights: usize,
  width: i32,
  out: usize,
  mean: i32,
  padding: i32,
): void {
  bags.bag<f32>(table, ids, offsets, count, n, weights, width, out, mean != 0, padding);
}

/** The sum, or mean, of the rows of each bag; see bag.ts. */
export function bag_f64(
  table: usize,
  ids: usize,
  offsets: usize,
  count: i32,
  n: i32,
  weights: usize,
  width: i32,
  out: usize,
  mean: i32,
  padding: i32,
): void {
  bags.bag<f64>(table, ids, offsets, count, n, weights, width, out, mean != 0, padding);
}

/** a + b; each step is 0 (one number for all) or 1. */
export function add_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Add, a, aStep, b, bStep, out, n);
}

/** a + b; each step is 0 (one number for all) or 1. */
export function add_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Add, a, aStep, b, bStep, out, n);
}

/** a - b; each step is 0 (one number for all) or 1. */
export function sub_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Sub, a, aStep, b, bStep, out, n);
}

/** a - b; each step is 0 (one number for all) or 1. */
export function sub_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Sub, a, aStep, b, bStep, out, n);
}

/** a b; each step is 0 (one number for all) or 1. */
export function mul_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Mul, a, aStep, b, bStep, out, n);
}

/** a b; each step is 0 (one number for all) or 1. */
export function mul_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Mul, a, aStep, b, bStep, out, n);
}

/** a / b; each step is 0 (one number for all) or 1. */
export function div_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Div, a, aStep, b, bStep, out, n);
}

/** a / b; each step is 0 (one number for all) or 1. */
export function div_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Div, a, aStep, b, bStep, out, n);
}

/** a where b > 0 or b is NaN, else 0; each step is 0 (one number for all) or 1. */
export function gate_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Gate, a, aStep, b, bStep, out, n);
}

/** a where b > 0 or b is NaN, else 0; each step is 0 (one number for all) or 1. */
export function gate_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Gate, a, aStep, b, bStep, out, n);
}

/** a to the power b, as C's pow; each step is 0 (one number for all) or 1. */
export function pow_f32(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f32>(Binary.Pow, a, aStep, b, bStep, out, n);
}

/** a to the power b, as C's pow; each step is 0 (one number for all) or 1. */
export function pow_f64(a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32): void {
  Each.two<f64>(Binary.Pow, a, aStep, b, bStep, out, n);
}

/** The derivative of a^b by a: b a^(b - 1); each step is 0 (one number for all) or 1. */
export function powBaseSlope_f32(
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  out: usize,
  n: i32,
): void {
  Each.two<f32>(Binary.PowBaseSlope, a, aStep, b, bStep, out, n);
}

/** The derivative of a^b by a: b a^(b - 1); each step is 0 (one number for all) or 1. */
export function powBaseSlope_f64(
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  out: usize,
  n: i32,
): void {
  Each.two<f64>(Binary.PowBaseSlope, a, aStep, b, bStep, out, n);
}

/** The derivative of a^b by b: a^b log a; each step is 0 (one number for all) or 1. */
export function powExponentSlope_f32(
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  out: usize,
  n: i32,
): void {
  Each.two<f32>(Binary.PowExponentSlope, a, aStep, b, bStep, out, n);
}

/** The derivative of a^b by b: a^b log a; each step is 0 (one number for all) or 1. */
export function powExponentSlope_f64(
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  out: usize,
  n: i32,
): void {
  Each.two<f64>(Binary.PowExponentSlope, a, aStep, b, bStep, out, n);
}

/** -x; `out` may be `x`. */
export function neg_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Neg, x, out, n);
}

/** -x; `out` may be `x`. */
export function neg_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Neg, x, out, n);
}

/** The square root of x; `out` may be `x`. */
export function sqrt_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Sqrt, x, out, n);
}

/** The square root of x; `out` may be `x`. */
export function sqrt_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Sqrt, x, out, n);
}

/** x where x > 0 or x is NaN, else 0; `out` may be `x`. */
export function relu_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Relu, x, out, n);
}

/** x where x > 0 or x is NaN, else 0; `out` may be `x`. */
export function relu_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Relu, x, out, n);
}

/** e^x; `out` may be `x`. */
export function exp_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Exp, x, out, n);
}

/** e^x; `out` may be `x`. */
export function exp_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Exp, x, out, n);
}

/** 1 / (1 + e^-x); `out` may be `x`. */
export function sigmoid_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Sigmoid, x, out, n);
}

/** 1 / (1 + e^-x); `out` may be `x`. */
export function sigmoid_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Sigmoid, x, out, n);
}

/** The natural logarithm of x; `out` may be `x`. */
export function log_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Log, x, out, n);
}

/** The natural logarithm of x; `out` may be `x`. */
export function log_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Log, x, out, n);
}

/** The hyperbolic tangent of x; `out` may be `x`. */
export function tanh_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.Tanh, x, out, n);
}

/** The hyperbolic tangent of x; `out` may be `x`. */
export function tanh_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.Tanh, x, out, n);
}

/** log(1 / (1 + e^-x)); `out` may be `x`. */
export function logSigmoid_f32(x: usize, out: usize, n: i32): void {
  Each.one<f32>(Unary.LogSigmoid, x, out, n);
}

/** log(1 / (1 + e^-x)); `out` may be `x`. */
export function logSigmoid_f64(x: usize, out: usize, n: i32): void {
  Each.one<f64>(Unary.LogSigmoid, x, out, n);
}

/** `out[o, i] = sum over r of x[o, r, i]`; the order of additions is in reduce.ts. */
export function sumAxis_f32(x: usize, out: usize, outer: i32, reduced: i32, inner: i32): void {
  reduce.sumAxis<f32>(x, out, outer, reduced, inner);
}

/** `out[o, i] = sum over r of x[o, r, i]`; the order of additions is in reduce.ts. */
export function sumAxis_f64(x: usize, out: usize, outer: i32, reduced: i32, inner: i32): void {
  reduce.sumAxis<f64>(x, out, outer, reduced, inner);
}

/** The largest number of each row, and where in `x` it stands first (int32). */
export function maxRows_f32(x: usize, out: usize, positions: usize, count: i32, width: i32): void {
  reduce.maxRows<f32>(x, out, positions, count, width);
}

/** The largest number of each row, and where in `x` it stands first (int32). */
export function maxRows_f64(x: usize, out: usize, positions: usize, count: i32, width: i32): void {
  reduce.maxRows<f64>(x, out, positions, count, width);
}

/** Softmax of each row, or its logarithm; `out` may be `x`. */
export function softmaxRows_f32(
  x: usize,
  out: usize,
  count: i32,
  width: i32,
  logarithm: i32,
): void {
  softmax.softmaxRows<f32>(x, out, count, width, logarithm != 0);
}

/** Softmax of each row, or its logarithm; `out` may be `x`. */
export function softmaxRows_f64(
  x: usize,
  out: usize,
  count: i32,
  width: i32,
  logarithm: i32,
): void {
  softmax.softmaxRows<f64>(x, out, count, width, logarithm != 0);
}

/** Loss and softmax of each row. */
export function crossEntropyRows_f32(
  logits: usize,
  targets: usize,
  losses: usize,
  probabilities: usize,
  count: i32,
  width: i32,
): void {
  softmax.crossEntropyRows<f32>(logits, targets, losses, probabilities, count, width);
}

/** Loss and softmax of each row. */
export function crossEntropyRows_f64(
  logits: usize,
  targets: usize,
  losses: usize,
  probabilities: usize,
  count: i32,
  width: i32,
): void {
  softmax.crossEntropyRows<f64>(logits, targets, losses, probabilities, count, width);
}

/** (p - onehot) times the row's dLoss; `out` may be `probabilities`. */
export function crossEntropyBackward_f32(
  probabilities: usize,
  targets: usize,
  dLosses: usize,
  out: usize,
  count: i32,
  width: i32,
): void {
  softmax.crossEntropyBackward<f32>(probabilities, targets, dLosses, out, count, width);
}

/** (p - onehot) times the row's dLoss; `out` may be `probabilities`. */
export function crossEntropyBackward_f64(
  probabilities: usize,
  targets: usize,
  dLosses: usize,
  out: usize,
  count: i32,
  width: i32,
): void {
  softmax.crossEntropyBackward<f64>(probabilities, targets, dLosses, out, count, width);
}

/** Bytes of scratch memory that matmul wants, never more than about 400 KiB. */
export function matmulScratch_f32(rowCount: i32, shared: i32, columns: i32): usize {
  return products.matmulScratch<f32>(rowCount, shared, columns);
}

/** Bytes of scratch memory that matmul wants, never more than about 400 KiB. */
export function matmulScratch_f64(rowCount: i32, shared: i32, columns: i32): usize {
  return products.matmulScratch<f64>(rowCount, shared, columns);
}

/** `out[r, c] = sum over s of a[r, s] b[s, c]`, either operand lying transposed. */
export function matmul_f32(
  a: usize,
  b: usize,
  out: usize,
  rowCount: i32,
  shared: i32,
  columns: i32,
  transA: i32,
  transB: i32,
  scratch: usize,
): void {
  products.matmul<f32>(a, b, out, rowCount, shared, columns, transA != 0, transB != 0, scratch);
}

/** `out[r, c] = sum over s of a[r, s] b[s, c]`, either operand lying transposed. */
export function matmul_f64(
  a: usize,
  b: usize,
  out: usize,
  rowCount: i32,
  shared: i32,
  columns: i32,
  transA: i32,
  transB: i32,
  scratch: usize,
): void {
  products.matmul<f64>(a, b, out, rowCount, shared, columns, transA != 0, transB != 0, scratch);
}

/** A step of gradient descent, with momentum where `velocity` is not 0; see optimizers.ts. */
export function sgd_f32(
  param: usize,
  grad: usize,
  velocity: usize,
  n: i32,
  lr: f64,
  momentum: f64,
  weightDecay: f64,
  first: i32,
): void {
  optimizers.sgd<f32>(param, grad, velocity, n, lr, momentum, weightDecay, first != 0);
}

/** A step of gradient descent, with momentum where `velocity` is not 0; see optimizers.ts. */
export function sgd_f64(
  param: usize,
  grad: usize,
  velocity: usize,
  n: i32,
  lr: f64,
  momentum: f64,
  weightDecay: f64,
  first: i32,
): void {
  optimizers.sgd<f64>(param, grad, velocity, n, lr, momentum, weightDecay, first != 0);
}

/** `param[ids[k]] -= lr values[k]`. */
export function sgdRows_f32(
  param: usize,
  values: usize,
  ids: usize,
  n: i32,
  width: i32,
  lr: f64,
): void {
  optimizers.sgdRows<f32>(param, values, ids, n, width, lr);
}

/** `param[ids[k]] -= lr values[k]`. */
export function sgdRows_f64(
  param: usize,
  values: usize,
  ids: usize,
  n: i32,
  width: i32,
  lr: f64,
): void {
  optimizers.sgdRows<f64>(param, values, ids, n, width, lr);
}

/** A step of Adam; see optimizers.ts. */
export function adam_f32(
  param: usize,
  grad: usize,
  first: usize,
  second: usize,
  n: i32,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  weightDecay: f64,
  correction1: f64,
  correction2: f64,
): void {
  optimizers.adam<f32>(
    param,
    grad,
    first,
    second,
    n,
    lr,
    beta1,
    beta2,
    eps,
    weightDecay,
    correction1,
    correction2,
  );
}

/** A step of Adam; see optimizers.ts. */
export function adam_f64(
  param: usize,
  grad: usize,
  first: usize,
  second: usize,
  n: i32,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  weightDecay: f64,
  correction1: f64,
  correction2: f64,
): void {
  optimizers.adam<f64>(
    param,
    grad,
    first,
    second,
    n,
    lr,
    beta1,
    beta2,
    eps,
    weightDecay,
    correction1,
    correction2,
  );
}

/** A step of Adam on some rows only; see optimizers.ts. */
export function adamRows_f32(
  param: usize,
  values: usize,
  ids: usize,
  n: i32,
  width: i32,
  first: usize,
  second: usize,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  correction1: f64,
  correction2: f64,
): void {
  optimizers.adamRows<f32>(
    param,
    values,
    ids,
    n,
    width,
    first,
    second,
    lr,
    beta1,
    beta2,
    eps,
    correction1,
    correction2,
  );
}

/** A step of Adam on some rows only; see optimizers.ts. */
export function adamRows_f64(
  param: usize,
  values: usize,
  ids: usize,
  n: i32,
  width: i32,
  first: usize,
  second: usize,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  correction1: f64,
  correction2: f64,
): void {
  optimizers.adamRows<f64>(
    param,
    values,
    ids,
    n,
    width,
    first,
    second,
    lr,
    beta1,
    beta2,
    eps,
    correction1,
    correction2,
  );
}
