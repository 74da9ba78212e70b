// Which errors `deno task strict` takes from what `deno check` prints.

import { assertEquals } from "@std/assert";
import { placesOf } from "../tasks/strict.ts";

/** An error as `deno check` prints it without colours. */
function errorAt(place: string): string {
  return `TS2532 [ERROR]: Object is possibly 'undefined'.
  return rows[0].length;
         ~~~~~~~
    at file://${place}
`;
}

/** What `deno check` prints for errors at some places. */
function output(...places: string[]): string {
  return `${places.map(errorAt).join("\n")}\nFound ${places.length} errors.\n`;
}

Deno.test("an error is told by its file, line and column, from the project's folder on", () => {
  assertEquals(placesOf(output("/home/me/project/lib/nn/sgd.ts:12:7"), "/home/me/project"), [
    "lib/nn/sgd.ts:12:7",
  ]);
});

Deno.test("errors keep their order, and each place is told once", () => {
  const printed = output("/p/tasks/lab.ts:9:1", "/p/lib/mod.ts:2:3", "/p/tasks/lab.ts:9:1");
  assertEquals(placesOf(printed, "/p"), ["tasks/lab.ts:9:1", "lib/mod.ts:2:3"]);
});

Deno.test("a place that an error only refers to is told too", () => {
  const printed = `${errorAt("/p/lib/a.ts:1:2")}
    'stroke' is declared here.
      stroke: string;
      ~~~~~~
        at file:///p/lib/b.ts:3:4
`;
  assertEquals(placesOf(printed, "/p"), ["lib/a.ts:1:2", "lib/b.ts:3:4"]);
});

Deno.test("the loops that count to the length of what they read are left out, and no others", () => {
  const printed = output(
    "/p/lib/kernels/plain.ts:1:1",
    "/p/lib/kernels/simd/rows.ts:1:1",
    "/p/lib/lab/lessons/_one_hot.ts:1:1",
    "/p/lib/io/_npy_order.ts:1:1",
    "/p/lib/lab/lessons/_answers.ts:1:1",
    "/p/lib/io/_npy_header.ts:1:1",
    "/p/tasks/lib/kernels/plain.ts:1:1",
  );
  assertEquals(placesOf(printed, "/p"), [
    "lib/lab/lessons/_answers.ts:1:1",
    "lib/io/_npy_header.ts:1:1",
    "tasks/lib/kernels/plain.ts:1:1",
  ]);
});

Deno.test("a folder whose name a URL escapes is taken off all the same", () => {
  assertEquals(placesOf(output("/my%20files/p/lib/a.ts:1:2"), "/my files/p"), ["lib/a.ts:1:2"]);
});

Deno.test("text in the checked code that looks like a place is not one", () => {
  assertEquals(placesOf('// at file:///p/lib/a.ts:1:2\n  "at file:///p/b.ts:1:2"\n', "/p"), []);
  assertEquals(placesOf("", "/p"), []);
});

Deno.test("the lab, a folder of the core, is left out of its package and of nothing else", async () => {
  const { publish, ...others } = JSON.parse(
    await Deno.readTextFile(new URL("../lib/deno.json", import.meta.url)),
  );
  assertEquals([publish, "exclude" in others], [{ exclude: ["lab", "kernels/simd"] }, false]);
});
