// What must hold of an op of the tape in one case: its numbers, what it remembers, and its
// backward.

import fc from "fast-check";
import { Counterexample } from "../check_report.ts";
import { describeAnswer, type Given, same, sameRows } from "./_answers.ts";
import {
  attempt,
  hintForKind,
  near,
  nearRows,
  numbersIn,
  requireFunction,
} from "./_tape_answers.ts";
import { hints } from "./_tape_hints.ts";
import type { TapeValue } from "./tape_checks.ts";

/** Numbers for two inputs and the upstream gradient, entry by entry. */
export interface RuleCase {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly dy: readonly number[];
}

const small = fc.integer({ min: -3, max: 3 });

/** Random numbers for an element-wise op. */
export const ruleCases: fc.Arbitrary<RuleCase> = fc
  .array(fc.tuple(small, small, small), { maxLength: 4 })
  .map((rows) => ({
    a: rows.map(([a]) => a),
    b: rows.map(([, b]) => b),
    dy: rows.map(([, , dy]) => dy),
  }));

/** Numbers that every check of an op sees: one that tells all mistakes apart, none, and several. */
export const ruleExamples: readonly RuleCase[] = [
  { a: [2], b: [3], dy: [5] },
  { a: [], b: [], dy: [] },
  { a: [1, 0, -3], b: [-2, 2, 0], dy: [3, -1, 2] },
];

type Numbers = readonly number[];
type Rows = readonly Numbers[];

/** An op, and what it must compute. */
interface Rule {
  readonly call: string;
  /** The names of its inputs. */
  readonly names: readonly string[];
  readonly forward: (inputs: Rows) => number[];
  /** The gradient of each input. */
  readonly backward: (dy: Numbers, inputs: Rows) => number[][];
  /** The result of each known mistake, with its hint. */
  readonly mistakes: (dy: Numbers, inputs: Rows) => readonly (readonly [hint: string, Rows])[];
}

const product: Rule = {
  call: "mul(a, b)",
  names: ["a", "b"],
  forward: ([a, b]) => times(a, b),
  backward: (dy, [a, b]) => [times(dy, b), times(dy, a)],
  mistakes: (dy, [a = [], b = []]) => [
    [hints.exchanged, [times(dy, a), times(dy, b)]],
    [hints.upstream, [b, a]],
  ],
};

const slopes = (y: Numbers) => y.map((each) => 1 - each * each);
const tanhOf = ([x = []]: Rows) => x.map(Math.tanh);

const tanhRule: Rule = {
  call: "tanh(x)",
  names: ["x"],
  forward: tanhOf,
  backward: (dy, inputs) => [times(dy, slopes(tanhOf(inputs)))],
  mistakes: (dy, inputs) => [
    [hints.upstream, [slopes(tanhOf(inputs))]],
    [hints.notSquared, [times(dy, tanhOf(inputs).map((each) => 1 - each))]],
    [hints.ofInput, [times(dy, slopes(inputs[0] ?? []))]],
  ],
};

/** The op for y = a b. */
export function checkProduct(mul: unknown, { a, b, dy }: RuleCase): void {
  checkRule(product, mul, [a, b], dy);
}

/** The op for y = tanh(x). */
export function checkTanh(tanh: unknown, { a, dy }: RuleCase): void {
  checkRule(tanhRule, tanh, [a.map((each) => each / 2)], dy);
}

function times(a: Numbers = [], b: Numbers = []): number[] {
  return a.map((each, i) => each * (b[i] ?? NaN));
}

