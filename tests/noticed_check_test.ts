// lib/check from inside: how values are named, what is near, what is copied, and where limits lie.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { normalizeAxes, normalizeAxis } from "../lib/check/axes.ts";
import { describe, isDetached, quoted, visible } from "../lib/check/describe.ts";
import { bytesOf, dtypeOf, isDType } from "../lib/check/dtype.ts";
import { CheckError, FormatError, IndexError } from "../lib/check/errors.ts";
import { repeatedAxes } from "../lib/check/gradients.ts";
import {
  checkChoice,
  checkFlag,
  checkFunction,
  checkObject,
  closest,
} from "../lib/check/options.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkReshape,
  checkShape,
  formatPosition,
  isFilled,
  sameShape,
  stridesOf,
} from "../lib/check/shape.ts";
import { wrong } from "./_refused.ts";

/** A typed array whose memory went elsewhere. */
function detached(): Float64Array {
  const array = new Float64Array(2);
  structuredClone(array, { transfer: [array.buffer] });
  return array;
}

Deno.test("every kind of value has a name in messages", () => {
  const names: [value: unknown, name: string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [1.5, "1.5"],
    [0, "0"],
    [-0, "-0"],
    [NaN, "NaN"],
    [7n, "7n"],
    ["", 'the string ""'],
    ['a"b', String.raw`the string "a\"b"`],
    ["x".repeat(40), `the string "${"x".repeat(40)}"`],
    ["x".repeat(41), `the string "${"x".repeat(40)}…"`],
    [() => {}, "a function"],
    [Symbol("s"), "a symbol"],
    [[1], "a value of kind Array"],
    [new Map(), "a value of kind Map"],
    [{ constructor: { name: "Forged" } }, "a value of kind Object"],
    [Object.create(null), "an object"],
    [new (class {})(), "an object"],
    [new Float64Array(2), "a value of kind Float64Array"],
    [new Float64Array(0), "a value of kind Float64Array"],
    [detached(), "a detached Float64Array"],
  ];
  for (const [value, name] of names) assertEquals(describe(value), name);
});

Deno.test("a message holds no character that a terminal obeys", () => {
  assertEquals(quoted("a\u001b[2Jb\n"), String.raw`"a\u001b[2Jb\n"`);
  assertEquals(
    visible("a\u001bb\u009bc\u202ed\u2028e\u2029f\u200bg"),
    [
      String.raw`a\u{1b}b\u{9b}c\u{202e}d\u{2028}e\u{2029}f\u{200b}g`,
    ].join(""),
  );
  assertEquals(visible("äß 漢字 😀"), "äß 漢字 😀");
});

Deno.test("only a typed array whose memory is gone is detached", () => {
  assert(isDetached(detached()));
  const others = [
    new Float64Array(0),
    new Int8Array(3),
    new DataView(new ArrayBuffer(0)),
    [],
    null,
  ];
  for (const value of others) assertEquals(isDetached(value), false);
});

Deno.test("the nearest of several words is found up to a third of its letters", () => {
  assertEquals(closest("momentun", ["lr", "momentum", "weightDecay"]), "momentum");
  assertEquals(closest("mmentm", ["momentum"]), "momentum"); // two left out
  assertEquals(closest("amaomentuma", ["momentum"]), "momentum"); // three put in
  assertEquals(closest("xxxxentum", ["momentum"]), undefined); // four exchanged
  assertEquals(closest("stopz", ["starts", "stops", "steps"]), "stops");
  assertEquals(closest("ab", ["abc", "ab", "a"]), "ab");
  assertEquals(closest("x".repeat(60), ["x".repeat(59)]), "x".repeat(59));
  assertEquals(closest("x".repeat(61), ["x".repeat(60)]), undefined);
  assertEquals(closest("padding_idx", ["paddingIdx"]), "paddingIdx");
  assertEquals(closest("abc", []), undefined);
});

