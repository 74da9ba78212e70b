// Gradients against central differences, which know nothing of how an op takes its derivative.

import { CheckError } from "../errors.ts";
import { describe } from "./_describe.ts";
import { checkFunction, checkOptions } from "./_options.ts";
import { formatPosition } from "./_shape.ts";
import { tensor } from "./create.ts";
import { mul, sum } from "./ops.ts";
import { noGrad, Tensor } from "./tensor.ts";

/** Options of {@linkcode checkGradients}. */
export interface CheckGradientsOptions {
  /** Half the distance of the two points a difference is taken over; 1e-6, 1e-2 for float32. */
  readonly epsilon?: number;
  /** Largest error allowed, relative to max(1, |expected|); 1e-6, 1e-2 for float32. */
  readonly tolerance?: number;
}

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

/** What {@linkcode checkGradients} found where all is well. */
export interface GradientReport {
  /** How many gradient entries were compared. */
  readonly checked: number;
  /** The largest error, relative to max(1, |expected|). */
  readonly largestError: number;
}

/**
 * Compares every entry of the gradients of `inputs` with a central difference,
 * `(f(x + epsilon) - f(x - epsilon)) / (2 epsilon)`.
 *
 * A result of several numbers is first added up with fixed weights, all different, so that no two
 * errors cancel. The numbers and the `grad` of the inputs are as before afterwards.
 *
 * @param fn Computes a tensor from the inputs, the same each time.
 * @param inputs Leaves with `requiresGrad`, whose numbers are nudged one by one.
 * @returns How many entries were compared, and the largest error.
 * @throws {CheckError} If an entry is off; the message lists input, position, expected and got.
 * @throws {TypeError} If an input is no leaf with `requiresGrad`, or `fn` gives no tensor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkGradients, tensor } from "minimodel";
 *
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * assertEquals(checkGradients(() => x.mul(x).sum(), [x]).checked, 3);
 * ```
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: CheckGradientsOptions = {},
): GradientReport {
  checkFunction("check gradients", fn);
  if (!Array.isArray(inputs)) {
    throw new TypeError(
      `Cannot check gradients: inputs must be an array of tensors, got ${describe(inputs)}`,
    );
  }
  for (const [index, input] of inputs.entries()) checkLeaf(input, index);
  checkOptions("check gradients", options);
  checkBounds(options);
  const before = inputs.map((input) => input.grad);
  const mismatches: GradientMismatch[] = [];
  let checked = 0;
  let largestError = 0;
  try {
    for (const input of inputs) input.grad = null;
    const y = weigh(fn(...inputs));
    if (y.requiresGrad) y.backward();
    inputs.forEach((input, index) => {
      const float32 = input.dtype === "float32" || y.dtype === "float32";
      const { epsilon = float32 ? 1e-2 : 1e-6, tolerance = float32 ? 1e-2 : 1e-6 } = options;
      for (let i = 0; i < input.size; i++) {
        const expected = noGrad(() =>
          difference(() => weigh(fn(...inputs)).item(), input, i, epsilon)
        );
        const got = input.grad?.data[i] ?? 0;
        const error = Object.is(expected, got)
          ? 0
          : Math.abs(expected - got) / Math.max(1, Math.abs(expected));
        checked++;
        // A NaN on either side makes the error NaN, which no tolerance admits.
        if (!(error <= tolerance)) {
          mismatches.push({
            input: index,
            position: formatPosition(i, input.shape),
            expected,
            got,
          });
        }
        if (!(error <= largestError)) largestError = error;
      }
    });
  } finally {
    inputs.forEach((input, index) => input.grad = before[index]);
  }
  if (mismatches.length > 0) throw new CheckError(describeMismatches(mismatches, checked));
  return { checked, largestError };
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
  if (input instanceof Tensor && input.requiresGrad && input.tape === null) return;
  const got = input instanceof Tensor ? "a tensor that is none" : describe(input);
  throw new TypeError(
    `Cannot check gradients of input ${index}: wanted a leaf with requiresGrad, got ${got}`,
  );
}

/** One number from all of `y`, in which each entry counts differently. */
function weigh(y: unknown): Tensor {
  if (!(y instanceof Tensor)) {
    throw new TypeError(`Cannot check gradients: fn must return a tensor, got ${describe(y)}`);
  }
  const weights = Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1));
  return sum(mul(y, tensor(weights, { dtype: y.dtype, shape: y.shape })));
}

function difference(loss: () => number, input: Tensor, index: number, epsilon: number): number {
  const { data } = input;
  const at = data[index];
  try {
    data[index] = at + epsilon;
    const [above, right] = [loss(), data[index]];
    data[index] = at - epsilon;
    const [below, left] = [loss(), data[index]];
    return (above - below) / (right - left);
  } finally {
    data[index] = at;
  }
}

function describeMismatches(mismatches: readonly GradientMismatch[], checked: number): string {
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
