import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  bag,
  checkGradients,
  EmbeddingBag,
  type EmbeddingBagOptions,
  ones,
  Parameter,
  RowGradient,
  tensor,
} from "minimodel";
import { property } from "./_property.ts";

const rows = [[1, 8], [3, 4], [5, -2], [0, 1]];

function bagOf(options: EmbeddingBagOptions): EmbeddingBag {
  return new EmbeddingBag(4, 2, { table: tensor(rows), ...options });
}

Deno.test("a bag is the sum, mean or maximum of its rows", () => {
  const ids = [[0, 1], [2, 2]];
  assertEquals(bagOf({ mode: "sum" }).forward(ids).toArray(), [[4, 12], [10, -4]]);
  assertEquals(bagOf({ mode: "mean" }).forward(ids).toArray(), [[2, 6], [5, -2]]);
  assertEquals(bagOf({ mode: "max" }).forward(ids).toArray(), [[3, 8], [5, -2]]);
  assertEquals(bagOf({}).mode, "mean");
});

Deno.test("ids of one axis are cut into bags where the offsets say; an empty bag gives zeros", () => {
  const [ids, offsets] = [[0, 1, 2, 3, 3], [0, 2, 2, 3, 5]];
  const expected = {
    sum: [[4, 12], [0, 0], [5, -2], [0, 2], [0, 0]],
    mean: [[2, 6], [0, 0], [5, -2], [0, 1], [0, 0]],
    max: [[3, 8], [0, 0], [5, -2], [0, 1], [0, 0]],
  };
  for (const mode of ["sum", "mean", "max"] as const) {
    assertEquals(bagOf({ mode }).forward(ids, offsets).toArray(), expected[mode]);
  }
  assertEquals(bagOf({}).forward([], [0, 0]).toArray(), [[0, 0], [0, 0]]);
  assertEquals(bagOf({}).forward([], []).shape, [0, 2]);
  assertEquals(bagOf({}).forward([[], []]).toArray(), [[0, 0], [0, 0]]);
});

Deno.test("the gradient of a bag goes to its rows: whole, divided, or where the maximum was", () => {
  const expected = {
    sum: [[1, 10], [1, 10], [200, 2000], [0, 0]],
    mean: [[0.5, 5], [0.5, 5], [100, 1000], [0, 0]],
    max: [[0, 10], [1, 0], [100, 1000], [0, 0]],
  };
  for (const mode of ["sum", "mean", "max"] as const) {
    const bag = bagOf({ mode });
    bag.forward([[0, 1], [2, 2]]).backward(tensor([[1, 10], [100, 1000]]));
    assertEquals(bag.E.grad?.toArray(), expected[mode]);
  }
});

Deno.test("ids that are paddingIdx do not count, in no mode", () => {
  const [ids, offsets] = [[3, 0, 3, 3], [0, 3]];
  for (const paddingIdx of [3, -1]) {
    for (const mode of ["sum", "mean", "max"] as const) {
      const bag = bagOf({ mode, paddingIdx });
      const y = bag.forward(ids, offsets);
      assertEquals(y.toArray(), [[1, 8], [0, 0]]);
      y.sum().backward();
      assertEquals(bag.E.grad?.toArray(), [[1, 1], [0, 0], [0, 0], [0, 0]]);
    }
  }
});

Deno.test("perSampleWeights weigh the rows of a sum, and get a gradient", () => {
  const bag = bagOf({ mode: "sum", paddingIdx: 3 });
  const perSampleWeights = tensor([[2, -1], [10, 5]], { requiresGrad: true });
  const y = bag.forward([[0, 1], [2, 3]], undefined, { perSampleWeights });
  assertEquals(y.toArray(), [[-1, 12], [50, -20]]);
  y.backward(tensor([[1, 2], [3, 4]]));
  assertEquals(bag.E.grad?.toArray(), [[2, 4], [-1, -2], [30, 40], [0, 0]]);
  assertEquals(perSampleWeights.grad?.toArray(), [[1 + 16, 3 + 8], [15 - 8, 0]]);
  const flat = bagOf({ mode: "sum" }).forward([1, 2], [0, 1], {
    perSampleWeights: tensor([3, 0.5]),
  });
  assertEquals(flat.toArray(), [[9, 12], [2.5, -1]]);
});

Deno.test("a bag looks its rows up as an Embedding does: maxNorm, scaleGradByFreq, sparse", () => {
  const long = bagOf({ mode: "sum", maxNorm: 1, normType: Infinity });
  long.forward([[2, 3]]);
  const scale = 1 / (5 + 1e-7);
  assertEquals(long.E.toArray(), [rows[0], rows[1], [5 * scale, -2 * scale], rows[3]]);

  const scaled = bagOf({ mode: "sum", scaleGradByFreq: true });
  scaled.forward([[1, 1], [1, 0]]).backward(tensor([[3, 3], [6, 6]]));
  assertEquals(scaled.E.grad?.toArray(), [[6, 6], [4, 4], [0, 0], [0, 0]]);

  for (const mode of ["sum", "mean", "max"] as const) {
    const sparse = bagOf({ mode, sparse: true });
    sparse.forward([[2, 0]]).sum().backward();
    assertInstanceOf(sparse.E.grad, RowGradient);
    assertEquals([...sparse.E.grad.rows].includes(1), false);
  }
});

