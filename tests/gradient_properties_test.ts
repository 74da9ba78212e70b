// What holds of gradients whatever the op, each shown to refuse a gradient of which it does not hold.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  add,
  broadcastTo,
  type DType,
  gather,
  gatherBackward,
  mul,
  record,
  type Tensor,
  tensor,
} from "minimodel";
import {
  applyOp,
  describeCase,
  leavesOf,
  numbersForAll,
  type OpCase,
  opCases,
  opNames,
  sheetOf,
} from "./_op_cases.ts";
import { asyncProperty, property } from "./_property.ts";
import { fixedNumbers, planted, plantedRight, wrongGradientOf } from "./_wrong_gradients.ts";

type Op = (...inputs: Tensor[]) => Tensor;

const whole = fc.integer({ min: -128, max: 128 }).map((n) => n / 64);

/** The gradients of the op's inputs for an upstream gradient. */
function gradients(op: Op, inputs: readonly Tensor[], upstream: Tensor): number[][] {
  for (const input of inputs) input.grad = null;
  op(...inputs).backward(upstream);
  return inputs.map(({ grad }) => [...(grad?.data ?? [])]);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** Numbers for the result of an op, all different, that vary with `salt`. */
function upstreamFor(y: Tensor, salt: number): Tensor {
  const values = Float64Array.from({ length: y.size }, (_, i) => ((salt + 29 * i) % 64 - 31) / 64);
  return tensor(values, { dtype: y.dtype, shape: y.shape });
}

function assertClose(got: number[][], expected: number[][], dtype: DType, what: string): void {
  const tolerance = dtype === "float64" ? 1e-12 : 1e-5;
  assertEquals(got.length, expected.length);
  got.forEach((each, input) =>
    each.forEach((value, i) => {
      const error = Math.abs(value - expected[input][i]);
      const limit = tolerance * Math.max(1, Math.abs(expected[input][i]));
      assert(error <= limit, `${what}: ${value} is not ${expected[input][i]}`);
    })
  );
}

/** The gradients for `2 u - 3 v` are twice those for `u` minus three times those for `v`. */
function isLinearInUpstream(op: Op, inputs: readonly Tensor[], salt: number, what: string): void {
  const y = op(...inputs);
  const [u, v] = [upstreamFor(y, salt), upstreamFor(y, 7 * salt + 3)];
  const mixed = gradients(op, inputs, u.mul(2).sub(v.mul(3)));
  const [ofU, ofV] = [gradients(op, inputs, u), gradients(op, inputs, v)];
  const expected = ofU.map((each, input) => each.map((g, i) => 2 * g - 3 * ofV[input][i]));
  assertClose(mixed, expected, y.dtype, what);
}

/** `<op(x), g> = <x, dx>`, exactly, as it is for a linear op and its transpose. */
function isTransposed(op: Op, inputs: readonly Tensor[], salt: number, what: string): void {
  const y = op(...inputs);
  const g = upstreamFor(y, salt);
  const found = gradients(op, inputs, g);
  const back = inputs.reduce((total, x, i) => total + dot(x.data, found[i]), 0);
  assertEquals(dot(y.data, g.data), back, what);
}

function isLinear(each: OpCase): boolean {
  return sheetOf(each.op).linear?.(each) ?? false;
}

Deno.test("every backward is linear in its upstream gradient", () => {
  for (const each of opCases) {
    for (const dtype of ["float64", "float32"] as const) {
      property([numbersForAll(each), fc.nat({ max: 1000 })], (numbers, salt) => {
        const op = (...inputs: Tensor[]) => applyOp(each.op, inputs, each.params);
        isLinearInUpstream(op, leavesOf(each, numbers, dtype), salt, describeCase(each));
      }, { numRuns: 2 });
    }
  }
});

Deno.test("the check of linearity refuses a backward that squares its upstream or adds to it", () => {
  for (const backward of [(dy: Tensor) => [dy.mul(dy)], (dy: Tensor) => [dy.add(1)]]) {
    const x = tensor([1, 2], { requiresGrad: true });
    const op = (x: Tensor) => record("wrong", [x], x.data.slice(), x.shape, backward);
    assertThrows(() => isLinearInUpstream(op, [x], 1, "wrong"), AssertionError, "wrong");
  }
});

Deno.test("the backward of a linear op is its transpose", () => {
  for (const each of opCases.filter(isLinear)) {
    property([numbersForAll(each), fc.nat({ max: 1000 })], (numbers, salt) => {
      const op = (...inputs: Tensor[]) => applyOp(each.op, inputs, each.params);
      isTransposed(op, leavesOf(each, numbers, "float64"), salt, describeCase(each));
    }, { numRuns: 5 });
  }
});

Deno.test("the check of transposes refuses a wrong derivative of every linear op", () => {
  const linear = opNames.filter((op) => opCases.some((each) => each.op === op && isLinear(each)));
  assert(linear.length >= 13, `${linear.length} ops are linear`);
  for (const op of linear) {
    const wrong = wrongGradientOf(op);
    const inputs = wrong.shapes.map((shape, i) =>
      tensor(fixedNumbers(op, shape, i), { shape, requiresGrad: true })
    );
    isTransposed(plantedRight(op, wrong), inputs, 5, op);
    assertThrows(
      () => isTransposed(planted(op, wrong, wrong.backward), inputs, 5, op),
      AssertionError,
      op,
    );
  }
});

Deno.test("the gradient of a sum is the sum of the gradients", () => {
  const terms: readonly ((x: Tensor) => Tensor)[] = [
    (x) => x.mul(x),
    (x) => x.tanh(),
    (x) => x.softmax({ axis: 0 }).mul(3),
    (x) => x.matmul(x.transpose()),
    (x) => x.sum({ axis: 1, keepdims: true }),
    (x) => gather(x, [1, 0, 1]),
    (x) => x.exp().mean(),
    (x) => x,
  ];
  const term = fc.integer({ min: 0, max: terms.length - 1 });
  const numbers = fc.array(whole, { minLength: 6, maxLength: 6 });
  property([numbers, fc.array(term, { minLength: 1, maxLength: 5 })], (values, chosen) => {
    const x = tensor(values, { shape: [2, 3], requiresGrad: true });
    const total = (x: Tensor) =>
      chosen.map((i) => terms[i](x).sum()).reduce((sum, each) => add(sum, each));
    const one = tensor(1);
    const expected = chosen.map((i) => gradients((x) => terms[i](x).sum(), [x], one)[0])
      .reduce((sum, each) => sum.map((g, i) => g + each[i]));
    assertClose(gradients(total, [x], one), [expected], "float64", `terms ${chosen}`);
  });
});

/** A shape, and one that broadcasts to it. */
const broadcastPair = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), {
  maxLength: 4,
}).chain((axes) =>
  fc.nat({ max: axes.length }).map((left) => ({
    to: axes.map(([length]) => length),
    from: axes.map(([length, repeated]) => repeated ? 1 : length).slice(left),
  }))
);

