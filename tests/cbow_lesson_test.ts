// The checks of Lab 01: the library's own parts pass them, and wrong answers, as learners give them, are refused
// with the smallest case and a hint that fits.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Cbow, crossEntropy, makeCbowPairs, type Tensor } from "minimodel";
import {
  cbowForwardChecks,
  cbowLossChecks,
  Counterexample,
  runChecks,
  type TrainEpoch,
  trainEpochChecks,
  UnwrittenAnswer,
  windowChecks,
  type WindowsOf,
} from "minimodel/lab";
import { testAnswers } from "./_planted.ts";
import { Model, models, windows, windowsOf } from "./_planted_cbow.ts";
import { epochs, losses, lossOf, trainEpoch, trainEpochClean } from "./_planted_cbow_training.ts";

testAnswers("Windows", windowChecks, windows, windowsOf);
testAnswers("A CBOW model", cbowForwardChecks, models, Model);
testAnswers("The loss", cbowLossChecks, losses, crossEntropy);
testAnswers("An epoch", trainEpochChecks, epochs, trainEpoch);

/** The library's pairs, as windows. */
const libraryWindows: WindowsOf = (sentences, window) => {
  let at = 0;
  const starts = sentences.map(({ length }) => (at += length) - length);
  if (at === 0) return [];
  const { contexts, centers } = makeCbowPairs(sentences.flat(), window, { starts });
  return Array.from(centers, (center, n) => ({
    context: [...contexts.data.subarray(2 * window * n, 2 * window * (n + 1))],
    center,
  }));
};

/** The library's model, with contexts as lists. */
class LibraryModel {
  readonly cbow: Cbow;
  constructor(vocabSize: number, embeddingDim: number) {
    this.cbow = new Cbow(vocabSize, embeddingDim, { bias: false });
  }
  get E(): Tensor {
    return this.cbow.embed.E;
  }
  get wOut(): Tensor {
    return this.cbow.wOut;
  }
  forward(contexts: number[][]): Tensor {
    let at = 0;
    const offsets = contexts.map(({ length }) => (at += length) - length);
    return this.cbow.forward({ data: contexts.flat(), offsets });
  }
}

Deno.test("the library's own windows and model pass the checks of Lab 01", async () => {
  for (const seed of [0, 1, 2]) {
    assert((await runChecks(windowChecks, libraryWindows, { seed })).passed);
    assert((await runChecks(cbowForwardChecks, LibraryModel, { seed })).passed);
  }
});

Deno.test("the notebook's loss passes, and so does an epoch that forgets gradients at its end", async () => {
  assert((await runChecks(cbowLossChecks, lossOf)).passed);
  assert((await runChecks(trainEpochChecks, trainEpochClean)).passed);
});

Deno.test("an epoch without end is refused", async () => {
  const endless: TrainEpoch = function* () {
    while (true) yield 0;
  };
  const { results: [{ failure }] } = await runChecks(trainEpochChecks, endless);
  assert(failure instanceof Counterexample);
  assertStringIncludes(failure.message, "expected 1 losses, which are numbers, got more of them");
});

Deno.test("an answer still to be written is told in its own words, also by a generator", async () => {
  const unwritten = (): never => {
    throw new UnwrittenAnswer("Task 9: write it");
  };
  class Unwritten extends Model {
    override forward = unwritten;
  }
  const reports = [
    await runChecks(windowChecks, unwritten),
    await runChecks(cbowForwardChecks, Unwritten),
    await runChecks(cbowLossChecks, unwritten),
    // deno-lint-ignore require-yield
    await runChecks(trainEpochChecks, function* (): Generator<number> {
      unwritten();
    }),
  ];
  const messages = reports.flatMap(({ results }) => results.map(({ failure }) => failure?.message));
  assertEquals(messages, new Array(5).fill("Task 9: write it"));
});
