// Loops over ids in bags.

import type { Bags } from "../check/bags.ts";

/** For each id, the bag it is in. */
export function bagOfEach({ ids, starts }: Bags): Int32Array {
  const bags = new Int32Array(ids.data.length);
  let bag = -1;
  for (let n = 0; n < bags.length; n++) {
    while ((starts[bag + 1] ?? Infinity) <= n) bag++;
    bags[n] = bag;
  }
  return bags;
}

/** How many ids each bag holds, but at least 1; `padding` does not count. */
export function bagSizes(bags: Bags, padding: number): Float64Array {
  const { data } = bags.ids;
  const bagOf = bagOfEach(bags);
  const sizes = new Float64Array(bags.starts.length);
  bagOf.forEach((bag, n) => {
    if (data[n] !== padding) sizes[bag] = (sizes[bag] ?? 0) + 1;
  });
  return sizes.map((size) => Math.max(size, 1));
}
