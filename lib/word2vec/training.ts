// Training of Cbow and SkipGram in mini-batches. It can be stopped at any moment, saved, and resumed
// to the same bytes as if it had never stopped.

import { scope } from "../autograd/scope.ts";
import { noGrad } from "../autograd/tape.ts";
import { checkOptions, type OptionNames, refuseOptions } from "../check/options.ts";
import { refuseUnknownProperties } from "../check/properties.ts";
import type { JsonObject } from "../io/checkpoint.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { createRandom, type Random } from "../nn/random.ts";
import { copyModel, copyParameters, kindOf, lossOf, madeAs, makeModel } from "./_models.ts";
import type { Word2vecModel } from "./_models.ts";
import { Noise, PairSet, shuffled, type WordPairs } from "./_pair_set.ts";
import {
  checkEpochs,
  checkPlan,
  checkWhole,
  type Memory,
  memoryOf,
  optimizerFor,
  type Plan,
  trainingFromJson,
  trainingToJson,
  type Word2vecTrainingOptions,
} from "./_plan.ts";
import { partsOf, readAll, restore, saveAll } from "./_saved.ts";

export type { Word2vecModel, Word2vecTrainingOptions, WordPairs };

/** What {@linkcode Word2vecTraining.run} tells after each mini-batch. */
export interface TrainingStep {
  /** Which epoch it is, from 1. */
  readonly epoch: number;
  /** Which mini-batch of the epoch has been trained on, from 1. */
  readonly batch: number;
  /** How many mini-batches an epoch has. */
  readonly batches: number;
  /** The mean loss of this mini-batch, before its step. */
  readonly loss: number;
  /** The mean loss of all mini-batches of the epoch so far, by predicted word. */
  readonly meanLoss: number;
  /** How many centers this `run` has trained on. */
  readonly words: number;
}

/** Options of {@linkcode meanLoss}. */
export interface MeanLossOptions {
  /** How many centers are looked at together; 1024 by default. */
  readonly batchSize?: number;
}

const meanLossNames: OptionNames<MeanLossOptions> = { batchSize: ["batch"] };

/**
 * The training of a {@linkcode Cbow} or {@linkcode SkipGram}: `run` trains epoch after epoch, and
 * after each one puts the new numbers into the model. Whatever stops it, the model has those of the
 * last finished epoch, and the next `run` goes on from there.
 *
 * Each epoch shuffles the pairs, and draws negatives, by a random stream of its own, which follows
 * from the seed and the number of the epoch. So a training that was stopped and goes on, or was
 * saved and resumed, comes to the same bytes as one that never stopped.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertLess } from "@std/assert";
 * import { Cbow, makeCbowPairs, Word2vecTraining } from "minimodel";
 *
 * const pairs = makeCbowPairs([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1], 1);
 * const cbow = new Cbow(5, 8, { seed: 0 });
 * const training = new Word2vecTraining(cbow, pairs, { epochs: 30, batchSize: 5, lr: 0.1 });
 * for (const { epoch, batch, loss } of training.run()) {
 *   if (epoch === 1 && batch === 1) assertAlmostEquals(loss, Math.log(5));
 * }
 * assertLess(training.losses[29], 0.1); // each word follows from the two beside it
 * ```
 */
export class Word2vecTraining {
  /** What is trained; it has the numbers of the last finished epoch. */
  readonly model: Word2vecModel;
  /** What is saved with it. */
  readonly metadata: JsonObject;
  readonly #pairs: PairSet;
  readonly #noise: Noise | null;
  #plan: Plan;
  #losses: readonly number[] = [];
  /** What the optimiser remembers at the end of the last finished epoch. */
  #memory: Memory | null = null;
  /** The latest `run`. */
  #latest: object = {};

  static {
    refuseUnknownProperties(Word2vecTraining, { settable: { epochs: [] } });
  }

