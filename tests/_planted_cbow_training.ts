// Wrong answers to Tasks 3 and 4 of Lab 01, with one mistake each.

import { crossEntropy, logSoftmax, softmax, takeAlongAxis, type Tensor, tensor } from "minimodel";
import type { LossOf, TrainEpoch, WordWindow } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

/** Scores of the centers alone. */
const picked = (x: Tensor, centers: number[]) =>
  takeAlongAxis(x, centers.map((center) => [center]), 1);

/** The answer to Task 3 in the notebook. */
export const lossOf: LossOf = (logits, centers) =>
  picked(logSoftmax(logits, { axis: 1 }), centers).mean().neg();

const two = "Given logits = [ [ 2, 0 ] ], centers = [ 1 ], expected 2.1269280110429727, got ";

/** Task 3. */
export const losses: readonly Planted<LossOf>[] = [
  {
    mistake: "no minus",
    answer: (logits, centers) => lossOf(logits, centers).neg(),
    check: "Loss",
    says: [`${two}-2.1269280110429727`],
    hint: "The sign is turned",
  },
  {
    mistake: "the sum",
    answer: (logits, centers) => crossEntropy(logits, centers, { reduction: "sum" }),
    check: "Loss",
    says: ["logits = [ [ 2, 0 ], [ 0, 0 ] ]"],
    hint: "take their mean",
  },
  {
    mistake: "a loss for each center",
    answer: (logits, centers) => crossEntropy(logits, centers, { reduction: "none" }),
    check: "Loss",
    says: ["logits = [ [ 2, 0 ], [ 0, 0 ] ]", "expected a loss of shape [], got shape [2]"],
    hint: "take their mean",
  },
  {
    mistake: "softmax taken twice",
    answer: (logits, centers) => crossEntropy(softmax(logits, { axis: 1 }), centers),
    check: "Loss",
    says: ["logits = [ [ 2, 0 ] ], centers = [ 1 ]"],
    hint: "Softmax was taken twice",
  },
  {
    mistake: "log of softmax",
    answer: (logits, centers) => picked(softmax(logits, { axis: 1 }).log(), centers).mean().neg(),
    check: "Loss",
    says: ["logits = [ [ 1000, 0 ] ], centers = [ 1 ], expected 1000, got Infinity"],
    hint: "logSoftmax does both at once",
  },
  {
    mistake: "the mean of all entries",
    answer: (logits) => logSoftmax(logits, { axis: 1 }).mean().neg(),
    check: "Loss",
    says: ["logits = [ [ 2, 0 ] ]"],
    hint: "only that of each center counts",
  },
  {
    mistake: "the probability itself",
    answer: (logits, centers) => picked(softmax(logits, { axis: 1 }), centers).mean(),
    check: "Loss",
    says: [`${two}0.119202922022117`],
    hint: "the loss is -log p",
  },
  {
    mistake: "a number",
    answer: (logits, centers) => wild(lossOf(logits, centers).item()),
    check: "Loss",
    says: ["expected a loss of shape [], got 2.1269280110429727"],
    hint: null,
  },
  {
    mistake: "a loss off the tape",
    answer: (logits, centers) => tensor(lossOf(logits, centers).item()),
    check: "Loss",
    says: ["centers = [ 1 ], steps = ", 'got { "logits.grad": null }'],
    hint: "Nothing flows back",
  },
];

/** What happens in a mini-batch. */
interface Step {
  readonly model: Parameters<TrainEpoch>[0];
  readonly optimizer: Parameters<TrainEpoch>[2]["optimizer"];
  readonly contexts: number[][];
  readonly centers: number[];
}

const contextsOf = (pairs: readonly WordWindow[]) => pairs.map(({ context }) => [...context]);
const centersOf = (pairs: readonly WordWindow[]) => pairs.map(({ center }) => center);

/** Makes an epoch of the step that it takes, and of how it puts mini-batches together. */
function epochOf(
  step: (given: Step) => number,
  { numbers = (order) => [order, order], full = false }: {
    readonly numbers?: (order: Int32Array) => [contexts: Int32Array, centers: Int32Array];
    readonly full?: boolean;
  } = {},
): TrainEpoch {
  return function* (model, pairs, { optimizer, order, batchSize }) {
    const [left, right] = numbers(order);
    for (let start = 0; start < order.length; start += batchSize) {
      const stop = start + batchSize;
      if (full && stop > order.length) return;
      const take = (ids: Int32Array) => Array.from(ids.subarray(start, stop), (n) => pairs[n]);
      yield step({
        ...{ model, optimizer },
        contexts: contextsOf(take(left)),
        centers: centersOf(take(right)),
      });
    }
  };
}

