// What must hold of windows over sentences, in one case.

import fc from "fast-check";
import { Counterexample } from "../check_report.ts";
import { describeAnswer } from "./_answers.ts";
import { hints } from "./_cbow_hints.ts";
import { attempt, requireFunction } from "./_tape_answers.ts";

/** A center and the words around it, as ids. */
export interface WordWindow {
  /** The words around it, from left to right. */
  readonly context: readonly number[];
  /** The word in the middle. */
  readonly center: number;
}

/** Sentences of ids, and how many words count on each side. */
export interface WindowCase {
  readonly sentences: readonly (readonly number[])[];
  readonly window: number;
}

/** Sentences that every check sees; the smallest come first, since these do not shrink. */
export const windowExamples: readonly WindowCase[] = [
  { sentences: [[1, 2, 3]], window: 1 },
  { sentences: [[1, 2, 3], [4, 5, 6]], window: 1 },
  { sentences: [[1, 2, 3, 4]], window: 1 },
  { sentences: [[1, 2, 3, 4, 5]], window: 2 },
  { sentences: [[1, 2, 1, 3]], window: 1 },
  { sentences: [[1, 2], [3]], window: 1 },
  { sentences: [], window: 1 },
];

/** Random sentences of different words, but for those that are the first word again. */
export const windowCases: fc.Arbitrary<WindowCase> = fc.record({
  again: fc.array(fc.array(fc.boolean(), { maxLength: 7 }), { maxLength: 3 }),
  window: fc.integer({ min: 1, max: 3 }),
}).map(({ again, window }) => {
  let id = 0;
  return {
    sentences: again.map((sentence) => sentence.map((isAgain) => isAgain ? 1 : ++id)),
    window,
  };
});

/** Each word with a full window comes with the words of that window, and with no other. */
export function checkWindows(windowsOf: unknown, given: WindowCase): void {
  const { sentences, window } = given;
  requireFunction(windowsOf, "a function windowsOf(sentences, window)", { ...given });
  const call = windowsOf as (...given: unknown[]) => unknown;
  const copy = sentences.map((sentence) => [...sentence]);
  const answer = attempt({ ...given }, () => call(copy, window));
  const got = windowsIn(answer, given);
  const expected = windowsBy(sentences, { window });
  if (same(got, expected)) return;
  const known: readonly (readonly [readonly WordWindow[], string])[] = [
    [windowsBy(sentences, { window, withCenter: true }), hints.leak],
    [windowsBy([sentences.flat()], { window }), hints.borders],
    [windowsBy(sentences, { window, partial: true }), hints.partial],
    [windowsBy(sentences, { window, leftOnly: true }), hints.left],
    [windowsBy(sentences, { window, byWord: true }), hints.indexOf],
    [sentences.flatMap((each) => windowsBy([each], { window }).slice(0, -1)), hints.lastWindow],
  ];
  const hint = known.find(([windows]) => same(got, windows))?.[1] ??
    (same(got.map(sorted), expected.map(sorted)) ? hints.order : undefined);
  throw new Counterexample({ given: { ...given }, expected, got, hint });
}

/** How windows are cut; all but `window` are mistakes. */
interface Cut {
  readonly window: number;
  readonly withCenter?: boolean;
  readonly partial?: boolean;
  readonly leftOnly?: boolean;
  readonly byWord?: boolean;
}

function windowsBy(
  sentences: readonly (readonly number[])[],
  { window, withCenter = false, partial = false, leftOnly = false, byWord = false }: Cut,
): WordWindow[] {
  return sentences.flatMap((sentence) =>
    sentence.flatMap((center, place) => {
      const at = byWord ? sentence.indexOf(center) : place;
      const left = sentence.slice(Math.max(0, at - window), at);
      const right = leftOnly ? [] : sentence.slice(at + 1, at + 1 + window);
      const isFull = left.length + right.length === (leftOnly ? window : 2 * window);
      if (!isFull && (!partial || left.length + right.length === 0)) return [];
      return [{ context: [...left, ...(withCenter ? [center] : []), ...right], center }];
    })
  );
}

function sorted({ context, center }: WordWindow): WordWindow {
  return { context: context.toSorted((a, b) => a - b), center };
}

function same(a: readonly WordWindow[], b: readonly WordWindow[]): boolean {
  const text = (windows: readonly WordWindow[]) =>
    JSON.stringify(windows.map(({ context, center }) => [center, ...context]));
  return text(a) === text(b);
}

/** The answer, if it is a list of windows. */
function windowsIn(answer: unknown, given: WindowCase): WordWindow[] {
  const wrong = (got: unknown, hint?: string) =>
    new Counterexample({ given: { ...given }, expected: "a list of windows", got, hint });
  if (!Array.isArray(answer)) {
    const hint = answer instanceof Promise
      ? hints.async
      : answer === undefined
      ? hints.missing
      : undefined;
    throw wrong(describeAnswer(answer), hint);
  }
  return answer.map((each: unknown) => {
    const { context, center }: { context?: unknown; center?: unknown } = Object(each);
    const ids = Array.isArray(context) || context instanceof Int32Array
      ? Array.from<unknown>(context)
      : [NaN];
    const isWindow = ids.every((id) => typeof id === "number") && typeof center === "number";
    if (!isWindow || ids.some(Number.isNaN)) throw wrong(answer, hints.windowKind);
    return { context: ids as number[], center };
  });
}
