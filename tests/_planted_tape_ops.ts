// Answers to Tasks 1 and 2 of the notebook on the tape, with one mistake each.

import type { TapeOps, TapeValue } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

type Backward = (
  dy: Float64Array,
  x: readonly Float64Array[],
  y: Float64Array,
) => Float64Array[];

/** The ops, with another way back or something else changed in what they give. */
function ops(
  { product = productBackward, tanh = tanhBackward, change = {} }: {
    product?: Backward;
    tanh?: Backward;
    change?: object;
  },
): TapeOps {
  const made = (inputs: TapeValue[], y: Float64Array, back: Backward): TapeValue => ({
    data: y,
    shape: inputs[0].shape,
    inputs,
    backward: (dy) => back(dy, inputs.map(({ data }) => data), y),
    grad: new Float64Array(y.length),
    ...change,
  });
  return {
    mul: (a, b) => made([a, b], a.data.map((each, i) => each * b.data[i]), product),
    tanh: (x) => made([x], x.data.map(Math.tanh), tanh),
  };
}

const times = (a: Float64Array, b: Float64Array) => a.map((each, i) => each * b[i]);
const productBackward: Backward = (dy, [a, b]) => [times(dy, b), times(dy, a)];
const slope = (y: Float64Array) => y.map((each) => 1 - each * each);
const tanhBackward: Backward = (dy, _, y) => [times(dy, slope(y))];

/** Ops that keep what they were given outside of what they give. */
function keepingTheLast(): TapeOps {
  let last: TapeValue[] = [];
  const inner = ops({
    product: (dy) => productBackward(dy, last.map(({ data }) => data), dy),
  });
  return { ...inner, mul: (a, b) => (last = [a, b], inner.mul(a, b)) };
}

const product = "Given a = [ 2 ], b = [ 3 ], dy = [ 5 ], expected ";
const right = `${product}[ [ 15 ], [ 10 ] ], got `;

