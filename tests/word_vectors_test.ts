// WordVectors: what is found, in which order, and what is left out.

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  createRandom,
  type DType,
  Embedding,
  type Neighbor,
  Parameter,
  scope,
  tensor,
  WordVectors,
} from "minimodel";
import { bestOf } from "../lib/vectors/_best.ts";
import { forEachScores } from "../lib/vectors/_scores.ts";
import { nearestSpellings } from "../lib/vectors/_spelling.ts";
import { property } from "./_property.ts";

const compass = new WordVectors(
  ["east", "north", "northeast", "far north"],
  tensor([[1, 0], [0, 1], [1, 1], [0, 9]]),
);
const wordsOf = (found: readonly Neighbor[]) => found.map(({ word }) => word);
const named = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);

Deno.test("nearest goes by angle for cosine and by length too for dot", () => {
  assertEquals(compass.nearest("north", { k: 2 }), [
    { word: "far north", id: 3, score: 1 },
    { word: "northeast", id: 2, score: 0.7071067811865475 },
  ]);
  assertEquals(compass.nearest("east", { metric: "dot" }), [
    { word: "northeast", id: 2, score: 1 },
    { word: "north", id: 1, score: 0 },
    { word: "far north", id: 3, score: 0 },
  ]);
});

Deno.test("a word is not its own neighbour, but the row of a vector is", () => {
  assertEquals(wordsOf(compass.nearest("east", { k: 1 })), ["northeast"]);
  assertEquals(wordsOf(compass.nearest(compass.vector("east"), { k: 1 })), ["east"]);
});

Deno.test("several queries give what each of them gives", () => {
  const queries = ["north", [1, 0.5], compass.vector("east"), Float64Array.of(-1, 0)];
  const found = compass.nearest(queries, { k: 3 });
  assertEquals(found, queries.map((query) => compass.nearest(query, { k: 3 })));
  assertEquals(compass.nearest([[1, 0.5], [-1, 0]], { k: 3 }), [found[1], found[3]]);
  assertEquals(compass.nearest([]), []);
});

Deno.test("equal scores are ordered by id, whatever k cuts off", () => {
  const same = new WordVectors(named(7), tensor(Array.from({ length: 7 }, () => [1, 2])));
  for (const k of [1, 3, 7, 20]) {
    const ids = same.nearest([2, 4], { k }).map(({ id }) => id);
    assertEquals(ids, [0, 1, 2, 3, 4, 5, 6].slice(0, k));
  }
});

Deno.test("a row of zeros has no cosine, and one that holds NaN no score", () => {
  const E = tensor([[0, 0], [NaN, 1], [0, Infinity], [0, 2]]);
  const vectors = new WordVectors(["zero", "nan", "infinite", "good"], E);
  assertEquals(vectors.nearest([0, 1]), [{ word: "good", id: 3, score: 1 }]);
  assertEquals(wordsOf(vectors.nearest([0, 1], { metric: "dot" })), ["infinite", "good", "zero"]);
});

for (const [dtype, tiny, huge] of [["float32", 1e-30, 1e30], ["float64", 1e-200, 1e200]] as const) {
  Deno.test(`a cosine of ${dtype} neither overflows nor underflows`, () => {
    const E = tensor([[3 * tiny, 4 * tiny], [3 * huge, 4 * huge], [1, 0]], { dtype });
    const vectors = new WordVectors(["tiny", "huge", "one"], E);
    for (const { score } of vectors.nearest("one")) assertAlmostEquals(score, 0.6, 1e-6);
    assertAlmostEquals(vectors.similarity("tiny", "huge"), 1, 1e-6);
  });
}

