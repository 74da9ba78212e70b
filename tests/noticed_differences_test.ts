// How a derivative is compared with differences: at which places, and from when on rounding hides it.

import { assertEquals, assertThrows } from "@std/assert";
import type { DType, FloatArray } from "../lib/check/dtype.ts";
import { judge, type JudgeOptions } from "../lib/kernels/differences.ts";

const halves: JudgeOptions = { dtype: "float64", epsilon: 2 ** -10, tolerance: 1e-6 };

/** The distances from a number at which a function of it is looked at, before and after it. */
function looks(at: number, slope: number, got: number): number[] {
  const numbers = Float64Array.of(7, at);
  const seen: number[] = [];
  const sample = () => {
    seen.push(numbers[1] - at);
    return Float64Array.of(slope * numbers[1]);
  };
  judge(got, numbers, 1, sample, halves);
  assertEquals(numbers, Float64Array.of(7, at)); // as they were
  return seen;
}

const bothSides = (steps: readonly number[]) => steps.flatMap((step) => [step, -step]);

Deno.test("a right derivative is compared once, a wrong one with longer and shorter steps too", () => {
  const h = 2 ** -10;
  assertEquals(looks(1, 3, 3), bothSides([h]));
  assertEquals(looks(1, 3, 4), bothSides([h, 16 * h, 4 * h, h, h / 4, h / 16]));
  // The step grows with the number, and beside one below 1 there are two more, relative to it.
  assertEquals(looks(-8, 3, 4), bothSides([8, 128, 32, 8, 2, 0.5].map((each) => each * h)));
  assertEquals(
    looks(-0.25, 3, 4),
    bothSides([1, 16, 4, 1, 1 / 4, 1 / 16, 1 / 4, 1 / 16].map((each) => each * h)),
  );
  assertEquals(looks(0, 3, 4), bothSides([h, 16 * h, 4 * h, h, h / 4, h / 16]));
});

/** The verdict on a derivative of a function that stays at 1. */
function verdictOn(got: number, dtype: DType): string {
  const Kind = dtype === "float64" ? Float64Array : Float32Array;
  const numbers: FloatArray = Kind.of(1);
  return judge(got, numbers, 0, () => Kind.of(1), { ...halves, dtype }).verdict;
}

Deno.test("what rounding hides is undecided: a few units in the last place over the longest of the steps", () => {
  // 4 h to both sides, where the terms are 1: of 2 there are 2^-51, or in float32 2^-22 each.
  for (const [dtype, hidden] of [["float64", 2 ** -43], ["float32", 2 ** -14]] as const) {
    assertEquals(verdictOn(hidden, dtype), "undecided");
    assertEquals(verdictOn(-hidden, dtype), "undecided");
    assertEquals(verdictOn(1.01 * hidden, dtype), "wrong");
    assertEquals(verdictOn(0, dtype), "right");
  }
});

Deno.test("errors are relative to the larger of two numbers, and none is accepted with NaN", () => {
  const judged = (slope: number, got: number) => {
    const numbers = Float64Array.of(1);
    return judge(got, numbers, 0, () => Float64Array.of(slope * numbers[0]), halves);
  };
  assertEquals(judged(4, 4), { expected: 4, error: 0, verdict: "right" });
  assertEquals(judged(4, 8), { expected: 4, error: 0.5, verdict: "wrong" });
  assertEquals(judged(8, 4), { expected: 8, error: 0.5, verdict: "wrong" });
  assertEquals(judged(4, -4), { expected: 4, error: 2, verdict: "wrong" });
  assertEquals(judged(4, NaN).verdict, "wrong");
});

Deno.test("terms that stay NaN or infinite hide no others, and alone are a derivative of NaN", () => {
  const judged = (got: number, ...others: number[]) => {
    const numbers = Float64Array.of(1);
    const sample = () => Float64Array.of(...others.map((each) => each * 1), 3 * numbers[0]);
    return judge(got, numbers, 0, sample, halves).verdict;
  };
  assertEquals([judged(3, NaN), judged(3, Infinity), judged(4, NaN)], ["right", "right", "wrong"]);
  const alone = (got: number) => {
    const numbers = Float64Array.of(1);
    return judge(got, numbers, 0, () => Float64Array.of(NaN), halves);
  };
  assertEquals(alone(NaN), { expected: NaN, error: 0, verdict: "right" });
  assertEquals(alone(2), { expected: NaN, error: NaN, verdict: "wrong" });
  assertEquals(alone(0).verdict, "right");
});

Deno.test("no derivative is taken at an infinity, or where the step is lost beside the number", () => {
  const at = (x: number, options: JudgeOptions) =>
    assertThrows(
      () => judge(1, Float64Array.of(x), 0, () => Float64Array.of(1), options),
      RangeError,
    )
      .message;
  assertEquals(
    at(Infinity, halves),
    "Cannot check gradients at Infinity: there are no numbers on both sides of it",
  );
  assertEquals(
    at(1, { ...halves, epsilon: 2 ** -60 }),
    "Cannot check gradients: a step of epsilon 8.673617379884035e-19 is lost beside 1 in float64",
  );
});
