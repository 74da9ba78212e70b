// Embeddings and bags against PyTorch.

import { assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type DType, Embedding, EmbeddingBag, RowGradient } from "minimodel";
import { asyncProperty } from "../_property.ts";
import { assertSame, numbers, type SharedOptions, type Torch, torchTest } from "./_torch.ts";

const dtypes: readonly DType[] = ["float64", "float32"];

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 6 }),
  width: fc.constantFrom(1, 2, 3, 4, 7, 41),
  salt: fc.nat({ max: 99 }),
  dtype: fc.constantFrom(...dtypes),
});

const anyOptions = fc.record({
  padding: fc.option(fc.nat({ max: 99 }), { nil: undefined }),
  fromBack: fc.boolean(),
  maxNorm: fc.option(fc.constantFrom(0.3, 1, 2.5), { nil: undefined }),
  normType: fc.constantFrom(1, 2, 3, Infinity),
  scaleGradByFreq: fc.boolean(),
  sparse: fc.boolean(),
});

type AnyOptions = typeof anyOptions extends fc.Arbitrary<infer Value> ? Value : never;

function optionsFor({ padding, fromBack, ...rest }: AnyOptions, rows: number): SharedOptions {
  const paddingIdx = padding === undefined ? undefined : padding % rows - (fromBack ? rows : 0);
  return { ...rest, paddingIdx };
}

const ids = fc.oneof(
  fc.array(fc.nat({ max: 99 }), { maxLength: 20 }),
  fc.array(fc.array(fc.nat({ max: 99 }), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  }),
);

function within(ids: readonly (number | number[])[], rows: number): number[] | number[][] {
  return ids.map((each) => Array.isArray(each) ? each.map((id) => id % rows) : each % rows) as
    | number[]
    | number[][];
}

/** An embedding's rows, gradient and table afterwards are PyTorch's. */
async function compareLookup(
  torch: Torch,
  embedding: Embedding,
  ids: number[] | number[][],
  options: SharedOptions,
): Promise<void> {
  const before = embedding.E.detach();
  const y = embedding.forward(ids);
  const upstream = numbers(y.shape, y.dtype, 17);
  if (y.requiresGrad) y.backward(upstream);
  const answer = await torch.lookup(before, ids, options, upstream);
  const what = `ids ${JSON.stringify(ids)} with ${JSON.stringify(options)}`;
  assertSame(y, answer.value, what);
  assertSame(embedding.E, answer.table, `${what}, table`);
  const { grad } = embedding.E;
  assertSame(grad, answer.gradient, `${what}, gradient`);
  assertEquals(grad instanceof RowGradient ? [...grad.rows] : null, answer.rows, what);
}

torchTest("embeddings with every option agree with PyTorch", async (torch) => {
  let [sparseOnes, renormed, padded, runs] = [0, 0, 0, 0];
  await asyncProperty(
    [sizes, anyOptions, ids],
    async ({ rows, width, salt, dtype }, drawn, ids) => {
      const options = optionsFor(drawn, rows);
      const table = numbers([rows, width], dtype, salt, 3);
      const embedding = Embedding.fromPretrained(table, { ...options, freeze: false });
      // PyTorch refuses to scale sparse gradients; ours are compared with its dense ones.
      const both = options.sparse === true && options.scaleGradByFreq === true;
      const theirs = both ? { ...options, sparse: false } : options;
      const chosen = within(ids, rows);
      if (!both) await compareLookup(torch, embedding, chosen, theirs);
      else {
        const dense = Embedding.fromPretrained(table, { ...theirs, freeze: false });
        await compareLookup(torch, dense, chosen, theirs);
        const y = embedding.forward(chosen);
        y.backward(numbers(y.shape, dtype, 17));
        assertEquals(embedding.E.grad?.data, dense.E.grad?.data);
      }
      runs++;
      if (options.sparse) sparseOnes++;
      if (options.maxNorm !== undefined) renormed++;
      if (options.paddingIdx !== undefined) padded++;
    },
    { numRuns: 400 },
  );
  console.log(
    `${runs} random embeddings: ${sparseOnes} sparse, ${renormed} with maxNorm, ` +
      `${padded} with paddingIdx`,
  );
});

torchTest("fromPretrained is frozen in both, or in neither", async (torch) => {
  for (const freeze of [true, false]) {
    const options = { freeze, paddingIdx: -1 };
    const embedding = Embedding.fromPretrained(numbers([4, 2], "float64", 1), options);
    await compareLookup(torch, embedding, [3, 0, 3, 1], options);
    assertEquals(embedding.E.grad === null, freeze);
  }
});

