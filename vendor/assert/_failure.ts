// How an assertion fails: its error, and the text that shows what differs.

import { diffArrays } from "diff";

/** Values that print longer are not diffed as a whole: that takes the square of the time. */
const MAX_DIFF_LINES = 1000;
const FIRST_LINES = 5;

const ACTUAL = "-   ";
const EXPECTED = "+   ";
const BOTH = "    ";

/**
 * The error of an assertion that does not hold.
 *
 * @example
 * ```ts
 * import { assertEquals, AssertionError } from "@std/assert";
 * assertEquals(new AssertionError("No").name, "AssertionError");
 * ```
 */
export class AssertionError extends Error {
  /** What the error is called: "AssertionError". */
  override name = "AssertionError";

  /** Takes the message, and options such as `cause`. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What ends a message: the caller's words, if there are any. */
export function ending(msg?: string): string {
  return msg ? `: ${msg}` : ".";
}

/** A value as text, whole and with its keys in order. */
export function format(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
    sorted: true,
    compact: false,
    trailingComma: true,
    getters: true,
  });
}

/** What differs, line by line; where it begins to, if the values are long. */
export function diff(actual: unknown, expected: unknown): string {
  const [found, wanted] = typeof actual === "string" && typeof expected === "string"
    ? [visibleLines(actual), visibleLines(expected)]
    : [format(actual).split("\n"), format(expected).split("\n")];
  const title = "\n\n    [Diff] Actual / Expected";
  if (Math.max(found.length, wanted.length) <= MAX_DIFF_LINES) {
    // As in std, the lines of the longer text come first.
    const [long, short, first, second] = wanted.length > found.length
      ? [wanted, found, EXPECTED, ACTUAL]
      : [found, wanted, ACTUAL, EXPECTED];
    const lines = diffArrays(long, short).flatMap(({ value, added, removed }) =>
      value.map((line) => (removed ? first : added ? second : BOTH) + line)
    );
    return [title, "\n", ...lines, ""].join("\n");
  }
  let same = 0;
  while (same < found.length && found[same] === wanted[same]) same++;
  const show = (sign: string, lines: string[]) =>
    lines.slice(same, same + FIRST_LINES).map((line) => sign + line);
  const lines = [...show(ACTUAL, found), ...show(EXPECTED, wanted)];
  return [`${title}, from line ${same + 1} of the text on`, "\n", ...lines, ""]
    .join("\n");
}

/** The lines of a text, with what cannot be seen (line ends too) escaped. */
function visibleLines(text: string): string[] {
  const escaped = (line: string) => JSON.stringify(line).slice(1, -1).replaceAll('\\"', '"');
  return text.split(/(?<=\n)/).map(escaped);
}
