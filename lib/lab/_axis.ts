// The ends of an axis and the texts of its ticks. Plot places the ticks, but for that it needs ends
// that differ by more than rounding, and whose distance float64 can hold: other ends are moved.

import { formatTick } from "./_format.ts";

/** A linear axis or one by powers of ten. */
export type AxisScale = "linear" | "log";

/** The smallest and the largest number of an axis. */
type Ends = [low: number, high: number];

/** An axis, as Plot needs it. */
export interface Axis {
  /**
   * The scale. Its domain holds transformed values, which are the given ones if their distance is
   * within float64.
   */
  scale: {
    type: AxisScale;
    domain: Ends;
    nice: boolean;
    transform: (value: number) => number;
  };
  /** The text of a tick. */
  text: (tick: number) => string;
  /** Where the ticks are; undefined if Plot decides. */
  ticks?: readonly number[];
  /** The least distance of ticks in pixels. */
  tickSpacing: number;
}

/** Returns the value, or NaN if it has no place on an axis. */
export function placeable(value: number, type: AxisScale = "linear"): number {
  return Number.isFinite(value) && (type === "linear" || value > 0) ? value : NaN;
}

/** Returns the smallest and the largest value that is not NaN, if there is one. */
export function extent(values: Iterable<number>): Ends | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** The axis of placeable values. With `beside`, the texts of its ticks have room side by side. */
export function axisOf(
  values: Iterable<number>,
  type: AxisScale = "linear",
  beside = false,
): Axis {
  const ends = extent(values) ?? [1, 10];
  const unit = type === "linear" && Math.max(-ends[0], ends[1]) > 1e300 ? 1e300 : 1;
  const [low, high] = type === "log" ? widenLog(ends) : widen(ends, unit);
  // As many digits as are needed to tell neighbouring ticks apart.
  const spans = Math.max(Math.abs(low), Math.abs(high)) / (high - low);
  const digits = Math.min(15, 3 + Math.max(0, Math.ceil(Math.log10(spans))));
  return {
    scale: {
      type,
      domain: [low, high],
      // Rounding would take the largest numbers and powers of ten out of float64.
      nice: type === "linear" && unit === 1,
      transform: (value) => value / unit,
    },
    text: (tick) => formatTick(tick * unit, digits),
    ticks: type === "log" ? logTicks(low, high) : undefined,
    tickSpacing: beside ? Math.max(80, 16 * digits) : 50,
  };
}

function widen(ends: Ends, unit: number): Ends {
  const [low, high] = [ends[0] / unit, ends[1] / unit];
  const size = Math.max(-low, high);
  if (high - low > Math.max(1e-12 * size, 1e-290)) return [low, high];
  const half = size > 1e-290 ? size / 2 : 1;
  const limit = Number.MAX_VALUE / unit;
  return [Math.max(-limit, low - half), Math.min(limit, high + half)];
}

function widenLog([low, high]: Ends): Ends {
  if (high / low > 1 + 1e-12) return [low, Math.max(high, 1e-290)];
  const top = Math.min(Number.MAX_VALUE, high * 2);
  return [Math.max(Number.MIN_VALUE, low / 2), Math.max(top, 1e-290)];
}

/**
 * Powers of ten, and 2 and 5 times each of them if there are few. Plot would label at most 1, 2 and
 * 3 times each, and nothing above 3,000 on an axis to 9,999. If the axis covers less than one power
 * of ten or more than ten, Plot's own ticks are good.
 */
function logTicks(low: number, high: number): number[] | undefined {
  const [first, last] = [Math.log10(low), Math.log10(high)];
  if (last - first < 1 || last - first > 10) return undefined;
  const ticks: number[] = [];
  for (let power = Math.floor(first); power <= last; power++) {
    // Read from text: 10 ** -5 is not the number nearest to 0.00001.
    for (const factor of last - first > 4 ? [1] : [1, 2, 5]) {
      ticks.push(Number(`${factor}e${power}`));
    }
  }
  return ticks.filter((tick) => low <= tick && tick <= high);
}
