// What is known of a word besides its spelling.

import { describe, quoted } from "../check/describe.ts";
import { checkObject, checkOptions, type OptionNames } from "../check/options.ts";

/** What is known of a word besides its count; null for what is not known or does not apply. */
export interface WordLabels {
  /** Its language, such as "en". */
  readonly language: string | null;
  /** The form under which a dictionary of its language has it, such as "cantar" for "cantó". */
  readonly lemma: string | null;
  /** What verb it is a form of, under one name in all languages, such as "sing" for "cantó". */
  readonly verb: string | null;
  /** The tense of a verb's form, such as "past". */
  readonly tense: string | null;
  /** The person of a verb's form, 1, 2 or 3; null also if the form serves for several. */
  readonly person: number | null;
}

/** A word of a vocabulary. */
export interface VocabularyEntry extends WordLabels {
  /** Its row in a table. */
  readonly id: number;
  /** The word as it is written. */
  readonly word: string;
  /** How often the text has it. */
  readonly count: number;
}

/** A word without its id. */
export type CountedWord = Omit<VocabularyEntry, "id">;

const names: OptionNames<WordLabels> = {
  language: ["lang"],
  lemma: ["stem"],
  verb: ["meaning"],
  tense: [],
  person: [],
};

/** The names of labels. */
export const labelNames = Object.keys(names) as readonly (keyof WordLabels)[];

/** What the value of a label must be. */
export function wantedLabel(name: keyof WordLabels): string {
  return `${name === "person" ? "1, 2, 3" : "a string"} or null`;
}

/** Whether a value may stand for a label. */
export function isLabel(name: keyof WordLabels, value: unknown): boolean {
  if (value === null) return true;
  return name === "person" ? value === 1 || value === 2 || value === 3 : typeof value === "string";
}

/** Returns all labels of a word; those that are not given are null. */
export function takeLabels(doing: string, word: string, given: unknown = {}): WordLabels {
  checkObject(doing, `the labels of ${quoted(word)}`, given);
  const labels = given as Partial<WordLabels>;
  checkOptions(doing, labels, names);
  const taken = labelNames.map((name): [string, unknown] => {
    const value = labels[name] ?? null;
    if (isLabel(name, value)) return [name, value];
    throw new TypeError(
      `Cannot ${doing}: ${name} of ${quoted(word)} must be ${wantedLabel(name)}, got ${
        describe(value)
      }`,
    );
  });
  return Object.fromEntries(taken) as unknown as WordLabels;
}
