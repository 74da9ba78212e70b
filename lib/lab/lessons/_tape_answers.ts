// Validates what a learner's tape returns before it is used, and says what is wrong in the
// notebook's words.

import { Counterexample, isCounterexample } from "../check_report.ts";
import { describeAnswer, describeThrown, type Given, hintForError, silence } from "./_answers.ts";
import { hints } from "./_tape_hints.ts";

/** Refuses anything but a function. */
export function requireFunction(subject: unknown, wanted: string, given: Given): void {
  if (typeof subject === "function") return;
  throw new Counterexample({ given, expected: wanted, got: describeAnswer(subject) });
}

/** Returns what a call returns; if it throws, the counterexample shows the case. */
export function attempt(given: Given, call: () => unknown): unknown {
  try {
    const answer = call();
    silence(answer);
    return answer;
  } catch (thrown) {
    if (isCounterexample(thrown)) throw thrown;
    const hint = isOverflow(thrown) ? hints.recursion : hintForError(thrown);
    throw new Counterexample({ given, expected: "no error", got: describeThrown(thrown), hint });
  }
}

/** Whether functions have called each other too deeply. */
function isOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes("call stack");
}

/** Returns the numbers of an answer, if it is a Float64Array of the wanted count. */
export function numbersIn(
  answer: unknown,
  wanted: { readonly what: string; readonly count: number; readonly hint?: string },
  given: Given,
): number[] {
  const { what, count, hint = hints.size } = wanted;
  if (answer instanceof Float64Array && answer.length === count) return [...answer];
  throw new Counterexample({
    given,
    expected: `${what}, a Float64Array of ${count} ${count === 1 ? "number" : "numbers"}`,
    got: describeAnswer(answer),
    hint: answer instanceof Float64Array ? hint : hintForKind(answer),
  });
}

/** The usual reason for an answer that is not a Float64Array. */
export function hintForKind(answer: unknown): string | undefined {
  if (answer instanceof Promise) return hints.async;
  if (answer === undefined) return hints.missing;
  if (Array.isArray(answer) || ArrayBuffer.isView(answer)) return hints.array;
}

/** Whether rows of numbers are the same except for rounding. */
export function nearRows(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): boolean {
  return a.length === b.length && a.every((row, n) => near(row, b[n] ?? []));
}

/** Whether numbers are the same except for rounding, in whatever order they are given. */
export function near(a: readonly number[], b: readonly number[]): boolean {
  const isNear = (x: number, y: number) =>
    Math.abs(x - y) <= 1e-12 * Math.max(1, Math.min(Math.abs(x), Math.abs(y)));
  return a.length === b.length && a.every((each, i) => isNear(each, b[i] ?? NaN));
}
