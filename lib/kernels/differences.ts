// Derivatives by differences, with an estimate of their error.

import type { DType, FloatArray } from "../check/dtype.ts";

/** How a derivative is compared with a difference. */
export interface JudgeOptions {
  readonly dtype: DType;
  readonly epsilon: number;
  readonly tolerance: number;
}

/** How a derivative compares with a difference. */
export interface Judgement {
  /** The difference. */
  readonly expected: number;
  /** The error, relative to the larger of the two. */
  readonly error: number;
  /** Whether they agree; "undecided" if rounding hides it. */
  readonly verdict: "right" | "wrong" | "undecided";
}

/**
 * Compares `got` with the difference at number `index`, which is changed a little and restored;
 * `sample` returns the terms whose sum is the function's value.
 */
export function judge(
  got: number,
  numbers: FloatArray,
  index: number,
  sample: () => FloatArray,
  { dtype, epsilon, tolerance }: JudgeOptions,
): Judgement {
  const at = numbers[index] ?? NaN;
  if (!Number.isFinite(at)) {
    throw new RangeError(
      `Cannot check gradients at ${at}: there are no numbers on both sides of it`,
    );
  }
  const measure = (h: number) => difference(numbers, index, h, sample, dtype);
  const h = epsilon * Math.max(1, Math.abs(at));
  const first = measure(h);
  if (first.isLost) {
    throw new RangeError(
      `Cannot check gradients: a step of epsilon ${epsilon} is lost beside ${at} in ${dtype}`,
    );
  }
  if (first.hasNaN && first.slope === 0 && got !== 0) {
    const agree = Number.isNaN(got);
    return { expected: NaN, error: agree ? 0 : NaN, verdict: agree ? "right" : "wrong" };
  }
  const error = errorOf(first.slope, got);
  if (error <= tolerance) return { expected: first.slope, error, verdict: "right" };
  // Longer steps help where rounding hides the slope, shorter ones where the function bends or
  // where it is not defined farther away.
  const steps = [16 * h, 4 * h, h, h / 4, h / 16];
  if (at !== 0 && Math.abs(at) < 1) steps.push(epsilon * Math.abs(at), epsilon * Math.abs(at) / 4);
  const tried = steps.map(measure);
  let best = { slope: first.slope, off: Infinity };
  tried.slice(1).forEach(({ slope, noise }, i) => {
    const off = noise + Math.abs(slope - (tried[i]?.slope ?? NaN));
    // A shorter step that clearly differs does not reach over a kink or a pole, as longer ones do.
    const differs = Math.abs(slope - best.slope) > off + best.off;
    if (off < best.off || differs) best = { slope, off };
  });
  const own = errorOf(best.slope, got);
  if (own <= tolerance) return { expected: best.slope, error: own, verdict: "right" };
  const hidden = Math.abs(best.slope - got) <= best.off && best.off < Infinity;
  return { expected: best.slope, error: own, verdict: hidden ? "undecided" : "wrong" };
}

/**
 * The error relative to the larger of two numbers; NaN, which no tolerance accepts, if one is NaN.
 */
function errorOf(expected: number, got: number): number {
  if (Object.is(expected, got) || expected === got) return 0;
  return Math.abs(expected - got) / Math.max(Math.abs(expected), Math.abs(got));
}

function difference(
  numbers: FloatArray,
  index: number,
  h: number,
  sample: () => FloatArray,
  dtype: DType,
): { slope: number; noise: number; isLost: boolean; hasNaN: boolean } {
  const at = numbers[index] ?? NaN;
  try {
    numbers[index] = at + h;
    const [above, right] = [sample(), numbers[index] ?? NaN];
    numbers[index] = at - h;
    const [below, left] = [sample(), numbers[index] ?? NaN];
    let [change, size, hasNaN] = [0, 0, false];
    above.forEach((high, i) => {
      const low = below[i] ?? NaN;
      if (Number.isNaN(high) && Number.isNaN(low)) hasNaN = true;
      // A NaN or infinity that stays must not hide the terms that change.
      if (Object.is(high, low) && !Number.isFinite(high)) return;
      change += high - low;
      size += Math.abs(high) + Math.abs(low);
    });
    // Half a unit in the last place of every term, and a few more for how it was computed.
    const unit = dtype === "float32" ? 2 ** -22 : 2 ** -51;
    return {
      slope: change / (right - left),
      noise: unit * size / (right - left),
      isLost: right === left,
      hasNaN,
    };
  } finally {
    numbers[index] = at;
  }
}
