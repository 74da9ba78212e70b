// Rows as a table: aligned text on a console, HTML in a notebook.

import { escapeHtml, formatNumber } from "./_format.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** Options of {@linkcode table}. */
export interface TableOptions<Row extends object = Record<string, unknown>> {
  /** The columns to show, in order; every key of the rows, in order of appearance, unless told. */
  columns?: readonly (keyof Row & string)[];
  /** A line above the table. */
  caption?: string;
  /** Significant digits of numbers that are not whole; 4 unless told. */
  digits?: number;
}

/** Rows rendered as text and as HTML, made by {@linkcode table}. */
export class Table extends Displayable {
  /** The table as aligned text. */
  readonly text: string;
  /** The table as HTML, every cell escaped, in the colours of the page around it. */
  readonly html: string;

  /** Keeps the two renderings. */
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
 * Makes a table of rows; columns of numbers stand to the right.
 *
 * @throws {RangeError} if `digits` is no whole number in [1, 100].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { table } from "minimodel/lab";
 *
 * const timings = table([{ way: "lookup", us: 23.456 }, { way: "one-hot", us: 1520 }]);
 * assertEquals(timings.text, "way         us\n───────  ─────\nlookup   23.46\none-hot   1520");
 * ```
 */
export function table<Row extends object>(
  rows: readonly Row[],
  options: TableOptions<Row> = {},
): Table {
  const { caption, digits = 4 } = options;
  if (!Number.isInteger(digits) || digits < 1 || digits > 100) {
    throw new RangeError(
      `Cannot make a table with ${digits} digits: use a whole number in [1, 100]`,
    );
  }
  const names = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
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
    const texts = [name, ...cells].map(oneLine);
    const width = Math.max(...texts.map((text) => [...text].length));
    const fill = (text: string) => " ".repeat(width - [...text].length);
    const [head, ...body] = texts.map((text) => numeric ? fill(text) + text : text + fill(text));
    return [head, "─".repeat(width), ...body];
  });
  const lines = Array.from(
    { length: height + 2 },
    (_, line) => padded.map((column) => column[line]).join("  ").trimEnd(),
  );
  return [...(caption === undefined ? [] : [oneLine(caption)]), ...lines].join("\n");
}

function asHtml(columns: Column[], height: number, caption?: string): string {
  // Only the notebook's own text colour and a half-clear grey: both can be read on white and on black.
  const style = (numeric: boolean, line: number) =>
    `style="text-align:${numeric ? "right" : "left"};padding:0.25em 0.75em;` +
    `border-bottom:${line}px solid rgba(128,128,128,0.5);font-variant-numeric:tabular-nums"`;
  const cell = (tag: "th" | "td", column: Column, text: string) =>
    `<${tag} ${style(column.numeric, tag === "th" ? 2 : 1)}>${escapeHtml(text)}</${tag}>`;
  const head = columns.map((column) => cell("th", column, column.name)).join("");
  const body = Array.from(
    { length: height },
    (_, line) =>
      `<tr>${columns.map((column) => cell("td", column, column.cells[line])).join("")}</tr>`,
  );
  const top = caption === undefined
    ? ""
    : `<caption style="caption-side:top;text-align:left;padding:0.25em 0.75em;font-weight:bold;` +
      `color:inherit">${escapeHtml(caption)}</caption>`;
  return `<table style="border-collapse:collapse">${top}<thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>`;
}
