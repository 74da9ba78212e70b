// The baselines of Lab 00: a one-hot matrix times the table, as fast as plain TypeScript can do it,
// and the loop that one writes first for a scatter-add. They use nothing from outside themselves,
// because they are copied for each dtype.

import type { FloatArray } from "@minimodel/core";

/**
 * `oneHot(ids) @ table`: builds the (n, V) matrix, then multiplies it all out.
 *
 * Rows of the result are outermost and rows of the table are taken eight at a time: all reads and
 * writes run forward, and each number of the result is read and written an eighth as often.
 */
export function oneHotLookup(ids: Int32Array, table: FloatArray, width: number): FloatArray {
  const kind = table instanceof Float64Array ? Float64Array : Float32Array;
  const vocabulary = table.length / width;
  const oneHot = new kind(ids.length * vocabulary);
  for (let n = 0; n < ids.length; n++) oneHot[n * vocabulary + ids[n]] = 1;
  const out = new kind(ids.length * width);
  for (let n = 0; n < ids.length; n++) {
    const to = n * width;
    let at = n * vocabulary;
    const end = at + vocabulary;
    let from = 0;
    for (; at + 8 <= end; at += 8, from += 8 * width) {
      const [a, b, c, d] = [oneHot[at], oneHot[at + 1], oneHot[at + 2], oneHot[at + 3]];
      const [e, f, g, h] = [oneHot[at + 4], oneHot[at + 5], oneHot[at + 6], oneHot[at + 7]];
      for (let i = 0; i < width; i++) {
        const row = from + i;
        out[to + i] += a * table[row] + b * table[row + width] + c * table[row + 2 * width] +
          d * table[row + 3 * width] + e * table[row + 4 * width] + f * table[row + 5 * width] +
          g * table[row + 6 * width] + h * table[row + 7 * width];
      }
    }
    for (; at < end; at++, from += width) {
      for (let i = 0; i < width; i++) out[to + i] += oneHot[at] * table[from + i];
    }
  }
  return out;
}

/** The sum of the upstream rows of each id, (V, d), one number at a time. */
export function scatterLoop(ids: Int32Array, upstream: FloatArray, vocabulary: number): FloatArray {
  const kind = upstream instanceof Float64Array ? Float64Array : Float32Array;
  const width = upstream.length / ids.length;
  const out = new kind(vocabulary * width);
  for (let n = 0; n < ids.length; n++) {
    for (let i = 0; i < width; i++) out[ids[n] * width + i] += upstream[n * width + i];
  }
  return out;
}
