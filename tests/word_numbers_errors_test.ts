// What the numbers of Lab 02 are computed from: every form of a table, and what is refused.

import { assertEquals, assertThrows } from "@std/assert";
import { IndexError, tensor } from "minimodel";
import {
  bootstrapMean,
  directionScores,
  linearProbe,
  nearestPurity,
  shuffleRows,
  translationRanks,
} from "minimodel/lab";
import { allAlike } from "./_wrong_numbers.ts";

Deno.test("a tensor, float32 and rows of any kind are tables", () => {
  const rows = [[1, 0], [1, 0.5], [0, 1], [0.5, 1]];
  const labels = ["a", "a", "b", "b"];
  const expected = nearestPurity(rows, labels, { k: 1 });
  for (
    const table of [
      tensor(rows),
      tensor(rows, { dtype: "float32" }),
      rows.map((each) => Float32Array.from(each)),
    ]
  ) {
    assertEquals(nearestPurity(table, labels, { k: 1 }), expected);
  }
});

Deno.test("vectors of any length have their cosines, and equal ones are taken by id", () => {
  const table = [[1e-200, 0], [1e200, 1e199], [0, 1e-300], [1, 9]];
  assertEquals(nearestPurity(table, ["a", "a", "b", "b"], { k: 1 }).mean, 1);
  assertEquals(nearestPurity(allAlike(4), ["a", "a", "b", "b"], { k: 1 }).scores, [1, 1, 0, 0]);
});

Deno.test("what cannot be measured is refused by name", () => {
  const table = [[1, 0], [0, 1], [1, 1]];
  const labels = ["a", "b", "a"];
  const refusals: [
    () => unknown,
    typeof RangeError | typeof TypeError | typeof IndexError,
    string,
  ][] = [
    [
      () => nearestPurity([], []),
      RangeError,
      "Cannot measure purity of 5 neighbours: wanted at least 6 words with a label, got 0",
    ],
    [
      () => nearestPurity([[1, NaN]], ["a"], { k: 1 }),
      RangeError,
      "Cannot measure purity: row 0 must hold finite numbers, got NaN at 1",
    ],
    [() => nearestPurity([[1], [1, 2]], ["a", "b"]), TypeError, "row 1 has 2 numbers, row 0 has 1"],
    [
      () => nearestPurity(table, ["a"]),
      TypeError,
      "labels must have one label for each of 3 rows, got 1",
    ],
    [
      () => nearestPurity(table, [1, 2, 3] as never),
      TypeError,
      "labels must be strings or null, got 1 for row 0",
    ],
    [
      () => nearestPurity(table, labels, { k: 0 }),
      RangeError,
      "k must be a whole number from 1, got 0",
    ],
    [
      () => nearestPurity(tensor([1, 2, 3]), labels),
      TypeError,
      "wanted a table of shape (V, d), got shape (3,)",
    ],
    [() => nearestPurity(7 as never, labels), TypeError, "wanted a table of shape (V, d), got 7"],
    [
      () => translationRanks(table, { languages: labels } as never),
      TypeError,
      "translations must be an array of ids for each of 3 rows, got undefined",
    ],
    [
      () => translationRanks(table, { languages: labels, translations: [[2], [], []] }),
      RangeError,
      'row 2, a translation of row 0, must be in another language, got the string "a" for both',
    ],
    [
      () => translationRanks(table, { languages: labels, translations: [[3], [], []] }),
      IndexError,
      "ids must be in [0, 3), got 3",
    ],
    [
      () => directionScores(table, [[0, 2]], { groups: labels }),
      RangeError,
      'wanted pairs of at least two groups, since the direction for one comes from the others, got pairs of the string "a"',
    ],
    [
      () => directionScores(table, [[0, 1]], { groups: labels }),
      RangeError,
      'the rows of pair 0 must have one group, got the string "a" and the string "b"',
    ],
    [
      () => directionScores(table, [[0]] as never, { groups: labels }),
      TypeError,
      "pair 0 must be an array of two ids",
    ],
    [
      () => linearProbe(table, labels, {} as never),
      TypeError,
      "groups must be an array with one label for each row, got undefined",
    ],
    [
      () => linearProbe(table, labels, { groups: ["v", "v", "v"] }),
      RangeError,
      "wanted at least two groups, got 1",
    ],
    [
      () => linearProbe(table, ["a", "a", "a"], { groups: labels }),
      RangeError,
      "wanted at least two labels, got 1",
    ],
    [
      () => linearProbe(table, labels, { groups: labels, ridge: 0 }),
      RangeError,
      "ridge must be above 0, got 0",
    ],
    [() => bootstrapMean([], { groups: [] }), RangeError, "wanted scores, got none"],
    [
      () => bootstrapMean([1, NaN], { groups: ["a", "b"] }),
      RangeError,
      "scores must be finite, got NaN",
    ],
    [
      () => bootstrapMean([1, 2], { groups: ["a"] }),
      TypeError,
      "wanted a group for each of 2 scores, got 1",
    ],
    [
      () => bootstrapMean([1], { groups: ["a"], level: 95 }),
      RangeError,
      "level must be in (0, 1), got 95",
    ],
    [
      () => shuffleRows([[Infinity]]),
      RangeError,
      "row 0 must hold finite numbers, got Infinity at 0",
    ],
  ];
  for (const [call, kind, says] of refusals) assertThrows(call, kind, says);
});
