// How checks went: a tick for each that holds, and the smallest case in which another does not.

import { escapeHtml } from "./_format.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** A case in which a property does not hold. */
export interface CounterexampleDetails {
  /** What was given, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What should have come out; a text is shown as it is, so that it can be said in words. */
  readonly expected: unknown;
  /** What came out; a text is shown as it is. */
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

/**
 * Thrown in the place of an answer that is still to be written; a report shows its message as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Check, runChecks, UnwrittenAnswer } from "minimodel/lab";
 *
 * const check: Check<() => number> = {
 *   name: "Seven",
 *   says: "it gives 7",
 *   hold: (answer) => void answer(),
 * };
 * const exercise = () => {
 *   throw new UnwrittenAnswer("Task 1: return seven");
 * };
 * const report = await runChecks([check], exercise);
 * assertEquals(report.toMime()["text/plain"], "✗ Seven: it gives 7\n  Task 1: return seven");
 * ```
 */
export class UnwrittenAnswer extends Error {
  /** Always "UnwrittenAnswer". */
  override readonly name = "UnwrittenAnswer";
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

/**
 * How checks went: a tick for each that holds, and what is wrong with each that does not. What is wrong
 * with several in the same way is told once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CheckReport, Counterexample } from "minimodel/lab";
 *
 * const failure = new Counterexample({ given: { x: 3 }, expected: 6, got: 3, hint: "Twice x" });
 * const report = new CheckReport([
 *   { name: "Zero", says: "double(0) is 0" },
 *   { name: "Doubling", says: "double(x) is x + x", failure },
 * ]);
 * assertEquals(report.passed, false);
 * assertEquals(report.toMime()["text/plain"].split("\n"), [
 *   "✓ Zero: double(0) is 0",
 *   "✗ Doubling: double(x) is x + x",
 *   "  The smallest case in which it does not hold:",
 *   "    given    x = 3",
 *   "    expected 6",
 *   "    got      3",
 *   "  Hint: Twice x",
 * ]);
 * ```
 */
export class CheckReport extends Displayable {
  /** Every check that ran, in order. */
  readonly results: readonly CheckResult[];

  /** Keeps the results. */
  constructor(results: readonly CheckResult[]) {
    super();
    this.results = results;
  }

  /** Whether checks ran, and every one holds. */
  get passed(): boolean {
    return this.results.length > 0 && this.results.every(({ failure }) => failure === undefined);
  }

  /** The report as text and as HTML. */
  override toMime(): MimeBundle {
    const results = withEarlier(this.results);
    return {
      "text/plain": results.map(resultText).join("\n"),
      "text/html": `<div style="line-height: 1.6">${results.map(resultHtml).join("")}</div>`,
    };
  }
}

/** A result with the name of an earlier one that failed in just the same way. */
type Told = CheckResult & { readonly earlier?: string };

function withEarlier(results: readonly CheckResult[]): Told[] {
  const names = new Map<string, string>();
  return results.map((result) => {
    if (result.failure === undefined) return result;
    const text = failureText(result.failure);
    const earlier = names.get(text);
    if (earlier === undefined) names.set(text, result.name);
    return { ...result, earlier };
  });
}

function resultText({ name, says, failure, earlier }: Told): string {
  if (failure === undefined) return `✓ ${name}: ${says}`;
  const why = earlier === undefined ? failureText(failure) : `  As for ${earlier}`;
  return `✗ ${name}: ${says}\n${why}`;
}

function resultHtml({ name, says, failure, earlier }: Told): string {
  const title = (sign: string, color: string) =>
    `<div><b style="color: ${color}">${sign} ${escapeHtml(name)}</b>: ${escapeHtml(says)}</div>`;
  if (failure === undefined) return title("✓", "#2e9e5b");
  const why = earlier === undefined ? failureHtml(failure) : `As for ${escapeHtml(earlier)}`;
  return `${title("✗", "#d64545")}<div style="margin-left: 1.5em">${why}</div>`;
}

function failureText(failure: Error): string {
  if (!(failure instanceof Counterexample)) return `  ${formatError(failure)}`;
  const { given, expected, got, hint } = failure.details;
  return [
    "  The smallest case in which it does not hold:",
    `    given    ${indent(formatGiven(given))}`,
    `    expected ${indent(gridText(expected))}`,
    `    got      ${indent(gridText(got))}`,
    ...(hint === undefined ? [] : [`  Hint: ${hint}`]),
  ].join("\n");
}

function failureHtml(failure: Error): string {
  if (!(failure instanceof Counterexample)) {
    return `<code>${escapeHtml(formatError(failure))}</code>`;
  }
  const { given, expected, got, hint } = failure.details;
  return `The smallest case in which it does not hold: ` +
    `<code>${escapeHtml(formatGiven(given))}</code>` +
    `<div style="display: flex; gap: 2em; margin: 0.5em 0">` +
    `<div>expected ${gridHtml(expected)}</div><div>got ${gridHtml(got)}</div></div>` +
    (hint === undefined ? "" : `<div><b>Hint:</b> ${escapeHtml(hint)}</div>`);
}

function formatError(error: Error): string {
  return error instanceof UnwrittenAnswer ? error.message : formatThrown(error);
}

/** What was thrown, which need not be an error, and in which function of a notebook. */
export function formatThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${inspect(thrown)}, thrown`;
  // Code in a cell has no address, and the kernel moves its lines: the name alone is sure.
  const where = /^ +at (?:async |new )?([\w$.#]+) \(<anonymous>:/m.exec(thrown.stack ?? "")?.[1];
  return `${thrown.name}: ${thrown.message}${where === undefined ? "" : `, in ${where}`}`;
}

function formatGiven(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given).map(([name, value]) => `${name} = ${inspect(value)}`).join(", ");
}

/** What came out, or should have: a text is in words already. */
function oneLine(value: unknown): string {
  return typeof value === "string" ? value : inspect(value);
}

function inspect(value: unknown): string {
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
