// Validates what a plot is given: its options, and the columns of its rows.

import {
  checkChoice,
  checkFlag,
  checkOptions,
  describe,
  type OptionNames,
} from "@minimodel/core/check";
import { type AxisScale, placeable } from "./_axis.ts";
import type { PlotOptions } from "./plot.ts";

/** The options of every plot. */
export const plotNames: OptionNames<PlotOptions> = {
  title: [],
  xLabel: ["xTitle", "xName"],
  yLabel: ["yTitle", "yName"],
  width: [],
  height: [],
};
/** The options of every plot of rows. */
export const columnNames = {
  ...plotNames,
  x: [],
  y: [],
  series: ["hue", "color", "group"],
} as const;

/** Refuses options that no picture can be drawn with. */
export function checkPlot<Options extends PlotOptions>(
  doing: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  checkOptions(doing, options, names);
  for (const name in names) {
    const value: unknown = options[name];
    const wanted = /^(title|xLabel|yLabel|x|y|color)$/.test(name);
    if (!wanted && value === undefined) continue;
    if (
      (wanted || /^(series|label|valueLabel|shape|fill|panel)$/.test(name)) &&
      typeof value !== "string"
    ) {
      throw new TypeError(`Cannot ${doing}: ${name} must be a string, got ${describe(value)}`);
    }
    if (name.endsWith("Scale")) checkChoice(doing, name, value, ["linear", "log"]);
    if (name === "values") checkFlag(doing, name, value);
    if (name === "xTicks" && !(Array.isArray(value) && value.every(Number.isFinite))) {
      throw new TypeError(
        `Cannot ${doing}: xTicks must be an array of finite numbers, got ${describe(value)}`,
      );
    }
    const size = typeof value === "number" ? value : NaN;
    if (/^(width|height)$/.test(name) && !(size >= 100 && size <= 4000)) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be in [100, 4000] pixels, got ${describe(value)}`,
      );
    }
  }
}

/** Refuses anything but an array of 1 to `most` rows. */
export function checkRows(doing: string, rows: readonly object[], most = Infinity): void {
  if (!Array.isArray(rows)) {
    throw new TypeError(`Cannot ${doing}: rows must be an array of objects, got ${describe(rows)}`);
  }
  if (rows.length === 0) {
    throw new RangeError(`Cannot ${doing}: wanted at least one row, got an empty array`);
  }
  if (rows.length > most) {
    throw new RangeError(`Cannot ${doing}: wanted at most ${most} rows, got ${rows.length}`);
  }
}

/** Reads a column of numbers; those that have no place on the axis become NaN. */
export function readNumbers(
  rows: readonly object[],
  column: string,
  type: AxisScale = "linear",
): number[] {
  return Array.from(rows, (row, index) => {
    const value = readValue(row, index, column);
    if (typeof value === "number") return placeable(value, type);
    throw new TypeError(
      `Cannot plot column "${column}": row ${index} holds ${Deno.inspect(value)}, not a number`,
    );
  });
}

/** Reads a column of names. */
export function readNames(rows: readonly object[], column: string): string[] {
  return Array.from(rows, (row, index) => {
    const value = readValue(row, index, column);
    if (typeof value === "object" && value !== null) return Deno.inspect(value);
    if (value !== undefined && value !== null) return String(value);
    throw new TypeError(`Cannot plot column "${column}": row ${index} holds ${value}, not a name`);
  });
}

function readValue(row: unknown, index: number, column: string): unknown {
  const holds = typeof row === "object" && row !== null;
  if (holds && column in row) return Reflect.get(row, column);
  const names = holds ? Object.keys(row).slice(0, 20).join(", ") : describe(row);
  throw new TypeError(
    `Cannot plot column "${column}": row ${index} has no such column, it holds ${names}`,
  );
}

/** Reads the column of series; without it, all rows are in one series without a name. */
export function readSeries(
  rows: readonly object[],
  column: string | undefined,
  limit: number,
): { names: string[]; ofRow: string[] } {
  const ofRow = column === undefined ? rows.map(() => "") : readNames(rows, column);
  const names = [...new Set(ofRow)];
  if (names.length > limit) {
    throw new RangeError(
      `Cannot plot ${names.length} series of column "${column}": at most ${limit} can be told apart`,
    );
  }
  return { names, ofRow };
}

/** Says how many of the values are NaN, and why; undefined if there are none. */
export function noteMissing(
  what: string,
  values: readonly number[],
  ...types: AxisScale[]
): string | undefined {
  const count = values.filter(Number.isNaN).length;
  if (count === 0) return undefined;
  const reason = types.includes("log") ? ", or not above 0 on a log axis" : "";
  return `${count} of ${values.length} ${what}: not finite${reason}`;
}
