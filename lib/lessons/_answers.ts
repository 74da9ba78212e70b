// What a learner's code gives back is looked at before it is used: it may be of any kind, and what is
// wrong with it is told in the lesson's words, never in the engine's.

import { Tensor } from "minimodel";
import { describe } from "../check/describe.ts";
import { Counterexample, formatThrown, UnwrittenAnswer } from "../lab/check_report.ts";
import { hints } from "./_embedding_hints.ts";

/** What a case gives, by name. */
export type Given = Readonly<Record<string, unknown>>;

/** What is wanted of an answer. */
export interface Wanted {
  /** What it is, as in "a gradient". */
  readonly what: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** What is usually behind a tensor of another shape. */
  readonly hint?: string;
}

/** The answer, if it is a tensor of the wanted shape; else a counterexample that says what it is. */
export function asTensor(answer: unknown, { what, shape, hint }: Wanted, given: Given): Tensor {
  if (answer instanceof Tensor && same(answer.shape, shape)) return answer;
  silence(answer);
  throw new Counterexample({
    given,
    expected: `${what} of shape [${shape.join(", ")}]`,
    got: answer instanceof Tensor ? `shape [${answer.shape.join(", ")}]` : describeAnswer(answer),
    hint: answer instanceof Tensor ? hint : hintForKind(answer),
  });
}

/** Keeps a promise that nobody waits for from reporting its error on its own, beside the check's. */
export function silence(answer: unknown): void {
  if (answer instanceof Promise) answer.catch(() => {});
}

/** What a value is, at most a line of it. */
export function describeAnswer(answer: unknown): string {
  if (!Array.isArray(answer) && !ArrayBuffer.isView(answer)) return describe(answer);
  const text = Deno.inspect(answer, { colors: false, compact: true, breakLength: Infinity });
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** What is usually behind an answer that is no tensor. */
export function hintForKind(answer: unknown): string | undefined {
  if (answer instanceof Promise) return hints.async;
  if (answer === undefined) return hints.missing;
  if (Array.isArray(answer) || ArrayBuffer.isView(answer)) return hints.bare;
}

/** What was thrown, as a report says it; the error of an answer still to be written goes on as it is. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof UnwrittenAnswer) throw thrown;
  return formatThrown(thrown);
}

/** The numbers of a tensor that has an axis, as rows along its last one. */
export function rowsOf(x: Tensor): number[][] {
  const width = x.shape.at(-1) ?? 1;
  const count = width === 0 ? 0 : x.size / width;
  return Array.from({ length: count }, (_, n) => [...x.data.subarray(n * width, (n + 1) * width)]);
}

/** Whether numbers are the same, bit for bit; all NaN are one. */
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
