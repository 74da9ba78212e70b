// A curve in one line of text, where a picture would be too slow or too large.

import { extent } from "./_axis.ts";
import { describe } from "@minimodel/core/check";

const heights = "▁▂▃▄▅▆▇█";

/**
 * Draws numbers as a curve of block characters. If there are more than `width` numbers, each
 * character is the mean of several neighbours. NaN and infinities are question marks.
 *
 * @throws {TypeError} If `values` is not an array of numbers.
 * @throws {RangeError} If `width` is not a whole number from 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sparkline } from "@minimodel/lab";
 *
 * assertEquals(sparkline([8, 4, 2, 1]), "█▄▂▁");
 * ```
 */
export function sparkline(values: ArrayLike<number>, width = 24): string {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(
      `Cannot draw a sparkline: width must be a whole number from 1, got ${describe(width)}`,
    );
  }
  const numbers = readNumbers(values);
  const count = Math.min(width, numbers.length);
  const startOf = (point: number) => Math.floor(point * numbers.length / count);
  const points = Array.from({ length: count }, (_, i) => {
    const [from, to] = [startOf(i), startOf(i + 1)];
    // Divided before they are added up: a sum of large numbers would be infinite.
    return numbers.slice(from, to).reduce((sum, each) => sum + each / (to - from), 0);
  });
  const [lowest, highest] = extent(points) ?? [0, 0];
  // Halved, so that the range of the largest numbers is finite.
  const range = highest / 2 - lowest / 2 || 1;
  const top = heights.length - 1;
  return points
    .map((each) =>
      Number.isFinite(each) ? heights[Math.round((each / 2 - lowest / 2) / range * top)] : "?"
    )
    .join("");
}

function readNumbers(values: unknown): number[] {
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView))) {
    throw new TypeError(
      `Cannot draw a sparkline: values must be an array of numbers, got ${describe(values)}`,
    );
  }
  return Array.from(values as ArrayLike<unknown>, (value, index) => {
    if (typeof value === "number") return value;
    throw new TypeError(
      `Cannot draw a sparkline: value ${index} must be a number, got ${describe(value)}`,
    );
  });
}
