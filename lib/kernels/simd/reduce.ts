// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Sums and largest numbers.

import { Lanes, Pair } from "./lanes.ts";

/**
 * `out[o, i] = sum over r of x[o, r, i]`, in float64, rounded once. With inner > 1 the additions go
 * in the order of r. With inner = 1 there are eight running sums: number r is added to sum r mod 8,
 * and the result is ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)).
 */
export function sumAxis<T>(x: usize, out: usize, outer: i32, reduced: i32, inner: i32): void {
  const row = <usize> inner * sizeof<T>();
  const block = <usize> reduced * row;
  for (let o = 0; o < outer; o++, x += block) {
    if (inner == 1) {
      store<T>(out, <T> Sum.row<T>(x, reduced));
      out += sizeof<T>();
      continue;
    }
    const pair: usize = 2 * sizeof<T>();
    const wide = <usize> (inner & ~15) * sizeof<T>();
    const even = <usize> (inner & ~1) * sizeof<T>();
    let at: usize = 0;
    for (; at < wide; at += 8 * pair) Sum.sixteenColumns<T>(x + at, out + at, reduced, row);
    const end = x + block;
    for (; at < even; at += pair) {
      let sum = f64x2.splat(0);
      for (let from = x + at; from < end; from += row) sum = f64x2.add(sum, Pair.load<T>(from));
      Pair.store<T>(out + at, sum);
    }
    if (at < row) {
      let sum: f64 = 0;
      for (let from = x + at; from < end; from += row) sum += <f64> load<T>(from);
      store<T>(out + at, <T> sum);
    }
    out += row;
  }
}

class Sum {
  @inline
  static row<T>(x: usize, n: i32): f64 {
    const pair: usize = 2 * sizeof<T>();
    const end = x + <usize> n * sizeof<T>();
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (; x + 4 * pair <= end; x += 4 * pair) {
      a = f64x2.add(a, Pair.load<T>(x));
      b = f64x2.add(b, Pair.load<T>(x + pair));
      c = f64x2.add(c, Pair.load<T>(x + 2 * pair));
      d = f64x2.add(d, Pair.load<T>(x + 3 * pair));
    }
    if (x + pair <= end) {
      a = f64x2.add(a, Pair.load<T>(x));
      x += pair;
      if (x + pair <= end) {
        b = f64x2.add(b, Pair.load<T>(x));
        x += pair;
        if (x + pair <= end) {
          c = f64x2.add(c, Pair.load<T>(x));
          x += pair;
          if (x < end) d = f64x2.add(d, Pair.loadOne<T>(x));
        } else if (x < end) c = f64x2.add(c, Pair.loadOne<T>(x));
      } else if (x < end) b = f64x2.add(b, Pair.loadOne<T>(x));
    } else if (x < end) a = f64x2.add(a, Pair.loadOne<T>(x));
    return Pair.total(f64x2.add(f64x2.add(a, c), f64x2.add(b, d)));
  }

  /** As many columns at a time as the registers hold. */
  static sixteenColumns<T>(x: usize, out: usize, n: i32, row: usize): void {
    const pair: usize = 2 * sizeof<T>();
    let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (; n > 0; n--, x += row) {
      a = f64x2.add(a, Pair.load<T>(x));
      b = f64x2.add(b, Pair.load<T>(x + pair));
      c = f64x2.add(c, Pair.load<T>(x + 2 * pair));
      d = f64x2.add(d, Pair.load<T>(x + 3 * pair));
      e = f64x2.add(e, Pair.load<T>(x + 4 * pair));
      f = f64x2.add(f, Pair.load<T>(x + 5 * pair));
      g = f64x2.add(g, Pair.load<T>(x + 6 * pair));
      h = f64x2.add(h, Pair.load<T>(x + 7 * pair));
    }
    Pair.store<T>(out, a);
    Pair.store<T>(out + pair, b);
    Pair.store<T>(out + 2 * pair, c);
    Pair.store<T>(out + 3 * pair, d);
    Pair.store<T>(out + 4 * pair, e);
    Pair.store<T>(out + 5 * pair, f);
    Pair.store<T>(out + 6 * pair, g);
    Pair.store<T>(out + 7 * pair, h);
  }
}

/** The largest of several numbers. */
export class Largest {
  /** The largest of `n` numbers that are not NaN; -Infinity if there are none. */
  static of<T>(x: usize, n: i32): T {
    const end = x + <usize> n * sizeof<T>();
    const wholeEnd = Lanes.wholeEnd<T>(x, n);
    let a = v128.splat<T>(-<T> Infinity), b = a;
    for (; x + 32 <= wholeEnd; x += 32) {
      a = v128.pmax<T>(a, v128.load(x));
      b = v128.pmax<T>(b, v128.load(x, 16));
    }
    a = v128.pmax<T>(a, b);
    if (x < wholeEnd) {
      a = v128.pmax<T>(a, v128.load(x));
      x += 16;
    }
    for (; x < end; x += sizeof<T>()) a = v128.pmax<T>(a, v128.load_splat<T>(x));
    // The larger of a and a with its halves exchanged, then of neighbouring lanes: every lane is
    // the largest.
    a = v128.pmax<T>(a, i64x2.shuffle(a, a, 1, 0));
    if (sizeof<T>() == 4) a = v128.pmax<T>(a, i32x4.shuffle(a, a, 1, 0, 3, 2));
    return v128.extract_lane<T>(a, 0);
  }
}

/**
 * The largest number of each row and its first position in `x`; NaN counts as the largest. A row
 * holds at least one number.
 */
export function maxRows<T>(x: usize, out: usize, positions: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    const start = x + <usize> row * <usize> width * sizeof<T>();
    const best = First.place<T>(start, width, Largest.of<T>(start, width));
    store<T>(out + <usize> row * sizeof<T>(), load<T>(start + <usize> best * sizeof<T>()));
    store<i32>(positions + (<usize> row << 2), row * width + best);
  }
}

class First {
  /** The place of the first NaN, or else of the first number equal to `value`. */
  static place<T>(x: usize, n: i32, value: T): i32 {
    let place = -1;
    const values = v128.splat<T>(value);
    const whole = n & ~(16 / <i32> sizeof<T>() - 1);
    for (let i = 0; i < n;) {
      const from = x + <usize> i * sizeof<T>();
      const step = i < whole ? 16 / <i32> sizeof<T>() : 1;
      const found = i < whole ? v128.load(from) : v128.load_splat<T>(from);
      const equal = v128.eq<T>(found, values);
      const nan = v128.ne<T>(found, found);
      if (v128.any_true(v128.or(equal, nan))) {
        for (let j = i; j < i + step; j++) {
          const number = load<T>(x + <usize> j * sizeof<T>());
          if (number != number) return j;
          if (place < 0 && number == value) place = j;
        }
      }
      i += step;
    }
    return place;
  }
}
