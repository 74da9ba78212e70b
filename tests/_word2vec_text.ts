// A small text whose words follow each other by chance, and what tests of training have in common.

import {
  Cbow,
  createRandom,
  makeCbowBags,
  makeCbowPairs,
  SkipGram,
  type Word2vecModel,
  Word2vecTraining,
  type Word2vecTrainingOptions,
  type WordPairs,
} from "minimodel";

/** How many words the text has. */
export const vocabSize = 12;

/** Ids of a text in which most words are followed by the next one. */
export function textOf(length: number): Int32Array {
  const random = createRandom(3);
  let word = 0;
  return Int32Array.from({ length }, () => {
    word = random.uniform() < 0.8 ? (word + 1) % vocabSize : random.integer(vocabSize);
    return word;
  });
}

/** Pairs of 200 words, in rows of two words and in bags. */
export const rows: WordPairs = makeCbowPairs(textOf(200), 1);
/** The same text, in contexts of different lengths. */
export const bags: WordPairs = makeCbowBags(textOf(200), 2, { starts: [0, 7, 50, 51, 120] });

/** A training that tests can stop: a model, its pairs and options. */
export interface Form {
  readonly make: () => Word2vecModel;
  readonly pairs: WordPairs;
  readonly options: Word2vecTrainingOptions;
}

/** Trainings of both models with every optimiser, with and without negatives. */
export const forms: Readonly<Record<string, Form>> = {
  "Cbow with Adam": {
    make: () => new Cbow(vocabSize, 6, { seed: 1 }),
    pairs: rows,
    options: { optimizer: "adam", seed: 5 },
  },
  "Cbow in float32 with AdamW and negatives": {
    make: () => new Cbow(vocabSize, 6, { seed: 1, dtype: "float32", combine: "sum" }),
    pairs: bags,
    options: { optimizer: "adamw", negatives: 3, seed: 6 },
  },
  "SkipGram with Sgd and momentum": {
    make: () => new SkipGram(vocabSize, 6, { seed: 1 }),
    pairs: rows,
    options: { optimizer: "sgd", momentum: 0.5, lr: 0.2, seed: 7 },
  },
  "SkipGram with Adagrad and negatives": {
    make: () => new SkipGram(vocabSize, 6, { seed: 1, bias: true }),
    pairs: bags,
    options: { optimizer: "adagrad", negatives: 2, seed: 8 },
  },
};

/** Begins a training of four epochs, of five mini-batches each at most. */
export function begin({ make, pairs, options }: Form): Word2vecTraining {
  return new Word2vecTraining(make(), pairs, { epochs: 4, batchSize: 50, ...options });
}

/** Runs a training to its end. */
export function finish(training: Word2vecTraining): Word2vecTraining {
  for (const _ of training.run());
  return training;
}

/** The files of a checkpoint called "run", by name. */
export function filesIn(folder: string): Record<string, Uint8Array> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readFileSync(`${folder}/${name}`)]));
}

/** Calls a function with a new folder, and removes that. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "minimodel-word2vec-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
