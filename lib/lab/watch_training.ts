// A progress bar around a training: loss, words per second and time left.

import { checkOptions, type OptionNames } from "../check/options.ts";
import type { TrainingStep, Word2vecTraining } from "../word2vec/training.ts";
import type { LiveOutput } from "./display.ts";
import { progress } from "./progress.ts";

/** Options of {@linkcode watchTraining}. */
export interface WatchOptions {
  /** Milliseconds between two redraws; 100 by default. */
  readonly interval?: number;
  /** The clock in milliseconds; `performance.now` by default. */
  readonly now?: () => number;
  /** Where the bar is written outside a notebook; standard output by default. */
  readonly output?: LiveOutput;
}

const watchNames: OptionNames<WatchOptions> = {
  interval: ["mininterval"],
  now: [],
  output: ["file"],
};

/**
 * Runs a training with a bar that shows the mini-batches, the time left, the loss and how many words
 * are trained on in a second. The finished bar has no times, so that a notebook has the same output
 * each time it runs.
 *
 * Like {@linkcode progress} it awaits nothing, so that a notebook's Stop button ends it. The model
 * then has the numbers of the last finished epoch.
 *
 * @throws {RangeError} If a loss is not finite, as with too large a learning rate.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cbow, makeCbowPairs, Word2vecTraining } from "minimodel";
 * import { watchTraining } from "minimodel/lab";
 *
 * const pairs = makeCbowPairs([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], 1);
 * const training = new Word2vecTraining(new Cbow(5, 8), pairs, { epochs: 2 });
 * let steps = 0;
 * for (const _ of watchTraining(training)) steps++;
 * assertEquals([steps, training.losses.length], [2, 2]);
 * ```
 */
export function* watchTraining(
  training: Word2vecTraining,
  options: WatchOptions = {},
): Generator<TrainingStep, void, void> {
  checkOptions("watch a training", options, watchNames);
  const { interval, now = () => performance.now(), output } = options;
  const finished = training.losses.length;
  const label = finished === 0 ? "" : `From epoch ${finished + 1}`;
  const started = now();
  let step: TrainingStep | undefined;
  // The bar is drawn for the last time when the loop is left, at its end or from its body.
  let isLast = false;
  const note = () => {
    if (step === undefined) return "";
    const loss = `loss ${step.meanLoss.toFixed(3)}`;
    if (isLast) return `epoch ${step.epoch}  ${loss}`;
    // Short, since a terminal of 80 columns shows no more.
    const rate = 1000 * step.words / Math.max(now() - started, 1);
    return `${loss}  ${rate < 1000 ? Math.round(rate) : `${Math.round(rate / 1000)}k`} words/s`;
  };
  const total = Math.max(training.epochs - finished, 0) * training.batches;
  const run = training.run();
  for (const done of progress(total, { label, note, interval, now, output })) {
    const { value } = run.next();
    if (value === undefined) return;
    step = value;
    isLast = true;
    yield step;
    isLast = done + 1 === total;
  }
}
