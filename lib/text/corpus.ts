// A small bilingual text about verbs, correct by construction: every sentence is made by a grammar.

import { createHash } from "node:crypto";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { createRandom, type Random } from "../nn/random.ts";
import { companyOf } from "./_company.ts";
import { choicesOf, frames, namingOf, sentenceOf } from "./_sentences.ts";
import type { WordLabels } from "./labels.ts";
import { type Language, type Person, type Tense, type VerbForm, verbForms } from "./verbs.ts";

/** Options of {@linkcode makeVerbCorpus}. */
export interface VerbCorpusOptions {
  /** Seed of the order of sentences and of which are held out, in [0, 2^32); 0 by default. */
  readonly seed?: number;
}

/** How often a corpus has one cell of the grid. */
export interface CellCount {
  /** The English infinitive, which names the verb in both languages. */
  readonly verb: string;
  /** The tense. */
  readonly tense: Tense;
  /** The person of the sentences. */
  readonly person: Person;
  /** The language of the form. */
  readonly language: Language;
  /** The form, as a word of the corpus. */
  readonly word: string;
  /** How many sentences are about it. */
  readonly count: number;
}

/** What a corpus is. */
export interface VerbCorpusManifest {
  /** The seed. */
  readonly seed: number;
  /** How many sentences there are. */
  readonly sentences: number;
  /** How many words they have together. */
  readonly tokens: number;
  /** How many sentences are held out. */
  readonly heldOut: number;
  /** SHA-256 of the sentences, one per line, words between single spaces, in UTF-8. */
  readonly sha256: string;
  /** The 600 cells of the grid. */
  readonly cells: readonly CellCount[];
}

/** A corpus of the verb grammar. */
export interface VerbCorpus {
  /** The sentences to train on, as words. */
  readonly sentences: readonly (readonly string[])[];
  /** Sentences of the same grammar that are not among them. */
  readonly heldOut: readonly (readonly string[])[];
  /** What is known of each word. */
  readonly labels: ReadonlyMap<string, WordLabels>;
  /** What it consists of. */
  readonly manifest: VerbCorpusManifest;
}

const optionNames: OptionNames<VerbCorpusOptions> = { seed: ["randomState"] };
const languages: readonly Language[] = ["en", "es"];

/** One of so many sentences that could be held out is. */
const oneIn = 8;

/**
 * Makes a text about 20 verbs in 5 tenses, 3 persons and 2 languages, in which each verb has a
 * company of its own, objects and places, and each tense its own words for the time. For each of
 * the 600 forms it has
 *
 * - four sentences of the form's language:
 *   "here in churches she sang songs yesterday with friends";
 * - four of the other language, in which only the verb is of its own, as people say who live with
 *   two: "aquí en iglesias ella sang canciones ayer con amigos";
 * - one that names the language: "sang is english in every country".
 *
 * Sentences of the first two kinds have one of two places, of two objects and of two words for the
 * time. Of the eight combinations, four are in the text, such that any two of the choices are
 * independent; of the other four, an eighth is held out. What a language says in two words, such as
 * "will sing", "has sung" and "ha cantado", is one word, and no spelling has two meanings: a word
 * has one language, one verb and one tense. Only English forms may serve for several persons.
 *
 * @throws {RangeError} If the seed is not a whole number in [0, 2^32).
 * @throws {TypeError} If there is an unknown option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeVerbCorpus, Vocabulary } from "minimodel";
 *
 * const { sentences, labels, manifest } = makeVerbCorpus({ seed: 7 });
 * assertEquals(manifest.sentences, 5400);
 * assertEquals(manifest.cells.map(({ count }) => count), new Array(600).fill(9));
 *
 * const vocabulary = Vocabulary.fromTokens(sentences.flat(), { labels });
 * const { language, lemma, tense, person } = vocabulary.entry(vocabulary.id("cantó"));
 * assertEquals([language, lemma, tense, person], ["es", "cantar", "past", 3]);
 * ```
 */
export function makeVerbCorpus(options: VerbCorpusOptions = {}): VerbCorpus {
  checkOptions("make a verb corpus", options, optionNames);
  const { seed = 0 } = options;
  const random = createRandom(seed);
  const forms = verbForms();
  const sentences: string[][] = [];
  const others: string[][] = [];
  // Both forms of a pair have the same choices: which language a verb is of then does not follow
  // from them, and a model has nothing to learn by heart.
  const parities = forms.filter(({ language }) => language === "en").map(() => random.integer(2));
  const counts = forms.map((form, n) => {
    const before = sentences.length;
    const parity = parities[Math.floor(n / 2)] ?? 0;
    for (const language of languages) {
      for (const choice of choicesOf(parity)) sentences.push(sentenceOf(form, language, choice));
      for (const choice of choicesOf(1 - parity)) others.push(sentenceOf(form, language, choice));
    }
    sentences.push(namingOf(form));
    return sentences.length - before;
  });
  shuffle(sentences, random);
  shuffle(others, random);
  const heldOut = others.slice(0, others.length / oneIn);
  const text = sentences.map((words) => `${words.join(" ")}\n`).join("");
  return {
    sentences,
    heldOut,
    labels: labelsOf(forms),
    manifest: {
      seed,
      sentences: sentences.length,
      tokens: sentences.reduce((sum, { length }) => sum + length, 0),
      heldOut: heldOut.length,
      sha256: createHash("sha256").update(text).digest("hex"),
      cells: forms.map(({ verb, tense, person, language, word }, n) => {
        return { verb, tense, person, language, word, count: counts[n] ?? 0 };
      }),
    },
  };
}

/** Puts a list into a random order (Fisher and Yates). */
function shuffle(list: unknown[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}

/** What is known of every word of the grammar. */
function labelsOf(forms: readonly VerbForm[]): Map<string, WordLabels> {
  const labels = new Map<string, WordLabels>();
  const add = (words: readonly string[], language: Language) => {
    const unknown = { lemma: null, verb: null, tense: null, person: null };
    for (const word of words) labels.set(word, { language, ...unknown });
  };
  add(["is", "english", "spanish", "every", "country"], "en");
  for (const language of languages) {
    const { start, where, who, wants, when, end } = frames[language];
    add([start, where, ...who, ...wants, ...Object.values(when).flat(), ...end], language);
    for (const { verb } of forms) {
      const { objects, places } = companyOf(verb, language);
      add([...objects, ...places], language);
    }
  }
  for (const { language, lemma, verb, tense, person, word } of forms) {
    const isShared = labels.has(word); // by another person, in order of the grid
    labels.set(word, { language, lemma, verb, tense, person: isShared ? null : person });
  }
  return labels;
}
