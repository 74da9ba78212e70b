// Scores of every row of a table against a few vectors.

import type { Tensor } from "../autograd/tensor.ts";
import { normOf } from "../kernels/norms.ts";
import { rowDots } from "../kernels/dispatch.ts";
import { reserve, type Storage } from "../kernels/storage.ts";

/** What counts as near: the cosine of the angle, or the dot product. */
export type Metric = "cosine" | "dot";

/** So many scores are computed at once; more would only wait in memory. */
const mostAtOnce = 2 ** 22;
/** The kernel's scratch memory holds the sums of so many vectors. */
const mostVectors = 4096;

/**
 * Calls `use` for each vector, in order, with its score against each row of `E`. The array is
 * written over by the next call. For "cosine", the vectors have length 1; the score of a row without
 * a direction is NaN.
 */
export function forEachScores(
  E: Tensor,
  vectors: readonly Float64Array[],
  metric: Metric,
  use: (scores: Float64Array, index: number) => void,
): void {
  const [rows = 0, width = 0] = E.shape;
  const scores = new Float64Array(rows);
  const most = Math.min(mostVectors, Math.max(1, Math.floor(mostAtOnce / Math.max(rows, 1))));
  for (let start = 0; start < vectors.length; start += most) {
    const part = vectors.slice(start, start + most);
    const packed = reserve(E.dtype, part.length * width);
    const out = reserve(E.dtype, part.length * rows);
    // Computed anew each time: a program may write to the table at any time, unseen.
    const squares = metric === "cosine" ? reserve(E.dtype, rows) : undefined;
    try {
      part.forEach((vector, i) => packed.numbers.set(vector, i * width));
      rowDots(E.storage, packed, out, squares, { rows, width, count: part.length });
      const norms = squares === undefined ? undefined : normsOf(E, squares);
      part.forEach((_, i) => {
        scores.set(out.numbers.subarray(i * rows, (i + 1) * rows));
        if (norms !== undefined) divide(scores, norms);
        use(scores, start + i);
      });
    } finally {
      packed.dispose();
      out.dispose();
      squares?.dispose();
    }
  }
}

/** The norms of the rows, from their squares where these neither overflowed nor underflowed. */
function normsOf(E: Tensor, squares: Storage): Float64Array {
  const [, width = 0] = E.shape;
  const [least, most] = E.dtype === "float32" ? [1e-30, 1e38] : [1e-290, 1e308];
  const norms = new Float64Array(squares.length);
  norms.set(squares.numbers);
  norms.forEach((square, row) => {
    norms[row] = square >= least && square <= most
      ? Math.sqrt(square)
      : normOf(E.storage.numbers.subarray(row * width, (row + 1) * width), 2);
  });
  return norms;
}

/** Makes cosines of dot products. Rounding must not make a cosine larger than 1. */
function divide(scores: Float64Array, norms: Float64Array): void {
  for (let row = 0; row < scores.length; row++) {
    scores[row] = Math.max(-1, Math.min(1, (scores[row] ?? 0) / (norms[row] ?? 0)));
  }
}