torchTest("an embedding without its options differs from PyTorch's with them", async (torch) => {
  const table = numbers([4, 2], "float64", 1, 3);
  for (
    const options of [
      { paddingIdx: 1 },
      { maxNorm: 1 },
      { scaleGradByFreq: true },
      { sparse: true },
      { freeze: true },
    ]
  ) {
    const right = Embedding.fromPretrained(table, { freeze: false, ...options });
    await compareLookup(torch, right, [1, 0, 1], options);
    const wrong = Embedding.fromPretrained(table, { freeze: false });
    await assertRejects(() => compareLookup(torch, wrong, [1, 0, 1], options), AssertionError);
  }
});

const bags = fc.record({
  ids: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 12 }),
  cuts: fc.array(fc.nat({ max: 99 }), { maxLength: 5 }),
  table: fc.boolean(),
  mode: fc.constantFrom("sum" as const, "mean" as const, "max" as const),
  weighted: fc.boolean(),
  includeLastOffset: fc.boolean(),
});

torchTest("bags of every mode, with every option, agree with PyTorch", async (torch) => {
  const counts = { sum: 0, mean: 0, max: 0 };
  let [weightedOnes, withEmpty, withEnds] = [0, 0, 0];
  await asyncProperty([sizes, anyOptions, bags], async (size, drawn, { mode, ...bag }) => {
    const { rows, width, salt, dtype } = size;
    const weighted = bag.weighted && mode === "sum";
    // PyTorch refuses these together.
    const scaleGradByFreq = drawn.scaleGradByFreq && mode !== "max";
    const sparse = drawn.sparse && mode !== "max" && !scaleGradByFreq;
    // Rows cut to one norm can be equal but for rounding, and then either may be the maximum.
    const cutAlike = mode === "max" && (width === 1 || drawn.normType === Infinity);
    const maxNorm = cutAlike ? undefined : drawn.maxNorm;
    const options = optionsFor({ ...drawn, maxNorm, sparse, scaleGradByFreq }, rows);
    const table = numbers([rows, width], dtype, salt, 3);
    const { includeLastOffset } = bag;
    const embedding = new EmbeddingBag(rows, width, { table, mode, includeLastOffset, ...options });
    const flat = bag.ids.map((id) => id % rows);
    const ids = bag.table ? flat.map((id, i) => [id, (id + i) % rows]) : flat;
    const offsets = bag.table ? undefined : [
      0,
      ...bag.cuts.map((cut) => cut % (flat.length + 1)).sort((a, b) => a - b),
      ...includeLastOffset ? [flat.length] : [],
    ];
    const shape = bag.table ? [flat.length, 2] : [flat.length];
    const weights = numbers(shape, dtype, salt + 1);
    weights.requiresGrad = true;
    const perSampleWeights = weighted ? weights : undefined;

    const y = embedding.forward(ids, offsets, { perSampleWeights });
    const upstream = numbers(y.shape, dtype, 17);
    y.backward(upstream);
    const request = { table, ids, offsets, mode, weights: perSampleWeights };
    const answer = await torch.bag(request, { ...options, includeLastOffset }, upstream);
    const what = `${mode} of ${JSON.stringify(ids)} at ${offsets} with ${JSON.stringify(options)}`;
    assertSame(y, answer.value, what);
    assertSame(embedding.E, answer.table, `${what}, table`);
    assertSame(embedding.E.grad, answer.gradient, `${what}, gradient`);
    if (weighted) assertSame(weights.grad, answer.weightGradient, `${what}, weights' gradient`);
    counts[mode]++;
    if (weighted) weightedOnes++;
    if (includeLastOffset && offsets !== undefined) withEnds++;
    if (offsets?.some((start, n) => start === (offsets[n + 1] ?? flat.length))) withEmpty++;
  }, { numRuns: 600 });
  console.log(
    `${counts.sum} random bags of sums (${weightedOnes} with weights), ${counts.mean} of means, ` +
      `${counts.max} of maxima; ${withEmpty} with empty bags, ${withEnds} with the last offset`,
  );
});

torchTest("a last offset that is taken for a bag's start gives one bag too many", async (torch) => {
  const table = numbers([4, 2], "float64", 1);
  const request = { table, ids: [1, 2, 3, 0], offsets: [0, 1, 4], mode: "sum" as const };
  const answer = await torch.bag(
    request,
    { includeLastOffset: true },
    numbers([2, 2], "float64", 17),
  );
  const valueOf = (includeLastOffset: boolean) =>
    new EmbeddingBag(4, 2, { table, mode: "sum", includeLastOffset })
      .forward(request.ids, request.offsets);
  assertSame(valueOf(true), answer.value, "with the last offset");
  assertThrows(() => assertSame(valueOf(false), answer.value, "without"), AssertionError);
});
