// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Functions of one and of two numbers. The rule is a constant wherever it is handed on, so that the
// compiler makes one loop of each and no loop asks which it is. Functions that are not exact are
// computed in float64: exp and log within 1 unit in the last place of JavaScript's Math, sigmoid and
// logSigmoid within 2, tanh within 4; in float32 that is the rounded result, or its neighbour.

import { Exp } from "./exp.ts";
import { Lanes, Pair } from "./lanes.ts";

/** Functions of two numbers. */
export enum Binary {
  Add,
  Sub,
  Mul,
  Div,
  Gate,
  Pow,
  PowBaseSlope,
  PowExponentSlope,
}

/** Functions of one number. */
export enum Unary {
  Neg,
  Sqrt,
  Relu,
  Exp,
  Sigmoid,
  Tanh,
  LogSigmoid,
  Log,
}

/** The rules themselves. */
class Rule {
  @inline
  static vectors<T>(rule: Binary, a: v128, b: v128): v128 {
    if (rule == Binary.Add) return v128.add<T>(a, b);
    if (rule == Binary.Sub) return v128.sub<T>(a, b);
    if (rule == Binary.Mul) return v128.mul<T>(a, b);
    if (rule == Binary.Div) return v128.div<T>(a, b);
    return v128.andnot(a, v128.le<T>(b, v128.splat<T>(0))); // Binary.Gate
  }

  /** As C's pow; the common exponents are exact and take no logarithm. */
  static power(a: f64, b: f64): f64 {
    if (b == 2) return a * a;
    if (b == 1) return a;
    if (b == -1) return 1 / a;
    if (a == 1 || (a == -1 && (b == Infinity || b == -Infinity))) return 1;
    return Math.pow(a, b);
  }

  @inline
  static powers(rule: Binary, a: f64, b: f64): f64 {
    if (rule == Binary.Pow) return Rule.power(a, b);
    if (rule == Binary.PowBaseSlope) return b == 0 ? 0 : b * Rule.power(a, b - 1);
    return a == 0 && b >= 0 ? 0 : Rule.power(a, b) * Math.log(a); // Binary.PowExponentSlope
  }

  @inline
  static vector<T>(rule: Unary, x: v128): v128 {
    if (rule == Unary.Neg) return v128.neg<T>(x);
    if (rule == Unary.Sqrt) return v128.sqrt<T>(x);
    return v128.andnot(x, v128.le<T>(x, v128.splat<T>(0))); // Unary.Relu
  }

  @inline
  static pair<T>(rule: Unary, x: v128): v128 {
    if (rule == Unary.Exp) return Exp.pair<T>(x);
    const one = Exp.inverseFactorial(0);
    const distance = f64x2.abs(x);
    if (rule == Unary.Tanh) {
      // From 22 on, tanh is 1 in float64. It is odd: the sign of x comes back at the end.
      const e = Exp.minusOne<T>(f64x2.mul(f64x2.pmin(distance, f64x2.splat(22)), f64x2.splat(2)));
      const size = f64x2.div(e, f64x2.add(e, f64x2.splat(2)));
      return v128.or(size, v128.xor(x, distance));
    }
    // Only exp of a number <= 0 is taken, so nothing overflows.
    const e = Exp.pair<T>(f64x2.neg(distance));
    if (rule == Unary.Sigmoid) {
      const above = v128.bitselect(one, e, f64x2.ge(x, f64x2.splat(0)));
      return f64x2.div(above, f64x2.add(one, e));
    }
    // Unary.LogSigmoid
    let more = f64x2.splat(Math.log1p(f64x2.extract_lane(e, 0)));
    more = f64x2.replace_lane(more, 1, Math.log1p(f64x2.extract_lane(e, 1)));
    return f64x2.sub(f64x2.pmin(x, f64x2.splat(0)), more);
  }
}

