// Derivatives by differences, with an estimate of how far they may be off.

import type { DType, FloatArray } from "../check/dtype.ts";

/** A function's value as a sum of terms, and the sum of their sizes, which rounding goes by. */
export interface Sample {
  readonly sum: number;
  readonly size: number;
}

/** How a derivative is compared with a difference. */
export interface JudgeOptions {
  readonly dtype: DType;
  readonly epsilon: number;
  readonly tolerance: number;
}

/** What a difference says of a derivative. */
export interface Judgement {
  /** The difference. */
  readonly expected: number;
  /** The error, relative to the larger of the two. */
  readonly error: number;
  /** Whether they agree; "undecided" where rounding hides whether they do. */
  readonly verdict: "right" | "wrong" | "undecided";
}

/** Compares `got` with the difference at number `index`, which is nudged and put back. */
export function judge(
  got: number,
  numbers: FloatArray,
  index: number,
  sample: () => Sample,
  { dtype, epsilon, tolerance }: JudgeOptions,
): Judgement {
  const at = numbers[index] ?? NaN;
  const measure = (h: number) => difference(numbers, index, h, sample, dtype);
  const h = epsilon * Math.max(1, Math.abs(at));
  const first = measure(h);
  if (first.isLost) {
    throw new RangeError(
      `Cannot check gradients: a step of epsilon ${epsilon} is lost beside ${at} in ${dtype}`,
    );
  }
  const error = errorOf(first.slope, got);
  if (error <= tolerance) return { expected: first.slope, error, verdict: "right" };
  // Longer steps for what rounding hides, shorter ones for what bends, or is not defined further off.
  const steps = [16 * h, 4 * h, h, h / 4, h / 16];
  if (at !== 0 && Math.abs(at) < 1) steps.push(epsilon * Math.abs(at), epsilon * Math.abs(at) / 4);
  const tried = steps.map(measure);
  let best = { slope: first.slope, off: Infinity };
  tried.slice(1).forEach(({ slope, noise }, i) => {
    const off = noise + Math.abs(slope - (tried[i]?.slope ?? NaN));
    if (off < best.off) best = { slope, off };
  });
  const own = errorOf(best.slope, got);
  if (own <= tolerance) return { expected: best.slope, error: own, verdict: "right" };
  const hidden = Math.abs(best.slope - got) <= best.off && best.off < Infinity;
  return { expected: best.slope, error: own, verdict: hidden ? "undecided" : "wrong" };
}

/** The error relative to the larger of two numbers; NaN, which no tolerance admits, where one is NaN. */
function errorOf(expected: number, got: number): number {
  if (Object.is(expected, got) || expected === got) return 0;
  return Math.abs(expected - got) / Math.max(Math.abs(expected), Math.abs(got));
}

function difference(
  numbers: FloatArray,
  index: number,
  h: number,
  sample: () => Sample,
  dtype: DType,
): { slope: number; noise: number; isLost: boolean } {
  const at = numbers[index] ?? NaN;
  try {
    numbers[index] = at + h;
    const [above, right] = [sample(), numbers[index] ?? NaN];
    numbers[index] = at - h;
    const [below, left] = [sample(), numbers[index] ?? NaN];
    // Half a unit in the last place of every term, and a few more for how it was computed.
    const unit = dtype === "float32" ? 2 ** -22 : 2 ** -51;
    return {
      slope: (above.sum - below.sum) / (right - left),
      noise: unit * (above.size + below.size) / (right - left),
      isLost: right === left,
    };
  } finally {
    numbers[index] = at;
  }
}