/** `g` of shape `to` summed over what a tensor of shape `from` is repeated along, entry by entry. */
function summedTo(g: ArrayLike<number>, to: readonly number[], from: readonly number[]): number[] {
  const dx = new Array<number>(from.reduce((size, length) => size * length, 1)).fill(0);
  for (let n = 0; n < g.length; n++) {
    let [rest, place, stride] = [n, 0, 1];
    for (let back = 1; back <= to.length; back++) {
      const i = rest % to[to.length - back];
      rest = Math.floor(rest / to[to.length - back]);
      const length = from[from.length - back];
      if (length === undefined) continue;
      place += (length === 1 ? 0 : i) * stride;
      stride *= length;
    }
    dx[place] += g[n];
  }
  return dx;
}

Deno.test("the transpose of broadcasting is summation", () => {
  property([broadcastPair, fc.nat({ max: 1000 })], ({ from, to }, salt) => {
    const size = from.reduce((product, length) => product * length, 1);
    const values = Float64Array.from({ length: size }, (_, i) => i / 64);
    const x = tensor(values, { shape: from, requiresGrad: true });
    const g = upstreamFor(broadcastTo(x, to), salt);
    const expected = [summedTo(g.data, to, from)];
    assertEquals(gradients((x) => broadcastTo(x, to), [x], g), expected);
    const other = tensor(new Float64Array(g.size).fill(2), { shape: to });
    assertEquals(gradients((x) => add(other, x), [x], g), expected);
    const doubled = expected.map((each) => each.map((dx) => 2 * dx));
    assertEquals(gradients((x) => mul(other, x), [x], g), doubled);
  }, { numRuns: 300 });
});

