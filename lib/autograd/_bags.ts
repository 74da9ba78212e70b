// Bags: ids that are cut into groups, each of which is looked up as one.

import { describe } from "./_describe.ts";
import { checkSameDType } from "./_forward.ts";
import { formatShape, sameShape } from "./_shape.ts";
import { type CheckedIds, checkIds, type Ids } from "./ids.ts";
import { Tensor } from "./tensor.ts";

/** Ids in bags: bag b holds `ids.data[starts[b]]` up to where the next one starts. */
export interface Bags {
  /** The ids. */
  readonly ids: CheckedIds;
  /** Where each bag starts. */
  readonly starts: Int32Array;
}

/** Ids in `[0, limit)` as bags: a bag a row, or where `offsets` cut ids of one axis. */
export function checkBags(ids: Ids, offsets: Ids | undefined, limit: number): Bags {
  const checked = checkIds(ids, limit, "look up id");
  const { data, shape } = checked;
  if (shape.length === 2 && offsets === undefined) {
    return { ids: checked, starts: new Int32Array(shape[0]).map((_, bag) => bag * shape[1]) };
  }
  if (shape.length !== 1 || offsets === undefined) {
    throw new TypeError(
      `Cannot make bags of ids ${formatShape(shape)} ${
        offsets === undefined ? "without" : "with"
      } ` +
        "offsets: wanted ids of two axes, or of one axis and offsets",
    );
  }
  const starts = checkIds(offsets, data.length + 1, "start a bag at offset");
  const ordered = starts.data.every((start, bag) => start >= (starts.data[bag - 1] ?? 0));
  if (starts.shape.length !== 1 || !ordered || (starts.data[0] ?? data.length) !== 0) {
    throw new TypeError(
      `Cannot make bags at offsets [${starts.data.join(", ")}] of shape ${
        formatShape(starts.shape)
      }: they must be of one axis, start at 0 and not decrease`,
    );
  }
  return { ids: checked, starts: starts.data };
}

/** For each id, the bag it is in. */
export function bagOfEach({ ids, starts }: Bags): Int32Array {
  const bags = new Int32Array(ids.data.length);
  let bag = -1;
  for (let n = 0; n < bags.length; n++) {
    while (starts[bag + 1] <= n) bag++;
    bags[n] = bag;
  }
  return bags;
}

/** How many ids each bag holds, but at least 1; `padding` does not count. */
export function bagSizes(bags: Bags, padding: number): Float64Array {
  const { data } = bags.ids;
  const bagOf = bagOfEach(bags);
  const sizes = new Float64Array(bags.starts.length);
  for (let n = 0; n < data.length; n++) if (data[n] !== padding) sizes[bagOf[n]]++;
  return sizes.map((size) => Math.max(size, 1));
}

/** Refuses weights that are not one for each id, in the dtype of the table. */
export function checkWeights(
  table: Tensor,
  weights: unknown,
  { ids }: Bags,
): asserts weights is Tensor {
  if (!(weights instanceof Tensor) || !sameShape(weights.shape, ids.shape)) {
    const got = weights instanceof Tensor ? formatShape(weights.shape) : describe(weights);
    throw new TypeError(
      `Cannot weigh ids ${
        formatShape(ids.shape)
      }: perSampleWeights must be of that shape, got ${got}`,
    );
  }
  checkSameDType("weigh", table, weights);
}