Deno.test("objects, switches, functions and words are refused by name", () => {
  const refusals: [call: () => void, message: string][] = [
    [() => checkObject("do it", "x", 1), "Cannot do it: x must be an object, got 1"],
    [() => checkObject("do it", "x", null), "Cannot do it: x must be an object, got null"],
    [() => checkFlag("do it", "x", 1), "Cannot do it: x must be true or false, got 1"],
    [
      () => checkFunction("do it", {}),
      "Cannot do it: wanted a function, got a value of kind Object",
    ],
    [
      () => checkChoice("do it", "x", "d", ["a", "b", "c"]),
      'Cannot do it: x must be "a", "b" or "c", got the string "d"',
    ],
    [() => checkChoice("do it", "x", 1, ["a", "b"]), 'Cannot do it: x must be "a" or "b", got 1'],
  ];
  for (const [call, message] of refusals) {
    const error = assertThrows(call, TypeError);
    assertEquals([error.constructor, error.message], [TypeError, message]);
  }
  checkObject("do it", "x", []);
  for (const flag of [undefined, true, false]) checkFlag("do it", "x", flag);
  checkFunction("do it", () => {});
  for (const choice of ["a", "b"]) checkChoice("do it", "x", choice, ["a", "b"]);
});

Deno.test("errors have a name of their own, and are of the kind that a caller expects", () => {
  const kinds = [IndexError, FormatError, CheckError].map((Kind) => new Kind("said"));
  assertEquals(kinds.map(({ name }) => name), ["IndexError", "FormatError", "CheckError"]);
  assertEquals(kinds.map(String), ["IndexError: said", "FormatError: said", "CheckError: said"]);
  assertEquals(kinds.map((error) => Object.getPrototypeOf(error.constructor)), [
    RangeError,
    Error,
    Error,
  ]);
});

Deno.test("a dtype is one of two words, with its bytes and its arrays", () => {
  assertEquals(bytesOf, { float64: 8, float32: 4 });
  assertEquals([new Float64Array(1), new Float32Array(1), new Int32Array(1), [1]].map(dtypeOf), [
    "float64",
    "float32",
    undefined,
    undefined,
  ]);
  assertEquals(["float64", "float32", "float16", undefined, 64].map(isDType), [
    ...[true, true, false, false, false],
  ]);
});

Deno.test("a shape is copied and frozen, and takes 32 axes and 2^32 numbers at most", () => {
  const given = [2, 3];
  const shape = checkShape(given, "do it");
  given[0] = 9;
  assertEquals(shape, [2, 3]);
  assert(Object.isFrozen(shape));
  assertEquals(checkShape(new Array(32).fill(1), "do it").length, 32);
  assertEquals(checkShape([2 ** 32], "do it"), [2 ** 32]);
  assertEquals(checkShape([2 ** 16, 2 ** 16, 0], "do it"), [2 ** 16, 2 ** 16, 0]);
  const refusals: [shape: unknown, Kind: ErrorConstructor, message: string][] = [
    [new Array(33).fill(1), TypeError, "Cannot do it: a shape has at most 32 axes, got 33"],
    [
      [2 ** 32 + 1],
      RangeError,
      "Cannot do it of shape (4294967297,): a tensor holds at most 2^32 numbers",
    ],
    [
      [2 ** 31, 3, 0],
      RangeError,
      "Cannot do it of shape (2147483648, 3, 0): a tensor holds at most 2^32 numbers",
    ],
    [[2, -1], TypeError, "Cannot do it: a shape holds whole numbers from 0, got (2, -1)"],
    [[1.5], TypeError, "Cannot do it: a shape holds whole numbers from 0, got (1.5,)"],
    [[2 ** 53], TypeError, `Cannot do it: a shape holds whole numbers from 0, got (${2 ** 53},)`],
    [[1, "2"], TypeError, 'Cannot do it: a shape holds whole numbers from 0, got the string "2"'],
    ["23", TypeError, 'Cannot do it: the shape must be an array, got the string "23"'],
  ];
  for (const [each, Kind, message] of refusals) {
    const error = assertThrows(() => checkShape(wrong(each), "do it"), Kind);
    assertEquals([error.constructor, error.message], [Kind, message]);
  }
});

