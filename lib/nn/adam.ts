// Adam and AdamW, with PyTorch's formulas. A RowGradient updates its own rows and no others.

import { RowGradient } from "../autograd/row_gradient.ts";
import type { Parameter } from "../autograd/parameter.ts";
import type { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { keepName, refuseUnknownProperties } from "../check/properties.ts";
import * as kernels from "../kernels/dispatch.ts";
import { scaleInPlace } from "../kernels/elementwise.ts";
import type { Storage } from "../kernels/storage.ts";
import { checkRates, Optimizer, type Slot, type UpdateRule } from "./optimizer.ts";

/** Options of {@linkcode Adam}. */
export interface AdamOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decay of m and v, running means of the gradient and its square; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of v; 1e-8 by default. */
  readonly eps?: number;
  /** How much of the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

const adamNames: OptionNames<AdamOptions> = {
  lr: ["learningRate", "eta", "stepSize", "alpha"],
  betas: ["beta", "beta1", "beta2", "b1", "b2"],
  eps: ["epsilon"],
  weightDecay: ["l2", "decay"],
};

/**
 * Adam (Kingma and Ba, 2015), like torch.optim.Adam: `m` and `v` are running means of the gradient
 * and of its square, and `p -= lr (m / (1 - beta1^t)) / ((v / (1 - beta2^t))^(1/2) + eps)`. For a
 * RowGradient it is like torch.optim.SparseAdam, which adds eps to `v^(1/2)` before the correction.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Adam, Parameter, tensor } from "@minimodel/core";
 *
 * const p = new Parameter(tensor(3));
 * const optimizer = new Adam([p], { lr: 0.1 });
 * p.mul(p).backward();
 * optimizer.step();
 * assertAlmostEquals(p.item(), 2.9); // the first step is lr long
 * ```
 */
export class Adam extends Optimizer {
  static {
    keepName(Adam, "Adam");
    refuseUnknownProperties(Adam);
  }

  /**
   * Makes an optimiser of `parameters`.
   *
   * @throws {TypeError} If `parameters` is not an array of Parameters, or an option is unknown.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    super(adam, parameters, options);
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), like torch.optim.AdamW: first
 * `p -= lr weightDecay p`, then a step of Adam without weight decay. Options are those of
 * {@linkcode Adam}; `weightDecay` is 0.01 by default.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { AdamW, Parameter, tensor } from "@minimodel/core";
 *
 * const p = new Parameter(tensor(3));
 * const optimizer = new AdamW([p], { lr: 0.1 });
 * p.mul(p).backward();
 * optimizer.step();
 * assertAlmostEquals(p.item(), 3 - 0.1 * 0.01 * 3 - 0.1);
 * ```
 */
export class AdamW extends Optimizer {
  static {
    keepName(AdamW, "AdamW");
    refuseUnknownProperties(AdamW);
  }

  /**
   * Makes an optimiser of `parameters`.
   *
   * @throws {TypeError} If `parameters` is not an array of Parameters, or an option is unknown.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    super(adamW, parameters, options);
  }
}

const adam: UpdateRule<Required<AdamOptions>> = {
  name: "Adam",
  check: (doing, options) => adamOptions(doing, options, 0),
  remembers: () => ["m", "v"],
  start: () => 0,
  everyRow: ({ weightDecay }) => weightDecay !== 0 ? "Adam with weightDecay" : undefined,
  move: adamStep,
};

const adamW: UpdateRule<Required<AdamOptions>> = {
  ...adam,
  name: "AdamW",
  check: (doing, options) => adamOptions(doing, options, 0.01),
  everyRow: ({ weightDecay }) => weightDecay !== 0 ? "AdamW with weightDecay" : undefined,
  move(parameter, gradient, slot, options) {
    scaleInPlace(parameter, 1 - options.lr * options.weightDecay);
    adamStep(parameter, gradient, slot, { ...options, weightDecay: 0 });
  },
};

function adamStep(
  parameter: Storage,
  gradient: Tensor,
  { steps, numbers: { m, v } }: Slot,
  { lr, betas: [beta1, beta2], eps, weightDecay }: Required<AdamOptions>,
): void {
  if (m === undefined || v === undefined) return;
  const correction1 = 1 - beta1 ** steps;
  const correction2 = 1 - beta2 ** steps;
  const factors = { lr, beta1, beta2, eps, weightDecay, correction1, correction2 };
  if (gradient instanceof RowGradient) {
    const { rows, values } = gradient.sparse();
    kernels.adamRows(parameter, values.storage, rows, m, v, factors);
  } else kernels.adam(parameter, gradient.storage, m, v, factors);
}

function adamOptions(
  doing: string,
  options: AdamOptions,
  decay: number,
): Required<AdamOptions> {
  checkOptions(doing, options, adamNames);
  const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = decay } = options;
  checkRates(doing, { lr, eps, weightDecay });
  if (
    !Array.isArray(betas) || betas.length !== 2 ||
    !betas.every((beta) => Number.isFinite(beta) && beta >= 0 && beta < 1)
  ) {
    const got = Array.isArray(betas) && betas.length <= 9
      ? `[${Array.from(betas, describe).join(", ")}]`
      : describe(betas);
    throw new RangeError(`Cannot ${doing}: betas must be two numbers in [0, 1), got ${got}`);
  }
  return { lr, betas: [betas[0], betas[1]], eps, weightDecay };
}
