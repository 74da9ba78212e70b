// Scaling down gradients that are too long.

import { RowGradient, storagesOf } from "../autograd/row_gradient.ts";
import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { scaleInPlace } from "../kernels/elementwise.ts";
import { normOf } from "../kernels/norms.ts";

/** Options of {@linkcode clipGradNorm}. */
export interface ClipGradNormOptions {
  /** The p of the p-norm; 2 by default, Infinity for the largest number. */
  readonly normType?: number;
}

const clipNames: OptionNames<ClipGradNormOptions> = { normType: ["p", "ord"] };

/**
 * Scales the gradients of parameters in place, so that the norm of all of them together is at most
 * `maxNorm`; returns the norm that they had before. Like torch.nn.utils.clip_grad_norm_, and the
 * same for a RowGradient. If that norm is not finite, the scaled gradients are of no use.
 *
 * @throws {TypeError} If `parameters` is not an array of Parameters, or an option is unknown.
 * @throws {RangeError} If `maxNorm` or `normType` is out of range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { clipGradNorm, Parameter, tensor } from "@minimodel/core";
 *
 * const p = new Parameter(tensor([3, 4]));
 * p.mul(p).sum().backward(); // the gradient is [6, 8]
 * assertEquals(clipGradNorm([p], 1), 10);
 * assertAlmostEquals(p.grad?.data[0] ?? 0, 0.6, 1e-6);
 * ```
 */
export function clipGradNorm(
  parameters: readonly Parameter[],
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  const doing = "clip gradients";
  // Unlike `every`, findIndex does not skip the holes of an array.
  const wrong = (each: unknown) => !(each instanceof Parameter);
  if (!Array.isArray(parameters) || parameters.findIndex(wrong) >= 0) {
    throw new TypeError(
      `Cannot ${doing}: wanted an array of Parameters, got ${describe(parameters)}`,
    );
  }
  checkOptions(doing, options, clipNames);
  const { normType = 2 } = options;
  for (const [name, value] of Object.entries({ maxNorm, normType })) {
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be a number above 0, got ${describe(value)}`,
      );
    }
  }
  const gradients = [...new Set(parameters)].flatMap(({ grad }) => {
    if (grad === null || grad instanceof Tensor) return grad ?? [];
    throw new TypeError(`Cannot ${doing}: a gradient must be a tensor, got ${describe(grad)}`);
  });
  const norms = gradients.map((grad) =>
    normOf((grad instanceof RowGradient ? grad.values : grad).storage.numbers, normType)
  );
  const total = normOf(Float64Array.from(norms), normType);
  // The 1e-6 is torch's, which keeps the result just below the limit.
  const factor = Math.min(maxNorm / (total + 1e-6), 1);
  for (const grad of gradients) {
    for (const storage of storagesOf(grad)) scaleInPlace(storage, factor);
  }
  return total;
}
