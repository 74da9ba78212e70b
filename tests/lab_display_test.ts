// Showing things, tables and live displays, in a simulated Deno kernel and on a console.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { Displayable, isNotebook, liveDisplay, show, table } from "minimodel/lab";
import { property } from "./_property.ts";

interface Sent {
  data: Record<string, unknown>;
  options: { raw?: boolean; update?: boolean; display_id?: string };
}

/** Runs `body` as if in the Deno kernel and returns what it sent there. */
async function inKernel(body: () => Promise<void>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const jupyter = {
    display(data: Sent["data"], options: Sent["options"]) {
      sent.push({ data, options });
      return Promise.resolve();
    },
    broadcast(type: string, { data, transient }: { data: Sent["data"]; transient: object }) {
      sent.push({ data, options: { update: type === "update_display_data", ...transient } });
      return Promise.resolve();
    },
    format(thing: object) {
      return Promise.resolve(
        "outerHTML" in thing ? { "text/html": thing.outerHTML } : { "text/plain": "kernel's text" },
      );
    },
  };
  Reflect.set(Deno, "jupyter", jupyter);
  try {
    await body();
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
  return sent;
}

/** Runs `body` and returns the lines that it logged. */
async function onConsole(body: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (...parts: unknown[]) => lines.push(parts.join(" "));
  try {
    await body();
  } finally {
    console.log = log;
  }
  return lines;
}

/** A terminal, or a file, that remembers what was written. */
function pretendOutput(terminal: boolean) {
  const written: string[] = [];
  return {
    written,
    isTerminal: () => terminal,
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
}

class Tick extends Displayable {
  override toMime() {
    return { "text/plain": "ok", "text/html": "<b>ok</b>" };
  }
}

Deno.test("isNotebook is false in a test and true in the Deno kernel", async () => {
  assertEquals(isNotebook(), false);
  await inKernel(() => Promise.resolve(assertEquals(isNotebook(), true)));
  assertEquals(isNotebook(), false);
});

Deno.test("show sends each thing to the Deno kernel as a bundle of its own", async () => {
  const sent = await inKernel(() => show("text", 3.5, 1n, null, undefined, { a: [1] }, new Tick()));
  assertEquals(sent.map(({ data }) => data), [
    { "text/plain": "text" },
    { "text/plain": "3.5" },
    { "text/plain": "1n" },
    { "text/plain": "null" },
    { "text/plain": "undefined" },
    { "text/plain": "{ a: [ 1 ] }" },
    { "text/plain": "ok", "text/html": "<b>ok</b>" },
  ]);
  assert(sent.every(({ options }) => options.raw === true));
});

Deno.test("show awaits promises and uses renderings of other libraries in the Deno kernel", async () => {
  const foreign = {
    [Symbol.for("Jupyter.display")]: () => Promise.resolve({ "text/latex": "$x$" }),
  };
  const element = { outerHTML: "<i>x</i>" };
  const sent = await inKernel(() => show(Promise.resolve(new Tick()), foreign, element));
  assertEquals(sent.map(({ data }) => data), [
    { "text/plain": "ok", "text/html": "<b>ok</b>" },
    { "text/latex": "$x$" },
    { "text/html": "<i>x</i>" },
  ]);
});

Deno.test("show prints text outside a notebook", async () => {
  const markdown = { [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": "**x**" }) };
  const image = { [Symbol.for("Jupyter.display")]: () => ({ "image/png": "AAAA" }) };
  const lines = await onConsole(() => show("text", 1n, null, new Tick(), markdown, image));
  assertEquals(lines, ["text", "1n", "null", "ok", "**x**", "[image/png]"]);
});

Deno.test("show passes on the error of a rejected promise", async () => {
  await assertRejects(() => show(Promise.reject(new TypeError("No plot"))), TypeError, "No plot");
});

Deno.test("a Displayable shows its text in console.log and its renderings to the Deno kernel", () => {
  assertEquals(Deno.inspect([new Tick()]), "[ ok ]");
  const rendering: unknown = Reflect.get(new Tick(), Symbol.for("Jupyter.display"));
  assert(typeof rendering === "function");
  assertEquals(rendering.call(new Tick()), { "text/plain": "ok", "text/html": "<b>ok</b>" });
});

Deno.test("liveDisplay refuses an output that cannot be written to", () => {
  for (const output of ["out.txt", { isTerminal: () => true }, { writeSync: () => 0 }]) {
    assertThrows(
      () => Reflect.apply(liveDisplay, undefined, [{ output }]),
      TypeError,
      "Cannot open a live display: output must have isTerminal and writeSync, as Deno.stdout has, got ",
    );
  }
});

Deno.test("liveDisplay opens one display in the Deno kernel and updates it in place", async () => {
  const sent = await inKernel(async () => {
    const first = liveDisplay();
    await first.update("one");
    await first.update(new Tick());
    await first.finish("three");
    await first.finish();
    await liveDisplay().update("other");
  });
  assertEquals(sent.map(({ data }) => data["text/plain"]), ["one", "ok", "three", "other"]);
  assertEquals(sent.map(({ options }) => options.update), [false, true, true, false]);
  const ids = sent.map(({ options }) => options.display_id);
  assertEquals(new Set(ids.slice(0, 3)).size, 1);
  assert(ids[3] !== ids[0]);
});

Deno.test("liveDisplay opens its display once even when updates are not awaited", async () => {
  const sent = await inKernel(async () => {
    const display = liveDisplay();
    await Promise.all([display.update("one"), display.update("two")]);
  });
  assertEquals(sent.map(({ options }) => options.update), [false, true]);
});

Deno.test("liveDisplay writes over one line of a terminal", async () => {
  const output = pretendOutput(true);
  const display = liveDisplay({ output });
  await display.update("one");
  await display.update("two\nlines");
  await display.finish();
  assertEquals(output.written, ["\r\x1b[2Kone", "\r\x1b[2Ktwo", "\r\x1b[2Ktwo\nlines\n"]);
});

Deno.test("liveDisplay writes only the end to a file", async () => {
  const output = pretendOutput(false);
  const display = liveDisplay({ output });
  await display.update("one");
  await display.finish("two");
  assertEquals(output.written, ["two\n"]);
});

Deno.test("table aligns names to the left and numbers to the right", () => {
  const rows = [
    { name: "lookup", us: 23.4567, ids: 8192n },
    { name: "naïve one-hot", us: 1520, ids: 64n },
    { name: "none", us: undefined, ids: 0n },
  ];
  assertEquals(
    table(rows, { caption: "Timings" }).text,
    [
      "Timings",
      "name              us   ids",
      "─────────────  ─────  ────",
      "lookup         23.46  8192",
      "naïve one-hot   1520    64",
      "none                     0",
    ].join("\n"),
  );
});

Deno.test("table has the columns in the wanted order, with the wanted digits", () => {
  const rows = [{ a: 1 / 3, b: NaN, c: null }, { a: -2 / 3, b: -0, c: [1, { d: 2 }] }];
  assertEquals(
    table(rows, { columns: ["c", "b", "a"], digits: 2 }).text,
    [
      "c                  b      a",
      "───────────────  ───  ─────",
      "null             NaN   0.33",
      "[ 1, { d: 2 } ]   -0  -0.67",
    ].join("\n"),
  );
});

Deno.test("table collects columns that only some rows have", () => {
  assertEquals(table<Record<string, number>>([{ a: 1 }, { b: 2 }]).text, "a  b\n─  ─\n1\n   2");
});

Deno.test("table puts no zero in place of a digit before the point, and shows one after it", () => {
  const numbers = [13174.6, 1234567.89, -99999.95, 1e15 + 0.5, 12.3456, 0.000123456, 1e21, 5e-324];
  assertEquals(table(numbers.map((n) => ({ n }))).text.split("\n").slice(2).map((s) => s.trim()), [
    ...["13174.6", "1234567.9", "-99999.9", "1000000000000000.5"],
    ...["12.35", "0.0001235", "1e+21", "5e-324"],
  ]);
});

Deno.test("table gives a text the columns that a terminal does", () => {
  const words = ["東京", "e\u0301", "👍🏽", "ab"];
  const lines = table(words.map((word, n) => ({ word, n }))).text.split("\n");
  assertEquals(lines.slice(1), ["────  ─", "東京  0", "e\u0301     1", "👍🏽    2", "ab    3"]);
});

Deno.test("table refuses what it cannot show, by name", () => {
  const refused = (rows: unknown, options?: unknown) => () =>
    Reflect.apply(table, undefined, options === undefined ? [rows] : [rows, options]);
  assertThrows(refused("text"), TypeError, "rows must be an array of objects, got the string");
  assertThrows(refused([{ a: 1 }, null]), TypeError, "row 1 must be an object, got null");
  assertThrows(
    refused([{ loss: 1, step: 2 }], { columns: ["lsos"] }),
    TypeError,
    `Cannot make a table: no row has a column "lsos", only "loss", "step"`,
  );
  assertThrows(refused([], { columns: 3 }), TypeError, "columns must be an array of names, got 3");
  assertThrows(
    refused([], { colums: [] }),
    TypeError,
    `no option "colums"; did you mean "columns"`,
  );
});

Deno.test("table refuses digits that are not a whole number in [1, 100]", () => {
  for (const digits of [0, 1.5, 101]) {
    const message = `digits must be a whole number in [1, 100], got ${digits}`;
    assertThrows(() => table([{ a: 1 }], { digits }), RangeError, message);
  }
});

Deno.test("table as HTML gives back every text, whatever is in it", () => {
  property([fc.array(fc.record({ "<a>&\"'": fc.string() }), { minLength: 1 })], (rows) => {
    const { html } = table(rows, { caption: "<b>&amp;</b>" });
    const page = new DOMParser().parseFromString(`<html><body>${html}</body></html>`, "text/html");
    const texts = (tag: string) => [...page.querySelectorAll(tag)].map((cell) => cell.textContent);
    assertEquals(texts("caption"), ["<b>&amp;</b>"]);
    assertEquals(texts("th"), ["<a>&\"'"]);
    assertEquals(texts("td"), rows.map((row) => row["<a>&\"'"]));
  });
});

Deno.test("table as HTML aligns numbers and sets no colour of text or page", () => {
  const { html } = table([{ name: "a", count: 1 }]);
  const aligned = [...html.matchAll(/text-align:(left|right)[^>]*>([^<]*)/g)];
  assertEquals(aligned.map(([, side, text]) => [side, text]), [
    ["left", "name"],
    ["right", "count"],
    ["left", "a"],
    ["right", "1"],
  ]);
  assertEquals(html.match(/background|[;"]color:(?!inherit)|#[0-9a-f]{3}/), null);
});
