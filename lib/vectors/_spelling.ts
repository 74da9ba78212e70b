// Words for an error message about one that is not there.

import { editDistance, plainSpelling } from "../check/options.ts";

/** Computing the distance to a longer word would take long, and it is no typing error. */
const longest = 60;

/** The words that are spelt most like one that is not among them, the nearest first; at most `most`. */
export function nearestSpellings(word: string, words: readonly string[], most: number): string[] {
  if (word.length > longest) return [];
  const plain = plainSpelling(word);
  const found: { word: string; distance: number }[] = [];
  for (const each of words) {
    const limit = Math.min(Math.ceil(each.length / 3), found[most - 1]?.distance ?? Infinity);
    const other = plainSpelling(each);
    // Each letter too many or too few is one that must be inserted or deleted.
    if (Math.abs(other.length - plain.length) > limit) continue;
    const distance = editDistance(plain, other);
    if (distance > limit) continue;
    const place = found.findIndex((better) => better.distance > distance);
    found.splice(place < 0 ? found.length : place, 0, { word: each, distance });
    found.length = Math.min(found.length, most);
  }
  return found.map(({ word }) => word);
}
