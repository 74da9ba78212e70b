// The words of a table, and their labels.

import { describe, quoted } from "../check/describe.ts";

/** What is known of each word: by the label's name, one text per word. */
export type Labels = Readonly<Record<string, readonly string[]>>;

/** Names that files give to the words and the vectors themselves. */
const taken: readonly string[] = ["word", "vector"];

/** Returns a copy of words that are all different, and the id of each. */
export function checkWords(
  doing: string,
  words: unknown,
): { words: readonly string[]; ids: ReadonlyMap<string, number> } {
  if (!Array.isArray(words)) {
    throw new TypeError(`Cannot ${doing}: words must be an array of texts, got ${describe(words)}`);
  }
  const ids = new Map<string, number>();
  for (const [id, word] of words.entries()) {
    checkText(doing, `word ${id}`, word);
    const before = ids.get(word);
    if (before !== undefined) {
      throw new TypeError(
        `Cannot ${doing}: each word must occur once, got ${
          quoted(word)
        } as words ${before} and ${id}`,
      );
    }
    ids.set(word, id);
  }
  return { words: Object.freeze([...words]), ids };
}

/** Returns a copy of labels that have one text for each of `count` words. */
export function checkLabels(doing: string, labels: unknown, count: number): Labels {
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) {
    throw new TypeError(
      `Cannot ${doing}: labels must be an object with one array of texts per label, got ${
        describe(labels)
      }`,
    );
  }
  const own: [string, readonly string[]][] = [];
  for (const [name, values] of Object.entries(labels)) {
    if (name === "" || taken.includes(name)) {
      throw new TypeError(`Cannot ${doing}: a label must not have the name ${quoted(name)}`);
    }
    if (!Array.isArray(values) || values.length !== count) {
      throw new TypeError(
        `Cannot ${doing}: label ${
          quoted(name)
        } must be an array of ${count} texts, one per word, got ${
          Array.isArray(values) ? values.length : describe(values)
        }`,
      );
    }
    for (const [id, value] of values.entries()) {
      checkText(doing, `label ${quoted(name)} of word ${id}`, value);
    }
    own.push([name, Object.freeze([...values])]);
  }
  return Object.freeze(Object.fromEntries(own));
}

function checkText(doing: string, what: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw new TypeError(`Cannot ${doing}: ${what} must be text, got ${describe(value)}`);
}
