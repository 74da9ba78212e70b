// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Dot products of the rows of a large table with a few vectors. The table is read once, whatever
// the number of vectors: of four rows at a time, all vectors take one part after the other, so that
// memory is read ahead while they compute. A product of two vectors has 16 / sizeof<T>() running
// sums, number i being added to sum i mod that; float32 ends in (s0 + s2) + (s1 + s3), float64 in
// s0 + s1, and then the numbers beyond the last whole vector are added in order.

/** Bytes of a row that are worked on at a time. */
const PART: usize = 512;

/** Bytes of scratch memory that {@linkcode rowDots} needs: a vector of sums for each of four rows. */
export function rowDotsScratch<T>(n: i32): usize {
  return <usize> n * 64;
}

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
  scratch: usize,
): void {
  const step = <usize> width * sizeof<T>();
  const outStep = <usize> rows * sizeof<T>();
  const whole = step & ~15;
  let r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * step, out += 4 * sizeof<T>()) {
    memory.fill(scratch, 0, <usize> n * 64);
    for (let at: usize = 0; at < whole; at += PART) {
      const bytes = min(whole - at, PART);
      let sums = scratch, vector = vectors + at, q = 0;
      for (; q + 2 <= n; q += 2, vector += 2 * step, sums += 128) {
        Dots.fourByTwo<T>(x + at, vector, step, bytes, sums);
      }
      if (q < n) Dots.fourByOne<T>(x + at, vector, step, bytes, sums);
    }
    let to = out, vector = vectors, sums = scratch;
    for (let q = 0; q < n; q++, vector += step, to += outStep) {
      for (let i: usize = 0; i < 4; i++, sums += 16) {
        const total = Dots.total<T>(v128.load(sums), x + i * step, vector, whole, step);
        store<T>(to + i * sizeof<T>(), total);
      }
    }
    if (squares != 0) {
      Dots.fourSquares<T>(x, step, squares);
      squares += 4 * sizeof<T>();
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
  /** Adds `bytes` bytes of four rows times those of two vectors to eight vectors of sums. */
  @inline
  static fourByTwo<T>(x: usize, vector: usize, step: usize, bytes: usize, sums: usize): void {
    let x1 = x + step, x2 = x1 + step, x3 = x2 + step, second = vector + step;
    const pairs = x + (bytes & ~31), end = x + bytes;
    let a0 = v128.load(sums, 0),
      a1 = v128.load(sums, 16),
      a2 = v128.load(sums, 32),
      a3 = v128.load(sums, 48);
    let b0 = v128.load(sums, 64),
      b1 = v128.load(sums, 80),
      b2 = v128.load(sums, 96),
      b3 = v128.load(sums, 112);
    let row = a0, v = a0, w = a0;
    // Two vectors at a time: computing addresses would take as long as the sums.
    while (x != pairs) {
      v = v128.load(vector);
      w = v128.load(second);
      row = v128.load(x);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
      v = v128.load(vector, 16);
      w = v128.load(second, 16);
      row = v128.load(x, 16);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1, 16);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2, 16);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3, 16);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
      x += 32, x1 += 32, x2 += 32, x3 += 32, vector += 32, second += 32;
    }
    if (x != end) {
      v = v128.load(vector);
      w = v128.load(second);
      row = v128.load(x);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      b0 = v128.add<T>(b0, v128.mul<T>(row, w));
      row = v128.load(x1);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      b1 = v128.add<T>(b1, v128.mul<T>(row, w));
      row = v128.load(x2);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      b2 = v128.add<T>(b2, v128.mul<T>(row, w));
      row = v128.load(x3);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      b3 = v128.add<T>(b3, v128.mul<T>(row, w));
    }
    v128.store(sums, a0, 0);
    v128.store(sums, a1, 16);
    v128.store(sums, a2, 32);
    v128.store(sums, a3, 48);
    v128.store(sums, b0, 64);
    v128.store(sums, b1, 80);
    v128.store(sums, b2, 96);
    v128.store(sums, b3, 112);
  }

  /** The same for one vector. */
  @inline
  static fourByOne<T>(x: usize, vector: usize, step: usize, bytes: usize, sums: usize): void {
    let x1 = x + step, x2 = x1 + step, x3 = x2 + step;
    const pairs = x + (bytes & ~31), end = x + bytes;
    let a0 = v128.load(sums, 0),
      a1 = v128.load(sums, 16),
      a2 = v128.load(sums, 32),
      a3 = v128.load(sums, 48);
    let row = a0, v = a0;
    while (x != pairs) {
      v = v128.load(vector);
      row = v128.load(x);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      row = v128.load(x1);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      row = v128.load(x2);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      row = v128.load(x3);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      v = v128.load(vector, 16);
      row = v128.load(x, 16);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      row = v128.load(x1, 16);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      row = v128.load(x2, 16);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      row = v128.load(x3, 16);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
      x += 32, x1 += 32, x2 += 32, x3 += 32, vector += 32;
    }
    if (x != end) {
      v = v128.load(vector);
      row = v128.load(x);
      a0 = v128.add<T>(a0, v128.mul<T>(row, v));
      row = v128.load(x1);
      a1 = v128.add<T>(a1, v128.mul<T>(row, v));
      row = v128.load(x2);
      a2 = v128.add<T>(a2, v128.mul<T>(row, v));
      row = v128.load(x3);
      a3 = v128.add<T>(a3, v128.mul<T>(row, v));
    }
    v128.store(sums, a0, 0);
    v128.store(sums, a1, 16);
    v128.store(sums, a2, 32);
    v128.store(sums, a3, 48);
  }

  /** Four rows, each times itself. */
  @inline
  static fourSquares<T>(x: usize, step: usize, out: usize): void {
    const x1 = x + step, x2 = x1 + step, x3 = x2 + step;
    const whole = step & ~15;
    let a0 = v128.splat<T>(0), a1 = a0, a2 = a0, a3 = a0;
    for (let at: usize = 0; at < whole; at += 16) {
      let row = v128.load(x + at);
      a0 = v128.add<T>(a0, v128.mul<T>(row, row));
      row = v128.load(x1 + at);
      a1 = v128.add<T>(a1, v128.mul<T>(row, row));
      row = v128.load(x2 + at);
      a2 = v128.add<T>(a2, v128.mul<T>(row, row));
      row = v128.load(x3 + at);
      a3 = v128.add<T>(a3, v128.mul<T>(row, row));
    }
    store<T>(out, Dots.total<T>(a0, x, x, whole, step));
    store<T>(out + sizeof<T>(), Dots.total<T>(a1, x1, x1, whole, step));
    store<T>(out + 2 * sizeof<T>(), Dots.total<T>(a2, x2, x2, whole, step));
    store<T>(out + 3 * sizeof<T>(), Dots.total<T>(a3, x3, x3, whole, step));
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

  /** The running sums added up, and what is beyond the last whole vector. */
  @inline
  static total<T>(sum: v128, a: usize, b: usize, at: usize, bytes: usize): T {
    if (sizeof<T>() == 4) sum = v128.add<T>(sum, i64x2.shuffle(sum, sum, 1, 0));
    let total = v128.extract_lane<T>(sum, 0) + v128.extract_lane<T>(sum, 1);
    for (; at < bytes; at += sizeof<T>()) total += load<T>(a + at) * load<T>(b + at);
    return total;
  }
}
