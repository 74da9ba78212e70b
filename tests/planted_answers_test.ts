// Wrong answers to Lab 00, as learners give them: each is refused by the check that is meant for its
// mistake, with the smallest case and a hint that fits.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Embedding, gather, gatherBackward, type Ids, record, type Tensor } from "minimodel";
import {
  type Check,
  Counterexample,
  embeddingChecks,
  forwardChecks,
  gatherBackwardChecks,
  lookupChecks,
  runChecks,
  UnwrittenAnswer,
} from "minimodel/lab";
import type { Planted } from "./_planted.ts";
import { badIds } from "./_planted_bad_ids.ts";
import { classes } from "./_planted_classes.ts";
import { gradients } from "./_planted_gradients.ts";
import { lookups } from "./_planted_lookups.ts";
import { rightClass, saved } from "./_planted_saves.ts";

/** What the engine says when code does not look at what it was given. */
const ofTheEngine = /is not (a function|iterable|a constructor)|undefined \(reading|is not defined/;

function testAnswers<Answer>(
  task: string,
  checks: readonly Check<Answer>[],
  answers: readonly Planted<Answer>[],
  right: Answer,
): void {
  Deno.test(`Task ${task}: the right answer passes`, async () => {
    const report = await runChecks(checks, right);
    assertEquals(report.passed, true, report.toMime()["text/plain"]);
  });
  for (const { mistake, answer, check, says, hint } of answers) {
    Deno.test(`Task ${task}: "${check}" refuses ${mistake}`, async () => {
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
        const own = mistake.includes("misspelt"); // what a learner's own code throws is shown
        if (!own) assertEquals(ofTheEngine.exec(text)?.[0], undefined, text);
      }
    });
  }
}

testAnswers("1", lookupChecks, [...badIds, ...lookups], gather);
testAnswers("2", gatherBackwardChecks, gradients, gatherBackward);
testAnswers("3", forwardChecks, classes, rightClass);
testAnswers("4", embeddingChecks, saved, rightClass);

Deno.test("an answer that fails for every id gets no hint about bad ones", async () => {
  const failing: (() => never)[] = [
    () => {
      throw new ReferenceError("tabel is not defined");
    },
    () => undefined as never,
  ];
  for (const answer of failing) {
    const { results } = await runChecks(lookupChecks, answer);
    assertEquals(results.map(({ failure }) => failure instanceof Counterexample), [true, true]);
    for (const { failure } of results) {
      const { hint = "" } = (failure as Counterexample).details;
      assertEquals(hint.includes("IndexError"), false, hint);
    }
  }
});

Deno.test("an answer still to be written on the way back is told in its own words", async () => {
  class Unfinished extends Embedding {
    override forward(ids: Ids): Tensor {
      const { data, shape } = super.forward(ids);
      return record("lookup", [this.E], data.slice(), shape, () => {
        throw new UnwrittenAnswer("Task 3: go back");
      });
    }
  }
  const { results } = await runChecks(forwardChecks, Unfinished);
  assertEquals(results.map(({ failure }) => failure?.message), [
    ...[undefined, undefined, undefined],
    ...["Task 3: go back", "Task 3: go back"],
  ]);
});
