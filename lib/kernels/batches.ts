// Matrix products over batches of matrices.

import { broadcastShapes, broadcastStrides, type Shape, sizeOf } from "../check/shape.ts";
import { matmul } from "./dispatch.ts";
import type { Laid } from "./layout.ts";
import type { Transposed } from "./plain.ts";
import { reserve } from "./storage.ts";

/** The products of the matrices in the last two axes; the batches are broadcast to each other. */
export function matmulBatches(a: Laid, b: Laid, transposed: Transposed): Laid {
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const [rows, shared] = transposed.a ? [aColumns, aRows] : [aRows, aColumns];
  const columns = transposed.b ? bRows : bColumns;
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul batches of");
  const out = reserve(a.storage.dtype, sizeOf(batch) * rows * columns);
  const bStarts = batchStarts(b.shape, batch);
  batchStarts(a.shape, batch).forEach((from, n) => {
    const [start, to] = [bStarts[n] ?? 0, n * rows * columns];
    matmul(a.storage, from, b.storage, start, out, to, { rows, shared, columns }, transposed);
  });
  return { storage: out, shape: [...batch, rows, columns] };
}

/** Where each matrix of a batch starts, for a tensor that is broadcast over the batch. */
function batchStarts(shape: Shape, batch: Shape): number[] {
  const strides = broadcastStrides(shape.slice(0, -2), batch);
  const matrix = sizeOf(shape.slice(-2));
  let starts = [0];
  batch.forEach((length, axis) => {
    const offsets = Array.from({ length }, (_, i) => i * (strides[axis] ?? 0) * matrix);
    starts = starts.flatMap((start) => offsets.map((offset) => start + offset));
  });
  return starts;
}
