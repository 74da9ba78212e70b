// @ts-nocheck: AssemblyScript, which its own compiler checks. How element-wise functions walk their
// numbers. Before this text, the build writes the enums Unary and Binary of the names in
// ../rules.ts, and Formula, which finds the formula of a name in elementwise.ts. A rule is always
// passed on as a constant, so that the compiler makes one loop for each rule and no loop has to
// test which rule it is.

import { Lanes, Pair } from "./lanes.ts";

/** The loops. */
export class Each {
  /** `out[i] = rule(a[i aStep], b[i bStep])`, each step 0 or 1; `out` may be `a` or `b`. */
  @inline
  static vectorTwo<T>(
    rule: Binary,
    a: usize,
    aStep: i32,
    b: usize,
    bStep: i32,
    out: usize,
    n: i32,
  ): void {
    if (n <= 0) return;
    const end = out + <usize> n * sizeof<T>();
    const wholeEnd = Lanes.wholeEnd<T>(out, n);
    if (aStep & bStep) {
      for (; out + 64 <= wholeEnd; out += 64, a += 64, b += 64) {
        const c = Formula.vectorTwo<T>(rule, v128.load(a), v128.load(b));
        const d = Formula.vectorTwo<T>(rule, v128.load(a, 16), v128.load(b, 16));
        const e = Formula.vectorTwo<T>(rule, v128.load(a, 32), v128.load(b, 32));
        const f = Formula.vectorTwo<T>(rule, v128.load(a, 48), v128.load(b, 48));
        v128.store(out, c);
        v128.store(out, d, 16);
        v128.store(out, e, 32);
        v128.store(out, f, 48);
      }
      for (; out < wholeEnd; out += 16, a += 16, b += 16) {
        v128.store(out, Formula.vectorTwo<T>(rule, v128.load(a), v128.load(b)));
      }
    } else if (aStep) {
      const right = v128.load_splat<T>(b);
      for (; out < wholeEnd; out += 16, a += 16) {
        v128.store(out, Formula.vectorTwo<T>(rule, v128.load(a), right));
      }
    } else if (bStep) {
      const left = v128.load_splat<T>(a);
      for (; out < wholeEnd; out += 16, b += 16) {
        v128.store(out, Formula.vectorTwo<T>(rule, left, v128.load(b)));
      }
    } else {
      const value = Formula.vectorTwo<T>(rule, v128.load_splat<T>(a), v128.load_splat<T>(b));
      for (; out < wholeEnd; out += 16) v128.store(out, value);
      for (; out < end; out += sizeof<T>()) v128.store_lane<T>(out, value, 0);
      return;
    }
    const aBytes = <usize> aStep * sizeof<T>(), bBytes = <usize> bStep * sizeof<T>();
    for (; out < end; out += sizeof<T>(), a += aBytes, b += bBytes) {
      const value = Formula.vectorTwo<T>(rule, v128.load_splat<T>(a), v128.load_splat<T>(b));
      v128.store_lane<T>(out, value, 0);
    }
  }

  /** As {@linkcode Each.vectorTwo}, one number after the other, in float64. */
  @inline
  static scalarTwo<T>(
    rule: Binary,
    a: usize,
    aStep: i32,
    b: usize,
    bStep: i32,
    out: usize,
    n: i32,
  ): void {
    const end = out + <usize> n * sizeof<T>();
    const aBytes = <usize> aStep * sizeof<T>(), bBytes = <usize> bStep * sizeof<T>();
    for (; out < end; out += sizeof<T>(), a += aBytes, b += bBytes) {
      store<T>(out, <T> Formula.scalarTwo<T>(rule, <f64> load<T>(a), <f64> load<T>(b)));
    }
  }

  /** `out[i] = rule(x[i])`; `out` may be `x`. */
  @inline
  static vectorOne<T>(rule: Unary, x: usize, out: usize, n: i32): void {
    const end = out + <usize> n * sizeof<T>();
    const wholeEnd = Lanes.wholeEnd<T>(out, n);
    for (; out < wholeEnd; out += 16, x += 16) {
      v128.store(out, Formula.vectorOne<T>(rule, v128.load(x)));
    }
    for (; out < end; out += sizeof<T>(), x += sizeof<T>()) {
      v128.store_lane<T>(out, Formula.vectorOne<T>(rule, v128.load_splat<T>(x)), 0);
    }
  }

  /** As {@linkcode Each.vectorOne}, two numbers at a time, in float64. */
  @inline
  static pairOne<T>(rule: Unary, x: usize, out: usize, n: i32): void {
    const end = out + <usize> n * sizeof<T>();
    const two: usize = 2 * sizeof<T>();
    for (; out + two <= end; out += two, x += two) {
      Pair.store<T>(out, Formula.pairOne<T>(rule, Pair.load<T>(x)));
    }
    if (out < end) Pair.storeOne<T>(out, Formula.pairOne<T>(rule, Pair.loadOne<T>(x)));
  }

  /** As {@linkcode Each.vectorOne}, one number after the other, in float64. */
  @inline
  static scalarOne<T>(rule: Unary, x: usize, out: usize, n: i32): void {
    const end = out + <usize> n * sizeof<T>();
    for (; out < end; out += sizeof<T>(), x += sizeof<T>()) {
      store<T>(out, <T> Formula.scalarOne<T>(rule, <f64> load<T>(x)));
    }
  }
}
