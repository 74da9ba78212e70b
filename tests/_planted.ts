// What the tables of wrong answers to a lab are made of, and how each is tested.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Check, Counterexample, runChecks } from "minimodel/lab";

/** An answer, the check that must refuse it, and what its report must say. */
export interface Planted<Answer> {
  /** What was done wrong. */
  readonly mistake: string;
  readonly answer: Answer;
  /** The first check that refuses it. */
  readonly check: string;
  /** What the failure's text must hold, each. */
  readonly says: readonly string[];
  /** What its hint must hold; null for no hint. */
  readonly hint: string | null;
}

/** Whatever a notebook hands over, where types are not checked. */
export const wild = (value: unknown) => value as never;

/** What the engine says when code does not look at what it was given. */
const ofTheEngine = /is not (a function|iterable|a constructor)|undefined \(reading|is not defined/;

/** Tests that checks pass the right answer, and refuse each wrong one with its case and hint. */
export function testAnswers<Answer>(
  what: string,
  checks: readonly Check<Answer>[],
  answers: readonly Planted<Answer>[],
  right: Answer,
): void {
  Deno.test(`${what}: the right answer passes`, async () => {
    const report = await runChecks(checks, right);
    assertEquals(report.passed, true, report.toMime()["text/plain"]);
  });
  for (const { mistake, answer, check, says, hint } of answers) {
    Deno.test(`${what}: "${check}" refuses ${mistake}`, async () => {
      // Whatever the seed: the case is one of those that every check sees.
      for (const seed of [0, 1]) {
        const report = await runChecks(checks, answer, { seed });
        const text = report.toMime()["text/plain"];
        const failed = report.results.find(({ failure }) => failure !== undefined);
        assertEquals(failed?.name, check, text);
        const failure = failed?.failure;
        if (!(failure instanceof Counterexample)) throw new Error(text, { cause: failure });
        for (const words of says) assertStringIncludes(failure.message, words);
        const { hint: given } = failure.details;
        if (hint === null) assertEquals(given, undefined);
        else assertStringIncludes(given ?? "no hint", hint);
        const own = /misspelt|without parseIds/.test(mistake); // what a learner's own code throws is shown
        if (!own) assertEquals(ofTheEngine.exec(text)?.[0], undefined, text);
      }
    });
  }
}
