// Where axis ticks stand and how far axes reach.

/** A linear axis or one by powers of ten. */
export type AxisScale = "linear" | "log";

/** Returns the smallest and the largest finite value; [1, 1] if there is none, which any axis can show. */
export function extent(values: readonly number[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [1, 1];
}

/** Returns the reach of an axis over the values, with some air around them. */
export function axisDomain(values: readonly number[], scale: AxisScale): [number, number] {
  const [low, high] = extent(values);
  if (scale === "log") {
    const air = Math.max(1.05, (high / low) ** 0.04);
    return [low / air, high * air];
  }
  const air = 0.04 * (high - low) || Math.abs(high) / 2 || 1;
  // An axis that starts at zero anyway ends there: below zero there is nothing.
  return [low >= 0 && low - air < 0 ? 0 : low - air, high + air];
}

/** Returns the reach of the axis that bars stand on: from zero, or from a power of ten below them all. */
export function barDomain(heights: readonly number[], scale: AxisScale): [number, number] {
  const [low, high] = extent(heights);
  if (scale === "log") {
    const base = 10 ** Math.floor(Math.log10(low / 1.3));
    return [base, high * (high / base) ** 0.06];
  }
  const air = 0.06 * (Math.max(0, high) - Math.min(0, low)) || 1;
  return [low < 0 ? low - air : 0, high > 0 ? high + air : 0];
}

/** Returns at most about `most` round ticks inside the reach of an axis; on a long log axis, powers of ten. */
export function axisTicks(
  [low, high]: readonly [number, number],
  scale: AxisScale,
  most = 10,
): number[] {
  if (scale === "log") {
    const decades = Math.log10(high / low);
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil(decades / most));
    const factors = 3 * decades > most ? [1] : decades >= 1 ? [1, 2, 5] : [];
    const ticks: number[] = [];
    for (let power = first - 1; power <= last && factors.length > 0; power++) {
      if (power % every !== 0) continue;
      // Read from text: 10 ** -5 is not the number nearest to 0.00001.
      ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
    }
    const inside = ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
    if (inside.length >= 2) return inside;
  }
  const span = high - low;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => span / step <= most) ??
    span;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9 * span; index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}
