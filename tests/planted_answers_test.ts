// Wrong answers to Lab 00, as learners give them: each is refused by the check that is meant for its
// mistake, with the smallest case and a hint that fits.

import { assertEquals } from "@std/assert";
import { Embedding, gather, gatherBackward, type Ids, record, type Tensor } from "minimodel";
import {
  Counterexample,
  embeddingChecks,
  forwardChecks,
  gatherBackwardChecks,
  lookupChecks,
  runChecks,
  UnwrittenAnswer,
} from "minimodel/lab";
import { testAnswers } from "./_planted.ts";
import { badIds } from "./_planted_bad_ids.ts";
import { classes } from "./_planted_classes.ts";
import { gradients } from "./_planted_gradients.ts";
import { lookups } from "./_planted_lookups.ts";
import { records } from "./_planted_records.ts";
import { replacing, rightClass, saved } from "./_planted_saves.ts";

testAnswers("Task 1", lookupChecks, [...badIds, ...lookups], gather);
testAnswers("Task 2", gatherBackwardChecks, gradients, gatherBackward);
testAnswers("Task 3", forwardChecks, [...records, ...classes], rightClass);
testAnswers("Task 4", embeddingChecks, saved, rightClass);

Deno.test("Task 4: a new Parameter in the place of the fresh one is right as well", async () => {
  const report = await runChecks(embeddingChecks, replacing);
  assertEquals(report.passed, true, report.toMime()["text/plain"]);
});

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
