// What must hold of softsign, the op that a learner puts on the library's tape, in one case.

import fc from "fast-check";
import { type Tensor, tensor } from "@minimodel/core";
import { Counterexample } from "../check_report.ts";
import {
  describeAnswer,
  describeThrown,
  type Given,
  hintForKind,
  isTensor,
  same,
} from "./_answers.ts";
import { attempt, near, requireFunction } from "./_tape_answers.ts";
import { hints } from "./_tape_hints.ts";

/** Numbers for x and the upstream gradient, entry by entry. */
export interface OwnOpCase {
  readonly x: readonly number[];
  readonly dy: readonly number[];
}

/** Numbers that every check sees: one, none, 0 and both signs. */
export const ownOpExamples: readonly OwnOpCase[] = [
  { x: [1], dy: [3] },
  { x: [], dy: [] },
  { x: [0, -3, 0.5], dy: [2, 1, -1] },
];

/** Random numbers. */
export const ownOpCases: fc.Arbitrary<OwnOpCase> = fc
  .array(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -3, max: 3 })), {
    maxLength: 4,
  })
  .map((rows) => ({ x: rows.map(([x]) => x / 4), dy: rows.map(([, dy]) => dy) }));

/** softsign computes the right numbers, and x gets the right gradient. */
export function checkSoftsign(softsign: unknown, drawn: OwnOpCase): void {
  const given: Given = { ...drawn };
  const numbers = drawn.x;
  const shape = [1, numbers.length];
  requireFunction(softsign, "a function softsign(x)", { x: numbers });
  const op = softsign as (x: Tensor) => unknown;
  const x = tensor(numbers, { shape, requiresGrad: true });
  const y = resultOf(attempt({ x: numbers }, () => op(x)), numbers, shape);
  if (!y.requiresGrad) {
    const [expected, got] = ["a result that is recorded on the tape", "one that needs no gradient"];
    throw new Counterexample({ given, expected, got, hint: hints.tape });
  }
  try {
    y.backward(tensor(drawn.dy, { shape }));
  } catch (thrown) {
    const [expected, got] = ["a gradient of x", describeThrown(thrown)];
    throw new Counterexample({ given, expected, got, hint: hints.record });
  }
  if (x.grad === null) {
    const [expected, got] = ["a gradient of x", "x.grad is null"];
    throw new Counterexample({ given, expected, got, hint: hints.tape });
  }
  checkSlopes([...x.grad.data], drawn);
}

function resultOf(answer: unknown, x: readonly number[], shape: readonly number[]): Tensor {
  if (!(isTensor(answer) && same(answer.shape, shape))) {
    throw new Counterexample({
      given: { x },
      expected: `a Tensor of shape [${shape.join(", ")}]`,
      got: isTensor(answer) ? `shape [${answer.shape.join(", ")}]` : describeAnswer(answer),
      hint: isTensor(answer) ? undefined : hintForKind(answer),
    });
  }
  const [expected, got] = [x.map((each) => each / (1 + Math.abs(each))), [...answer.data]];
  if (!near(got, expected)) throw new Counterexample({ given: { x }, expected, got });
  return answer;
}

function checkSlopes(got: readonly number[], { x, dy }: OwnOpCase): void {
  const slopes = x.map((each) => 1 / (1 + Math.abs(each)));
  const by = (slope: (each: number) => number) =>
    slopes.map((each, i) => slope(each) * (dy[i] ?? NaN));
  const expected = by((each) => each * each);
  if (near(got, expected)) return;
  const hint = near(got, slopes.map((each) => each * each))
    ? hints.upstream
    : near(got, by((each) => each))
    ? hints.softsignSquare
    : undefined;
  throw new Counterexample({ given: { x, dy }, expected, got, hint });
}
