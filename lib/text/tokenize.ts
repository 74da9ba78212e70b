// Cutting text into words.

import { describe } from "../check/describe.ts";

// Letters, their marks, digits and "_"; an apostrophe or hyphen only between them.
const word = /[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*/gu;

/**
 * Returns the words of a text, in lower case: stretches of letters, digits and "_", and with them an
 * apostrophe or hyphen in the middle of a word. Accents that come as characters of their own are
 * joined to their letters (Unicode's NFC), so that one word has one spelling.
 *
 * @throws {TypeError} If the text is not a string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tokenize } from "minimodel";
 *
 * assertEquals(tokenize("It's Ana: ¿cantó ayer?"), ["it's", "ana", "cantó", "ayer"]);
 * ```
 */
export function tokenize(text: string): string[] {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot tokenize: text must be a string, got ${describe(text)}`);
  }
  return (text.normalize("NFC").toLowerCase().match(word) ?? [])
    .map((each) => each.replaceAll("’", "'"));
}
