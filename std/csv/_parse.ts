// CSV text to records.

import { CsvError, parse as parseRows } from "csv-parse/sync";

/** How `parse` reads. */
export interface ParseOptions {
  /** What stands between values; a comma unless given. */
  separator?: string;
  /** Whether the first row is no record: it gives the names unless `columns` does. */
  skipFirstRow?: boolean;
  /** The names of the columns. */
  columns?: readonly string[];
}

/** A record under the names of its columns. */
export type RecordWithColumn<C extends string> = Record<C, string>;

/** What `parse` returns: objects if the options `T` name columns or skip a first row, else arrays. */
export type ParseResult<Options, T> = T extends
  Options & { columns: readonly (infer C extends string)[] } ? RecordWithColumn<C>[]
  : T extends Options & { skipFirstRow: true } ? Record<string, string>[]
  : T extends Options & { columns?: undefined; skipFirstRow?: false } ? string[][]
  : Record<string, string>[] | string[][];

const SUPPORTED = ["separator", "skipFirstRow", "columns"];

/**
 * Returns the rows of a CSV text as arrays of strings; empty lines are left out.
 *
 * Throws a SyntaxError for a quote that is out of place or not closed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@std/csv";
 * assertEquals(parse('a,"b ""c"""\r\n1,2\r\n'), [["a", 'b "c"'], ["1", "2"]]);
 * ```
 */
export function parse(input: string): string[][];
/**
 * Returns the rows of a CSV text, as objects with `skipFirstRow` or `columns`.
 *
 * Throws a SyntaxError for a quote that is out of place or not closed, an Error for a row with more or
 * fewer values than there are names, or for a quote or line end as separator, and a TypeError for a
 * first row to skip that is not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@std/csv";
 * assertEquals(parse("name,ms\r\nlookup,0.5\r\n", { skipFirstRow: true }), [
 *   { name: "lookup", ms: "0.5" },
 * ]);
 * ```
 */
export function parse<const T extends ParseOptions>(
  input: string,
  options: T,
): ParseResult<ParseOptions, T>;
export function parse(
  input: string,
  options: ParseOptions = {},
): string[][] | Record<string, string>[] {
  const unsupported = Object.keys(options).filter((name) => !SUPPORTED.includes(name));
  if (unsupported.length > 0) {
    throw new TypeError(
      `Cannot parse with ${unsupported}: the local @std/csv has only ${SUPPORTED.join(", ")}`,
    );
  }
  const { separator = ",", skipFirstRow = false, columns } = options;
  const rows = rowsOf(input, separator);
  if (!skipFirstRow && !columns) return rows;
  const first = skipFirstRow ? rows.shift() : [];
  if (first === undefined) throw new TypeError("Cannot parse input: headers must be defined");
  const names = columns ?? first;
  return rows.map((row, index) => {
    if (row.length !== names.length) {
      throw new Error(
        `Syntax error on line ${index + (skipFirstRow ? 2 : 1)}: ` +
          `The record has ${row.length} fields, but the header has ${names.length} fields`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, row[column]]));
  });
}

function rowsOf(input: string, separator: string): string[][] {
  if (["\r", "\n", '"'].includes(separator)) {
    throw new Error("Cannot parse input: invalid delimiter");
  }
  try {
    return parseRows(input.replace(/\r$/, ""), {
      bom: true,
      delimiter: separator,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
      cast: (value) => value.replaceAll("\r\n", "\n"),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const what = error.code === "INVALID_OPENING_QUOTE"
      ? 'bare " in non-quoted-field'
      : 'extraneous or missing " in quoted-field';
    throw new SyntaxError(`Syntax error on line ${error.lines}: ${what}`, { cause: error });
  }
}
