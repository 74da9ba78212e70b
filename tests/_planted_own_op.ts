// Answers to Task 6 of the notebook on the tape, with one mistake each.

import { gather, record, type Tensor, tensor } from "minimodel";
import { type Planted, wild } from "./_planted.ts";

type OwnOp = (x: Tensor) => Tensor;

/** Softsign with another way back. */
function softsign(backward: (dy: Tensor, x: Tensor) => unknown): OwnOp {
  return (x) => record("softsign", [x], values(x), x.shape, (dy) => wild(backward(dy, x)));
}

const values = (x: Tensor) => x.data.map((each) => each / (1 + Math.abs(each)));
const one = "Given x = [ 1 ], dy = [ 3 ], expected ";

/** Task 6. */
export const ownOps: readonly Planted<OwnOp>[] = [
  {
    mistake: "nothing recorded",
    answer: (x) => tensor(values(x), { shape: x.shape }),
    check: "Softsign",
    says: [`${one}a result that is recorded on the tape, got one that needs no gradient`],
    hint: "with x as its input",
  },
  {
    mistake: "a copy recorded",
    answer: (x) => {
      const copy = tensor(x.data, { shape: x.shape, requiresGrad: true });
      return softsign((dy, x) => [dy.div(x.abs().add(1).pow(2))])(copy);
    },
    check: "Softsign",
    says: [`${one}a gradient of x, got x.grad is null`],
    hint: "with x as its input",
  },
  {
    mistake: "dy left out",
    answer: softsign((_, x) => [x.abs().add(1).pow(-2)]),
    check: "Softsign",
    says: [`${one}[ 0.75 ], got [ 0.25 ]`],
    hint: "dy is left out",
  },
  {
    mistake: "a slope without square",
    answer: softsign((dy, x) => [dy.div(x.abs().add(1))]),
    check: "Softsign",
    says: [`${one}[ 0.75 ], got [ 1.5 ]`],
    hint: "the square is missing",
  },
  {
    mistake: "a slope without the size of x",
    answer: softsign((dy, x) => [dy.div(x.add(1).pow(2))]),
    check: "Softsign",
    says: ["Given x = [ 0, -3, 0.5 ]", "got [ 2, 0.25, "],
    hint: null,
  },
  {
    mistake: "a gradient without brackets",
    answer: softsign((dy, x) => dy.div(x.abs().add(1).pow(2))),
    check: "Softsign",
    says: [`${one}a gradient of x, got TypeError: Cannot go back through softsign`],
    hint: "returns an array",
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Softsign",
    says: ["Given x = [ 1 ], expected a Tensor of shape [1, 1], got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "numbers alone",
    answer: (x) => wild(values(x)),
    check: "Softsign",
    says: ["expected a Tensor of shape [1, 1], got Float64Array(1) [ 0.5 ]"],
    hint: "tensor(numbers, { shape })",
  },
  {
    mistake: "a flat shape",
    answer: (x) => record("softsign", [x], values(x), [x.size], (dy) => [dy]),
    check: "Softsign",
    says: ["expected a Tensor of shape [1, 1], got shape [1]"],
    hint: null,
  },
  {
    mistake: "another function",
    answer: (x) => gather(x, [0]).tanh(),
    check: "Softsign",
    says: ["Given x = [ 1 ], expected [ 0.5 ], got [ 0.76159"],
    hint: null,
  },
];
