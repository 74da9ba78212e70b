// Every op against PyTorch, forward and backward.

import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type DType, type Tensor, tensor } from "minimodel";
import {
  casesOf,
  describeCase,
  leavesOf,
  numbersForAll,
  type OpCase,
  type OpName,
  opNames,
  type OpParams,
  opsOfKind,
} from "../_op_cases.ts";
import { asyncProperty } from "../_property.ts";
import { fixedNumbers, planted, plantedRight, wrongGradientOf } from "../_wrong_gradients.ts";
import { largeCases, largeNumbers } from "../_large_cases.ts";
import { assertSame, largestErrors, runSteps, type Torch, torchTest } from "./_torch.ts";

const dtypes: readonly DType[] = ["float64", "float32"];
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** An upstream gradient for `y`, with numbers of every sign and size up to 2. */
function upstreamFor(y: Tensor, salt: number): Tensor {
  const values = Float64Array.from({ length: y.size }, (_, i) => 2 * Math.sin(1 + salt + 7 * i));
  return tensor(values, { dtype: y.dtype, shape: y.shape });
}

/** Runs an op here and in PyTorch on the same numbers, and compares results and gradients. */
async function compare(
  torch: Torch,
  { op, params }: Pick<OpCase, "op" | "params">,
  leaves: readonly Tensor[],
  what: string,
  salt = 0,
): Promise<void> {
  const steps = [{ op, inputs: leaves.map((_, place) => place), params }];
  const y = runSteps(leaves, steps);
  const upstream = upstreamFor(y, salt);
  y.backward(upstream);
  const { value, gradients } = await torch.graph(leaves, steps, upstream);
  assertSame(y, value, what);
  leaves.forEach((leaf, i) => assertSame(leaf.grad, gradients[i], `${what}, gradient ${i}`));
}

torchTest("every op agrees with PyTorch, for every shape and dtype", async (torch, context) => {
  let compared = 0;
  for (const op of opNames) {
    await context.step(op, async () => {
      for (const each of casesOf(op)) {
        const scale = fc.constantFrom(1, 0.7317, 3.3);
        await asyncProperty(
          [numbersForAll(each), scale, fc.nat({ max: 99 })],
          async (numbers, scale, salt) => {
            const scaled = numbers.map((values) => values.map((value) => value * scale));
            for (const dtype of dtypes) {
              await compare(
                torch,
                each,
                leavesOf(each, scaled, dtype),
                `${describeCase(each)} in ${dtype}`,
                salt,
              );
              compared++;
            }
          },
          { numRuns: 5 },
        );
      }
    });
  }
  const cases = opNames.reduce((total, op) => total + casesOf(op).length, 0);
  console.log(
    `PyTorch ${await torch.version()}: ${opNames.length} ops x ${dtypes.length} dtypes, ` +
      `${cases} cases, ${compared} comparisons forward and backward; largest errors ${shownErrors()}`,
  );
});

function shownErrors(): string {
  const { float64, float32 } = largestErrors;
  return `${float64.toExponential(1)} (float64), ${float32.toExponential(1)} (float32)`;
}

torchTest("large tensors, on which SIMD works, agree with PyTorch", async (torch) => {
  let compared = 0;
  for (const each of largeCases) {
    for (const dtype of dtypes) {
      for (const salt of [1, 2, 3]) {
        const leaves = leavesOf(each, largeNumbers(each, salt), dtype);
        await compare(torch, each, leaves, `${describeCase(each)} in ${dtype}`, salt);
        compared++;
      }
    }
  }
  const covered = new Set(largeCases.map(({ op }) => op));
  assertEquals(opNames.filter((op) => !covered.has(op)), []);
  console.log(
    `${covered.size} ops x ${dtypes.length} dtypes, ${largeCases.length} large cases, ` +
      `${compared} comparisons; largest errors so far ${shownErrors()}`,
  );
});

torchTest("a wrong derivative of any op differs from PyTorch's", async (torch) => {
  for (const op of opNames) {
    const wrong = wrongGradientOf(op);
    for (const dtype of dtypes) {
      const leaves = () =>
        wrong.shapes.map((shape, i) =>
          tensor(fixedNumbers(op, shape, i), { dtype, shape, requiresGrad: true })
        );
      const run = (fn: (...inputs: Tensor[]) => Tensor) => {
        const inputs = leaves();
        const y = fn(...inputs);
        y.backward(upstreamFor(y, 3));
        return { y, inputs };
      };
      const right = run(plantedRight(op, wrong));
      const steps = [{ op, inputs: wrong.shapes.map((_, i) => i), params: wrong.params }];
      const { gradients } = await torch.graph(leaves(), steps, upstreamFor(right.y, 3));
      const assertAll = ({ inputs }: { inputs: Tensor[] }) =>
        inputs.forEach(({ grad }, i) => assertSame(grad, gradients[i], op));
      assertAll(right);
      const planting = run(planted(op, wrong, wrong.backward));
      assertThrows(() => assertAll(planting), AssertionError, op);
    }
  }
});

torchTest("the comparison refuses numbers that are a little too far off", async (torch) => {
  const x = tensor([1, 1000], { requiresGrad: true });
  const { value } = await torch.graph([x], [{ op: "neg", inputs: [0], params: {} }], x.neg());
  assertSame(tensor([-1 - 1e-11, -1000 - 1e-8]), value, "near");
  for (const far of [[-1 - 1e-9, -1000], [-1, -1000 + 1e-6], [1, -1000], [nan, -1000]]) {
    assertThrows(() => assertSame(tensor(far), value, "far"), AssertionError, "PyTorch has");
  }
  assertThrows(() => assertSame(tensor([[-1, -1000]]), value, "shape"), AssertionError);
  assertThrows(() => assertSame(null, value, "null"), AssertionError, "the other none");
});

