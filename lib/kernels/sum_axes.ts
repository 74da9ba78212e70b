// Sums over some axes of a tensor, for the op `sum` and to undo broadcasting.

import { type Shape, sizeOf } from "../check/shape.ts";
import { sumAxis } from "./dispatch.ts";
import { copyOf, reserve, type Storage } from "./storage.ts";

/** Sums a tensor of `shape` over some of its axes, which ascend, into a new storage. */
export function sumAxes(x: Storage, shape: Shape, axes: readonly number[]): Storage {
  let y = x;
  const lengths = [...shape];
  for (const axis of axes.toReversed()) {
    const length = lengths[axis] ?? 1;
    // Neighbouring axes are summed as one, so that the sum is rounded once.
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
