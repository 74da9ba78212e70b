import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  add,
  broadcastTo,
  cast,
  concat,
  gather,
  mul,
  noGrad,
  ones,
  Parameter,
  record,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
} from "minimodel";

function leaf(values: number | number[] | number[][]): Tensor {
  return tensor(values, { requiresGrad: true });
}

/** `2x`, and how often something went back through it. */
function countedDouble(visits: { count: number }): (x: Tensor) => Tensor {
  return (x) =>
    record("double", [x], x.data.map((each) => 2 * each), x.shape, (dy) => {
      visits.count++;
      return [dy.mul(2)];
    });
}

Deno.test("backward of a small graph gives the gradients that one takes by hand", () => {
  const [a, b, c] = [leaf(2), leaf(-3), leaf(10)];
  const y = a.mul(b).add(c).tanh();
  y.backward();
  const slope = 1 - Math.tanh(4) ** 2;
  assertEquals(y.item(), Math.tanh(4));
  assertEquals([a.grad?.item(), b.grad?.item(), c.grad?.item()], [-3 * slope, 2 * slope, slope]);
});

Deno.test("a tensor that is used twice gets both gradients", () => {
  const x = leaf([1, 2]);
  const y = x.mul(3);
  add(y.mul(y), y).sum().backward();
  assertEquals(x.grad?.toArray(), [2 * 9 * 1 + 3, 2 * 9 * 2 + 3]);
});

Deno.test("the same tensor as both operands gets both gradients", () => {
  const x = leaf([1, 2]);
  x.add(x).sum().backward();
  assertEquals(x.grad?.toArray(), [2, 2]);
  const same = leaf([1, 2]);
  concat([same, same], 0).mul(tensor([1, 10, 100, 1000])).sum().backward();
  assertEquals(same.grad?.toArray(), [101, 1010]);
});

Deno.test("a second backward adds to the gradients of the first", () => {
  const x = leaf([1, 2]);
  const loss = x.mul(x).sum();
  loss.backward();
  loss.backward();
  assertEquals(x.grad?.toArray(), [4, 8]);
  x.mul(5).sum().backward();
  assertEquals(x.grad?.toArray(), [9, 13]);
});

Deno.test("only leaves with requiresGrad get a gradient", () => {
  const [x, constant] = [leaf([1, 2]), tensor([3, 4])];
  const y = x.mul(constant);
  const loss = y.sum();
  loss.backward();
  assertEquals(x.grad?.toArray(), [3, 4]);
  assertEquals([constant.grad, y.grad, loss.grad], [null, null, null]);
  assertEquals([constant.requiresGrad, y.requiresGrad, y.tape?.name], [false, true, "mul"]);
  assertEquals(constant.add(1).tape, null);
});

Deno.test("a leaf can be the root of backward itself", () => {
  const x = leaf(7);
  x.backward();
  x.backward();
  assertEquals(x.grad?.toArray(), 2);
});

Deno.test("a tensor of size 1 has the upstream gradient 1, whatever its rank", () => {
  const x = leaf([[3]]);
  x.mul(x).backward();
  assertEquals(x.grad?.toArray(), [[6]]);
});

Deno.test("backward takes an upstream gradient of the result's shape and dtype", () => {
  const x = leaf([1, 2, 3]);
  x.mul(x).backward(tensor([1, 0, 10]));
  assertEquals(x.grad?.toArray(), [2, 0, 60]);
  const y = leaf([1, 2, 3]).mul(2);
  for (const wrong of [tensor([1, 1]), ones([3, 1]), ones([3], { dtype: "float32" })]) {
    assertThrows(() => y.backward(wrong), TypeError, "Cannot go backward from (3,) float64 with");
  }
});

Deno.test("a leaf that has a gradient keeps its dtype in a float32 graph", () => {
  const x = tensor([1, 2], { dtype: "float32", requiresGrad: true });
  x.mul(0.1).sum().backward();
  assertEquals(x.grad?.dtype, "float32");
  assertEquals(x.grad?.toArray(), [Math.fround(0.1), Math.fround(0.1)]);
});

