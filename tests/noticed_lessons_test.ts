// What the checks of lessons say that must hold, and the cases on which they try it.

import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Embedding } from "minimodel";
import {
  type Check,
  embeddingChecks,
  forwardChecks,
  gatherBackwardChecks,
  lookupChecks,
  runChecks,
  softsignChecks,
  sumToChecks,
  tapeChainChecks,
  tapeOpChecks,
  tapeOrderChecks,
  tapeWalkChecks,
  timeLookups,
} from "minimodel/lab";
import {
  badIdCases,
  badIdExamples,
  flat,
  lookupCases,
  lookupExamples,
  shapeOf,
} from "../lib/lab/lessons/_embedding_cases.ts";
import { near, nearRows } from "../lib/lab/lessons/_tape_answers.ts";
import { givenBy, graphCases, graphExamples, isOp } from "../lib/lab/lessons/_tape_graphs.ts";
import { ownOpCases, ownOpExamples } from "../lib/lab/lessons/_tape_own_op.ts";
import { ruleCases, ruleExamples } from "../lib/lab/lessons/_tape_rules.ts";
import { sumCases, sumExamples } from "../lib/lab/lessons/_tape_sums.ts";

Deno.test("each check is called by its name, and says in a sentence what must hold", () => {
  const said = (checks: readonly Check<never>[]) =>
    checks.map(({ name, says }) => `${name}: ${says}`);
  assertEquals(said(embeddingChecks), [
    "Shape-check: looking up ids gives a tensor of shape ids.shape + (d,)",
    "Lookup correctness: each row of the result is the row of E that its id names, bit for bit",
    "Out-of-range raises: an id that is not in [0, V) is refused with an IndexError",
    "Gradient flows: after forward(ids).sum().backward(), E.grad is nonzero exactly at the rows in ids",
    "Duplicate-id gradient: gradients of an id that occurs several times add up: ids [3, 3] give " +
    "row 3 twice as much",
    "Save / load round-trip: after a short training, save and load give back E bit for bit, " +
    "and it trains on",
  ]);
  assertEquals(said(forwardChecks), said(embeddingChecks).slice(0, 5));
  assertEquals(said(lookupChecks), [
    "Row gather: lookup(table, ids) has shape ids.shape + (d,), and row n is table[ids[n]]",
    "Bad ids refused: an id that is not in [0, V) is refused with an IndexError",
  ]);
  assertEquals(said(gatherBackwardChecks), [
    "Scatter-add: every row of the upstream gradient is added to the row that its id names",
  ]);
  assertEquals(said(tapeOpChecks), [
    "Product: mul(a, b) is a b, and its backward gives da = dy b and db = dy a",
    "Tanh: tanh(x) is y = tanh x, and its backward gives dx = dy (1 - y^2)",
  ]);
  assertEquals(said(tapeOrderChecks), [
    "Inputs first: inputsFirst(root) lists each value once, after everything that it was made from",
    "Forty squarings, in order: a chain of 40 squarings, with 2^40 paths, is listed as its 41 values",
  ]);
  assertEquals(said(tapeWalkChecks), [
    "Gradients add up: goBack(root) gives each leaf the sum of its gradients, and goes into each " +
    "value once",
    "Forty squarings: it goes back through 40 squarings in 40 steps, though there are 2^40 paths",
    "Walked twice: a second goBack(root) leaves the gradients that the first one found",
  ]);
  assertEquals(said(tapeChainChecks), [
    "A long chain: goBack(root) goes back through 100,000 additions",
  ]);
  assertEquals(said(sumToChecks), [
    "Broadcasting undone: each number of the input gets the sum of dy over the places in which it " +
    "was repeated",
  ]);
  assertEquals(said(softsignChecks), [
    "Softsign: softsign(x) is x / (1 + |x|), and x gets the gradient dy / (1 + |x|)^2",
  ]);
});

/** The smallest and the largest of some numbers. */
function ends(numbers: readonly number[]): [number, number] {
  return numbers.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [
    Infinity,
    -Infinity,
  ]);
}

/** Many cases, the same ones each time. */
function drawn<Case>(cases: fc.Arbitrary<Case>): Case[] {
  return fc.sample(cases, { numRuns: 2000, seed: 1 });
}

Deno.test("lookups are tried on up to three axes of up to three ids, of which many are equal", () => {
  const cases = drawn(lookupCases);
  const ids = cases.map((each) => flat(each.ids));
  assertEquals(ends(cases.map(({ embeddingDim }) => embeddingDim)), [1, 5]);
  assertEquals(ends(cases.map((each) => shapeOf(each.ids).length)), [0, 3]);
  assertEquals(ends(cases.flatMap((each) => shapeOf(each.ids))), [0, 3]);
  assertEquals(ends(ids.map(({ length }) => length)), [0, 27]);
  assertEquals(ends(ids.flat()), [0, 5]);
  assertEquals(ends(ids.map((each) => new Set(each).size)), [0, 4]);
  // Up to three rows stay without an id.
  const unused = cases.map(({ numEmbeddings }, i) =>
    numEmbeddings - 1 - Math.max(0, ends(ids[i])[1])
  );
  assertEquals(ends(unused), [0, 3]);
  assertEquals(lookupExamples.map((each) => Object.values(each)), [
    ...[[1, 1, 0], [1, 1, [0]], [1, 1, []], [2, 1, 1], [1, 1, [0, 0]], [1, 2, 0], [1, 2, [0, 0]]],
    ...[[2, 1, [0]], [2, 1, [1, 0]], [2, 1, [[0, 1], [1, 1]]], [4, 2, [3, 3]]],
    [3, 2, [[[0, 2]], [[2, 1]]]],
  ]);
});

