// Lab 01: what must hold of windows, of a CBOW model and of its training, written once, for anything
// that has the interface: what a learner writes, the library's parts, and wrong ones that must be
// refused.

import type { Optimizer, Tensor } from "@minimodel/core";
import type { Check } from "../checks.ts";
import { tryCases } from "../try_cases.ts";
import { checkPairs, checkSteps, epochCases, epochExamples } from "./_cbow_epoch.ts";
import {
  checkForward,
  checkLoss,
  contextCases,
  contextExamples,
  lossCases,
  lossExamples,
} from "./_cbow_model.ts";
import { checkWindows, windowCases, windowExamples, type WordWindow } from "./_cbow_windows.ts";

export type { WordWindow };

/** Cuts sentences of ids into centers with the words around them. */
export type WindowsOf = (
  sentences: readonly (readonly number[])[],
  window: number,
) => readonly WordWindow[];

/** A model that scores each word of a vocabulary as the center of a context. */
export interface CbowLike {
  /** The table in which the words of contexts are looked up, (V, d). */
  readonly E: Tensor;
  /** The vectors by which words are scored, (V, d). */
  readonly wOut: Tensor;
  /** Returns the scores, (B, V), of B contexts, which need not be equally long. */
  forward(contexts: number[][]): Tensor;
}

/** A class of such models. */
export type CbowClass = new (vocabSize: number, embeddingDim: number) => CbowLike;

/** Turns scores (B, V) into the mean of `-log p` of B centers. */
export type LossOf = (logits: Tensor, centers: number[]) => Tensor;

/** What one epoch of training is given. */
export interface EpochOptions {
  /** The optimiser of the model. */
  readonly optimizer: Optimizer;
  /** The numbers of all pairs, in the order in which they are trained on. */
  readonly order: Int32Array;
  /** How many pairs a mini-batch has; the last may have fewer. */
  readonly batchSize: number;
}

/** Trains on each pair once, and yields the loss of each mini-batch. */
export type TrainEpoch = (
  model: { loss(contexts: number[][], centers: number[]): Tensor },
  pairs: readonly WordWindow[],
  options: EpochOptions,
) => Iterable<number>;

/**
 * What must hold of windows: each word with a full window comes with the words of that window,
 * which leave out the word itself and stay in its sentence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, type WindowsOf, windowChecks } from "minimodel/lab";
 *
 * const leaking: WindowsOf = (sentences, window) =>
 *   sentences.flatMap((words) =>
 *     words.slice(window, -window).map((center, at) => ({
 *       context: words.slice(at, at + 2 * window + 1),
 *       center,
 *     }))
 *   );
 * const { results: [{ failure }] } = await runChecks(windowChecks, leaking);
 * const wrong = "expected [ { context: [ 1, 3 ], center: 2 } ], " +
 *   "got [ { context: [ 1, 2, 3 ], center: 2 } ]";
 * assertEquals(failure?.message, `Given sentences = [ [ 1, 2, 3 ] ], window = 1, ${wrong}`);
 * ```
 */
export const windowChecks: readonly Check<WindowsOf>[] = [
  {
    name: "Full windows",
    says: "each word with a full window in its sentence comes with the words around it",
    hold: (windowsOf, options) =>
      tryCases(windowCases, (drawn) => checkWindows(windowsOf, drawn), {
        ...options,
        examples: windowExamples,
      }),
  },
];

/**
 * What must hold of a CBOW model: the score of a word is the product of its output vector with the
 * mean of the context's vectors, and gradients come to both tables.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cbow, type Tensor } from "minimodel";
 * import { cbowForwardChecks, runChecks } from "minimodel/lab";
 *
 * class Model {
 *   readonly cbow: Cbow;
 *   constructor(vocabSize: number, embeddingDim: number) {
 *     this.cbow = new Cbow(vocabSize, embeddingDim, { bias: false });
 *   }
 *   get E() {
 *     return this.cbow.embed.E;
 *   }
 *   get wOut() {
 *     return this.cbow.wOut;
 *   }
 *   forward(contexts: number[][]): Tensor {
 *     let at = 0;
 *     const offsets = contexts.map(({ length }) => (at += length) - length);
 *     return this.cbow.forward({ data: contexts.flat(), offsets });
 *   }
 * }
 * assertEquals((await runChecks(cbowForwardChecks, Model)).passed, true);
 * ```
 */
export const cbowForwardChecks: readonly Check<CbowClass>[] = [
  {
    name: "Scores",
    says: "forward(contexts) gives wOut times the mean of the rows of E, for each context",
    hold: (Class, options) =>
      tryCases(contextCases, (drawn) => checkForward(Class, drawn), {
        ...options,
        examples: contextExamples,
      }),
  },
];

/**
 * What must hold of the loss: it is the mean of `-log p` of the centers, finite for all scores, and
 * its gradient comes to the scores.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crossEntropy } from "minimodel";
 * import { cbowLossChecks, runChecks } from "minimodel/lab";
 *
 * assertEquals((await runChecks(cbowLossChecks, crossEntropy)).passed, true);
 * ```
 */
export const cbowLossChecks: readonly Check<LossOf>[] = [
  {
    name: "Loss",
    says: "lossOf(logits, centers) is the mean of -log p of the centers",
    hold: (lossOf, options) =>
      tryCases(lossCases, (drawn) => checkLoss(lossOf, drawn), {
        ...options,
        examples: lossExamples,
      }),
  },
];

/**
 * What must hold of an epoch of training: each pair comes once, in the order that is given, and
 * each mini-batch takes one step by its own gradient.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, type TrainEpoch, trainEpochChecks } from "minimodel/lab";
 *
 * const forgetful: TrainEpoch = function* (model, pairs, { optimizer, order, batchSize }) {
 *   for (let start = 0; start < order.length; start += batchSize) {
 *     const batch = Array.from(order.subarray(start, start + batchSize), (n) => pairs[n]);
 *     const loss = model.loss(batch.map((p) => [...p.context]), batch.map((p) => p.center));
 *     loss.backward();
 *     optimizer.step();
 *     yield loss.item();
 *   }
 * };
 * const { results } = await runChecks(trainEpochChecks, forgetful);
 * assertEquals(results[0].failure, undefined);
 * const wrong = 'expected { "number at the end": -3 }, got { "number at the end": -5 }';
 * assertEquals(results[1].failure?.message.endsWith(wrong), true);
 * ```
 */
export const trainEpochChecks: readonly Check<TrainEpoch>[] = [
  {
    name: "Pairs stay together",
    says: "each pair comes once, in the order that is given, its context with its center",
    hold: (trainEpoch, options) =>
      tryCases(epochCases, (drawn) => checkPairs(trainEpoch, drawn), {
        ...options,
        examples: epochExamples,
      }),
  },
  {
    name: "One step each",
    says: "each mini-batch takes one step by its own gradient, and yields its loss",
    hold: (trainEpoch, options) =>
      tryCases(epochCases, (drawn) => checkSteps(trainEpoch, drawn), {
        ...options,
        examples: epochExamples,
      }),
  },
];
