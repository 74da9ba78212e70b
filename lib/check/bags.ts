// Bags: groups of ids, each of which becomes one vector.

import { checkSameDType } from "./dtype.ts";
import type { CheckedIds } from "./ids.ts";
import { formatShape, sameShape } from "./shape.ts";
import { describeTensor, isTensor, type TensorLike } from "./tensors.ts";

/** Ids in bags: bag b holds the ids from `ids.data[starts[b]]` up to the start of the next bag. */
export interface Bags {
  /** The ids. */
  readonly ids: CheckedIds;
  /** Where each bag starts. */
  readonly starts: Int32Array;
}

/**
 * Returns ids in bags: one bag per row of ids of two axes, or ids of one axis cut at the offsets.
 * Those are whole numbers in range already; with `includesLast`, the last of them is the number of
 * ids.
 *
 * @throws {TypeError} If ids and offsets do not go together, or the offsets are out of order.
 */
export function checkBags(
  ids: CheckedIds,
  offsets: CheckedIds | undefined,
  includesLast: boolean,
): Bags {
  const { data, shape } = ids;
  if (shape.length === 2 && offsets === undefined) {
    const [rows = 0, width = 0] = shape;
    const starts = new Int32Array(rows);
    for (let bag = 0; bag < rows; bag++) starts[bag] = bag * width;
    return { ids, starts };
  }
  if (shape.length !== 1 || offsets === undefined) {
    throw new TypeError(
      `Cannot make bags of ids ${formatShape(shape)} ${
        offsets === undefined ? "without" : "with"
      } ` +
        "offsets: wanted ids of two axes, or of one axis and offsets",
    );
  }
  const starts = offsets.data;
  const ordered = starts.every((start, bag) => start >= (starts[bag - 1] ?? 0));
  if (offsets.shape.length !== 1 || !ordered || (starts[0] ?? data.length) !== 0) {
    throw new TypeError(
      `Cannot make bags at offsets [${starts.join(", ")}] of shape ${
        formatShape(offsets.shape)
      }: they must be of one axis, start at 0 and not decrease`,
    );
  }
  if (!includesLast) return { ids, starts };
  if (starts.at(-1) === data.length) return { ids, starts: starts.slice(0, -1) };
  throw new TypeError(
    `Cannot make bags at offsets [${starts.join(", ")}] with includeLastOffset: ` +
      `the last must be the number of ids, ${data.length}`,
  );
}

/** Refuses weights unless there is one for each id, in the dtype of the table. */
export function checkWeights(table: TensorLike, weights: unknown, { ids }: Bags): void {
  if (!isTensor(weights) || !sameShape(weights.shape, ids.shape)) {
    throw new TypeError(
      `Cannot weigh ids ${formatShape(ids.shape)}: ` +
        `perSampleWeights must be of that shape, got ${describeTensor(weights)}`,
    );
  }
  checkSameDType("weigh", table, weights);
}
