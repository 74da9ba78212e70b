// The arguments of `checkGradients`, and the message about what it found.

import { describe } from "./describe.ts";
import { checkFunction, checkOptions, type OptionNames } from "./options.ts";
import { isTensor } from "./tensors.ts";

/** Options of {@linkcode checkGradients}. */
export interface CheckGradientsOptions {
  /**
   * Half the distance between the two points of a difference, relative to max(1, |x|); 1e-5 by
   * default, 1e-2 for float32.
   */
  readonly epsilon?: number;
  /** Largest error allowed, relative to the entry's own size; 1e-6 by default, 1e-2 for float32. */
  readonly tolerance?: number;
}

const checkNames: OptionNames<CheckGradientsOptions> = {
  epsilon: ["eps", "step", "delta", "h"],
  tolerance: ["tol", "atol", "rtol"],
};

/** An entry of a gradient that differs from the central difference. */
export interface GradientMismatch {
  /** Which input, from 0. */
  readonly input: number;
  /** Where in it, as `[i, j]`. */
  readonly position: string;
  /** The central difference. */
  readonly expected: number;
  /** What `backward` computed. */
  readonly got: number;
}

/** Refuses anything but a function, an array of leaves, and bounds that are numbers. */
export function checkRequest(fn: unknown, inputs: unknown, options: CheckGradientsOptions): void {
  checkFunction("check gradients", fn);
  if (!Array.isArray(inputs)) {
    throw new TypeError(
      `Cannot check gradients: inputs must be an array of tensors, got ${describe(inputs)}`,
    );
  }
  for (const [index, input] of inputs.entries()) checkLeaf(input, index);
  checkOptions("check gradients", options, checkNames);
  checkBounds(options);
}

/** Refuses a result of the function that is not a tensor. */
export function checkResult(y: unknown): void {
  if (isTensor(y)) return;
  throw new TypeError(`Cannot check gradients: fn must return a tensor, got ${describe(y)}`);
}

function checkBounds({ epsilon = 1, tolerance = 0 }: CheckGradientsOptions): void {
  const refuse = (wanted: string, got: unknown): never => {
    throw new RangeError(`Cannot check gradients: ${wanted}, got ${describe(got)}`);
  };
  if (!Number.isFinite(epsilon) || epsilon <= 0) {
    refuse("epsilon must be a number above 0", epsilon);
  }
  if (!Number.isFinite(tolerance) || tolerance < 0) {
    refuse("tolerance must be a number from 0", tolerance);
  }
}

function checkLeaf(input: unknown, index: number): void {
  if (isTensor(input) && input.requiresGrad && input.tape === null) return;
  const made = isTensor(input) && input.tape !== null;
  const tensor = made ? "a tensor that an op made" : "a tensor without requiresGrad";
  const got = isTensor(input) ? tensor : describe(input);
  throw new TypeError(
    `Cannot check gradients of input ${index}: wanted a leaf with requiresGrad, got ${got}`,
  );
}

/** The message about wrong entries: how many there are, and the first five. */
export function describeMismatches(
  mismatches: readonly GradientMismatch[],
  checked: number,
): string {
  const shown = mismatches.slice(0, 5).map(({ input, position, expected, got }) =>
    `  input ${input} at ${position}: expected ${expected.toPrecision(7)}, got ${
      got.toPrecision(7)
    }`
  );
  const more = mismatches.length > shown.length
    ? [`  and ${mismatches.length - shown.length} more`]
    : [];
  return [
    `Gradients are wrong at ${mismatches.length} of ${checked} entries:`,
    ...shown,
    ...more,
  ].join("\n");
}