/** Tasks 1 and 2. */
export const tapeOps: readonly Planted<TapeOps>[] = [
  {
    mistake: "factors exchanged",
    answer: ops({ product: (dy, [a, b]) => [times(dy, a), times(dy, b)] }),
    check: "Product",
    says: [`${right}[ [ 10 ], [ 15 ] ]`],
    hint: "The factors are exchanged",
  },
  {
    mistake: "dy left out",
    answer: ops({ product: (_, [a, b]) => [b.slice(), a.slice()] }),
    check: "Product",
    says: [`${right}[ [ 3 ], [ 2 ] ]`],
    hint: "dy is left out",
  },
  {
    mistake: "a gradient of one factor only",
    answer: ops({ product: (dy, [, b]) => [times(dy, b)] }),
    check: "Product",
    says: [`${product}an array of 2 gradients, got [ Float64Array(1) [ 15 ] ]`],
    hint: "one gradient for each input",
  },
  {
    mistake: "the numbers of the last call",
    answer: keepingTheLast(),
    check: "Product",
    says: [`${right}[ [ 20 ], [ 15 ] ]`],
    hint: "Another op came in between",
  },
  {
    mistake: "dy changed in place",
    answer: ops({
      product: (dy, [a, b]) => {
        const da = times(dy, b);
        dy.forEach((each, i) => dy[i] = each * a[i]);
        return [da, dy];
      },
    }),
    check: "Product",
    says: [`${product}dy as it was, got [ 10 ]`],
    hint: "dy was changed",
  },
  {
    mistake: "an input changed in place",
    answer: ops({
      product: (dy, [a, b]) => {
        b.forEach((each, i) => b[i] = each * dy[i]);
        return [b.slice(), times(dy, a)];
      },
    }),
    check: "Product",
    says: [`${product}the inputs as they were, got [ [ 2 ], [ 15 ] ]`],
    hint: "a backward only reads it",
  },
  {
    mistake: "the gradients added to one",
    answer: ops({
      product: (dy, [a, b]) => [times(dy, b).map((each, i) => each + dy[i] * a[i])],
    }),
    check: "Product",
    says: [`${product}an array of 2 gradients, got [ Float64Array(1) [ 25 ] ]`],
    hint: "one gradient for each input",
  },
  {
    mistake: "a gradient that is one number long",
    answer: ops({ product: (dy, [a, b]) => [dy[0] * b[0], dy[0] * a[0]].map((x) => wild([x])) }),
    check: "Product",
    says: [`${product}da, a Float64Array of 1 number, got [ 15 ]`],
    hint: "Float64Array.from",
  },
  {
    mistake: "only the first entry",
    answer: ops({
      product: (dy, [a, b]) => [Float64Array.of(dy[0] * b[0]), Float64Array.of(dy[0] * a[0])],
    }),
    check: "Product",
    says: ["Given a = [], b = [], dy = [], expected da, a Float64Array of 0 numbers, got"],
    hint: "as many numbers as",
  },
  {
    mistake: "a backward without return",
    answer: ops({ product: () => wild(undefined) }),
    check: "Product",
    says: [`${product}an array of 2 gradients, got undefined`],
    hint: "is a `return` missing?",
  },
  {
    mistake: "an async backward",
    answer: ops({
      product: (dy, x, y) => wild(Promise.resolve().then(() => productBackward(dy, x, y))),
    }),
    check: "Product",
    says: [`${product}an array of 2 gradients, got a value of kind Promise`],
    hint: "take `async` away",
  },
  {
    mistake: "an async backward that fails",
    answer: ops({ product: () => wild(Promise.reject(new Error("lost"))) }),
    check: "Product",
    says: [`${product}an array of 2 gradients, got a value of kind Promise`],
    hint: "take `async` away",
  },
  {
    mistake: "a text thrown",
    answer: ops({
      product: () => {
        throw "oops";
      },
    }),
    check: "Product",
    says: [`${product}no error, got "oops", thrown`],
    hint: null,
  },
  {
    mistake: "a sum for a product",
    answer: {
      ...ops({}),
      mul: (a, b) => ops({}).mul({ ...a, data: a.data.map((each, i) => each / b.data[i] + 1) }, b),
    },
    check: "Product",
    says: ["Given a = [ 2 ], b = [ 3 ], expected [ 6 ], got [ 5 ]"],
    hint: null,
  },
  {
    mistake: "numbers for a value",
    answer: { ...ops({}), mul: (a, b) => wild(times(a.data, b.data)) },
    check: "Product",
    says: ["expected a Value from mul(a, b), got Float64Array(1) [ 6 ]"],
    hint: "new Value(numbers, shape, inputs, backward)",
  },
  ...["shape", "inputs", "backward"].map((part): Planted<TapeOps> => ({
    mistake: `a value without ${part}`,
    answer: ops({ change: { [part]: wild(undefined) } }),
    check: "Product",
    says: ["expected a Value from mul(a, b), got a value of kind Object"],
    hint: "new Value(numbers, shape, inputs, backward)",
  })),
  {
    mistake: "an op without return",
    answer: { ...ops({}), mul: () => wild(undefined) },
    check: "Product",
    says: ["expected a Value from mul(a, b), got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "inputs forgotten",
    answer: ops({ change: { inputs: [] } }),
    check: "Product",
    says: ["expected inputs: [a, b], got 0 inputs"],
    hint: "what the result was made from",
  },
  {
    mistake: "one input twice",
    answer: { ...ops({}), mul: (a, b) => ({ ...ops({}).mul(a, b), inputs: [a, a] }) },
    check: "Product",
    says: ["expected inputs: [a, b], got 2 inputs that are not just these"],
    hint: "what the result was made from",
  },
  {
    mistake: "another shape",
    answer: ops({ change: { shape: [1, 1] } }),
    check: "Product",
    says: ["expected shape [1], got [ 1, 1 ]"],
    hint: null,
  },
  {
    mistake: "no ops",
    answer: wild(null),
    check: "Product",
    says: ["expected a function mul(a, b), got undefined"],
    hint: null,
  },
  {
    mistake: "dy left out of tanh",
    answer: ops({ tanh: (_dy, _x, y) => [slope(y)] }),
    check: "Tanh",
    says: ["Given x = [ 1 ], dy = [ 5 ], expected [ [ 2.099871708070131 ] ], got [ [ 0.41997"],
    hint: "dy is left out",
  },
  {
    mistake: "a slope without square",
    answer: ops({ tanh: (dy, _, y) => [times(dy, y.map((each) => 1 - each))] }),
    check: "Tanh",
    says: ["Given x = [ 1 ], dy = [ 5 ], expected [ [ 2.099871708070131 ] ], got [ [ 1.19202"],
    hint: "the square is missing",
  },
  {
    mistake: "a slope of the input",
    answer: ops({ tanh: (dy, [x]) => [times(dy, slope(x))] }),
    check: "Tanh",
    says: ["expected [ [ 2.099871708070131 ] ], got [ [ 0 ] ]"],
    hint: "with y the result, not the input",
  },
  {
    mistake: "a gradient without brackets",
    answer: ops({ tanh: (dy, _, y) => wild(times(dy, slope(y))) }),
    check: "Tanh",
    says: [
      "Given x = [ 1 ], dy = [ 5 ], expected an array of 1 gradient, got Float64Array(1) [ 2.",
    ],
    hint: "[dx]",
  },
];
