// Loops over ids in bags.

import type { Bags } from "../check/bags.ts";

/** For each id, the bag it is in. */
export function bagOfEach({ ids, starts }: Bags): Int32Array {
  const bags = new Int32Array(ids.data.length);
  // The first bag, which the array has already, starts at 0.
  for (let bag = 1; bag < starts.length; bag++) {
    const end = bag + 1 < starts.length ? starts[bag + 1] : bags.length;
    for (let n = starts[bag]; n < end; n++) bags[n] = bag;
  }
  return bags;
}

/** How many ids each bag holds, but at least 1; `padding` does not count. */
export function bagSizes({ ids: { data }, starts }: Bags, padding: number): Float64Array {
  const sizes = new Float64Array(starts.length);
  for (let bag = 0; bag < starts.length; bag++) {
    const end = bag + 1 < starts.length ? starts[bag + 1] : data.length;
    let size = 0;
    for (let n = starts[bag]; n < end; n++) if (data[n] !== padding) size++;
    sizes[bag] = Math.max(size, 1);
  }
  return sizes;
}
