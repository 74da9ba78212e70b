// What reports and tables look like on a page, to the letter, and what else of the lab is shown or said.

import { assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { CheckError, Embedding } from "minimodel";
import {
  type Check,
  CheckReport,
  Counterexample,
  createExperiment,
  embeddingChecks,
  Experiment,
  Plot,
  reload,
  runChecks,
  showChecks,
  table,
  UnwrittenAnswer,
  watchKernel,
} from "minimodel/lab";
import { withFlags } from "../lib/lab/_permissions.ts";
import { formatThrown } from "../lib/lab/check_report.ts";
import { inFolder } from "./_checkpoint_files.ts";

Deno.test("a table on a page has rules below its rows, and its numbers below each other", () => {
  const { html } = table([{ word: "a & b", count: 3 }], { caption: "Counts" });
  const cell = (side: string, line: number) =>
    `style="text-align:${side};padding:0.25em 0.75em;` +
    `border-bottom:${line}px solid rgba(128,128,128,0.5);font-variant-numeric:tabular-nums"`;
  assertEquals(
    html,
    '<table style="border-collapse:collapse">' +
      '<caption style="caption-side:top;text-align:left;padding:0.25em 0.75em;' +
      'font-weight:bold;color:inherit">Counts</caption>' +
      `<thead><tr><th ${cell("left", 2)}>word</th><th ${cell("right", 2)}>count</th></tr></thead>` +
      `<tbody><tr><td ${cell("left", 1)}>a &amp; b</td><td ${
        cell("right", 1)
      }>3</td></tr></tbody>` +
      "</table>",
  );
});

Deno.test("a table in a text keeps each row in one line, also of a value that has several", () => {
  assertEquals(table([{ a: "x\r\n\ty", b: undefined }, { a: true }]).text.split("\n"), [
    ...["a     b", "────  ─", "x y", "true"],
  ]);
  assertEquals(table([{ a: 1 }], { caption: "two\nlines" }).text, "two lines\na\n─\n1");
  assertEquals(table([]).text, "\n");
  // Only a column of numbers, with gaps or without, is aligned to the right.
  const sides = table([{ a: 1, b: 1, c: null, d: 1 }, { a: "xy", b: undefined, c: null, d: 22 }]);
  assertEquals(sides.text.split("\n").slice(2), ["1   1  null   1", "xy     null  22"]);
});

const failure = Object.assign(
  new Counterexample({
    given: { x: 3 },
    expected: [[1, 2], [3, 4]],
    got: [1, "a"],
    hint: "<twice>",
  }),
  { seed: 7 },
);

Deno.test("a report on a page shows ticks, crosses, grids, hints and seeds", () => {
  const report = new CheckReport([
    { name: "Zero", says: "f(0) is 0" },
    { name: "One", says: "f(1) is 1", failure },
    { name: "Two", says: "f(2) is 2", failure },
    { name: "Three", says: "f(3) is 3", failure: new UnwrittenAnswer("Task 1: write it") },
  ]).toMime();
  const title = (sign: string, color: string, text: string) =>
    `<div><b style="color: ${color}">${sign} ${text}</div>`;
  const wrong = (text: string, why: string) =>
    `${title("✗", "#d64545", text)}<div style="margin-left: 1.5em">${why}</div>`;
  const cell = (each: number) =>
    '<td style="border: 1px solid rgba(128,128,128,.5); padding: 2px 8px; text-align: right">' +
    `${each}</td>`;
  assertEquals(
    report["text/html"],
    '<div style="line-height: 1.6">' + title("✓", "#2e9e5b", "Zero</b>: f(0) is 0") +
      wrong(
        "One</b>: f(1) is 1",
        "The smallest case in which it does not hold: <code>x = 3</code>" +
          '<div style="display: flex; gap: 2em; margin: 0.5em 0"><div>expected ' +
          '<table style="border-collapse: collapse; margin: 0.3em 0">' +
          `<tr>${cell(1)}${cell(2)}</tr><tr>${cell(3)}${cell(4)}</tr></table></div><div>got ` +
          '<pre style="margin: 0.3em 0">[ 1, &quot;a&quot; ]</pre></div></div>' +
          "<div><b>Hint:</b> &lt;twice&gt;</div>" +
          "<div>Drawn with seed 7: the option { seed: 7 } draws it again</div>",
      ) + wrong("Two</b>: f(2) is 2", "The same as for One") +
      wrong("Three</b>: f(3) is 3", "<code>Task 1: write it</code>") + "</div>",
  );
});

Deno.test("a report in a text has its grids below each other, and says what several failed of once", () => {
  const report = new CheckReport([{ name: "One", says: "f(1) is 1", failure }, {
    ...{ name: "Two", says: "f(2) is 2", failure },
  }]).toMime();
  assertEquals(report["text/plain"].split("\n"), [
    "✗ One: f(1) is 1",
    "  The smallest case in which it does not hold:",
    "    given    x = 3",
    "    expected [1, 2]",
    "             [3, 4]",
    '    got      [ 1, "a" ]',
    "  Hint: <twice>",
    "  Drawn with seed 7: the option { seed: 7 } draws it again",
    "✗ Two: f(2) is 2",
    "  The same as for One",
  ]);
});

Deno.test("a report has no line for a hint or a seed that there is not", () => {
  const bare = new Counterexample({ given: { x: 1 }, expected: "a", got: "b" });
  const report = new CheckReport([{ name: "One", says: "f(1) is 1", failure: bare }]).toMime();
  assertEquals(report["text/plain"].split("\n").slice(2), [
    "    given    x = 1",
    "    expected a",
    "    got      b",
  ]);
  assertEquals(
    report["text/html"].split("got ")[1],
    [
      '<pre style="margin: 0.3em 0">b</pre></div></div></div></div>',
    ].join(""),
  );
});

Deno.test("an error that only calls itself a counterexample is told as an error", () => {
  const odd = Object.assign(new Error("odd"), { name: "Counterexample" });
  const report = new CheckReport([{ name: "One", says: "f(1) is 1", failure: odd }]).toMime();
  assertEquals(report["text/plain"], "✗ One: f(1) is 1\n  Counterexample: odd");
});

Deno.test("a counterexample says values in one line, however deep they are", () => {
  const deep = [[[[[[[[1]]]]]]]];
  const { message } = new Counterexample({ given: { deep, b: "c" }, expected: "a text", got: [] });
  assertEquals(
    message,
    'Given deep = [ [ [ [ [ [ [ [ 1 ] ] ] ] ] ] ] ], b = "c", expected a text, got []',
  );
  const long = Array.from({ length: 60 }, (_, i) => i + 1000);
  assertEquals(new Counterexample({ given: { long }, expected: 1, got: 2 }).message.split("\n"), [
    `Given long = [ ${long.join(", ")} ], expected 1, got 2`,
  ]);
});

Deno.test("what was thrown is told by its name, or as a value that was thrown", () => {
  assertEquals(formatThrown(new RangeError("far")), "RangeError: far");
  assertEquals(formatThrown("text"), '"text", thrown');
  for (const place of ["copyRows", "new copyRows", "async copyRows"]) {
    const stack = `Error: lost\n    at ${place} (<anonymous>:1:2)\n    at other (<anonymous>:3:4)`;
    assertEquals(
      formatThrown(Object.assign(new Error("lost"), { stack })),
      "Error: lost, in copyRows",
    );
  }
  const stack = "Error: lost\n    at copyRows (file:///a.ts:1:2)";
  assertEquals(formatThrown(Object.assign(new Error("lost"), { stack })), "Error: lost");
});

/** Runs a body in which Deno allows none of these functions. */
async function denied(names: readonly (keyof typeof Deno)[], body: () => Promise<void>) {
  const before = names.map((name) => Deno[name]);
  const refuse = () => {
    throw new Deno.errors.NotCapable("Requires access");
  };
  for (const name of names) Reflect.set(Deno, name, refuse);
  try {
    await body();
  } finally {
    names.forEach((name, i) => Reflect.set(Deno, name, before[i]));
  }
}

Deno.test("what Deno does not allow is told with the flag that allows it", async () => {
  const refused = async (work: () => Promise<unknown>) =>
    (await assertRejects(work, Deno.errors.NotCapable)).message;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
  const plot = new Plot("T", svg, { width: 900, height: 900 });
  await denied(["readFile"], async () => {
    assertMatch(
      await refused(() => plot.png()),
      /^Cannot draw a PNG without its program and fonts: that is not allowed, run deno with --allow-read=[^,]*resvg-wasm[^,]*,[^,]*400Regular,[^,]*700Bold$/,
    );
  });
  await denied(["writeTextFile", "readDir", "mkdir", "makeTempDir"], async () => {
    const experiment = new Experiment("a", "/runs/a");
    assertEquals(
      await refused(() => experiment.writeJson("b.json", 1)),
      "Cannot write /runs/a/b.json: that is not allowed, run deno with --allow-write=/runs",
    );
    assertEquals(
      await refused(() => createExperiment("b", { root: "/runs" })),
      "Cannot make a folder for b in /runs: that is not allowed, run deno with --allow-write=/runs",
    );
    const { results } = await runChecks(embeddingChecks.slice(5), Embedding);
    assertEquals(
      results[0].failure?.message,
      "Cannot make a temporary folder to save in: that is not allowed, " +
        "run deno with --allow-read --allow-write",
    );
    assertEquals(
      await refused(() => plot.save("/runs/b")),
      "Cannot save /runs/b.svg and .png: that is not allowed, run deno with --allow-write=/runs",
    );
    assertEquals(
      await refused(() => reload("/runs/mine.ts")),
      "Cannot read /runs/: that is not allowed, run deno with --allow-read=/runs/",
    );
  });
  const other = new Error("other");
  assertStrictEquals(
    await assertRejects(() => withFlags("do it", "--flag", () => Promise.reject(other))),
    other,
  );
  const cause = new Deno.errors.NotCapable("no");
  const error = await assertRejects(
    () => withFlags("do it", "--flag", () => Promise.reject(cause)),
    Deno.errors.NotCapable,
  );
  assertStrictEquals(error.cause, cause);
});

Deno.test("an experiment is called by its folder and the one around it", async () => {
  assertEquals(new Experiment("a", "/runs/2026-11-23-a").folder, "runs/2026-11-23-a");
  await inFolder(async (folder) => {
    const root = `${folder}/not/there`;
    assertEquals((await createExperiment("a", { root })).path.startsWith(root), true);
    const experiment = new Experiment("a", folder);
    const rows = [{ a: null, b: [1, 2], c: 3n }, { a: "x", b: { d: NaN }, c: true }];
    const path = await experiment.writeCsv("a.csv", rows, { columns: ["c", "b", "a"] });
    assertEquals(
      await Deno.readTextFile(path),
      'c,b,a\r\n3,"[1,2]",\r\ntrue,"{""d"":""NaN""}",x\r\n',
    );
  });
});

Deno.test("watchKernel prints an error that nobody awaited once, and again after a second", () => {
  const mark = Symbol.for("minimodel.watchKernel");
  const printed: unknown[][] = [];
  const { error } = console;
  const { now } = performance;
  let time = 0;
  const fail = (reason: unknown) => {
    const promise = Promise.resolve();
    const event = new PromiseRejectionEvent("unhandledrejection", {
      ...{ promise, reason, cancelable: true },
    });
    globalThis.dispatchEvent(event);
    return event.defaultPrevented;
  };
  watchKernel(); // not in a notebook
  assertEquals(Reflect.has(globalThis, mark), false);
  Reflect.set(Deno, "jupyter", {});
  console.error = (...parts: unknown[]) => printed.push(parts);
  performance.now = () => time;
  try {
    watchKernel();
    watchKernel();
    assertEquals(Reflect.get(globalThis, mark), true);
    assertEquals([fail("lost"), fail("lost"), fail("other")], [true, true, true]);
    time = 999;
    fail("lost");
    time = 1000;
    fail("lost");
  } finally {
    [console.error, performance.now] = [error, now];
    Reflect.set(Deno, "jupyter", undefined);
  }
  const said = "Failed without being awaited (is an `await` missing?):";
  assertEquals(printed, [[said, "lost"], [said, "other"], [said, "lost"]]);
});

Deno.test("showChecks has shown its report before it throws", async () => {
  const events: string[] = [];
  const display = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    events.push("shown");
  };
  const check: Check<number> = {
    ...{ name: "One", says: "it is 1" },
    hold: () => {
      throw new Error("it is not");
    },
  };
  Reflect.set(Deno, "jupyter", { display });
  try {
    await assertRejects(() => showChecks([check], 2), CheckError);
    events.push("thrown");
    await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
  assertEquals(events, ["shown", "thrown"]);
});
