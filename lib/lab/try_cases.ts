// A property tried on random cases, on fast-check, which finds the smallest one in which it fails.

import fc from "fast-check";
import { describe } from "../check/describe.ts";
import { checkFunction, type OptionNames } from "../check/options.ts";
import { Counterexample, formatThrown, UnwrittenAnswer } from "./check_report.ts";
import { checkOptionNames, type CheckOptions, withCheckDefaults } from "./check_options.ts";

/** Where random cases come from: an arbitrary of fast-check, as `fc.integer()`. */
export interface Cases<Value> {
  /** Draws a case; fast-check calls it. */
  generate(random: never, bias: number | undefined): { readonly value: Value };
}

/** Options of {@linkcode tryCases} and {@linkcode tryAsyncCases}. */
export interface CaseOptions<Value> extends CheckOptions {
  /**
   * Cases that are tried first, in this order, besides the random ones: those in which mistakes show
   * whatever the seed. Many kinds cannot be made smaller, so let the smallest come first; none by
   * default.
   */
  readonly examples?: readonly Value[];
}

/**
 * Tries a property on random cases and throws the smallest case that it finds in which it does not
 * hold: what the `hold` of a check calls. It waits for nothing, so that a notebook's Stop button can
 * end an answer that never does.
 *
 * @param cases Where cases come from: an arbitrary of fast-check, as `fc.integer()`.
 * @param holds The property: throws a {@linkcode Counterexample}, or anything else, where it does not
 * hold. One that returns true or false will do, but then the report cannot tell what came out.
 *
 * @throws {Counterexample} If the property does not hold in a case.
 * @throws {UnwrittenAnswer} If that is what the property throws.
 * @throws {TypeError} If `cases` is no arbitrary, `holds` no function or one that awaits, or an option
 * is of another kind or unknown.
 * @throws {RangeError} If `numRuns` is not a whole number from 1, `seed` not a whole number, or too few
 * cases get past an `fc.pre`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import fc from "fast-check";
 * import { type Check, Counterexample, runChecks, tryCases } from "minimodel/lab";
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
  throwSmallest(fc.check(property, parameters), parameters.numRuns);
}

/**
 * As {@linkcode tryCases}, for a property that awaits, as one of files does.
 *
 * @throws {Counterexample} If the property does not hold in a case.
 * @throws {UnwrittenAnswer} If that is what the property throws.
 * @throws {TypeError} If `cases` is no arbitrary, `holds` no function, or an option is of another kind or
 * unknown.
 * @throws {RangeError} If `numRuns` is not a whole number from 1, `seed` not a whole number, or too few
 * cases get past an `fc.pre`.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import fc from "fast-check";
 * import { Counterexample, tryAsyncCases } from "minimodel/lab";
 *
 * const echo = (text: string) => Promise.resolve(text.trim());
 * await assertRejects(
 *   () => tryAsyncCases(fc.string(), async (text) => await echo(text) === text),
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
  throwSmallest(await fc.check(property, parameters), parameters.numRuns);
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

/** By what it can do: one of another copy of fast-check is one as well. */
function isArbitrary<Value>(cases: Cases<Value>): cases is fc.Arbitrary<Value> {
  if (!(cases instanceof Object)) return false;
  return ["generate", "shrink", "canShrinkWithoutContext"].every((name) =>
    typeof Reflect.get(cases, name) === "function"
  );
}

/** A property that tells nothing of a case; no other case changes that. */
class Unclear extends TypeError {}

/** Refuses what a property returned, but for nothing and for true. */
function judge(held: unknown, value: unknown): void {
  if (held === undefined || held === true) return;
  if (held === false) {
    throw new Counterexample({ given: givenOf(value), expected: true, got: false });
  }
  if (held instanceof Promise) {
    held.catch(() => {}); // what it fails with is lost on nobody: the property is refused
    throw new Unclear(
      `Cannot ${doing}: the property returns a promise, for which only tryAsyncCases waits`,
    );
  }
  throw new Unclear(
    `Cannot ${doing}: the property must return nothing, true or false, got ${describe(held)}`,
  );
}

function throwSmallest<Value>(found: fc.RunDetails<[Value]>, wanted: number): void {
  if (!found.failed && found.numRuns === wanted) return;
  const { counterexample, errorInstance: thrown } = found;
  if (!found.failed || counterexample === null) {
    throw new RangeError(
      `Cannot ${doing}: wanted ${wanted} cases, got ${found.numRuns} that fc.pre lets through`,
    );
  }
  if (thrown instanceof Counterexample || thrown instanceof Unclear) throw thrown;
  // An answer that is still to be written: no case tells more than what it says itself.
  if (thrown instanceof UnwrittenAnswer) throw thrown;
  throw new Counterexample({
    given: givenOf(counterexample[0]),
    expected: "no error",
    got: formatThrown(thrown),
  });
}

/** A case by the names of its parts, if it has them. */
function givenOf(value: unknown): Record<string, unknown> {
  const named = typeof value === "object" && value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return named ? { ...value } : { value };
}
