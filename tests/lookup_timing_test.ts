// The measurement of Lab 00, tried on fixed samples: nothing here depends on how fast a machine is.

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { DType } from "minimodel";
import { lookupContenders, randomIds, scatterContenders, timeLookups } from "minimodel/lab";
import { agreeing, firstDifference } from "../lib/lab/lessons/_agreeing.ts";
import { oneHotLookup, scatterLoop } from "../lib/lab/lessons/_one_hot.ts";
import { rowsOf } from "../lib/lab/lessons/lookup_timing.ts";
import { wild } from "./_planted.ts";

Deno.test("oneHotLookup gives the rows of the table, of every size, in the dtype of the table", () => {
  for (const kind of [Float64Array, Float32Array]) {
    for (let vocabulary = 1; vocabulary <= 17; vocabulary++) {
      for (const width of [1, 2, 3, 5]) {
        const table = new kind(vocabulary * width).map((_, i) => (i + 1) / 8);
        const ids = Int32Array.from({ length: vocabulary + 1 }, (_, n) => (7 * n) % vocabulary);
        const expected = kind.from([...ids].flatMap((id) => [
          ...table.subarray(id * width, (id + 1) * width),
        ]));
        assertEquals(oneHotLookup(ids, table, width), expected);
      }
    }
  }
  assertEquals(oneHotLookup(new Int32Array(), new Float64Array(3), 3), new Float64Array());
});

Deno.test("scatterLoop adds the rows of each id, in the dtype of the rows", () => {
  for (const kind of [Float64Array, Float32Array]) {
    const upstream = kind.of(1, 2, 3, 4, 5, 6);
    assertEquals(scatterLoop(Int32Array.of(2, 0, 2), upstream, 3), kind.of(3, 4, 0, 0, 6, 8));
  }
});

Deno.test("firstDifference finds the first number that is off by more than rounding", () => {
  assertEquals(firstDifference([], []), undefined);
  assertEquals(firstDifference([1, -2000], [1.00009, -2000.19]), undefined);
  assertEquals(firstDifference([1, 0.5], [1, 0.50011]), "0.5 at [1], got 0.50011");
  assertEquals(firstDifference([3, 0], [3, -0.5]), "0 at [1], got -0.5");
  assertEquals(firstDifference([-2000], [-2000.21]), "-2000 at [0], got -2000.21");
  assertEquals(firstDifference([1, 2], [1.5, 9]), "1 at [0], got 1.5");
  assertEquals(firstDifference([1], [NaN]), "1 at [0], got NaN");
  assertEquals(firstDifference([NaN], [NaN]), "NaN at [0], got NaN");
  assertEquals(firstDifference([1, 2], [1]), "2 numbers, got 1");
  assertEquals(firstDifference([1], [1, 2]), "1 numbers, got 2");
});

Deno.test("contenders are handed out only when they compute the same", () => {
  const computing = (name: string, ...numbers: number[]) => ({
    ...{ name, run: () => name, result: () => Float64Array.of(...numbers) },
  });
  const agreed = agreeing(computing("a", 1, 2), computing("b", 1, 2), computing("c", 1, 2));
  assertEquals(agreed.map(({ name, run }) => [name, run()]), [["a", "a"], ["b", "b"], ["c", "c"]]);
  assertThrows(
    () => agreeing(computing("a", 1, 2), computing("b", 1, 2), computing("c", 1, 3)),
    Error,
    "Cannot time c against a: wanted 2 at [1], got 3",
  );
  assertThrows(
    () => agreeing(computing("a"), computing("b", 1)),
    Error,
    "Cannot time b against a",
  );
});

Deno.test("the rows of a timing carry its size, and ratios to the first contender", () => {
  const size = { vocabSize: 64, embeddingDim: 32, count: 8192, dtype: "float32", seed: 0 } as const;
  const timing = (name: string, medianUs: number) => ({
    name,
    iterations: 5,
    totalMs: 7,
    medianUs,
  });
  const row = { dtype: "float32" as DType, vocabSize: 64, embeddingDim: 32, count: 8192 };
  const timed = { iterations: 5, totalMs: 7 };
  assertEquals(rowsOf(size, [timing("lookup", 20), timing("plain", 50), timing("fast", 5)]), [
    { implementation: "lookup", ...row, ...timed, medianUs: 20, ratio: 1 },
    { implementation: "plain", ...row, ...timed, medianUs: 50, ratio: 2.5 },
    { implementation: "fast", ...row, ...timed, medianUs: 5, ratio: 0.25 },
  ]);
});

