// Norms whose squares leave the range of the dtype, though they themselves do not.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  clipGradNorm,
  type DType,
  Embedding,
  EmbeddingBag,
  norm,
  Parameter,
  type Tensor,
  tensor,
} from "minimodel";
import { normOf } from "../lib/kernels/norms.ts";

/** Powers of two by which 3 and 4 are multiplied: their squares overflow, vanish, or do neither. */
const scales: Record<DType, readonly number[]> = {
  float64: [2 ** 1000, 2 ** 600, 1, 2 ** -600, 2 ** -1000],
  float32: [2 ** 120, 2 ** 70, 1, 2 ** -70, 2 ** -120],
};
const dtypes: readonly DType[] = ["float64", "float32"];
const powers = [1, 1.5, 2, 3, Infinity];

/** A way to the norm of numbers. */
type Norm = (numbers: readonly number[], p: number, dtype: DType) => number;

/** The p-norm of 3 and -4 times a power of two is that power of two times the one of 3 and -4. */
function checkScaling(way: Norm): void {
  for (const dtype of dtypes) {
    for (const p of powers) {
      const expected = p === Infinity ? 4 : (3 ** p + 4 ** p) ** (1 / p);
      const near = dtype === "float64" ? 1e-15 : 2e-7;
      for (const scale of scales[dtype]) {
        const got = way([3 * scale, -4 * scale, 0], p, dtype) / scale;
        const error = Math.abs(got - expected) / expected;
        assert(error <= near, `the ${p}-norm in ${dtype} at ${scale} is off by ${error}`);
      }
    }
  }
}

/** A gradient that is clipped by a scale of its own, which must come out. */
const byClipping: Norm = (numbers, p, dtype) => {
  const parameter = new Parameter(tensor([0, 0, 0], { dtype }));
  parameter.grad = tensor([...numbers], { dtype });
  return clipGradNorm([parameter], Infinity, { normType: p });
};

/** The same of three parameters, whose norms are put together. */
const byClippingAll: Norm = (numbers, p, dtype) => {
  const parameters = numbers.map((each) => {
    const parameter = new Parameter(tensor([0], { dtype }));
    parameter.grad = tensor([each], { dtype });
    return parameter;
  });
  return clipGradNorm(parameters, Infinity, { normType: p });
};

const ways: Record<string, Norm> = {
  "norm": (numbers, p, dtype) => norm(tensor([...numbers], { dtype }), { p }).item(),
  "norm along an axis": (numbers, p, dtype) => {
    const x = tensor([numbers, numbers], { dtype });
    return norm(x, { p, axis: 1 }).data[1];
  },
  "clipGradNorm": byClipping,
  "clipGradNorm of several parameters": byClippingAll,
};

for (const [name, way] of Object.entries(ways)) {
  Deno.test(`${name} neither overflows nor vanishes before the root`, () => checkScaling(way));
}

Deno.test("the check of norms refuses a root of the sum of powers", () => {
  const naive: Norm = (numbers, p, dtype) => {
    const round = dtype === "float32" ? Math.fround : (x: number) => x;
    if (p === Infinity) return numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const sum = numbers.reduce((sum, x) => round(sum + round(Math.abs(x) ** p)), 0);
    return round(sum ** (1 / p));
  };
  assertThrows(() => checkScaling(naive), AssertionError, "is off by");
});

/** The gradient of a norm by its formula, sign(x) (|x| / y)^(p - 1). */
function gradientOf(x: readonly number[], p: number): number[] {
  const y = normOf(x, p);
  return x.map((each) =>
    p === Infinity
      ? Math.abs(each) === y ? Math.sign(each) : 0
      : Math.sign(each) * (Math.abs(each) / y) ** (p - 1)
  );
}

Deno.test("the gradient of a norm is the same at every scale", () => {
  for (const dtype of dtypes) {
    for (const p of powers) {
      for (const scale of scales[dtype]) {
        const x = tensor([3 * scale, -4 * scale], { dtype, requiresGrad: true });
        norm(x, { p }).backward();
        gradientOf([3, -4], p).forEach((expected, i) => {
          const error = Math.abs((x.grad?.data[i] ?? NaN) - expected);
          assert(error < 1e-6, `the ${p}-norm in ${dtype} at ${scale}: ${x.grad}`);
        });
      }
    }
  }
});

Deno.test("clipping scales gradients of every size to the limit", () => {
  for (const scale of scales.float64) {
    const parameter = new Parameter(tensor([0, 0]));
    parameter.grad = tensor([3 * scale, 4 * scale]);
    const limit = scale / 10;
    const before = clipGradNorm([parameter], limit);
    assertEquals(before, 5 * scale);
    // As torch.nn.utils.clip_grad_norm_, which adds 1e-6 to the norm.
    const factor = Math.min(limit / (before + 1e-6), 1);
    assertEquals(parameter.grad.toArray(), [3 * scale * factor, 4 * scale * factor]);
  }
});

/** Lookups that scale the rows 1 and 2 of a table down. */
const renorming: Record<string, (table: Tensor, maxNorm: number, normType: number) => Tensor> = {
  Embedding(table, maxNorm, normType) {
    const embedding = new Embedding(3, 2, { table, maxNorm, normType });
    embedding.forward([2, 1]);
    return embedding.E;
  },
  EmbeddingBag(table, maxNorm, normType) {
    const embedding = new EmbeddingBag(3, 2, { table, maxNorm, normType });
    embedding.forward([[1, 2]]);
    return embedding.E;
  },
};

for (const [name, renorm] of Object.entries(renorming)) {
  Deno.test(`the maxNorm of an ${name} holds for rows whose squares overflow`, () => {
    for (const dtype of dtypes) {
      for (const p of powers) {
        for (const scale of scales[dtype].filter((each) => each >= 1)) {
          const rows = [[9 * scale, 9 * scale], [3 * scale, -4 * scale], [0.03, 0.04]];
          const { data } = renorm(tensor(rows, { dtype }), 2, p);
          const size = normOf([3, 4], p);
          const near = dtype === "float64" ? 1e-6 : 1e-5;
          const found = Array.from(data.subarray(2, 4));
          [3, -4].forEach((each, i) => {
            const error = Math.abs(found[i] - 2 * each / size);
            assert(error < near, `the ${p}-norm in ${dtype} at ${scale}: ${found}`);
          });
          // A row that was not looked up, and one that is short, stay to the bit.
          assertEquals(data.subarray(0, 2), tensor(rows[0], { dtype }).data);
          assertEquals(data.subarray(4), tensor(rows[2], { dtype }).data);
        }
      }
    }
  });
}

Deno.test("an EmbeddingBag of maxima refuses scaleGradByFreq, as PyTorch does", () => {
  assertThrows(
    () => new EmbeddingBag(3, 2, { mode: "max", scaleGradByFreq: true }),
    TypeError,
    'Cannot make an EmbeddingBag: mode "max" does not take scaleGradByFreq, only "sum" and "mean" do',
  );
  new EmbeddingBag(3, 2, { mode: "max", scaleGradByFreq: false });
  for (const mode of ["sum", "mean"] as const) {
    const bag = new EmbeddingBag(3, 1, { mode, scaleGradByFreq: true });
    bag.forward([1, 1, 1, 2], [0]).sum().backward();
    // Three times a third of what the bag gives each id.
    const share = mode === "sum" ? 1 : 0.25;
    assertEquals(bag.E.grad?.toArray(), [[0], [share], [share]]);
  }
});
