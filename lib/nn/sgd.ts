// Stochastic gradient descent and Adagrad, with PyTorch's formulas. A RowGradient updates its own
// rows and no others.

import { RowGradient } from "../autograd/row_gradient.ts";
import type { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { keepName, refuseUnknownProperties } from "../check/properties.ts";
import * as kernels from "../kernels/dispatch.ts";
import { add, div, mul, neg, sqrt } from "../autograd/ops/elementwise.ts";
import { gather } from "../autograd/ops/lookup.ts";
import { noGrad } from "../autograd/tape.ts";
import { checkRates, Optimizer, type UpdateRule } from "./optimizer.ts";

/** Options of {@linkcode Sgd}. */
export interface SgdOptions {
  /** Learning rate. */
  readonly lr: number;
  /** How much of the last step's velocity is kept; 0 by default. */
  readonly momentum?: number;
  /** How much of the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

const sgdNames: OptionNames<SgdOptions> = {
  lr: ["learningRate", "eta", "stepSize", "alpha"],
  momentum: [],
  weightDecay: ["l2", "decay"],
};

/**
 * Stochastic gradient descent: `v = momentum v + g`, `p -= lr v`, with `g` the gradient plus
 * `weightDecay p`. Like torch.optim.SGD.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Parameter, Sgd, tensor } from "@minimodel/core";
 *
 * const p = new Parameter(tensor([1, 2]));
 * const optimizer = new Sgd([p], { lr: 0.5 });
 * p.mul(p).sum().backward();
 * optimizer.step();
 * assertEquals(p.toArray(), [0, 0]); // 1 - 0.5 * 2 and 2 - 0.5 * 4
 * ```
 */
export class Sgd extends Optimizer {
  static {
    keepName(Sgd, "Sgd");
    refuseUnknownProperties(Sgd);
  }

  /**
   * Makes an optimiser of `parameters`.
   *
   * @throws {TypeError} If `parameters` is not an array of Parameters, or an option is unknown.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: SgdOptions) {
    super(sgd, parameters, options);
  }
}

const sgd: UpdateRule<Required<SgdOptions>> = {
  name: "Sgd",
  check(doing, options: SgdOptions) {
    checkOptions(doing, options, sgdNames);
    const { lr, momentum = 0, weightDecay = 0 } = options;
    checkRates(doing, { lr, momentum, weightDecay });
    return { lr, momentum, weightDecay };
  },
  remembers: ({ momentum }) => momentum === 0 ? [] : ["velocity"],
  start: () => 0,
  everyRow: ({ momentum, weightDecay }) =>
    momentum !== 0 || weightDecay !== 0 ? "Sgd with momentum or weightDecay" : undefined,
  move(parameter, gradient, { steps, numbers }, { lr, momentum, weightDecay }) {
    if (gradient instanceof RowGradient) {
      const { rows, values } = gradient.sparse();
      kernels.sgdRows(parameter, values.storage, rows, lr);
      return;
    }
    const factors = { lr, momentum, weightDecay, first: steps === 1 };
    kernels.sgd(parameter, gradient.storage, numbers.velocity, factors);
  },
};

/** Options of {@linkcode Adagrad}. */
export interface AdagradOptions {
  /** Learning rate; 1e-2 by default. */
  readonly lr?: number;
  /** How fast lr falls: at step t it is divided by `1 + (t - 1) lrDecay`; 0 by default. */
  readonly lrDecay?: number;
  /** How much of the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** What the sums of squares start from; 0 by default. */
  readonly initialAccumulatorValue?: number;
  /** Added to the root of the sum; 1e-10 by default. */
  readonly eps?: number;
}

const adagradNames: OptionNames<AdagradOptions> = {
  lr: ["learningRate", "eta", "stepSize", "alpha"],
  lrDecay: [],
  weightDecay: ["l2"],
  initialAccumulatorValue: [],
  eps: ["epsilon"],
};

/**
 * Adagrad (Duchi et al., 2011), like torch.optim.Adagrad: `s += g^2` and `p -= lr g / (s^(1/2) +
 * eps)`. A number that rarely gets a gradient moves far when it gets one, which is good for rare
 * words.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Adagrad, Parameter, tensor } from "@minimodel/core";
 *
 * const p = new Parameter(tensor(3));
 * const optimizer = new Adagrad([p], { lr: 0.1 });
 * p.mul(p).backward();
 * optimizer.step();
 * assertAlmostEquals(p.item(), 2.9); // the first step is lr long
 * ```
 */
export class Adagrad extends Optimizer {
  static {
    keepName(Adagrad, "Adagrad");
    refuseUnknownProperties(Adagrad);
  }

  /**
   * Makes an optimiser of `parameters`.
   *
   * @throws {TypeError} If `parameters` is not an array of Parameters, or an option is unknown.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: AdagradOptions = {}) {
    super(adagrad, parameters, options);
  }
}

const adagrad: UpdateRule<Required<AdagradOptions>> = {
  name: "Adagrad",
  check(doing, options: AdagradOptions) {
    checkOptions(doing, options, adagradNames);
    const { lr = 1e-2, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } =
      options;
    const checked = { lr, lrDecay, weightDecay, initialAccumulatorValue, eps };
    checkRates(doing, checked);
    return checked;
  },
  remembers: () => ["sum"],
  start: ({ initialAccumulatorValue }) => initialAccumulatorValue,
  everyRow: ({ weightDecay }) => weightDecay !== 0 ? "Adagrad with weightDecay" : undefined,
  move(parameter, gradient, { steps, numbers: { sum } }, { lr, lrDecay, weightDecay, eps }) {
    const rate = lr / (1 + (steps - 1) * lrDecay);
    if (sum === undefined) return;
    const plain = { momentum: 0, weightDecay: 0, first: true };
    noGrad(() => {
      if (gradient instanceof RowGradient) {
        const { rows, values } = gradient.sparse();
        kernels.sgdRows(sum, neg(mul(values, values)).storage, rows, 1);
        const root = add(sqrt(gather(new Tensor(sum, gradient.shape), rows)), eps);
        kernels.sgdRows(parameter, div(values, root).storage, rows, rate);
        return;
      }
      const decayed = new Tensor(parameter, gradient.shape).mul(weightDecay);
      const g = weightDecay === 0 ? gradient : add(gradient, decayed);
      kernels.sgd(sum, neg(mul(g, g)).storage, undefined, { ...plain, lr: 1 });
      const root = add(sqrt(new Tensor(sum, gradient.shape)), eps);
      kernels.sgd(parameter, div(g, root).storage, undefined, { ...plain, lr: rate });
    });
  },
};
