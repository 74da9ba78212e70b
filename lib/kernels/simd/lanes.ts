// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Loads and stores that let one formula serve whole vectors and the numbers left over at the end.
// They are methods because the formatter takes @inline off a plain function.

/** A vector of `T`; with `whole` false, one number of `T` in every lane. */
export class Lanes {
  @inline
  static load<T>(from: usize, whole: bool): v128 {
    return whole ? v128.load(from) : v128.load_splat<T>(from);
  }

  @inline
  static store<T>(to: usize, value: v128, whole: bool): void {
    if (whole) v128.store(to, value);
    else v128.store_lane<T>(to, value, 0);
  }

  /** How far one load reaches, in bytes. */
  @inline
  static step<T>(whole: bool): usize {
    return whole ? 16 : sizeof<T>();
  }

  /** Where the last whole vector of `count` numbers from `start` on ends. */
  @inline
  static wholeEnd<T>(start: usize, count: i32): usize {
    return start + ((<usize> count * sizeof<T>()) & ~15);
  }
}

/** Two numbers of `T` as float64, the form in which sums and functions are computed. */
export class Pair {
  @inline
  static load<T>(from: usize): v128 {
    if (sizeof<T>() == 8) return v128.load(from);
    return f64x2.promote_low_f32x4(v128.load64_zero(from));
  }

  @inline
  static store<T>(to: usize, value: v128): void {
    if (sizeof<T>() == 8) v128.store(to, value);
    else v128.store64_lane(to, f32x4.demote_f64x2_zero(value), 0);
  }

  /** One number, with 0 beside it. */
  @inline
  static loadOne<T>(from: usize): v128 {
    return f64x2.replace_lane(f64x2.splat(0), 0, <f64> load<T>(from));
  }

  @inline
  static storeOne<T>(to: usize, value: v128): void {
    store<T>(to, <T> f64x2.extract_lane(value, 0));
  }

  /** The sum of the two. */
  @inline
  static total(value: v128): f64 {
    return f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
  }
}
