// Showing things, tables and live progress, in a pretended kernel and on a console.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import {
  describeEnvironment,
  Displayable,
  isNotebook,
  liveDisplay,
  progress,
  type ProgressOptions,
  show,
  table,
} from "minimodel/lab";
import { property } from "./_property.ts";

interface Sent {
  data: Record<string, unknown>;
  options: { raw?: boolean; update?: boolean; display_id?: string };
}

/** Runs `body` as if in the kernel and returns what it sent there. */
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

Deno.test("isNotebook is false in a test and true in a kernel", async () => {
  assertEquals(isNotebook(), false);
  await inKernel(() => Promise.resolve(assertEquals(isNotebook(), true)));
  assertEquals(isNotebook(), false);
});

Deno.test("show sends each thing to the kernel as a bundle of its own", async () => {
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

Deno.test("show awaits promises and honours foreign renderings in the kernel", async () => {
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

Deno.test("show prints text outside a kernel", async () => {
  const markdown = { [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": "**x**" }) };
  const image = { [Symbol.for("Jupyter.display")]: () => ({ "image/png": "AAAA" }) };
  const lines = await onConsole(() => show("text", 1n, null, new Tick(), markdown, image));
  assertEquals(lines, ["text", "1n", "null", "ok", "**x**", "[image/png]"]);
});

Deno.test("show passes on the error of a rejected promise", async () => {
  await assertRejects(() => show(Promise.reject(new TypeError("No plot"))), TypeError, "No plot");
});

Deno.test("a Displayable shows its text in console.log and its renderings to the kernel", () => {
  assertEquals(Deno.inspect([new Tick()]), "[ ok ]");
  const rendering: unknown = Reflect.get(new Tick(), Symbol.for("Jupyter.display"));
  assert(typeof rendering === "function");
  assertEquals(rendering.call(new Tick()), { "text/plain": "ok", "text/html": "<b>ok</b>" });
});

Deno.test("liveDisplay opens one display in the kernel and updates it in place", async () => {
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

/** Runs progress over a clock that moves 50 ms at each look, and returns the lines drawn. */
async function drawn(total: number, options: ProgressOptions, stopAt = Infinity) {
  const output = pretendOutput(true);
  const steps: number[] = [];
  let time = 0;
  const now = () => (time += 50);
  for await (const step of progress(total, { now, output, ...options })) {
    steps.push(step);
    if (step === stopAt) break;
  }
  return { steps, lines: output.written.map((line) => line.replace("\r\x1b[2K", "")) };
}

Deno.test("progress counts every step and draws bar, rate and time left", async () => {
  const { steps, lines } = await drawn(4, { label: "Go", interval: 0, note: () => "loss 1" });
  assertEquals(steps, [0, 1, 2, 3]);
  assertEquals(lines.slice(0, 3), [
    "Go  ░░░░░░░░░░░░░░░░░░░░░░░░  0/4  loss 1",
    "Go  ██████░░░░░░░░░░░░░░░░░░  1/4  6.7/s  1 s left  loss 1",
    "Go  ████████████░░░░░░░░░░░░  2/4  8/s  1 s left  loss 1",
  ]);
});

Deno.test("progress ends with a line without times, so that a notebook repeats", async () => {
  const { lines } = await drawn(4, { label: "Go" });
  assertEquals(lines.at(-1), "Go  ████████████████████████  4/4\n");
});

Deno.test("progress redraws no more often than its interval", async () => {
  const { lines } = await drawn(100, { interval: 1000 });
  const often = await drawn(100, { interval: 0 });
  assertEquals(lines.length, 5 + 1); // 100 steps of 50 ms, and the end
  assertEquals(often.lines.length, 100 + 1);
});

Deno.test("progress that is left early says how far it came", async () => {
  const { steps, lines } = await drawn(10, {}, 2);
  assertEquals(steps, [0, 1, 2]);
  assertStringIncludes(lines.at(-1) ?? "", "2/10");
});

Deno.test("progress accepts no steps and refuses what is no count", async () => {
  assertEquals((await drawn(0, {})).lines.at(-1), "████████████████████████  0/0\n");
  for (const total of [-1, 1.5, NaN]) {
    await assertRejects(() => drawn(total, {}), RangeError, `Cannot show progress to ${total}`);
  }
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

Deno.test("table takes columns in the order told and digits as told", () => {
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

Deno.test("table refuses a number of digits that is none", () => {
  for (const digits of [0, 1.5, 101]) {
    assertThrows(() => table([{ a: 1 }], { digits }), RangeError, `${digits} digits`);
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

Deno.test("describeEnvironment names runtime and machine", () => {
  const { cpu, ...rest } = describeEnvironment();
  assertEquals(rest, {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpuCount: navigator.hardwareConcurrency,
  });
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "cpus" });
  assertEquals(typeof cpu, state === "granted" ? "string" : "object");
});

Deno.test("describeEnvironment leaves the processor out without permission", {
  permissions: { sys: false },
}, () => assertEquals(describeEnvironment().cpu, null));
