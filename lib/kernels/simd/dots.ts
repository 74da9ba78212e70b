// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Dot products of the rows of a large table with a few vectors. The table is read once, whatever
// the number of vectors: four of its rows stay in the first-level cache while all vectors pass.
// A product of two vectors has 16 / sizeof<T>() running sums, number i being added to sum i mod
// that; float32 ends in (s0 + s2) + (s1 + s3), float64 in s0 + s1, and then the numbers beyond the
// last whole vector are added in order.

/**
 * `out[q, r] = x[r] . vectors[q]` for `rows` rows of `width` numbers and `n` vectors; if `squares`
 * is not 0, also `squares[r] = x[r] . x[r]`.
 */
export function rowDots<T>(
  x: usize,
  vectors: usize,
  out: usize,
  squares: usize,
  rows: i32,
  width: i32,
  n: i32,
): void {
  const step = <usize> width * sizeof<T>();
  const outStep = <usize> rows * sizeof<T>();
  let r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * step, out += 4 * sizeof<T>()) {
    let to = out, vector = vectors, q = 0;
    for (; q + 2 <= n; q += 2, vector += 2 * step, to += 2 * outStep) {
      Dots.fourByTwo<T>(x, vector, step, to, outStep);
    }
    if (q < n) Dots.fourByOne<T>(x, vector, step, to);
    if (squares != 0) {
      for (let i: usize = 0; i < 4; i++, squares += sizeof<T>()) {
        store<T>(squares, Dots.one<T>(x + i * step, x + i * step, step));
      }
    }
  }
  for (; r < rows; r++, x += step, out += sizeof<T>()) {
    let to = out, vector = vectors;
    for (let q = 0; q < n; q++, vector += step, to += outStep) {
      store<T>(to, Dots.one<T>(x, vector, step));
    }
    if (squares != 0) {
      store<T>(squares, Dots.one<T>(x, x, step));
      squares += sizeof<T>();
    }
  }
}

class Dots {
  /** Four rows times two vectors: eight sums, which fill half of the vector registers. */
  @inline
  static fourByTwo<T>(x: usize, vector: usize, step: usize, out: usize, outStep: usize): void {
    const x1 = x + step, x2 = x1 + step, x3 = x2 + step;
    const second = vector + step;
    const whole = step & ~15;
    let a0 = v128.splat<T>(0), a1 = a0, a2 = a0, a3 = a0;
    let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let at: usize = 0, v = a0, w = a0, row = a0;
    // Two vectors at a time: computing addresses would take longer than the sums.
    for (; at + 32 <= whole; at += 32) {
      v = v128.load(vector + at);
      w = v128.load(second + at);
      row = v128.load(x + at);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1 + at);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2 + at);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3 + at);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
      v = v128.load(vector + at, 16);
      w = v128.load(second + at, 16);
      row = v128.load(x + at, 16);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1 + at, 16);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2 + at, 16);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3 + at, 16);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
    }
    if (at < whole) {
      v = v128.load(vector + at);
      w = v128.load(second + at);
      row = v128.load(x + at);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1 + at);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2 + at);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3 + at);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
    }
    Dots.end<T>(a0, x, vector, whole, step, out);
    Dots.end<T>(a1, x1, vector, whole, step, out + sizeof<T>());
    Dots.end<T>(a2, x2, vector, whole, step, out + 2 * sizeof<T>());
    Dots.end<T>(a3, x3, vector, whole, step, out + 3 * sizeof<T>());
    out += outStep;
    Dots.end<T>(b0, x, second, whole, step, out);
    Dots.end<T>(b1, x1, second, whole, step, out + sizeof<T>());
    Dots.end<T>(b2, x2, second, whole, step, out + 2 * sizeof<T>());
    Dots.end<T>(b3, x3, second, whole, step, out + 3 * sizeof<T>());
  }

  /** Four rows times one vector. */
  @inline
  static fourByOne<T>(x: usize, vector: usize, step: usize, out: usize): void {
    const x1 = x + step, x2 = x1 + step, x3 = x2 + step;
    const whole = step & ~15;
    let a0 = v128.splat<T>(0), a1 = a0, a2 = a0, a3 = a0;
    for (let at: usize = 0; at < whole; at += 16) {
      const v = v128.load(vector + at);
      a0 = v128.add<T>(a0, v128.mul<T>(v128.load(x + at), v));
      a1 = v128.add<T>(a1, v128.mul<T>(v128.load(x1 + at), v));
      a2 = v128.add<T>(a2, v128.mul<T>(v128.load(x2 + at), v));
      a3 = v128.add<T>(a3, v128.mul<T>(v128.load(x3 + at), v));
    }
    Dots.end<T>(a0, x, vector, whole, step, out);
    Dots.end<T>(a1, x1, vector, whole, step, out + sizeof<T>());
    Dots.end<T>(a2, x2, vector, whole, step, out + 2 * sizeof<T>());
    Dots.end<T>(a3, x3, vector, whole, step, out + 3 * sizeof<T>());
  }

  /** The product of two vectors of `bytes` bytes. */
  @inline
  static one<T>(a: usize, b: usize, bytes: usize): T {
    const whole = bytes & ~15;
    let sum = v128.splat<T>(0);
    for (let at: usize = 0; at < whole; at += 16) {
      sum = v128.add<T>(sum, v128.mul<T>(v128.load(a + at), v128.load(b + at)));
    }
    return Dots.total<T>(sum, a, b, whole, bytes);
  }

  @inline
  static end<T>(sum: v128, a: usize, b: usize, at: usize, bytes: usize, out: usize): void {
    store<T>(out, Dots.total<T>(sum, a, b, at, bytes));
  }

  /** The running sums added up, and what is beyond the last whole vector. */
  @inline
  static total<T>(sum: v128, a: usize, b: usize, at: usize, bytes: usize): T {
    if (sizeof<T>() == 4) sum = v128.add<T>(sum, i64x2.shuffle(sum, sum, 1, 0));
    let total = v128.extract_lane<T>(sum, 0) + v128.extract_lane<T>(sum, 1);
    for (; at < bytes; at += sizeof<T>()) total += load<T>(a + at) * load<T>(b + at);
    return total;
  }
}
