// Options come last and as an object. A name that no function knows would be passed over in silence,
// so every function names the options that it knows, and everything else is refused.

import { describe, quoted } from "./describe.ts";

/**
 * The names of the options in `Options`, each with what other libraries call it. The compiler refuses
 * a list that has one too few or too many, so the type and the check are one.
 */
export type OptionNames<Options> = {
  readonly [Name in keyof Required<Options>]: readonly string[];
};

/**
 * Refuses options that are no object, or have a name that is not among `names`.
 *
 * @param doing What the options are for, in messages: "sum", say.
 * @throws {TypeError} If they are none, or for an unknown name; it tells the nearest one that is known.
 */
export function checkOptions<Options extends object>(
  doing: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot ${doing}: options must be an object, got ${describe(options)}`);
  }
  for (const name in options) if (!Object.hasOwn(names, name)) refuseName(doing, name, names);
}

function refuseName(
  doing: string,
  name: string,
  names: Readonly<Record<string, readonly string[]>>,
): never {
  const known = Object.keys(names);
  const nearest =
    known.find((each) => names[each]?.some((other) => plain(other) === plain(name))) ??
      closest(name, known);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const list = known.length === 0 ? "it takes no options" : `options are ${known.join(", ")}`;
  throw new TypeError(
    `Cannot ${doing}: there is no option ${quoted(name.slice(0, 40))}${
      question === "" ? `; ${list}` : `${question} Its ${list}`
    }`,
  );
}

/** The word of a list that a misspelt one is nearest to; undefined if none is near. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  // So long a word is no slip of a finger, and the distance takes time with its length.
  if (word.length > 60) return undefined;
  let [best, least] = [undefined as string | undefined, Infinity];
  for (const each of words) {
    const distance = editDistance(plain(word), plain(each));
    if (distance < least && distance <= Math.ceil(each.length / 3)) {
      [best, least] = [each, distance];
    }
  }
  return best;
}

/** Without what spellings of one name differ in: padding_idx, paddingIdx. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/** How many letters must be put in, left out or exchanged (Levenshtein, 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + Number(from[i - 1] !== to[j - 1]);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Refuses anything but an object in the place of one. */
export function checkObject(doing: string, name: string, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot ${doing}: ${name} must be an object, got ${describe(value)}`);
  }
}

/** Refuses a switch that is neither true nor false; one that is left out is as good as false. */
export function checkFlag(doing: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") {
    throw new TypeError(`Cannot ${doing}: ${name} must be true or false, got ${describe(value)}`);
  }
}

/** Refuses anything but a function in the place of one. */
export function checkFunction(doing: string, fn: unknown): void {
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot ${doing}: wanted a function, got ${describe(fn)}`);
  }
}

/** Refuses anything but one of a few words. */
export function checkChoice(
  doing: string,
  name: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const [last, ...others] = choices.map((each) => JSON.stringify(each)).reverse();
  throw new TypeError(
    `Cannot ${doing}: ${name} must be ${others.reverse().join(", ")} or ${last}, got ${
      describe(value)
    }`,
  );
}
