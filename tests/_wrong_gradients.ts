// For every op a derivative that someone might take for right, and the op with it planted.

import {
  gather,
  gatherBackward,
  matmul,
  noGrad,
  ones,
  record,
  slice,
  softmax,
  type Tensor,
  zeros,
} from "minimodel";
import { applyOp, type OpCase, type OpName } from "./_op_cases.ts";

/** How a planted gradient is taken: from that of the result, the inputs and the result. */
export type Planted = (dy: Tensor, inputs: readonly Tensor[], y: Tensor) => (Tensor | null)[];

/** An op's case with a wrong derivative for it. */
export interface WrongGradient extends Omit<OpCase, "op" | "domains"> {
  /** What is wrong with it. */
  readonly mistake: string;
  readonly backward: Planted;
}

/** A wrong derivative for every op. */
export const wrongGradients: Record<OpName, WrongGradient> = {
  add: plant("the sign of the second", [[2, 2], [2, 2]], (dy) => [dy, dy.neg()]),
  sub: plant("no minus for the second", [[2, 2], [2, 2]], (dy) => [dy, dy]),
  mul: plant("factors exchanged", [[2, 2], [2, 2]], (dy, [a, b]) => [dy.mul(a), dy.mul(b)]),
  div: plant("no minus for the divisor", [[3], [3]], (dy, [a, b]) => [
    dy.div(b),
    dy.mul(a).div(b.mul(b)),
  ]),
  pow: plant("exponent not lowered by 1", [[3], [3]], (dy, [a, b], y) => [
    dy.mul(b).mul(y),
    dy.mul(y).mul(a.log()),
  ]),
  neg: plant("no minus", [[3]], (dy) => [dy]),
  exp: plant("the result left out", [[3]], (dy) => [dy]),
  log: plant("times instead of divided by", [[3]], (dy, [x]) => [dy.mul(x)]),
  sqrt: plant("the 2 left out", [[3]], (dy, _inputs, y) => [dy.div(y)]),
  tanh: plant("the result not squared", [[3]], (dy, _inputs, y) => [dy.mul(y.neg().add(1))]),
  relu: plant("passed where x < 0", [[3]], (dy) => [dy]),
  sigmoid: plant("1 - y left out", [[3]], (dy, _inputs, y) => [dy.mul(y)]),
  logSigmoid: plant("the sign of x", [[3]], (dy, [x]) => [dy.mul(x.sigmoid())]),
  cast: plant("no gradient at all", [[3]], () => [null], { dtype: "float64" }),
  matmul: plant("operands not transposed", [[2, 2], [2, 2]], (dy, [a, b]) => [
    matmul(dy, b),
    matmul(a, dy),
  ]),
  transpose: plant("axes not put back", [[2, 3]], (dy, [x]) => [dy.reshape(x.shape)]),
  reshape: plant("columns read as rows", [[2, 3]], (dy, [x]) => [
    dy.transpose().reshape(x.shape),
  ], { shape: [3, 2] }),
  broadcastTo: plant("mean instead of sum", [[3]], (dy) => [dy.mean({ axis: 0 })], {
    shape: [2, 3],
  }),
  sum: plant("divided by the count", [[2, 3]], (dy, [x]) => [
    dy.div(3).reshape([2, 1]).broadcastTo(x.shape),
  ], { axis: 1 }),
  mean: plant("not divided by the count", [[2, 3]], (dy, [x]) => [
    dy.reshape([2, 1]).broadcastTo(x.shape),
  ], { axis: 1 }),
  max: plant("the same for every entry", [[2, 3]], (dy, [x]) => [
    dy.reshape([2, 1]).broadcastTo(x.shape),
  ], { axis: 1 }),
  softmax: plant("the diagonal only", [[2, 3]], (dy, _inputs, y) => [
    dy.mul(y).mul(y.neg().add(1)),
  ]),
  logSoftmax: plant("no sum over the row", [[2, 3]], (dy, _inputs, y) => [
    dy.sub(y.exp().mul(dy)),
  ]),
  crossEntropy: plant("nothing taken off at the target", [[2, 3]], (dy, [x]) => [
    softmax(x).mul(dy).div(2),
  ], { ids: [2, 0] }),
  concat: plant("parts exchanged", [[2, 2], [2, 2]], (dy) => [
    slice(dy, { starts: [2], stops: [4] }),
    slice(dy, { starts: [0], stops: [2] }),
  ], { axis: 0 }),
  stack: plant("along the wrong axis", [[2, 2], [2, 2]], (dy) => [
    slice(dy, { starts: [null, 0], stops: [null, 1] }).reshape([2, 2]),
    slice(dy, { starts: [null, 1], stops: [null, 2] }).reshape([2, 2]),
  ], { axis: 0 }),
  slice: plant("put back without its steps", [[5]], (dy, [x]) => {
    const dx = zeros(x.shape, { dtype: x.dtype });
    dx.data.set(dy.data, 1);
    return [dx];
  }, { starts: [1], stops: [5], steps: [2] }),
  gather: plant("the last row instead of the sum", [[3, 2]], (dy, [table]) => {
    const dTable = zeros(table.shape, { dtype: table.dtype });
    [1, 1, 0].forEach((id, n) => dTable.data.set(dy.data.subarray(2 * n, 2 * n + 2), 2 * id));
    return [dTable];
  }, { ids: [1, 1, 0] }),
  gatherBackward: plant("rows of other ids", [[3, 2]], (dy) => [gather(dy, [0, 1, 1])], {
    ids: [1, 1, 0],
    shape: [3, 2],
  }),
  bag: plant("of a sum, for a mean", [[3, 2]], (dy) => [
    gatherBackward(gather(dy, [0, 0, 1, 1]), [1, 1, 0, 1], [3, 2]),
  ], { ids: [[1, 1], [0, 1]], mean: true }),
  maxByGroup: plant("every row of a group", [[3, 2]], (dy) => [gather(dy, [0, 0, 1])], {
    ids: [0, 0, 1],
    count: 2,
  }),
};

function plant(
  mistake: string,
  shapes: readonly (readonly number[])[],
  backward: Planted,
  params: OpCase["params"] = {},
): WrongGradient {
  return { mistake, shapes, backward, params };
}

/** The op, whose forward is the library's, with a planted backward. */
export function planted(
  op: OpName,
  { params }: Pick<OpCase, "params">,
  backward: Planted,
): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const y = noGrad(() => applyOp(op, inputs, params));
    return record(op, inputs, y.data.slice(), y.shape, (dy) => backward(dy, inputs, y));
  };
}

/** The op, planted with the library's own backward: what must be accepted. */
export function plantedRight(op: OpName, { params }: Pick<OpCase, "params">) {
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
  const positive = op === "log" || op === "sqrt" || (op === "pow" && input === 0);
  return Array.from({ length: size }, (_, i) => {
    const n = 40 + (37 * (i + 5 * input)) % 88;
    return (positive || i % 2 === 0 ? n : -n) / 64;
  });
}