function rightStep({ model, optimizer, contexts, centers }: Step): number {
  const loss = model.loss(contexts, centers);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.item();
}

/** The right answer to Task 4. */
export const trainEpoch = epochOf(rightStep);

/** Another right one, which forgets the gradients after its step. */
export const trainEpochClean = epochOf((given) => {
  const loss = given.model.loss(given.contexts, given.centers);
  loss.backward();
  given.optimizer.step();
  given.optimizer.zeroGrad();
  return loss.item();
});

/** Task 4. */
export const epochs: readonly Planted<TrainEpoch>[] = [
  {
    mistake: "zeroGrad forgotten",
    answer: epochOf(({ model, optimizer, contexts, centers }) => {
      const loss = model.loss(contexts, centers);
      loss.backward();
      optimizer.step();
      return loss.item();
    }),
    check: "One step each",
    says: ["order = [ 1, 0 ], batchSize = 1", '"number at the end": -3 }', "-5 }"],
    hint: "optimizer.zeroGrad() each time",
  },
  {
    mistake: "zeroGrad between backward and step",
    answer: epochOf(({ model, optimizer, contexts, centers }) => {
      const loss = model.loss(contexts, centers);
      loss.backward();
      optimizer.zeroGrad();
      optimizer.step();
      return loss.item();
    }),
    check: "One step each",
    says: ["order = [ 0 ], batchSize = 1", '"number at the end": -1 }', '"number at the end": 0 }'],
    hint: "has not moved",
  },
  {
    mistake: "no step",
    answer: epochOf(({ model, contexts, centers }) => {
      const loss = model.loss(contexts, centers);
      loss.backward();
      return loss.item();
    }),
    check: "One step each",
    says: ["order = [ 0 ], batchSize = 1"],
    hint: "has not moved",
  },
  {
    mistake: "the step before backward",
    answer: epochOf(({ model, optimizer, contexts, centers }) => {
      const loss = model.loss(contexts, centers);
      optimizer.step();
      optimizer.zeroGrad();
      loss.backward();
      return loss.item();
    }),
    check: "One step each",
    says: ["order = [ 0 ], batchSize = 1"],
    hint: "has not moved",
  },
  {
    mistake: "contexts shuffled apart from centers",
    answer: epochOf(rightStep, { numbers: (order) => [order, order.toSorted()] }),
    check: "Pairs stay together",
    says: ["order = [ 1, 0 ], batchSize = 1", "{ context: [ 101, 201 ], center: 1 }"],
    hint: "with another pair's center",
  },
  {
    mistake: "pairs in the order of the text",
    answer: epochOf(rightStep, { numbers: (order) => [order.toSorted(), order.toSorted()] }),
    check: "Pairs stay together",
    says: ["order = [ 1, 0 ], batchSize = 1"],
    hint: "in the order of `order`",
  },
  {
    mistake: "the smaller last mini-batch left out",
    answer: epochOf(rightStep, { full: true }),
    check: "Pairs stay together",
    says: ["order = [ 2, 0, 1 ], batchSize = 2"],
    hint: "The last mini-batch is missing",
  },
  {
    mistake: "losses that are tensors",
    answer: epochOf((given) => wild(tensor(rightStep(given)))),
    check: "Pairs stay together",
    says: ["expected 1 losses, which are numbers, got a value of kind Tensor"],
    hint: "loss.item()",
  },
  {
    mistake: "a plain function",
    answer: wild(() => {}),
    check: "Pairs stay together",
    says: ["expected a loss for each mini-batch, one after the other, got undefined"],
    hint: "function*",
  },
  {
    mistake: "losses of after the step",
    answer: epochOf((given) => {
      rightStep(given);
      return given.model.loss([], given.centers).item();
    }),
    check: "Pairs stay together",
    says: ["order = [ 0 ], batchSize = 1"],
    hint: null,
  },
  {
    mistake: "a loss of nothing",
    answer: epochOf((given) => {
      rightStep(given);
      return 1;
    }),
    check: "One step each",
    says: ["order = [ 0 ], batchSize = 1", "expected { losses: [ 0 ] }, got { losses: [ 1 ] }"],
    hint: null,
  },
];
