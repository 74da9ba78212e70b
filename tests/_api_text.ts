// What the functions of text are called with.

import { makeCbowBags, makeCbowPairs, Vocabulary } from "minimodel";
import type { Permit, Slot } from "./_api_harness.ts";
import { flag, list, options, self, slot } from "./_api_slots.ts";

type Calls = Record<string, readonly [slots: readonly Slot[], ...may: Permit[]]>;

const tokens = list(() => 1, () => [1, 2, 3, 4, 5, 1], () => new Int32Array([1, 2, 3, 2, 1]));
const window = slot(() => 1, () => 2);
const starts = options([() => undefined], {
  starts: list(() => 0, () => [0, 3], () => new Int32Array([0, 0, 2])),
});
const windows: readonly Slot[] = [tokens, window, starts];

const words = list(() => "a", () => ["a", "b", "a"], () => new Set(["a", "b"]));
const sentences = list(() => ["a"], () => [["a", "b"], [], ["b"]]);
const vocabulary = () => Vocabulary.fromTokens(["a", "b", "a"]);
const selfVocabulary = self(
  vocabulary,
  () => Vocabulary.fromTokens([]),
  () => Vocabulary.fromTokens(["cantó"], { labels: new Map([["cantó", { language: "es" }]]) }),
);
const unknown = options([() => undefined], { unknown: slot(() => "skip", () => "refuse") });

/** Text, its words and their windows. */
export const textCalls: Calls = {
  makeCbowPairs: [windows],
  makeCbowBags: [windows],
  makeSkipGramPairs: [windows],
  unigramEntropy: [[tokens]],
  conditionalEntropy: [[
    options(
      [() => makeCbowPairs([1, 2, 3, 2, 1]), () => makeCbowBags([1, 2, 3, 2, 1])],
      {
        contexts: list(() => [1, 2], () => [[1, 2], [3, 1]], () => makeCbowBags([1, 2]).contexts),
        centers: list(() => 1, () => [3, 0], () => new Int32Array([1, 2])),
      },
      () => ({ contexts: [[1, 2], [2, 1]], centers: [3, 4] }),
    ),
    options([() => undefined], { ordered: flag }),
  ]],
  makeVerbCorpus: [[options([() => undefined], { seed: slot(() => 7) })]],
  verbForms: [[]],
  tokenize: [[slot(() => "Ella cantó", () => "")]],
  Vocabulary: [[slot(() => [{ word: "a", count: 1 }])], "refuse"],
  "Vocabulary.fromTokens": [[
    words,
    options([() => undefined], {
      minCount: slot(() => 2),
      labels: slot(
        () => new Map([["a", { person: 3 }]]),
        () => new Map([["a", { person: 4 }]]),
        () => new Map([["a", 1]]),
      ),
    }),
  ]],
  "Vocabulary.fromJSON": [[
    slot(() => vocabulary().toJSON(), () => JSON.stringify(vocabulary())),
  ]],
  "Vocabulary#has": [[selfVocabulary, slot(() => "a")]],
  "Vocabulary#id": [[selfVocabulary, slot(() => "a")]],
  "Vocabulary#entry": [[selfVocabulary, slot(() => 0)]],
  "Vocabulary#entries": [[selfVocabulary]],
  "Vocabulary#encode": [[selfVocabulary, words, unknown]],
  "Vocabulary#encodeSentences": [[selfVocabulary, sentences, unknown]],
  "Vocabulary#decode": [[selfVocabulary, list(() => 0, () => [1, 0], () => new Int32Array([1]))]],
  "Vocabulary#toJSON": [[selfVocabulary]],
};