Deno.test("bad ids are tried one at a time, on both sides, near and far, among good ones", () => {
  const cases = drawn(badIdCases).map(({ numEmbeddings: rows, embeddingDim, ids }) => {
    const all = flat(ids);
    const bad = all.filter((id) => id < 0 || id >= rows);
    return { rows, embeddingDim, all, bad, at: all.indexOf(bad[0]) };
  });
  assertEquals(ends(cases.map(({ bad }) => bad.length)), [1, 1]);
  assertEquals(ends(cases.map(({ rows }) => rows)), [2, 9]);
  assertEquals(ends(cases.map(({ embeddingDim }) => embeddingDim)), [2, 2]);
  assertEquals(ends(cases.map(({ all }) => all.length)), [1, 7]);
  assertEquals(ends(cases.map(({ at }) => at)), [0, 3]);
  assertEquals(ends(cases.map(({ all, at }) => all.length - 1 - at)), [0, 3]);
  const over = cases.flatMap(({ rows, bad: [id] }) => id < 0 ? [] : [id - rows]);
  const before = cases.flatMap(({ bad: [id] }) => id < 0 ? [id] : []);
  assertEquals([ends(over), ends(before)], [[0, 90], [-91, -1]]);
  const good = cases.flatMap(({ rows, all, at }) =>
    all.toSpliced(at, 1).map((id) => [id, rows - id])
  );
  assertEquals(ends(good.map(([id]) => id)), [0, 8]);
  assertEquals(ends(good.map(([, room]) => room)), [1, 9]);
  assertEquals(badIdExamples.map(({ ids }) => ids), [
    ...[[2], [-1], [3], 2, -1, [0, 2], [-1, 0], [[0, 1], [2, 0]]],
  ]);
  for (const { numEmbeddings, embeddingDim } of badIdExamples) {
    assertEquals([numEmbeddings, embeddingDim], [2, 2]);
  }
});

Deno.test("ops of a tape are tried on up to four small whole numbers, softsign on quarters", () => {
  const rules = drawn(ruleCases);
  assertEquals(ends(rules.map(({ a }) => a.length)), [0, 4]);
  for (const name of ["a", "b", "dy"] as const) {
    assertEquals(ends(rules.flatMap((each) => each[name])), [-3, 3]);
    assertEquals(rules.filter((each) => each[name].length !== each.a.length), []);
  }
  // Drawn one by one, so that no two of them are the same.
  for (const [one, other] of [["a", "b"], ["a", "dy"], ["b", "dy"]] as const) {
    const equal = rules.filter((each) => each[one].join() === each[other].join());
    assertEquals(equal.length < rules.length / 2, true);
  }
  assertEquals(ruleExamples, [
    { a: [2], b: [3], dy: [5] },
    { a: [], b: [], dy: [] },
    { a: [1, 0, -3], b: [-2, 2, 0], dy: [3, -1, 2] },
  ]);
  const own = drawn(ownOpCases);
  assertEquals(ends(own.map(({ x }) => x.length)), [0, 4]);
  assertEquals(new Set(own.flatMap(({ x }) => x.map((each) => 4 * each))).size, 25);
  assertEquals(ends(own.flatMap(({ x }) => x)), [-3, 3]);
  assertEquals(ends(own.flatMap(({ dy }) => dy)), [-3, 3]);
  assertEquals(ownOpExamples, [
    ...[{ x: [1], dy: [3] }, { x: [], dy: [] }, { x: [0, -3, 0.5], dy: [2, 1, -1] }],
  ]);
});

Deno.test("broadcasts are tried with up to two new axes, and axes that are repeated or not", () => {
  const cases = drawn(sumCases);
  assertEquals(ends(cases.map(({ inputShape }) => inputShape.length)), [0, 3]);
  const added = cases.map(({ resultShape, inputShape }) => resultShape.length - inputShape.length);
  assertEquals(ends(added), [0, 2]);
  assertEquals(ends(cases.flatMap(({ resultShape }) => resultShape)), [1, 3]);
  const pairs = cases.flatMap(({ resultShape, inputShape }, i) =>
    inputShape.map((length, axis) => `${length} of ${resultShape[axis + added[i]]}`)
  );
  assertEquals([...new Set(pairs)].sort(), ["1 of 1", "1 of 2", "1 of 3", "2 of 2", "3 of 3"]);
  assertEquals(
    sumExamples.map(({ resultShape, inputShape }) => `${resultShape} to ${inputShape}`),
    [
      ...["2 to ", "2 to 1", "1 to 1", "2 to 2", "2,2 to 2", "2,2 to 2,1", "2,2 to 1,2"],
      ...["3,2,2 to 2,1", "0 to 1", "0,2 to 2"],
    ],
  );
});

