// The tape, gradients and tensors: what fails half way, what is copied, and who is told what.

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  broadcastTo,
  cast,
  CheckError,
  checkGradients,
  concat,
  crossEntropy,
  gather,
  linear,
  matmul,
  norm,
  ones,
  record,
  sum,
  type Tensor,
  tensor,
  where,
} from "minimodel";
import * as minimodel from "minimodel";
import { wrong } from "./_refused.ts";

function leaf(values: number | number[] | number[][]): Tensor {
  return tensor(values, { requiresGrad: true });
}

/** The message of the error that a call is refused with. */
function messageOf(call: () => unknown, Kind: ErrorConstructor = TypeError): string {
  const error = assertThrows(call, Kind);
  assertEquals(error.constructor, Kind);
  return error.message;
}

/** `x`, with a backward that fails. */
function failing(x: Tensor): Tensor {
  return record("failing", [x], x.data, x.shape, () => {
    throw new Error("on the way back");
  });
}

Deno.test("a walk back that fails half way changes no leaf, whatever it has passed", () => {
  const orders: ((a: Tensor, b: Tensor, c: Tensor) => Tensor)[] = [
    (a, b, c) => a.mul(failing(b)).mul(c),
    (a, b, c) => failing(b).mul(a).mul(c),
    (a, b, c) => c.mul(failing(b).mul(a)),
    (a, b, c) => concat([a, failing(b), c], 0),
  ];
  for (const order of orders) {
    const leaves = [leaf([1, 2]), leaf([3, 4]), leaf([5, 6])];
    const [a, b, c] = leaves as [Tensor, Tensor, Tensor];
    a.mul(2).sum().backward();
    const before = a.grad;
    assertThrows(() => order(a, b, c).sum().backward(), Error, "on the way back");
    assertEquals([b.grad, c.grad], [null, null]);
    assertStrictEquals(a.grad, before);
    assertEquals(before?.toArray(), [2, 2]);
  }
});

Deno.test("a gradient that does not fit what a leaf has is refused, by its own name", () => {
  const x = leaf([1, 2]);
  x.grad = ones([3]);
  assertEquals(
    messageOf(() => x.sum().backward()),
    "Cannot add a gradient of (3,) float64 to one of (2,) float64",
  );
  x.grad = ones([2], { dtype: "float32" });
  assertEquals(
    messageOf(() => x.sum().backward()),
    "Cannot add a gradient of (2,) float32 to one of (2,) float64",
  );
  x.grad = wrong([1, 2]);
  assertEquals(
    messageOf(() => x.sum().backward()),
    "Cannot add a value of kind Array to a gradient: wanted a tensor",
  );
});

Deno.test("what a backward gives for an input that needs no gradient is not looked at", () => {
  const [x, constant] = [leaf([1, 2]), tensor([3, 4])];
  record("own", [x, constant], x.data, [2], (dy) => [dy, ones([7])]).sum().backward();
  assertEquals([x.grad?.toArray(), constant.grad], [[1, 1], null]);
  const former = leaf([3, 4]);
  const y = record("own", [x, former], x.data, [2], (dy) => [dy, ones([7])]);
  former.requiresGrad = false;
  y.sum().backward();
  assertEquals([x.grad?.toArray(), former.grad], [[2, 2], null]);
});

Deno.test("a leaf gets no gradient from what was made before it needed one", () => {
  const [x, y] = [tensor([1, 2]), leaf([3, 4])];
  const z = x.mul(y);
  x.requiresGrad = true;
  z.add(x).sum().backward();
  assertEquals([x.grad?.toArray(), y.grad?.toArray()], [[1, 1], [1, 2]]);
  // Switched on once more, nothing changes.
  const w = x.mul(y);
  x.requiresGrad = true;
  w.sum().backward();
  assertEquals(x.grad?.toArray(), [4, 5]);
  // Switched off, the op still had it as an input, but it gets nothing.
  x.requiresGrad = false;
  w.sum().backward();
  assertEquals(x.grad?.toArray(), [4, 5]);
});

Deno.test("record tells each wrong argument by name", () => {
  const x = leaf([1]);
  const data = new Float64Array(1);
  const refusals: [call: () => unknown, message: string][] = [
    [
      () => record(wrong(7), [x], data, [1], () => [null]),
      "Cannot record an op: its name must be a string, got 7",
    ],
    [
      () => record("own", wrong(x), data, [1], () => [null]),
      "Cannot record own: inputs must be an array of tensors, got a value of kind Tensor",
    ],
    [
      () => record("own", [x, wrong(1)], data, [1], () => [null]),
      "Cannot record own: input 1 must be a tensor, got 1",
    ],
    [
      () => record("own", [x], data, [1], wrong([null])),
      "Cannot record own: its backward must be a function, got a value of kind Array",
    ],
    [
      () => record("own", [x], wrong(new Int32Array(1)), [1], () => [null]),
      "Cannot record own: its numbers must be in a Float64Array or Float32Array, " +
      "got a value of kind Int32Array",
    ],
    [
      () => record("own", [x], data, [-1], () => [null]),
      "Cannot record own: a shape holds whole numbers from 0, got (-1,)",
    ],
  ];
  for (const [call, message] of refusals) assertEquals(messageOf(call), message);
});

