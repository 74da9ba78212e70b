// A curve in one line of text, for where a picture would be too slow or has no room.

const heights = "▁▂▃▄▅▆▇█";

/**
 * Numbers as a curve of block characters, the lowest to the highest; beyond `width` of them, each
 * character is the mean of as many neighbours as it takes.
 *
 * @throws {RangeError} If `width` is no whole number from 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sparkline } from "minimodel/lab";
 *
 * assertEquals(sparkline([8, 4, 2, 1]), "█▄▂▁");
 * ```
 */
export function sparkline(values: readonly number[], width = 24): string {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`Cannot draw a sparkline ${width} wide: it must be a whole number from 1`);
  }
  const count = Math.min(width, values.length);
  const points = Array.from({ length: count }, (_, i) => {
    const [from, to] = [i, i + 1].map((each) => Math.floor(each * values.length / count));
    return values.slice(from, to).reduce((sum, each) => sum + each, 0) / (to - from);
  });
  const finite = points.filter(Number.isFinite);
  const lowest = Math.min(...finite);
  const range = Math.max(...finite) - lowest || 1;
  const top = heights.length - 1;
  return points
    .map((each) => Number.isFinite(each) ? heights[Math.round((each - lowest) / range * top)] : "?")
    .join("");
}
