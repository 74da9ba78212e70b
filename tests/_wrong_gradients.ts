// Ops with a derivative planted in them that someone might take for right: the tests must refuse it.

import { noGrad, ones, record, type Tensor } from "minimodel";
import { applyOp, domainOf, type OpName, sheetOf } from "./_op_cases.ts";
import type { Planted, WrongGradient } from "./_op_sheets/sheet.ts";

/** The wrong derivative of an op. */
export function wrongGradientOf(op: OpName): WrongGradient {
  return sheetOf(op).wrong;
}

/** The op, whose forward is the library's, with a planted backward. */
export function planted(
  op: OpName,
  { params }: Pick<WrongGradient, "params">,
  backward: Planted,
): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const y = noGrad(() => applyOp(op, inputs, params));
    return record(op, inputs, y.data.slice(), y.shape, (dy) => backward(dy, inputs, y));
  };
}

/** The op, planted with the library's own backward: what must be accepted. */
export function plantedRight(op: OpName, { params }: Pick<WrongGradient, "params">) {
  return (...inputs: Tensor[]): Tensor => {
    const leaves = inputs.map((input) => {
      const leaf = input.detach();
      leaf.requiresGrad = true;
      return leaf;
    });
    const own = applyOp(op, leaves, params);
    return planted(op, { params }, (dy) => {
      own.backward(dy);
      return leaves.map((leaf) => leaf.grad);
    })(...inputs);
  };
}

/** Numbers that are all different, of both signs where the op allows it. */
export function fixedNumbers(op: OpName, shape: readonly number[], input: number): number[] {
  const size = ones(shape).size;
  const positive = domainOf(op, input) === "positive";
  return Array.from({ length: size }, (_, i) => {
    const n = 40 + (37 * (i + 5 * input)) % 88;
    return (positive || i % 2 === 0 ? n : -n) / 64;
  });
}
