// Clipping gradients by their norm: all of them together, in place, whole ones and those of rows.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertThrows,
} from "@std/assert";
import {
  clipGradNorm,
  type DType,
  Embedding,
  ones,
  Parameter,
  RowGradient,
  Sgd,
  tensor,
} from "minimodel";

type Clip = typeof clipGradNorm;

function withGradient(values: number[], dtype: DType = "float64"): Parameter {
  const p = new Parameter(ones([values.length], { dtype }));
  p.grad = tensor(values, { dtype });
  return p;
}

const norms: [p: number, norm: number][] = [
  [1, 3 + 4 + 12],
  [2, 13],
  [3, (27 + 64 + 1728) ** (1 / 3)],
  [Infinity, 12],
];

/** The gradients of all parameters shrink by one factor, to the limit, and stay if they are within it. */
function checkClipping(clip: Clip): void {
  for (const dtype of ["float64", "float32"] as const) {
    const near = dtype === "float64" ? 1e-12 : 1e-5;
    for (const [normType, norm] of norms) {
      for (const maxNorm of [norm / 2, norm * 2, 1]) {
        const parameters = [withGradient([3, -4], dtype), withGradient([12], dtype)];
        // One without a gradient, and one that is listed twice.
        const all = [
          parameters[0],
          new Parameter(ones([2], { dtype })),
          parameters[1],
          parameters[0],
        ];
        assertAlmostEquals(clip(all, maxNorm, { normType }), norm, near * norm);
        const factor = Math.min(1, maxNorm / (norm + 1e-6));
        const found = parameters.flatMap(({ grad }) => Array.from(grad?.data ?? []));
        if (factor === 1) assertEquals(found, [3, -4, 12]);
        [3, -4, 12].forEach((each, i) => assertAlmostEquals(found[i], factor * each, 12 * near));
        assertEquals(all[1].grad, null);
      }
    }
  }
}

Deno.test("clipGradNorm scales all gradients by one factor, and returns the norm before", () => {
  checkClipping(clipGradNorm);
});

const wrong: Record<string, Clip> = {
  "clips each parameter by itself": (parameters, maxNorm, options) =>
    Math.max(...parameters.map((each) => clipGradNorm([each], maxNorm, options))),
  "returns the norm afterwards": (parameters, maxNorm, options) => {
    clipGradNorm(parameters, maxNorm, options);
    return clipGradNorm(parameters, maxNorm, options);
  },
  "always scales to the limit": (parameters, maxNorm, options) => {
    const norm = clipGradNorm(parameters, Infinity, options);
    for (const { grad } of new Set(parameters)) {
      grad?.data.forEach((each, i) => grad.data[i] = each * maxNorm / norm);
    }
    return norm;
  },
  "knows one norm only": (parameters, maxNorm) => clipGradNorm(parameters, maxNorm),
  "scales what is listed twice twice": (parameters, maxNorm, options) => {
    const norm = clipGradNorm(parameters, maxNorm, options);
    const [first] = parameters;
    if (norm > maxNorm) first.grad?.data.forEach((x, i, data) => data[i] = x * maxNorm / norm);
    return norm;
  },
};

for (const [what, clip] of Object.entries(wrong)) {
  Deno.test(`the check of clipping refuses one that ${what}`, () => {
    assertThrows(() => checkClipping(clip), AssertionError);
  });
}

Deno.test("gradients of rows are clipped as whole ones are, in place", () => {
  for (const normType of [1, 2, 3, Infinity]) {
    const [rows, whole] = [true, false].map((sparse) => {
      const embedding = new Embedding(5, 2, { sparse, table: ones([5, 2]) });
      embedding.forward([3, 1, 3]).mul(tensor([[1], [-2], [3]])).sum().backward();
      const norm = clipGradNorm([embedding.E], 1, { normType });
      const { grad } = embedding.E;
      assertEquals(grad instanceof RowGradient, sparse);
      new Sgd([embedding.E], { lr: 0.5 }).step();
      return [norm, grad?.toArray(), embedding.E.toArray()];
    });
    assertEquals(rows, whole);
  }
});

Deno.test("without gradients the norm is 0, as PyTorch has it", () => {
  assertEquals(clipGradNorm([], 1), 0);
  assertEquals(clipGradNorm([new Parameter(ones([2]))], 1, { normType: Infinity }), 0);
  assertEquals(clipGradNorm([withGradient([0, 0]), withGradient([])], 1), 0);
});

Deno.test("a norm that is not finite leaves what PyTorch leaves", () => {
  const clipped = (values: number[]) => {
    const p = withGradient(values);
    return [clipGradNorm([p], 1), p.grad?.toArray()];
  };
  assertEquals(clipped([NaN, 1]), [NaN, [NaN, NaN]]);
  assertEquals(clipped([Infinity, 1]), [Infinity, [NaN, 0]]);
});

Deno.test("clipping refuses what is no list of parameters, no limit and no gradient, and clips none then", () => {
  const p = withGradient([3, 4]);
  const gone = withGradient([1]);
  gone.grad?.dispose();
  const odd = withGradient([1]);
  Object.assign(odd, { grad: 3 });
  const refused: [parameters: unknown, maxNorm: unknown, options: object, says: string][] = [
    [
      p,
      1,
      {},
      "Cannot clip gradients: wanted an array of Parameters, got a value of kind Parameter",
    ],
    [[p, tensor([1])], 1, {}, "Cannot clip gradients: wanted an array of Parameters"],
    [new Array(1), 1, {}, "Cannot clip gradients: wanted an array of Parameters"],
    [[p], 0, {}, "Cannot clip gradients: maxNorm must be a number above 0, got 0"],
    [[p], NaN, {}, "Cannot clip gradients: maxNorm must be a number above 0, got NaN"],
    [[p], "1", {}, "Cannot clip gradients: maxNorm must be a number above 0, got the string"],
    [[p], undefined, {}, "Cannot clip gradients: maxNorm must be a number above 0, got undefined"],
    [[p], 1, { normType: 0 }, "Cannot clip gradients: normType must be a number above 0, got 0"],
    [[p], 1, { normType: -Infinity }, "normType must be a number above 0, got -Infinity"],
    [[p, odd], 1, {}, "Cannot clip gradients: a gradient must be a tensor, got 3"],
    [[p, gone], 1, {}, "Cannot use a tensor that was disposed of"],
  ];
  for (const [parameters, maxNorm, options, says] of refused) {
    const error = assertThrows(
      () => clipGradNorm(parameters as Parameter[], maxNorm as number, options),
      Error,
      says,
    );
    assert(error instanceof TypeError || error instanceof RangeError);
    assertEquals(p.grad?.toArray(), [3, 4]);
  }
});
