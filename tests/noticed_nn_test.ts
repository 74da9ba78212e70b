// Gradients that are clipped, random numbers, and the tables of embeddings.

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  clipGradNorm,
  createRandom,
  Embedding,
  EmbeddingBag,
  IndexError,
  manualSeed,
  normal,
  ones,
  type Optimizer,
  Parameter,
  RowGradient,
  scope,
  Sgd,
  tensor,
  zeros,
} from "minimodel";
import { bytesHeld } from "../lib/kernels/memory.ts";
import { largestResult } from "./_largest_result.ts";
import { wrong } from "./_refused.ts";

// Before anything else has drawn from the common stream.
const [firstNumbers, firstTable] = [normal([2]).toArray(), new Embedding(1, 2).E.toArray()];

/** The message of the error that a call is refused with. */
function messageOf(call: () => unknown, Kind: ErrorConstructor = TypeError): string {
  const error = assertThrows(call, Kind);
  assertEquals(error.constructor, Kind);
  return error.message;
}

Deno.test("a process starts the common stream from seed 0, and draws on from it", () => {
  const drawn = normal([4], { seed: 0 }).toArray() as number[];
  assertEquals(firstNumbers, drawn.slice(0, 2));
  assertEquals(firstTable, [drawn.slice(2).map((x) => 0.02 * x)]);
  manualSeed(7);
  assertEquals(normal([3]).toArray(), normal([3], { seed: 7 }).toArray());
});

Deno.test("normal numbers come in pairs, by the polar method", () => {
  const [random, uniform] = [createRandom(5), createRandom(5)];
  const drawn = Array.from({ length: 6 }, () => random.normal());
  const expected: number[] = [];
  while (expected.length < 6) {
    const [u, v] = [2 * uniform.uniform() - 1, 2 * uniform.uniform() - 1];
    const s = u * u + v * v;
    if (s <= 0 || s >= 1) continue;
    const scale = Math.sqrt(-2 * Math.log(s) / s);
    expected.push(u * scale, v * scale);
  }
  assertEquals(drawn, expected);
});

Deno.test("a stream is SplitMix64 into xoroshiro128+, the same on every machine", () => {
  // By a program in Python's whole numbers.
  const numbers = [0, 1, 2 ** 32 - 1].map((seed) => createRandom(seed).uniform().toString(16));
  assertEquals(numbers, ["0.aeedbc9a9d1238", "0.13f81f831723f", "0.6aed39b5e4ffc"]);
});

Deno.test("a seed and the limit of an integer are refused outside their ranges", () => {
  for (const seed of [-1, 2 ** 32, 0.5]) {
    assertEquals(
      messageOf(() => createRandom(seed), RangeError),
      `Cannot start random numbers from seed ${seed}: it must be a whole number in [0, 2^32)`,
    );
  }
  assert(createRandom(2 ** 32 - 1).uniform() < 1);
  for (const limit of [0, 2 ** 32 + 1, 1.5]) {
    assertEquals(
      messageOf(() => createRandom(0).integer(limit), RangeError),
      `Cannot draw an integer below ${limit}: the limit must be in [1, 2^32]`,
    );
  }
  for (const [name, value] of [["mean", NaN], ["std", Infinity]]) {
    assertEquals(
      messageOf(() => normal([1], { [name as string]: value })),
      `Cannot draw normal numbers: ${name} must be finite, got ${value}`,
    );
  }
});

Deno.test("steps by rows are refused with what touches every row, and done with anything else", () => {
  const by = (make: (p: Parameter) => Optimizer) => {
    const p = new Parameter(zeros([4, 1]));
    p.grad = new RowGradient(Int32Array.of(2), tensor([[-4]]), [4, 1]);
    return () => make(p).step();
  };
  const refusals: [make: (p: Parameter) => Optimizer, what: string][] = [
    [(p) => new Sgd([p], { lr: 1, momentum: 0.5 }), "Sgd with momentum or weightDecay"],
    [(p) => new Sgd([p], { lr: 1, weightDecay: 0.5 }), "Sgd with momentum or weightDecay"],
    [(p) => new Adam([p], { weightDecay: 0.5 }), "Adam with weightDecay"],
    [(p) => new AdamW([p]), "AdamW with weightDecay"],
    [(p) => new Adagrad([p], { weightDecay: 0.5 }), "Adagrad with weightDecay"],
  ];
  for (const [make, what] of refusals) {
    assertEquals(
      messageOf(by(make)),
      `Cannot step by rows: ${what} would touch every row of the parameter`,
    );
  }
  by((p) => new Sgd([p], { lr: 1 }))();
  by((p) => new Adam([p]))();
  by((p) => new AdamW([p], { weightDecay: 0 }))();
  by((p) => new Adagrad([p], { lrDecay: 0.5, initialAccumulatorValue: 1 }))();
});

