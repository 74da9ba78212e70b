// Reading columns out of rows, with the row and the value named when they are not what a plot needs.

import type { AxisScale } from "./_ticks.ts";
import { formatTick } from "./_format.ts";

/** Reads a column of numbers, NaN and infinities among them. */
export function readNumbers(
  rows: readonly object[],
  column: string,
  scale: AxisScale = "linear",
): number[] {
  if (rows.length === 0) throw new RangeError("Cannot plot no rows: give at least one");
  return rows.map((row, index) => {
    const value: unknown = Reflect.get(row, column);
    if (typeof value !== "number") {
      throw new TypeError(
        `Cannot plot column "${column}": row ${index} holds ${Deno.inspect(value)}, not a number`,
      );
    }
    if (scale === "log" && value <= 0) {
      throw new RangeError(
        `Cannot plot column "${column}" on a log axis: row ${index} holds ${value}, not above 0`,
      );
    }
    return value;
  });
}

/** Reads a column of names; numbers as they stand on an axis. */
export function readNames(rows: readonly object[], column: string): string[] {
  return rows.map((row, index) => {
    const value: unknown = Reflect.get(row, column);
    if (value === undefined || value === null) {
      throw new TypeError(
        `Cannot plot column "${column}": row ${index} holds ${value}, not a name`,
      );
    }
    return typeof value === "number" ? formatTick(value) : String(value);
  });
}

/** The series of rows: every name once, in order of appearance, and each row's name. */
export interface Series {
  names: string[];
  ofRow: string[];
}

/** Reads the column of series; without one all rows are of one series without a name. */
export function readSeries(
  rows: readonly object[],
  column: string | undefined,
  limit: number,
): Series {
  const ofRow = column === undefined ? rows.map(() => "") : readNames(rows, column);
  const names = [...new Set(ofRow)];
  if (names.length > limit) {
    throw new RangeError(
      `Cannot plot ${names.length} series of column "${column}": at most ${limit} can be told apart`,
    );
  }
  return { names, ofRow };
}
