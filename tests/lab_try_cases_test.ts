// A property tried on random cases: how many, which one is shown, and what is refused.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type CaseOptions, Counterexample, tryAsyncCases, tryCases } from "minimodel/lab";
import vm from "node:vm";
import { wild } from "./_planted.ts";
import { wrongCheckOptions } from "./_wrong_check_options.ts";

/** The counterexample that a call throws. */
function counterexampleOf(call: () => void): Counterexample {
  return assertThrows(call, Counterexample);
}

Deno.test("tryCases and tryAsyncCases refuse options with which nothing would be tried", async () => {
  for (const [options, Kind, message] of wrongCheckOptions) {
    const cases: CaseOptions<number> = wild(options);
    assertThrows(() => tryCases(fc.nat(), () => {}, cases), Kind, `Cannot try cases: ${message}`);
    const awaiting = () => tryAsyncCases(fc.nat(), () => Promise.resolve(), cases);
    await assertRejects(awaiting, Kind, `Cannot try cases: ${message}`);
  }
});

Deno.test("tryCases tries each example in order and then as many random cases as it is told", async () => {
  const tried: number[] = [];
  const note = (x: number) => void tried.push(x);
  tryCases(fc.integer({ min: 10 }), note, { seed: 0, numRuns: 25, examples: [3, 1, 2] });
  assertEquals(tried.slice(0, 3), [3, 1, 2]);
  assertEquals(tried.filter((x) => x >= 10).length, 25);
  assertEquals(tried.length, 28);

  const again: number[] = [];
  const wait = async (x: number) => void again.push(await x);
  await tryAsyncCases(fc.integer({ min: 10 }), wait, { seed: 0, numRuns: 25, examples: [3, 1, 2] });
  assertEquals(again, tried);

  tried.length = 0;
  tryCases(fc.nat(), note);
  assertEquals(tried.length, 100);
});

Deno.test("tryCases draws the same cases from the same seed, and others from another", () => {
  const drawn = (seed: number) => {
    const tried: number[] = [];
    tryCases(fc.nat(), (x) => void tried.push(x), { seed, numRuns: 20 });
    return tried;
  };
  assertEquals(drawn(1), drawn(1));
  assert(drawn(1).join() !== drawn(2).join());
});

Deno.test("tryCases throws the smallest case, by its parts, with what was thrown", async () => {
  const pairs = fc.record({ a: fc.nat(), b: fc.nat() });
  const adds = ({ a, b }: { a: number; b: number }) => {
    if (a > 6 && b > 2) throw new RangeError("too large");
  };
  const details = { given: { a: 7, b: 3 }, expected: "no error", got: "RangeError: too large" };
  assertEquals(counterexampleOf(() => tryCases(pairs, adds)).details, details);
  const awaiting = () => tryAsyncCases(pairs, async (pair) => adds(await pair));
  assertEquals((await assertRejects(awaiting, Counterexample)).details, details);

  const odd = () =>
    tryCases(fc.array(fc.nat()), (xs) => {
      if (xs.some((x) => x > 6)) throw "odd";
    });
  const { given, got } = counterexampleOf(odd).details;
  assertEquals([given, got], [{ value: [7] }, '"odd", thrown']);
});

Deno.test("tryCases passes on the smallest counterexample that a property throws", () => {
  const thrown = counterexampleOf(() =>
    tryCases(fc.nat(), (x) => {
      if (x > 4) throw new Counterexample({ given: { x }, expected: 4, got: x, hint: "less" });
    })
  );
  assertEquals(thrown.details, { given: { x: 5 }, expected: 4, got: 5, hint: "less" });
});

Deno.test("tryCases takes a property that returns true or false", async () => {
  tryCases(fc.nat(), (x) => x >= 0);
  const { details } = counterexampleOf(() => tryCases(fc.nat(), (x) => x < 5));
  assertEquals(details, { given: { value: 5 }, expected: true, got: false });
  await tryAsyncCases(fc.nat(), (x) => Promise.resolve(x >= 0));
  const awaiting = () => tryAsyncCases(fc.nat(), (x) => Promise.resolve(x < 5));
  assertEquals((await assertRejects(awaiting, Counterexample)).details, details);
});

Deno.test("tryCases refuses a property that gives anything else, or waits", async () => {
  for (const value of [null, 0, 1, "", "true"]) {
    const message = "Cannot try cases: the property must return nothing, true or false, got ";
    assertThrows(() => tryCases(fc.nat(), () => wild(value)), TypeError, message);
    const awaiting = () => tryAsyncCases(fc.nat(), () => Promise.resolve(wild(value)));
    await assertRejects(awaiting, TypeError, message);
  }
  for (const promise of [() => Promise.resolve(), () => Promise.reject(new Error("late"))]) {
    assertThrows(
      () => tryCases(fc.nat(), () => wild(promise())),
      TypeError,
      "Cannot try cases: the property returns a promise, for which only tryAsyncCases waits",
    );
  }
});

Deno.test("tryCases refuses anything but an arbitrary, a property and an array of examples", () => {
  for (const cases of [undefined, null, [1, 2], fc.nat, { generate: () => 1 }]) {
    assertThrows(
      () => tryCases(wild(cases), () => {}),
      TypeError,
      "Cannot try cases: wanted an arbitrary of fast-check, as fc.integer(), got ",
    );
  }
  assertThrows(
    () => tryCases(fc.nat(), wild(undefined)),
    TypeError,
    "Cannot try cases: wanted a function, got undefined",
  );
  assertThrows(
    () => tryCases(fc.nat(), () => {}, { examples: wild(3) }),
    TypeError,
    "Cannot try cases: examples must be an array of cases, got 3",
  );
});

Deno.test("tryCases is not content when a condition lets too few cases through", () => {
  const none = () => tryCases(fc.nat(), () => fc.pre(false), { numRuns: 10 });
  assertThrows(
    none,
    RangeError,
    "Cannot try cases: wanted 10 cases, got 0 that fc.pre lets through",
  );
  let tried = 0;
  tryCases(fc.nat(), (x) => {
    fc.pre(x % 2 === 0);
    tried++;
  }, { numRuns: 10 });
  assertEquals(tried, 10);
});

Deno.test("an error in a cell of a notebook is told with the function it came up in", () => {
  const code = "(function copyRows(ids) { return ids.missing[0]; })";
  const inCell: (x: unknown) => unknown = new vm.Script(code, { filename: "<anonymous>" })
    .runInThisContext();
  const { got } = counterexampleOf(() => tryCases(fc.nat(), (x) => void inCell(x))).details;
  assertEquals(got, "TypeError: Cannot read properties of undefined (reading '0'), in copyRows");
});
