// Validates that ids are in range, by the SIMD search for the first one that is not.

import { type CheckedIds, idOutOfRange, type Ids, takeIds } from "../check/ids.ts";
import { firstOutside } from "./dispatch.ts";

/**
 * Returns a copy of ids as whole numbers in `[0, limit)`, with their shape.
 *
 * @param ids What the caller gave.
 * @param limit The first id that is too large.
 * @param doing What the ids are for, as messages say it, for example "look up id".
 * @throws {IndexError} If an id is out of range.
 * @throws {TypeError} If an id is not a whole number, arrays are ragged, or a shape does not fit.
 */
export function checkIds(ids: Ids, limit: number, doing: string): CheckedIds {
  const found = takeIds(ids, limit, doing);
  const outside = firstOutside(found.data, limit);
  if (outside >= 0) throw idOutOfRange(found, outside, limit, doing);
  return found;
}
