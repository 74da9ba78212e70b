// Rows as CSV, with CRLF at the end of every row; a cell is quoted only where it must be.

import { stringify } from "csv-stringify/sync";

/** CSV with a header of the columns; null and undefined are empty cells. */
export function csvOf(
  columns: readonly string[],
  records: readonly Readonly<Record<string, unknown>>[],
): string {
  const rows = records.map((record) => columns.map((name) => String(record[name] ?? "")));
  return stringify([columns, ...rows], { record_delimiter: "\r\n", quoted_match: "\n" });
}
