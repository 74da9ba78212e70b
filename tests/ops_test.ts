// The ops that compute: entry by entry, over axes, and the softmax family.

import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import {
  add,
  broadcastTo,
  cast,
  crossEntropy,
  div,
  gelu,
  log,
  logSigmoid,
  logSoftmax,
  matmul,
  max,
  mean,
  mul,
  neg,
  ones,
  pow,
  relu,
  reshape,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from "minimodel";
import * as elementwise from "../lib/autograd/ops/elementwise.ts";
import {
  applyMethod,
  applyOp,
  casesOf,
  describeCase,
  leavesOf,
  methodNames,
  numbersForAll,
  opCases,
} from "./_op_cases.ts";
import { property } from "./_property.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

function gradientOf(values: number[] | number[][], fn: (x: Tensor) => Tensor) {
  const x = tensor(values, { requiresGrad: true });
  fn(x).sum().backward();
  return x.grad?.toArray();
}

Deno.test("arithmetic takes tensors and numbers, on either side", () => {
  const [a, b] = [tensor([6, -4]), tensor([2, 8])];
  assertEquals(add(a, b).toArray(), [8, 4]);
  assertEquals(sub(a, b).toArray(), [4, -12]);
  assertEquals(mul(a, b).toArray(), [12, -32]);
  assertEquals(div(a, b).toArray(), [3, -0.5]);
  assertEquals(pow(b, a).toArray(), [64, 1 / 4096]);
  assertEquals(sub(1, a).toArray(), [-5, 5]);
  assertEquals(div(12, a).toArray(), [2, -3]);
  assertEquals(pow(2, b).toArray(), [4, 256]);
  assertEquals(pow(b, -1).toArray(), [0.5, 0.125]);
  assertEquals(neg(a).toArray(), [-6, 4]);
});

Deno.test("operands are broadcast: an entry is that of the operands at its own indices", () => {
  const a = tensor([[[1], [2]], [[3], [4]], [[5], [6]]]); // (3, 2, 1)
  const b = tensor([[10, 20, 30], [40, 50, 60]]); // (2, 3)
  assertEquals(add(a, b).toArray(), [
    [[11, 21, 31], [42, 52, 62]],
    [[13, 23, 33], [44, 54, 64]],
    [[15, 25, 35], [46, 56, 66]],
  ]);
  assertEquals(sub(b, a).shape, [3, 2, 3]);
  assertEquals(mul(tensor([[1], [2]]), tensor([[10, 20]])).toArray(), [[10, 20], [20, 40]]);
  assertEquals(add(tensor(1), tensor([[2]])).toArray(), [[3]]);
  assertEquals(add(zeros([0, 3]), tensor([1, 2, 3])).shape, [0, 3]);
  assertEquals(add(zeros([1]), zeros([0])).shape, [0]);
});

Deno.test("a number takes the dtype of the tensor it meets", () => {
  const x = tensor([1], { dtype: "float32" });
  assertEquals(x.mul(0.1).dtype, "float32");
  assertEquals(x.mul(0.1).item(), Math.fround(0.1));
  assertEquals(tensor([1]).mul(0.1).item(), 0.1);
});

Deno.test("results and gradients have the shape and dtype of what they belong to", () => {
  for (const each of opCases) {
    property([numbersForAll(each)], (numbers) => {
      for (const dtype of ["float64", "float32"] as const) {
        const inputs = leavesOf(each, numbers, dtype);
        const y = applyOp(each.op, inputs, each.params);
        assertEquals(y.dtype, each.params.dtype ?? dtype, describeCase(each));
        assertEquals(y.data.length, y.size, describeCase(each));
        y.backward(ones(y.shape, { dtype: y.dtype }));
        for (const input of inputs) {
          assertEquals([input.grad?.shape, input.grad?.dtype], [input.shape, dtype]);
          assertEquals(input.grad?.data.length, input.size, describeCase(each));
        }
      }
    }, { numRuns: 1 });
  }
});

Deno.test("the usual ops are methods too, and do what the functions do", () => {
  for (const op of methodNames) {
    let compared = 0;
    for (const each of casesOf(op)) {
      property([numbersForAll(each)], (numbers) => {
        const inputs = leavesOf(each, numbers, "float64");
        const method = applyMethod(op, inputs, each.params);
        if (method === null) return;
        const called = applyOp(op, inputs, each.params);
        assertEquals([method.data, method.shape], [called.data, called.shape], describeCase(each));
        compared++;
      }, { numRuns: 1 });
    }
    assert(compared >= 4, `${op} as a method was compared ${compared} times`);
  }
});

Deno.test("every op of single entries is a method, and methods take what the functions take", () => {
  const single = Object.keys(elementwise);
  assertEquals(single.filter((op) => !methodNames.some((other) => other === op)), []);
  const x = tensor([[0.5, 2], [1, 3]]);
  const pairs: [Tensor, Tensor][] = [
    [x.add(2), add(x, 2)],
    [x.neg(), neg(x)],
    [x.matmul(x), matmul(x, x)],
    [x.transpose([1, 0]), transpose(x, [1, 0])],
    [x.reshape([4]), reshape(x, [4])],
    [x.broadcastTo([2, 2, 2]), broadcastTo(x, [2, 2, 2])],
    [x.sum({ axis: 0 }), sum(x, { axis: 0 })],
    [x.mean({ axis: 1, keepdims: true }), mean(x, { axis: 1, keepdims: true })],
    [x.max({ axis: 0 }), max(x, { axis: 0 })],
    [x.softmax({ axis: 0 }), softmax(x, { axis: 0 })],
    [x.logSoftmax({ axis: 0 }), logSoftmax(x, { axis: 0 })],
  ];
  for (const [method, called] of pairs) {
    assertEquals([method.toArray(), method.shape], [called.toArray(), called.shape]);
  }
});

Deno.test("numbers that are not finite flow as in NumPy", () => {
  const x = tensor([nan, inf, -inf, 0, -0]);
  assertEquals(x.add(1).toArray(), [nan, inf, -inf, 1, 1]);
  assertEquals(x.mul(0).toArray(), [nan, nan, nan, 0, -0]);
  assertEquals(div(1, x).toArray(), [nan, 0, -0, inf, -inf]);
  assertEquals(x.exp().toArray(), [nan, inf, 0, 1, 1]);
  assertEquals(x.log().toArray(), [nan, inf, nan, -inf, -inf]);
  assertEquals(x.sqrt().toArray(), [nan, inf, nan, 0, -0]);
  assertEquals(x.tanh().toArray(), [nan, 1, -1, 0, -0]);
  assertEquals(x.relu().toArray(), [nan, inf, 0, 0, 0]);
  assertEquals(x.sigmoid().toArray(), [nan, 1, 0, 0.5, 0.5]);
  assertEquals(x.logSigmoid().toArray(), [nan, 0, -inf, -Math.LN2, -Math.LN2]);
  assertEquals(x.softplus().toArray(), [nan, inf, 0, Math.LN2, Math.LN2]);
  assertEquals(x.gelu().toArray(), [nan, inf, nan, 0, -0]);
  assertEquals(x.sum().item(), nan);
  assertEquals(tensor([inf, 1]).mean().item(), inf);
  assertEquals([2, 1, inf].map((p) => tensor([nan, inf, 1]).norm({ p }).item()), [nan, nan, nan]);
  assertEquals(tensor([[0, inf]]).matmul(tensor([[inf], [1]])).item(), nan);
});

Deno.test("powers are those of C: 1 to any power and -1 to an infinite one are 1", () => {
  assertEquals(pow(1, tensor([nan, inf, -inf])).toArray(), [1, 1, 1]);
  assertEquals(pow(-1, tensor([inf, -inf])).toArray(), [1, 1]);
  assertEquals(pow(tensor([nan, inf, -8]), 0).toArray(), [1, 1, 1]);
  assertEquals(pow(tensor([-8, -2, 0, 0]), tensor([1 / 3, 3, -1, 0])).toArray(), [nan, -8, inf, 1]);
});

Deno.test("gradients at the edges are torch's", () => {
  assertEquals(gradientOf([0, -2, 3], (x) => pow(x, 0)), [0, 0, 0]);
  assertEquals(gradientOf([0, -2], (x) => pow(x, 2)), [0, -4]);
  assertEquals(gradientOf([0, 2, -1], (b) => pow(0, b)), [0, 0, -inf]);
  assertEquals(gradientOf([-1, 0, 2, nan], relu), [0, 0, 1, 1]);
  assertEquals(gradientOf([0], sqrt), [inf]);
  assertEquals(gradientOf([0], log), [inf]);
  assertEquals(gradientOf([1000, -1000], logSigmoid), [0, 1]);
  assertEquals(gradientOf([1000, -1000], sigmoid), [0, 0]);
  assertEquals(gradientOf([1000, -1000, 0], softplus), [1, 0, 0.5]);
  assertEquals(gradientOf([1000, -1000, 0], gelu), [1, 0, 0.5]);
});

Deno.test("the gradient of a quotient does not overflow where the quotient does not", () => {
  const b = tensor([1e200], { requiresGrad: true });
  div(tensor([1e200]), b).backward(tensor([1e200]));
  assertEquals(b.grad?.item(), -1);
});

Deno.test("sigmoid and logSigmoid neither overflow nor cancel", () => {
  assertEquals(sigmoid(tensor([-710, 40])).toArray(), [Math.exp(-710), 1]);
  assertEquals(logSigmoid(tensor([-1000, 1000, -40])).toArray(), [-1000, 0, -40]);
  assertEquals(logSigmoid(tensor([40])).item(), -Math.exp(-40));
});

Deno.test("softplus and gelu neither overflow nor cancel", () => {
  assertEquals(softplus(tensor([1000, -1000, 40])).toArray(), [1000, 0, 40]);
  assertEquals(softplus(tensor([-40])).item(), Math.exp(-40));
  assertEquals(gelu(tensor([1000, -1000, 0])).toArray(), [1000, -0, 0]);
  // (1 + tanh(u)) / 2 is e^(2u) to the last place there, where 1 + tanh(u) is 0.
  const u = Math.sqrt(2 / Math.PI) * (-7 - 0.044715 * 343);
  assertAlmostEquals(gelu(tensor([-7])).item() / (-7 * Math.exp(2 * u)), 1, 1e-14);
});

Deno.test("sum, mean and max reduce one axis, several or all, and keep them on request", () => {
  const x = tensor([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]);
  assertEquals(sum(x).item(), 78);
  assertEquals(sum(x, { axis: 0 }).toArray(), [[8, 10, 12], [14, 16, 18]]);
  assertEquals(sum(x, { axis: -1 }).toArray(), [[6, 15], [24, 33]]);
  assertEquals(sum(x, { axis: [0, 2] }).toArray(), [30, 48]);
  assertEquals(sum(x, { axis: [2, 1] }).toArray(), [21, 57]);
  assertEquals(sum(x, { axis: 1, keepdims: true }).toArray(), [[[5, 7, 9]], [[17, 19, 21]]]);
  assertEquals(sum(x, { keepdims: true }).shape, [1, 1, 1]);
  assertEquals(sum(x, { axis: [] }).toArray(), x.toArray());
  assertEquals(mean(x).item(), 6.5);
  assertEquals(mean(x, { axis: [0, 1] }).toArray(), [5.5, 6.5, 7.5]);
  assertEquals(max(x).item(), 12);
  assertEquals(max(x, { axis: 1 }).toArray(), [[4, 5, 6], [10, 11, 12]]);
  assertEquals(max(x, { axis: [0, -1], keepdims: true }).toArray(), [[[9], [12]]]);
});

Deno.test("reductions of nothing are 0, NaN, or of no entries", () => {
  assertEquals(sum(zeros([0])).item(), 0);
  assertEquals(sum(zeros([2, 0]), { axis: 1 }).toArray(), [0, 0]);
  assertEquals(sum(zeros([2, 0]), { axis: 0 }).shape, [0]);
  assertEquals(mean(zeros([0])).item(), nan);
  assertEquals(mean(zeros([2, 0]), { axis: 1 }).toArray(), [nan, nan]);
  assertEquals(mean(zeros([2, 0]), { axis: 0 }).shape, [0]);
  assertEquals(max(zeros([0, 2]), { axis: 1 }).shape, [0]);
});

Deno.test("sums of float32 numbers are added up in float64 and rounded once", () => {
  const x = tensor([[2 ** 24, 1], [1, -(2 ** 24)]], { dtype: "float32" });
  assertEquals(sum(x).item(), 2);
  assertEquals(sum(x, { axis: [0, 1] }).item(), 2);
  const many = tensor(new Float32Array(1001).fill(1 / 3).with(0, 2 ** 24), { shape: [1, 1001] });
  assertEquals(sum(many, { axis: 1 }).item(), Math.fround(2 ** 24 + 1000 * Math.fround(1 / 3)));
  const scalar = tensor(0, { dtype: "float32", requiresGrad: true });
  scalar.broadcastTo([2, 2]).backward(x);
  assertEquals(scalar.grad?.item(), 2);
});

Deno.test("max gives the gradient to the first of several maxima, and NaN is the largest", () => {
  assertEquals(gradientOf([1, 3, 3, 2], max), [0, 1, 0, 0]);
  assertEquals(gradientOf([[1, 5], [5, 5]], (x) => max(x, { axis: 0 })), [[0, 1], [1, 0]]);
  assertEquals(max(tensor([1, nan, inf, nan])).item(), nan);
  assertEquals(gradientOf([1, nan, inf, nan], max), [0, 1, 0, 0]);
  assertEquals(max(tensor([-inf, -inf])).item(), -inf);
  assertEquals(gradientOf([-inf, -inf], max), [1, 0]);
});

Deno.test("the softmax family takes logits of any size", () => {
  assertEquals(softmax(tensor([1000, 1000, -1000])).toArray(), [0.5, 0.5, 0]);
  assertEquals(logSoftmax(tensor([1000, -1000])).toArray(), [0, -2000]);
  assertEquals(softmax(tensor([-1e308, 0])).toArray(), [0, 1]);
  assertEquals(crossEntropy(tensor([[1000, -1000]]), [1]).item(), 2000);
  assertEquals(softmax(tensor([[0, 0], [0, Math.log(3)]])).toArray(), [[0.5, 0.5], [0.25, 0.75]]);
  assertEquals(softmax(tensor([[1, 2], [1, 2]]), { axis: 0 }).toArray(), [[0.5, 0.5], [0.5, 0.5]]);
});

Deno.test("-Infinity is a probability of 0; a row of nothing else is NaN, as in torch", () => {
  assertEquals(softmax(tensor([0, -inf])).toArray(), [1, 0]);
  assertEquals(logSoftmax(tensor([0, -inf])).toArray(), [0, -inf]);
  assertEquals(softmax(tensor([[-inf, -inf], [0, 0]])).toArray(), [[nan, nan], [0.5, 0.5]]);
  assertEquals(logSoftmax(tensor([-inf, -inf])).toArray(), [nan, nan]);
  assertEquals(softmax(tensor([inf, 0])).toArray(), [nan, nan]);
  assertEquals(softmax(tensor([nan, 0])).toArray(), [nan, nan]);
  assertEquals(crossEntropy(tensor([[0, -inf]]), [0]).item(), 0);
  assertEquals(crossEntropy(tensor([[0, -inf]]), [1]).item(), inf);
  assertEquals(gradientOf([[0, -inf]], (x) => crossEntropy(x, [0])), [[0, 0]]);
  assertEquals(gradientOf([[0, -inf]], (x) => crossEntropy(x, [1])), [[1, -1]]);
});

Deno.test("crossEntropy averages, sums or keeps the losses of any shape of targets", () => {
  const logits = tensor([[0, 0, 0, 0], [0, Math.log(5), 0, 0]]);
  const losses = [Math.log(4), Math.log(8) - Math.log(5)];
  const none = crossEntropy(logits, [2, 1], { reduction: "none" }).data;
  losses.forEach((loss, i) => assertLess(Math.abs(loss - none[i]), 1e-15));
  assertEquals(crossEntropy(logits, [2, 1], { reduction: "sum" }).item(), none[0] + none[1]);
  assertEquals(crossEntropy(logits, [2, 1]).item(), (none[0] + none[1]) / 2);
  assertEquals(crossEntropy(tensor([0, 0]), 1).item(), Math.LN2);
  const nested = crossEntropy(logits.reshape([1, 2, 4]), [[2, 1]], { reduction: "none" });
  assertEquals([nested.shape, nested.data], [[1, 2], none]);
  assertEquals(crossEntropy(zeros([0, 3]), [], { reduction: "sum" }).item(), 0);
  assertEquals(crossEntropy(zeros([0, 3]), []).item(), nan);
});

Deno.test("the gradient of crossEntropy is softmax minus one at the target, over the rows", () => {
  const logits = tensor([[1, 2, 3], [0, 0, 0]], { requiresGrad: true });
  crossEntropy(logits, [0, 2]).backward();
  const expected = softmax(logits).data.map((p, i) => (p - (i === 0 || i === 5 ? 1 : 0)) / 2);
  assert(logits.grad !== null);
  logits.grad.data.forEach((got, i) => assertLess(Math.abs(got - expected[i]), 1e-16));
});

Deno.test("cast rounds to float32 and back", () => {
  const x = cast(tensor([0.1, 1e300, 2 ** -150]), "float32");
  assertEquals(x.toArray(), [Math.fround(0.1), inf, 0]);
  assertEquals(cast(x, "float64").dtype, "float64");
});
