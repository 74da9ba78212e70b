// Words as points of a plane, told apart by colour, shape and filling, with their names beside them:
// in one picture, or in a panel for each epoch.

import { axisOf } from "./_axis.ts";
import {
  checkPlot,
  checkRows,
  columnNames,
  noteMissing,
  readNames,
  readNumbers,
} from "./_columns.ts";
import { drawFigure, numberAxes, shorten, textRoom } from "./_figure.ts";
import { dots, legendMarks, type MapPoint, panelNames, symbols, wordMarks } from "./_word_marks.ts";
import { palette } from "./_palette.ts";
import type { Plot, PlotOptions } from "./plot.ts";

/** Options of {@linkcode wordMap}. */
export interface WordMapOptions<Row extends object> extends PlotOptions {
  /** The column of numbers along x. */
  x: keyof Row & string;
  /** The column of numbers along y. */
  y: keyof Row & string;
  /** The column that decides the colour; it may hold 20 names. */
  color: keyof Row & string;
  /** The column that decides the shape; it may hold 5 names. */
  shape?: keyof Row & string;
  /** The column that decides whether a point is filled; it may hold 2 names, the first is filled. */
  fill?: keyof Row & string;
  /** The column of words to write beside the points; where it is null, nothing is written. */
  label?: keyof Row & string;
  /** The column that names the panel that a point is in; by default all are in one. */
  panel?: keyof Row & string;
}

const maxPoints = 5000;
/**
 * Draws words as points, each with its name beside it where there is room: names never overlap, and a
 * line below says how many are left out. Colour, shape and filling come from columns, and a legend on
 * the right names them; with `panel`, there is one small picture for each value, all with the same
 * axes.
 *
 * @throws {RangeError} If there are no rows or over 5,000, over 20 colours, 5 shapes or 2 fillings.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind, or if a row holds
 * anything but a number in column `x` or `y`, or nothing in `color`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { wordMap } from "minimodel/lab";
 *
 * const rows = [
 *   { word: "sang", a: 1, b: 2, verb: "sing", language: "en" },
 *   { word: "cantó", a: 1.2, b: 1.9, verb: "sing", language: "es" },
 *   { word: "ate", a: 5, b: 1, verb: "eat", language: "en" },
 * ];
 * const plot = await wordMap(rows, {
 *   x: "a", y: "b", color: "verb", fill: "language", label: "word",
 *   title: "Words", xLabel: "component 1", yLabel: "component 2",
 * });
 * assertStringIncludes(plot.svg, "cantó");
 * ```
 */
export async function wordMap<Row extends object>(
  rows: readonly Row[],
  options: WordMapOptions<Row>,
): Promise<Plot> {
  const doing = "draw a map of words";
  const { series: color, ...names } = columnNames;
  checkPlot(doing, options, {
    ...names,
    color,
    shape: ["symbol"],
    fill: [],
    label: ["text", "word"],
    panel: ["facet", "column"],
  });
  checkRows(doing, rows, maxPoints);
  const { width = 1600, height = 1200 } = options;
  const kinds = {
    color: kindsOf(doing, rows, options.color, palette.length),
    shape: kindsOf(doing, rows, options.shape, symbols.length),
    fill: kindsOf(doing, rows, options.fill, 2),
    panel: kindsOf(doing, rows, options.panel, 24),
  };
  const panels = kinds.panel.names;
  const inPanels = panels.length > 1;
  const across = Math.ceil(Math.sqrt(panels.length));
  const ys = readNumbers(rows, options.y);
  const words = wordsOf(rows, options.label);
  const points = readNumbers(rows, options.x).map((x, row): MapPoint => {
    const panel = kinds.panel.ofRow[row] ?? 0;
    return {
      x,
      y: ys[row] ?? NaN,
      color: palette[kinds.color.ofRow[row] ?? 0] ?? "",
      symbol: symbols[kinds.shape.ofRow[row] ?? 0] ?? "circle",
      filled: kinds.fill.ofRow[row] !== 1,
      word: words[row] ?? "",
      fx: panel % across,
      fy: Math.floor(panel / across),
    };
  }).filter(({ x, y }) => !Number.isNaN(x - y));
  const dropped = noteMissing(
    "points left out",
    ys.map((y, row) => y - Number(rows[row]?.[options.x])),
  );
  const legend =
    ([["color", options.color], ["shape", options.shape], ["fill", options.fill]] as const)
      .flatMap(([kind, column]) =>
        column === undefined ? [] : [{ kind, column, names: kinds[kind].names }]
      );
  const rightRoom = 40 +
    textRoom(legend.flatMap(({ column, names }) => [column, ...names].map(shorten)));
  const [x, y] = [points.map(({ x }) => x), points.map(({ y }) => y)].map((each, axis) =>
    axisOf(each, "linear", axis === 0)
  );
  let unwritten = 0;
  const draw = (note: string) =>
    drawFigure(doing, { ...options, width, height, note }, (library) => {
      const { lines, words } = wordMarks(library, points, {
        inPanels,
        unwritten: (count) => unwritten = count,
      });
      return {
        rightRoom,
        inset: 14,
        x: x?.scale,
        y: y?.scale,
        ...(inPanels
          ? { fx: { axis: null, padding: 0.04 }, fy: { axis: null, padding: 0.06 } }
          : {}),
        axes: x === undefined || y === undefined ? [] : numberAxes(library, options, { x, y }),
        marks: [
          inPanels ? panelNames(library, panels, across) : null,
          lines,
          dots(library, points, inPanels),
          words,
          legendMarks(library, legend),
        ],
      };
    });
  const noteOf = () =>
    [
      dropped,
      unwritten === 0
        ? undefined
        : `${unwritten} of ${
          points.filter(({ word }) => word !== "").length
        } words not written: no room beside their points`,
    ].filter((each) => each !== undefined).join("; ");
  // A line is kept for the note, so that places are the same with it.
  const plot = await draw(" ");
  const note = noteOf();
  return note === "" ? plot : await draw(note);
}

/** The names in a column and which of them each row has; without a column, all have one name. */
function kindsOf(
  doing: string,
  rows: readonly object[],
  column: string | undefined,
  most: number,
): { names: string[]; ofRow: number[] } {
  if (column === undefined) return { names: [""], ofRow: rows.map(() => 0) };
  const given = readNames(rows, column);
  const names = [...new Set(given)];
  if (names.length > most) {
    throw new RangeError(
      `Cannot ${doing}: column "${column}" holds ${names.length} names, at most ${most} can be told apart`,
    );
  }
  return { names, ofRow: given.map((name) => names.indexOf(name)) };
}

/** The words to write; where a row has null, the empty text. */
function wordsOf(rows: readonly object[], column: string | undefined): string[] {
  if (column === undefined) return rows.map(() => "");
  const isNull = (row: object) => Reflect.get(row, column) === null;
  const names = readNames(rows.map((row) => isNull(row) ? { [column]: "" } : row), column);
  return names.map(shorten);
}
