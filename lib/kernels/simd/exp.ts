// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Exponentials of two numbers at once, on which softmax, sigmoid and tanh spend most of their time.

const LOG2_E: f64 = 1.4426950408889634;
// ln 2 in two parts. The first has so many zeros at its end that a whole number times it is exact.
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
// Below the first, exp is less than half of the smallest float64; above the second, it is Infinity.
const LOWEST: f64 = -746;
const HIGHEST: f64 = 710;
// Added to a whole number h, leaves h + 1023 in the lowest bits: a float64's exponent.
const EXPONENT: f64 = 4503599627370496 + 1023;
// 1 / k! for k = 0, 1, ... 13. Read from memory, because the engine takes three times as long to
// make a constant vector in place.
const INVERSE_FACTORIALS: usize = memory.data<f64>([
  1,
  1,
  1.0 / 2,
  1.0 / 6,
  1.0 / 24,
  1.0 / 120,
  1.0 / 720,
  1.0 / 5040,
  1.0 / 40320,
  1.0 / 362880,
  1.0 / 3628800,
  1.0 / 39916800,
  1.0 / 479001600,
  1.0 / 6227020800,
]);
// Exp.constant(k) is number k of these: 0 LOG2_E, 1 LN2_HIGH, 2 LN2_LOW, 3 LOWEST, 4 HIGHEST, 5
// EXPONENT.
const LOG2_E_AT: usize = memory.data<f64>([LOG2_E, LN2_HIGH, LN2_LOW, LOWEST, HIGHEST, EXPONENT]);

// The same for float32. ln 2 in two parts, the first of nine bits; below the lowest, exp is less than
// half of the smallest float32.
const LN2_NINE_BITS: f32 = 0.693359375;
const LN2_REST: f32 = -2.12194440054690583e-4;
// Quad.constant(k) is number k of these; 5 to 10 are 1 / k! for k = 7, 6, ... 2.
const QUAD_AT: usize = memory.data<f32>([
  1.44269504088896341,
  LN2_NINE_BITS,
  LN2_REST,
  -104,
  1,
  1.0 / 5040,
  1.0 / 720,
  1.0 / 120,
  1.0 / 24,
  1.0 / 6,
  1.0 / 2,
]);

/** Exponentials of four float32 at once. */
export class Quad {
  /**
   * exp(x - top) where no x is above top, to a unit in the last place. The difference is rounded,
   * and what the rounding took away (Knuth's two-sum) is added to what is left of it below ln 2.
   */
  @inline
  static below(x: v128, top: v128): v128 {
    const d = f32x4.sub(x, top);
    const back = f32x4.sub(d, x);
    const lost = f32x4.sub(f32x4.sub(x, f32x4.sub(d, back)), f32x4.add(top, back));
    // Where d is infinite, what was lost is NaN.
    const inside = f32x4.gt(d, Quad.constant(3));
    const bounded = f32x4.pmax(d, Quad.constant(3));
    const n = f32x4.nearest(f32x4.mul(bounded, Quad.constant(0)));
    const high = f32x4.sub(bounded, f32x4.mul(n, Quad.constant(1)));
    const low = f32x4.sub(v128.and(lost, inside), f32x4.mul(n, Quad.constant(2)));
    const r = f32x4.add(high, low);
    let sum = Quad.constant(5);
    sum = f32x4.add(f32x4.mul(sum, r), Quad.constant(6));
    sum = f32x4.add(f32x4.mul(sum, r), Quad.constant(7));
    sum = f32x4.add(f32x4.mul(sum, r), Quad.constant(8));
    sum = f32x4.add(f32x4.mul(sum, r), Quad.constant(9));
    sum = f32x4.add(f32x4.mul(sum, r), Quad.constant(10));
    const beyond = f32x4.add(r, f32x4.mul(f32x4.mul(r, r), sum));
    const e = f32x4.add(beyond, Quad.constant(4));
    // 2^n in two factors: one alone leaves the range of float32 where the result is subnormal.
    const whole = i32x4.trunc_sat_f32x4_s(n);
    const half = i32x4.shr_s(whole, 1);
    const other = i32x4.sub(whole, half);
    return f32x4.mul(f32x4.mul(e, Quad.powerOfTwo(half)), Quad.powerOfTwo(other));
  }

  @inline
  static constant(k: usize): v128 {
    return v128.load32_splat(QUAD_AT + k * 4);
  }

  /** 2^n for whole numbers n: an exponent is n + 127, and 1 has the exponent of 0. */
  @inline
  static powerOfTwo(whole: v128): v128 {
    return i32x4.add(i32x4.shl(whole, 23), Quad.constant(4));
  }
}

/** Exponentials. */
export class Exp {
  /** exp(x) of two float64, as {@linkcode Exp.series} and a power of two. */
  @inline
  static pair<T>(x: v128): v128 {
    const bounded = f64x2.pmax(f64x2.pmin(x, Exp.constant(4)), Exp.constant(3));
    const n = f64x2.nearest(f64x2.mul(bounded, Exp.constant(0)));
    const e = f64x2.add(Exp.series<T>(Exp.rest(bounded, n)), Exp.inverseFactorial(0));
    // 2^n in two factors: one alone leaves the range of float64 where the result is subnormal.
    const half = f64x2.floor(f64x2.mul(n, Exp.inverseFactorial(2)));
    const other = f64x2.sub(n, half);
    return f64x2.mul(f64x2.mul(e, Exp.powerOfTwo(half)), Exp.powerOfTwo(other));
  }

  /** exp(x) - 1 of two float64 in [0, 700], exact to a few units in the last place near 0 too. */
  @inline
  static minusOne<T>(x: v128): v128 {
    const n = f64x2.nearest(f64x2.mul(x, Exp.constant(0)));
    const power = Exp.powerOfTwo(n);
    const below = f64x2.sub(power, Exp.inverseFactorial(0));
    return f64x2.add(f64x2.mul(Exp.series<T>(Exp.rest(x, n)), power), below);
  }

  /** r = x - n ln 2 where n = round(x / ln 2), so |r| <= 0.35. */
  @inline
  static rest(x: v128, n: v128): v128 {
    const high = f64x2.sub(x, f64x2.mul(n, Exp.constant(1)));
    return f64x2.sub(high, f64x2.mul(n, Exp.constant(2)));
  }

  /**
   * e^r - 1 for |r| <= 0.35, its Taylor series: 13 terms for float64 (below 1 unit in the last
   * place), 8 where the result is rounded to float32 (2e-10 of it).
   */
  @inline
  static series<T>(r: v128): v128 {
    let sum: v128;
    if (sizeof<T>() == 8) {
      sum = Exp.inverseFactorial(13);
      sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(12));
      sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(11));
      sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(10));
      sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(9));
      sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(8));
    } else {
      sum = Exp.inverseFactorial(8);
    }
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(7));
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(6));
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(5));
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(4));
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(3));
    sum = f64x2.add(f64x2.mul(sum, r), Exp.inverseFactorial(2));
    // r + r^2 (1/2 + ...): the largest term is exact.
    return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), sum));
  }

  @inline
  static inverseFactorial(k: usize): v128 {
    return v128.load64_splat(INVERSE_FACTORIALS + k * 8);
  }

  @inline
  static constant(k: usize): v128 {
    return v128.load64_splat(LOG2_E_AT + k * 8);
  }

  @inline
  static powerOfTwo(whole: v128): v128 {
    return i64x2.shl(f64x2.add(whole, Exp.constant(5)), 52);
  }
}
