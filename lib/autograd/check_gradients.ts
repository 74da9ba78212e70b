// Gradients against central differences, which know nothing of how an op takes its derivative.

import {
  type CheckGradientsOptions,
  checkRequest,
  checkResult,
  describeMismatches,
  type GradientMismatch,
} from "../check/differences.ts";
import { CheckError } from "../check/errors.ts";
import { formatPosition } from "../check/shape.ts";
import { judge, type Sample } from "../kernels/differences.ts";
import { tensor } from "./create.ts";
import { mul } from "./ops/elementwise.ts";
import { noGrad } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** What {@linkcode checkGradients} found where all is well. */
export interface GradientReport {
  /** How many gradient entries were compared. */
  readonly checked: number;
  /** The largest error of those that could be told, relative to the entry's own size. */
  readonly largestError: number;
  /** How many entries the dtype cannot tell: rounding hides a difference of the size of the tolerance. */
  readonly undecided: number;
}

/**
 * Compares every entry of the gradients of `inputs` with a central difference,
 * `(f(x + h) - f(x - h)) / (2 h)`, with `h = epsilon max(1, |x|)`.
 *
 * Where they differ by more than the tolerance, other steps are tried, and it is estimated how far rounding
 * and the step itself may be off: only a larger difference counts as wrong. A result of several numbers is
 * first added up with fixed weights, all different, so that no two errors cancel. The numbers and the
 * `grad` of the inputs are as before afterwards.
 *
 * @param fn Computes a tensor from the inputs, the same each time.
 * @param inputs Leaves with `requiresGrad`, whose numbers are nudged one by one.
 * @returns How many entries were compared, the largest error, and how many could not be told.
 * @throws {CheckError} If an entry is off; the message lists input, position, expected and got.
 * @throws {RangeError} If `epsilon` is so small that it is lost beside an input.
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
  checkRequest(fn, inputs, options);
  const before = inputs.map((input) => input.grad);
  const mismatches: GradientMismatch[] = [];
  let [checked, largestError, undecided] = [0, 0, 0];
  try {
    for (const input of inputs) input.grad = null;
    const terms = weigh(fn(...inputs));
    const loss = terms.sum();
    if (loss.requiresGrad) loss.backward();
    inputs.forEach((input, index) => {
      const dtype = input.dtype === "float32" ? input.dtype : terms.dtype;
      const [step, near] = dtype === "float32" ? [1e-2, 1e-2] : [1e-5, 1e-6];
      const { epsilon = step, tolerance = near } = options;
      const sample = () => noGrad(() => sampleOf(weigh(fn(...inputs))));
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

/** The entries of `y`, each of which counts differently. */
function weigh(y: Tensor): Tensor {
  checkResult(y);
  const weights = Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1));
  return mul(y, tensor(weights, { dtype: y.dtype, shape: y.shape }));
}

/** The sum of terms, and how large they are. */
function sampleOf(terms: Tensor): Sample {
  let [sum, size] = [0, 0];
  for (const each of terms.storage.numbers) {
    sum += each;
    size += Math.abs(each);
  }
  return { sum, size };
}
