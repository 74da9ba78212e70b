// `deno task bench:epochs`: how long an epoch of training takes, for texts of three lengths, in one
// interleaved run. The time grows with the text alone if each window takes as long in all of them.

import { Cbow, createRandom, makeCbowPairs, SkipGram, Word2vecTraining } from "minimodel";
import { show, table, timeTogether } from "minimodel/lab";

// As many words as the verb grammar of Lab 01 has.
const [vocabSize, embeddingDim, window] = [604, 32, 2];
const lengths = [12_500, 25_000, 50_000];
const kinds = {
  "cbow": { Model: Cbow, negatives: 0 },
  "cbow, 5 negatives": { Model: Cbow, negatives: 5 },
  "skip-gram, 5 negatives": { Model: SkipGram, negatives: 5 },
};

const random = createRandom(0);
const text = Int32Array.from({ length: lengths[2] }, () => random.integer(vocabSize));
const cases = Object.entries(kinds).flatMap(([kind, { Model, negatives }]) =>
  lengths.map((length) => {
    const pairs = makeCbowPairs(text.subarray(0, length), window);
    const run = () => {
      const model = new Model(vocabSize, embeddingDim, { dtype: "float32", seed: 0 });
      const training = new Word2vecTraining(model, pairs, { epochs: 1, negatives, seed: 0 });
      for (const _ of training.run());
      return training.losses;
    };
    return { kind, windows: pairs.centers.length, run };
  })
);
const timings = timeTogether(cases.map(({ kind, run }) => ({ name: kind, run })), {
  rounds: 5,
  sampleMs: 0,
});
const rows = cases.map(({ kind, windows }, n) => {
  const { medianUs } = timings[n];
  const first = cases.findIndex((each) => each.kind === kind);
  const perWindow = medianUs / windows;
  return {
    training: kind,
    windows,
    epochMs: medianUs / 1000,
    usPerWindow: perWindow,
    ofTheShortest: perWindow / (timings[first].medianUs / cases[first].windows),
  };
});
await show(table(rows, { caption: "An epoch, V = 604, d = 32, window 2, float32" }));