Deno.test("an optimiser's memory does not count as a result that nobody freed, and outlives scopes", () => {
  const p = new Parameter(zeros([2 ** 13]));
  const optimizer = new Adam([p]);
  const before = bytesHeld();
  const free = largestResult();
  scope(() => {
    p.grad = tensor(new Float64Array(2 ** 13).fill(1));
    optimizer.step();
  });
  assertEquals([bytesHeld() - before, largestResult()], [2 * 2 ** 16, free]);
  optimizer.zeroGrad();
  p.grad = tensor(new Float64Array(2 ** 13).fill(1));
  optimizer.step();
  assert(p.toArray() !== null);
});

Deno.test("gradients are clipped together to the norm, whole ones and those of rows", () => {
  const [p, q] = [new Parameter(zeros([2])), new Parameter(zeros([4, 1]))];
  const fill = () => {
    p.grad = tensor([3, 0]);
    q.grad = new RowGradient(Int32Array.of(2), tensor([[-4]]), [4, 1]);
  };
  const norms: [normType: number | undefined, norm: number][] = [
    ...[[undefined, 5], [2, 5], [1, 7], [Infinity, 4]] as [number | undefined, number][],
  ];
  for (const [normType, norm] of norms) {
    fill();
    assertEquals(clipGradNorm([p, q, p], 2, { normType }), norm);
    const factor = 2 / (norm + 1e-6);
    assertEquals([p.grad?.toArray(), q.grad?.toArray()], [
      ...[[3 * factor, 0], [[0], [0], [-4 * factor], [0]]],
    ]);
  }
  fill();
  assertEquals([clipGradNorm([p, q], 5.1), p.grad?.toArray()], [5, [3, 0]]);
  assertEquals(clipGradNorm([new Parameter(zeros([1]))], 1), 0);
  assertEquals(clipGradNorm([], 1), 0);
});

Deno.test("clipGradNorm refuses what is no list of Parameters, and sizes that are not above 0", () => {
  for (const given of [new Parameter(ones([1])), [ones([1])], [, new Parameter(ones([1]))]]) {
    assertEquals(
      messageOf(() => clipGradNorm(wrong(given), 1)),
      "Cannot clip gradients: wanted an array of Parameters, got a value of kind " +
        (Array.isArray(given) ? "Array" : "Parameter"),
    );
  }
  for (const [value, said] of [[0, "0"], [-1, "-1"], [NaN, "NaN"], ["1", 'the string "1"']]) {
    assertEquals(
      messageOf(() => clipGradNorm([], wrong(value)), RangeError),
      `Cannot clip gradients: maxNorm must be a number above 0, got ${said}`,
    );
    assertEquals(
      messageOf(() => clipGradNorm([], 1, { normType: wrong(value) }), RangeError),
      `Cannot clip gradients: normType must be a number above 0, got ${said}`,
    );
  }
});

Deno.test("a table that is a Parameter is used as it is, a tensor is copied", () => {
  const [parameter, values] = [new Parameter(ones([2, 3])), ones([2, 3])];
  assertStrictEquals(new Embedding(2, 3, { table: parameter }).E, parameter);
  const { E } = new Embedding(2, 3, { table: values });
  values.data.fill(7);
  assertEquals([E.toArray(), E.requiresGrad], [[[1, 1, 1], [1, 1, 1]], true]);
  const pretrained = Embedding.fromPretrained(parameter);
  parameter.data.fill(7);
  assertEquals([pretrained.E.toArray(), pretrained.E.requiresGrad], [
    [[1, 1, 1], [1, 1, 1]],
    false,
  ]);
  assert(Embedding.fromPretrained(values, { freeze: false }).E.requiresGrad);
});

