// What @std/assert does, whichever package stands behind the name: the documented behaviour of the
// functions in use. The judge is node:assert, so that no function vouches for itself.

import * as judge from "node:assert/strict";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";
import { stripVTControlCharacters } from "node:util";

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

class Point {
  constructor(readonly x: number) {}
}
class OtherPoint {
  constructor(readonly x: number) {}
}
class Hidden {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

function cycle(value: number): unknown {
  const node: { value: number; next?: unknown } = { value };
  node.next = node;
  return node;
}

function usedPattern(): RegExp {
  const pattern = /a+/g;
  pattern.exec("aab");
  return pattern;
}

const [one, two, alsoTwo] = [{ v: 1 }, { v: 2 }, { v: 2 }];

const EQUAL: [what: string, a: unknown, b: unknown][] = [
  ["NaN and NaN", NaN, NaN],
  ["0 and -0", 0, -0],
  ["0 and -0 in a typed array", new Float64Array([0, NaN]), new Float64Array([-0, NaN])],
  ["nested arrays and objects", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["objects with keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["an object without a prototype and a plain one", Object.create(null), {}],
  ["BigInt64Arrays", new BigInt64Array([1n]), new BigInt64Array([1n])],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  ["a view and a copy", new Uint8Array([9, 1, 2]).subarray(1), new Uint8Array([1, 2])],
  ["sets in another order", new Set([1, 2]), new Set([2, 1])],
  ["sets of objects", new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }])],
  ["maps in another order", new Map([[1, "a"], [2, "b"]]), new Map([[2, "b"], [1, "a"]])],
  ["maps with objects as keys", new Map([[{ x: 1 }, [2]]]), new Map([[{ x: 1 }, [2]]])],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["patterns", /a+/g, /a+/g],
  ["a pattern in use and a fresh one", usedPattern(), /a+/g],
  ["URLs", new URL("file:///a"), new URL("file:///a")],
  ["instances of a class", new Point(1), new Point(1)],
  ["instances with the same getter values", new Hidden(1), new Hidden(1)],
  ["cycles", cycle(1), cycle(1)],
  ["symbol keys", { [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 1 }],
];

const DIFFERENT: [what: string, a: unknown, b: unknown][] = [
  ["numbers", 1, 2],
  ["a number and its text", 1, "1"],
  ["a number and a bigint", 1, 1n],
  ["null and undefined", null, undefined],
  ["a missing key and undefined", {}, { a: undefined }],
  ["other keys that hold undefined", { a: undefined }, { b: undefined }],
  ["an array and an object", [], {}],
  ["a longer array", [1, 2], [1, 2, 3]],
  ["an order", [1, 2], [2, 1]],
  ["a hole and undefined", [, 1], [undefined, 1]],
  ["element types", new Float32Array([1]), new Float64Array([1])],
  ["a typed array and an array", new Float64Array([1]), [1]],
  ["one float among many", new Float64Array(9), new Float64Array(9).fill(1, 8)],
  ["lengths of typed arrays", new Uint8Array(2), new Uint8Array(3)],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer],
  ["sets", new Set([1]), new Set([2])],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 2 }])],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["sizes of sets", new Set([1]), new Set([1, 2])],
  ["sizes of maps", new Map([[1, 1]]), new Map([[1, 1], [2, 2]])],
  ["keys of maps", new Map([["a", 1]]), new Map([["b", 1]])],
  ["dates", new Date(5), new Date(6)],
  ["a date and an invalid one", new Date(5), new Date(NaN)],
  ["patterns", /a/, /a/i],
  ["URLs", new URL("file:///a"), new URL("file:///b")],
  ["search parameters", new URLSearchParams("a=1"), new URLSearchParams("a=2")],
  ["what was also compared in a set", [new Set([one, two]), one], [
    new Set([alsoTwo, { v: 1 }]),
    alsoTwo,
  ]],
  ["classes", new Point(1), new OtherPoint(1)],
  ["an instance and a plain object", new Point(1), { x: 1 }],
  ["getter values", new Hidden(1), new Hidden(2)],
  ["functions", () => 1, () => 1],
  ["cycles", cycle(1), cycle(2)],
  ["symbol keys", { [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 2 }],
];

Deno.test("assert takes what is truthy and refuses what is not", () => {
  for (const value of [true, 1, "a", [], {}]) holds(() => assert(value));
  for (const value of [false, 0, NaN, "", null, undefined, 0n]) refused(() => assert(value));
  refused(() => assert(false, "ids are empty"), "ids are empty");
});

Deno.test("assertEquals takes what is deeply equal, and assertNotEquals refuses it", () => {
  for (const [what, a, b] of EQUAL) {
    judge.doesNotThrow(() => assertEquals(a, b), what);
    judge.doesNotThrow(() => assertEquals(b, a), what);
    refused(() => assertNotEquals(a, b), "Expected actual:");
  }
  refused(() => assertNotEquals(1, 1, "told apart"), "Expected actual: 1 not to be: 1: told apart");
});

Deno.test("assertEquals refuses what is not deeply equal, and assertNotEquals takes it", () => {
  for (const [what, a, b] of DIFFERENT) {
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

Deno.test("assertAlmostEquals allows 1e-7 of the expected value unless told otherwise", () => {
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
    { check: assertGreaterOrEqual<number>, sign: ">=", below: false, same: true, above: true },
    { check: assertLess<number>, sign: "<", below: true, same: false, above: false },
    { check: assertLessOrEqual<number>, sign: "<=", below: true, same: true, above: false },
  ];
  for (const { check, sign, below, same, above } of cases) {
    for (const [actual, taken] of [[1, below], [2, same], [3, above], [NaN, false]] as const) {
      if (taken) holds(() => check(actual, 2));
      else refused(() => check(actual, 2), `Expect ${actual} ${sign} 2`);
    }
    refused(() => check(NaN, 2, "no order"), "no order");
  }
});

Deno.test("assertExists refuses null and undefined only", () => {
  for (const value of [0, "", false, NaN]) holds(() => assertExists(value));
  refused(() => assertExists(null), 'Expected actual: "null" to not be null or undefined.');
  refused(() => assertExists(undefined, "the row"), "undefined: the row");
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

Deno.test("fail throws, always", () => {
  refused(() => fail(), "Failed assertion.");
  refused(() => fail("not reached"), "Failed assertion: not reached");
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