Deno.test("bag takes tables of any rank, and weights of a mean", () => {
  const numbers = tensor([1, 2, 4], { requiresGrad: true });
  assertEquals(bag(numbers, [0, 2, 2], { offsets: [0, 1], mean: true }).toArray(), [1, 4]);
  const weights = tensor([[2, 3]], { requiresGrad: true });
  const y = bag(numbers, [[1, 2]], { perSampleWeights: weights, mean: true });
  assertEquals(y.toArray(), [8]);
  y.sum().backward();
  assertEquals([numbers.grad?.toArray(), weights.grad?.toArray()], [[0, 1, 1.5], [[1, 2]]]);
  const matrices = tensor([[[1, 2]], [[3, 4]]]);
  assertEquals(bag(matrices, [[0, 1], [1, 1]]).toArray(), [[[4, 6]], [[6, 8]]]);
});

Deno.test("bag gives padding's weight no gradient, even where its row is NaN", () => {
  const table = tensor([[NaN, 1], [3, 4]]);
  const perSampleWeights = tensor([5, 6], { requiresGrad: true });
  const y = bag(table, [0, 1], { offsets: [0], perSampleWeights, paddingIdx: 0 });
  assertEquals(y.toArray(), [[18, 24]]);
  y.sum().backward();
  assertEquals([perSampleWeights.grad?.toArray(), table.grad], [[0, 7], null]);
});

Deno.test("bag refuses to mix dtypes, and options that are not what they should be", () => {
  const table = tensor([[1, 2]], { dtype: "float32" });
  assertThrows(
    () => bag(table, [[0]], { perSampleWeights: tensor([[1]]) }),
    TypeError,
    "Cannot weigh float32 and float64: cast(x, dtype) makes them the same",
  );
  assertThrows(() => bag(table, [[0]], { paddingIdx: 1 }), RangeError, "Cannot look up bags: ");
  assertThrows(() => bag(table, [[1]]), RangeError, "Cannot look up id 1 at position [0, 0]");
  assertThrows(() => bag(tensor(1), [[0]]), TypeError, "Cannot look up rows of a scalar");
});

const bags = fc.record({
  ids: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 8 }),
  cuts: fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
  mode: fc.constantFrom("sum" as const, "mean" as const, "max" as const),
  paddingIdx: fc.option(fc.integer({ min: -4, max: 3 }), { nil: undefined }),
  dtype: fc.constantFrom("float64" as const, "float32" as const),
});

Deno.test("checkGradients accepts the gradients of bags, of table and weights", () => {
  property([bags], ({ ids, cuts, mode, paddingIdx, dtype }) => {
    const offsets = [0, ...cuts.map((cut) => Math.min(cut, ids.length)).sort((a, b) => a - b)];
    const values = [[1, 8], [3, 4], [5, -2], [0, 2.5]].map((row) => row.map((each) => each / 8));
    const table = new Parameter(tensor(values, { dtype }));
    const bag = new EmbeddingBag(4, 2, { table, mode, paddingIdx });
    const weights = tensor(ids.map((_, i) => 0.25 + i / 8), { dtype, requiresGrad: true });
    const options = mode === "sum" ? { perSampleWeights: weights } : {};
    const report = checkGradients(() => bag.forward(ids, offsets, options), [table, weights]);
    assertEquals(report.checked, 8 + ids.length);
  });
});

Deno.test("the sum of a bag is that of the rows between its offset and the next", () => {
  property([bags], ({ ids, cuts }) => {
    const offsets = [0, ...cuts.map((cut) => Math.min(cut, ids.length)).sort((a, b) => a - b)];
    const expected = offsets.map((start, bag) =>
      ids.slice(start, offsets[bag + 1] ?? ids.length).map((id) => rows[id])
        .reduce((total, row) => [total[0] + row[0], total[1] + row[1]], [0, 0])
    );
    assertEquals(bagOf({ mode: "sum" }).forward(ids, offsets).toArray(), expected);
  });
});

Deno.test("EmbeddingBag leaves its table alone when it refuses weights", () => {
  const bags = new EmbeddingBag(4, 2, { mode: "sum", maxNorm: 0.01, table: ones([4, 2]) });
  const weights = { perSampleWeights: ones([3]) };
  assertThrows(() => bags.forward([1, 2], [0, 1], weights), TypeError, "Cannot weigh ids (2,)");
  assertEquals(bags.E.toArray(), ones([4, 2]).toArray());
});
