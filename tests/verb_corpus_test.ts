// The corpus of the verb grammar: that it is what it says, the same each time, and open only where it means to be.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import {
  conditionalEntropy,
  makeCbowPairs,
  makeVerbCorpus,
  unigramEntropy,
  verbForms,
  Vocabulary,
} from "minimodel";

const corpus = makeVerbCorpus({ seed: 7 });
const asText = (sentences: readonly (readonly string[])[]) =>
  sentences.map((words) => `${words.join(" ")}\n`).join("");

/** The vocabulary and the pairs of a corpus, within its sentences. */
function windows(sentences: readonly (readonly string[])[], window = 2) {
  const vocabulary = Vocabulary.fromTokens(corpus.sentences.flat(), { labels: corpus.labels });
  const { tokens, starts } = vocabulary.encodeSentences(sentences);
  return { vocabulary, pairs: makeCbowPairs(tokens, window, { starts }) };
}

Deno.test("the corpus of a seed has the same bytes each time, and its hash is theirs", async () => {
  const text = asText(corpus.sentences);
  assertEquals(asText(makeVerbCorpus({ seed: 7 }).sentences), text);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  assertEquals(corpus.manifest.sha256, new Uint8Array(hash).toHex());
  assertEquals(
    corpus.manifest.sha256,
    "592f5a2d51501a18668580e0c0c4561c7bbef1b42a81714ce2f3bd7b93d8f7c5",
  );
  assertNotEquals(makeVerbCorpus().manifest.sha256, corpus.manifest.sha256);
});

Deno.test("every cell of the grid has nine sentences, as counted in the text", () => {
  const sentences = corpus.sentences.map((words) => new Set(words));
  const who = new Map([["i", 1], ["yo", 1], ["you", 2], ["tú", 2], ["she", 3], ["ella", 3]]);
  const found = new Map<string, number>();
  let naming = 0;
  for (const words of sentences) {
    const verb = [...words].find((word) => corpus.labels.get(word)?.tense);
    const person = [...words].map((word) => who.get(word)).find((each) => each !== undefined);
    if (person === undefined) naming++;
    else found.set(`${verb} ${person}`, (found.get(`${verb} ${person}`) ?? 0) + 1);
  }
  assertEquals(naming, 600);
  for (const { word, person, count } of corpus.manifest.cells) {
    assertEquals([word, person, found.get(`${word} ${person}`), count], [word, person, 8, 9]);
  }
  const { cells, sentences: count, tokens } = corpus.manifest;
  assertEquals(cells.length, 600);
  assertEquals(count, corpus.sentences.length);
  assertEquals(tokens, corpus.sentences.flat().length);
});

Deno.test("no spelling has two meanings: one language, one verb, one tense", () => {
  const meanings = new Map<string, Set<string>>();
  const add = (word: string, meaning: string) =>
    meanings.set(word, (meanings.get(word) ?? new Set()).add(meaning));
  for (const { word, verb, tense, language } of verbForms()) {
    add(word, [language, verb, tense].join(" "));
  }
  for (const words of corpus.sentences) {
    const isNaming = words.at(-1) === "country";
    const language = isNaming || words.includes("here") ? "en" : "es";
    const isInfinitive = words.length === 10;
    const place = isNaming ? 0 : isInfinitive ? 5 : 4;
    words.forEach((word, at) => at === place || add(word, language));
  }
  assertEquals([...meanings].filter(([, each]) => each.size > 1), []);
  for (const [word, { language, verb, tense }] of corpus.labels) {
    const labelled = verb === null ? `${language}` : [language, verb, tense].join(" ");
    assertEquals([word, ...meanings.get(word) ?? []], [word, labelled]);
  }
});

Deno.test("the company of a verb goes with no other verb", () => {
  const verbsOf = new Map<string, Set<string>>();
  for (const words of corpus.sentences) {
    const verb = words.map((word) => corpus.labels.get(word)?.verb).find((each) => each);
    for (const word of words) {
      verbsOf.set(word, (verbsOf.get(word) ?? new Set()).add(String(verb)));
    }
  }
  const alone = [...verbsOf].filter(([word, verbs]) => {
    return verbs.size === 1 && corpus.labels.get(word)?.verb === null;
  });
  assertEquals(alone.length, 20 * 2 * 4); // two objects and two places in each language
});

Deno.test("each word of the corpus has its labels", () => {
  const words = new Set(corpus.sentences.flat());
  assertEquals([...words].filter((word) => !corpus.labels.has(word)), []);
  assertEquals([...corpus.labels.keys()].filter((word) => !words.has(word)), []);
  const labels = (word: string) => corpus.labels.get(word);
  assertEquals(labels("cantó"), {
    ...{ language: "es", lemma: "cantar", verb: "sing", tense: "past", person: 3 },
  });
  assertEquals(labels("sing")?.person, null); // I sing, you sing
  assertEquals(labels("sings")?.person, 3);
  assertEquals(labels("has_sung")?.person, 3);
  assertEquals(labels("songs"), {
    ...{ language: "en", lemma: null, verb: null, tense: null, person: null },
  });
});

Deno.test("held-out sentences are of the grammar and not in the text, and none has a new word", () => {
  const seen = new Set(corpus.sentences.map((words) => words.join(" ")));
  assertEquals(corpus.heldOut.filter((words) => seen.has(words.join(" "))), []);
  assertEquals(corpus.heldOut.length, corpus.manifest.heldOut);
  assertEquals(corpus.heldOut.length, 600);
  assertEquals(corpus.heldOut.flat().filter((word) => !corpus.labels.has(word)), []);
});

Deno.test("what a window leaves open is what the grammar draws, and nothing can be learnt by heart", () => {
  const { vocabulary, pairs } = windows(corpus.sentences);
  assertEquals(vocabulary.size, 604);
  assertEquals(pairs.centers.length, 26_160);
  const floor = conditionalEntropy(pairs);
  // The order of a context's words tells nothing more.
  assertAlmostEquals(conditionalEntropy(pairs, { ordered: true }), floor, 1e-9);
  // Another seed leaves as much open: no sentence is there by chance.
  const other = makeVerbCorpus({ seed: 8 });
  assertAlmostEquals(conditionalEntropy(windows(other.sentences).pairs), floor, 1e-9);
  assert(unigramEntropy(pairs.centers) > 9 * floor);
  // By the noun after it, and by the one before it: one of two, wherever it is not known from elsewhere.
  const open = (word: string) => {
    const id = vocabulary.id(word);
    const at = [...pairs.centers.keys()].filter((n) => pairs.centers[n] === id);
    const contexts = at.map((n) => [...pairs.contexts.data.subarray(4 * n, 4 * n + 4)].sort());
    const alike = [...pairs.centers.keys()].filter((n) => {
      const context = [...pairs.contexts.data.subarray(4 * n, 4 * n + 4)].sort().join();
      return contexts.some((each) => each.join() === context);
    });
    return unigramEntropy(alike.map((n) => pairs.centers[n]));
  };
  assertAlmostEquals(open("songs"), Math.log(2), 1e-12);
  assertAlmostEquals(open("iglesias"), Math.log(2), 1e-12);
});

Deno.test("makeVerbCorpus refuses a seed that is none, and unknown options", () => {
  assertThrows(() => makeVerbCorpus({ seed: -1 }), RangeError, "seed -1");
  assertThrows(() => makeVerbCorpus({ sed: 1 } as never), TypeError, 'did you mean "seed"?');
});
