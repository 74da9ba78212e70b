// @ts-nocheck: AssemblyScript, which its own compiler checks. The formulas of ../rules.ts for SIMD,
// each under its name, in the class for its loop and for how many numbers it takes. If the formula
// of a rule is missing, the build fails.

import { Exp } from "./exp.ts";

const GELU_SCALE: f64 = 1.5957691216057308; // 2 (2 / pi)^(1/2)

/** Vectors of as many numbers as fit, of two operands. */
export class VectorTwo {
  @inline
  static add<T>(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }

  @inline
  static sub<T>(a: v128, b: v128): v128 {
    return v128.sub<T>(a, b);
  }

  @inline
  static mul<T>(a: v128, b: v128): v128 {
    return v128.mul<T>(a, b);
  }

  @inline
  static div<T>(a: v128, b: v128): v128 {
    return v128.div<T>(a, b);
  }

  @inline
  static atLeast<T>(a: v128, b: v128): v128 {
    return v128.pmax<T>(a, b);
  }

  @inline
  static atMost<T>(a: v128, b: v128): v128 {
    return v128.pmin<T>(a, b);
  }

  @inline
  static reluMask<T>(a: v128, b: v128): v128 {
    return v128.andnot(a, v128.le<T>(b, v128.splat<T>(0)));
  }
}

/** One number from each of two operands. */
export class ScalarTwo {
  /** As C's pow; the common exponents are exact and need no logarithm. */
  static power(a: f64, b: f64): f64 {
    if (b == 2) return a * a;
    if (b == 1) return a;
    if (b == -1) return 1 / a;
    if (a == 1 || (a == -1 && (b == Infinity || b == -Infinity))) return 1;
    return Math.pow(a, b);
  }

  @inline
  static pow<T>(a: f64, b: f64): f64 {
    return ScalarTwo.power(a, b);
  }

  @inline
  static powBaseSlope<T>(a: f64, b: f64): f64 {
    return b == 0 ? 0 : b * ScalarTwo.power(a, b - 1);
  }

  @inline
  static powExponentSlope<T>(a: f64, b: f64): f64 {
    return a == 0 && b >= 0 ? 0 : ScalarTwo.power(a, b) * Math.log(a);
  }
}

/** Vectors of as many numbers as fit. */
export class VectorOne {
  @inline
  static neg<T>(x: v128): v128 {
    return v128.neg<T>(x);
  }

  @inline
  static abs<T>(x: v128): v128 {
    return v128.abs<T>(x);
  }

  @inline
  static sign<T>(x: v128): v128 {
    const zero = v128.splat<T>(0), one = v128.splat<T>(1);
    const above = v128.and(v128.gt<T>(x, zero), one);
    return v128.sub<T>(above, v128.and(v128.lt<T>(x, zero), one));
  }

  @inline
  static sqrt<T>(x: v128): v128 {
    return v128.sqrt<T>(x);
  }

  @inline
  static relu<T>(x: v128): v128 {
    return v128.andnot(x, v128.le<T>(x, v128.splat<T>(0)));
  }
}

/** Two numbers in float64. Only exp of a number <= 0 is taken, so nothing overflows. */
export class PairOne {
  @inline
  static exp<T>(x: v128): v128 {
    return Exp.pair<T>(x);
  }

  @inline
  static sigmoid<T>(x: v128): v128 {
    const one = Exp.inverseFactorial(0);
    const e = Exp.pair<T>(f64x2.neg(f64x2.abs(x)));
    const above = v128.bitselect(one, e, f64x2.ge(x, f64x2.splat(0)));
    return f64x2.div(above, f64x2.add(one, e));
  }

  @inline
  static tanh<T>(x: v128): v128 {
    const distance = f64x2.abs(x);
    // From 22 on, tanh is 1 in float64. It is odd: the sign of x comes back at the end.
    const e = Exp.minusOne<T>(f64x2.mul(f64x2.pmin(distance, f64x2.splat(22)), f64x2.splat(2)));
    const size = f64x2.div(e, f64x2.add(e, f64x2.splat(2)));
    return v128.or(size, v128.xor(x, distance));
  }

  @inline
  static logSigmoid<T>(x: v128): v128 {
    return f64x2.sub(f64x2.pmin(x, f64x2.splat(0)), PairOne.logOnePlusExp<T>(x));
  }

  @inline
  static softplus<T>(x: v128): v128 {
    return f64x2.add(f64x2.pmax(x, f64x2.splat(0)), PairOne.logOnePlusExp<T>(x));
  }

  @inline
  static gelu<T>(x: v128): v128 {
    return f64x2.mul(x, PairOne.geluGate<T>(x));
  }

  @inline
  static geluSlope<T>(x: v128): v128 {
    const one = Exp.inverseFactorial(0);
    const s = PairOne.geluGate<T>(x);
    const square = f64x2.mul(f64x2.mul(f64x2.splat(3 * 0.044715), x), x);
    const rise = f64x2.mul(f64x2.splat(GELU_SCALE), f64x2.add(one, square));
    const bend = f64x2.mul(f64x2.mul(f64x2.mul(x, s), f64x2.sub(one, s)), rise);
    return f64x2.add(s, bend);
  }

  @inline
  static geluGate<T>(x: v128): v128 {
    const cube = f64x2.mul(f64x2.mul(f64x2.mul(f64x2.splat(0.044715), x), x), x);
    return PairOne.sigmoid<T>(f64x2.mul(f64x2.splat(GELU_SCALE), f64x2.add(x, cube)));
  }

  /** log(1 + e^-|x|). */
  @inline
  static logOnePlusExp<T>(x: v128): v128 {
    const e = Exp.pair<T>(f64x2.neg(f64x2.abs(x)));
    const more = f64x2.splat(Math.log1p(f64x2.extract_lane(e, 0)));
    return f64x2.replace_lane(more, 1, Math.log1p(f64x2.extract_lane(e, 1)));
  }
}

/** One number in float64. */
export class ScalarOne {
  @inline
  static log<T>(x: f64): f64 {
    return Math.log(x);
  }
}
