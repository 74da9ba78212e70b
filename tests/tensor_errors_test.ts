// The messages of tensors, the tape and checkGradients.

import { assertMatch, assertThrows } from "@std/assert";
import {
  add,
  CheckError,
  checkGradients,
  noGrad,
  ones,
  Parameter,
  record,
  relu,
  Tensor,
  tensor,
  zeros,
} from "minimodel";
import { nest } from "../lib/check/nested.ts";
import { refused, wrong } from "./_refused.ts";

const leaf = (shape: number[]) => {
  const x = zeros(shape);
  x.requiresGrad = true;
  return x;
};

/** Goes back through an op whose backward gives `gradients`. */
const backThrough = (gradients: unknown) => () =>
  record("own", [leaf([2])], new Float64Array(2), [2], () => wrong(gradients)).backward(ones([2]));

refused(
  "a tensor of text",
  TypeError,
  () => tensor(wrong("12")),
  "Cannot make a tensor: wanted a number, nested arrays of numbers or a typed array of numbers, " +
    'got the string "12"',
);
refused(
  "a tensor with something else than numbers in it",
  TypeError,
  () => tensor(wrong([[1, 2], [3, null]])),
  "Cannot make a tensor: position [1, 1] should hold a number, got null",
);
refused(
  "a tensor of rows of different lengths",
  TypeError,
  () => tensor([[1, 2], [3]]),
  "Cannot make a tensor: the nested arrays are ragged, position [1] should hold 2 entries as the " +
    "first does, got 1",
);
refused(
  "a tensor with a number where a row should be",
  TypeError,
  () => tensor([[1, 2], 3]),
  "Cannot make a tensor: the nested arrays are ragged, position [1] should hold 2 entries as the " +
    "first does, got 3",
);
refused(
  "a tensor with a row where a number should be",
  TypeError,
  () => tensor([1, [2, 3]]),
  "Cannot make a tensor: the nested arrays are ragged, position [1] should hold a number as the " +
    "first does, got 2 numbers",
);
refused(
  "a tensor of arrays in arrays without end",
  TypeError,
  () => {
    const endless: unknown[] = [];
    endless.push(endless);
    tensor(wrong(endless));
  },
  "Cannot make a tensor: arrays are nested deeper than 32 levels",
);
refused(
  "a tensor of more nested numbers than arrays should hold",
  RangeError,
  () => {
    const row = new Array(2 ** 14).fill(0);
    tensor(new Array(2 ** 14).fill(row));
  },
  "Cannot make a tensor from nested arrays of shape (16384, 16384): more than 67108864 numbers must " +
    "be in a typed array",
);
refused(
  "a shape of too many axes",
  TypeError,
  () => zeros(new Array(33).fill(1)),
  "Cannot make zeros: a shape has at most 32 axes, got 33",
);
refused(
  "a shape with something else than numbers in it",
  TypeError,
  () => zeros([2, wrong("3")]),
  'Cannot make zeros: a shape holds whole numbers from 0, got the string "3"',
);
for (
  const [value, name] of [
    [5n, "5n"],
    [() => 5, "a function"],
    [Symbol("five"), "a symbol"],
    [null, "null"],
    [Object.create(null), "an object"],
    [-0, "-0"],
    ["x".repeat(50), `the string "${"x".repeat(40)}…"`],
  ]
) {
  refused(
    `a dtype that is ${String(name)}`,
    TypeError,
    () => zeros([2], { dtype: wrong(value) }),
    `Cannot make zeros: dtype must be "float64" or "float32", got ${String(name)}`,
  );
}
refused(
  "numbers that do not fill the shape",
  TypeError,
  () => tensor([1, 2, 3], { shape: [2, 2] }),
  "Cannot make a tensor of shape (2, 2): it holds 4 numbers, got 3",
);
refused(
  "a dtype that there is not",
  TypeError,
  () => tensor(1, { dtype: wrong("float16") }),
  'Cannot make a tensor: dtype must be "float64" or "float32", got the string "float16"',
);
refused(
  "options that are no object",
  TypeError,
  () => tensor([1], wrong("float32")),
  'Cannot make a tensor: options must be an object, got the string "float32"',
);
refused(
  "a shape that is not an array",
  TypeError,
  () => zeros(wrong(3)),
  "Cannot make zeros: the shape must be an array, got 3",
);
refused(
  "a shape with a negative length",
  TypeError,
  () => zeros([2, -1]),
  "Cannot make zeros: a shape holds whole numbers from 0, got (2, -1)",
);
refused(
  "a shape of too many numbers",
  RangeError,
  () => zeros([2 ** 20, 2 ** 20]),
  "Cannot make zeros of shape (1048576, 1048576): a tensor holds at most 2^32 numbers",
);
Deno.test("refused: a result that no memory holds", () => {
  const { message } = assertThrows(() => add(zeros([2 ** 20, 1]), zeros([1, 2 ** 21])), RangeError);
  assertMatch(
    message,
    /^Cannot allocate 2199023255552 numbers of float64: 17592186044416 bytes were asked for, and \d+ of \d+ are held in blocks$/,
  );
});
refused(
  "a Tensor of numbers that are not in a tensor",
  TypeError,
  () => new Tensor(wrong([1, 2]), [2]),
  "Cannot make a Tensor of a value of kind Array: tensor(values) makes one from numbers",
);
refused(
  "a Parameter of numbers that are not in a tensor",
  TypeError,
  () => new Parameter(wrong([1, 2])),
  "Cannot make a Parameter of a value of kind Array: wanted a tensor, as tensor(values) makes",
);
refused(
  "nesting numbers that do not fill the shape",
  TypeError,
  () => nest([1, 2, 3], [2, 2]),
  "Cannot nest 3 numbers in shape (2, 2)",
);

