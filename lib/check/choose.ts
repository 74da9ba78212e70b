// The arguments of `clip`: bounds.

import { describe } from "./describe.ts";
import { checkOptions, type OptionNames } from "./options.ts";

/** Options of `clip`. */
export interface ClipOptions {
  /** The lower bound; no bound by default. */
  readonly min?: number;
  /** The upper bound; no bound by default. */
  readonly max?: number;
}

const clipNames: OptionNames<ClipOptions> = {
  min: ["low", "lower", "aMin", "minimum", "minValue", "clipValueMin"],
  max: ["high", "upper", "aMax", "maximum", "maxValue", "clipValueMax"],
};

/** Validates bounds and returns both; a missing one is infinite. */
export function checkClip(options: ClipOptions): { min: number; max: number } {
  checkOptions("clip", options, clipNames);
  const { min = -Infinity, max = Infinity } = options;
  if (options.min === undefined && options.max === undefined) {
    throw new TypeError("Cannot clip without bounds: wanted { min }, { max } or both");
  }
  for (const [name, bound] of Object.entries({ min, max })) {
    if (typeof bound !== "number" || Number.isNaN(bound)) {
      throw new RangeError(`Cannot clip: ${name} must be a number, got ${describe(bound)}`);
    }
  }
  if (min > max) {
    throw new RangeError(`Cannot clip: min must be at most max, got ${min} and ${max}`);
  }
  return { min, max };
}
