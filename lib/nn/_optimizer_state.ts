// The state of an optimiser, and its validation.

import type { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe, quoted } from "../check/describe.ts";
import { type DType, isDType } from "../check/dtype.ts";
import { formatShape, isFilled, sameShape, type Shape } from "../check/shape.ts";
import { copyOf, type Storage } from "../kernels/storage.ts";

/** What an optimiser keeps of one parameter. */
export interface ParameterState {
  /** How many steps it has taken. */
  readonly steps: number;
  /** What it remembers, by name, each with the parameter's shape and dtype. */
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

/** The state of one parameter while the optimiser is in use. */
export interface Slot {
  steps: number;
  readonly numbers: Readonly<Record<string, Storage>>;
}

/** Refuses anything but the state of an optimiser of this name with `count` parameters. */
export function checkState(
  state: unknown,
  name: string,
  count: number,
): { options: object; parameters: readonly unknown[] } {
  const doing = `load the state of ${name}`;
  const { optimizer, options, parameters } = Object(state) as Partial<OptimizerState>;
  if (optimizer !== name) {
    throw new TypeError(
      `Cannot ${doing}: wanted a state of ${name}, got ${
        typeof optimizer === "string" ? `one of ${optimizer}` : describe(state)
      }`,
    );
  }
  if (!Array.isArray(parameters) || parameters.length !== count) {
    throw new TypeError(
      `Cannot ${doing}: wanted ${count} parameters, got ${
        Array.isArray(parameters) ? parameters.length : describe(parameters)
      }`,
    );
  }
  return { options: Object(options), parameters };
}

/** Refuses a state in which an option is missing: its default would be another option. */
export function checkAllOptions(doing: string, given: object, checked: object): void {
  const missing = Object.keys(checked).find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) {
    throw new TypeError(`Cannot ${doing}: its options have no ${missing}`);
  }
}

/** Validates and copies the state of parameter number `index`; null if it has none. */
export function slotFrom(
  doing: string,
  parameter: Parameter,
  names: readonly string[],
  state: unknown,
  index: number,
): Slot | null {
  if (state === null) return null;
  const { steps, numbers } = Object(state) as Partial<ParameterState>;
  if (typeof steps !== "number" || !Number.isSafeInteger(steps) || steps < 0) {
    throw new TypeError(
      `Cannot ${doing}: steps of parameter ${index} must be a whole number from 0, got ${
        describe(steps)
      }`,
    );
  }
  const other = Object.keys(Object(numbers)).find((name) => !names.includes(name));
  if (other !== undefined) {
    throw new TypeError(
      `Cannot ${doing}: parameter ${index} has numbers ${quoted(other.slice(0, 40))}, wanted ${
        names.join(", ") || "none"
      }`,
    );
  }
  const copies = names.map((name) =>
    [
      name,
      copyFor(parameter, Object(numbers)[name], doing, `${name} of parameter ${index}`),
    ] as const
  );
  return { steps, numbers: Object.fromEntries(copies) };
}

/** Copies numbers that have the shape and dtype of a parameter. */
function copyFor(parameter: Parameter, given: unknown, doing: string, name: string): Storage {
  const { shape, dtype } = parameter;
  const read = given instanceof Tensor
    ? { shape: given.shape, dtype: given.dtype, data: given.storage }
    : fromJson(given, dtype);
  if (read !== undefined && read.dtype === dtype && sameShape(read.shape, shape)) {
    return copyOf(read.data, dtype, { lasting: true }).keep();
  }
  throw new TypeError(
    `Cannot ${doing}: ${name} must be a tensor of ${formatShape(shape)} ${dtype}, got ${
      read === undefined ? describe(given) : `${formatShape(read.shape)} ${read.dtype}`
    }`,
  );
}

/** Reads what `toJSON` of a tensor wrote, which does not have the dtype of a scalar. */
function fromJson(
  given: unknown,
  scalarDType: DType,
): { shape: Shape; dtype: DType; data: number[] } | undefined {
  const { shape, dtype, data } = numberFrom(given) === undefined
    ? Object(given)
    : { shape: [], dtype: scalarDType, data: [given] };
  if (!isDType(dtype) || !Array.isArray(data) || !isFilled(shape, data.length)) return undefined;
  const numbers = data.flatMap((each) => numberFrom(each) ?? []);
  return numbers.length === data.length ? { shape, dtype, data: numbers } : undefined;
}

function numberFrom(given: unknown): number | undefined {
  if (typeof given === "number") return given;
  return given === "NaN" || given === "Infinity" || given === "-Infinity"
    ? Number(given)
    : undefined;
}
