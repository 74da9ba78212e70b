/**
 * Stands in for the JSR package `@std/csv` where JSR is out of reach; removing the `links` line of the
 * root deno.json changes nothing but the origin.
 *
 * It has what the project uses, `stringify`, with the types and behaviour of version 1.0.6, whose tests
 * of it pass. The work is done by npm's csv-stringify.
 *
 * @module
 */

export { stringify } from "./_stringify.ts";
export type { Column, ColumnDetails, DataItem } from "./_stringify.ts";
export type { PropertyAccessor, StringifyOptions } from "./_stringify.ts";