Deno.test("the sum that stands for broadcasting's transpose is the one taken by hand", () => {
  assertEquals(summedTo([1, 2, 3, 4, 5, 6], [2, 3], [3]), [5, 7, 9]);
  assertEquals(summedTo([1, 2, 3, 4, 5, 6], [2, 3], [2, 1]), [6, 15]);
  assertEquals(summedTo([1, 2, 3, 4, 5, 6], [1, 2, 3], [1, 1]), [21]);
  assertEquals(summedTo([], [0, 3], [3]), [0, 0, 0]);
});

/** `<gather(E, ids), g> = <E, gatherBackward(g, ids)>`, exactly. */
function areAdjoint(
  lookUp: typeof gather,
  addUp: typeof gatherBackward,
  E: Tensor,
  ids: number[],
  g: Tensor,
): void {
  assertEquals(dot(lookUp(E, ids).data, g.data), dot(E.data, addUp(g, ids, E.shape).data));
}

const lookup = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 0, max: 3 }),
  places: fc.array(fc.nat({ max: 100 }), { maxLength: 8 }),
  salt: fc.nat({ max: 1000 }),
});

function adjointCase({ rows, width, places, salt }: {
  rows: number;
  width: number;
  places: number[];
  salt: number;
}) {
  const ids = places.map((each) => each % rows);
  const E = upstreamFor(tensor(new Float64Array(rows * width), { shape: [rows, width] }), salt);
  return { ids, E, g: upstreamFor(gather(E, ids), salt + 1) };
}

Deno.test("gather and gatherBackward are adjoint", () => {
  property([lookup], (each) => {
    const { ids, E, g } = adjointCase(each);
    areAdjoint(gather, gatherBackward, E, ids, g);
    E.requiresGrad = true;
    gather(E, ids).backward(g);
    assertEquals(E.grad?.data, gatherBackward(g, ids, E.shape).data);
  }, { numRuns: 300 });
});

Deno.test("the check of adjoints refuses a gatherBackward that overwrites instead of adding", () => {
  const overwriting: typeof gatherBackward = (g, _ids, shape) => {
    const ids = _ids as number[];
    const dE = tensor(new Float64Array(shape[0] * shape[1]), { shape });
    const width = shape[1];
    ids.forEach((id, n) => dE.data.set(g.data.subarray(n * width, (n + 1) * width), id * width));
    return dE;
  };
  assertThrows(() =>
    property([lookup], (each) => {
      const { ids, E, g } = adjointCase(each);
      areAdjoint(gather, overwriting, E, ids, g);
    })
  );
});

Deno.test("property and asyncProperty fail with the seed where a property does not hold", async () => {
  const error = assertThrows(() => property([fc.nat()], (n) => n < 10), Error, "seed: ");
  assert(String(error).includes("Counterexample: [10]"));
  let runs = 0;
  await asyncProperty([fc.nat()], () => {
    runs++;
    return Promise.resolve(true);
  }, { numRuns: 7 });
  assertEquals(runs, 7);
});