Deno.test("a reshape works out one axis, also of no numbers, and gives a frozen shape", () => {
  const given = [2, -1];
  assertEquals(checkReshape([3, 4], given), [2, 6]);
  assertEquals(given, [2, -1]);
  assertEquals(checkReshape([3, 4], [-1]), [12]);
  assertEquals(checkReshape([0, 4], [-1, 4]), [0, 4]);
  assertEquals(checkReshape([], [1, -1]), [1, 1]);
  assert(Object.isFrozen(checkReshape([3, 4], [12])));
  for (const shape of [[5, -1], [-1, -1], [-1, 0], [13], [3, 5]]) {
    assertThrows(() => checkReshape([3, 4], shape), TypeError, "Cannot reshape (3, 4) to (");
  }
  assertThrows(() => checkReshape([0], [0, -1]), TypeError, "Cannot reshape (0,) to (0, -1)");
  assertThrows(() => checkReshape([4], [-2, -2]), TypeError, "whole numbers from 0");
});

Deno.test("shapes are compared, filled, strided and broadcast axis by axis", () => {
  assertEquals([sameShape([2, 3], [2, 3]), sameShape([2, 3], [2, 4])], [true, false]);
  assertEquals([sameShape([2], [2, 1]), sameShape([2, 1], [2])], [false, false]);
  assertEquals([sameShape([3, 2], [4, 2]), sameShape([], [])], [false, true]);
  assertEquals([isFilled([2, 3], 6), isFilled([2, 3], 5), isFilled([], 1)], [true, false, true]);
  assertEquals([isFilled([-1, -6], 6), isFilled([1.5, 4], 6)], [false, false]);
  assertEquals([isFilled([0, -1], 0), isFilled(wrong("6"), 6)], [false, false]);
  assertEquals([stridesOf([2, 3, 4]), stridesOf([])], [[12, 4, 1], []]);
  assertEquals(broadcastStrides([3, 1], [2, 3, 4]), [0, 1, 0]);
  assertEquals(broadcastStrides([2, 3, 4], [2, 3, 4]), [12, 4, 1]);
  assertEquals(broadcastShapes([3, 1], [2, 1, 4], "do"), [2, 3, 4]);
  assertEquals(broadcastShapes([1], [0], "do"), [0]);
  assertEquals(broadcastShapes([2, 3], [], "do"), [2, 3]);
  assertEquals(repeatedAxes([5, 2, 3], [1, 3]), [0, 1]);
  assertEquals(repeatedAxes([2, 3], [2, 3]), []);
});

Deno.test("positions and axes are counted as Python counts them", () => {
  assertEquals(formatPosition(23, [2, 3, 4]), "[1, 2, 3]");
  assertEquals(formatPosition(5, [2, 3]), "[1, 2]");
  assertEquals([formatPosition(0, []), formatPosition(3, [4])], ["[]", "[3]"]);
  assertEquals([-2, -1, 0, 1].map((axis) => normalizeAxis(axis, 2, "do")), [0, 1, 0, 1]);
  for (const axis of [-3, 2, 0.5, NaN]) {
    assertThrows(() => normalizeAxis(axis, 2, "do"), RangeError, "axes in [-2, 2)");
  }
  assertEquals(normalizeAxes(undefined, 3, "do"), [0, 1, 2]);
  assertEquals(normalizeAxes([2, -3, 1], 3, "do"), [0, 1, 2]);
  assertEquals([normalizeAxes(-1, 3, "do"), normalizeAxes([], 3, "do")], [[2], []]);
  assertThrows(() => normalizeAxes([0, 2, -3], 3, "do"), RangeError, "Cannot do axis 0 twice");
  assertThrows(() => normalizeAxes([0, 0, 0, 0], 3, "do"), RangeError, "4 axes of a tensor");
});
