// Element-wise functions. Each op has its formula in ../../kernels/rules.ts and its derivative
// here: `dy` is the gradient with respect to the result `y`, `dx` the one with respect to an input
// `x`. If an input was broadcast, the tape sums its gradient over the repeated axes. Every function
// of this file is public, and a method of Tensor.

import { elementwise, needs, type Operand, pointwise, reads, slope, slopes } from "./_forward.ts";
import { refuseOptions } from "../../check/options.ts";
import type { Tensor } from "../tensor.ts";

export type { Operand };

/**
 * Sum with broadcasting: `y = a + b`.
 *
 * @throws {TypeError} If dtypes differ, or shapes do not broadcast, as in all ops of two operands.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, tensor } from "@minimodel/core";
 *
 * assertEquals(add(tensor([1, 2]), 3).toArray(), [4, 5]);
 * ```
 */
export function add(a: Operand, b: Operand): Tensor {
  // Backward: da = dy, db = dy
  return elementwise("add", a, b, (dy) => [dy, dy]);
}

/**
 * Difference with broadcasting: `y = a - b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sub, tensor } from "@minimodel/core";
 *
 * assertEquals(sub(1, tensor([1, 2])).toArray(), [0, -1]);
 * ```
 */
export function sub(a: Operand, b: Operand): Tensor {
  // Backward: da = dy, db = -dy
  return elementwise("sub", a, b, (dy, _a, b) => [dy, b.requiresGrad ? neg(dy) : null]);
}

/**
 * Product, entry by entry, with broadcasting: `y = a b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul, tensor } from "@minimodel/core";
 *
 * assertEquals(mul(tensor([1, 2]), tensor([3, 4])).toArray(), [3, 8]);
 * ```
 */
export function mul(a: Operand, b: Operand): Tensor {
  // Backward: da = dy b, db = dy a
  return elementwise("mul", a, b, (dy, a, b) => [
    a.requiresGrad ? mul(dy, b) : null,
    b.requiresGrad ? mul(dy, a) : null,
  ], needs.theOther);
}

/**
 * Quotient with broadcasting: `y = a / b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { div, tensor } from "@minimodel/core";
 *
 * assertEquals(div(tensor([1, 2]), 4).toArray(), [0.25, 0.5]);
 * ```
 */
export function div(a: Operand, b: Operand): Tensor {
  // Backward: da = dy / b, db = -dy a / b^2
  return elementwise("div", a, b, (dy, a, b) => [
    a.requiresGrad ? div(dy, b) : null,
    b.requiresGrad ? neg(mul(dy, div(div(a, b), b))) : null,
  ], needs.divisorAndBoth);
}

/**
 * Power with broadcasting: `y = a^b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pow, tensor } from "@minimodel/core";
 *
 * assertEquals(pow(tensor([1, 2, 3]), 2).toArray(), [1, 4, 9]);
 * ```
 */
export function pow(a: Operand, b: Operand): Tensor {
  // Backward: da = dy b a^(b - 1), 0 where b is 0; db = dy a^b log a, 0 where a is 0 and b >= 0
  return elementwise("pow", a, b, (dy, a, b) => [
    a.requiresGrad ? mul(dy, slopes("powBaseSlope", a, b)) : null,
    b.requiresGrad ? mul(dy, slopes("powExponentSlope", a, b)) : null,
  ], needs.both);
}

/**
 * Negation: `y = -x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { neg, tensor } from "@minimodel/core";
 *
 * assertEquals(neg(tensor([1, -2])).toArray(), [-1, 2]);
 * ```
 */
export function neg(x: Tensor): Tensor {
  // Backward: dx = -dy
  return pointwise("neg", x, (dy) => neg(dy));
}

/**
 * Exponential: `y = e^x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exp, tensor } from "@minimodel/core";
 *
 * assertEquals(exp(tensor([0, 1])).toArray(), [1, Math.E]);
 * ```
 */
export function exp(x: Tensor): Tensor {
  // Backward: dx = dy y
  return pointwise("exp", x, (dy, _x, y) => mul(dy, y));
}

/**
 * Natural logarithm: `y = log x`; NaN below 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { log, tensor } from "@minimodel/core";
 *
 * assertEquals(log(tensor([1, 0])).toArray(), [0, -Infinity]);
 * ```
 */
