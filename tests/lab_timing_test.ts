// Timing by a clock that the test moves: how often is called, what is reported, what is refused.

import { assertEquals, assertThrows } from "@std/assert";
import { median, timeTogether } from "minimodel/lab";
import { wild } from "./_planted.ts";

/** A clock, and a contender whose calls move it by the times given, and then by the last of them. */
function pretend(...times: number[]) {
  let time = 0;
  let calls = 0;
  const run = () => {
    time += times[Math.min(calls, times.length - 1)];
    return ++calls;
  };
  return { contender: { name: "pretended", run }, now: () => time, calls: () => calls };
}

Deno.test("timeTogether calls three times to compile, once to see how long, and then in samples", () => {
  const { contender, now, calls } = pretend(1);
  const [timing] = timeTogether([contender], { rounds: 5, sampleMs: 10, now });
  assertEquals(calls(), 3 + 1 + 10 + 5 * 10);
  assertEquals(timing, { name: "pretended", iterations: 50, totalMs: 50, medianUs: 1000 });
});

Deno.test("timeTogether counts the calls of a sample from the call after the compiling ones", () => {
  const { contender, now } = pretend(100, 100, 100, 2);
  const [timing] = timeTogether([contender], { rounds: 1, sampleMs: 10, now });
  assertEquals(timing, { name: "pretended", iterations: 5, totalMs: 10, medianUs: 2000 });
});

Deno.test("timeTogether reports the median, which one slow and one fast sample do not move", () => {
  const { contender, now } = pretend(1, 1, 1, 9, 1, 7, 1, 50, 3, 4);
  const [timing] = timeTogether([contender], { rounds: 5, sampleMs: 1, now });
  assertEquals(timing, { name: "pretended", iterations: 5, totalMs: 65, medianUs: 4000 });
});

Deno.test("timeTogether calls at least once a sample, also when a call takes no time by the clock", () => {
  const slow = pretend(9);
  assertEquals(
    timeTogether([slow.contender], { rounds: 2, sampleMs: 0, now: slow.now })[0].iterations,
    2,
  );
  const still = pretend(0);
  const [timing] = timeTogether([still.contender], { rounds: 1, sampleMs: 1, now: still.now });
  assertEquals([timing.iterations, timing.medianUs], [10_000, 0]);
});

Deno.test("timeTogether refuses what it cannot time", () => {
  const { contender } = pretend(1);
  const wrong: [unknown, unknown, typeof TypeError | typeof RangeError, string][] = [
    [
      [],
      {},
      RangeError,
      "Cannot time functions: wanted at least one contender, got an empty array",
    ],
    [contender, {}, TypeError, "contenders must be an array, got a value of kind Object"],
    [undefined, {}, TypeError, "contenders must be an array, got undefined"],
    [[contender, null], {}, TypeError, "contenders[1] must be { name, run }, got null"],
    [[contender.run], {}, TypeError, "contenders[0] must be { name, run }, got a function"],
    [[contender], { rounds: 0 }, RangeError, "rounds must be a whole number from 1, got 0"],
    [[contender], { rounds: 2.5 }, RangeError, "rounds must be a whole number from 1, got 2.5"],
    [
      [contender],
      { rounds: "3" },
      TypeError,
      "rounds must be a whole number from 1, got the string",
    ],
    [[contender], { sampleMs: -1 }, RangeError, "sampleMs must be a number from 0, got -1"],
    [[contender], { sampleMs: NaN }, RangeError, "sampleMs must be a number from 0, got NaN"],
    [[contender], { sampleMs: "2" }, TypeError, "sampleMs must be a number from 0, got the string"],
    [[contender], { now: 5 }, TypeError, 'by the clock "now": wanted a function, got 5'],
    [[contender], { repeat: 5 }, TypeError, 'there is no option "repeat"; did you mean "rounds"?'],
  ];
  for (const [contenders, options, Kind, message] of wrong) {
    assertThrows(() => timeTogether(wild(contenders), wild(options)), Kind, message);
  }
  for (
    const [value, got] of [[undefined, "undefined"], [Promise.resolve(), "a value of kind Promise"]]
  ) {
    assertThrows(
      () => timeTogether([{ name: "late", run: () => value }]),
      TypeError,
      `Cannot time late: it must return what it computed, without a promise, got ${got}`,
    );
  }
});

Deno.test("median is the middle, or the mean of the two in the middle, and leaves its input alone", () => {
  const values = [10, 9, 1];
  assertEquals(median(values), 9);
  assertEquals(values, [10, 9, 1]);
  assertEquals(median([4]), 4);
  assertEquals(median([100, -3, 2, 1]), 1.5);
  assertEquals(median([Infinity, 2, 3]), 3);
  assertThrows(() => median([]), RangeError, "wanted at least one number, got an empty array");
  assertThrows(() => median([1, NaN]), TypeError, "wanted an array of numbers, got NaN at [1]");
  assertThrows(() => median(wild(["1"])), TypeError, 'got the string "1" at [0]');
  assertThrows(() => median(wild(3)), TypeError, "wanted an array of numbers, got 3");
});