/** The loops. */
export class Each {
  /** `out[i] = rule(a[i aStep], b[i bStep])`, each step 0 or 1; `out` may be `a` or `b`. */
  @inline
  static two<T>(
    rule: Binary,
    a: usize,
    aStep: i32,
    b: usize,
    bStep: i32,
    out: usize,
    n: i32,
  ): void {
    const end = out + <usize> n * sizeof<T>();
    if (rule >= Binary.Pow) {
      const aBytes = <usize> aStep * sizeof<T>(), bBytes = <usize> bStep * sizeof<T>();
      for (; out < end; out += sizeof<T>(), a += aBytes, b += bBytes) {
        store<T>(out, <T> Rule.powers(rule, <f64> load<T>(a), <f64> load<T>(b)));
      }
      return;
    }
    if (n <= 0) return;
    const wholeEnd = Lanes.wholeEnd<T>(out, n);
    if (aStep & bStep) {
      for (; out + 64 <= wholeEnd; out += 64, a += 64, b += 64) {
        const c = Rule.vectors<T>(rule, v128.load(a), v128.load(b));
        const d = Rule.vectors<T>(rule, v128.load(a, 16), v128.load(b, 16));
        const e = Rule.vectors<T>(rule, v128.load(a, 32), v128.load(b, 32));
        const f = Rule.vectors<T>(rule, v128.load(a, 48), v128.load(b, 48));
        v128.store(out, c);
        v128.store(out, d, 16);
        v128.store(out, e, 32);
        v128.store(out, f, 48);
      }
      for (; out < wholeEnd; out += 16, a += 16, b += 16) {
        v128.store(out, Rule.vectors<T>(rule, v128.load(a), v128.load(b)));
      }
    } else if (aStep) {
      const right = v128.load_splat<T>(b);
      for (; out < wholeEnd; out += 16, a += 16) {
        v128.store(out, Rule.vectors<T>(rule, v128.load(a), right));
      }
    } else if (bStep) {
      const left = v128.load_splat<T>(a);
      for (; out < wholeEnd; out += 16, b += 16) {
        v128.store(out, Rule.vectors<T>(rule, left, v128.load(b)));
      }
    } else {
      const value = Rule.vectors<T>(rule, v128.load_splat<T>(a), v128.load_splat<T>(b));
      for (; out < wholeEnd; out += 16) v128.store(out, value);
      for (; out < end; out += sizeof<T>()) v128.store_lane<T>(out, value, 0);
      return;
    }
    const aBytes = <usize> aStep * sizeof<T>(), bBytes = <usize> bStep * sizeof<T>();
    for (; out < end; out += sizeof<T>(), a += aBytes, b += bBytes) {
      const value = Rule.vectors<T>(rule, v128.load_splat<T>(a), v128.load_splat<T>(b));
      v128.store_lane<T>(out, value, 0);
    }
  }

  /** `out[i] = rule(x[i])`; `out` may be `x`. */
  @inline
  static one<T>(rule: Unary, x: usize, out: usize, n: i32): void {
    const end = out + <usize> n * sizeof<T>();
    if (rule >= Unary.Log) {
      for (; out < end; out += sizeof<T>(), x += sizeof<T>()) {
        store<T>(out, <T> Math.log(<f64> load<T>(x)));
      }
    } else if (rule >= Unary.Exp) {
      const two: usize = 2 * sizeof<T>();
      for (; out + two <= end; out += two, x += two) {
        Pair.store<T>(out, Rule.pair<T>(rule, Pair.load<T>(x)));
      }
      if (out < end) Pair.storeOne<T>(out, Rule.pair<T>(rule, Pair.loadOne<T>(x)));
    } else {
      const wholeEnd = Lanes.wholeEnd<T>(out, n);
      for (; out < wholeEnd; out += 16, x += 16) {
        v128.store(out, Rule.vector<T>(rule, v128.load(x)));
      }
      for (; out < end; out += sizeof<T>(), x += sizeof<T>()) {
        v128.store_lane<T>(out, Rule.vector<T>(rule, v128.load_splat<T>(x)), 0);
      }
    }
  }
}
