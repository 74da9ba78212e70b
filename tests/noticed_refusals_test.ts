// Every clause of what lib/nn refuses, one after the other, and the last that it lets through.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  checkGradients,
  Embedding,
  EmbeddingBag,
  ones,
  Parameter,
  RowGradient,
  Sgd,
  sum,
  tensor,
  zeros,
} from "minimodel";
import { wrong } from "./_refused.ts";

/** The message of the error that a call is refused with. */
function messageOf(call: () => unknown, Kind: ErrorConstructor = TypeError): string {
  const error = assertThrows(call, Kind);
  assertEquals(error.constructor, Kind);
  return error.message;
}

const text = 'the string "1"';
const modules = [["an Embedding", Embedding], ["an EmbeddingBag", EmbeddingBag]] as const;

for (const [name, Module] of modules) {
  Deno.test(`sizes of ${name} are whole numbers from 0`, () => {
    for (const [value, said] of [[-1, "-1"], [0.5, "0.5"], [2 ** 53, `${2 ** 53}`], ["1", text]]) {
      assertEquals(
        messageOf(() => new Module(wrong(value), 2), RangeError),
        `Cannot make ${name}: numEmbeddings must be a whole number from 0, got ${said}`,
      );
      assertEquals(
        messageOf(() => new Module(2, wrong(value)), RangeError),
        `Cannot make ${name}: embeddingDim must be a whole number from 0, got ${said}`,
      );
    }
    assertEquals(new Module(0, 0).E.shape, [0, 0]);
    assertEquals([new Module(3, 2).numEmbeddings, new Module(3, 2).embeddingDim], [3, 2]);
  });

  Deno.test(`options of ${name} are numbers in their ranges, and switches`, () => {
    const numbers: [option: string, wanted: string, values: unknown[]][] = [
      ["initScale", "a number from 0", [-1, NaN, Infinity, "1"]],
      ["maxNorm", "a number above 0", [0, -1, NaN, "1"]],
      ["normType", "a number above 0", [0, -1, NaN, "1"]],
      ["paddingIdx", "a whole number in [-2, 2)", [2, -3, 0.5, "1"]],
    ];
    for (const [option, wanted, values] of numbers) {
      for (const value of values) {
        assertEquals(
          messageOf(() => new Module(2, 2, wrong({ [option]: value })), RangeError),
          `Cannot make ${name}: ${option} must be ${wanted}, got ${value === "1" ? text : value}`,
        );
      }
    }
    for (const option of ["scaleGradByFreq", "sparse"]) {
      assertEquals(
        messageOf(() => new Module(2, 2, wrong({ [option]: 1 }))),
        `Cannot make ${name}: ${option} must be true or false, got 1`,
      );
    }
    for (const seed of [-1, 2 ** 32, 0.5]) {
      assertThrows(() => new Module(2, 2, { seed }), RangeError, `from seed ${seed}: `);
    }
    new Module(2, 2, { maxNorm: Infinity, normType: Infinity, paddingIdx: -2, initScale: 0 });
  });

  Deno.test(`the table of ${name} is a tensor of its shape, and of the dtype asked for`, () => {
    for (const shape of [[3, 2], [2, 3], [2, 2, 1], [4], []]) {
      const table = zeros(shape);
      const said = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
      assertEquals(
        messageOf(() => new Module(2, 2, { table })),
        `Cannot make ${name}: table must be of shape (2, 2), got ${said}`,
      );
    }
    assertEquals(
      messageOf(() => new Module(2, 2, { table: wrong([[1, 2], [3, 4]]) })),
      `Cannot make ${name}: table must be a tensor, got a value of kind Array`,
    );
    assertEquals(
      messageOf(() => new Module(2, 2, { table: zeros([2, 2]), dtype: "float32" })),
      `Cannot make ${name} of float32 from a table of float64: ` +
        "cast(table, dtype) makes them the same",
    );
    const table = zeros([2, 2], { dtype: "float32" });
    assertEquals(new Module(2, 2, { table }).E.dtype, "float32");
    assertEquals(new Module(2, 2, { table, dtype: "float32" }).E.dtype, "float32");
  });
}