Deno.test("the table is used as it is: what is written to it counts at once", () => {
  const E = new Parameter(tensor([[1, 0], [0, 1], [1, 1]]));
  const vectors = new WordVectors(["a", "b", "c"], E);
  assertEquals(wordsOf(vectors.nearest("a", { k: 1 })), ["c"]);
  E.data.set([1, 0.1], 2);
  assertEquals(wordsOf(vectors.nearest("a", { k: 1 })), ["b"]);
  assertEquals(vectors.vector("b").toArray(), [1, 0.1]);
  const copy = vectors.vector("b");
  copy.data[0] = 7;
  assertEquals([E.data[2], copy.requiresGrad], [1, false]);
});

Deno.test("an Embedding's table can be asked, and a scope leaves nothing behind", () => {
  const { E } = new Embedding(300, 8, { seed: 1, dtype: "float32" });
  const vectors = new WordVectors(named(300), E);
  const found = scope(() => vectors.nearest("w7", { k: 2 }));
  assertEquals(vectors.nearest("w7", { k: 2 }), found);
});

/** Scores in float64, sorted as a whole: the plainest way to find the nearest. */
function plainNearest(rows: number[][], query: number[], metric: string): Neighbor[] {
  const norm = (v: number[]) => Math.hypot(...v);
  const scored = rows.map((row, id) => {
    const dot = row.reduce((sum, x, i) => sum + x * query[i], 0);
    const score = metric === "dot" ? dot : dot / (norm(row) * norm(query));
    return { word: `w${id}`, id, score };
  });
  return scored.filter(({ score }) => !Number.isNaN(score))
    .toSorted((a, b) => b.score - a.score || a.id - b.id);
}

// Few different numbers, so that scores are often equal; products of them are exact.
const entry = fc.integer({ min: -2, max: 2 });

Deno.test("dot products are found in the order of a full sort, ties by id, in both dtypes", () => {
  const rows = fc.integer({ min: 1, max: 9 }).chain((width) =>
    fc.tuple(
      fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: 1 }),
      fc.array(entry, { minLength: width, maxLength: width }),
    )
  );
  const dtypes = fc.constantFrom<DType>("float32", "float64");
  property([rows, fc.integer({ min: 1, max: 12 }), dtypes], ([table, query], k, dtype) => {
    const vectors = new WordVectors(named(table.length), tensor(table, { dtype }));
    const found = vectors.nearest(query, { k, metric: "dot" });
    assertEquals(found, plainNearest(table, query, "dot").slice(0, k));
  });
});

Deno.test("cosines of a table of 2,000 rows are those of plain loops", () => {
  const random = createRandom(3);
  const table = Array.from(
    { length: 2000 },
    () => Array.from({ length: 24 }, () => random.normal()),
  );
  for (const dtype of ["float32", "float64"] as const) {
    const bound = dtype === "float32" ? 2e-6 : 1e-14;
    const vectors = new WordVectors(named(2000), tensor(table, { dtype }));
    const queries = table.slice(5, 10);
    vectors.nearest(queries, { k: 2000 }).forEach((found, i) => {
      assertEquals(found.length, 2000);
      const wanted = plainNearest(table, queries[i], "cosine");
      found.forEach(({ id, score }, place) => {
        assertAlmostEquals(score, wanted[place].score, bound);
        assertAlmostEquals(score, vectors.similarity(`w${id}`, queries[i]), bound);
      });
    });
  }
});

Deno.test("many queries are taken in parts, which changes nothing", () => {
  const random = createRandom(4);
  const E = tensor(Array.from({ length: 3000 }, () => [random.normal(), random.normal()]));
  const vectors = new WordVectors(named(3000), E);
  const found = vectors.nearest(vectors.words, { k: 1 });
  assertEquals(found.length, 3000); // 9 million scores
  for (const id of [0, 1397, 1398, 2999]) {
    assertEquals(found[id], vectors.nearest(`w${id}`, { k: 1 }));
  }
});

