// Rows as a table: aligned text on a console, HTML in a notebook.

import stringWidth from "string-width";
import { checkOptions, describe, kindOf, type OptionNames } from "@minimodel/core/check";
import { escapeHtml, formatNumber } from "./_format.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** Options of {@linkcode table}. */
export interface TableOptions<Row extends object = Record<string, unknown>> {
  /** The columns to show, in order; every key of the rows, in order of appearance, by default. */
  columns?: readonly (keyof Row & string)[];
  /** A line above the table. */
  caption?: string;
  /**
   * Significant digits of numbers that are not whole; 4 by default. Digits before the point and one
   * after it are always shown.
   */
  digits?: number;
}

const optionNames: OptionNames<TableOptions> = { columns: [], caption: ["title"], digits: [] };

/**
 * Rows rendered as text and as HTML, made by {@linkcode table}.
 *
 * @example
 * ```ts
 * import { assert, assertStringIncludes } from "@std/assert";
 * import { Table, table } from "@minimodel/lab";
 *
 * const counts = table([{ word: "<unk>", count: 3 }]);
 * assert(counts instanceof Table);
 * assertStringIncludes(counts.text, "<unk>      3");
 * assertStringIncludes(counts.html, "&lt;unk&gt;");
 * ```
 */
export class Table extends Displayable {
  /** The table as aligned text. */
  readonly text: string;
  /** The table as HTML, every cell escaped, in the colours of the page around it. */
  readonly html: string;

  /** Makes a table of its two renderings. */
  constructor(text: string, html: string) {
    super();
    this.text = text;
    this.html = html;
  }

  /** Returns the table as text and as HTML. */
  override toMime(): MimeBundle {
    return { "text/plain": this.text, "text/html": this.html };
  }
}

/**
 * Makes a table of rows; columns of numbers are aligned to the right.
 *
 * @throws {TypeError} If `rows` is not an array of objects, or no row has one of `columns`.
 * @throws {RangeError} If `digits` is not a whole number in [1, 100].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { table } from "@minimodel/lab";
 *
 * const timings = table([{ way: "lookup", us: 23.456 }, { way: "one-hot", us: 1520 }]);
 * assertEquals(timings.text, "way         us\n───────  ─────\nlookup   23.46\none-hot   1520");
 * ```
 */
export function table<Row extends object>(
  rows: readonly Row[],
  options: TableOptions<Row> = {},
): Table {
  checkOptions("make a table", options, optionNames);
  const { caption, digits = 4 } = options;
  if (!Number.isInteger(digits) || digits < 1 || digits > 100) {
    throw new RangeError(
      `Cannot make a table: digits must be a whole number in [1, 100], got ${describe(digits)}`,
    );
  }
  const names = readColumns("make a table", rows, options.columns);
  const columns = names.map((name) => {
    const values = rows.map((row): unknown => Reflect.get(row, name));
    return {
      name,
      cells: values.map((value) => formatCell(value, digits)),
      numeric: values.some(isNumeric) && values.every((value) => value == null || isNumeric(value)),
    };
  });
  return new Table(asText(columns, rows.length, caption), asHtml(columns, rows.length, caption));
}

/** Validates rows and the columns to take of them; all that they have where none are named. */
export function readColumns(
  doing: string,
  rows: readonly object[],
  columns: readonly string[] | undefined,
): string[] {
  if (!Array.isArray(rows)) {
    throw new TypeError(
      `Cannot ${doing}: rows must be an array of objects, got ${describe(rows)}`,
    );
  }
  const known = new Set<string>();
  rows.forEach((row: unknown, index) => {
    if (typeof row !== "object" || row === null || kindOf(row) !== undefined) {
      throw new TypeError(
        `Cannot ${doing}: row ${index} must be an object, got ${describe(row)}`,
      );
    }
    for (const name of Object.keys(row)) known.add(name);
  });
  if (columns === undefined) return [...known];
  if (!Array.isArray(columns)) {
    throw new TypeError(
      `Cannot ${doing}: columns must be an array of names, got ${describe(columns)}`,
    );
  }
  const unknown = columns.find((name) => !rows.some((row) => name in row));
  if (rows.length > 0 && unknown !== undefined) {
    const names = [...known].map((name) => JSON.stringify(name)).join(", ");
    throw new TypeError(
      `Cannot ${doing}: no row has a column ${JSON.stringify(unknown)}, only ${names || "none"}`,
    );
  }
  return [...columns];
}

interface Column {
  name: string;
  cells: string[];
  numeric: boolean;
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function formatCell(value: unknown, digits: number): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatNumber(value, digits);
  if (typeof value === "object" && value !== null) {
    return Deno.inspect(value, { compact: true, breakLength: Infinity, colors: false });
  }
  return String(value);
}

function asText(columns: Column[], height: number, caption?: string): string {
  const oneLine = (text: string) => text.replace(/[\r\n\t]+/g, " ");
  const padded = columns.map(({ name, cells, numeric }) => {
    const texts = [name, ...cells].map(oneLine).map((text) => ({ text, width: stringWidth(text) }));
    const widest = texts.reduce((most, { width }) => Math.max(most, width), 0);
    const [head, ...body] = texts.map(({ text, width }) => {
      const fill = " ".repeat(widest - width);
      return numeric ? fill + text : text + fill;
    });
    return [head, "─".repeat(widest), ...body];
  });
  const lines = Array.from(
    { length: height + 2 },
    (_, line) => padded.map((column) => column[line]).join("  ").trimEnd(),
  );
  return [...(caption === undefined ? [] : [oneLine(caption)]), ...lines].join("\n");
}

function asHtml(columns: Column[], height: number, caption?: string): string {
  // Only the notebook's own text colour and a half-transparent grey: both are visible on white and
  // on black.
  const style = (numeric: boolean, line: number) =>
    `style="text-align:${numeric ? "right" : "left"};padding:0.25em 0.75em;` +
    `border-bottom:${line}px solid rgba(128,128,128,0.5);font-variant-numeric:tabular-nums"`;
  const cell = (tag: "th" | "td", column: Column, text: string) =>
    `<${tag} ${style(column.numeric, tag === "th" ? 2 : 1)}>${escapeHtml(text)}</${tag}>`;
  const head = columns.map((column) => cell("th", column, column.name)).join("");
  const body = Array.from(
    { length: height },
    (_, line) =>
      `<tr>${columns.map((column) => cell("td", column, column.cells[line] ?? "")).join("")}</tr>`,
  );
  const top = caption === undefined
    ? ""
    : `<caption style="caption-side:top;text-align:left;padding:0.25em 0.75em;font-weight:bold;` +
      `color:inherit">${escapeHtml(caption)}</caption>`;
  return `<table style="border-collapse:collapse">${top}<thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>`;
}
