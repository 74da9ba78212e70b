// Ids and nested arrays from inside lib/check: what is copied, and the last that is let through.

import { assertEquals, assertThrows } from "@std/assert";
import { IndexError } from "../lib/check/errors.ts";
import { checkPaddingIdx, idOutOfRange, mostRows, parseIds, takeIds } from "../lib/check/ids.ts";
import { flatten, nest } from "../lib/check/nested.ts";

Deno.test("nested arrays are flattened and nested again, to 32 levels and no deeper", () => {
  const levels = (count: number) => {
    let nested: unknown = 7;
    for (let level = 0; level < count; level++) nested = [nested];
    return nested;
  };
  assertEquals(flatten(levels(32), "do it"), { flat: [7], shape: new Array(32).fill(1) });
  assertThrows(() => flatten(levels(33), "do it"), TypeError, "deeper than 32 levels");
  assertEquals(flatten([[], []], "do it"), { flat: [], shape: [2, 0] });
  assertEquals(flatten([[1, 2], [3, 4], [5, 6]], "do it").shape, [3, 2]);
  assertEquals(nest([1, 2, 3, 4, 5, 6], [3, 2]), [[1, 2], [3, 4], [5, 6]]);
  assertEquals([nest([7], []), nest([], [2, 0])], [7, [[], []]]);
  const ragged: [nested: unknown, said: string][] = [
    [[[1], [2, 3]], "position [1] should hold 1 entries as the first does, got 2"],
    [[[1], 2], "position [1] should hold 1 entries as the first does, got 2"],
    [[1, [2]], "position [1] should hold a number as the first does, got 1 numbers"],
    [[[[1]], [[1, 2]]], "position [1, 0] should hold 1 entries as the first does, got 2"],
  ];
  for (const [nested, said] of ragged) {
    const { message } = assertThrows(() => flatten(nested, "do it"), TypeError);
    assertEquals(message, `Cannot do it: the nested arrays are ragged, ${said}`);
  }
});

const integerArrays = [
  ...[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array],
];

Deno.test("ids are copied out of every form, so that later writes do not reach them", () => {
  const given = [
    ...integerArrays.map((Kind) => Kind.of(1, 2)),
    ...[BigInt64Array, BigUint64Array].map((Kind) => Kind.of(1n, 2n)),
    [1, 2],
    { data: Int32Array.of(1, 2), shape: [1, 2] },
    { data: Int16Array.of(1, 2), shape: [1, 2] },
  ];
  for (const ids of given) {
    const { data, shape } = takeIds(ids, 3, "look up id");
    assertEquals([data, shape], [Int32Array.of(1, 2), "shape" in ids ? [1, 2] : [2]]);
    const written = "shape" in ids ? ids.data : ids;
    if (written instanceof BigInt64Array || written instanceof BigUint64Array) written[0] = 0n;
    else (written as number[])[0] = 0;
    assertEquals(data, Int32Array.of(1, 2));
  }
  for (const none of [new Int32Array(0), { data: new Int32Array(0), shape: [0, 2] }]) {
    assertEquals(takeIds(none, 3, "look up id").data, new Int32Array(0));
  }
});

Deno.test("ids in range are taken, the next below and above are not", () => {
  for (const ids of [[0, 2], Int8Array.of(0, 2), BigInt64Array.of(0n, 2n)]) {
    assertEquals(takeIds(ids, 3, "look up id").data, Int32Array.of(0, 2));
  }
  for (const [ids, said] of [[[2, -1], "-1"], [[2, 3], "3"]] as [number[], string][]) {
    for (const each of [ids, Int8Array.from(ids), BigInt64Array.from(ids.map(BigInt))]) {
      const error = assertThrows(() => takeIds(each, 3, "look up id"), IndexError);
      assertEquals(
        error.message,
        `Cannot look up id ${said} at position [1]: ids must be in [0, 3)`,
      );
    }
  }
  // A table of no width can have more rows than an id has bits for.
  const wide = takeIds(Int32Array.of(5, 6), mostRows + 1, "look up id");
  assertEquals(wide, { data: Int32Array.of(5, 6), shape: [2] });
  assertThrows(() => takeIds(Int32Array.of(-1), mostRows + 1, "look up id"), IndexError);
  assertEquals(mostRows, 2 ** 31 - 1);
});

Deno.test("parseIds takes ids of any size, and tells which is no whole number", () => {
  assertEquals(parseIds(BigInt64Array.of(-3n, 2n ** 40n)), { data: [-3, 2 ** 40], shape: [2] });
  assertEquals(parseIds([[1], [2]]), { data: [1, 2], shape: [2, 1] });
  const { message } = assertThrows(() => parseIds([[1], [2.5]]), TypeError);
  assertEquals(
    message,
    "Cannot look up id 2.5 at position [1, 0]: ids must be whole numbers",
  );
  const error = idOutOfRange({ data: [4, 9], shape: [1, 2] }, 1, 3, "take id");
  assertEquals(error.message, "Cannot take id 9 at position [0, 1]: ids must be in [0, 3)");
});

Deno.test("what is written like a number is no id, and bigints are ids only in their own arrays", () => {
  const wrongs: [ids: unknown, said: string][] = [
    [[1, "2"], 'the string "2" at position [1]'],
    [[[null]], "null at position [0, 0]"],
    [[true], "true at position [0]"],
    [[new Date(2)], "a value of kind Date at position [0]"],
    [[NaN], "NaN at position [0]"],
    [[1e400], "Infinity at position [0]"],
  ];
  for (const [ids, said] of wrongs) {
    const { message } = assertThrows(() => takeIds(ids as number[], 3, "look up id"), TypeError);
    assertEquals(message, `Cannot look up id ${said}: ids must be whole numbers in [0, 3)`);
  }
});

Deno.test("a padding id is counted from the back below 0, and is a row of the table", () => {
  const check = (id: unknown) => checkPaddingIdx(id as number, 3, "do it");
  assertEquals([undefined, 0, 2, -1, -3].map(check), [undefined, 0, 2, 2, 0]);
  for (const [id, said] of [[3, "3"], [-4, "-4"], [0.5, "0.5"], ["1", 'the string "1"']]) {
    const { message } = assertThrows(() => check(id), RangeError);
    assertEquals(
      message,
      `Cannot do it: paddingIdx must be a whole number in [-3, 3), got ${said}`,
    );
  }
});
