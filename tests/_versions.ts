// Changes between forward and backward: what becomes of a gradient when an input is written to in place
// after an op has read it.

import fc from "fast-check";
import { type DType, Parameter, Sgd, type Shape, type Tensor, tensor } from "minimodel";
import { applyOp, type OpCase, opCases } from "./_op_cases.ts";
import { numbersForAll } from "./_op_cases.ts";

/** The gradients of all inputs, or why there are none. */
export type Outcome =
  | { readonly gradients: readonly (readonly number[])[]; readonly refusal?: undefined }
  | { readonly refusal: string };

/** What is done to input `place` after the forward. */
export type Change = (inputs: readonly Parameter[], place: number) => void;

/** How far an input is moved, entry by entry. */
export const stepLength = 0.25;

/** What an input is moved along: the gradient of the step. */
export function directionOf(shape: Shape, dtype: DType): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float64Array.from({ length: size }, (_, i) => 1 + i % 3), { dtype, shape });
}

/** An optimiser's step along the direction, which the library sees. */
export const step: Change = (inputs, place) => {
  const input = inputs[place];
  input.grad = directionOf(input.shape, input.dtype);
  new Sgd([input], { lr: stepLength }).step();
  input.grad = null;
};

/** The same numbers written through `data`, which the library does not see. */
export const write: Change = (inputs, place) => {
  const { data, shape, dtype } = inputs[place];
  directionOf(shape, dtype).data.forEach((each, i) => data[i] -= stepLength * each);
};

/** Runs an op forward, changes one of its inputs, and goes back. */
export function outcomeOf(
  { op, shapes, params }: OpCase,
  numbers: readonly number[][],
  change: Change,
  place: number,
): Outcome {
  const inputs = numbers.map((values, i) => new Parameter(tensor(values, { shape: shapes[i] })));
  const y = applyOp(op, inputs, params);
  change(inputs, place);
  const upstream = upstreamFor(y);
  try {
    y.backward(upstream);
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
  return { gradients: inputs.map(({ grad }) => grad === null ? [] : Array.from(grad.data)) };
}

/** An upstream gradient with all entries different. */
export function upstreamFor({ shape, dtype, size }: Tensor): Tensor {
  return tensor(Float64Array.from({ length: size }, (_, i) => Math.cos(i + 1)), { dtype, shape });
}

/** An op, one of its inputs, and numbers for all of them. */
export interface ChangedCase {
  readonly each: OpCase;
  readonly place: number;
  readonly numbers: number[][];
}

/** Every case of every op, with each of its inputs in turn, and some numbers. */
export function changedCases(numRuns: number): ChangedCase[] {
  return opCases.flatMap((each) =>
    fc.sample(numbersForAll(each), { numRuns, seed: 3 }).flatMap((numbers) =>
      each.shapes.map((_, place) => ({ each, place, numbers }))
    )
  );
}