Deno.test("record copies the numbers that it is given", () => {
  const data = Float64Array.of(1, 2);
  const y = record("own", [leaf([1, 2])], data, [2], (dy) => [dy]);
  data[0] = 9;
  assertEquals(y.toArray(), [1, 2]);
});

const x = leaf([[1, 2], [3, 4]]);
const named: Readonly<Record<string, () => Tensor>> = {
  ...Object.fromEntries(
    ("neg exp log sqrt tanh relu sigmoid logSigmoid abs gelu softplus").split(" ")
      .map((name) => [name, () => Reflect.get(minimodel, name)(x)]),
  ),
  ...Object.fromEntries(
    "add sub mul div pow".split(" ").map((name) => [
      name,
      () => Reflect.get(minimodel, name)(x, tensor(2)),
    ]),
  ),
  matmul: () => matmul(x, x),
  linear: () => linear(x, ones([3, 2])),
  sum: () => sum(x),
  norm: () => norm(x),
  max: () => minimodel.max(x, { axis: 1 }),
  softmax: () => minimodel.softmax(x),
  logSoftmax: () => minimodel.logSoftmax(x),
  crossEntropy: () => crossEntropy(x, [0, 1], { reduction: "none" }),
  cast: () => cast(x, "float32"),
  transpose: () => minimodel.transpose(x),
  reshape: () => minimodel.reshape(x, [4]),
  broadcastTo: () => broadcastTo(x, [2, 2, 2]),
  concat: () => concat([x, x], 0),
  slice: () => minimodel.slice(x, { starts: [0], stops: [1] }),
  gather: () => gather(x, [0]),
  gatherBackward: () => minimodel.gatherBackward(x, [0, 1], [2, 2]),
  bag: () => minimodel.bag(x, [[0]]),
  clip: () => minimodel.clip(x, { min: 0 }),
  where: () => where(true, x, x),
  takeAlongAxis: () => minimodel.takeAlongAxis(x, [[0], [1]], 1),
  maxByGroup: () => minimodel.maxByGroup(x, [0, 0], 1),
};

Deno.test("each op is on the tape under its own name, with the inputs that it was given", () => {
  for (const [name, make] of Object.entries(named)) {
    const { tape } = make();
    assertEquals(tape?.name, name);
    assert(tape?.inputs.some((each) => each === x) || name === "max", name);
  }
});

Deno.test("the arguments of checkGradients are refused by name", () => {
  const refusals: [call: () => unknown, message: string, Kind?: ErrorConstructor][] = [
    [() => checkGradients(wrong(1), [x]), "Cannot check gradients: wanted a function, got 1"],
    [
      () => checkGradients(() => x, wrong(x)),
      "Cannot check gradients: inputs must be an array of tensors, got a value of kind Tensor",
    ],
    ...[0, -1, NaN, Infinity].map((epsilon): [() => unknown, string, ErrorConstructor] => [
      () => checkGradients(() => x, [x], { epsilon }),
      `Cannot check gradients: epsilon must be a number above 0, got ${epsilon}`,
      RangeError,
    ]),
    ...[-1, NaN, Infinity].map((tolerance): [() => unknown, string, ErrorConstructor] => [
      () => checkGradients(() => x, [x], { tolerance }),
      `Cannot check gradients: tolerance must be a number from 0, got ${tolerance}`,
      RangeError,
    ]),
    [
      () => checkGradients((y) => y.mul(1), [leaf([1e9])], { epsilon: 1e-20 }),
      "Cannot check gradients: a step of epsilon 1e-20 is lost beside 1000000000 in float64",
      RangeError,
    ],
  ];
  for (const [call, message, Kind] of refusals) assertEquals(messageOf(call, Kind), message);
  assertEquals(checkGradients((y) => y.mul(2), [leaf([1])], { tolerance: 0, epsilon: 0.5 }), {
    ...{ checked: 1, largestError: 0, undecided: 0 },
  });
});

Deno.test("checkGradients allows an error of 1e-6, in float32 of 1e-2, and no more", () => {
  const off = (dtype: "float64" | "float32", factor: number) => {
    const y = tensor([1], { dtype, requiresGrad: true });
    const claim = (z: Tensor) => record("own", [z], z.data, z.shape, (dy) => [dy.mul(factor)]);
    return () => checkGradients(claim, [y]);
  };
  assertEquals(off("float64", 1 + 0.9e-6)().checked, 1);
  assertThrows(off("float64", 1 + 1.2e-6), CheckError);
  assertEquals(off("float32", 1.009)().checked, 1);
  assertThrows(off("float32", 1.012), CheckError);
});
