// Sums over some axes of a tensor: the op, and what undoes broadcasting.

import { type Shape, sizeOf } from "../check/shape.ts";
import { sumAxis } from "./dispatch.ts";
import { copyOf, reserve, type Storage } from "./storage.ts";

/** The numbers of a tensor of `shape` summed over some of its axes, which ascend, in a storage of its own. */
export function sumAxes(x: Storage, shape: Shape, axes: readonly number[]): Storage {
  let y = x;
  const lengths = [...shape];
  for (const axis of axes.toReversed()) {
    const length = lengths[axis] ?? 1;
    // Axes side by side are summed as one, so that the sum is rounded once.
    if (axes.includes(axis - 1)) {
      [lengths[axis - 1], lengths[axis]] = [(lengths[axis - 1] ?? 1) * length, 1];
      continue;
    }
    const [outer, inner] = [sizeOf(lengths.slice(0, axis)), sizeOf(lengths.slice(axis + 1))];
    const total = reserve(x.dtype, outer * inner);
    sumAxis(y, total, outer, length, inner);
    [y, lengths[axis]] = [total, 1];
  }
  return y === x ? copyOf(x, x.dtype) : y;
}
