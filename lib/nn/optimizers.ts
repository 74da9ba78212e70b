// Gradient descent with PyTorch's formulas. A RowGradient updates its rows and touches no other.

import { describe } from "../autograd/_describe.ts";
import { checkOptions } from "../autograd/_options.ts";
import { formatShape, sameShape } from "../autograd/_shape.ts";
import * as kernels from "../autograd/kernels.ts";
import { RowGradient } from "../autograd/row_gradient.ts";
import { allocate, type Storage } from "../autograd/storage.ts";
import { Parameter, Tensor } from "../autograd/tensor.ts";

/** Options of {@linkcode Sgd}. */
export interface SgdOptions {
  /** Learning rate. */
  readonly lr: number;
  /** How much of the last step's velocity is kept; 0 by default. */
  readonly momentum?: number;
  /** How much of the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

/** Options of {@linkcode Adam}. */
export interface AdamOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decay of the running means of the gradient and of its square; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly eps?: number;
  /** How much of the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent: `v = momentum v + g`, `p -= lr v`, with `g` the gradient plus
 * `weightDecay p`. As torch.optim.SGD.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Parameter, Sgd, tensor } from "minimodel";
 *
 * const p = new Parameter(tensor([1, 2]));
 * const optimizer = new Sgd([p], { lr: 0.5 });
 * p.mul(p).sum().backward();
 * optimizer.step();
 * assertEquals(p.toArray(), [0, 0]); // 1 - 0.5 * 2 and 2 - 0.5 * 4
 * ```
 */
export class Sgd {
  readonly #parameters: readonly Parameter[];
  readonly #options: Required<SgdOptions>;
  readonly #velocities = new Map<Parameter, Storage>();

