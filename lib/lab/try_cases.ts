// Tries a property on random cases with fast-check, which finds the smallest case in which it
// fails.

import fc from "fast-check";
import { checkFunction, describe, type OptionNames } from "@minimodel/core/check";
import { Counterexample, formatThrown, isCounterexample, isUnwritten } from "./check_report.ts";
import { checkOptionNames, type CheckOptions, withCheckDefaults } from "./check_options.ts";

/** Where random cases come from: an arbitrary of fast-check, such as `fc.integer()`. */
export interface Cases<Value> {
  /** Draws a case; fast-check calls it. */
  generate(random: never, bias: number | undefined): { readonly value: Value };
}

/** Options of {@linkcode tryCases} and {@linkcode tryAsyncCases}. */
export interface CaseOptions<Value> extends CheckOptions {
  /**
   * Cases to try before the random ones, in this order, so that mistakes show with every seed. Put
   * the smallest first, because many kinds of examples cannot be made smaller; none by default.
   */
  readonly examples?: readonly Value[];
}

/**
 * Tries a property on random cases and throws the smallest case found in which it does not hold.
 * The `hold` of a check calls this. It awaits nothing, so that a notebook's Stop button can end an
 * answer that runs forever.
 *
 * @param cases Where cases come from: an arbitrary of fast-check, such as `fc.integer()`.
 * @param holds The property: throws a {@linkcode Counterexample}, or anything else, if it does not
 * hold. It may also return true or false, but then the report cannot show the wrong result.
 *
 * @throws {Counterexample} If the property does not hold in a case.
 * @throws {UnwrittenAnswer} If that is what the property throws.
 * @throws {TypeError} If `cases` is not an arbitrary, `holds` is not a function or one that awaits,
 * or an option is of the wrong kind or unknown.
 * @throws {RangeError} If `numRuns` is not a whole number from 1, `seed` is not a whole number, or
 * too few cases satisfy an `fc.pre`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import fc from "fast-check";
 * import { type Check, Counterexample, runChecks, tryCases } from "@minimodel/lab";
 *
 * // What a teacher writes: a check of a function that doubles numbers.
 * const doubles: Check<(x: number) => number> = {
 *   name: "Doubling",
 *   says: "double(x) is x + x",
 *   hold: (double, options) =>
 *     tryCases(fc.integer(), (x) => {
 *       const [expected, got] = [x + x, double(x)];
 *       if (got !== expected) throw new Counterexample({ given: { x }, expected, got });
 *     }, { ...options, examples: [0, 1] }),
 * };
 *
 * const { results } = await runChecks([doubles], (x) => x < 3 ? 2 * x : x);
 * assertEquals(results[0].failure?.message, "Given x = 3, expected 6, got 3");
 * ```
 */
export function tryCases<Value>(
  cases: Cases<Value>,
  holds: (value: Value) => boolean | void,
  options: CaseOptions<Value> = {},
): void {
  const { arbitrary, ...parameters } = parametersOf(cases, holds, options);
  const property = fc.property(arbitrary, (value) => judge(holds(value), value));
  throwSmallest(fc.check(property, parameters), parameters);
}

/**
 * Like {@linkcode tryCases}, for a property that awaits, for example because it uses files.
 *
 * @throws {Counterexample} If the property does not hold in a case.
 * @throws {UnwrittenAnswer} If that is what the property throws.
 * @throws {TypeError} If `cases` is not an arbitrary, `holds` is not a function, or an option is of
 * the wrong kind or unknown.
 * @throws {RangeError} If `numRuns` is not a whole number from 1, `seed` is not a whole number, or
 * too few cases satisfy an `fc.pre`.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import fc from "fast-check";
 * import { Counterexample, tryAsyncCases } from "@minimodel/lab";
 *
 * const echo = (text: string) => Promise.resolve(text.trim());
 * await assertRejects(
 *   () => tryAsyncCases(fc.string(), async (text) => await echo(text) === text, { seed: 0 }),
 *   Counterexample,
 *   'Given value = " ", expected true, got false',
 * );
 * ```
 */
