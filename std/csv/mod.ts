/**
 * Stands in for the JSR package `@std/csv` where JSR is out of reach; removing the `links` line of the
 * root deno.json changes nothing but the origin.
 *
 * It has what the project uses, with the names, types and behaviour of that package: `stringify`, and
 * `parse` with the options `separator`, `skipFirstRow` and `columns` (others are refused). The work is
 * done by npm's csv-stringify and csv-parse. A SyntaxError names the line here, there the column too.
 *
 * @module
 */

export { parse } from "./_parse.ts";
export type { ParseOptions, ParseResult, RecordWithColumn } from "./_parse.ts";
export { stringify } from "./_stringify.ts";
export type { Column, ColumnDetails, DataItem } from "./_stringify.ts";
export type { PropertyAccessor, StringifyOptions } from "./_stringify.ts";
