// A vocabulary as JSON: a list for each property, by id. Labels that no word has are left out.

import { describe, quoted } from "../check/describe.ts";
import { FormatError } from "../check/errors.ts";
import {
  type CountedWord,
  isLabel,
  labelNames,
  takeLabels,
  type VocabularyEntry,
  wantedLabel,
} from "./labels.ts";

/** A vocabulary as plain lists, by id; a label is left out if no word has it. */
export type VocabularyJson = {
  /** Always "minimodel-vocabulary". */
  readonly format: string;
  /** Version of the format, 1. */
  readonly version: number;
  /** The words. */
  readonly words: readonly string[];
  /** How often the text has each. */
  readonly counts: readonly number[];
  /** Their labels, by name. */
  readonly labels: { readonly [name: string]: readonly (string | number | null)[] };
};

const format = "minimodel-vocabulary";
const version = 1;

/** Writes words as lists. */
export function writeVocabulary(entries: readonly VocabularyEntry[]): VocabularyJson {
  const used = labelNames.filter((name) => entries.some((entry) => entry[name] !== null));
  return {
    format,
    version,
    words: entries.map(({ word }) => word),
    counts: entries.map(({ count }) => count),
    labels: Object.fromEntries(used.map((name) => [name, entries.map((entry) => entry[name])])),
  };
}

/** Reads what writeVocabulary wrote; throws FormatError if anything in it is off. */
export function readVocabulary(json: unknown): CountedWord[] {
  const fields = asObject("it", typeof json === "string" ? parsed(json) : json);
  const known = ["format", "version", "words", "counts", "labels"];
  for (const key of Object.keys(fields)) {
    if (!known.includes(key)) fail(`there is no key ${quoted(key)}; keys are ${known.join(", ")}`);
  }
  if (fields.format !== format) mustBe("format", quoted(format), fields.format);
  if (fields.version !== version) mustBe("version", String(version), fields.version);
  const words = wordsIn(fields.words);
  const counts = listIn("counts", fields.counts, words.length);
  counts.forEach((count, id) => {
    if (!Number.isSafeInteger(count) || Number(count) < 1) {
      mustBe(`counts[${id}]`, "a whole number from 1", count);
    }
  });
  const columns = labelColumns(fields.labels, words.length);
  return words.map((word, id) => {
    const labels = columns.map(([name, values]) => [name, values[id]]);
    const all = takeLabels("read a vocabulary", word, Object.fromEntries(labels));
    return { word, count: Number(counts[id]), ...all };
  });
}

function wordsIn(value: unknown): string[] {
  if (!Array.isArray(value)) mustBe("words", "a list", value);
  const seen = new Map<string, number>();
  for (const [id, word] of value.entries()) {
    if (typeof word !== "string") mustBe(`words[${id}]`, "a string", word);
    const before = seen.get(word);
    if (before !== undefined) fail(`words[${id}] is ${quoted(word)}, as words[${before}] is`);
    seen.set(word, id);
  }
  return [...seen.keys()];
}

function labelColumns(value: unknown, length: number): [string, readonly unknown[]][] {
  return Object.entries(asObject("labels", value)).map(([name, list]) => {
    const label = labelNames.find((each) => each === name);
    if (label === undefined) {
      fail(`there is no label ${quoted(name)}; labels are ${labelNames.join(", ")}`);
    }
    const values = listIn(`labels.${name}`, list, length);
    values.forEach((each, id) => {
      if (!isLabel(label, each)) {
        mustBe(`labels.${name}[${id}]`, wantedLabel(label), each);
      }
    });
    return [name, values];
  });
}

function listIn(place: string, value: unknown, length: number): readonly unknown[] {
  if (!Array.isArray(value)) mustBe(place, "a list", value);
  if (value.length === length) return value;
  return fail(`${place} must have one item per word, ${length}, got ${value.length}`);
}

function asObject(place: string, value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Record<string, unknown> : mustBe(place, "an object", value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail("the text is not JSON");
  }
}

function mustBe(place: string, wanted: string, value: unknown): never {
  fail(`${place} must be ${wanted}, got ${describe(value)}`);
}

function fail(detail: string): never {
  throw new FormatError(`Cannot read a vocabulary: ${detail}`);
}
