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
