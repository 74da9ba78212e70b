// Ops by hand: options and edges that a formula alone does not show.

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bag,
  clip,
  concat,
  crossEntropy,
  div,
  gather,
  IndexError,
  linear,
  matmul,
  max,
  maxByGroup,
  mean,
  min,
  mul,
  norm,
  ones,
  pow,
  slice,
  softmax,
  stack,
  sum,
  takeAlongAxis,
  type Tensor,
  tensor,
  where,
  zeros,
} from "minimodel";

function leaf(values: number | number[] | number[][]): Tensor {
  return tensor(values, { requiresGrad: true });
}

const logits = [[1, 2, 0.5], [0, -1, 3], [2, 2, 2], [-1, 0, 1]];
const targets = [1, 2, 0, 2];

/** The loss of a row, written out. */
function lossOf(row: readonly number[], target: number, smoothing = 0): number {
  const total = Math.log(row.reduce((all, x) => all + Math.exp(x), 0));
  const own = total - (row[target] ?? NaN);
  const all = row.reduce((sum, x) => sum + total - x, 0) / row.length;
  return (1 - smoothing) * own + smoothing * all;
}

const losses = (smoothing: number) =>
  logits.map((row, n) => lossOf(row, targets[n] ?? 0, smoothing));

function near(got: Tensor, expected: readonly number[]): void {
  const numbers = [...got.data];
  assertEquals(numbers.length, expected.length);
  numbers.forEach((x, i) => assertAlmostEquals(x, expected[i] ?? NaN, 1e-14));
}

Deno.test("crossEntropy leaves out targets, spreads some of each, and adds up in three ways", () => {
  const x = tensor(logits);
  for (const labelSmoothing of [0, 0.25, 1]) {
    const all = losses(labelSmoothing);
    const total = all.reduce((a, b) => a + b);
    near(crossEntropy(x, targets, { labelSmoothing, reduction: "none" }), all);
    near(crossEntropy(x, targets, { labelSmoothing, reduction: "sum" }), [total]);
    near(crossEntropy(x, targets, { labelSmoothing }), [total / 4]);
    const [a = 0, b = 0, c = 0, d = 0] = all;
    const without = { labelSmoothing, ignoreIndex: 2 };
    near(crossEntropy(x, targets, { ...without, reduction: "none" }), [a, 0, c, 0]);
    near(crossEntropy(x, targets, { ...without, reduction: "sum" }), [a + c]);
    near(crossEntropy(x, targets, without), [(a + c) / 2]);
    // Any number may stand for what is left out, in range or not.
    const marked = [1, -100, 0, 2];
    near(crossEntropy(x, marked, { labelSmoothing, ignoreIndex: -100 }), [(a + c + d) / 3]);
    assert(b > 0);
  }
  near(crossEntropy(x, targets, { ignoreIndex: 7 }), [losses(0).reduce((a, b) => a + b) / 4]);
  assertEquals(crossEntropy(x, [1, 1, 1, 1], { ignoreIndex: 1, reduction: "sum" }).item(), 0);
  assertEquals(crossEntropy(x, [1, 1, 1, 1], { ignoreIndex: 1 }).item(), NaN);
  assertThrows(() => crossEntropy(x, targets, { ignoreIndex: 0.5 }), TypeError);
});

Deno.test("what is left out of a cross-entropy gets no gradient", () => {
  const x = leaf(logits);
  crossEntropy(x, targets, { ignoreIndex: 2, labelSmoothing: 0.5 }).backward();
  const rows = x.grad?.toArray() as number[][];
  assertEquals([rows[1], rows[3]], [[0, 0, 0], [0, 0, 0]]);
  assertEquals(rows[0]?.every((each) => each !== 0), true);
});

Deno.test("an op takes no derivative for an operand that needs none", () => {
  const [x, constant] = [leaf([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])];
  const weights = tensor([[1, 2]], { requiresGrad: true });
  const made: [y: Tensor, needed: boolean[]][] = [
    [mul(x, constant), [true, false]],
    [mul(constant, x), [false, true]],
    [div(x, constant), [true, false]],
    [div(constant, x), [false, true]],
    [pow(x, constant), [true, false]],
    [pow(constant, x), [false, true]],
    [matmul(x, constant), [true, false]],
    [matmul(constant, x), [false, true]],
    [linear(x, constant), [true, false]],
    [linear(constant, x), [false, true]],
    [bag(x, [[0, 1]], { perSampleWeights: weights.detach() }), [true, false]],
    [bag(constant, [[0, 1]], { perSampleWeights: weights }), [false, true]],
  ];
  for (const [y, needed] of made) {
    const found = y.tape?.backward(ones(y.shape)) ?? [];
    assertEquals([y.tape?.name, found.map((dx) => dx !== null)], [y.tape?.name, needed]);
  }
});

