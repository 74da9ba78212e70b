// @ts-nocheck: AssemblyScript, which its own compiler checks. Sums of rows that are looked up,
// without storing the rows: bag b holds the ids from offsets[b] up to offsets[b + 1] (the last bag
// up to n). The id `padding` is skipped and not counted.

import { Pair } from "./lanes.ts";

/** A bag's ids and their weights (pointer 0: every weight is 1). */
class Bag {
  @inline
  static start(offsets: usize, bag: i32): i32 {
    return load<i32>(offsets + (<usize> bag << 2));
  }

  @inline
  static stop(offsets: usize, bag: i32, bags: i32, n: i32): i32 {
    return bag + 1 < bags ? load<i32>(offsets + (<usize> bag << 2), 4) : n;
  }

  @inline
  static id(ids: usize, k: i32): i32 {
    return load<i32>(ids + (<usize> k << 2));
  }

  static count(ids: usize, start: i32, stop: i32, padding: i32): i32 {
    let count = 0;
    for (let k = start; k < stop; k++) count += <i32> (Bag.id(ids, k) != padding);
    return count;
  }

  @inline
  static weight<T>(weights: usize, k: i32): f64 {
    return weights ? <f64> load<T>(weights + <usize> k * sizeof<T>()) : 1;
  }
}

/**
 * `out[b] = sum over k of weights[k] table[ids[k]]`, divided by the number of the bag's ids if
 * `mean`; an empty bag is 0. Summed in float64 in the order of k and rounded once.
 */
export function bag<T>(
  table: usize,
  ids: usize,
  offsets: usize,
  bags: i32,
  n: i32,
  weights: usize,
  width: i32,
  out: usize,
  mean: bool,
  padding: i32,
): void {
  const bytes = <usize> width * sizeof<T>();
  const wide = <usize> (width & ~15) * sizeof<T>();
  const even = <usize> (width & ~1) * sizeof<T>();
  for (let b = 0; b < bags; b++, out += bytes) {
    const start = Bag.start(offsets, b);
    const stop = Bag.stop(offsets, b, bags, n);
    let at: usize = 0;
    const count = mean ? Bag.count(ids, start, stop, padding) : 1;
    const divisor = f64x2.splat(<f64> (count > 0 ? count : 1));
    for (; at < wide; at += 16 * sizeof<T>()) {
      Sum.sixteen<T>(table + at, ids, start, stop, weights, bytes, divisor, out + at, padding);
    }
    for (; at < bytes; at += 2 * sizeof<T>()) {
      const whole = at < even;
      let sum = f64x2.splat(0);
      for (let k = start; k < stop; k++) {
        const id = Bag.id(ids, k);
        if (id == padding) continue;
        const from = table + <usize> id * bytes + at;
        const row = whole ? Pair.load<T>(from) : Pair.loadOne<T>(from);
        sum = f64x2.add(sum, f64x2.mul(row, f64x2.splat(Bag.weight<T>(weights, k))));
      }
      sum = f64x2.div(sum, divisor);
      if (whole) Pair.store<T>(out + at, sum);
      else Pair.storeOne<T>(out + at, sum);
    }
  }
}

class Sum {
  /** Sixteen columns of one bag: as many as the registers hold. */
  static sixteen<T>(
    table: usize,
    ids: usize,
    start: i32,
    stop: i32,
    weights: usize,
    bytes: usize,
    divisor: v128,
    out: usize,
    padding: i32,
  ): void {
    const pair: usize = 2 * sizeof<T>();
    let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let k = start; k < stop; k++) {
      const id = Bag.id(ids, k);
      if (id == padding) continue;
      const from = table + <usize> id * bytes;
      const w = f64x2.splat(Bag.weight<T>(weights, k));
      a = f64x2.add(a, f64x2.mul(w, Pair.load<T>(from)));
      b = f64x2.add(b, f64x2.mul(w, Pair.load<T>(from + pair)));
      c = f64x2.add(c, f64x2.mul(w, Pair.load<T>(from + 2 * pair)));
      d = f64x2.add(d, f64x2.mul(w, Pair.load<T>(from + 3 * pair)));
      e = f64x2.add(e, f64x2.mul(w, Pair.load<T>(from + 4 * pair)));
      f = f64x2.add(f, f64x2.mul(w, Pair.load<T>(from + 5 * pair)));
      g = f64x2.add(g, f64x2.mul(w, Pair.load<T>(from + 6 * pair)));
      h = f64x2.add(h, f64x2.mul(w, Pair.load<T>(from + 7 * pair)));
    }
    Pair.store<T>(out, f64x2.div(a, divisor));
    Pair.store<T>(out + pair, f64x2.div(b, divisor));
    Pair.store<T>(out + 2 * pair, f64x2.div(c, divisor));
    Pair.store<T>(out + 3 * pair, f64x2.div(d, divisor));
    Pair.store<T>(out + 4 * pair, f64x2.div(e, divisor));
    Pair.store<T>(out + 5 * pair, f64x2.div(f, divisor));
    Pair.store<T>(out + 6 * pair, f64x2.div(g, divisor));
    Pair.store<T>(out + 7 * pair, f64x2.div(h, divisor));
  }
}
