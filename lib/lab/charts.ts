// Bars, lines and points from rows. The drawing libraries are loaded with the first picture, so
// that importing this file is fast; this is why these functions are asynchronous.

import { axisOf, type AxisScale, extent, placeable } from "./_axis.ts";
import {
  checkPlot,
  checkRows,
  columnNames,
  noteMissing,
  readNames,
  readNumbers,
  readSeries,
} from "./_columns.ts";
import {
  axisStyle,
  drawFigure,
  type Library,
  maxColors,
  maxLines,
  numberAxes,
  type Picture,
  type SeriesStyle,
  seriesStyle,
  shorten,
  textRoom,
} from "./_figure.ts";
import { formatTick } from "./_format.ts";
import type { Plot, PlotOptions } from "./plot.ts";

export type { AxisScale } from "./_axis.ts";

/** The columns that a plot reads from its rows. */
export interface PlotColumns<Row extends object> {
  /** The column along x: names for bars, numbers otherwise. */
  x: keyof Row & string;
  /**
   * The column of numbers along y. NaN and infinities are left out, and so is what is not above 0
   * on a log axis; a line has a gap there.
   */
  y: keyof Row & string;
  /** The column that names a row's series; series differ in colour, and a legend names them. */
  series?: keyof Row & string;
}

/** Options of {@linkcode barPlot}. */
export interface BarPlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The y axis; "linear" by default. */
  yScale?: AxisScale;
  /** Whether each bar's height is written at its end; by default, if there are at most 12 bars. */
  values?: boolean;
}

/** Options of {@linkcode linePlot}. */
export interface LinePlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The x axis; "linear" by default. */
  xScale?: AxisScale;
  /** The y axis; "linear" by default. */
  yScale?: AxisScale;
  /**
   * Where the ticks of x are, such as at the sizes that were measured; by default round numbers.
   */
  xTicks?: readonly number[];
}

/** Options of {@linkcode scatterPlot}. */
export interface ScatterPlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The column of words to write beside the points. */
  label?: keyof Row & string;
}

/** More bars than this are too thin to see. */
const maxBars = 500;
/** More words than this cover each other. */
const maxWords = 5000;
/** More points than this are drawn as one path for each series. */
const maxDots = 5000;

/**
 * Draws one bar for each row; with `series`, groups of bars. A line below says how many bars are
 * left out.
 *
 * @throws {RangeError} If there are no rows or over 500, two bars with one name, or over 7 series.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind, or if a row holds
 * anything but a number in column `y`, or nothing in `x`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { barPlot } from "@minimodel/lab";
 *
 * const rows = [{ way: "one-hot", us: 1520 }, { way: "lookup", us: 23 }];
 * const plot = await barPlot(rows, {
 *   x: "way", y: "us", title: "Lookup against one-hot", xLabel: "way", yLabel: "time (µs)",
 * });
 * assertStringIncludes(plot.svg, "Lookup against one-hot");
 * ```
 */