const special = [nan, inf, -inf, 0, -0, 1, -1, 0.5, -2.5, 3, 40, -40, 800, -800, 1e-30];

torchTest("numbers that are not finite flow as in PyTorch, forward and backward", async (torch) => {
  const unary = [...opsOfKind("pointwise"), ...opsOfKind("reduction")];
  // Once for the plain loops, and once as many as SIMD takes.
  const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));
  const many = [...pairs, ...pairs.toReversed(), ...pairs.slice(0, 5)];
  const large = many.map(([a]) => a);
  for (const dtype of dtypes) {
    const leaf = (values: readonly number[]) => tensor([...values], { dtype, requiresGrad: true });
    for (const op of unary) {
      for (const values of [special, large, [inf, -inf], [-inf, 1], [inf, 2], [3, nan, inf, nan]]) {
        await compare(torch, { op, params: { dtype } }, [leaf(values)], `${op} of ${values}`);
      }
    }
    for (const op of opsOfKind("elementwise")) {
      for (const chosen of [pairs, many]) {
        const operands = [leaf(chosen.map(([a]) => a)), leaf(chosen.map(([, b]) => b))];
        await compare(torch, { op, params: {} }, operands, `${op} in ${dtype}`);
      }
      // Not 0.5: PyTorch takes x^0.5 for sqrt x, which is NaN at -Infinity where C's pow is not.
      for (const number of [0, 1, 2, -1, 2.5]) {
        for (const params of [{ left: number }, { right: number }]) {
          const what = `${op} with ${JSON.stringify(params)}`;
          for (const values of [special, large]) {
            await compare(torch, { op, params }, [leaf(values)], what);
          }
        }
      }
    }
  }
});

torchTest("the softmax family agrees on logits of any size and on -Infinity", async (torch) => {
  const rows = [
    [1000, 1000, -1000],
    [-1000, -1000, -1000],
    [1000, 999, -inf],
    [-inf, -inf, -inf],
    [inf, 0, -inf],
    [nan, 0, 1],
    [80, -80, 0],
    [1e300, 0, -1e300],
  ];
  const family: [OpName, OpParams][] = opsOfKind("softmax").map((op) => [op, {}]);
  for (const reduction of ["none", "sum", "mean"] as const) {
    for (let target = 0; target < 3; target++) {
      family.push(["crossEntropy", { reduction, ids: [target] }]);
    }
  }
  for (const dtype of dtypes) {
    for (const row of rows) {
      for (const [op, params] of family) {
        const leaf = tensor([row], { dtype, requiresGrad: true });
        await compare(torch, { op, params }, [leaf], `${op} of ${row} ${JSON.stringify(params)}`);
        // The row among others that are as wide as SIMD takes, in any place.
        const wide = Array.from(
          { length: 7 },
          (_, n) =>
            Array.from({ length: 61 }, (_, i) => i % 11 === n ? row[(i + n) % 3] : Math.sin(i)),
        );
        const ids = wide.map((_, n) => 8 * n);
        const among = tensor(wide, { dtype, requiresGrad: true });
        const wideParams = params.ids === undefined ? params : { ...params, ids };
        await compare(torch, { op, params: wideParams }, [among], `${op} among others of ${row}`);
      }
    }
  }
});

torchTest(
  "max and maxByGroup give the gradient to the entry that PyTorch gives it to",
  async (torch) => {
    const values = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 12, maxLength: 12 });
    const axis = fc.constantFrom(undefined, 0, 1, 2, [0, 1], [1, 2], [0, 2]);
    await asyncProperty([values, axis], async (values, axis) => {
      const leaf = tensor(values, { shape: [2, 3, 2], requiresGrad: true });
      await compare(torch, { op: "max", params: { axis } }, [leaf], `max of ${values}`);
    });
    const groups = fc.array(fc.nat({ max: 3 }), { minLength: 6, maxLength: 6 });
    await asyncProperty([values, groups], async (values, ids) => {
      const leaf = tensor(values, { shape: [6, 2], requiresGrad: true });
      const params = { ids, count: 4 };
      await compare(torch, { op: "maxByGroup", params }, [leaf], `maxByGroup of ${values}`);
    });
  },
);

torchTest("slice takes what Python takes, whatever start, stop and step", async (torch) => {
  const bound = fc.option(fc.integer({ min: -8, max: 8 }));
  const step = fc.integer({ min: -4, max: 4 }).filter((each) => each !== 0);
  const part = fc.tuple(bound, bound, step);
  const shape = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 4 }));
  await asyncProperty([shape, part, part], async (shape, ...parts) => {
    const params = {
      starts: parts.map(([start]) => start),
      stops: parts.map(([, stop]) => stop),
      steps: parts.map(([, , step]) => step),
    };
    const size = shape[0] * shape[1];
    const values = Float64Array.from({ length: size }, (_, i) => i);
    const leaf = tensor(values, { shape, requiresGrad: true });
    await compare(torch, { op: "slice", params }, [leaf], `slice of ${shape} by ${parts}`);
  }, { numRuns: 300 });
});

torchTest("PyTorch is the version that the requirements pin", async (torch) => {
  const text = await Deno.readTextFile(new URL("requirements.txt", import.meta.url));
  const pinned = /^torch==(\S+)$/m.exec(text)?.[1];
  assertEquals((await torch.version()).replace(/\+.*/, ""), pinned);
});
