// How much room results have in the kernels' memory.

import { hasBudget } from "../lib/kernels/memory.ts";

/** The most bytes that a result may have as a block. */
export function largestResult(): number {
  let [low, high] = [0, 2 ** 31];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (hasBudget(middle)) low = middle;
    else high = middle;
  }
  return low;
}