Deno.test("an analogy leaves out the words that it was given, and goes by directions", () => {
  const E = tensor([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 5, 5], [1, 1, 0]]);
  const vectors = new WordVectors(["run", "ran", "see", "saw", "go"], E);
  const asked = { positive: ["ran", "see"], negative: ["run"] };
  assertEquals(wordsOf(vectors.analogy(asked)), ["saw", "go"]);
  assertEquals(vectors.analogy({ ...asked, k: 1 })[0].id, 3);
  // A row that is twice as long has the same direction.
  const scaled = new WordVectors(vectors.words, tensor([[2, 0, 0], [3, 0, 3], ...rowsFrom(E, 2)]));
  assertAlmostEquals(scaled.analogy(asked)[0].score, vectors.analogy(asked)[0].score, 1e-15);
  assertEquals(wordsOf(vectors.analogy({ positive: [[0, 1, 1]], k: 2 })), ["saw", "see"]);
});

function rowsFrom(E: { toArray(): unknown }, start: number): number[][] {
  return (E.toArray() as number[][]).slice(start);
}

Deno.test("similarity is symmetric, 1 with itself, and a dot product on request", () => {
  assertEquals(compass.similarity("north", "far north"), 1);
  assertEquals(compass.similarity("north", "far north", { metric: "dot" }), 9);
  assertEquals(compass.similarity("east", "northeast"), compass.similarity("northeast", "east"));
  assertEquals(compass.similarity([-2, 0], "east"), -1);
});

Deno.test("words and labels are kept as they were, whatever the caller does later", () => {
  const words = ["a", "", "two words"];
  const labels = { tense: ["past", "", "x"] };
  const vectors = new WordVectors(words, tensor([[1], [2], [3]]), { labels });
  words[0] = "changed";
  labels.tense[0] = "changed";
  assertEquals(vectors.words, ["a", "", "two words"]);
  assertEquals(vectors.labels, { tense: ["past", "", "x"] });
  assertEquals([vectors.id("two words"), vectors.has(""), vectors.has("b")], [2, true, false]);
  assertThrows(() => (vectors.words as string[]).push("d"), TypeError);
  assertEquals(`${vectors}`, `WordVectors (3, 1) float64: "a", "", "two words"; labels tense`);
});

Deno.test("spellings: the nearest first, at most so many, and none that is far", () => {
  const words = ["king", "kings", "kin", "queen", "ring", "viking"];
  assertEquals(nearestSpellings("kinng", words, 3), ["king", "kings", "ring"]);
  assertEquals(nearestSpellings("qeen", words, 3), ["queen"]);
  assertEquals(nearestSpellings("xxxxxxxx", words, 3), []);
  assertEquals(nearestSpellings("k".repeat(61), words, 3), []);
  assertEquals(nearestSpellings("King", words, 1), ["king"]);
});

Deno.test("bestOf is the start of a full sort; a heap that keeps the last of equals is refused", () => {
  const check = (best: typeof bestOf) =>
    property(
      [fc.array(fc.integer({ min: 0, max: 3 })), fc.integer({ min: 1, max: 5 })],
      (list, k) => {
        const wanted = list.map((score, id) => ({ id, score }))
          .toSorted((a, b) => b.score - a.score || a.id - b.id);
        assertEquals(best(Float64Array.from(list), k, new Set()), wanted.slice(0, k));
      },
    );
  check(bestOf);
  assertThrows(() =>
    check((scores, k, without) =>
      bestOf(scores.toReversed(), k, without).map(({ id, score }) => ({
        id: scores.length - 1 - id,
        score,
      }))
    )
  );
  assertThrows(() => check((scores, k) => bestOf(scores, k, new Set([0]))));
});

Deno.test("scores are written over for each vector, and cosines never exceed 1", () => {
  const E = tensor([[0.1, 0.3, 0.7]], { dtype: "float32" });
  const row = Float64Array.from(E.data);
  const norm = Math.hypot(row[0], row[1], row[2]);
  forEachScores(E, [row.map((x) => x / norm * (1 + 1e-6))], "cosine", (scores) => {
    assertEquals(scores, Float64Array.of(1));
  });
  assert(norm > 0);
});
