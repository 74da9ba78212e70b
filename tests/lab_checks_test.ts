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

/** Calls without what is shown on the console. */
async function silently<Result>(call: () => Promise<Result>): Promise<Result> {
  const { log } = console;
  console.log = () => {};
  try {
    return await call();
  } finally {
    console.log = log;
  }
}

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

Deno.test("runChecks refuses anything but an array of checks", async () => {
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

Deno.test("checks are given their subject, 100 cases by default, and one seed, another each time", async () => {
  const given: unknown[] = [];
  const seeds: number[] = [];
  const noting = check<string>((subject, { seed, numRuns }) => {
    given.push([subject, numRuns]);
    seeds.push(seed);
  });
  await runChecks([noting], "subject", { seed: -7, numRuns: 3 });
  assertEquals([given.splice(0), seeds.splice(0)], [[["subject", 3]], [-7]]);
  for (let run = 0; run < 5; run++) await runChecks([noting, noting], "subject");
  assertEquals(given, Array(10).fill(["subject", 100]));
  assertEquals(seeds.filter((seed, i) => seed !== seeds[i - i % 2]), []);
  // Five times the same of a million would be a wonder.
  assert(new Set(seeds).size > 1, `${seeds}`);
  assertEquals(seeds.filter((seed) => !(Number.isInteger(seed) && seed >= 0 && seed < 1e6)), []);
});

Deno.test("a failure tells the seed that draws its case again, unless every seed tries it", async () => {
  const above = (limit: number) =>
    check<number>((_, options) =>
      tryCases(fc.nat(), (x) => {
        if (x > limit) throw new Counterexample({ given: { x }, expected: limit, got: x });
      }, { ...options, examples: [3] })
    );
  const [drawn, always] = (await runChecks([above(3), above(2)], 1)).results.map(({ failure }) => {
    if (failure instanceof Counterexample) return failure;
    throw new Error("It holds", { cause: failure });
  });
  const { seed } = drawn;
  assert(seed !== undefined);
  assertEquals(always.seed, undefined);

  const again = await runChecks([above(3)], 1, { seed });
  assertEquals(again.results[0].failure?.message, drawn.message);
  const told = `Drawn with seed ${seed}: the option { seed: ${seed} } draws it again`;
  const report = again.toMime();
  assertEquals(report["text/plain"].split("\n").at(-1), `  ${told}`);
  assertStringIncludes(report["text/html"], `<div>${told}</div>`);
  await assertRejects(
    () => silently(() => showChecks([above(3)], 1, { seed })),
    CheckError,
    `Held does not hold. ${drawn.message}. ${told}`,
  );
  const { message } = await assertRejects(() => silently(() => showChecks([above(2)], 1)), Error);
  assertEquals(message, `Held does not hold. ${always.message}`);
  assertEquals(message.includes("seed"), false);
});

Deno.test("an error among random cases tells the seed as well", async () => {
  const failing = check<unknown>((_, options) =>
    tryCases(fc.nat(), (x) => {
      if (x > 3) throw new RangeError("too large");
    }, options)
  );
  const { results: [{ failure }] } = await runChecks([failing], 1, { seed: 5 });
  assert(failure instanceof Counterexample);
  assertEquals([failure.details.got, failure.seed], ["RangeError: too large", 5]);
});

Deno.test("a check whose hold gives a value, as true or false, has not said that it holds", async () => {
  for (const value of [false, true, null, 3]) {
    for (const hold of [() => value, () => Promise.resolve(value)]) {
      const { passed, results } = await runChecks([check(wild(hold))], 1);
      assertEquals(passed, false);
      assertEquals(
        results[0].failure?.message,
        "Cannot tell whether Held holds: hold must return nothing, and throw if the property does " +
          `not hold, got ${value}`,
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
  const words = "Task 1: copy the rows, then run from its cell down";
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
  assertStringIncludes(text, "✗ Three: c\n  The same as for <One>");
  assertEquals(report["text/html"].split("The smallest case").length, 3);
  assertStringIncludes(report["text/html"], "The same as for &lt;One&gt;");
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