export function log(x: Tensor): Tensor {
  // Backward: dx = dy / x
  return pointwise("log", x, (dy, x) => div(dy, x), reads.x);
}

/**
 * Square root: `y = x^(1/2)`; NaN below 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sqrt, tensor } from "@minimodel/core";
 *
 * assertEquals(sqrt(tensor([4, 9])).toArray(), [2, 3]);
 * ```
 */
export function sqrt(x: Tensor): Tensor {
  // Backward: dx = dy / (2 y)
  return pointwise("sqrt", x, (dy, _x, y) => div(dy, mul(y, 2)));
}

/**
 * Hyperbolic tangent: `y = tanh x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tanh, tensor } from "@minimodel/core";
 *
 * assertEquals(tanh(tensor([0, Infinity])).toArray(), [0, 1]);
 * ```
 */
export function tanh(x: Tensor): Tensor {
  // Backward: dx = dy (1 - y^2)
  return pointwise("tanh", x, (dy, _x, y) => mul(dy, sub(1, mul(y, y))));
}

/**
 * Rectifier: `y = max(x, 0)`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { relu, tensor } from "@minimodel/core";
 *
 * assertEquals(relu(tensor([-1, 2])).toArray(), [0, 2]);
 * ```
 */
export function relu(x: Tensor): Tensor {
  // Backward: dx = dy where y > 0, else 0
  return pointwise("relu", x, (dy, _x, y) => slopes("reluMask", dy, y));
}

/**
 * Logistic function: `y = 1 / (1 + e^-x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sigmoid, tensor } from "@minimodel/core";
 *
 * assertEquals(sigmoid(tensor([0, 1000, -1000])).toArray(), [0.5, 1, 0]);
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  // Backward: dx = dy y (1 - y)
  return pointwise("sigmoid", x, (dy, _x, y) => mul(mul(dy, y), sub(1, y)));
}

/**
 * Logarithm of the logistic function: `y = -log(1 + e^-x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logSigmoid, tensor } from "@minimodel/core";
 *
 * assertEquals(logSigmoid(tensor([1000, -1000])).toArray(), [0, -1000]);
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  // Backward: dx = dy sigmoid(-x)
  return pointwise("logSigmoid", x, (dy, x) => mul(dy, sigmoid(neg(x))), reads.x);
}

/**
 * Soft rectifier: `y = log(1 + e^x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softplus, tensor } from "@minimodel/core";
 *
 * assertEquals(softplus(tensor([0, 1000, -1000])).toArray(), [Math.LN2, 1000, 0]);
 * ```
 */
export function softplus(x: Tensor): Tensor {
  // Backward: dx = dy sigmoid(x)
  refuseOptions("softplus", arguments[1]);
  return pointwise("softplus", x, (dy, x) => mul(dy, sigmoid(x)), reads.x);
}

/**
 * Gaussian error linear unit, approximated by tanh as in GPT-2: `y = x (1 + tanh(u)) / 2` with
 * `u = (2 / pi)^(1/2) (x + 0.044715 x^3)` (Hendrycks and Gimpel, 2016).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { gelu, tensor } from "@minimodel/core";
 *
 * assertEquals(gelu(tensor([0, 100])).toArray(), [0, 100]);
 * assertAlmostEquals(gelu(tensor(1)).item(), 0.8412, 1e-4);
 * ```
 */
export function gelu(x: Tensor): Tensor {
  // Backward: dx = dy ((1 + t) / 2 + x (1 - t^2) u' / 2) with t = tanh(u)
  refuseOptions("gelu", arguments[1]);
  return pointwise("gelu", x, (dy, x) => mul(dy, slope("geluSlope", x)), reads.x);
}

/**
 * Absolute value: `y = |x|`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { abs, tensor } from "@minimodel/core";
 *
 * assertEquals(abs(tensor([-1, 2])).toArray(), [1, 2]);
 * ```
 */
export function abs(x: Tensor): Tensor {
  // Backward: dx = dy sign(x), 0 at 0
  return pointwise("abs", x, (dy, x) => mul(dy, slope("sign", x)), reads.x);
}
