// Checks as a teacher writes them: how they are run, what they are refused, and how they are reported.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { CheckError } from "minimodel";
import {
  type Check,
  type CheckOptions,
  CheckReport,
  Counterexample,
  runChecks,
  showChecks,
  tryCases,
  UnwrittenAnswer,
} from "minimodel/lab";
import { wild } from "./_planted.ts";
import { wrongCheckOptions } from "./_wrong_check_options.ts";

/** A check by what it does. */
function check<Subject>(hold: Check<Subject>["hold"], name = "Held"): Check<Subject> {
  return { name, says: "it holds", hold };
}

const holding = check<unknown>(() => {});

Deno.test("runChecks and showChecks refuse options with which nothing would be checked", async () => {
  for (const run of [runChecks, showChecks]) {
    for (const [options, Kind, message] of wrongCheckOptions) {
      const error = await assertRejects(() => Promise.resolve(run([holding], 1, wild(options))));
      assert(error instanceof Error);
      assertEquals([error.name, error.message.slice(0, 18 + message.length)], [
        Kind.name,
        `Cannot run checks: ${message}`.slice(0, 18 + message.length),
      ]);
    }
  }
});

Deno.test("runChecks refuses what is no array of checks", async () => {
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [[], RangeError, "wanted at least one check, got an empty array"],
    [holding, TypeError, "checks must be an array, got a value of kind Object"],
    [null, TypeError, "checks must be an array, got null"],
    ["checks", TypeError, 'checks must be an array, got the string "checks"'],
    [
      [holding, undefined],
      TypeError,
      "checks[1] must be a check, { name, says, hold }, got undefined",
    ],
    [[() => {}], TypeError, "checks[0] must be a check, { name, says, hold }, got a function"],
    [[{ ...holding, hold: undefined }], TypeError, "checks[0] must be a check"],
    [[{ ...holding, name: 3 }], TypeError, "checks[0] must be a check"],
    [[{ ...holding, says: undefined }], TypeError, "checks[0] must be a check"],
  ];
  for (const [checks, Kind, message] of wrong) {
    await assertRejects(() => runChecks(wild(checks), 1), Kind, `Cannot run checks: ${message}`);
  }
});

Deno.test("a check is given its subject, and seed 0 and 100 cases by default", async () => {
  const given: unknown[] = [];
  const noting = check<string>((subject, options) => void given.push([subject, options]));
  await runChecks([noting], "subject");
  await runChecks([noting], "subject", { seed: -7, numRuns: 3 });
  assertEquals(given, [
    ["subject", { seed: 0, numRuns: 100 }],
    ["subject", { seed: -7, numRuns: 3 }],
  ]);
});

Deno.test("a check whose hold gives a value, as true or false, has not said that it holds", async () => {
  for (const value of [false, true, null, 3]) {
    for (const hold of [() => value, () => Promise.resolve(value)]) {
      const { passed, results } = await runChecks([check(wild(hold))], 1);
      assertEquals(passed, false);
      assertEquals(
        results[0].failure?.message,
        "Cannot tell whether Held holds: hold must return nothing, and throw where it does not hold, " +
          `got ${value}`,
      );
    }
  }
});

Deno.test("a check may throw anything, at once or later, and the next one runs all the same", async () => {
  const throwing = (thrown: unknown) =>
    check(() => {
      throw thrown;
    }, "Throwing");
  const { results } = await runChecks([
    throwing(new RangeError("out of luck")),
    throwing("oops"),
    throwing(undefined),
    check(() => Promise.reject({ late: true }), "Rejecting"),
    holding,
  ], 1);
  assertEquals(results.map(({ failure }) => failure && `${failure.name}: ${failure.message}`), [
    "RangeError: out of luck",
    'Error: Threw "oops"',
    "Error: Threw undefined",
    "Error: Threw { late: true }",
    undefined,
  ]);
});

