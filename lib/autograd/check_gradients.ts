// Compares gradients with central differences, which do not use the ops' own derivatives.

import {
  type CheckGradientsOptions,
  checkRequest,
  checkResult,
  describeMismatches,
  type GradientMismatch,
} from "../check/differences.ts";
import { CheckError } from "../check/errors.ts";
import { formatPosition } from "../check/shape.ts";
import { judge } from "../kernels/differences.ts";
import { tensor } from "./create.ts";
import { mul } from "./ops/elementwise.ts";
import { noGrad } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** What {@linkcode checkGradients} found, if no gradient is wrong. */
export interface GradientReport {
  /** How many gradient entries were compared. */
  readonly checked: number;
  /** The largest error of the entries that could be decided, relative to the entry's own size. */
  readonly largestError: number;
  /** How many entries were undecided: rounding hides a difference as large as the tolerance. */
  readonly undecided: number;
}

/**
 * Compares every entry of the gradients of `inputs` with a central difference,
 * `(f(x + h) - f(x - h)) / (2 h)`, with `h = epsilon max(1, |x|)`.
 *
 * Where they differ by more than the tolerance, it tries other steps and estimates the errors of
 * rounding and of the step itself: only a larger difference counts as wrong. A result of several
 * numbers is first summed with fixed weights, all different, so that no two errors cancel.
 * Afterwards the inputs have the same numbers and the same `grad` as before.
 *
 * @param fn Computes a tensor from the inputs, the same each time.
 * @param inputs Leaves with `requiresGrad`, whose numbers are changed a little, one at a time.
 * @returns How many entries were compared, the largest error, and how many were undecided.
 * @throws {CheckError} If an entry is wrong; the message lists input, position, expected and got.
 * @throws {RangeError} If an input is not finite, or rounding loses `epsilon` beside it.
 * @throws {TypeError} If an input is not a leaf with `requiresGrad`, or `fn` returns no tensor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkGradients, tensor } from "@minimodel/core";
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
  checkRequest(fn, inputs, options);
  const before = inputs.map((input) => input.grad);
  const mismatches: GradientMismatch[] = [];
  let [checked, largestError, undecided] = [0, 0, 0];
  try {
    for (const input of inputs) input.grad = null;
    // deno-lint-ignore minimodel/no-spread-arguments -- a function has a few inputs
    const terms = weigh(fn(...inputs));
    const loss = terms.sum();
    if (loss.requiresGrad) loss.backward();
    inputs.forEach((input, index) => {
      const dtype = input.dtype === "float32" ? input.dtype : terms.dtype;
      const [step, near] = dtype === "float32" ? [1e-2, 1e-2] : [1e-5, 1e-6];
      const { epsilon = step, tolerance = near } = options;
      // deno-lint-ignore minimodel/no-spread-arguments -- a function has a few inputs
      const sample = () => noGrad(() => weigh(fn(...inputs)).storage.numbers.slice());
      for (let i = 0; i < input.size; i++, checked++) {
        const got = input.grad?.storage.numbers[i] ?? 0;
        const { expected, error, verdict } = judge(got, input.data, i, sample, {
          dtype,
          epsilon,
          tolerance,
        });
        if (verdict === "wrong") {
          mismatches.push({
            input: index,
            position: formatPosition(i, input.shape),
            expected,
            got,
          });
        } else if (verdict === "undecided") undecided++;
        else largestError = Math.max(largestError, error);
      }
    });
  } finally {
    inputs.forEach((input, index) => input.grad = before[index] ?? null);
  }
  if (mismatches.length > 0) throw new CheckError(describeMismatches(mismatches, checked));
  return { checked, largestError, undecided };
}

/** The entries of `y`, each multiplied by a different weight. */
function weigh(y: Tensor): Tensor {
  checkResult(y);
  const weights = Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1));
  return mul(y, tensor(weights, { dtype: y.dtype, shape: y.shape }));
}