refused(
  "the item of several numbers",
  TypeError,
  () => zeros([2, 3]).item(),
  "Cannot take the item of a tensor of shape (2, 3): it has 6 numbers, not 1",
);
refused(
  "backward where nothing needs a gradient",
  TypeError,
  () => tensor(1).mul(2).backward(),
  "Cannot go backward from a tensor that needs no gradient: nothing it was made from has " +
    "requiresGrad",
);
refused(
  "backward from several numbers without an upstream gradient",
  TypeError,
  () => leaf([2, 3]).mul(2).backward(),
  "Cannot go backward from shape (2, 3) without an upstream gradient: only a tensor of size 1 has " +
    "a default, 1",
);
refused(
  "an upstream gradient that is not a tensor",
  TypeError,
  () => leaf([2]).mul(2).backward(wrong(1)),
  "Cannot go backward with 1: the upstream gradient must be a tensor",
);
refused(
  "an upstream gradient of another shape",
  TypeError,
  () => leaf([2, 3]).mul(2).backward(ones([3, 2])),
  "Cannot go backward from (2, 3) float64 with an upstream gradient of (3, 2) float64",
);
refused(
  "an upstream gradient of another dtype",
  TypeError,
  () => leaf([2]).mul(2).backward(ones([2], { dtype: "float32" })),
  "Cannot go backward from (2,) float64 with an upstream gradient of (2,) float32",
);
refused(
  "an async function without gradients",
  TypeError,
  () => noGrad(() => Promise.resolve(1)),
  "Cannot run without gradients: wanted a function that is done when it returns, got one that returns a promise",
);
refused(
  "recording numbers in a plain array",
  TypeError,
  () => record("double", [leaf([2])], wrong([2, 4]), [2], () => [null]),
  "Cannot record double: its numbers must be in a Float64Array or Float32Array, " +
    "got a value of kind Array",
);
refused(
  "recording numbers that do not fill the shape",
  TypeError,
  () => record("double", [leaf([2])], new Float64Array(3), [2], () => [null]),
  "Cannot record double: 3 numbers do not fill shape (2,)",
);
refused(
  "a backward that gives too few gradients",
  TypeError,
  backThrough([]),
  "Cannot go back through own: its backward gave 0 gradients for 1 inputs",
);
refused(
  "a backward that gives a tensor without an array",
  TypeError,
  backThrough(ones([2])),
  "Cannot go back through own: its backward gave a value of kind Tensor for 1 inputs",
);
refused(
  "a backward that gives something else than a tensor",
  TypeError,
  backThrough([undefined]),
  "Cannot go back through own: its backward gave undefined for input 0, wanted a tensor or null",
);
refused(
  "a backward that gives a gradient of another shape",
  TypeError,
  backThrough([ones([3])]),
  "Cannot go back through own: its backward gave (3,) float64 for input 0 of (2,) float64",
);
refused(
  "a backward that gives a gradient of another dtype",
  TypeError,
  backThrough([ones([2], { dtype: "float32" })]),
  "Cannot go back through own: its backward gave (2,) float32 for input 0 of (2,) float64",
);
refused(
  "a second derivative",
  TypeError,
  () => {
    const step = relu(leaf([2])).tape?.backward(leaf([2]))[0];
    step?.backward(ones([2]));
  },
  "Cannot go back through a step of a backward: second derivatives are not kept",
);

refused(
  "checking the gradient of a tensor without requiresGrad",
  TypeError,
  () => checkGradients(() => zeros([2]), [leaf([2]), zeros([2])]),
  "Cannot check gradients of input 1: wanted a leaf with requiresGrad, " +
    "got a tensor without requiresGrad",
);
refused(
  "checking the gradient of an op's result",
  TypeError,
  () => checkGradients(() => zeros([2]), [relu(leaf([2]))]),
  "Cannot check gradients of input 0: wanted a leaf with requiresGrad, got a tensor that an op made",
);
refused(
  "checking the gradient of a number",
  TypeError,
  () => checkGradients(() => zeros([2]), [wrong(3)]),
  "Cannot check gradients of input 0: wanted a leaf with requiresGrad, got 3",
);
refused(
  "checking a function that gives no tensor",
  TypeError,
  () => checkGradients(() => wrong(3), [leaf([2])]),
  "Cannot check gradients: fn must return a tensor, got 3",
);
refused(
  "a wrong gradient",
  CheckError,
  () => {
    const x = tensor([[3]], { requiresGrad: true });
    const halved = (x: Tensor) =>
      record("halved", [x], x.data.map((each) => 2 * each), [1, 1], (dy) => [dy]);
    checkGradients(() => halved(x).div(Math.cos(1)), [x]);
  },
  "Gradients are wrong at 1 of 1 entries:\n  input 0 at [0, 0]: expected 2.000000, got 1.000000",
);