Deno.test("max and min give their gradient to the first of the largest, along any axes", () => {
  const x = leaf([[1, 3, 3], [3, 0, 2]]);
  max(x).backward();
  assertEquals(x.grad?.toArray(), [[0, 1, 0], [0, 0, 0]]);
  const other = x.detach();
  other.requiresGrad = true;
  min(other, { axis: 0 }).sum().backward();
  assertEquals(other.grad?.toArray(), [[1, 0, 0], [0, 1, 1]]);
  assertEquals(max(x, { axis: [0, -1], keepdims: true }).toArray(), [[3]]);
  assertEquals(max(x, { axis: [] }).toArray(), x.toArray());
  assertEquals([max(tensor([1, NaN, 2])).item(), min(tensor([1, NaN, 2])).item()], [NaN, NaN]);
  assertEquals(max(zeros([0, 2]), { axis: 1 }).shape, [0]);
});

Deno.test("means of nothing are nothing, or not a number where something is asked for", () => {
  assertEquals(mean(zeros([0])).item(), NaN);
  assertEquals(mean(zeros([2, 0]), { axis: 1 }).toArray(), [NaN, NaN]);
  assertEquals(mean(zeros([0, 2]), { axis: 1 }).shape, [0]);
  assertEquals(mean(tensor([[1, 2], [3, 6]]), { axis: 0 }).toArray(), [2, 4]);
  assertEquals(sum(zeros([0, 2]), { axis: 0 }).toArray(), [0, 0]);
  assertEquals(sum(tensor([[1, 2], [3, 4]]), { axis: -1, keepdims: true }).toArray(), [[3], [7]]);
});

Deno.test("norms of any p, along any axis, with gradients that are 0 at 0 and shared at the top", () => {
  const x = leaf([[3, -4], [0, 0]]);
  const gradient = (p: number) => {
    x.grad = null;
    norm(x, { p, axis: 1 }).sum().backward();
    return x.grad as Tensor | null;
  };
  near(gradient(2) ?? x, [0.6, -0.8, 0, 0]);
  near(gradient(1) ?? x, [1, -1, 0, 0]);
  near(gradient(Infinity) ?? x, [0, -1, 0, 0]);
  near(gradient(3) ?? x, [9 / 91 ** (2 / 3), -16 / 91 ** (2 / 3), 0, 0]);
  const same = leaf([2, -2, 1]);
  norm(same, { p: Infinity }).backward();
  assertEquals(same.grad?.toArray(), [0.5, -0.5, 0]);
  assertEquals(norm(x, { axis: 0 }).toArray(), [3, 4]);
  assertEquals(norm(x, { keepdims: true }).toArray(), [[5]]);
  assertEquals(norm(zeros([2, 0]), { axis: 1 }).toArray(), [0, 0]);
});

Deno.test("clip passes the gradient within its bounds, ends included", () => {
  const x = leaf([-2, -1, 0, 1, 2, NaN]);
  const y = clip(x, { min: -1, max: 1 });
  assertEquals(y.toArray(), [-1, -1, 0, 1, 1, NaN]);
  y.sum().backward();
  assertEquals(x.grad?.toArray(), [0, 1, 1, 1, 0, 0]);
  assertEquals(clip(x, { min: 0 }).toArray(), [0, 0, 0, 1, 2, NaN]);
  assertEquals(clip(x, { max: 0 }).toArray(), [-2, -1, 0, 0, 0, NaN]);
  assertEquals(clip(x, { min: 1, max: 1 }).toArray(), [1, 1, 1, 1, 1, NaN]);
});

Deno.test("where refuses a mask that does not fill its shape, and keeps none that it was given", () => {
  const x = tensor([[1, 2], [3, 4]]);
  const choose = (data: Uint8Array, shape: number[]) => where({ data, shape }, x, x);
  assertThrows(
    () => choose(Uint8Array.of(1, 0, 1), [2, 2]),
    TypeError,
    "Cannot choose by a condition: 3 numbers do not fill shape (2, 2)",
  );
  assertThrows(
    () => Reflect.apply(choose, undefined, [Uint8Array.of(1), "2"]),
    TypeError,
    'Cannot choose by a condition: the shape must be an array, got the string "2"',
  );
  const shape = [2, 2];
  const y = choose(Uint8Array.of(1, 0, 1, 0), shape);
  shape[0] = 7;
  assertEquals(y.shape, [2, 2]);
});

Deno.test("where takes booleans, numbers and tensors, and broadcasts all three", () => {
  const [a, b] = [leaf([[1], [2]]), leaf([10, 20])];
  const y = where([true, false], a, b);
  assertEquals(y.toArray(), [[1, 20], [2, 20]]);
  y.mul(tensor([[1, 2], [3, 4]])).sum().backward();
  assertEquals([a.grad?.toArray(), b.grad?.toArray()], [[[1], [3]], [0, 6]]);
  assertEquals(where([[0], [-1]], a, b).toArray(), [[10, 20], [2, 2]]);
  assertEquals(where(tensor([NaN, 0]), a, b).toArray(), [[1, 20], [2, 20]]);
  assertEquals(where({ data: Uint8Array.of(0, 2), shape: [2] }, a, b).toArray(), [[10, 1], [
    10,
    2,
  ]]);
  assertEquals([where(true, a, a).toArray(), where(0, a, b).shape], [[[1], [2]], [2, 2]]);
});