function checkRule(rule: Rule, op: unknown, numbers: Rows, upstream: Numbers): void {
  const made = Object.fromEntries(rule.names.map((name, i) => [name, numbers[i] ?? []]));
  const given = { ...made, dy: upstream };
  requireFunction(op, `a function ${rule.call}`, made);
  const call = op as (...inputs: TapeValue[]) => unknown;
  const inputs = numbers.map(leafOf);
  // deno-lint-ignore minimodel/no-spread-arguments -- an op has one or two inputs
  const result = checkResult(attempt(made, () => call(...inputs)), inputs, rule, made);
  // An op that keeps its numbers in a shared place would now have those of this call.
  const others = numbers.map((each) => each.map((x) => x + 1));
  // deno-lint-ignore minimodel/no-spread-arguments -- an op has one or two inputs
  attempt(given, () => call(...others.map(leafOf)));
  const dy = Float64Array.from(upstream);
  const found = listIn(attempt(given, () => result.backward(dy)), inputs.length, given);
  const got = found.map((each, i) =>
    numbersIn(each, { what: `d${rule.names[i]}`, count: dy.length }, given)
  );
  if (!same([...dy], upstream)) {
    const hint = hints.upstreamChanged;
    throw new Counterexample({ given, expected: "dy as it was", got: [...dy], hint });
  }
  const after = inputs.map(({ data }) => [...data]);
  if (!sameRows(after, numbers)) {
    const hint = hints.inputChanged;
    throw new Counterexample({ given, expected: "the inputs as they were", got: after, hint });
  }
  const expected = rule.backward(upstream, numbers);
  if (nearRows(got, expected)) return;
  const kept = nearRows(got, rule.backward(upstream, others)) ? hints.kept : undefined;
  const mistakes = rule.mistakes(upstream, numbers);
  const hint = mistakes.find(([, gradients]) => nearRows(got, gradients))?.[0] ?? kept;
  throw new Counterexample({ given, expected, got, hint });
}

/** A value that is made from nothing. */
function leafOf(numbers: readonly number[]): TapeValue {
  return {
    data: Float64Array.from(numbers),
    shape: [numbers.length],
    inputs: [],
    backward: () => [],
    grad: new Float64Array(numbers.length),
  };
}

/** Returns the result of an op, if it has the right numbers and remembers its inputs. */
function checkResult(
  answer: unknown,
  inputs: readonly TapeValue[],
  { call, names, forward }: Rule,
  given: Given,
): TapeValue {
  if (!isValue(answer)) {
    const got = describeAnswer(answer);
    const hint = answer === undefined ? hints.missing : hints.value;
    throw new Counterexample({ given, expected: `a Value from ${call}`, got, hint });
  }
  const y = forward(inputs.map(({ data }) => [...data]));
  const got = numbersIn(answer.data, { what: `the data of ${call}`, count: y.length }, given);
  if (!near(got, y)) throw new Counterexample({ given, expected: y, got });
  if (!same(answer.shape, [y.length])) {
    throw new Counterexample({ given, expected: `shape [${y.length}]`, got: answer.shape });
  }
  const remembered = answer.inputs.length === inputs.length &&
    answer.inputs.every((input, i) => input === inputs[i]);
  if (remembered) return answer;
  throw new Counterexample({
    given,
    expected: `inputs: [${names.join(", ")}]`,
    got: `${answer.inputs.length} inputs that are not just these`,
    hint: hints.inputs,
  });
}

function isValue(answer: unknown): answer is TapeValue {
  if (typeof answer !== "object" || answer === null) return false;
  const [shape, inputs] = [Reflect.get(answer, "shape"), Reflect.get(answer, "inputs")];
  const backward: unknown = Reflect.get(answer, "backward");
  return Array.isArray(shape) && Array.isArray(inputs) && typeof backward === "function";
}

/** Returns what a backward returned, if it is an array with one gradient per input. */
function listIn(answer: unknown, count: number, given: Given): readonly unknown[] {
  if (Array.isArray(answer) && answer.length === count) return answer;
  const hint = answer instanceof Float64Array || (count === 1 && Array.isArray(answer))
    ? hints.brackets
    : Array.isArray(answer)
    ? hints.each
    : hintForKind(answer);
  const expected = `an array of ${count} ${count === 1 ? "gradient" : "gradients"}`;
  throw new Counterexample({ given, expected, got: describeAnswer(answer), hint });
}
