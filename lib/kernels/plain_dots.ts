// The plain loop of simd/dots.ts, see plain.ts.

import type { FloatArray } from "../check/dtype.ts";

/** The sizes of a table whose rows are multiplied with a few vectors. */
export interface RowSizes {
  /** Rows of the table. */
  readonly rows: number;
  /** How many numbers a row and a vector have. */
  readonly width: number;
  /** How many vectors there are. */
  readonly count: number;
}

/**
 * `out[q, r] = x[r] . vectors[q]`, and `squares[r] = x[r] . x[r]` if they are wanted. Summed in the
 * dtype, in the running sums that `simd/dots.ts` describes.
 */
export function rowDots(
  x: FloatArray,
  vectors: FloatArray,
  out: FloatArray,
  squares: FloatArray | undefined,
  { rows, width, count }: RowSizes,
): void {
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * width, (r + 1) * width);
    for (let q = 0; q < count; q++) {
      out[q * rows + r] = dot(row, vectors.subarray(q * width, (q + 1) * width));
    }
    if (squares !== undefined) squares[r] = dot(row, row);
  }
}

function dot(a: FloatArray, b: FloatArray): number {
  const round = a instanceof Float32Array ? Math.fround : (x: number) => x;
  const lanes = 16 / a.BYTES_PER_ELEMENT;
  const whole = a.length - a.length % lanes;
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < whole; i++) {
    sums[i % lanes] = round(sums[i % lanes] + round(a[i] * b[i]));
  }
  let total = round(round(sums[0] + sums[2]) + round(sums[1] + sums[3]));
  for (let i = whole; i < a.length; i++) total = round(total + round(a[i] * b[i]));
  return total;
}