  /**
   * Prepares the training of a model; nothing is trained before `run`.
   *
   * @throws {IndexError} If an id is out of range.
   * @throws {RangeError} If an option is out of range, or there are no pairs.
   * @throws {TypeError} If model, pairs or an option are of the wrong kind.
   */
  constructor(model: Word2vecModel, pairs: WordPairs, options: Word2vecTrainingOptions = {}) {
    const doing = "make a Word2vecTraining";
    const kind = kindOf(doing, model);
    const { plan, metadata } = checkPlan(doing, options);
    const { vocabSize } = model;
    this.model = model;
    this.metadata = metadata;
    this.#plan = plan;
    this.#pairs = new PairSet(doing, pairs, { kind, vocabSize });
    this.#noise = plan.negatives === 0
      ? null
      : new Noise(doing, this.#pairs.predicted, vocabSize, plan.power);
  }

  /** How many epochs `run` trains up to; assign another number to go on, or to end earlier. */
  get epochs(): number {
    return this.#plan.epochs;
  }

  set epochs(epochs: number) {
    checkEpochs("set the epochs of a Word2vecTraining", epochs);
    this.#plan = { ...this.#plan, epochs };
  }

  /** The mean loss of each finished epoch; there are as many as epochs were finished. */
  get losses(): readonly number[] {
    return [...this.#losses];
  }

  /** How many mini-batches an epoch has. */
  get batches(): number {
    return Math.ceil(this.#pairs.count / this.#plan.batchSize);
  }

  /**
   * Trains until `epochs` epochs are finished, and yields after each mini-batch. After the last one
   * of an epoch, the model and `losses` have the new epoch.
   *
   * It awaits nothing, and may be left at any step. What was trained of an unfinished epoch is then
   * dropped.
   *
   * @throws {RangeError} If a loss is not finite, as with too large a learning rate.
   * @throws {TypeError} If another `run` of this training has begun meanwhile.
   */
  *run(): Generator<TrainingStep, void, void> {
    const me = this.#latest = {};
    const { batchSize, seed } = this.#plan;
    const work = copyModel(this.model);
    const optimizer = optimizerFor(work, this.#plan, this.#memory);
    // The seed of each epoch, one after the other.
    const seeds = createRandom(seed);
    for (let done = 0; done < this.#losses.length; done++) seeds.integer(2 ** 32);
    let words = 0;
    while (this.#losses.length < this.epochs) {
      const epoch = this.#losses.length + 1;
      const random = createRandom(seeds.integer(2 ** 32));
      const order = shuffled(this.#pairs.count, random);
      let [sum, predicted] = [0, 0];
      for (let batch = 1; batch <= this.batches; batch++) {
        const places = order.subarray((batch - 1) * batchSize, batch * batchSize);
        const step = this.#step(work, { optimizer, places, random });
        if (!Number.isFinite(step.loss)) {
          throw new RangeError(
            `Cannot go on training: the loss of batch ${batch} in epoch ${epoch} is ${step.loss}; ` +
              `a smaller lr may help, it is ${optimizer.lr}`,
          );
        }
        sum += step.loss * step.predicted;
        predicted += step.predicted;
        words += places.length;
        const meanLoss = sum / predicted;
        if (batch === this.batches) {
          copyParameters(work, this.model);
          this.#memory = memoryOf(work, optimizer);
          this.#losses = [...this.#losses, meanLoss];
        }
        yield { epoch, batch, batches: this.batches, loss: step.loss, meanLoss, words };
        if (this.#latest !== me) {
          throw new TypeError("Cannot go on training: another run of this training has begun");
        }
      }
    }
  }

  /**
   * Saves the last finished epoch as {@linkcode writeCheckpoint} does, so that a crash leaves the
   * version before or this one: the model, the optimiser's state, losses, options and metadata.
   * {@linkcode Cbow.load} reads the model alone.
   *
   * @throws {TypeError} If the path or the metadata cannot be saved.
   */
  async save(path: string | URL): Promise<void> {
    refuseOptions("save a Word2vecTraining", arguments[1]);
    const standing = { losses: this.#losses, memory: this.#memory };
    await saveAll(path, {
      model: madeAs(this.model),
      parts: { ...partsOf(this.model), ...this.#memory?.numbers },
      training: trainingToJson(this.#plan, standing, this.#pairs.sha256()),
      metadata: this.metadata,
    });
  }

  /**
   * Loads a training that was saved, which goes on with the same pairs to the same bytes.
   *
   * @throws {FormatError} If a file is incomplete, not what it should be, or has a model alone.
   * @throws {RangeError} If the pairs are not those of the training.
   * @throws {TypeError} If the pairs are of another kind or shape.
   */
  static async resume(path: string | URL, pairs: WordPairs): Promise<Word2vecTraining> {
    const doing = "resume a Word2vecTraining";
    refuseOptions(doing, arguments[2]);
    const saved = await readAll(path);
    const { plan, losses, memory, sha256 } = trainingFromJson(saved);
    const model = restore(saved, (V, d, options) => makeModel(saved.kind, [V, d], options));
    try {
      optimizerFor(model, plan, memory);
    } catch (cause) {
      return saved.fail(cause instanceof Error ? cause.message : String(cause), cause);
    }
    const { metadata } = saved;
    const training = new Word2vecTraining(model, pairs, { ...plan, metadata });
    if (training.#pairs.sha256() !== sha256) {
      throw new RangeError(
        `Cannot ${doing} from ${path}: the pairs are not those that it was trained on so far`,
      );
    }
    training.#losses = losses;
    training.#memory = memory;
    return training;
  }

  /** One step on some of the pairs. */
  #step(
    model: Word2vecModel,
    { optimizer, places, random }: {
      readonly optimizer: Optimizer;
      readonly places: Int32Array;
      readonly random: Random;
    },
  ): { loss: number; predicted: number } {
    const batch = this.#pairs.at(places);
    const { predicted } = batch;
    const { negatives: k } = this.#plan;
    const data = this.#noise?.besides(predicted, k, random);
    const options = data === undefined ? {} : { negatives: { data, shape: [predicted.length, k] } };
    const loss = scope(() => {
      const loss = lossOf(model, batch, options);
      optimizer.zeroGrad();
      if (loss.requiresGrad) loss.backward();
      optimizer.step();
      return loss.item();
    });
    // Nobody else has these gradients, and in a loop that does not wait nothing else would free them.
    for (const parameter of model.parameters) parameter.grad?.dispose();
    return { loss, predicted: predicted.length };
  }
}

/**
 * Returns the mean loss of a model over pairs, by predicted word and over the whole vocabulary, of
 * sentences that were held out for example. It keeps no gradients.
 *
 * @throws {IndexError} If an id is out of range.
 * @throws {RangeError} If there are no pairs, or the batch size is not a whole number from 1.
 * @throws {TypeError} If model, pairs or an option are of the wrong kind.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Cbow, makeCbowPairs, meanLoss } from "minimodel";
 *
 * const pairs = makeCbowPairs([0, 1, 2, 3, 0, 1, 2, 3], 1);
 * assertAlmostEquals(meanLoss(new Cbow(4, 8), pairs), Math.log(4));
 * ```
 */
export function meanLoss(
  model: Word2vecModel,
  pairs: WordPairs,
  options: MeanLossOptions = {},
): number {
  const doing = "take the mean loss";
  checkOptions(doing, options, meanLossNames);
  const { batchSize = 1024 } = options;
  checkWhole(doing, "batchSize", batchSize, 1);
  const kind = kindOf(doing, model);
  const all = new PairSet(doing, pairs, { kind, vocabSize: model.vocabSize });
  let [sum, count] = [0, 0];
  for (let start = 0; start < all.count; start += batchSize) {
    const length = Math.min(batchSize, all.count - start);
    const batch = all.at(Int32Array.from({ length }, (_, n) => start + n));
    sum += batch.predicted.length *
      scope(() => noGrad(() => lossOf(model, batch, {}).item()));
    count += batch.predicted.length;
  }
  return sum / count;
}
