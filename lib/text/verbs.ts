// Twenty verbs in English and Spanish, and all of their forms.

import { englishForms, type Forms, isRegular, spanishForms } from "./_conjugation.ts";

/** A language of the verb grammar: English or Spanish. */
export type Language = "en" | "es";

/** A tense of the verb grammar. */
export type Tense = "infinitive" | "present" | "past" | "participle" | "future";

/** A person, in the singular: I, you, she. */
export type Person = 1 | 2 | 3;

/** One form of a verb: a cell of the grid of verbs, tenses, persons and languages. */
export interface VerbForm {
  /** The English infinitive, which names the verb in both languages. */
  readonly verb: string;
  /** The language of the form. */
  readonly language: Language;
  /** The infinitive in that language. */
  readonly lemma: string;
  /** The tense. */
  readonly tense: Tense;
  /** The person; infinitives and participles are the same for all three. */
  readonly person: Person;
  /** The form alone: "sung", "cantado"; the English future has two words, "will sing". */
  readonly form: string;
  /**
   * The word that a text of the grammar has for it: the form with what it needs to be of its tense,
   * as one word: "to_sing", "cantar", "has_sung", "ha_cantado", "will_sing".
   */
  readonly word: string;
}

/** A verb in both languages. */
export interface Verb {
  /** The English infinitive. */
  readonly en: string;
  /** The Spanish infinitive. */
  readonly es: string;
  /** Whether the rules give all its forms in English. */
  readonly isRegularInEnglish: boolean;
  /** Whether the rules give all its forms in Spanish. */
  readonly isRegularInSpanish: boolean;
}

/** The tenses, in the order of the grid. */
export const tenses: readonly Tense[] = Object.freeze([
  "infinitive",
  "present",
  "past",
  "participle",
  "future",
]);

/** The persons, in the order of the grid. */
export const persons: readonly Person[] = Object.freeze([1, 2, 3]);

const pairs =
  "dance bailar, cook cocinar, paint pintar, wash lavar, study estudiar, plan planear, " +
  "open abrir, receive recibir, play tocar, fix arreglar, collect recoger, order pedir, " +
  "sing cantar, write escribir, eat comer, drink beber, sell vender, build construir, " +
  "make hacer, drive conducir";

/**
 * The verbs of the grammar, twelve that are regular in English and then eight that are not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { verbs } from "minimodel";
 *
 * assertEquals(verbs.length, 20);
 * assertEquals(verbs.filter(({ isRegularInEnglish }) => isRegularInEnglish).length, 12);
 * assertEquals(verbs.find(({ en }) => en === "sing")?.es, "cantar");
 * ```
 */
export const verbs: readonly Verb[] = Object.freeze(
  pairs.split(", ").map((pair) => {
    const [en = "", es = ""] = pair.split(" ");
    return Object.freeze({
      en,
      es,
      isRegularInEnglish: isRegular(en),
      isRegularInSpanish: isRegular(es),
    });
  }),
);

/**
 * Returns the 600 forms of the grid: 20 verbs, 5 tenses, 3 persons, 2 languages, each English form
 * before its Spanish counterpart.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { verbForms } from "minimodel";
 *
 * const cell = verbForms().filter(({ verb, tense, person }) =>
 *   verb === "sing" && tense === "past" && person === 3
 * );
 * assertEquals(cell.map(({ language, word }) => [language, word]), [["en", "sang"], ["es", "cantó"]]);
 * ```
 */
export function verbForms(): VerbForm[] {
  return verbs.flatMap(({ en, es }) => {
    const forms = { en: englishForms(en), es: spanishForms(es) };
    return tenses.flatMap((tense) =>
      persons.flatMap((person) =>
        (["en", "es"] as const).map((language): VerbForm => {
          const lemma = language === "en" ? en : es;
          const form = formOf(forms[language], lemma, { tense, person });
          const word = wordOf(form, { language, tense, person });
          return { verb: en, language, lemma, tense, person, form, word };
        })
      )
    );
  });
}

interface Cell {
  readonly tense: Tense;
  readonly person: Person;
}

function formOf(forms: Forms, lemma: string, { tense, person }: Cell): string {
  if (tense === "infinitive") return lemma;
  if (tense === "participle") return forms.participle;
  return forms[tense][person - 1] ?? "";
}

/** What stands before a participle, by person. */
const auxiliaries = { en: ["have", "have", "has"], es: ["he", "has", "ha"] };

function wordOf(
  form: string,
  { language, tense, person }: Cell & { readonly language: Language },
): string {
  if (tense === "participle") return `${auxiliaries[language][person - 1]}_${form}`;
  if (tense === "infinitive" && language === "en") return `to_${form}`;
  return form.replace(" ", "_");
}
