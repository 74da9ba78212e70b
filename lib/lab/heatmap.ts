// A matrix as colours, with a bar that says what the colours mean.

import {
  axisStyle,
  drawFigure,
  type ElementMaker,
  leftMargin,
  shorten,
  type SvgElement,
  textWidth,
} from "./_figure.ts";
import { formatTick } from "./_format.ts";
import { extent } from "./_ticks.ts";
import type { PlotOptions } from "./charts.ts";
import { Plot } from "./plot.ts";

/** Numbers in rows and columns: an array of rows, or a tensor of shape (rows, columns). */
export type Matrix =
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/** Options of {@linkcode heatmap}. */
export interface HeatmapOptions extends PlotOptions {
  /** What the values are, with their unit; "value" unless told. */
  valueLabel?: string;
  /** The names of the columns; 0, 1, 2... unless told. */
  xNames?: readonly string[];
  /** The names of the rows; 0, 1, 2... unless told. */
  yNames?: readonly string[];
}

/** More cells than this make a file that is slow to show. */
const maxCells = 65_536;
/** Colours are drawn in this many steps, each step as one path: a cell of its own costs four times the bytes. */
const steps = 100;
const right = 120;
const bottom = 64;

/**
 * Draws a matrix (rows, columns) as coloured cells, row 0 on top: from blue over white (zero) to red where values
 * have both signs, from dark to light otherwise; NaN and infinities stay blank.
 *
 * @throws {RangeError} if the matrix is empty or has over 65,536 cells.
 * @throws {TypeError} if it is not of rank 2, if rows differ in length, or if there are too few or too many names.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { heatmap } from "minimodel/lab";
 *
 * const plot = await heatmap([[0.1, -0.2], [0, 0.3]], {
 *   title: "Embedding table", xLabel: "dimension", yLabel: "id",
 * });
 * assertStringIncludes(plot.svg, "Embedding table");
 * ```
 */
export async function heatmap(matrix: Matrix, options: HeatmapOptions): Promise<Plot> {
  const { title, xLabel, yLabel, width = 800, height = 600, valueLabel = "value" } = options;
  const { rows, columns, values } = readMatrix(matrix);
  const xNames = readNames(options.xNames, columns, "columns");
  const yNames = readNames(options.yNames, rows, "rows");
  const left = leftMargin(yNames);
  const widest = Math.max(...xNames.map((name) => textWidth(name)));
  const finite = values.filter(Number.isFinite);
  const [low, high] = extent(finite.length === 0 ? [0] : finite);
  const reach = Math.max(-low, high);
  const color = low < 0 && high > 0
    ? { type: "linear", scheme: "RdBu", reverse: true, domain: [-reach, reach] } as const
    : { type: "linear", scheme: "viridis", domain: [low, high > low ? high : low + 1] } as const;

  const Library = await import("@observablehq/plot");
  const scale = Library.scale({ color });
  const [from, to] = color.domain;
  const colors = Array.from(
    { length: steps },
    (_, step): string => scale.apply(from + (to - from) * (step + 0.5) / steps),
  );
  const svg = await drawFigure(
    { title, width, height, legend: [], margins: { left, right, bottom } },
    {
      x: { type: "band", domain: xNames.keys(), padding: 0, round: false },
      y: { type: "band", domain: yNames.keys(), padding: 0, round: false },
      marks: [
        Library.axisX(someTicks(columns, Math.min(20, (width - left - right) / (widest + 10))), {
          ...axisStyle,
          label: xLabel,
          labelOffset: 48,
          text: (index: number) => xNames[index],
        }),
        Library.axisY(someTicks(rows, (height - 160) / 18), {
          ...axisStyle,
          label: yLabel,
          labelOffset: left - 18,
          text: (index: number) => yNames[index],
        }),
      ],
    },
    (make, top) => {
      const area = { left, top, width: width - left - right, height: height - top - bottom };
      const levels = values.map((value) =>
        Number.isFinite(value)
          ? Math.min(steps - 1, Math.floor(steps * (value - from) / (to - from)))
          : NaN
      );
      return [
        ...drawCells(make, area, { rows, columns, levels, colors }),
        ...drawColorBar(make, area, { colors, domain: color.domain, label: valueLabel }),
      ];
    },
  );
  return new Plot(title, svg, { width, height });
}

