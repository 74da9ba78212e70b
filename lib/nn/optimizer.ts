// What all optimisers share: their parameters, a learning rate that can be changed, and steps that
// happen as a whole or not at all.

import { RowGradient } from "../autograd/row_gradient.ts";
import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { keepName, refuseUnknownProperties, uncloneable } from "../check/properties.ts";
import { formatShape, sameShape } from "../check/shape.ts";
import { allocate, copyOf, type Storage } from "../kernels/storage.ts";
import {
  checkAllOptions,
  checkState,
  type OptimizerState,
  type Slot,
  slotFrom,
} from "./_optimizer_state.ts";

export type { OptimizerState, ParameterState, Slot } from "./_optimizer_state.ts";

/** What one kind of optimiser does. */
export interface UpdateRule<Options> {
  /** Its name. */
  readonly name: string;
  /** Validates the options; returns them with their defaults. */
  check(doing: string, options: object): Options;
  /** Names of what is remembered for each parameter. */
  remembers(options: Options): readonly string[];
  /** The number with which everything that is remembered starts. */
  start(options: Options): number;
  /** Names an option that touches every row of a parameter, which rules out steps by rows. */
  everyRow(options: Options): string | undefined;
  /** Moves a parameter against its gradient, as step number `slot.steps`. */
  move(parameter: Storage, gradient: Tensor, slot: Slot, options: Options): void;
}

/** An update rule with any options. */
interface AnyUpdateRule {
  readonly name: string;
  check(doing: string, options: object): { readonly lr: number };
  remembers(options: never): readonly string[];
  start(options: never): number;
  everyRow(options: never): string | undefined;
  move(parameter: Storage, gradient: Tensor, slot: Slot, options: never): void;
}

const cloned = uncloneable("each data.slice() of optimizer.state() can be sent");

/**
 * What all optimisers have: steps, `zeroGrad`, a learning rate that can be changed, and a state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Optimizer, Parameter, Sgd, tensor } from "@minimodel/core";
 *
 * const optimizer: Optimizer = new Sgd([new Parameter(tensor([1]))], { lr: 0.5 });
 * optimizer.lr = 0.25;
 * assertEquals(optimizer.lr, 0.25);
 * ```
 */
export abstract class Optimizer {
  readonly #rule: UpdateRule<{ readonly lr: number }>;
  readonly #parameters: readonly Parameter[];
  readonly #slots = new Map<Parameter, Slot>();
  #options: { readonly lr: number };
  private readonly cannotBeCloned: symbol = cloned;

  static {
    keepName(Optimizer, "Optimizer");
    refuseUnknownProperties(Optimizer, { settable: { lr: ["learningRate", "eta", "stepSize"] } });
  }

  /**
   * Makes an optimiser with an update rule.
   *
   * @internal
   */
  constructor(rule: AnyUpdateRule, parameters: readonly Parameter[], options: object) {
    this.#rule = rule;
    this.#options = this.#rule.check(`make ${rule.name}`, options);
    this.#parameters = checkParameters(rule.name, parameters);
  }

  /** Learning rate; assign another one to change it from the next step on. */
  get lr(): number {
    return this.#options.lr;
  }

  set lr(lr: number) {
    checkRates(`set the learning rate of ${this.#rule.name}`, { lr });
    this.#options = { ...this.#options, lr };
  }

  /**
   * Moves each parameter that has a gradient against it. If a step is refused, it has moved no
   * parameter, and it does not count.
   *
   * @throws {TypeError} If a gradient does not fit or was disposed of, or if there is a RowGradient
   * and an option that touches every row.
   */
  step(): void {
    if (typeof arguments[0] === "function") {
      throw new TypeError(
        `Cannot step with ${this.#rule.name}: it takes no closure; call backward before step`,
      );
    }
    const work = this.#parameters.flatMap((parameter) => {
      const { grad } = parameter;
      if (grad === null) return [];
      checkGradient(this.#rule.name, parameter, grad, this.#rule.everyRow(this.#options));
      return [{ parameter, grad, slot: this.#slots.get(parameter) ?? this.#newSlot(parameter) }];
    });
    for (const { parameter, grad, slot } of work) {
      this.#slots.set(parameter, slot);
      slot.steps++;
      this.#rule.move(parameter.storage, grad, slot, this.#options);
      parameter.storage.noteWrite();
    }
  }

  /** Forgets the gradients, so that the next backward starts from zero. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) parameter.grad = null;
  }

  /**
   * Returns a copy of what the optimiser keeps. From there, {@linkcode Optimizer.loadState}
   * continues to the same bits.
   */
  state(): OptimizerState {
    return {
      optimizer: this.#rule.name,
      options: structuredClone(this.#options) as OptimizerState["options"],
      parameters: this.#parameters.map((parameter) => {
        const slot = this.#slots.get(parameter);
        if (slot === undefined) return null;
        const numbers = Object.entries(slot.numbers).map(([name, storage]) =>
          [name, new Tensor(copyOf(storage, storage.dtype), parameter.shape)] as const
        );
        return { steps: slot.steps, numbers: Object.fromEntries(numbers) };
      }),
    };
  }

  /**
   * Continues from a copy of a state, with its options and learning rate. The state may also have
   * been written as JSON and read again.
   *
   * @throws {TypeError} If the state is of another kind of optimiser, or of other parameters; then
   * nothing is changed.
   */
  loadState(state: OptimizerState): void {
    const doing = `load the state of ${this.#rule.name}`;
    const { options, parameters } = checkState(state, this.#rule.name, this.#parameters.length);
    const checked = this.#rule.check(doing, options);
    checkAllOptions(doing, options, checked);
    const names = this.#rule.remembers(checked);
    const slots = this.#parameters.map((parameter, i) =>
      slotFrom(doing, parameter, names, parameters[i], i)
    );
    this.#options = checked;
    this.#slots.clear();
    this.#parameters.forEach((parameter, i) => {
      const slot = slots[i];
      if (slot) this.#slots.set(parameter, slot);
    });
  }

  /** For JSON: the state. */
  toJSON(): OptimizerState {
    return this.state();
  }

  /** What `console.log` and a notebook cell show. */
  [Symbol.for("Deno.customInspect")](): string {
    const count = this.#parameters.length;
    return `${this.#rule.name} of ${count} ${
      count === 1 ? "Parameter" : "Parameters"
    }, lr ${this.lr}`;
  }

  #newSlot({ dtype, size }: Parameter): Slot {
    const numbers = this.#rule.remembers(this.#options).map((name) => {
      const storage = allocate(dtype, size, { lasting: true }).keep();
      const start = this.#rule.start(this.#options);
      if (start !== 0) storage.numbers.fill(start);
      return [name, storage] as const;
    });
    return { steps: 0, numbers: Object.fromEntries(numbers) };
  }
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

/** Refuses rates that are not finite numbers from 0. */
export function checkRates(doing: string, rates: Record<string, unknown>): void {
  for (const [option, value] of Object.entries(rates)) {
    if (typeof value !== "number" || !(value >= 0) || value === Infinity) {
      throw new RangeError(
        `Cannot ${doing}: ${option} must be a number from 0, got ${describe(value)}`,
      );
    }
  }
}

/** Refuses a gradient that does not fit its parameter, or was disposed of. */
function checkGradient(
  name: string,
  parameter: Parameter,
  grad: unknown,
  everyRow: string | undefined,
): asserts grad is Tensor {
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
  // Reading the numbers throws if they were disposed of, before any parameter has moved.
  void parameter.storage.numbers;
  void (grad instanceof RowGradient ? grad.values : grad).storage.numbers;
}