Deno.test("a gradient goes back through cast in the dtype of what was cast", () => {
  const x = leaf([1, 2]);
  cast(cast(x, "float32").mul(3), "float64").sum().backward();
  assertEquals([x.grad?.dtype, x.grad?.toArray()], ["float64", [3, 3]]);
});

Deno.test("noGrad records nothing inside, also after an error and when nested", () => {
  const x = leaf(3);
  assertEquals(noGrad(() => x.mul(x)).requiresGrad, false);
  assertThrows(() =>
    noGrad(() => {
      throw new Error("stop");
    })
  );
  assertEquals(x.mul(x).requiresGrad, true);
  noGrad(() => {
    noGrad(() => x.mul(x));
    assertEquals(x.mul(x).requiresGrad, false);
  });
  assertEquals(x.mul(x).requiresGrad, true);
});

Deno.test("a result of noGrad is a constant to what follows", () => {
  const x = leaf(3);
  const constant = noGrad(() => x.mul(x));
  x.mul(constant).backward();
  assertEquals(x.grad?.item(), 9);
});

Deno.test("detach copies, and no gradient flows through the copy", () => {
  const x = leaf([1, 2]);
  const copy = x.detach();
  copy.data[0] = 100;
  assertEquals([x.data[0], copy.requiresGrad, copy.tape], [1, false, null]);
  x.mul(x.detach()).sum().backward();
  assertEquals(x.grad?.toArray(), [1, 2]);
});

Deno.test("no op gives a view: writing to a result leaves its inputs as they are", () => {
  const x = leaf([[1, 2], [3, 4]]);
  const results = [
    x.reshape([4]),
    x.reshape([2, 2]),
    x.transpose(),
    x.transpose([0, 1]),
    x.broadcastTo([2, 2]),
    x.sum({ axis: [] }),
    slice(x, { starts: [0], stops: [2] }),
    gather(x, [0, 1]),
    cast(x, "float64"),
    new Parameter(x),
  ];
  for (const result of results) result.data.fill(-1);
  assertEquals(x.toArray(), [[1, 2], [3, 4]]);
});

Deno.test("numbers changed in place between forward and backward change the gradient", () => {
  const x = leaf([1, 2]);
  const y = x.mul(x).sum();
  x.data[0] = 10;
  y.backward();
  assertEquals(x.grad?.toArray(), [20, 4]);
});

Deno.test("gradients share their numbers with no other tensor", () => {
  const [a, b, c] = [leaf([1, 2]), leaf([3, 4]), leaf([[1, 2]])];
  const upstream = tensor([[1, 1]]);
  const y = add(add(a, b), c);
  y.backward(upstream);
  const gradients = [a, b, c].map(({ grad }) => grad);
  for (const grad of gradients) assert(grad !== null);
  const buffers = new Set([upstream, a, b, c, y, ...gradients].map((each) => each?.data.buffer));
  assertEquals(buffers.size, 8);
  upstream.data.fill(-1);
  a.grad?.data.fill(-2);
  assertEquals([b.grad?.toArray(), c.grad?.toArray()], [[1, 1], [[1, 1]]]);
});

Deno.test("a gradient that was passed on unchanged does not alias another leaf's", () => {
  for (
    const passOn of [
      (x: Tensor, y: Tensor) => add(x, y),
      (x: Tensor, y: Tensor) => sub(broadcastTo(x, [2]), broadcastTo(y, [2])),
      (x: Tensor, y: Tensor) => record("both", [x, y], x.data.slice(), x.shape, (dy) => [dy, dy]),
    ]
  ) {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    const upstream = tensor([1, 1]);
    passOn(x, y).backward(upstream);
    x.grad?.data.fill(100);
    assertEquals(Math.abs(y.grad?.data[0] ?? 0), 1);
    assertEquals(upstream.toArray(), [1, 1]);
  }
});