Deno.test("slices go by Python's rules: from the back, past the ends, backwards, to nothing", () => {
  const x = tensor([[0, 1, 2, 3], [4, 5, 6, 7]]);
  const cut = (start: number | null, stop: number | null, step = 1) =>
    slice(x, { starts: [0, start], stops: [1, stop], steps: [1, step] }).toArray();
  assertEquals(cut(1, 3), [[1, 2]]);
  assertEquals([cut(-3, -1), cut(-9, 9), cut(2, null)], [[[1, 2]], [[0, 1, 2, 3]], [[2, 3]]]);
  assertEquals([cut(null, null, -1), cut(null, null, -2)], [[[3, 2, 1, 0]], [[3, 1]]]);
  assertEquals([cut(2, 0, -1), cut(9, -9, -3)], [[[2, 1]], [[3, 0]]]);
  assertEquals([cut(3, 1), cut(4, 9), cut(0, 0)], [[[]], [[]], [[]]]);
  assertEquals([cut(null, null, 3), cut(1, null, 2)], [[[0, 3]], [[1, 3]]]);
  assertEquals(slice(x, { starts: [1], stops: [null] }).toArray(), [[4, 5, 6, 7]]);
  assertEquals(slice(x, { starts: [], stops: [] }).toArray(), x.toArray());
  const y = leaf([0, 1, 2, 3, 4]);
  slice(y, { starts: [3], stops: [null], steps: [-2] }).mul(tensor([5, 7])).sum().backward();
  assertEquals(y.grad?.toArray(), [0, 7, 0, 5, 0]);
});

Deno.test("joins and products of parts keep their order along every axis", () => {
  const [a, b] = [tensor([[1, 2]]), tensor([[3, 4], [5, 6]])];
  assertEquals(concat([a, b], -2).toArray(), [[1, 2], [3, 4], [5, 6]]);
  assertEquals(concat([b, b], 1).toArray(), [[3, 4, 3, 4], [5, 6, 5, 6]]);
  assertEquals(stack([b, b.mul(10)], -1).toArray(), [[[3, 30], [4, 40]], [[5, 50], [6, 60]]]);
  assertEquals(stack([a, a], 1).toArray(), [[[1, 2], [1, 2]]]);
  assertEquals(matmul(tensor([1, 2]), tensor([3, 4])).toArray(), 11);
  assertEquals(matmul(tensor([1, 2]), b).toArray(), [13, 16]);
  assertEquals(matmul(b, tensor([1, 2])).toArray(), [11, 17]);
  const batch = stack([b, b.mul(2)], 0);
  assertEquals(matmul(tensor([1, 2]), batch).toArray(), [[13, 16], [26, 32]]);
  assertEquals(matmul(batch, tensor([1, 2])).toArray(), [[11, 17], [22, 34]]);
  assertEquals(matmul(batch, b).toArray(), [[[29, 36], [45, 56]], [[58, 72], [90, 112]]]);
  assertEquals(linear(batch, a, tensor([100])).toArray(), [[[111], [117]], [[122], [134]]]);
});

Deno.test("numbers by id, along an axis, by group and by row of any rank", () => {
  const x = leaf([[1, 2, 3], [4, 5, 6]]);
  takeAlongAxis(x, [[2, 2], [0, 2]], -1).mul(tensor([[1, 10], [100, 1000]])).sum().backward();
  assertEquals(x.grad?.toArray(), [[0, 0, 11], [100, 0, 1000]]);
  assertEquals(takeAlongAxis(x, [[1, 0, 1]], 0).toArray(), [[4, 2, 6]]);
  const rows = tensor([[1, -9], [5, NaN], [3, 3]]);
  assertEquals(maxByGroup(rows, [2, 2, 0], 3).toArray(), [[3, 3], [0, 0], [5, NaN]]);
  const cube = tensor([[[1, 2]], [[3, 4]]]);
  assertEquals(gather(cube, [[1], [0]]).toArray(), [[[[3, 4]]], [[[1, 2]]]]);
  assertEquals(gather(tensor([7, 8]), 1).item(), 8);
  assertThrows(() => gather(cube, -1), IndexError, "id -1 at position []: ids must be in [0, 2)");
  assertEquals(softmax(tensor([[0, 0], [0, Math.log(3)]]), { axis: 0 }).toArray(), [
    ...[[0.5, 0.25], [0.5, 0.75]],
  ]);
});

Deno.test("the largest and smallest are taken over an axis of one number, and of none only for no results", () => {
  for (const op of [max, min]) {
    assertEquals(op(tensor([[1], [2]]), { axis: 1 }).toArray(), [1, 2]);
    assertEquals(op(zeros([0, 0]), { axis: 1 }).shape, [0]);
    assertThrows(() => op(zeros([1, 0]), { axis: 1 }), RangeError, "over an axis of length 0");
  }
});
