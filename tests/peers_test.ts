// The arithmetic of the peers bench: rows, ratios, figures, whose turn it is, and what is refused.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { firstDifference } from "../bench/peers/_expected.ts";
import { interleave, type Pace } from "../bench/peers/_interleave.ts";
import { figuresOf, oneHotRows, quantile, rowsOf, type Sample } from "../bench/peers/figures.ts";

const base = { work: "lookup", shape: "64x32", dtype: "float64", threads: 1, calls: 4 } as const;

function sample(contender: string, us: number[], more: Partial<Sample> = {}): Sample {
  return { ...base, part: "", contender, us, ...more };
}

Deno.test("a row's ratio is its median over that of the first of its part", () => {
  const rows = rowsOf([
    sample("minimodel", [9, 1, 2], { part: "dense" }),
    sample("minimodel", [4], { part: "sparse" }),
    sample("other", [6, 2, 100, 10], { part: "dense" }),
    sample("other", [1], { part: "sparse" }),
  ]);
  assertEquals(rows.map(({ medianUs }) => medianUs), [2, 4, 8, 1]);
  assertEquals(rows.map(({ ratio }) => ratio), [1, 1, 4, 0.25]);
  assertEquals(rows.map(({ samples }) => samples), [3, 1, 4, 1]);
  assertEquals([rows[0].lowUs, rows[0].highUs], [1.5, 5.5]);
});

Deno.test("quantiles stand on the values and in proportion between them", () => {
  assertEquals([0, 0.25, 0.5, 1].map((share) => quantile([40, 10, 20, 30, 50], share)), [
    10,
    20,
    30,
    50,
  ]);
  assertAlmostEquals(quantile([1, 2], 0.3), 1.3);
  assertEquals(quantile([7], 0.9), 7);
});

Deno.test("a figure is reached at the wanted ratio, and not measured without both contenders", () => {
  const rows = rowsOf([
    sample("minimodel", [10]),
    sample("NumPy", [15]),
    sample("PyTorch", [14.9]),
  ]);
  const wanted = { work: "lookup", shape: "64x32", dtypes: ["float64"], atLeast: 1.5 } as const;
  const against = (name: string) => figuresOf(rows, [{ ...wanted, against: name }])[0];
  assertEquals(against("NumPy"), {
    work: "lookup",
    shape: "64x32",
    dtype: "float64",
    against: "NumPy",
    wanted: 1.5,
    measured: 1.5,
    reached: "yes",
  });
  assertEquals([against("PyTorch").measured, against("PyTorch").reached], [1.49, "no"]);
  assertEquals([against("jax-js").measured, against("jax-js").reached], [null, "not measured"]);
  for (const other of [{ shape: "16x32" }, { work: "tape" }, { dtypes: ["float32"] as const }]) {
    const [figure] = figuresOf(rows, [{ ...wanted, against: "NumPy", ...other }]);
    assertEquals(figure.reached, "not measured");
  }
});

Deno.test("a figure may compare two parts of minimodel itself", () => {
  const rows = rowsOf([
    sample("minimodel", [60], { part: "dense" }),
    sample("minimodel", [10], { part: "sparse" }),
  ]);
  const [figure] = figuresOf(rows, [{
    work: "lookup",
    shape: "64x32",
    dtypes: ["float64"],
    against: "minimodel",
    atLeast: 5,
    parts: { ours: "sparse", against: "dense" },
  }]);
  assertEquals([figure.against, figure.measured, figure.reached], ["minimodel dense", 6, "yes"]);
});

Deno.test("the one-hot rows are the products, against the lookup of their size", () => {
  const work = "one-hot";
  const rows = rowsOf([sample("minimodel", [5], { work }), sample("NumPy", [50], { work })]);
  assertEquals(oneHotRows([...rowsOf([sample("NumPy", [1])]), ...rows]), [{
    dtype: "float64",
    vocabSize: 64,
    baseline: "NumPy",
    medianUs: 50,
    lookupUs: 5,
    ratio: 10,
  }]);
});

Deno.test("samples of contenders alternate, slow ones take part less often or not at all", async () => {
  const pace: Pace = {
    rounds: 6,
    fewest: 3,
    sampleMs: 8,
    warmMs: 8,
    budgetMs: 60,
    slowestMs: 100,
  };
  const turns: [string, number][] = [];
  const pauses: number[] = [];
  const contender = (name: string, ms: number, threads = 1) => ({
    threads,
    sample: (calls: number) => {
      turns.push([name, calls]);
      return Promise.resolve(calls * ms);
    },
  });
  const found = await interleave(
    [contender("a", 1), contender("b", 50, 2), contender("c", 101)],
    pace,
    (ms) => Promise.resolve(void pauses.push(ms)),
  );
  assertEquals(found, [
    { calls: 8, us: Array(6).fill(1000), tooSlowMs: undefined },
    { calls: 1, us: Array(3).fill(50_000), tooSlowMs: undefined },
    { calls: 1, us: [], tooSlowMs: 101 },
  ]);
  const rounds = turns.filter(([name, calls]) => name !== "a" || calls === 8).slice(-9);
  assertEquals(rounds.map(([name]) => name).join(""), "aabaabaab");
  assertEquals(pauses.length, 4); // b's threads may spin on after its warming up and each sample
});

Deno.test("a result is refused where one number is off, missing, too many or NaN", () => {
  const wanted = Float64Array.of(1, -200, 0);
  assertEquals(firstDifference(Float32Array.of(1, -200, 0), wanted, 0), undefined);
  assertEquals(firstDifference(Float64Array.of(1, -201, 0), wanted, 0.01), undefined);
  assertEquals(firstDifference(Float64Array.of(1, -200, 0.02), wanted, 0.01), {
    at: 2,
    found: 0.02,
    wanted: 0,
  });
  for (const wrong of [[1, -200], [1, -200, 0, 0], [1, NaN, 0], [1, -200.5, 0], []]) {
    assert(firstDifference(Float64Array.from(wrong), wanted, 0.001) !== undefined, `${wrong}`);
  }
});