export async function barPlot<Row extends object>(
  rows: readonly Row[],
  options: BarPlotOptions<Row>,
): Promise<Plot> {
  const doing = "draw a bar plot";
  checkPlot(doing, options, { ...columnNames, yScale: [], values: [] });
  checkRows(doing, rows, maxBars);
  const { yScale = "linear", values = rows.length <= 12, width = 800 } = options;
  const heights = readNumbers(rows, options.y, yScale);
  const names = readNames(rows, options.x);
  const { names: series, ofRow } = readSeries(rows, options.series, maxColors);
  const bars = heights.map((height, row) => ({ name: names[row], series: ofRow[row], height }));
  if (new Set(bars.map((bar) => JSON.stringify([bar.name, bar.series]))).size < bars.length) {
    throw new RangeError(`Cannot plot two bars of one name: rows repeat a value of "${options.x}"`);
  }
  // Bars stand on zero, or on a power of ten below them all.
  const [lowest] = extent(heights) ?? [1];
  const below = Number(`1e${Math.floor(Math.log10(lowest / 1.3))}`) || Number.MIN_VALUE;
  const base = yScale === "log" ? below : 0;
  const y = axisOf(heights.concat(base), yScale);
  const grouped = series.length > 1;
  const place = grouped ? { fx: "name", x: "series" } : { x: "name" };
  const { leftRoom, marginBottom, axis } = fitNames([...new Set(names)], width, options.xLabel);
  const note = noteMissing("bars left out", heights, yScale);
  return await drawFigure(doing, { ...options, series, swatch: "square", note }, (library) => ({
    leftRoom,
    rightRoom: 16,
    marginBottom,
    // Groups touch, and the space between bars is inside them, so that grid lines have no gaps.
    fx: grouped ? { ...axis, axis: "bottom", padding: 0 } : undefined,
    x: grouped
      ? { type: "band", domain: series, paddingInner: 0.05, paddingOuter: 0.35, axis: null }
      : { ...axis, type: "band", padding: 0.3 },
    y: { ...y.scale, insetTop: 20, insetBottom: heights.some((height) => height < base) ? 20 : 0 },
    axes: numberAxes(library, options, { y }),
    marks: [
      library.barY(bars.filter(({ height }) => !Number.isNaN(height)), {
        ...place,
        y1: base,
        y2: "height",
        fill: (bar) => seriesStyle(series.indexOf(bar.series)).stroke,
      }),
      library.ruleY([base]),
      // Numbers are written beyond the end of their bar.
      ...(values ? [1, -1] : []).map((side) =>
        library.text(bars.filter(({ height }) => side > 0 ? height >= base : height < base), {
          ...place,
          y: "height",
          text: ({ height }) => formatTick(height, 3),
          dy: -9 * side,
        })
      ),
    ],
  }));
}

/**
 * Decides how names fit below an axis: horizontal, or slanted, with more room, if they are too
 * wide.
 */
function fitNames(names: readonly string[], width: number, label: string) {
  const room = textRoom(names.map(shorten));
  const step = (width - 120) / names.length;
  const axis = { ...axisStyle(label), domain: names, tickSize: 0, tickFormat: shorten };
  if (room <= step) return { axis, leftRoom: 0, marginBottom: 48 };
  const every = Math.ceil(24 / step);
  const ticks = names.filter((_, index) => index % every === 0);
  return {
    axis: { ...axis, tickRotate: -40, ticks },
    // Slanted by 40 degrees, a name ends below its bar and extends to the left and down.
    leftRoom: 0.77 * room - step / 2 + 8,
    marginBottom: 42 + 0.64 * room,
  };
}

/**
 * Draws a line through the rows in their order; with `series`, one line for each series. A line of
 * text below says how many points are left out.
 *
 * @throws {RangeError} If there are no rows or over 21 series.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind, or if a row holds
 * anything but a number in column `x` or `y`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { linePlot } from "@minimodel/lab";
 *
 * const plot = await linePlot([{ step: 0, loss: 4.2 }, { step: 100, loss: 1.3 }], {
 *   x: "step", y: "loss", title: "Training", xLabel: "step", yLabel: "loss (nats)",
 * });
 * assertStringIncludes(plot.svg, "loss (nats)");
 * ```
 */
export async function linePlot<Row extends object>(
  rows: readonly Row[],
  options: LinePlotOptions<Row>,
): Promise<Plot> {
  const doing = "draw a line plot";
  checkPlot(doing, options, { ...columnNames, xScale: [], yScale: [], xTicks: [] });
  checkRows(doing, rows);
  return await drawPoints(doing, rows, options, "line", (library, points, style) => [
    library.line(points, { x: "x", y: "y", strokeWidth: 2.5, ...style }),
    // A few points are measurements, each of which should be visible; many points are a curve.
    points.length > 40 ? null : library.dot(points, { x: "x", y: "y", fill: style.stroke, r: 3.5 }),
  ]);
}

