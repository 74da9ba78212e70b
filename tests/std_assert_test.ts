// What @std/assert does, whichever package stands behind the name: the documented behaviour of the
// functions in use. The judge is node:assert, so that no function vouches for itself.

import * as judge from "node:assert/strict";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { differentPairs, equalPairs, OtherPoint, Point } from "./_equal_pairs.ts";

/** The assertion holds: it returns nothing and throws nothing. */
function holds(assertion: () => unknown): void {
  judge.equal(assertion(), undefined);
}

/** The assertion is refused: it throws an AssertionError with this text in its message. */
function refused(assertion: () => unknown, text = ""): void {
  judge.throws(assertion, (error) => isRefusal(error, text));
}

function isRefusal(error: unknown, text: string): boolean {
  judge.ok(error instanceof AssertionError, `${error} is no AssertionError`);
  judge.equal(error.name, "AssertionError");
  const message = stripVTControlCharacters(error.message);
  judge.ok(message.includes(text), `${JSON.stringify(message)} lacks ${JSON.stringify(text)}`);
  return true;
}

Deno.test("assert takes what is truthy and refuses what is not", () => {
  for (const value of [true, 1, "a", [], {}]) holds(() => assert(value));
  for (const value of [false, 0, NaN, "", null, undefined, 0n]) refused(() => assert(value));
  refused(() => assert(false, "ids are empty"), "ids are empty");
});

Deno.test("assertEquals takes what is deeply equal, and assertNotEquals refuses it", () => {
  for (const [what, a, b] of equalPairs) {
    judge.doesNotThrow(() => assertEquals(a, b), what);
    judge.doesNotThrow(() => assertEquals(b, a), what);
    refused(() => assertNotEquals(a, b), "Expected actual:");
  }
  refused(() => assertNotEquals(1, 1, "told apart"), "Expected actual: 1 not to be: 1: told apart");
});

Deno.test("assertEquals refuses what is not deeply equal, and assertNotEquals takes it", () => {
  for (const [what, a, b] of differentPairs) {
    refused(() => assertEquals(a, b), "Values are not equal.");
    refused(() => assertEquals(b, a), "Values are not equal.");
    judge.doesNotThrow(() => assertNotEquals(a, b), what);
  }
  judge.throws(() => assertEquals(new WeakMap(), new WeakMap()), {
    name: "TypeError",
    message: "Cannot compare WeakMap instances",
  });
});

Deno.test("assertEquals shows what differs, line by line", () => {
  refused(() => assertEquals(1, 2, "the ids"), "Values are not equal: the ids");
  refused(() => assertEquals(1, 2), "[Diff] Actual / Expected\n\n\n-   1\n+   2\n");
  const [actual, expected] = [{ b: [1, 2], a: "x" }, { a: "x", b: [1, 3] }];
  refused(
    () => assertEquals(actual, expected),
    '    {\n      a: "x",\n      b: [\n        1,\n-       2,\n+       3,\n      ],\n    }\n',
  );
  refused(() => assertEquals("a\nb\n", "a\nc\n"), "    a\\n\n-   b\\n\n+   c\\n\n");
  // The lines of the longer text come first.
  refused(() => assertEquals([1], [2, 3]), "    [\n+     2,\n+     3,\n-     1,\n    ]\n");
  refused(() => assertEquals([2, 3], [1]), "    [\n-     2,\n-     3,\n+     1,\n    ]\n");
});

Deno.test("assertEquals shows where two long arrays part", () => {
  const zeros = new Float64Array(1500);
  const parted = zeros.with(1400, 7);
  refused(() => assertEquals(parted, zeros), "-     7,\n");
});

Deno.test("assertStrictEquals goes by Object.is", () => {
  const table = [1];
  holds(() => assertStrictEquals(table, table));
  holds(() => assertStrictEquals(NaN, NaN));
  refused(() => assertStrictEquals(0, -0), "Values are not strictly equal.");
  refused(() => assertStrictEquals([1], [2], "rows"), "Values are not strictly equal: rows");
  refused(
    () => assertStrictEquals([1], table),
    "Values have the same structure but are not reference-equal.\n\n    [\n      1,\n    ]\n",
  );
});

Deno.test("assertAlmostEquals allows 1e-7 of the expected value by default", () => {
  holds(() => assertAlmostEquals(0.1 + 0.2, 0.3));
  holds(() => assertAlmostEquals(1e9 + 99, 1e9));
  holds(() => assertAlmostEquals(-0, 0));
  for (const x of [NaN, Infinity, -Infinity]) holds(() => assertAlmostEquals(x, x));
  holds(() => assertAlmostEquals(1.5, 1, 0.5));
  refused(() => assertAlmostEquals(1e9 + 101, 1e9));
  refused(() => assertAlmostEquals(1e-12, 0));
  refused(() => assertAlmostEquals(2e-8, 1e-8));
  refused(() => assertAlmostEquals(0, NaN));
  refused(() => assertAlmostEquals(0, Infinity));
  refused(() => assertAlmostEquals(0.1 + 0.2, 0.3, 0));
  refused(
    () => assertAlmostEquals(1.5, 1, 0.25, "the loss"),
    'Expected actual: "1.5e+0" to be close to "1": delta "5e-1" is greater than "2.5e-1": the loss',
  );
});

