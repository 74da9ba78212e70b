// @ts-nocheck: AssemblyScript, which its own compiler checks. Softmax and cross-entropy. The row's
// largest number is subtracted first, so that nothing overflows.

import { Exp, Quad } from "./exp.ts";
import { Pair } from "./lanes.ts";
import { Largest } from "./reduce.ts";

class Row {
  /** The sum of exp(x[i] - top); with `keep`, the terms are written to `out`. */
  @inline
  static exponentials<T>(x: usize, width: i32, top: f64, out: usize, keep: bool): f64 {
    if (sizeof<T>() == 4) return Row.quads(x, width, <f32> top, out, keep);
    const pair: usize = 2 * sizeof<T>();
    const end = x + <usize> width * sizeof<T>();
    const tops = f64x2.splat(top);
    let sum = f64x2.splat(0);
    for (; x + pair <= end; x += pair, out += pair) {
      const e = Exp.pair<T>(f64x2.sub(Pair.load<T>(x), tops));
      if (keep) Pair.store<T>(out, e);
      sum = f64x2.add(sum, e);
    }
    let total = Pair.total(sum);
    if (x < end) {
      const e = Exp.pair<T>(f64x2.sub(Pair.loadOne<T>(x), tops));
      if (keep) Pair.storeOne<T>(out, e);
      total += f64x2.extract_lane(e, 0);
    }
    return total;
  }

  /** The same for float32, four at once; they are summed in float64. */
  @inline
  static quads(x: usize, width: i32, top: f32, out: usize, keep: bool): f64 {
    const tops = f32x4.splat(top);
    const end = x + (<usize> width << 2);
    const wholeEnd = x + ((<usize> width << 2) & ~15);
    let sum = f64x2.splat(0), other = sum;
    for (; x < wholeEnd; x += 16, out += 16) {
      const e = Quad.below(v128.load(x), tops);
      if (keep) v128.store(out, e);
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(e));
      other = f64x2.add(other, f64x2.promote_low_f32x4(v128.shuffle<f64>(e, e, 1, 1)));
    }
    let total = Pair.total(f64x2.add(sum, other));
    for (; x < end; x += 4, out += 4) {
      const e = Quad.below(v128.load32_splat(x), tops);
      if (keep) v128.store32_lane(out, e, 0);
      total += <f64> f32x4.extract_lane(e, 0);
    }
    return total;
  }

  /** Divides the numbers of a row. */
  @inline
  static divide<T>(x: usize, width: i32, divisor: f64): void {
    const end = x + <usize> width * sizeof<T>();
    if (sizeof<T>() == 4) {
      // In float64, in which the factor is as good as the divisor.
      const factor = f64x2.splat(1 / divisor);
      for (; x + 16 <= end; x += 16) {
        const all = v128.load(x);
        const low = f64x2.mul(f64x2.promote_low_f32x4(all), factor);
        const high = f64x2.promote_low_f32x4(v128.shuffle<f64>(all, all, 1, 1));
        const last = f32x4.demote_f64x2_zero(f64x2.mul(high, factor));
        v128.store(x, v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), last, 0, 2));
      }
      for (; x < end; x += 4) store<f32>(x, <f32> (<f64> load<f32>(x) / divisor));
      return;
    }
    const divisors = f64x2.splat(divisor);
    for (; x + 16 <= end; x += 16) v128.store(x, f64x2.div(v128.load(x), divisors));
    if (x < end) store<f64>(x, load<f64>(x) / divisor);
  }

  /** Softmax into `out`; the sum of exponentials is returned. */
  @inline
  static softmax<T>(x: usize, width: i32, top: f64, out: usize): f64 {
    const total = Row.exponentials<T>(x, width, top, out, true);
    Row.divide<T>(out, width, total);
    return total;
  }
}

/** Softmax of each row, or its logarithm: x - top - log(sum of exp(x - top)). */
export function softmaxRows<T>(
  x: usize,
  out: usize,
  rows: i32,
  width: i32,
  logarithm: bool,
): void {
  const pair: usize = 2 * sizeof<T>();
  const bytes = <usize> width * sizeof<T>();
  for (; rows > 0; rows--, x += bytes, out += bytes) {
    const top = <f64> Largest.of<T>(x, width);
    if (!logarithm) {
      Row.softmax<T>(x, width, top, out);
      continue;
    }
    const tops = f64x2.splat(top);
    const logTotal = f64x2.splat(Math.log(Row.exponentials<T>(x, width, top, out, false)));
    let at: usize = 0;
    for (; at + pair <= bytes; at += pair) {
      const shifted = f64x2.sub(Pair.load<T>(x + at), tops);
      Pair.store<T>(out + at, f64x2.sub(shifted, logTotal));
    }
    if (at < bytes) {
      const shifted = f64x2.sub(Pair.loadOne<T>(x + at), tops);
      Pair.storeOne<T>(out + at, f64x2.sub(shifted, logTotal));
    }
  }
}

/**
 * `losses[r] = log(sum of exp(x[r])) - x[r, targets[r]]`, and the softmax of each row, which the
 * gradient needs.
 */
export function crossEntropyRows<T>(
  logits: usize,
  targets: usize,
  losses: usize,
  probabilities: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = <usize> width * sizeof<T>();
  for (; rows > 0; rows--, logits += bytes, probabilities += bytes) {
    const top = <f64> Largest.of<T>(logits, width);
    const target = <f64> load<T>(logits + <usize> load<i32>(targets) * sizeof<T>());
    const total = Row.softmax<T>(logits, width, top, probabilities);
    store<T>(losses, <T> (Math.log(total) - (target - top)));
    targets += 4;
    losses += sizeof<T>();
  }
}

/** `out[r, c] = (probabilities[r, c] - (c == targets[r])) dLosses[r]`. */
export function crossEntropyBackward<T>(
  probabilities: usize,
  targets: usize,
  dLosses: usize,
  out: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = <usize> width * sizeof<T>();
  for (; rows > 0; rows--, out += bytes, probabilities += bytes) {
    const hit = <usize> load<i32>(targets) * sizeof<T>();
    // Read before anything is written: `out` may be the memory of `probabilities`.
    const atTarget = (load<T>(probabilities + hit) - 1) * load<T>(dLosses);
    const slope = v128.load_splat<T>(dLosses);
    const wholeBytes = bytes & ~15;
    let at: usize = 0;
    for (; at < wholeBytes; at += 16) {
      v128.store(out + at, v128.mul<T>(v128.load(probabilities + at), slope));
    }
    for (; at < bytes; at += sizeof<T>()) {
      store<T>(out + at, load<T>(probabilities + at) * load<T>(dLosses));
    }
    store<T>(out + hit, atTarget);
    targets += 4;
    dLosses += sizeof<T>();
  }
}
