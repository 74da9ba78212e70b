// What all optimisers share: their parameters, a learning rate that can be changed, and steps that are
// taken as a whole or not at all.

import { RowGradient } from "../autograd/row_gradient.ts";
import { Parameter, Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { formatShape, sameShape } from "../check/shape.ts";
import { allocate, copyOf, type Storage } from "../kernels/storage.ts";

/** What an optimiser keeps of one parameter. */
export interface ParameterState {
  /** How many steps it has taken. */
  readonly steps: number;
  /** What it remembers, by name, each of the parameter's shape and dtype. */
  readonly numbers: Readonly<Record<string, Tensor>>;
}

/** What an optimiser keeps: enough to go on as if it had never stopped. */
export interface OptimizerState {
  /** Name of the optimiser. */
  readonly optimizer: string;
  /** Its options, the learning rate among them. */
  readonly options: Readonly<Record<string, number | readonly number[]>>;
  /** What it keeps of each parameter, in their order; null for one that has not taken a step. */
  readonly parameters: readonly (ParameterState | null)[];
}

/** The state of one parameter while it is at work. */
export interface Slot {
  steps: number;
  readonly numbers: Readonly<Record<string, Storage>>;
}

/** What one kind of optimiser does. */
export interface Rule<Options> {
  /** Its name. */
  readonly name: string;
  /** The options, checked, with their defaults. */
  check(doing: string, options: object): Options;
  /** Names of what is remembered of each parameter. */
  remembers(options: Options): readonly string[];
  /** Where what is remembered starts. */
  start(options: Options): number;
  /** What touches every row of a parameter, and so cannot step by rows. */
  everyRow(options: Options): string | undefined;
  /** Moves a parameter against its gradient, as step number `slot.steps`. */
  move(parameter: Storage, gradient: Tensor, slot: Slot, options: Options): void;
}

/** A rule, whatever its options. */
interface AnyRule {
  readonly name: string;
  check(doing: string, options: object): { readonly lr: number };
  remembers(options: never): readonly string[];
  start(options: never): number;
  everyRow(options: never): string | undefined;
  move(parameter: Storage, gradient: Tensor, slot: Slot, options: never): void;
}

/**
 * What all optimisers have: steps, gradients forgotten, a learning rate that can be changed, and state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Optimizer, Parameter, Sgd, tensor } from "minimodel";
 *
 * const optimizer: Optimizer = new Sgd([new Parameter(tensor([1]))], { lr: 0.5 });
 * optimizer.lr = 0.25;
 * assertEquals(optimizer.lr, 0.25);
 * ```
 */
export abstract class Optimizer {
  readonly #rule: Rule<{ readonly lr: number }>;
  readonly #parameters: readonly Parameter[];
  readonly #slots = new Map<Parameter, Slot>();
  #options: { readonly lr: number };

  /**
   * An optimiser by a rule.
   *
   * @internal
   */
  constructor(rule: AnyRule, parameters: readonly Parameter[], options: object) {
    this.#rule = rule;
    this.#options = this.#rule.check(`make ${rule.name}`, options);
    this.#parameters = checkParameters(rule.name, parameters);
    // A misspelt property would be passed over in silence.
    Object.preventExtensions(this);
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
   * Moves each parameter that has a gradient against it. A step that is refused has moved none of them, and
   * does not count.
   *
   * @throws {TypeError} If a gradient does not fit or was disposed of, or a RowGradient meets an option that
   * touches every row.
   */
  step(): void {
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

  /** Forgets the gradients, so that the next backward starts anew. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) parameter.grad = null;
  }

  /** What it keeps, as a copy: {@linkcode Optimizer.loadState} goes on from there, to the same bits. */
  state(): OptimizerState {
    return {
      optimizer: this.#rule.name,
      options: { ...this.#options } as OptimizerState["options"],
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
   * Goes on from a state, options and learning rate included, which is copied.
   *
   * @throws {TypeError} If it is no state of this kind of optimiser, or of other parameters; nothing has
   * changed then.
   */
  loadState(state: OptimizerState): void {
    const doing = `load the state of ${this.#rule.name}`;
    const { optimizer, options, parameters } = Object(state) as Partial<OptimizerState>;
    if (optimizer !== this.#rule.name) {
      throw new TypeError(
        `Cannot ${doing}: wanted a state of ${this.#rule.name}, got ${
          typeof optimizer === "string" ? `one of ${optimizer}` : describe(state)
        }`,
      );
    }
    if (!Array.isArray(parameters) || parameters.length !== this.#parameters.length) {
      throw new TypeError(
        `Cannot ${doing}: wanted ${this.#parameters.length} parameters, got ${
          Array.isArray(parameters) ? parameters.length : describe(parameters)
        }`,
      );
    }
    const checked = this.#rule.check(doing, Object(options));
    const names = this.#rule.remembers(checked);
    const slots = this.#parameters.map((parameter, i) =>
      slotFrom(doing, parameter, names, parameters[i] ?? null, i)
    );
    this.#options = checked;
    this.#slots.clear();
    this.#parameters.forEach((parameter, i) => {
      const slot = slots[i];
      if (slot) this.#slots.set(parameter, slot);
    });
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

/** The state of a parameter, checked and copied. */
function slotFrom(
  doing: string,
  parameter: Parameter,
  names: readonly string[],
  state: ParameterState | null,
  index: number,
): Slot | null {
  if (state === null) return null;
  if (!Number.isSafeInteger(state.steps) || state.steps < 0) {
    throw new TypeError(
      `Cannot ${doing}: steps of parameter ${index} must be a whole number from 0, got ${
        describe(state.steps)
      }`,
    );
  }
  const numbers = names.map((name) => {
    const given: unknown = Object(state.numbers)[name];
    const fits = given instanceof Tensor && given.dtype === parameter.dtype &&
      sameShape(given.shape, parameter.shape);
    if (fits) {
      return [name, copyOf(given.storage, given.dtype, { lasting: true }).keep()] as const;
    }
    throw new TypeError(
      `Cannot ${doing}: ${name} of parameter ${index} must be a tensor of ${
        formatShape(parameter.shape)
      } ${parameter.dtype}, got ${
        given instanceof Tensor ? `${formatShape(given.shape)} ${given.dtype}` : describe(given)
      }`,
    );
  });
  return { steps: state.steps, numbers: Object.fromEntries(numbers) };
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

/** Refuses rates that are no numbers from 0. */
export function checkRates(doing: string, rates: Record<string, unknown>): void {
  for (const [option, value] of Object.entries(rates)) {
    if (typeof value !== "number" || !(value >= 0) || value === Infinity) {
      throw new RangeError(
        `Cannot ${doing}: ${option} must be a number from 0, got ${describe(value)}`,
      );
    }
  }
}

/** Refuses a gradient that does not fit its parameter, or is gone. */
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
  // Asking for the numbers refuses what was disposed of, before anything has moved.
  void parameter.storage.numbers;
  void (grad instanceof RowGradient ? grad.values : grad).storage.numbers;
}
