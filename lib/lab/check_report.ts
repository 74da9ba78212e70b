// Checks: properties that what a learner writes must have, tried on many random cases, and a report
// with the smallest case in which one does not hold.

import { CheckError } from "minimodel";
import { escapeHtml } from "./_format.ts";
import { Displayable, type MimeBundle, show } from "./display.ts";

/** A case in which a property does not hold. */
export interface CounterexampleDetails {
  /** What was given, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What should have come out. */
  readonly expected: unknown;
  /** What came out. */
  readonly got: unknown;
  /** What is usually behind it, for a known mistake. */
  readonly hint?: string;
}

/**
 * Thrown by a property in a case in which it does not hold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Counterexample } from "minimodel/lab";
 *
 * const wrong = new Counterexample({ given: { id: 3 }, expected: [5, 7], got: [4, 5] });
 * assertEquals(wrong.message, "Given id = 3, expected [ 5, 7 ], got [ 4, 5 ]");
 * ```
 */
export class Counterexample extends Error {
  /** Always "Counterexample". */
  override readonly name = "Counterexample";
  /** The case. */
  readonly details: CounterexampleDetails;

  /** Keeps the case, and says it in the message. */
  constructor(details: CounterexampleDetails) {
    const { given, expected, got } = details;
    super(`Given ${formatGiven(given)}, expected ${oneLine(expected)}, got ${oneLine(got)}`);
    this.details = details;
  }
}

/** How many random cases are tried, and which. */
export interface CheckOptions {
  /** Start of the random cases, a whole number; 0 by default. */
  readonly seed?: number;
  /** How many cases a property is tried on; 100 by default. */
  readonly numRuns?: number;
}

/** A property of something a learner writes. */
export interface Check<Subject> {
  /** Its name, as the lab calls it. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly says: string;
  /** Tries it on random cases; throws a {@linkcode Counterexample}, or what the subject throws. */
  readonly hold: (subject: Subject, options: Required<CheckOptions>) => void | Promise<void>;
}

/** How one check went. */
export interface CheckResult {
  /** Name of the check. */
  readonly name: string;
  /** What must hold. */
  readonly says: string;
  /** Why it does not hold; undefined where it does. */
  readonly failure?: Error;
}

/** How checks went: a tick for each that holds, and what is wrong with each that does not. */
export class CheckReport extends Displayable {
  /** Every check that ran, in order. */
  readonly results: readonly CheckResult[];

  /** Keeps the results. */
  constructor(results: readonly CheckResult[]) {
    super();
    this.results = results;
  }

  /** Whether every check holds. */
  get passed(): boolean {
    return this.results.every(({ failure }) => failure === undefined);
  }

  /** The report as text and as HTML. */
  override toMime(): MimeBundle {
    return {
      "text/plain": this.results.map(resultText).join("\n"),
      "text/html": `<div style="line-height: 1.6">${this.results.map(resultHtml).join("")}</div>`,
    };
  }
}

/**
 * Runs checks one after the other and reports on all of them.
 *
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook.
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
  const { seed = 0, numRuns = 100 } = options;
  refuseUndefined(checks, "the list of checks");
  refuseUndefined(subject, "what is to be checked");
  const results: CheckResult[] = [];
  for (const { name, says, hold } of checks) {
    try {
      // Awaited only where it must be: once a cell has awaited, the Stop button no longer works.
      const held = hold(subject, { seed, numRuns });
      if (held instanceof Promise) await held;
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
 * @throws {TypeError} If `checks` or `subject` is undefined, as a misspelt import is in a notebook.
 *
 * @example
 * ```ts
 * import { Embedding } from "minimodel";
 * import { embeddingChecks, showChecks } from "minimodel/lab";
 *
 * await showChecks(embeddingChecks.slice(0, 1), Embedding); // ✓ Shape-check: ...
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

/** A notebook gives undefined for a name that a module does not export, and says nothing. */
function refuseUndefined(value: unknown, name: string): void {
  if (value !== undefined) return;
  throw new TypeError(
    `Cannot run checks: ${name} is undefined, as a misspelt import is in a notebook`,
  );
}

function resultText({ name, says, failure }: CheckResult): string {
  if (failure === undefined) return `✓ ${name}: ${says}`;
  const lines = [`✗ ${name}: ${says}`];
  if (failure instanceof Counterexample) {
    const { given, expected, got, hint } = failure.details;
    lines.push("  The smallest case in which it does not hold:");
    lines.push(`    given    ${indent(formatGiven(given))}`);
    lines.push(
      `    expected ${indent(gridText(expected))}`,
      `    got      ${indent(gridText(got))}`,
    );
    if (hint !== undefined) lines.push(`  Hint: ${hint}`);
  } else lines.push(`  ${failure.name}: ${failure.message}`);
  return lines.join("\n");
}

function resultHtml({ name, says, failure }: CheckResult): string {
  const title = (sign: string, color: string) =>
    `<div><b style="color: ${color}">${sign} ${escapeHtml(name)}</b>: ${escapeHtml(says)}</div>`;
  if (failure === undefined) return title("✓", "#2e9e5b");
  const parts = [title("✗", "#d64545")];
  if (failure instanceof Counterexample) {
    const { given, expected, got, hint } = failure.details;
    parts.push(
      `<div style="margin-left: 1.5em">The smallest case in which it does not hold: ` +
        `<code>${escapeHtml(formatGiven(given))}</code>`,
      `<div style="display: flex; gap: 2em; margin: 0.5em 0">`,
      `<div>expected ${gridHtml(expected)}</div><div>got ${gridHtml(got)}</div></div>`,
      hint === undefined ? "" : `<div><b>Hint:</b> ${escapeHtml(hint)}</div>`,
      `</div>`,
    );
  } else {
    const text = escapeHtml(`${failure.name}: ${failure.message}`);
    parts.push(`<div style="margin-left: 1.5em"><code>${text}</code></div>`);
  }
  return parts.join("");
}

function formatGiven(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given).map(([name, value]) => `${name} = ${oneLine(value)}`).join(", ");
}

function oneLine(value: unknown): string {
  if (typeof value === "string") return value;
  return Deno.inspect(value, { colors: false, compact: true, breakLength: Infinity, depth: 8 });
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n             ");
}

/** Rows of numbers, if that is what the value is. */
function asGrid(value: unknown): unknown[][] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const rows = value.every((row) => Array.isArray(row)) ? value : [value];
  return rows.every((row) => row.every((each: unknown) => typeof each === "number"))
    ? rows
    : undefined;
}

function gridText(value: unknown): string {
  const grid = asGrid(value);
  return grid === undefined ? oneLine(value) : grid.map((row) => `[${row.join(", ")}]`).join("\n");
}

function gridHtml(value: unknown): string {
  const grid = asGrid(value);
  if (grid === undefined) return `<pre style="margin: 0.3em 0">${escapeHtml(oneLine(value))}</pre>`;
  const cell = (each: unknown) =>
    `<td style="border: 1px solid rgba(128,128,128,.5); padding: 2px 8px; text-align: right">${each}</td>`;
  const rows = grid.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("");
  return `<table style="border-collapse: collapse; margin: 0.3em 0">${rows}</table>`;
}
