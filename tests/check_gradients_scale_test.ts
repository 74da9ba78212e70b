// Gradient checks at every scale: a right gradient of large inputs passes, a wrong one of tiny size does not,
// and where the dtype cannot tell, the report says so.

import { assert, assertEquals, AssertionError, assertLess, assertThrows } from "@std/assert";
import {
  CheckError,
  checkGradients,
  type DType,
  type GradientReport,
  log,
  norm,
  pow,
  record,
  softmax,
  sqrt,
  sum,
  type Tensor,
  tensor,
} from "minimodel";

/** A way to check the gradients of a function. */
type Check = (fn: (x: Tensor) => Tensor, inputs: Tensor[]) => GradientReport;

/** An op by its formula, and a derivative that is claimed to be its. */
function own(formula: (x: number) => number, slope: (x: number) => number) {
  return (x: Tensor): Tensor =>
    record("own", [x], x.data.map(formula), x.shape, (dy) => [
      dy.mul(tensor(x.data.map(slope), { dtype: x.dtype, shape: x.shape })),
    ]);
}

const leaf = (values: number[], dtype: DType) => tensor(values, { dtype, requiresGrad: true });
const dtypes: readonly DType[] = ["float64", "float32"];

interface Example {
  readonly what: string;
  readonly fn: (x: Tensor) => Tensor;
  readonly at: number[];
  /** In which dtypes; both, if left out. */
  readonly dtype?: DType;
}

const squareAbove0 = (x: number) => x < 0 ? NaN : x * x;
const large = [1e6, 1e11, -1e15, 1e30];
const tiny = [1e-3, 1e-6, 1e-9, 1e-12, 1e-30];
const nearZero = [1e-4, 1e-8, 1e-12];

/** Right gradients, of which every entry can be told. */
const right: readonly Example[] = [
  ...large.map((at) => ({ what: `2 x at ${at}`, fn: (x: Tensor) => x.mul(2).sum(), at: [at] })),
  ...large.map((at) => ({ what: `x / 3 at ${at}`, fn: (x: Tensor) => x.div(3), at: [at, 1] })),
  ...tiny.map((slope) => ({
    what: `${slope} x`,
    fn: own((x) => slope * x, () => slope),
    at: [1, -2],
  })),
  ...nearZero.flatMap((at) => [
    { what: `the root at ${at}`, fn: (x: Tensor) => sqrt(x), at: [at] },
    { what: `the logarithm at ${at}`, fn: (x: Tensor) => log(x), at: [at] },
    { what: `1 / x at ${at}`, fn: (x: Tensor) => pow(x, -1), at: [at] },
    { what: `1 / x at -${at}`, fn: (x: Tensor) => pow(x, -1), at: [-at] },
    { what: `relu at ${at}`, fn: (x: Tensor) => x.relu(), at: [at, -at] },
    { what: `|x| at ${at}`, fn: (x: Tensor) => x.abs(), at: [at, -at] },
  ]),
  { what: "a term that is NaN", fn: own(squareAbove0, (x) => x < 0 ? NaN : 2 * x), at: [2, -1] },
  { what: "no gradient at all", fn: (x) => x.detach().mul(0), at: [1e9, 3] },
  { what: "softmax, not far apart", fn: (x) => softmax(x), at: [1, 2, -1], dtype: "float64" },
  { what: "the norm of large numbers", fn: (x) => norm(x), at: [3e9, 4e9] },
];

/** Wrong gradients, which no rounding hides. */
const wrong: readonly Example[] = [
  ...large.flatMap((at) => [
    { what: `2 x as 2.1 at ${at}`, fn: own((x) => 2 * x, () => 2.1), at: [at] },
    { what: `2 x as 0 at ${at}`, fn: own((x) => 2 * x, () => 0), at: [at] },
  ]),
  ...tiny.flatMap((slope) => [
    { what: `${slope} x as 0`, fn: own((x) => slope * x, () => 0), at: [1, -2] },
    { what: `${slope} x as twice that`, fn: own((x) => slope * x, () => 2 * slope), at: [1] },
    { what: `0 as ${slope}`, fn: own(() => 0, () => slope), at: [1] },
  ]),
  ...nearZero.flatMap((at) => [
    { what: `the root at ${at}`, fn: own(Math.sqrt, (x) => 0.6 / Math.sqrt(x)), at: [at] },
    { what: `the logarithm at ${at}`, fn: own(Math.log, (x) => -1 / x), at: [at] },
    { what: `1 / x at ${at}`, fn: own((x) => 1 / x, (x) => 1 / (x * x)), at: [at] },
    { what: `relu at ${at}`, fn: own((x) => Math.max(x, 0), () => 0.8), at: [at] },
  ]),
  {
    what: "1 + 1e-9 x as 0",
    fn: own((x) => 1 + 1e-9 * x, () => 0),
    at: [1],
    dtype: "float64",
  },
  { what: "tanh far out as 1", fn: own(Math.tanh, () => 1), at: [20] },
  { what: "x^2 with a wrong sign", fn: own((x) => x * x, (x) => -2 * x), at: [1e-7, 1e7] },
];

/** Right gradients pass with every entry told, and wrong ones are refused. */
function checkScales(check: Check): void {
  for (const { what, fn, at, dtype } of right) {
    for (const each of dtype === undefined ? dtypes : [dtype]) {
      let report: GradientReport;
      try {
        report = check(fn, [leaf(at, each)]);
      } catch (error) {
        throw new AssertionError(`${what} in ${each} is blamed: ${error}`);
      }
      const { checked, undecided } = report;
      assertEquals([checked, undecided], [at.length, 0], `${what} in ${each} is not told`);
      assertLess(report.largestError, each === "float64" ? 1e-6 : 1e-2, what);
    }
  }
  for (const { what, fn, at, dtype } of wrong) {
    for (const each of dtype === undefined ? dtypes : [dtype]) {
      assertThrows(() => check(fn, [leaf(at, each)]), CheckError, "Gradients are wrong", what);
    }
  }
}

