// Options come last and as an object. JavaScript ignores a name that nothing reads, so a misspelt
// option would silently have no effect: every function lists the options that it knows and refuses
// all others.

import { describe, quoted } from "./describe.ts";
import { isTensor } from "./tensors.ts";

/**
 * The names of the options in `Options`, each with what other libraries call it. The compiler
 * refuses a list that has one too few or too many, so type and list cannot differ.
 */
export type OptionNames<Options> = {
  readonly [Name in keyof Required<Options>]: readonly string[];
};

/**
 * Refuses options that are not an object, or that have a name which is not among `names`.
 *
 * @param doing What the options are for, as messages say it, for example "sum".
 * @throws {TypeError} If so; for an unknown name, the message has the nearest known one.
 *
 * @example
 * ```ts
 * import { checkOptions, type OptionNames } from "@minimodel/core/check";
 * import { assertThrows } from "@std/assert";
 *
 * const names: OptionNames<{ width?: number }> = { width: ["embeddingDim"] };
 * checkOptions("draw", { width: 640 }, names);
 * const misspelt: object = { widht: 640 };
 * assertThrows(() => checkOptions("draw", misspelt, names), TypeError, 'mean "width"?');
 * ```
 */
export function checkOptions<Options extends object>(
  doing: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  if (typeof options !== "object" || options === null || !isPlain(options)) {
    throw new TypeError(`Cannot ${doing}: options must be an object, got ${describe(options)}`);
  }
  for (const name in options) if (!Object.hasOwn(names, name)) refuseName(doing, name, names);
}

/**
 * Whether an object has options under their names, as an array, a Map, a promise or a tensor has
 * not.
 */
function isPlain(options: object): boolean {
  const prototype = Object.getPrototypeOf(options);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.prototype.toString.call(options) === "[object Object]" && !isTensor(options);
}

/**
 * Refuses options for a function that has none, though its namesake elsewhere has. A number is
 * let through: `map` and `reduce` pass an index there.
 */
export function refuseOptions(doing: string, given: unknown): void {
  const isOption = typeof given === "boolean" || (typeof given === "object" && given !== null);
  if (isOption) checkOptions(doing, given as object, {});
}

function refuseName(
  doing: string,
  name: string,
  names: Readonly<Record<string, readonly string[]>>,
): never {
  const known = Object.keys(names);
  const nearest = nearestName(name, names);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const list = known.length === 0 ? "it takes no options" : `options are ${known.join(", ")}`;
  throw new TypeError(
    `Cannot ${doing}: there is no option ${quoted(name.slice(0, 40))}${
      question === "" ? `; ${list}` : `${question} Its ${list}`
    }`,
  );
}

/**
 * The name that is most likely meant: one that others call so, or the nearest one; undefined if
 * none is.
 */
export function nearestName(
  name: string,
  names: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  const known = Object.keys(names);
  return known.find((each) =>
    names[each]?.some((other) => plainSpelling(other) === plainSpelling(name))
  ) ??
    closest(name, known);
}

/** The word of a list that is nearest to a misspelt word; undefined if none is near. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  // Such a long word is not a typing error, and computing its distance would take long.
  if (word.length > 60) return undefined;
  let [best, least] = [undefined as string | undefined, Infinity];
  for (const each of words) {
    const distance = editDistance(plainSpelling(word), plainSpelling(each));
    if (distance < least && distance <= Math.ceil(each.length / 3)) {
      [best, least] = [each, distance];
    }
  }
  return best;
}

/** A name without the differences of spelling, so that padding_idx and paddingIdx are the same. */
export function plainSpelling(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/** How many letters must be inserted, deleted or replaced (Levenshtein, 1966). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + Number(from[i - 1] !== to[j - 1]);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Refuses anything but an object. */
export function checkObject(doing: string, name: string, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot ${doing}: ${name} must be an object, got ${describe(value)}`);
  }
}

/**
 * Refuses anything but true, false and undefined, which means false.
 *
 * @throws {TypeError} If so.
 *
 * @example
 * ```ts
 * import { checkFlag } from "@minimodel/core/check";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkFlag("draw", "legend", 1), TypeError, "legend must be true or false, got 1");
 * ```
 */
export function checkFlag(doing: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") {
    throw new TypeError(`Cannot ${doing}: ${name} must be true or false, got ${describe(value)}`);
  }
}

/**
 * Refuses anything but a function.
 *
 * @throws {TypeError} If so.
 *
 * @example
 * ```ts
 * import { checkFunction } from "@minimodel/core/check";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkFunction("time", 3), TypeError, "Cannot time: wanted a function, got 3");
 * ```
 */
export function checkFunction(doing: string, fn: unknown): void {
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot ${doing}: wanted a function, got ${describe(fn)}`);
  }
}

/**
 * Refuses anything but a plain function, before it is called: parts of an async function or of a
 * generator would run after the call has ended.
 */
export function checkPlainFunction(doing: string, fn: unknown): void {
  checkFunction(doing, fn);
  const kind = Object.prototype.toString.call(fn).slice("[object ".length, -1);
  if (kind === "Function") return;
  const said =
    { AsyncFunction: "an async function", GeneratorFunction: "a generator function" }[kind];
  throw new TypeError(
    `Cannot ${doing}: wanted a plain function, got ${said ?? "an async generator"}`,
  );
}

/** Refuses the result of a function that has not finished: a promise or a generator. */
export function checkFinished(doing: string, result: unknown): void {
  const isGenerator = /^\[object (?:Async)?Generator\]$/.test(
    Object.prototype.toString.call(result),
  );
  if (!(result instanceof Promise) && !isGenerator) return;
  throw new TypeError(
    `Cannot ${doing}: wanted a function that is done when it returns, got one that returns ${
      isGenerator ? "a generator" : "a promise"
    }`,
  );
}

/**
 * Refuses anything but one of a few words.
 *
 * @throws {TypeError} If so.
 *
 * @example
 * ```ts
 * import { checkChoice } from "@minimodel/core/check";
 * import { assertThrows } from "@std/assert";
 *
 * const choices = ["linear", "log"];
 * assertThrows(() => checkChoice("draw", "axis", "cubic", choices), TypeError, '"linear" or "log"');
 * ```
 */
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