  /**
   * An optimiser of `parameters`.
   *
   * @throws {TypeError} If they are no Parameters.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: SgdOptions) {
    checkOptions("make Sgd", options);
    const { lr, momentum = 0, weightDecay = 0 } = options;
    this.#parameters = checkParameters("Sgd", parameters);
    checkRates("Sgd", { lr, momentum, weightDecay });
    this.#options = { lr, momentum, weightDecay };
  }

  /**
   * Moves each parameter that has a gradient against it.
   *
   * @throws {TypeError} If a RowGradient meets momentum or weight decay, which touch every row.
   */
  step(): void {
    const { lr, momentum, weightDecay } = this.#options;
    const everyRow = momentum !== 0 || weightDecay !== 0
      ? "Sgd with momentum or weightDecay"
      : undefined;
    for (const [parameter, gradient] of withGradient("Sgd", this.#parameters, everyRow)) {
      if (gradient instanceof RowGradient) {
        kernels.sgdRows(parameter.storage, gradient.values.storage, gradient.rows, lr);
        continue;
      }
      let velocity = this.#velocities.get(parameter);
      const first = velocity === undefined;
      if (momentum !== 0 && velocity === undefined) {
        velocity = stateFor(parameter);
        this.#velocities.set(parameter, velocity);
      }
      kernels.sgd(parameter.storage, gradient.storage, velocity, {
        lr,
        momentum,
        weightDecay,
        first,
      });
    }
  }

  /** Forgets the gradients, so that the next backward starts anew. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) parameter.grad = null;
  }
}

/**
 * Adam (Kingma and Ba, 2015), as torch.optim.Adam: `m` and `v` are running means of the gradient and
 * of its square, and `p -= lr (m / (1 - beta1^t)) / ((v / (1 - beta2^t))^(1/2) + eps)`. For a
 * RowGradient as torch.optim.SparseAdam, which adds eps to `v^(1/2)` before the correction.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Adam, Parameter, tensor } from "minimodel";
 *
 * const p = new Parameter(tensor(3));
 * const optimizer = new Adam([p], { lr: 0.1 });
 * p.mul(p).backward();
 * optimizer.step();
 * assertAlmostEquals(p.item(), 2.9); // the first step is lr long
 * ```
 */
export class Adam {
  readonly #parameters: readonly Parameter[];
  readonly #options: Required<AdamOptions>;
  readonly #states = new Map<Parameter, { m: Storage; v: Storage; steps: number }>();

  /**
   * An optimiser of `parameters`.
   *
   * @throws {TypeError} If they are no Parameters.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    checkOptions("make Adam", options);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    this.#parameters = checkParameters("Adam", parameters);
    checkRates("Adam", { lr, eps, weightDecay });
    if (
      !Array.isArray(betas) || betas.length !== 2 ||
      !betas.every((beta) => Number.isFinite(beta) && beta >= 0 && beta < 1)
    ) {
      const got = Array.isArray(betas) && betas.length <= 9
        ? `[${Array.from(betas, describe).join(", ")}]`
        : describe(betas);
      throw new RangeError(`Cannot make Adam: betas must be two numbers in [0, 1), got ${got}`);
    }
    this.#options = { lr, betas: [betas[0], betas[1]], eps, weightDecay };
  }

  /**
   * Moves each parameter that has a gradient against it.
   *
   * @throws {TypeError} If a RowGradient meets weight decay, which touches every row.
   */
  step(): void {
    const { weightDecay, betas: [beta1, beta2], lr, eps } = this.#options;
    const everyRow = weightDecay !== 0 ? "Adam with weightDecay" : undefined;
    for (const [parameter, gradient] of withGradient("Adam", this.#parameters, everyRow)) {
      const state = this.#states.get(parameter) ?? {
        m: stateFor(parameter),
        v: stateFor(parameter),
        steps: 0,
      };
      this.#states.set(parameter, state);
      const { m, v } = state;
      const steps = ++state.steps;
      const correction1 = 1 - beta1 ** steps;
      const correction2 = 1 - beta2 ** steps;
      const factors = { lr, beta1, beta2, eps, weightDecay, correction1, correction2 };
      const { storage } = parameter;
      if (gradient instanceof RowGradient) {
        kernels.adamRows(storage, gradient.values.storage, gradient.rows, m, v, factors);
      } else kernels.adam(storage, gradient.storage, m, v, factors);
    }
  }

  /** Forgets the gradients, so that the next backward starts anew. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) parameter.grad = null;
  }
}

/** Zeros of a parameter's size, which outlive the scope that the step is taken in. */
function stateFor({ dtype, size }: Parameter): Storage {
  return allocate(dtype, size, { lasting: true }).keep();
}

function checkParameters(name: string, parameters: readonly Parameter[]): readonly Parameter[] {
  if (!Array.isArray(parameters)) {
    throw new TypeError(
      `Cannot make ${name}: wanted an array of Parameters, got ${describe(parameters)}`,
    );
  }
  const wrong = parameters.findIndex((each) => !(each instanceof Parameter));
  if (wrong >= 0) {
    throw new TypeError(
      `Cannot make ${name}: wanted an array of Parameters, got ${
        describe(parameters[wrong])
      } at [${wrong}]`,
    );
  }
  return [...new Set(parameters)];
}

function checkRates(name: string, rates: Record<string, unknown>): void {
  for (const [option, value] of Object.entries(rates)) {
    if (typeof value !== "number" || !(value >= 0) || value === Infinity) {
      throw new RangeError(
        `Cannot make ${name}: ${option} must be a number from 0, got ${describe(value)}`,
      );
    }
  }
}

/** The parameters to step and their gradients, all checked before the first of them moves. */
function withGradient(
  name: string,
  parameters: readonly Parameter[],
  everyRow: string | undefined,
): [Parameter, Tensor][] {
  return parameters.flatMap((parameter): [Parameter, Tensor][] => {
    const { grad } = parameter;
    if (grad === null) return [];
    if (!(grad instanceof Tensor)) {
      throw new TypeError(
        `Cannot step with ${name}: a gradient must be a tensor, got ${describe(grad)}`,
      );
    }
    if (!sameShape(grad.shape, parameter.shape) || grad.dtype !== parameter.dtype) {
      throw new TypeError(
        `Cannot step with ${name}: a parameter of ${
          formatShape(parameter.shape)
        } ${parameter.dtype} ` +
          `has a gradient of ${formatShape(grad.shape)} ${grad.dtype}`,
      );
    }
    if (grad instanceof RowGradient && everyRow !== undefined) {
      throw new TypeError(
        `Cannot step by rows: ${everyRow} would touch every row of the parameter`,
      );
    }
    return [[parameter, grad]];
  });
}
