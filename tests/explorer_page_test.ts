// What the explorer page computes, without a browser: neighbours, search, names and places; and what is refused.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertRejects,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { normal, tensor, WordVectors } from "minimodel";
import { type ExplorerEpoch, saveExplorer } from "minimodel/lab";
import { roomForNames, search } from "../lib/lab/explorer/_names.ts";
import { nearestTo } from "../lib/lab/explorer/_nearest.ts";
import { fitted } from "../lib/lab/explorer/_renderer.ts";
import { bytesOf, toBase64 } from "../lib/lab/_explorer_data.ts";
import { property } from "./_property.ts";

const entry = fc.integer({ min: -3, max: 3 });

/** Refuses neighbours that are not those of WordVectors. */
function checkNearest(nearest: typeof nearestTo, rows: readonly (readonly number[])[]): void {
  const words = rows.map((_, id) => `${id}`);
  const E = tensor(Float32Array.from(rows.flat()), { shape: [rows.length, 3] });
  const vectors = new WordVectors(words, E);
  const table = { vectors: Float32Array.from(rows.flat()), width: 3 };
  for (const id of rows.keys()) {
    if (rows[id].every((each) => each === 0)) continue;
    const expected = vectors.nearest(`${id}`, { k: 4 }).map(({ score }) => score);
    const got = nearest(id, 4, table);
    // Rows of one direction may differ by rounding: the scores are compared, not the ids.
    assertEquals(got.length, expected.length);
    got.forEach(({ score }, n) => assertAlmostEquals(score, expected[n], 1e-5));
    assert(got.every(({ id: other }) => other !== id));
  }
}

Deno.test("the page's neighbours are those of WordVectors", () => {
  const rows = fc.array(fc.tuple(entry, entry, entry), { minLength: 2, maxLength: 9 });
  property([rows], (rows) => checkNearest(nearestTo, rows));
  const random = normal([50, 3], { seed: 0 }).toArray() as number[][];
  checkNearest(nearestTo, random);
});

Deno.test("neighbours by dot product, or with the word itself, are refused", () => {
  const random = normal([50, 3], { seed: 0 }).toArray() as number[][];
  const withSelf: typeof nearestTo = (
    id,
    k,
    table,
  ) => [{ id, score: 1 }, ...nearestTo(id, k - 1, table)];
  const short: typeof nearestTo = (id, k, table) => nearestTo(id, k - 1, table);
  for (const wrong of [withSelf, short]) {
    assertThrows(() => checkNearest(wrong, random), AssertionError);
  }
});

Deno.test("equal neighbours come by id, zeros have none, and k may be more than there are", () => {
  const table = { vectors: Float32Array.of(1, 0, 2, 0, 3, 0, 0, 0), width: 2 };
  assertEquals(nearestTo(1, 9, table), [{ id: 0, score: 1 }, { id: 2, score: 1 }]);
  assertEquals(nearestTo(3, 2, table), []);
  assertEquals(nearestTo(2, 1, table), [{ id: 0, score: 1 }]);
});

Deno.test("a search finds equal words first, then beginnings, whatever the case", () => {
  const words = ["to_sing", "Sing", "singing", "SING", "cantó"];
  assertEquals(search(words, "sing"), [1, 3, 2, 0]);
  assertEquals(search(words, "CANTÓ"), [4]);
  assertEquals(search(words, "x"), []);
});

Deno.test("names never cover each other, and those outside are left out", () => {
  const space = { words: ["one", "two", "three"], width: 100, height: 100 };
  const at =
    (places: number[][]) => (id: number): [number, number] => [places[id][0], places[id][1]];
  const idsAt = (places: number[][]) =>
    roomForNames([0, 1, 2], { ...space, at: at(places) }).map(({ id }) => id);
  assertEquals(idsAt([[10, 10], [20, 12], [10, 60]]), [0, 2]);
  assertEquals(idsAt([[10, 10], [-5, 12], [10, 300]]), [0]);
});

Deno.test("points fit into the picture by one factor, whatever they are", () => {
  const { x, y } = fitted(Float32Array.of(0, 0, 4, 1, 2, 0.5));
  assertEquals([...x].map((each) => Math.round(each * 100)), [-92, 92, 0]);
  assertEquals([...y].map((each) => Math.round(each * 100)), [-23, 23, 0]);
  assertEquals(fitted(Float32Array.of(5, 5)), { x: Float32Array.of(0), y: Float32Array.of(0) });
});

Deno.test("numbers come through base64 bit for bit", () => {
  const numbers = Float32Array.of(1.5, -0, NaN, Infinity, 1e-45);
  assertEquals(new Float32Array(bytesOf(toBase64(numbers))), numbers);
  assertEquals(
    new Uint16Array(bytesOf(toBase64(new Uint16Array(65_536).map((_, i) => i))))[65_535],
    65_535,
  );
});

Deno.test("what cannot be explored is refused before anything is written", async () => {
  const folder = await Deno.makeTempDir();
  const vectors = new WordVectors(["a", "b"], tensor([[1, 2], [3, 4]]));
  const other = new WordVectors(["a", "c"], tensor([[1, 2], [3, 4]]));
  const holed = new WordVectors(["a", "b"], tensor([[1, NaN], [3, 4]]));
  const refusals: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [
      "words",
      TypeError,
      'wanted WordVectors, or an array of { name, vectors }, got the string "words"',
    ],
    [[], RangeError, "wanted at least one word, got none"],
    [[{ name: 1, vectors }], TypeError, "epoch 0 must be { name, vectors }"],
    [[{ name: "0", vectors }, { name: "1", vectors: other }], TypeError, "epoch 1 differs from 0"],
    [holed, RangeError, "row 0 must hold finite numbers, got NaN at 1"],
  ];
  for (const [epochs, kind, says] of refusals) {
    const path = `${folder}/page.html`;
    await assertRejects(() => saveExplorer(path, epochs as ExplorerEpoch[]), kind, says);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder, { recursive: true });
});