Deno.test("checkGradients is right at every scale, of inputs and of gradients", () => {
  checkScales(checkGradients);
});

/** A check by one difference, with a step and a judgement that may be wrong. */
function differing(
  stepAt: (x: number, dtype: DType) => number,
  isNear: (expected: number, got: number, dtype: DType) => boolean,
): Check {
  return (fn, [x]) => {
    x.grad = null;
    const y = fn(x).sum();
    if (y.requiresGrad) y.backward();
    const { data, dtype } = x;
    data.forEach((at, i) => {
      const valueAt = (value: number) => {
        data[i] = value;
        return [sum(fn(x)).item(), data[i]];
      };
      const h = stepAt(at, dtype);
      const [[above, high], [below, low]] = [valueAt(at + h), valueAt(at - h)];
      data[i] = at;
      const expected = (above - below) / (high - low);
      const got = x.grad?.data[i] ?? 0;
      if (!isNear(expected, got, dtype)) {
        throw new CheckError(`Gradients are wrong: ${expected}, ${got}`);
      }
    });
    return { checked: data.length, largestError: 0, undecided: 0 };
  };
}

const stepOf = (dtype: DType) => dtype === "float64" ? 1e-6 : 1e-2;
const nearOf = (dtype: DType) => dtype === "float64" ? 1e-6 : 1e-2;
const relative = (a: number, b: number, dtype: DType) =>
  a === b || Math.abs(a - b) <= nearOf(dtype) * Math.max(Math.abs(a), Math.abs(b));

const planted: Record<string, { check: Check; says: string }> = {
  "takes the same step everywhere": {
    check: differing((_, dtype) => stepOf(dtype), relative),
    says: "2 x at 1000000 in float32 is blamed",
  },
  "allows the same error everywhere": {
    check: (fn, inputs) => {
      try {
        return checkGradients(fn, inputs);
      } catch (error) {
        const found = /expected (\S+), got (\S+)/.exec(String(error)) ?? [];
        if (!(Math.abs(Number(found[1]) - Number(found[2])) <= 1e-6)) throw error;
        return { checked: inputs[0].size, largestError: 0, undecided: 0 };
      }
    },
    says: "Expected function to throw: 0.000001 x as 0",
  },
  "takes no shorter steps where numbers are small": {
    check: (fn, [x]) =>
      Math.abs(x.data[0]) < 1
        ? differing((_, dtype) => stepOf(dtype), relative)(fn, [x])
        : checkGradients(fn, [x]),
    says: "the root at 0.0001 in float64 is blamed",
  },
  "lets everything pass": {
    check: (_, [x]) => ({ checked: x.size, largestError: 0, undecided: 0 }),
    says: "Expected function to throw: 2 x as 2.1",
  },
  "blames everything": {
    check: () => {
      throw new CheckError("Gradients are wrong");
    },
    says: "is blamed",
  },
  "cannot tell anything": {
    check: (_, [x]) => ({ checked: x.size, largestError: 0, undecided: x.size }),
    says: "is not told",
  },
};

for (const [what, { check, says }] of Object.entries(planted)) {
  Deno.test(`the scales refuse a check that ${what}`, () => {
    assertThrows(() => checkScales(check), AssertionError, says);
  });
}

Deno.test("checkGradients says how many entries the dtype cannot tell", () => {
  const undecided = (fn: (x: Tensor) => Tensor, at: number[], dtype: DType) =>
    checkGradients(fn, [leaf(at, dtype)]).undecided;
  // Beside 1, a change of 1e-11 is rounded off in float32.
  const beside1 = own((x) => 1 + 1e-9 * x, () => 1e-9);
  assertEquals(undecided(beside1, [1, 2], "float32"), 2);
  // Of 1e9 and 1, float32 keeps the first.
  const added = (x: Tensor) => sum(x);
  assertEquals(undecided(added, [1e9, 1], "float32"), 1);
  assertEquals(undecided(added, [1e3, 1], "float64"), 0);
  // Where nothing can be told, no gradient is blamed.
  assertEquals(undecided(own((x) => 1e9 + x, () => 3), [1], "float32"), 1);
  assertEquals(undecided((x) => softmax(x), [0, 60, -60], "float64"), 3);
});

Deno.test("a step that is lost beside an input, and an input with no neighbours, are refused", () => {
  for (const [dtype, at] of [["float64", 1], ["float64", 1e11], ["float32", 1e6]] as const) {
    assertThrows(
      () => checkGradients((x) => x.mul(2), [leaf([at], dtype)], { epsilon: 1e-18 }),
      RangeError,
      `Cannot check gradients: a step of epsilon 1e-18 is lost beside ${at} in ${dtype}`,
    );
  }
  for (const at of [NaN, Infinity, -Infinity]) {
    const x = leaf([1, at], "float64");
    assertThrows(
      () => checkGradients((x) => x.mul(2), [x]),
      RangeError,
      `Cannot check gradients at ${at}: there are no numbers on both sides of it`,
    );
    assertEquals(x.toArray(), [1, at]);
  }
});

Deno.test("a NaN is no excuse: it is told where a gradient should have been NaN", () => {
  const x = leaf([-1, 2], "float64");
  const { message } = assertThrows(() => checkGradients((x) => log(x), [x]), CheckError);
  assert(message.includes("input 0 at [0]: expected NaN, got -0.5"), message);
  assert(!message.includes("[1]"), message);
});
