// The text that `deno task train` trains on: the verb grammar, or a file of one's own.

import {
  makeCbowPairs,
  makeVerbCorpus,
  readSentences,
  Vocabulary,
  type WordPairs,
} from "minimodel";
import { SetupError } from "./_cli.ts";
import type { TrainConfig } from "./_train_options.ts";

/** A text as a training takes it. */
export interface TrainText {
  readonly vocabulary: Vocabulary;
  readonly pairs: WordPairs;
}

/** Reads the text; a vocabulary that is given is not counted anew. */
export function readText(config: TrainConfig, known?: Vocabulary): TrainText {
  const { corpus, window, minCount } = config;
  const verbs = corpus === null ? makeVerbCorpus({ seed: config.seed }) : undefined;
  const sentences = () => corpus === null ? verbs?.sentences ?? [] : readSentences(corpus);
  const labels = verbs?.labels;
  const vocabulary = known ?? Vocabulary.fromTokens(wordsIn(sentences()), { minCount, labels });
  const { tokens, starts } = vocabulary.encodeSentences(sentences(), { unknown: "skip" });
  const pairs = makeCbowPairs(tokens, window, { starts });
  if (pairs.centers.length === 0) {
    throw new SetupError(
      `Cannot train on ${corpus ?? "the verb grammar"}: no sentence has ${2 * window + 1} words, ` +
        `which a window of ${window} takes`,
    );
  }
  return { vocabulary, pairs };
}

function* wordsIn(sentences: Iterable<readonly string[]>): Generator<string> {
  for (const sentence of sentences) yield* sentence;
}