Deno.test("tapes are tried with up to two leaves of up to two numbers, and four steps", () => {
  const graphs = drawn(graphCases);
  const leaves = graphs.map((graph) => graph.filter((made) => !isOp(made)));
  const steps = graphs.map((graph) => graph.filter((made) => isOp(made)));
  assertEquals(ends(leaves.map(({ length }) => length)), [1, 2]);
  assertEquals(ends(steps.map(({ length }) => length)), [0, 4]);
  const numbers = leaves.flat().map((leaf) => isOp(leaf) ? [] : leaf.numbers);
  assertEquals([ends(numbers.map(({ length }) => length)), ends(numbers.flat())], [[1, 2], [1, 3]]);
  assertEquals(new Set(steps.flat().map((made) => isOp(made) ? made.op : "")), new Set(["+", "*"]));
  // Everything is used for the last value.
  for (const graph of graphs) {
    const used = new Set(graph.flatMap((made) => isOp(made) ? [...made.from] : []));
    assertEquals(used.size, graph.length - 1);
  }
  assertEquals(graphExamples.map((graph) => Object.values(givenBy(graph)).map(String)), [
    ["2", "L = x"],
    ["2", "L = x + x"],
    ["3", "L = x * x"],
    ["2", "3", "L = x * w"],
    ["2", "a = x * x, L = a + a"],
    ["2", "a = x + x, L = x + a"],
    ["2", "a = x * x, L = x + a"],
    ["2", "a = x * x, L = a + x"],
    ["2", "a = x * x, b = a * a, L = a + b"],
    ["2", "a = x * x, b = a * a, L = b + a"],
    ["2,3", "L = x * x"],
  ]);
});

Deno.test("numbers are near up to 1e-12 of the smaller one, or of 1, finite, and as many", () => {
  const cases: [a: number[], b: number[], isNear: boolean][] = [
    [[0], [1e-12], true],
    [[0], [1.1e-12], false],
    [[1000], [Infinity], false],
    [[1000], [NaN], false],
    [[1000], [1000 + 0.9e-9], true],
    [[1000], [1000 + 1.2e-9], false],
    [[-1000], [-1000 - 1.2e-9], false],
    [[1, 2], [1], false],
    [[1], [1, 2], false],
    [[1, 2], [1, 3], false],
    [[NaN], [NaN], false],
    [[], [], true],
  ];
  for (const [a, b, isNear] of cases) {
    assertEquals([near(a, b), near(b, a)], [isNear, isNear], `${a} and ${b}`);
    assertEquals([nearRows([[1], a], [[1], b]), nearRows([[1], b], [[1], a])], [isNear, isNear]);
  }
  assertEquals([nearRows([[1]], [[1], [2]]), nearRows([[1], [2]], [[1]])], [false, false]);
});

Deno.test("the round trip saves a table that three steps of descent have changed", async () => {
  const tables: { before: number[]; after: number[] }[] = [];
  class Noting extends Embedding {
    override save(path: string): Promise<void> {
      const before = [...new Embedding(this.numEmbeddings, this.embeddingDim, { seed: 5 }).E.data];
      tables.push({ before, after: [...this.E.data] });
      return super.save(path);
    }
  }
  const Seeded = class extends Noting {
    constructor(numEmbeddings: number, embeddingDim: number) {
      super(numEmbeddings, embeddingDim, { seed: 5 });
    }
  };
  const report = await runChecks(embeddingChecks.slice(5), Seeded, { numRuns: 1, seed: 0 });
  assertEquals(report.passed, true, report.toMime()["text/plain"]);
  // The first case is one row of one number, which is looked up: its loss is e^2 + exp e.
  const [{ before: [e = 0] = [], after: [last] = [] } = {}] = tables;
  let trained = e;
  for (let step = 0; step < 3; step++) trained -= 0.1 * (2 * trained + Math.exp(trained));
  assertAlmostEquals(last ?? NaN, trained, 1e-12);
});

Deno.test("lookups are timed by default at four sizes, in both dtypes, of 8192 ids and rows of 32", () => {
  const sizes: string[] = [];
  timeLookups({
    ...{ rounds: 1, sampleMs: 0, now: () => 0 },
    contenders: ({ dtype, vocabSize, embeddingDim, count, seed }) => {
      sizes.push(`${dtype} ${vocabSize} ${embeddingDim} ${count} ${seed}`);
      return [{ name: "one", run: () => 1 }];
    },
  });
  const expected = ["float64", "float32"].flatMap((dtype) =>
    [16, 64, 256, 1024].map((size) => `${dtype} ${size} 32 8192 0`)
  );
  assertEquals(sizes, expected);
});
