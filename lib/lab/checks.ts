// Checks: properties that what a learner writes must have, run one after the other.

import { CheckError } from "minimodel";
import { describe } from "../check/describe.ts";
import { CheckReport, type CheckResult } from "./check_report.ts";
import { show } from "./display.ts";
import { checkOptionNames, type CheckOptions, withCheckDefaults } from "./check_options.ts";

/** A property of something a learner writes. */
export interface Check<Subject> {
  /** Its name, as the lab calls it. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly says: string;
  /**
   * Tries it on random cases, as a rule with `tryCases`; throws a {@linkcode Counterexample}, or what
   * the subject throws, and returns nothing.
   */
  readonly hold: (subject: Subject, options: Required<CheckOptions>) => void | Promise<void>;
}

/**
 * Runs checks one after the other and reports on all of them.
 *
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook; if
 * `checks` is no array of checks; if an option is of another kind, or unknown.
 * @throws {RangeError} If there is no check, `numRuns` is not a whole number from 1, or `seed` not a
 * whole number: what is tried on no case has not been checked.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding } from "minimodel";
 * import { embeddingChecks, runChecks } from "minimodel/lab";
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
      // Awaited only where it must be: once a cell has awaited, the Stop button no longer works.
      const pending: unknown = hold(subject, tried);
      const held: unknown = pending instanceof Promise ? await pending : pending;
      if (held !== undefined) {
        throw new TypeError(
          `Cannot tell whether ${name} holds: hold must return nothing, and throw where it does not ` +
            `hold, got ${describe(held)}`,
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
 * Runs checks, shows how they went, and throws if one does not hold: what a check cell calls.
 *
 * @throws {CheckError} If a check does not hold; the message tells the first that does not.
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook; if
 * `checks` is no array of checks; if an option is of another kind, or unknown.
 * @throws {RangeError} If there is no check, `numRuns` is not a whole number from 1, or `seed` not a
 * whole number.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { CheckError, gather } from "minimodel";
 * import { lookupChecks, showChecks } from "minimodel/lab";
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
  if (failed?.failure !== undefined) {
    throw new CheckError(`${failed.name} does not hold. ${failed.failure.message}`, {
      cause: failed.failure,
    });
  }
}

const doing = "run checks";

/** A notebook gives undefined for a name that a module does not export, and says nothing. */
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
