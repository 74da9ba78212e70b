// Turns a walk over strided tensors into as few straight runs as possible, so that kernels only
// ever loop over a length with a fixed step.

import type { Shape } from "../check/shape.ts";

/** One straight run: where each operand starts, and how far apart its numbers are. */
export type Visit = (starts: readonly number[], length: number, steps: readonly number[]) => void;

/**
 * Visits every element of `shape` in row-major order, in runs. `strides[k]` and `starts[k]` say how
 * operand k lies in memory. Axes that follow each other in memory for every operand become one.
 */
export function forEachRun(
  shape: Shape,
  strides: readonly (readonly number[])[],
  starts: readonly number[],
  visit: Visit,
): void {
  const lengths: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (length === 0) return;
    if (length === 1) continue;
    const last = lengths.length - 1;
    const follows = last >= 0 &&
      strides.every((stride, k) => merged[k][last] === stride[axis] * length);
    if (follows) {
      lengths[last] *= length;
      for (let k = 0; k < strides.length; k++) merged[k][last] = strides[k][axis];
    } else {
      lengths.push(length);
      for (let k = 0; k < strides.length; k++) merged[k].push(strides[k][axis]);
    }
  }
  const inner = lengths.pop() ?? 1;
  const steps = merged.map((stride) => stride.pop() ?? 1);
  const at = [...starts];
  const counter = new Array<number>(lengths.length).fill(0);
  while (true) {
    visit(at, inner, steps);
    let axis = lengths.length - 1;
    for (; axis >= 0; axis--) {
      for (let k = 0; k < at.length; k++) at[k] += merged[k][axis];
      if (++counter[axis] < lengths[axis]) break;
      counter[axis] = 0;
      for (let k = 0; k < at.length; k++) at[k] -= merged[k][axis] * lengths[axis];
    }
    if (axis < 0) return;
  }
}
