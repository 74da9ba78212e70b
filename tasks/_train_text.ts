// The text that `deno task train` trains on: the verb grammar, or a file of one's own.

import { makeCbowPairs, Vocabulary, type WordPairs } from "minimodel";
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
  const sentences = () => corpus === null ? verbSentences(config.seed) : sentencesIn(corpus);
  const vocabulary = known ?? Vocabulary.fromTokens(wordsIn(sentences()), { minCount });
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

function verbSentences(_seed: number): string[][] {
  throw new SetupError("Cannot train on the verb grammar yet");
}

/** The words of each line of a file, which is read in parts. */
function* sentencesIn(path: string): Generator<string[]> {
  for (const line of linesIn(path)) {
    const words = line.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu);
    if (words !== null) yield words;
  }
}

function* linesIn(path: string): Generator<string> {
  using file = Deno.openSync(path);
  if (file.statSync().isDirectory) {
    throw new SetupError(`Cannot train on ${path}: it is a directory`);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const bytes = new Uint8Array(2 ** 16);
  let rest = "";
  for (let start = 0;;) {
    const count = file.readSync(bytes);
    try {
      rest += decoder.decode(bytes.subarray(0, count ?? 0), { stream: count !== null });
    } catch {
      throw new SetupError(
        `Cannot train on ${path}: it must be text in UTF-8, and has other bytes after byte ${start}`,
      );
    }
    const lines = rest.split("\n");
    rest = count === null ? "" : lines.pop() ?? "";
    yield* lines;
    if (count === null) return;
    start += count;
  }
}
