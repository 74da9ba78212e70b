// A matrix as colours, with a bar that says what the colours mean. Cells of one colour are one
// path: Plot's own cells, one element per cell, take seven times as long.

import { describe } from "@minimodel/core/check";
import { axisOf, placeable } from "./_axis.ts";
import { checkPlot, noteMissing, plotNames } from "./_columns.ts";
import { axisStyle, drawFigure, shorten, textRoom } from "./_figure.ts";
import type { Plot, PlotOptions } from "./plot.ts";

/** Numbers in rows and columns: an array of rows, or a tensor of shape (rows, columns). */
export type Matrix =
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/** Options of {@linkcode heatmap}. */
export interface HeatmapOptions extends PlotOptions {
  /** What the values are, with their unit; "value" by default. */
  valueLabel?: string;
  /** The names of the columns; 0, 1, 2... by default. */
  xNames?: readonly string[];
  /** The names of the rows; 0, 1, 2... by default. */
  yNames?: readonly string[];
}

/** A file with more cells than this is slow to show. */
const maxCells = 65_536;
/** Colours are drawn in this many steps. */
const steps = 100;

/**
 * Draws a matrix (rows, columns) as coloured cells, row 0 on top: from blue over white (zero) to
 * red where values have both signs, from dark to light otherwise. NaN and infinities stay blank,
 * and a line below counts them.
 *
 * @throws {RangeError} If the matrix is empty or has over 65,536 cells.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind, or if the matrix is
 * not of rank 2, holds anything but numbers, has rows of different length, or has too few or too
 * many names.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { heatmap } from "@minimodel/lab";
 *
 * const plot = await heatmap([[0.1, -0.2], [0, 0.3]], {
 *   title: "Embedding table", xLabel: "dimension", yLabel: "id",
 * });
 * assertStringIncludes(plot.svg, "Embedding table");
 * ```
 */
export async function heatmap(matrix: Matrix, options: HeatmapOptions): Promise<Plot> {
  const doing = "draw a heatmap";
  const valueNames = ["colorLabel", "zLabel", "label"];
  checkPlot(doing, options, { ...plotNames, valueLabel: valueNames, xNames: [], yNames: [] });
  const { width = 800, height = 600, valueLabel = "value" } = options;
  const { rows, columns, values } = readMatrix(matrix);
  const xNames = readNames(options.xNames, columns, "columns");
  const yNames = readNames(options.yNames, rows, "rows");

  const { scale: { domain, transform }, text } = axisOf(values);
  const bothSigns = domain[0] < 0 && domain[1] > 0;
  const reach = Math.max(-domain[0], domain[1]);
  const [low, high] = bothSigns ? [-reach, reach] : domain;
  const stepOf = (value: number) =>
    Math.min(steps - 1, Math.floor(steps * (transform(value) - low) / (high - low)));
  // The corners of each cell, of which `cells` makes rectangles.
  const corners = values.flatMap((value, index) => {
    if (Number.isNaN(value)) return [];
    const corner = { x: index % columns, y: Math.floor(index / columns), step: stepOf(value) };
    return [corner, { ...corner, x: corner.x + 1, y: corner.y + 1 }];
  });
  const endOf = (row: number) => text(high - (high - low) * row / rows);
  const ends = [rows, rows / 2, 0];
  const valueRoom = textRoom(ends.map(endOf));
  const crisp = { shapeRendering: "crispEdges" }; // without it, the page shows between cells
  const note = noteMissing("cells left blank", values);
  return await drawFigure(doing, { ...options, note }, (library) => ({
    rightRoom: 68 + valueRoom,
    x: { domain: [0, columns] },
    y: { domain: [rows, 0] },
    color: {
      type: "linear",
      domain: [0, steps - 1],
      scheme: bothSigns ? "RdBu" : "viridis",
      reverse: bothSigns,
    },
    axes: [
      library.axisX(
        named(xNames, options.xLabel, Math.min(20, (width - 240) / (textRoom(xNames) + 10))),
      ),
      library.axisY(named(yNames, options.yLabel, (height - 160) / 18)),
    ],
    marks: [
      library.line(corners, {
        x: "x",
        y: "y",
        z: "step",
        fill: "step",
        stroke: null,
        curve: cells,
        ...crisp,
      }),
      // A bar of colours to the right of the last column.
      library.rect(Array(steps).keys(), {
        x1: columns,
        x2: columns,
        y1: (step) => rows * (1 - step / steps),
        y2: (step) => rows * (1 - (step + 1) / steps),
        fill: (step) => step,
        insetLeft: 20,
        insetRight: -36,
        ...crisp,
      }),
      library.axisY(ends, { ...axisStyle(valueLabel), anchor: "right", dx: 36, text: endOf }),
    ],
  }));
}