Deno.test("assertGreater and its kin refuse the wrong order, and NaN", () => {
  const cases = [
    { check: assertGreater<number>, sign: ">", below: false, same: false, above: true },
    { check: assertLess<number>, sign: "<", below: true, same: false, above: false },
  ];
  for (const { check, sign, below, same, above } of cases) {
    for (const [actual, taken] of [[1, below], [2, same], [3, above], [NaN, false]] as const) {
      if (taken) holds(() => check(actual, 2));
      else refused(() => check(actual, 2), `Expect ${actual} ${sign} 2`);
    }
    refused(() => check(NaN, 2, "no order"), "no order");
  }
});

Deno.test("assertInstanceOf takes subclasses and refuses other classes", () => {
  holds(() => assertInstanceOf(new RangeError(), Error));
  refused(
    () => assertInstanceOf(new Point(1), OtherPoint, "the point"),
    'Expected object to be an instance of "OtherPoint" but was "Point": the point',
  );
  refused(() => assertInstanceOf(null, Point), 'but was "null".');
  refused(() => assertInstanceOf(5, Number), 'but was "number".');
  refused(() => assertInstanceOf(Point, Point), "but was not an instanced object.");
});

Deno.test("assertMatch and assertStringIncludes look into a text", () => {
  holds(() => assertMatch("id 64", /\d+$/));
  refused(() => assertMatch("id", /\d/), 'Expected actual: "id" to match: "/\\d/".');
  holds(() => assertStringIncludes("id 64", "64"));
  holds(() => assertStringIncludes("id 64", ""));
  refused(
    () => assertStringIncludes("id 64", "65", "the id"),
    'Expected actual: "id 64" to contain: "65": the id',
  );
});

Deno.test("assertThrows returns what was thrown", () => {
  const error = new RangeError("Id 64 is out of range");
  const throwIt = () => {
    throw error;
  };
  judge.equal(assertThrows(throwIt), error);
  judge.equal(assertThrows(throwIt, RangeError), error);
  judge.equal(assertThrows(throwIt, Error, "64"), error);
  const text = assertThrows(() => {
    throw "a text";
  });
  judge.equal(text, "a text");
});

Deno.test("assertThrows refuses no throw, another class, another message, and no Error", () => {
  const throwIt = () => {
    throw new RangeError("Id 64");
  };
  const throwText = () => {
    throw "a text";
  };
  refused(() => assertThrows(() => 1), "Expected function to throw.");
  refused(() => assertThrows(() => 1, "not this"), "Expected function to throw: not this");
  refused(
    () => assertThrows(() => 1, Error, "", "nor this"),
    "Expected function to throw: nor this",
  );
  // @ts-expect-error: null is no class of errors
  refused(() => assertThrows(() => 1, null, "nor that"), "Expected function to throw: nor that");
  refused(
    () => assertThrows(throwIt, TypeError),
    'Expected error to be instance of "TypeError", but was "RangeError".',
  );
  refused(
    () => assertThrows(throwIt, RangeError, "Id 65", "the id"),
    'Expected error message to include "Id 65", but got "Id 64": the id',
  );
  refused(() => assertThrows(throwText, Error), "A non-Error object was thrown.");
  refused(() => assertThrows(() => Promise.resolve()), "Expected function to throw.");
});

Deno.test("assertRejects resolves to what a promise rejects with", async () => {
  const error = new RangeError("Id 64 is out of range");
  const reject = () => Promise.reject(error);
  judge.equal(await assertRejects(reject), error);
  judge.equal(await assertRejects(reject, RangeError), error);
  judge.equal(await assertRejects(reject, Error, "64"), error);
  judge.equal(await assertRejects(() => Promise.reject("a text")), "a text");
});

Deno.test("assertRejects refuses a function that throws by itself, and all that assertThrows does", async () => {
  const refusedLater = (promise: Promise<unknown>, text: string) =>
    judge.rejects(promise, (error) => isRefusal(error, text));
  const reject = () => Promise.reject(new RangeError("Id 64"));
  await refusedLater(
    assertRejects(() => {
      throw new RangeError("Id 64");
    }, RangeError),
    "Function throws when expected to reject.",
  );
  const noPromise = (() => 1) as unknown as () => Promise<number>;
  await refusedLater(assertRejects(noPromise), "Function throws when expected to reject.");
  await refusedLater(assertRejects(() => Promise.resolve(1)), "Expected function to reject.");
  await refusedLater(assertRejects(() => Promise.resolve(1), "no"), "function to reject: no");
  await refusedLater(
    assertRejects(reject, TypeError),
    'Expected error to be instance of "TypeError", but was "RangeError".',
  );
  await refusedLater(
    assertRejects(reject, RangeError, "Id 65"),
    'Expected error message to include "Id 65", but got "Id 64".',
  );
  await refusedLater(
    assertRejects(() => Promise.reject("a text"), Error),
    "A non-Error object was rejected.",
  );
});

Deno.test("AssertionError is an Error that carries a cause", () => {
  const error = new AssertionError("No", { cause: "why" });
  judge.ok(error instanceof Error);
  judge.deepEqual([error.name, error.message, error.cause], ["AssertionError", "No", "why"]);
});
