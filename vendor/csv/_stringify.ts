// Records to CSV text.

import { stringify as stringifyRows } from "csv-stringify/sync";

/** The key or array index of a value. */
export type PropertyAccessor = number | string;

/** A column with its own header; without one, the last accessor is the header. */
export type ColumnDetails = {
  /** The text in the header row. */
  header?: string;
  /** Where the value is: one accessor, or the path of accessors to a nested value. */
  prop: PropertyAccessor | PropertyAccessor[];
};

/** Where the values of a column are, and what its header is. */
export type Column = ColumnDetails | PropertyAccessor | PropertyAccessor[];

/** One record: an object or an array. */
export type DataItem = Readonly<Record<string, unknown> | unknown[]>;

/** How `stringify` writes. */
export type StringifyOptions = {
  /** Whether a header row comes first when there are columns; true unless given. */
  headers?: boolean;
  /** What is put between values; a comma unless given. */
  separator?: string;
  /** The columns in their order; needed when the records are objects. */
  columns?: readonly Column[];
  /** Whether the text begins with a byte-order mark; false unless given. */
  bom?: boolean;
};

/**
 * Returns the records as CSV text with CRLF at every row's end: null and undefined are empty, an
 * object is JSON, and a value is quoted if it has the separator, a quote or a line feed in it.
 *
 * Throws a TypeError for objects without columns, a named column of an array, and a separator with a
 * quote or CRLF in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stringify } from "@std/csv";
 * const rows = [{ name: "lookup", ms: 0.5 }, { name: "one-hot, naive", ms: 20 }];
 * const text = stringify(rows, { columns: ["name", "ms"] });
 * assertEquals(text, 'name,ms\r\nlookup,0.5\r\n"one-hot, naive",20\r\n');
 * ```
 */
export function stringify(data: readonly DataItem[], options: StringifyOptions = {}): string {
  const { headers = true, separator = ",", columns = [], bom = false } = options;
  if (separator.includes('"') || separator.includes("\r\n")) {
    throw new TypeError(
      "Separator cannot include the following strings:\n" +
        '  - U+0022: Quotation mark (")\n' +
        "  - U+000D U+000A: Carriage Return + Line Feed (\\r\\n)",
    );
  }
  const paths = columns.map(pathOf);
  const rows = data.map((item) =>
    columns.length > 0 ? paths.map((path) => valueAt(item, path)) : valuesOf(item)
  );
  if (headers && columns.length > 0) rows.unshift(columns.map(headerOf));
  return stringifyRows(rows.map((row) => row.map(cell)), {
    bom,
    delimiter: separator,
    record_delimiter: "\r\n",
    quoted_match: "\n",
  });
}

function pathOf(column: Column): PropertyAccessor[] {
  const path = typeof column === "object" && "prop" in column ? column.prop : column;
  return Array.isArray(path) ? path : [path];
}

function headerOf(column: Column): string {
  const given = typeof column === "object" && "header" in column ? column.header : undefined;
  return given ?? String(pathOf(column).at(-1));
}

/** The value at the end of the path, or where the path meets something without properties. */
function valueAt(item: unknown, path: PropertyAccessor[]): unknown {
  return path.reduce((value, key) => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value) && typeof key !== "number") {
      throw new TypeError('Property accessor is not of type "number"');
    }
    return Reflect.get(value, key);
  }, item);
}

function valuesOf(item: unknown): unknown[] {
  if (Array.isArray(item)) return item;
  if (typeof item !== "object") return [item];
  throw new TypeError("No property accessor function was provided for object");
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
