// requiresGrad that is switched between forward and backward, as PyTorch has it: a leaf gets a gradient if it
// needed one when the op read it and needs one now.

import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import { Embedding, mul, noGrad, Parameter, record, type Tensor, tensor } from "minimodel";

type Switches = readonly boolean[];
type Op = (x: Tensor, w: Tensor) => Tensor;

/** The gradients of `x` and `w` of `x w`, with `requiresGrad` of `x` switched after the forward. */
function gradientsOf(before: boolean, after: Switches, op: Op): unknown[] {
  const x = tensor([1, 2], { requiresGrad: before });
  const w = tensor([3, 4], { requiresGrad: true });
  const y = op(x, w);
  for (const required of after) x.requiresGrad = required;
  y.sum().backward();
  return [x.grad?.toArray() ?? null, w.grad?.toArray() ?? null];
}

const given = [3, 4];
// What PyTorch gives for x, by whether it needed a gradient at first and what was set afterwards.
const expected: [before: boolean, after: Switches, gradient: number[] | null][] = [
  [true, [], given],
  [true, [true], given],
  [true, [false], null],
  [true, [false, true], given],
  [true, [false, true, false], null],
  [true, [false, true, false, true], given],
  [false, [], null],
  [false, [false], null],
  [false, [true], null],
  [false, [true, false, true], null],
];

/** What must hold of an op in which a leaf is frozen or unfrozen. */
function checkFreezing(op: Op): void {
  for (const [before, after, gradient] of expected) {
    assertEquals(gradientsOf(before, after, op), [gradient, [1, 2]], `${before}, then ${after}`);
  }
}

Deno.test("a leaf gets a gradient if it needed one at the forward and needs one at the backward", () => {
  checkFreezing(mul);
});

/** An op that asks whether a gradient is needed by itself, and tells its leaves directly. */
function impatient(x: Tensor, w: Tensor): Tensor {
  const y = mul(x.detach(), w.detach());
  return record("impatient", [x, w], y.data, y.shape, (dy) => {
    if (x.requiresGrad) x.grad = dy.mul(w.detach());
    return [null, dy.mul(x.detach())];
  });
}

Deno.test("the check of freezing refuses an op that looks at requiresGrad at the backward only", () => {
  assertThrows(() => checkFreezing(impatient), AssertionError);
});

Deno.test("a leaf that is unfrozen half way gets the gradient of what was made afterwards", () => {
  const x = tensor([1, 2]);
  const w = tensor([3, 4], { requiresGrad: true });
  const y = x.mul(w);
  x.requiresGrad = true;
  y.mul(x).sum().backward();
  // As PyTorch: of y x only, not of the x in y.
  assertEquals(x.grad?.toArray(), [3, 8]);
  assertEquals(w.grad?.toArray(), [1, 4]);
});

Deno.test("a table that is frozen after its lookup gets no gradient, and keeps the one it has", () => {
  for (const sparse of [false, true]) {
    const embedding = new Embedding(3, 2, { sparse });
    embedding.forward([1]).sum().backward();
    const { grad } = embedding.E;
    const y = embedding.forward([1, 2]).sum();
    embedding.E.requiresGrad = false;
    y.backward();
    assertEquals(embedding.E.grad === grad, true);
    assertEquals(grad?.toArray(), [[0, 0], [1, 1], [0, 0]]);
  }
});

Deno.test("the result of an op stays as it was recorded; made in noGrad it is a leaf", () => {
  const x = new Parameter(tensor([1, 2]));
  const y = x.mul(2);
  const z = y.mul(3).sum();
  assertThrows(
    () => y.requiresGrad = false,
    TypeError,
    "Cannot set requiresGrad of a result of mul: only that of a leaf can be set; x.detach() is a copy",
  );
  y.requiresGrad = true;
  z.backward();
  assertEquals(x.grad?.toArray(), [6, 6]);
  const free = noGrad(() => x.mul(2));
  free.requiresGrad = true;
  free.mul(3).sum().backward();
  assertEquals(free.grad?.toArray(), [3, 3]);
});

Deno.test("requiresGrad is true or false and nothing else", () => {
  const x = tensor([1]);
  for (const wrong of [1, 0, "true", null, undefined]) {
    assertThrows(
      () => Object.assign(x, { requiresGrad: wrong }),
      TypeError,
      "Cannot set requiresGrad: wanted true or false, got",
    );
  }
  assertEquals(x.requiresGrad, false);
});