function readMatrix(matrix: Matrix): { rows: number; columns: number; values: number[] } {
  if ("shape" in matrix) {
    const { data, shape } = matrix;
    if (shape.length !== 2) {
      throw new TypeError(`Cannot draw a heatmap of shape [${shape}]: it must have two axes`);
    }
    checkSize(shape[0], shape[1]);
    return { rows: shape[0], columns: shape[1], values: Array.from(data) };
  }
  const rows = matrix.length;
  const columns = matrix[0]?.length ?? 0;
  checkSize(rows, columns);
  const values = matrix.flatMap((row, index) => {
    if (row.length === columns) return Array.from(row);
    throw new TypeError(
      `Cannot draw a heatmap: row ${index} has ${row.length} values, row 0 has ${columns}`,
    );
  });
  return { rows, columns, values };
}

function checkSize(rows: number, columns: number): void {
  if (rows * columns === 0 || rows * columns > maxCells) {
    throw new RangeError(
      `Cannot draw a heatmap of shape [${rows}, ${columns}]: it must have 1 to ${maxCells} cells`,
    );
  }
}

function readNames(given: readonly string[] | undefined, count: number, what: string): string[] {
  if (given !== undefined && given.length !== count) {
    throw new TypeError(`Cannot name ${count} ${what} of a heatmap with ${given.length} names`);
  }
  return given?.map(shorten(24)) ?? Array.from({ length: count }, (_, index) => `${index}`);
}

/** Picks at most `limit` of 0 to count - 1, evenly, in steps of a power of two. */
function someTicks(count: number, limit: number): number[] {
  let step = 1;
  while (step < count && Math.ceil(count / step) > limit) step *= 2;
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

function drawCells(
  make: ElementMaker,
  area: Area,
  cells: { rows: number; columns: number; levels: number[]; colors: string[] },
): SvgElement[] {
  const width = area.width / cells.columns;
  const height = area.height / cells.rows;
  const paths = new Map<number, string>();
  cells.levels.forEach((level, index) => {
    if (Number.isNaN(level)) return;
    const x = area.left + (index % cells.columns) * width;
    const y = area.top + Math.floor(index / cells.columns) * height;
    const cell = `M${short(x)},${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`;
    paths.set(level, (paths.get(level) ?? "") + cell);
  });
  const order = [...paths].sort(([a], [b]) => a - b);
  return order.map(([level, d]) =>
    // Without crisp edges hairlines of the page would show between cells.
    make("path", { d, fill: cells.colors[level], "shape-rendering": "crispEdges" })
  );
}

function drawColorBar(
  make: ElementMaker,
  area: Area,
  bar: { colors: string[]; domain: readonly [number, number]; label: string },
): SvgElement[] {
  const [low, high] = bar.domain;
  const x = area.left + area.width + 20;
  const end = area.top + area.height;
  const height = area.height / bar.colors.length;
  const strips = bar.colors.map((fill, index) => {
    const y = end - (index + 1) * height;
    return make("rect", { x, y, width: 16, height, fill, "shape-rendering": "crispEdges" });
  });
  const texts = [low, (low + high) / 2, high].map((value, index) => {
    const y = end - index * area.height / 2;
    const place = { x: x + 22, y, dy: "0.35em", "text-anchor": "start" };
    return make("text", place, formatTick(value, 3));
  });
  const middle = short(area.top + area.height / 2);
  const name = make("text", { transform: `translate(${x + 88},${middle}) rotate(-90)` }, bar.label);
  return [...strips, ...texts, name];
}

function short(value: number): number {
  return Number(value.toFixed(2));
}