/** Rectangles from pairs of corners. */
const cells = (context: { rect(x: number, y: number, width: number, height: number): void }) => {
  let first: [number, number] | undefined;
  // Neighbouring cells round in the same way; otherwise, thin lines show between them.
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    lineStart() {},
    lineEnd() {},
    point(x: number, y: number) {
      const corner: [number, number] = [round(x), round(y)];
      if (first !== undefined) {
        context.rect(first[0], first[1], corner[0] - first[0], corner[1] - first[1]);
      }
      first = first === undefined ? corner : undefined;
    },
  };
};

/**
 * Names in the middle of their cells; if there is no room for all, only every second, fourth,
 * eighth and so on.
 */
function named(names: readonly string[], label: string, most: number) {
  let every = 1;
  while (every < names.length && Math.ceil(names.length / every) > most) every *= 2;
  const indices = [...names.keys()].filter((index) => index % every === 0);
  return {
    ...axisStyle(label),
    ticks: indices.map((index) => index + 0.5),
    text: (tick: number) => names[Math.floor(tick)] ?? "",
  };
}

function readMatrix(matrix: Matrix): { rows: number; columns: number; values: number[] } {
  const doing = "Cannot draw a heatmap";
  if (!Array.isArray(matrix) && !("shape" in Object(matrix) && "data" in Object(matrix))) {
    throw new TypeError(`${doing}: wanted an array of rows or a tensor, got ${describe(matrix)}`);
  }
  const shape = "shape" in matrix ? matrix.shape : [matrix.length, matrix[0]?.length ?? 0];
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2) {
    throw new TypeError(`${doing} of shape [${shape}]: it must have two axes`);
  }
  if (!(rows * columns >= 1 && rows * columns <= maxCells)) {
    throw new RangeError(
      `${doing} of shape [${rows}, ${columns}]: it must have 1 to ${maxCells} cells`,
    );
  }
  const flat = "shape" in matrix
    ? Array.from(matrix.data)
    : Array.from(matrix).flatMap((row, index) => {
      if (row?.length === columns) return Array.from(row);
      throw new TypeError(`${doing}: row ${index} has ${row?.length} values, row 0 has ${columns}`);
    });
  if (flat.length !== rows * columns) {
    throw new TypeError(
      `${doing} of shape [${shape}]: it must have ${rows * columns} values, got ${flat.length}`,
    );
  }
  const values = flat.map((value) => {
    if (typeof value === "number") return placeable(value);
    throw new TypeError(`${doing}: values must be numbers, got ${describe(value)}`);
  });
  return { rows, columns, values };
}

function readNames(given: readonly string[] | undefined, count: number, what: string): string[] {
  if (given === undefined) return Array.from({ length: count }, (_, index) => `${index}`);
  if (!Array.isArray(given)) {
    throw new TypeError(
      `Cannot name ${count} ${what} of a heatmap: wanted an array of names, got ${describe(given)}`,
    );
  }
  if (given.length !== count) {
    throw new TypeError(`Cannot name ${count} ${what} of a heatmap with ${given.length} names`);
  }
  return given.map((name) => shorten(String(name)));
}