Deno.test("showChecks shows the report, and throws the first check that does not hold", async () => {
  const failing = check(() => {
    throw new Counterexample({ given: { x: 1 }, expected: 2, got: 3 });
  }, "Two");
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await showChecks([holding], 1);
    const error = await assertRejects(
      () => showChecks([holding, failing, check(() => Promise.reject("no"), "Three")], 1),
      CheckError,
      "Two does not hold. Given x = 1, expected 2, got 3",
    );
    assert(error.cause instanceof Counterexample);
  } finally {
    console.log = log;
  }
  assertEquals(lines.length, 2);
  assertEquals(lines[0], "✓ Held: it holds");
  assertStringIncludes(lines[1], "✗ Two: it holds\n  The smallest case");
});

Deno.test("an answer that is still to be written is told in its own words, by its class alone", async () => {
  const checks = [check<() => void>((answer) => tryCases(fc.nat(), answer), "Task")];
  const words = "Task 1: copy the rows, then run both cells again";
  const unwritten = await runChecks(checks, () => {
    throw new UnwrittenAnswer(words);
  });
  assertEquals(unwritten.toMime()["text/plain"], `✗ Task: it holds\n  ${words}`);
  assertEquals(unwritten.results[0].failure?.name, "UnwrittenAnswer");
  const { results } = await runChecks(checks, () => {
    throw new Error(words);
  });
  assertEquals(
    results[0].failure?.message,
    `Given value = 0, expected no error, got Error: ${words}`,
  );
});

Deno.test("a report passes only when checks ran and every one holds", () => {
  const failure = new Error("no");
  const held = { name: "a", says: "b" };
  assertEquals(new CheckReport([held, held]).passed, true);
  assertEquals(new CheckReport([held, { ...held, failure }]).passed, false);
  assertEquals(new CheckReport([]).passed, false);
});

Deno.test("a report tells each counterexample as text and as HTML, with rows as a grid", () => {
  const failure = new Counterexample({
    given: { ids: [0, 0], name: "<b>" },
    expected: [[1, 2], [3, 4]],
    got: [5, 6],
    hint: "a < b",
  });
  const report = new CheckReport([
    { name: "One", says: "x < y" },
    { name: "Two", says: "z", failure },
    { name: "Three", says: "w", failure: new TypeError("<i>") },
  ]).toMime();
  assertEquals(report["text/plain"].split("\n"), [
    "✓ One: x < y",
    "✗ Two: z",
    "  The smallest case in which it does not hold:",
    '    given    ids = [ 0, 0 ], name = "<b>"',
    "    expected [1, 2]",
    "             [3, 4]",
    "    got      [5, 6]",
    "  Hint: a < b",
    "✗ Three: w",
    "  TypeError: <i>",
  ]);
  const html = report["text/html"];
  const cells = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell)
  );
  assertEquals(cells, [["1", "2"], ["3", "4"], ["5", "6"]]);
  for (
    const part of [
      "✓ One</b>: x &lt; y",
      "✗ Two</b>: z",
      "<code>ids = [ 0, 0 ], name = &quot;&lt;b&gt;&quot;</code>",
      "<b>Hint:</b> a &lt; b",
      "<code>TypeError: &lt;i&gt;</code>",
    ]
  ) assertStringIncludes(html, part);
});

Deno.test("a report tells once what is wrong with several checks in the same way", () => {
  const wrong = (got: number) => new Counterexample({ given: {}, expected: 1, got });
  const report = new CheckReport([
    { name: "<One>", says: "a", failure: wrong(2) },
    { name: "Two", says: "b", failure: wrong(3) },
    { name: "Three", says: "c", failure: wrong(2) },
  ]).toMime();
  const text = report["text/plain"];
  assertEquals(text.split("The smallest case").length, 3);
  assertStringIncludes(text, "✗ Three: c\n  As for <One>");
  assertEquals(report["text/html"].split("The smallest case").length, 3);
  assertStringIncludes(report["text/html"], "As for &lt;One&gt;");
});

Deno.test("options that are given as undefined are as good as left out", async () => {
  const options: CheckOptions = { seed: undefined, numRuns: undefined };
  let tried = 0;
  await runChecks(
    [check<number>((_, told) => tryCases(fc.nat(), () => void tried++, told))],
    1,
    options,
  );
  assertEquals(tried, 100);
});
