// What must hold of undoing a broadcast, in one case.

import fc from "fast-check";
import { Counterexample } from "../check_report.ts";
import { same } from "./_answers.ts";
import { attempt, numbersIn, requireFunction } from "./_tape_answers.ts";
import { hints } from "./_tape_hints.ts";

/** An input, and the shape that it was repeated to fill. */
export interface SumCase {
  readonly resultShape: readonly number[];
  readonly inputShape: readonly number[];
}

/**
 * Broadcasts that every check sees: a scalar, an axis of 1, an axis in front, both kinds, nothing
 * repeated, nothing there. The smallest come first, since these do not shrink.
 */
export const sumExamples: readonly SumCase[] = [
  { resultShape: [2], inputShape: [] },
  { resultShape: [2], inputShape: [1] },
  { resultShape: [1], inputShape: [1] },
  { resultShape: [2], inputShape: [2] },
  { resultShape: [2, 2], inputShape: [2] },
  { resultShape: [2, 2], inputShape: [2, 1] },
  { resultShape: [2, 2], inputShape: [1, 2] },
  { resultShape: [3, 2, 2], inputShape: [2, 1] },
  { resultShape: [0], inputShape: [1] },
  { resultShape: [0, 2], inputShape: [2] },
];

const length = fc.integer({ min: 1, max: 3 });

/** Random broadcasts. */
export const sumCases: fc.Arbitrary<SumCase> = fc.record({
  added: fc.array(length, { maxLength: 2 }),
  axes: fc.array(fc.record({ length, repeated: fc.boolean() }), { maxLength: 3 }),
}).map(({ added, axes }) => ({
  resultShape: [...added, ...axes.map(({ length }) => length)],
  inputShape: axes.map(({ length, repeated }) => repeated ? 1 : length),
}));

/**
 * Each number of the input gets the sum of the gradients of all places in which it was repeated.
 */
export function checkSum(sumTo: unknown, { resultShape, inputShape }: SumCase): void {
  const numbers = countUp(resultShape);
  const given = { dy: numbers, resultShape, inputShape };
  requireFunction(sumTo, "a function sumTo(dy, resultShape, inputShape)", given);
  const dy = Float64Array.from(numbers);
  const call = sumTo as (...given: unknown[]) => unknown;
  const answer = attempt(given, () => call(dy, [...resultShape], [...inputShape]));
  const places = placesOf(resultShape, inputShape);
  const count = sizeOf(inputShape);
  const got = numbersIn(answer, { what: "a gradient", count, hint: hints.repeated }, given);
  if (!same([...dy], numbers)) {
    const hint = hints.upstreamChanged;
    throw new Counterexample({ given, expected: "dy as it was", got: [...dy], hint });
  }
  const all = Array.from({ length: count }, (_, at) => numbers.filter((_, i) => places[i] === at));
  const expected = all.map(total);
  if (same(got, expected)) return;
  const means = all.map((each) => total(each) / each.length);
  const ones = [0, -1].map((place) => all.map((each) => each.at(place) ?? 0));
  const hint = same(got, means)
    ? hints.mean
    : ones.some((each) => same(got, each))
    ? hints.oneOnly
    : total(got) === total(expected)
    ? hints.axes
    : undefined;
  throw new Counterexample({ given, expected, got, hint });
}

/** For each number of the result, in order, where it was read in the input. */
function placesOf(resultShape: readonly number[], inputShape: readonly number[]): number[] {
  let places = [0];
  resultShape.forEach((length, axis) => {
    const own = inputShape[axis - resultShape.length + inputShape.length] ?? 1;
    places = places.flatMap((at) =>
      Array.from({ length }, (_, i) => at * own + (own === 1 ? 0 : i))
    );
  });
  return places;
}

function countUp(shape: readonly number[]): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => i + 1);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