Deno.test("accumulating leaves an earlier gradient object as it was", () => {
  const x = leaf([1, 2]);
  x.sum().backward();
  const first = x.grad;
  x.sum().backward();
  assertEquals([first?.toArray(), x.grad?.toArray()], [[1, 1], [2, 2]]);
});

Deno.test("a chain of 100,000 ops goes back in 100,000 steps", () => {
  const visits = { count: 0 };
  const double = countedDouble(visits);
  const x = leaf(1);
  let y = x;
  for (let i = 0; i < 50_000; i++) y = double(y).mul(0.5);
  y.backward();
  assertEquals([visits.count, y.item(), x.grad?.item()], [50_000, 1, 1]);
});

Deno.test("30 chained sums of a tensor with itself go back in 30 steps, not 2^30", () => {
  let visits = 0;
  const twice = (x: Tensor) =>
    record("twice", [x, x], x.data.map((each) => each + each), x.shape, (dy) => {
      visits++;
      return [dy, dy];
    });
  const x = leaf(1);
  let y = x;
  for (let i = 0; i < 30; i++) y = twice(y);
  y.backward();
  assertEquals([visits, y.item(), x.grad?.item()], [30, 2 ** 30, 2 ** 30]);
});

Deno.test("30 chained squarings have the gradient that one takes by hand", () => {
  const base = 1 + 2 ** -30;
  const x = leaf(base);
  let y = x;
  let [value, slope] = [base, 1];
  for (let i = 0; i < 30; i++) {
    y = mul(y, y);
    [value, slope] = [value * value, slope * 2 * value];
  }
  y.backward();
  assertEquals(y.item(), value);
  assert(Math.abs((x.grad?.item() ?? 0) / slope - 1) < 1e-12);
});

Deno.test("every op of a graph with much sharing is gone back through once", () => {
  const visits = { count: 0 };
  const double = countedDouble(visits);
  let layer = [leaf(1), leaf(2), leaf(3)];
  const leaves = layer;
  for (let i = 0; i < 20; i++) {
    const total = layer.reduce((a, b) => a.add(b));
    layer = layer.map((each) => double(each).mul(0.25).add(total.mul(0.125)));
  }
  layer.reduce((a, b) => a.add(b)).backward();
  assertEquals(visits.count, 60);
  // Column sums of a step's matrix are 0.5 + 3 / 8, so each leaf's gradient is that to the 20th.
  for (const { grad } of leaves) assert(Math.abs((grad?.item() ?? 0) / 0.875 ** 20 - 1) < 1e-12);
});

Deno.test("what does not lead to a leaf with requiresGrad is not gone back through", () => {
  const visits = { count: 0 };
  const double = countedDouble(visits);
  const [x, constant] = [leaf(1), tensor(2)];
  double(constant).add(double(x)).backward();
  assertEquals(visits.count, 1);
});

Deno.test("a backward that gives null stops there", () => {
  const visits = { count: 0 };
  const x = leaf([1, 2]);
  const stop = (x: Tensor) => record("stop", [x], x.data.slice(), x.shape, () => [null]);
  sum(stop(countedDouble(visits)(x))).backward();
  assertEquals([visits.count, x.grad], [0, null]);
});

Deno.test("a Parameter is a leaf with numbers of its own", () => {
  const values = tensor([[1, 2]]);
  const parameter = new Parameter(values);
  values.data[0] = 9;
  assertEquals(parameter.toArray(), [[1, 2]]);
  assertEquals([parameter.requiresGrad, parameter.tape, parameter.grad], [true, null, null]);
  parameter.mul(2).sum().backward();
  assertEquals(parameter.grad?.toArray(), [[2, 2]]);
});

Deno.test("record keeps the op's name and inputs, and nothing where no input needs a gradient", () => {
  const x = leaf([1]);
  const y = record("own", [x], new Float64Array(1), [1], () => [null]);
  assertStrictEquals(y.tape?.inputs[0], x);
  assertEquals(y.tape?.name, "own");
  assertEquals(record("own", [tensor([1])], new Float64Array(1), [1], () => [null]).tape, null);
});
