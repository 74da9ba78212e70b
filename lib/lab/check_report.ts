// The results of checks: a tick for each that holds, the smallest failing case for each that does
// not.

import { escapeHtml } from "./_format.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** A case in which a property does not hold. */
export interface CounterexampleDetails {
  /** What was given, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The expected result; a string is shown as it is, so that it can be a description. */
  readonly expected: unknown;
  /** The actual result; a string is shown as it is. */
  readonly got: unknown;
  /** The usual reason, if it is a known mistake. */
  readonly hint?: string;
}

/**
 * Thrown by a property in a case in which it does not hold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Counterexample } from "@minimodel/lab";
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
  /**
   * The seed with which the case was drawn: the option `seed` draws it again. It is undefined for a
   * case that is tried with every seed.
   */
  seed?: number;

  /** Makes an error whose message tells the case. */
  constructor(details: CounterexampleDetails) {
    const { given, expected, got } = details;
    super(`Given ${formatGiven(given)}, expected ${oneLine(expected)}, got ${oneLine(got)}`);
    this.details = details;
  }
}

/**
 * Thrown by an exercise where an answer is still to be written; a report shows its message as it
 * is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Check, runChecks, UnwrittenAnswer } from "@minimodel/lab";
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

/**
 * Whether something thrown is a counterexample, by its name: one from a reloaded `minimodel/lab` is
 * one as well.
 */
export function isCounterexample(thrown: unknown): thrown is Counterexample {
  return thrown instanceof Error && thrown.name === "Counterexample" && "details" in thrown;
}

/** Whether something thrown stands for an answer that is still to be written, also by its name. */
export function isUnwritten(thrown: unknown): thrown is UnwrittenAnswer {
  return thrown instanceof Error && thrown.name === "UnwrittenAnswer";
}

/** The result of one check. */
export interface CheckResult {
  /** Name of the check. */
  readonly name: string;
  /** What must hold. */
  readonly says: string;
  /** Why it does not hold; undefined if it does. */
  readonly failure?: Error;
}

/**
 * The results of checks: a tick for each that holds, and what is wrong for each that does not. If
 * several fail in the same way, only the first says how.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CheckReport, Counterexample } from "@minimodel/lab";
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

  /** Makes a report of results. */
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

/** A result with the name of an earlier one that failed in exactly the same way. */
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
  const why = earlier === undefined ? failureText(failure) : `  The same as for ${earlier}`;
  return `✗ ${name}: ${says}\n${why}`;
}

function resultHtml({ name, says, failure, earlier }: Told): string {
  const title = (sign: string, color: string) =>
    `<div><b style="color: ${color}">${sign} ${escapeHtml(name)}</b>: ${escapeHtml(says)}</div>`;
  if (failure === undefined) return title("✓", "#2e9e5b");
  const why = earlier === undefined
    ? failureHtml(failure)
    : `The same as for ${escapeHtml(earlier)}`;
  return `${title("✗", "#d64545")}<div style="margin-left: 1.5em">${why}</div>`;
}

function failureText(failure: Error): string {
  if (!isCounterexample(failure)) return `  ${formatError(failure)}`;
  const { details: { given, expected, got, hint }, seed } = failure;
  return [
    "  The smallest case in which it does not hold:",
    `    given    ${indent(formatGiven(given))}`,
    `    expected ${indent(gridText(expected))}`,
    `    got      ${indent(gridText(got))}`,
    ...(hint === undefined ? [] : [`  Hint: ${hint}`]),
    ...(seed === undefined ? [] : [`  ${drawnBy(seed)}`]),
  ].join("\n");
}

function failureHtml(failure: Error): string {
  if (!isCounterexample(failure)) {
    return `<code>${escapeHtml(formatError(failure))}</code>`;
  }
  const { details: { given, expected, got, hint }, seed } = failure;
  return `The smallest case in which it does not hold: ` +
    `<code>${escapeHtml(formatGiven(given))}</code>` +
    `<div style="display: flex; gap: 2em; margin: 0.5em 0">` +
    `<div>expected ${gridHtml(expected)}</div><div>got ${gridHtml(got)}</div></div>` +
    (hint === undefined ? "" : `<div><b>Hint:</b> ${escapeHtml(hint)}</div>`) +
    (seed === undefined ? "" : `<div>${drawnBy(seed)}</div>`);
}

/** How to draw a case again that other seeds may not draw. */
export function drawnBy(seed: number): string {
  return `Drawn with seed ${seed}: the option { seed: ${seed} } draws it again`;
}

function formatError(error: Error): string {
  return isUnwritten(error) ? error.message : formatThrown(error);
}

/** Describes what was thrown, which need not be an error, and in which function of a notebook. */
export function formatThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${inspect(thrown)}, thrown`;
  // Code in a cell has no file, and the Deno kernel shifts its lines: only the name is reliable.
  const where = /^ +at (?:async |new )?([\w$.#]+) \(<anonymous>:/m.exec(thrown.stack ?? "")?.[1];
  return `${thrown.name}: ${thrown.message}${where === undefined ? "" : `, in ${where}`}`;
}

function formatGiven(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given).map(([name, value]) => `${name} = ${inspect(value)}`).join(", ");
}

/** An expected or actual result in one line; a string is a description already. */
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
