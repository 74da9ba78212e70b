// Checks: properties that a learner's code must have, run one after the other.

import { CheckError } from "@minimodel/core";
import { describe } from "@minimodel/core/check";
import { CheckReport, type CheckResult, drawnBy, isCounterexample } from "./check_report.ts";
import { show } from "./display.ts";
import { checkOptionNames, type CheckOptions, withCheckDefaults } from "./check_options.ts";

/** A property of something a learner writes. */
export interface Check<Subject> {
  /** Its name, as the lab calls it. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly says: string;
  /**
   * Tries the property on random cases, usually with `tryCases`, and returns nothing. If it does
   * not hold, this throws a {@linkcode Counterexample}, or what the subject throws.
   */
  readonly hold: (subject: Subject, options: Required<CheckOptions>) => void | Promise<void>;
}

/**
 * Runs checks one after the other and reports on all of them.
 *
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook;
 * if `checks` is not an array of checks; if an option is of the wrong kind or unknown.
 * @throws {RangeError} If there is no check, `numRuns` is not a whole number from 1, or `seed` is
 * not a whole number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding } from "@minimodel/core";
 * import { embeddingChecks, runChecks } from "@minimodel/lab";
 *
 * const report = await runChecks(embeddingChecks.slice(0, 2), Embedding);
 * assertEquals(report.passed, true);
 * ```
 */
export async function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  options: CheckOptions = {},
): Promise<CheckReport> {
  refuseUndefined(checks, "the list of checks");
  refuseUndefined(subject, "what is to be checked");
  refuseNoChecks(checks);
  const tried = withCheckDefaults(doing, options, checkOptionNames);
  const results: CheckResult[] = [];
  for (const { name, says, hold } of checks) {
    try {
      // Awaited only if it must be: once a cell has awaited, the Stop button no longer works.
      const pending: unknown = hold(subject, tried);
      const held: unknown = pending instanceof Promise ? await pending : pending;
      if (held !== undefined) {
        throw new TypeError(
          `Cannot tell whether ${name} holds: hold must return nothing, and throw if the property ` +
            `does not hold, got ${describe(held)}`,
        );
      }
      results.push({ name, says });
    } catch (thrown) {
      const failure = thrown instanceof Error ? thrown : new Error(`Threw ${Deno.inspect(thrown)}`);
      results.push({ name, says, failure });
    }
  }
  return new CheckReport(results);
}

/**
 * Runs checks, shows the report, and throws if one does not hold. A check cell calls this.
 *
 * @throws {CheckError} If a check does not hold; the message tells the first that does not.
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook;
 * if `checks` is not an array of checks; if an option is of the wrong kind or unknown.
 * @throws {RangeError} If there is no check, `numRuns` is not a whole number from 1, or `seed` is
 * not a whole number.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { CheckError, gather } from "@minimodel/core";
 * import { lookupChecks, showChecks } from "@minimodel/lab";
 *
 * await showChecks(lookupChecks, gather); // ✓ Row gather: ...
 * const wrong: typeof gather = (table, ids) => gather(table, ids).mul(2);
 * await assertRejects(() => showChecks(lookupChecks, wrong), CheckError, "Row gather does not hold");
 * ```
 */
export async function showChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  options: CheckOptions = {},
): Promise<void> {
  const report = await runChecks(checks, subject, options);
  await show(report);
  const failed = report.results.find(({ failure }) => failure !== undefined);
  if (failed?.failure === undefined) return;
  const { name, failure } = failed;
  const seed = isCounterexample(failure) ? failure.seed : undefined;
  const drawn = seed === undefined ? "" : `. ${drawnBy(seed)}`;
  throw new CheckError(`${name} does not hold. ${failure.message}${drawn}`, { cause: failure });
}

const doing = "run checks";

/**
 * In a notebook, a name that a module does not export is imported as undefined, without an error.
 */
function refuseUndefined(value: unknown, name: string): void {
  if (value !== undefined) return;
  throw new TypeError(
    `Cannot ${doing}: ${name} is undefined, as a misspelt import is in a notebook`,
  );
}

function refuseNoChecks(checks: unknown): void {
  if (!Array.isArray(checks)) {
    throw new TypeError(`Cannot ${doing}: checks must be an array, got ${describe(checks)}`);
  }
  if (checks.length === 0) {
    throw new RangeError(`Cannot ${doing}: wanted at least one check, got an empty array`);
  }
  const index = checks.findIndex((each: unknown) => !isCheck(each));
  if (index >= 0) {
    throw new TypeError(
      `Cannot ${doing}: checks[${index}] must be a check, { name, says, hold }, got ` +
        describe(checks[index]),
    );
  }
}

function isCheck(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [name, says, hold] = ["name", "says", "hold"].map((key) => Reflect.get(value, key));
  return typeof name === "string" && typeof says === "string" && typeof hold === "function";
}
