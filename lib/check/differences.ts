// What a check of gradients is asked, and how it tells what it found.

import { describe } from "./describe.ts";
import { checkFunction, checkOptions, type OptionNames } from "./options.ts";
import { isTensor } from "./tensors.ts";

/** Options of {@linkcode checkGradients}. */
export interface CheckGradientsOptions {
  /** Half the distance of the two points a difference is taken over, relative to max(1, |x|); 1e-5, 1e-2 for float32. */
  readonly epsilon?: number;
  /** Largest error allowed, relative to the entry's own size; 1e-6, 1e-2 for float32. */
  readonly tolerance?: number;
}

const checkNames: OptionNames<CheckGradientsOptions> = {
  epsilon: ["eps", "step"],
  tolerance: ["tol", "atol", "rtol"],
};

/** A gradient entry that is not what the differences say. */
export interface GradientMismatch {
  /** Which input, from 0. */
  readonly input: number;
  /** Where in it, as `[i, j]`. */
  readonly position: string;
  /** What the central difference says. */
  readonly expected: number;
  /** What `backward` gave. */
  readonly got: number;
}

/** Refuses a function that is none, inputs that are not all leaves, and bounds that are no numbers. */
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

/** Refuses a function that gives no tensor. */
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
  const got = isTensor(input) ? "a tensor that is none" : describe(input);
  throw new TypeError(
    `Cannot check gradients of input ${index}: wanted a leaf with requiresGrad, got ${got}`,
  );
}

/** The message that tells the first of the entries that are off. */
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
