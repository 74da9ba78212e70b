// Validates what a learner's code returns before it is used. It may be of any kind, and the report
// must say what is wrong with it in the lesson's words, not in the engine's.

import type { Tensor } from "@minimodel/core";
import { describe, kindOf } from "@minimodel/core/check";
import { Counterexample, formatThrown, isCounterexample, isUnwritten } from "../check_report.ts";
import { hints } from "./_embedding_hints.ts";

/** What a case gives, by name. */
export type Given = Readonly<Record<string, unknown>>;

/** What an answer must be. */
export interface Wanted {
  /** What it is, as in "a gradient". */
  readonly what: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** The usual reason for a tensor of another shape. */
  readonly hint?: string;
}

/**
 * Whether a value is a tensor, of this copy of the library or of another that `reload` has loaded.
 */
export function isTensor(value: unknown): value is Tensor {
  return kindOf(value) !== undefined;
}

/** Returns the answer if it is a tensor of the wanted shape; else throws a counterexample. */
export function asTensor(answer: unknown, { what, shape, hint }: Wanted, given: Given): Tensor {
  if (isTensor(answer) && same(answer.shape, shape)) return answer;
  silence(answer);
  throw new Counterexample({
    given,
    expected: `${what} of shape [${shape.join(", ")}]`,
    got: isTensor(answer) ? `shape [${answer.shape.join(", ")}]` : describeAnswer(answer),
    hint: isTensor(answer) ? hint : hintForKind(answer),
  });
}

/** Keeps a promise that nobody awaits from reporting its error in addition to the check. */
export function silence(answer: unknown): void {
  if (answer instanceof Promise) answer.catch(() => {});
}

/** Describes a value in at most one line. */
export function describeAnswer(answer: unknown): string {
  if (!Array.isArray(answer) && !ArrayBuffer.isView(answer)) return describe(answer);
  const text = Deno.inspect(answer, { colors: false, compact: true, breakLength: Infinity });
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** The usual reason for an answer that is not a tensor. */
export function hintForKind(answer: unknown): string | undefined {
  if (answer instanceof Promise) return hints.async;
  if (answer === undefined) return hints.missing;
  if (Array.isArray(answer) || ArrayBuffer.isView(answer)) return hints.bare;
}

/** Describes what was thrown; throws the error of an answer that is still to be written again. */
export function describeThrown(thrown: unknown): string {
  if (isUnwritten(thrown)) throw thrown;
  return formatThrown(thrown);
}

/** Returns what a learner's code returns; if it throws, the counterexample shows what was given. */
export function attempt<Answer>(given: Given, call: () => Answer): Answer {
  try {
    return call();
  } catch (thrown) {
    throw failed(given, thrown);
  }
}

/** What was thrown, as a counterexample with what was given. */
export function failed(
  given: Given,
  thrown: unknown,
  hint: string | undefined = hintForError(thrown),
): Counterexample {
  if (isCounterexample(thrown)) return thrown;
  return new Counterexample({ given, expected: "no error", got: describeThrown(thrown), hint });
}

/** The usual reason for an error, by how its message begins; the message alone may say too little. */
const reasons: readonly [RegExp, string][] = [
  [/^TypeError: ids(\.\w+)? is not (a function|iterable)/, hints.parseIds],
  [/^TypeError: Cannot read properties of undefined /, hints.undefined],
  [/^ReferenceError: .* is not defined$/, hints.undeclared],
  [/^TypeError: Cannot destructure .* as it is (undefined|null)/, hints.missing],
  [/^TypeError: Cannot set property data of /, hints.setData],
  [/^TypeError: .* got a value of kind Promise$/, hints.await],
];

/** The usual reason for what was thrown, if it is one of those. */
export function hintForError(thrown: unknown): string | undefined {
  const text = String(thrown);
  return reasons.find(([begin]) => begin.test(text))?.[1];
}

/** The numbers of a tensor of at least one axis, as rows along its last one. */
export function rowsOf(x: Tensor): number[][] {
  const width = x.shape.at(-1) ?? 1;
  const count = width === 0 ? 0 : x.size / width;
  return Array.from({ length: count }, (_, n) => [...x.data.subarray(n * width, (n + 1) * width)]);
}

/** Whether numbers are the same, bit for bit; all NaN count as the same. */
export function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, i) => Object.is(each, b[i]));
}

/** Whether rows are the same, bit for bit. */
export function sameRows(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): boolean {
  return a.length === b.length && a.every((row, n) => same(row, b[n] ?? []));
}