Deno.test("pretrained vectors are a tensor of two axes, frozen or not", () => {
  const doing = "make an Embedding from vectors";
  for (const [shape, said] of [[[], "()"], [[4], "(4,)"], [[2, 2, 2], "(2, 2, 2)"]] as const) {
    assertEquals(
      messageOf(() => Embedding.fromPretrained(zeros(shape))),
      `Cannot ${doing}: wanted a tensor of shape (V, d), got shape ${said}`,
    );
  }
  assertThrows(() => Embedding.fromPretrained(wrong([[1]])), TypeError, `Cannot ${doing}: wanted`);
  assertEquals(
    messageOf(() => Embedding.fromPretrained(zeros([1, 1]), { freeze: wrong(1) })),
    `Cannot ${doing}: freeze must be true or false, got 1`,
  );
  const options = { paddingIdx: -1, sparse: true, scaleGradByFreq: true, freeze: false };
  const embedding = Embedding.fromPretrained(ones([3, 1]), options);
  sum(embedding.forward([0, 0, 2])).backward();
  const { grad } = embedding.E;
  assert(grad instanceof RowGradient);
  assertEquals([grad.rows, grad.toArray()], [Int32Array.of(0), [[1], [0], [0]]]);
});

const p = new Parameter(ones([2]));
const optimizers: [name: string, make: (options: object) => unknown, rates: string[]][] = [
  ["Sgd", (options) => new Sgd([p], wrong({ lr: 1, ...options })), [
    ...["lr", "momentum", "weightDecay"],
  ]],
  ["Adam", (options) => new Adam([p], options), ["lr", "eps", "weightDecay"]],
  ["AdamW", (options) => new AdamW([p], options), ["lr", "eps", "weightDecay"]],
  ["Adagrad", (options) => new Adagrad([p], options), [
    ...["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"],
  ]],
];

for (const [name, make, rates] of optimizers) {
  Deno.test(`the rates of ${name} are finite numbers from 0`, () => {
    for (const rate of rates) {
      for (const value of [-1e-9, NaN, Infinity, "1", null]) {
        assertEquals(
          messageOf(() => make({ [rate]: value }), RangeError),
          `Cannot make ${name}: ${rate} must be a number from 0, got ${
            value === "1" ? text : value
          }`,
        );
      }
      make({ [rate]: 0 });
    }
  });
}

Deno.test("betas are two numbers in [0, 1)", () => {
  const refusals: [betas: unknown, said: string][] = [
    [[0.9], "[0.9]"],
    [[0.9, 0.9, 0.9], "[0.9, 0.9, 0.9]"],
    [[-0.1, 0.9], "[-0.1, 0.9]"],
    [[0.9, 1], "[0.9, 1]"],
    [[1, 0.9], "[1, 0.9]"],
    [[0.9, "0.9"], '[0.9, the string "0.9"]'],
    [[NaN, 0.9], "[NaN, 0.9]"],
    [new Array(9).fill(0), `[${new Array(9).fill(0).join(", ")}]`],
    [new Array(10).fill(0), "a value of kind Array"],
    [0.9, "0.9"],
    [null, "null"],
  ];
  for (const [betas, said] of refusals) {
    assertEquals(
      messageOf(() => new Adam([p], { betas: wrong(betas) }), RangeError),
      `Cannot make Adam: betas must be two numbers in [0, 1), got ${said}`,
    );
  }
  new Adam([p], { betas: [0, 0] });
});

Deno.test("an optimiser takes an array of Parameters, and tells which is none", () => {
  for (const [name, make] of [["Sgd", Sgd], ["Adam", Adam], ["Adagrad", Adagrad]] as const) {
    const given = (parameters: unknown) => messageOf(() => new make(wrong(parameters), { lr: 1 }));
    assertEquals(
      given(p),
      `Cannot make ${name}: wanted an array of Parameters, got a value of kind Parameter`,
    );
    assertEquals(
      given([p, ones([1])]),
      `Cannot make ${name}: wanted an array of Parameters, got a value of kind Tensor at [1]`,
    );
    assertEquals(
      given([, p]),
      `Cannot make ${name}: wanted an array of Parameters, got undefined at [0]`,
    );
    assertEquals(new make([], { lr: 1 }).state().parameters, []);
    assertEquals(new make([p, p], { lr: 1 }).state().parameters, [null]);
  }
});

Deno.test("options may be of a class or of no kind, but not a list, a map or a tensor", () => {
  const x = tensor([[1, 2], [3, 4]]);
  class Options {
    axis = 0;
  }
  for (const options of [new Options(), Object.assign(Object.create(null), { axis: 0 })]) {
    assertEquals(sum(x, options).toArray(), [4, 6]);
  }
  for (const options of [[], new Map(), new Set(), Promise.resolve(), x, new Float64Array(0)]) {
    assertThrows(() => sum(x, wrong(options)), TypeError, "Cannot sum: options must be an object");
  }
});

Deno.test("checkGradients does not start from what has no neighbours", () => {
  for (const value of [Infinity, -Infinity, NaN]) {
    assertEquals(
      messageOf(
        () => checkGradients((x) => x.mul(1), [tensor([value], { requiresGrad: true })]),
        RangeError,
      ),
      `Cannot check gradients at ${value}: there are no numbers on both sides of it`,
    );
  }
});
