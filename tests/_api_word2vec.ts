// What the models of words and their training are called with.

import { Cbow, SkipGram, Word2vecTraining } from "minimodel";
import type { Permit, Slot } from "./_api_harness.ts";
import { dtype, flag, list, options, self, size, slot } from "./_api_slots.ts";

type Calls = Record<string, readonly [slots: readonly Slot[], ...may: Permit[]]>;

const rows = () => [[1, 2], [3, 1]];
const contexts: Slot = list(
  () => [1, 2],
  rows,
  () => ({ data: new Int32Array([1, 2, 3, 1]), shape: [2, 2] }),
  () => ({ data: [1, 2, 3], offsets: [0, 2] }),
  () => ({ data: [1, 2, 3], offsets: [0, 4] }),
  () => [[1, 2], [3]],
  () => [[4, 1], [1, 2]],
);
const centers: Slot = list(() => 1, () => [3, 0], () => new Int32Array([1, 2]), () => [1, 4]);
const loss = options([() => undefined], {
  negatives: list(() => [1, 2], () => [[1, 2], [3, 0]], () => [[1], [0]]),
});
const modelFields = { bias: flag, seed: slot(() => 7), dtype };
const selfCbow = self(
  () => new Cbow(4, 2),
  () => new Cbow(4, 600, { combine: "sum", bias: false, dtype: "float32" }),
);
const selfSkipGram = self(
  () => new SkipGram(4, 2),
  () => new SkipGram(4, 600, { bias: true, dtype: "float32" }),
);
const pairs = options([], { contexts, centers }, () => ({ contexts: [[1, 2]], centers: [3] }));
const model = slot(() => new Cbow(4, 2), () => new SkipGram(4, 2, { dtype: "float32" }));
const metadata = list(() => 1, () => ({ words: ["a"] }), () => undefined);

/** A training of two epochs. */
const training = () =>
  new Word2vecTraining(new Cbow(4, 2), { contexts: [[1, 2]], centers: [3] }, { epochs: 2 });

/** Models and their training. */
export const word2vecCalls: Calls = {
  Cbow: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], {
      ...modelFields,
      combine: slot(() => "sum", () => "mean"),
    }),
  ]],
  "Cbow#forward": [[selfCbow, contexts]],
  "Cbow#loss": [[selfCbow, contexts, centers, loss]],
  SkipGram: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], modelFields),
  ]],
  "SkipGram#forward": [[selfSkipGram, centers]],
  "SkipGram#loss": [[selfSkipGram, centers, contexts, loss]],
  Word2vecTraining: [[
    model,
    pairs,
    options([() => undefined], {
      epochs: slot(() => 2),
      batchSize: slot(() => 2),
      optimizer: slot(() => "adam", () => "sgd"),
      lr: slot(() => 0.1),
      momentum: slot(() => 0.5),
      negatives: slot(() => 2),
      power: slot(() => 0.5),
      seed: slot(() => 7),
      metadata,
    }),
  ]],
  "Word2vecTraining#run": [[self(training)]],
  meanLoss: [[model, pairs, options([() => undefined], { batchSize: slot(() => 2) })]],
};

/** Those that read and write files, at paths of a slot. */
export function word2vecFileCalls(path: Slot): Calls {
  const saved = options([() => undefined], { metadata });
  return {
    "Cbow#save": [[selfCbow, path, saved], "files"],
    "Cbow.load": [[path], "files"],
    "SkipGram#save": [[selfSkipGram, path, saved], "files"],
    "SkipGram.load": [[path], "files"],
    "Word2vecTraining#save": [[self(training), path], "files"],
    "Word2vecTraining.resume": [[path, pairs], "files"],
  };
}
