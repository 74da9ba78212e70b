// The ops of single entries. What is common to all of one operand, or of two, is written once here;
// a row says what is its own. Where the numbers of the first operand lie follows from its rule.

import type { Shape, Tensor } from "minimodel";
import type * as family from "../../lib/autograd/ops/elementwise.ts";
import { anyTensor, operand } from "../_api_slots.ts";
import {
  type Domain,
  made,
  type OpParams,
  type OpSheet,
  plant,
  type Planted,
  type SheetsOf,
  spread,
} from "./sheet.ts";

const pairs: readonly (readonly Shape[])[] = [
  [[], []],
  [[3], []],
  [[2, 3], [3]],
  [[2, 1], [1, 3]],
  [[2, 3], [2, 3]],
  [[3, 1], [4, 1, 2]],
  [[0, 3], [3]],
  [[1], [0]],
];

const largePairs: readonly (readonly Shape[])[] = [
  [[311], [311]],
  [[17, 31], [31]],
  [[17, 1], [1, 31]],
  [[5, 17, 7], []],
  [[3, 1, 33], [5, 1]],
];

/** What a row must say: what PyTorch calls the op, and a derivative that someone might take for right. */
interface Row {
  readonly torch: string;
  readonly kwargs?: Record<string, unknown>;
  readonly mistake: string;
  readonly backward: Planted;
  readonly linear?: boolean;
}

/** The sheet of an op of one operand. */
export function pointwise({ torch, kwargs, mistake, backward, linear = false }: Row) {
  return {
    kind: "pointwise",
    cases: spread.map((shape) => made([shape])),
    large: [made([[311]]), made([[17, 31]])],
    wrong: plant(mistake, [[3]], backward),
    torch,
    kwargs: () => ({ ...kwargs }),
    slots: [anyTensor],
    linear: () => linear,
  } as const satisfies OpSheet<"neg">;
}

/** The sheet of an op of two operands, `second` being where the numbers of the second one lie. */
export function elementwise(
  { torch, kwargs, mistake, backward, linear = false, second = "any", left = 2, right = -1.5 }:
    & Row
    & Pick<OpParams, "left" | "right">
    & { readonly second?: Domain },
) {
  return {
    kind: "elementwise",
    cases: [
      ...pairs.map((shapes) => made(shapes)),
      made([[2, 3]], { right }),
      made([[2, 3]], { left }, [second]),
    ],
    large: [
      ...largePairs.map((shapes) => made(shapes)),
      made([[311]], { left: 2.5 }, [second]),
    ],
    domains: { 1: second },
    args: operands,
    wrong: plant(mistake, [[2, 2], [2, 2]], backward),
    torch,
    kwargs: () => ({ ...kwargs }),
    slots: [anyTensor, operand],
    linear: ({ params }) => linear && params.left === undefined && params.right === undefined,
  } as const satisfies OpSheet<"add">;
}

function operands(
  inputs: readonly Tensor[],
  { left, right }: OpParams,
): [Tensor | number, Tensor | number] {
  return [left ?? inputs[0], right ?? inputs[left === undefined ? 1 : 0]];
}

/** A sheet for every op of single entries. */
export const elementwiseSheets: SheetsOf<typeof family> = {
  add: elementwise({
    torch: "add",
    linear: true,
    mistake: "the sign of the second",
    backward: (dy) => [dy, dy.neg()],
  }),
  sub: elementwise({
    torch: "sub",
    linear: true,
    mistake: "no minus for the second",
    backward: (dy) => [dy, dy],
  }),
  mul: elementwise({
    torch: "mul",
    mistake: "factors exchanged",
    backward: (dy, [a, b]) => [dy.mul(a), dy.mul(b)],
  }),
  div: elementwise({
    torch: "div",
    second: "away from 0",
    left: 3,
    right: -4,
    mistake: "no minus for the divisor",
    backward: (dy, [a, b]) => [dy.div(b), dy.mul(a).div(b.mul(b))],
  }),
  pow: withPowers(elementwise({
    torch: "pow",
    left: 1.5,
    right: 3,
    mistake: "exponent not lowered by 1",
    backward: (dy, [a, b], y) => [dy.mul(b).mul(y), dy.mul(y).mul(a.log())],
  })),
  neg: pointwise({
    torch: "neg",
    linear: true,
    mistake: "no minus",
    backward: (dy) => [dy],
  }),
  exp: {
    ...pointwise({
      torch: "exp",
      mistake: "the result left out",
      backward: (dy) => [dy],
    }),
    step: ({ a, add }) => add("exp", [add("tanh", [a])]),
  },
  log: pointwise({
    torch: "log",
    mistake: "times instead of divided by",
    backward: (dy, [x]) => [dy.mul(x)],
  }),
  sqrt: pointwise({
    torch: "sqrt",
    mistake: "the 2 left out",
    backward: (dy, _inputs, y) => [dy.div(y)],
  }),
  tanh: pointwise({
    torch: "tanh",
    mistake: "the result not squared",
    backward: (dy, _inputs, y) => [dy.mul(y.neg().add(1))],
  }),
  relu: pointwise({
    torch: "relu",
    mistake: "passed where x < 0",
    backward: (dy) => [dy],
  }),
  sigmoid: pointwise({
    torch: "sigmoid",
    mistake: "1 - y left out",
    backward: (dy, _inputs, y) => [dy.mul(y)],
  }),
  logSigmoid: pointwise({
    torch: "nn.functional.logsigmoid",
    mistake: "the sign of x",
    backward: (dy, [x]) => [dy.mul(x.sigmoid())],
  }),
  abs: pointwise({
    torch: "abs",
    mistake: "the sign left out",
    backward: (dy) => [dy],
  }),
  softplus: pointwise({
    torch: "nn.functional.softplus",
    // Above it PyTorch gives x itself; by default from 20 on, where that is not yet exact.
    kwargs: { threshold: 100 },
    mistake: "the sign of x",
    backward: (dy, [x]) => [dy.mul(x.neg().sigmoid())],
  }),
  gelu: pointwise({
    torch: "nn.functional.gelu",
    kwargs: { approximate: "tanh" },
    mistake: "the slope of the tanh left out",
    backward: (dy, [x], y) => [dy.mul(y).div(x)],
  }),
};

/** Powers whose exponent is a number: the common ones are exact, and some take any base. */
function withPowers(sheet: OpSheet<"pow">): OpSheet<"pow"> {
  return {
    ...sheet,
    cases: [
      ...sheet.cases,
      ...[-2, -0.5, 0, 0.5, 1, 2].map((right) => made([[2, 3]], { right })),
      ...[2, 3].map((right) => made([[4]], { right }, ["away from 0"])),
    ],
    large: [
      ...sheet.large,
      made([[311]], { right: 2 }, ["any"]),
      made([[311]], { right: -1.5 }),
    ],
    step: ({ a, b, detail, add, positive }) =>
      detail % 2 === 0
        ? add("pow", [positive(a)], { right: detail % 7 - 3 })
        : add("pow", [positive(a), b]),
  };
}