/**
 * Draws a point for each row, with words beside them if `label` is given. A line below says how
 * many points are left out.
 *
 * @throws {RangeError} If there are no rows, over 7 series, or over 5,000 rows with words.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind, or if a row holds
 * anything but a number in column `x` or `y`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { scatterPlot } from "@minimodel/lab";
 *
 * const plot = await scatterPlot([{ word: "cat", a: 1, b: 2 }, { word: "dog", a: 1.2, b: 1.9 }], {
 *   x: "a", y: "b", label: "word", title: "Words", xLabel: "component 1", yLabel: "component 2",
 * });
 * assertStringIncludes(plot.svg, "dog");
 * ```
 */
export async function scatterPlot<Row extends object>(
  rows: readonly Row[],
  options: ScatterPlotOptions<Row>,
): Promise<Plot> {
  const doing = "draw a scatter plot";
  checkPlot(doing, options, { ...columnNames, label: ["text", "word"] });
  checkRows(doing, rows, options.label === undefined ? Infinity : maxWords);
  return await drawPoints(doing, rows, options, "circle", (library, points, { stroke }) => {
    const place = { x: "x", y: "y" };
    const many = { curve: dots, stroke, strokeWidth: 4, strokeLinecap: "round" } as const;
    return [
      points.length > maxDots
        ? library.line(points, { ...place, ...many })
        : library.dot(points, { ...place, fill: stroke, fillOpacity: 0.8, r: 4 }),
      library.text(points, { ...place, text: "word", fontSize: 12, dy: -10 }),
    ];
  });
}

/** A dot at each point, all in one path: one element per point would be five times as slow. */
const dots = (context: Record<"moveTo" | "lineTo", (x: number, y: number) => void>) => ({
  lineStart() {},
  lineEnd() {},
  point(x: number, y: number) {
    context.moveTo(x, y);
    context.lineTo(x, y);
  },
});

interface Point {
  x: number;
  y: number;
  word?: string;
}

/** Draws points with the marks of their series; a coordinate without a place on its axis is NaN. */
async function drawPoints<Row extends object>(
  doing: string,
  rows: readonly Row[],
  options: LinePlotOptions<Row> & ScatterPlotOptions<Row>,
  swatch: "line" | "circle",
  marksOf: (library: Library, points: Point[], style: SeriesStyle) => Picture["axes"],
): Promise<Plot> {
  const { xScale = "linear", yScale = "linear", label } = options;
  const xs = readNumbers(rows, options.x, xScale);
  const ys = readNumbers(rows, options.y, yScale);
  const words = label === undefined ? [] : readNames(rows, label);
  const { names, ofRow } = readSeries(
    rows,
    options.series,
    swatch === "line" ? maxLines : maxColors,
  );
  const points = xs.map((x, row) => ({
    x,
    y: ys[row] ?? NaN,
    word: words[row],
    series: ofRow[row],
  }));
  const groups = [...Map.groupBy(points, ({ series }) => series).values()];

  const ticks = options.xTicks?.filter((tick) => !Number.isNaN(placeable(tick, xScale)));
  const along = axisOf(xs.concat(ticks ?? []), xScale, true);
  const x = ticks === undefined ? along : { ...along, ticks: ticks.map(along.scale.transform) };
  const y = axisOf(ys, yScale);
  // A difference is NaN if one of its numbers is.
  const note = noteMissing("points left out", points.map(({ x, y }) => x - y), xScale, yScale);
  return await drawFigure(doing, { ...options, series: names, swatch, note }, (library) => ({
    inset: 8,
    // A word is centred above its point.
    rightRoom: label === undefined ? undefined : Math.max(40, textRoom(words) / 2),
    x: x.scale,
    y: y.scale,
    axes: numberAxes(library, options, { x, y }),
    marks: groups.map((own, index) => marksOf(library, own, seriesStyle(index))),
  }));
}