export async function tryAsyncCases<Value>(
  cases: Cases<Value>,
  holds: (value: Value) => Promise<boolean | void>,
  options: CaseOptions<Value> = {},
): Promise<void> {
  const { arbitrary, ...parameters } = parametersOf(cases, holds, options);
  const property = fc.asyncProperty(arbitrary, async (value) => judge(await holds(value), value));
  throwSmallest(await fc.check(property, parameters), parameters);
}

const doing = "try cases";

function parametersOf<Value>(
  cases: Cases<Value>,
  holds: unknown,
  options: CaseOptions<Value>,
) {
  const names: OptionNames<CaseOptions<Value>> = { ...checkOptionNames, examples: [] };
  const { seed, numRuns } = withCheckDefaults(doing, options, names);
  const { examples = [] } = options;
  if (!isArbitrary(cases)) {
    throw new TypeError(
      `Cannot ${doing}: wanted an arbitrary of fast-check, as fc.integer(), got ${describe(cases)}`,
    );
  }
  checkFunction(doing, holds);
  if (!Array.isArray(examples)) {
    throw new TypeError(
      `Cannot ${doing}: examples must be an array of cases, got ${describe(examples)}`,
    );
  }
  const tried = examples.map((each): [Value] => [each]);
  return { arbitrary: cases, seed, numRuns: numRuns + tried.length, examples: tried };
}

/**
 * Recognised by its methods, so that an arbitrary of another copy of fast-check is accepted too.
 */
function isArbitrary<Value>(cases: Cases<Value>): cases is fc.Arbitrary<Value> {
  if (!(cases instanceof Object)) return false;
  return ["generate", "shrink", "canShrinkWithoutContext"].every((name) =>
    typeof Reflect.get(cases, name) === "function"
  );
}

/** Thrown if a property's result says nothing about its case; other cases would not help. */
class Unclear extends TypeError {}

/** Refuses what a property returned, unless it is nothing or true. */
function judge(held: unknown, value: unknown): void {
  if (held === undefined || held === true) return;
  if (held === false) {
    throw new Counterexample({ given: givenOf(value), expected: true, got: false });
  }
  if (held instanceof Promise) {
    held.catch(() => {}); // its own error does not matter: the property is refused
    throw new Unclear(
      `Cannot ${doing}: the property returns a promise, for which only tryAsyncCases waits`,
    );
  }
  throw new Unclear(
    `Cannot ${doing}: the property must return nothing, true or false, got ${describe(held)}`,
  );
}

interface Tried {
  readonly seed: number;
  readonly numRuns: number;
  readonly examples: readonly unknown[];
}

function throwSmallest<Value>(
  found: fc.RunDetails<[Value]>,
  { seed, numRuns, examples }: Tried,
): void {
  if (!found.failed && found.numRuns === numRuns) return;
  const { counterexample, counterexamplePath, errorInstance: thrown } = found;
  if (!found.failed || counterexample === null) {
    throw new RangeError(
      `Cannot ${doing}: wanted ${numRuns} cases, got ${found.numRuns} that fc.pre lets through`,
    );
  }
  // If an answer is still to be written, its message says more than any case.
  if (isUnwritten(thrown) || thrown instanceof Unclear) throw thrown;
  const smallest = isCounterexample(thrown) ? thrown : new Counterexample({
    given: givenOf(counterexample[0]),
    expected: "no error",
    got: formatThrown(thrown),
  });
  // The path begins with the number of the case that failed first, and examples come first.
  const [first = ""] = counterexamplePath?.split(":") ?? [];
  if (Number(first) >= examples.length) smallest.seed = seed;
  throw smallest;
}

/** A case by the names of its parts, if it has them. */
function givenOf(value: unknown): Record<string, unknown> {
  const named = typeof value === "object" && value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return named ? { ...value } : { value };
}
