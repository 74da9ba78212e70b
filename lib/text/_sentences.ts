// The sentences of the verb grammar. In each, the verb has one noun of its company two words to its left and one
// right after it: too far apart to tell of each other in a window of two words, so that only the verb tells which
// they are. The pronoun and a word for the time stand where only the verb tells their person and tense.

import { companyOf } from "./_company.ts";
import type { Language, Person, Tense, VerbForm } from "./verbs.ts";

/** Which of two nouns, or words for a time, a sentence has: 0 or 1. */
export interface Choice {
  readonly place: number;
  readonly object: number;
  readonly time: number;
}

/** Words of one language. */
interface Frame {
  readonly start: string;
  readonly where: string;
  readonly who: readonly string[];
  /** Forms of "want", which an infinitive depends on. */
  readonly wants: readonly string[];
  readonly when: Readonly<Record<Tense, readonly [string, string]>>;
  readonly end: readonly [string, string];
  readonly name: string;
}

/** Both languages have their words in the same order. */
export const frames: Readonly<Record<Language, Frame>> = {
  en: {
    start: "here",
    where: "in",
    who: ["i", "you", "she"],
    wants: ["want", "want", "wants"],
    when: {
      infinitive: ["now", "today"],
      present: ["usually", "often"],
      past: ["yesterday", "last_night"],
      participle: ["already", "lately"],
      future: ["tomorrow", "soon"],
    },
    end: ["with", "friends"],
    name: "english",
  },
  es: {
    start: "aquí",
    where: "en",
    who: ["yo", "tú", "ella"],
    wants: ["quiero", "quieres", "quiere"],
    when: {
      infinitive: ["ahora", "hoy"],
      present: ["normalmente", "frecuentemente"],
      past: ["ayer", "anoche"],
      participle: ["ya", "últimamente"],
      future: ["mañana", "pronto"],
    },
    end: ["con", "amigos"],
    name: "spanish",
  },
};

/** All choices: the first half in one order of parity, the other half in the other. */
export function choicesOf(parity: number): Choice[] {
  const both = [0, 1];
  return both.flatMap((place) =>
    both.map((object) => ({ place, object, time: (place + object + parity) % 2 }))
  );
}

/**
 * "here in churches she sang songs yesterday with friends"; with an infinitive, "she here in churches wants to_sing
 * songs now with friends". In a sentence of the other language, the verb alone changes: "aquí en iglesias ella sang
 * canciones ayer con amigos".
 */
export function sentenceOf(
  { verb, tense, person, word }: VerbForm,
  language: Language,
  { place, object, time }: Choice,
): string[] {
  const frame = frames[language];
  const company = companyOf(verb, language);
  const who = of(frame.who, person);
  const where = [frame.start, frame.where, company.places[place] ?? ""];
  const [first, beforeVerb] = tense === "infinitive" ? [[who], of(frame.wants, person)] : [[], who];
  const when = frame.when[tense][time] ?? "";
  return [...first, ...where, beforeVerb, word, company.objects[object] ?? "", when, ...frame.end];
}

/** "sang is english in every country". */
export function namingOf({ word, language }: VerbForm): string[] {
  return [word, "is", frames[language].name, "in", "every", "country"];
}

function of(words: readonly string[], person: Person): string {
  return words[person - 1] ?? "";
}