Deno.test("the first numbers have the deviation asked for, and the padding row is 0", () => {
  const drawn = normal([3, 2], { seed: 4 }).toArray() as number[][];
  for (
    const [options, scale] of [[{}, 0.02], [{ initScale: 3 }, 3], [{ initScale: 0 }, 0]] as const
  ) {
    const { E } = new Embedding(3, 2, { seed: 4, paddingIdx: -2, ...options });
    const [first, , last] = drawn.map((row) => row.map((x) => 0 + scale * x));
    assertEquals(E.toArray(), [first, [0, 0], last]);
  }
  const { E } = new Embedding(1, 2, { seed: 4, dtype: "float32" });
  assertEquals(E.data, Float32Array.from(drawn[0] ?? [], (x) => 0.02 * x));
});

Deno.test("rows above the largest norm are scaled down, once each, when they are looked up", () => {
  const table = () => tensor([[3, 4], [0.3, 0.4], [6, 8]]);
  const norms: [normType: number | undefined, norm: number][] = [
    ...[[undefined, 5], [1, 7], [Infinity, 4]] as [number | undefined, number][],
  ];
  for (const [normType, norm] of norms) {
    const embedding = new Embedding(3, 2, { maxNorm: 1, normType, table: table() });
    assertEquals(embedding.E.toArray(), table().toArray());
    const y = embedding.forward([0, 1, 0]);
    const [a, b] = [3, 4].map((x) => x * (1 / (norm + 1e-7)));
    assertEquals(y.toArray(), [[a, b], [0.3, 0.4], [a, b]]);
    assertEquals(embedding.E.toArray(), [[a, b], [0.3, 0.4], [6, 8]]);
    assertThrows(() => embedding.forward([2, 3]), IndexError);
    assertEquals((embedding.E.toArray() as number[][])[2], [6, 8]);
  }
});

Deno.test("bags are summed, averaged or their largest taken, without padding", () => {
  const table = tensor([[1, 8], [2, 4], [9, 9], [3, 1]]);
  const bags = (mode: "sum" | "mean" | "max" | undefined) =>
    new EmbeddingBag(4, 2, { mode, paddingIdx: 2, table }).forward([0, 1, 2, 3, 2], [0, 4, 4])
      .toArray();
  assertEquals(bags("sum"), [[6, 13], [0, 0], [0, 0]]);
  assertEquals(bags("mean"), [[2, 13 / 3], [0, 0], [0, 0]]);
  assertEquals(bags(undefined), bags("mean"));
  assertEquals(bags("max"), [[3, 8], [0, 0], [0, 0]]);
  const last = new EmbeddingBag(4, 2, { mode: "sum", includeLastOffset: true, table });
  assertEquals(last.forward([0, 1, 2], [0, 2, 3]).toArray(), [[3, 12], [9, 9]]);
  assertEquals(
    messageOf(() => new EmbeddingBag(4, 2, { mode: "max", scaleGradByFreq: true })),
    'Cannot make an EmbeddingBag: mode "max" does not take scaleGradByFreq, ' +
      'only "sum" and "mean" do',
  );
});

Deno.test("the rows of a bag are scaled down only when nothing is left to refuse", () => {
  const bag = new EmbeddingBag(2, 2, { mode: "sum", maxNorm: 1, table: tensor([[3, 4], [6, 8]]) });
  const refusals = [
    () => bag.forward([[0, 2]]),
    () => bag.forward([0, 1], [1]),
    () => bag.forward([[0, 1]], undefined, { perSampleWeights: ones([2]) }),
    () => bag.forward([[0, 1]], undefined, wrong(ones([1, 2]))),
  ];
  for (const call of refusals) {
    assertThrows(call);
    assertEquals(bag.E.toArray(), [[3, 4], [6, 8]]);
  }
  bag.forward([[0]]);
  assertEquals(bag.E.toArray(), [[3 / (5 + 1e-7), 4 / (5 + 1e-7)], [6, 8]]);
});

Deno.test("Adagrad leaves rows without a gradient as they are, where a whole step would be 0 / 0", () => {
  const p = new Parameter(tensor([[1], [2], [3]]));
  p.grad = new RowGradient(Int32Array.of(1), tensor([[4]]), [3, 1]);
  new Adagrad([p], { lr: 0.5, eps: 0 }).step();
  assertEquals(p.toArray(), [[1], [1.5], [3]]);
});