Deno.test("contenders have their names, and compute in the dtype that they are told", () => {
  const small = { vocabSize: 4, embeddingDim: 2, count: 5 };
  const names = (contenders: readonly { name: string }[]) => contenders.map(({ name }) => name);
  assertEquals(names(lookupContenders(small)), [
    "lookup",
    "one-hot @ E, plain",
    "one-hot @ E, SIMD",
  ]);
  assertEquals(names(scatterContenders(small)), ["gatherBackward", "nested loop"]);
  for (const [dtype, Kind] of [["float64", Float64Array], ["float32", Float32Array]] as const) {
    const [, oneHot] = lookupContenders({ ...small, dtype });
    const [, loop] = scatterContenders({ ...small, dtype });
    for (const result of [oneHot.run(), loop.run()]) assert(result instanceof Kind);
    for (const { run } of [...lookupContenders({ ...small, dtype }), ...scatterContenders(small)]) {
      assertNotEquals(run(), undefined);
    }
  }
});

Deno.test("timeLookups times every contender at every size and dtype, by the clock it is given", () => {
  let time = 0;
  const sizes: string[] = [];
  const rows = timeLookups({
    vocabSizes: [3, 5],
    dtypes: ["float32", "float64"],
    count: 7,
    rounds: 3,
    sampleMs: 4,
    now: () => time,
    contenders: (size) => {
      sizes.push(`${size.dtype} ${size.vocabSize} ${size.embeddingDim} ${size.count} ${size.seed}`);
      return [1, 4].map((ms) => ({ name: `${ms} ms`, run: () => time += ms }));
    },
  });
  assertEquals(sizes, [
    "float32 3 32 7 0",
    "float32 5 32 7 0",
    "float64 3 32 7 0",
    "float64 5 32 7 0",
  ]);
  assertEquals(
    rows.map(({ implementation, vocabSize, medianUs, ratio, iterations }) =>
      `${implementation} ${vocabSize} ${medianUs} ${ratio} ${iterations}`
    ),
    Array(2).fill(["1 ms 3 1000 1 12", "4 ms 3 4000 4 3", "1 ms 5 1000 1 12", "4 ms 5 4000 4 3"])
      .flat(),
  );
});

Deno.test("the measurement refuses wrong sizes and options", () => {
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [{ vocabSizes: [] }, TypeError, "vocabSizes must be an array that is not empty"],
    [{ vocabSizes: 64 }, TypeError, "vocabSizes must be an array that is not empty, got 64"],
    [{ dtypes: [] }, TypeError, "dtypes must be an array that is not empty, got an empty one"],
    [{ vocabSizes: [0] }, RangeError, "vocabSize must be a whole number from 1, got 0"],
    [
      { vocabSizes: ["8"] },
      TypeError,
      'vocabSize must be a whole number from 1, got the string "8"',
    ],
    [{ vocabSizes: [8], count: 0 }, RangeError, "count must be a whole number from 1, got 0"],
    [
      { vocabSizes: [8], embeddingDim: 1.5 },
      RangeError,
      "embeddingDim must be a whole number from 1",
    ],
    [{ vocabSizes: [8], count: 8, rounds: 0 }, RangeError, "rounds must be a whole number from 1"],
    [{ vocabSize: 8 }, TypeError, 'there is no option "vocabSize"; did you mean "vocabSizes"?'],
    [{ bar: "yes" }, TypeError, "bar must be true or false"],
    [{ contenders: [] }, TypeError, "wanted a function, got a value of kind Array"],
  ];
  for (const [options, Kind, message] of wrong) {
    assertThrows(() => timeLookups(wild(options)), Kind, message);
  }
  for (const contenders of [lookupContenders, scatterContenders]) {
    assertThrows(() => contenders(wild({})), TypeError, "vocabSize must be a whole number from 1");
    assertThrows(() => contenders(wild({ vocabSize: 8, size: 3 })), TypeError, 'no option "size"');
  }
});

Deno.test("randomIds draws every id, the same ones from the same seed", () => {
  const ids = randomIds(200, 5, 3);
  assertEquals(new Set(ids), new Set([0, 1, 2, 3, 4]));
  assertEquals(randomIds(200, 5, 3), ids);
  assertNotEquals(randomIds(200, 5, 4), ids);
  assertEquals(randomIds(0, 5, 3), new Int32Array());
  assertThrows(
    () => randomIds(-1, 5, 3),
    RangeError,
    "count must be a whole number from 0, got -1",
  );
  assertThrows(() => randomIds(wild("3"), 5, 3), TypeError, "count must be a whole number from 0");
  assertThrows(
    () => randomIds(1.5, 5, 3),
    RangeError,
    "count must be a whole number from 0, got 1.5",
  );
});
