// Validates whole numbers.

import { describe } from "@minimodel/core/check";

/**
 * Refuses anything but a whole number, from `least` on if that is given.
 *
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not whole, or too small.
 */
export function checkWhole(doing: string, name: string, value: unknown, least?: number): void {
  const fits = Number.isSafeInteger(value) && Number(value) >= (least ?? -Infinity);
  if (fits) return;
  const Kind = typeof value === "number" ? RangeError : TypeError;
  const wanted = least === undefined ? "a whole number" : `a whole number from ${least}`;
  throw new Kind(`Cannot ${doing}: ${name} must be ${wanted}, got ${describe(value)}`);
}
