// Bars, lines and points from rows. The drawing libraries are loaded with the first picture, so that
// importing this file costs nothing; therefore these functions are asynchronous.

import type * as ObservablePlot from "@observablehq/plot";
import { readNames, readNumbers, readSeries, type Series } from "./_columns.ts";
import {
  axisStyle,
  drawFigure,
  type FigureFrame,
  fitNames,
  gridStyle,
  ink,
  leftMargin,
  type LegendEntry,
  maxColors,
  maxLines,
  seriesStyle,
} from "./_figure.ts";
import { formatTick } from "./_format.ts";
import { axisDomain, type AxisScale, axisTicks, barDomain } from "./_ticks.ts";
import { Plot } from "./plot.ts";

export type { AxisScale } from "./_ticks.ts";

/** What every plot has. */
export interface PlotOptions {
  /** What the picture shows. */
  title: string;
  /** The name of the x axis, with its unit: "vocabulary size V (ids)". */
  xLabel: string;
  /** The name of the y axis, with its unit: "time (µs)". */
  yLabel: string;
  /** Width in SVG pixels; 800 unless told. */
  width?: number;
  /** Height in SVG pixels; 600 unless told. */
  height?: number;
}

/** The columns that a plot reads from its rows. */
export interface PlotColumns<Row extends object> {
  /** The column along x: names for bars, numbers otherwise. */
  x: keyof Row & string;
  /** The column of numbers along y; NaN and infinities are left out, a line has a gap there. */
  y: keyof Row & string;
  /** The column that tells several series apart, by colour and in the legend. */
  series?: keyof Row & string;
}

/** Options of {@linkcode barPlot}. */
export interface BarPlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The y axis; "linear" unless told. */
  yScale?: AxisScale;
  /** Whether each bar's height is written at its end; up to 12 bars unless told. */
  values?: boolean;
}

/** Options of {@linkcode linePlot}. */
export interface LinePlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The x axis; "linear" unless told. */
  xScale?: AxisScale;
  /** The y axis; "linear" unless told. */
  yScale?: AxisScale;
  /** Where ticks stand on x, such as the sizes that were measured; round numbers unless told. */
  xTicks?: readonly number[];
}

/** Options of {@linkcode scatterPlot}. */
export interface ScatterPlotOptions<Row extends object> extends PlotOptions, PlotColumns<Row> {
  /** The column of words to write beside the points. */
  label?: keyof Row & string;
}

/**
 * Draws one bar for each row; with `series`, groups of bars.
 *
 * @throws {RangeError} if there are no rows, two bars of one name, over 7 series, or a value <= 0 on a log axis.
 * @throws {TypeError} if a row holds something else than a number in column `y`, or nothing in `x`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { barPlot } from "minimodel/lab";
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
  const { xLabel, yLabel, yScale = "linear", values = rows.length <= 12 } = options;
  const heights = readNumbers(rows, options.y, yScale);
  const names = readNames(rows, options.x);
  const series = readSeries(rows, options.series, maxColors);
  const bars: Bar[] = heights.map((height, row) => ({
    name: names[row],
    series: series.ofRow[row],
    height,
  }));
  if (new Set(bars.map((bar) => JSON.stringify([bar.name, bar.series]))).size < bars.length) {
    throw new RangeError(`Cannot plot two bars of one name: rows repeat a value of "${options.x}"`);
  }
  const domain = barDomain(heights, yScale);
  const base = Math.max(0, domain[0]);
  const grouped = series.names.length > 1;
  const places = [...new Set(names)];
  const below = fitNames(places, options.width);
  const ticks = axisTicks(domain, yScale);
  const left = Math.max(leftMargin(ticks.map((tick) => formatTick(tick))), below.left);
  return await draw(options, series, "square", { left, bottom: below.bottom }, (Plot) => {
    const place = grouped ? { fx: "name", x: "series" } : { x: "name" };
    const label = { ...place, y: "height", text: (bar: Bar) => formatTick(bar.height, 3) };
    const axis = {
      ...axisStyle,
      label: xLabel,
      labelOffset: below.bottom - 16,
      tickSize: 0,
      tickRotate: below.rotate,
      textAnchor: below.rotate === 0 ? "middle" : "end",
      text: below.format,
    } as const;
    return {
      // Groups touch, and the air between them is inside: so grid lines run through.
      fx: { domain: places, padding: 0, axis: null },
      x: grouped
        ? { domain: series.names, paddingInner: 0.05, paddingOuter: 0.35, axis: null }
        : { domain: places, padding: 0.3, axis: null },
      y: { type: yScale, domain },
      marks: [
        ...yAxis(Plot, yLabel, left, ticks),
        Plot.barY(bars, {
          ...place,
          y1: base,
          y2: "height",
          fill: (bar: Bar) => seriesStyle(series.names.indexOf(bar.series)).color,
        }),
        Plot.ruleY([base], { stroke: ink }),
        grouped ? Plot.axisFx({ ...axis, anchor: "bottom" }) : Plot.axisX(axis),
        ...(values
          ? [
            Plot.text(bars.filter((bar) => bar.height >= base), { ...label, dy: -9 }),
            Plot.text(bars.filter((bar) => bar.height < base), { ...label, dy: 9 }),
          ]
          : []),
      ],
    };
  });
}

interface Bar {
  name: string;
  series: string;
  height: number;
}

/**
 * Draws a line through the rows in their order; with `series`, one for each.
 *
 * @throws {RangeError} if there are no rows, over 21 series, or a value <= 0 on a log axis.
 * @throws {TypeError} if a row holds something else than a number in column `x` or `y`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { linePlot } from "minimodel/lab";
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
  const { xLabel, yLabel, xScale = "linear", yScale = "linear" } = options;
  const xs = readNumbers(rows, options.x, xScale);
  const ys = readNumbers(rows, options.y, yScale);
  const series = readSeries(rows, options.series, maxLines);
  const points = xs.map((x, row) => ({ x, y: ys[row], series: series.ofRow[row] }));
  const xDomain = axisDomain(xs, xScale);
  const yDomain = axisDomain(ys, yScale);
  const xTicks = options.xTicks ?? axisTicks(xDomain, xScale, 7);
  const yTicks = axisTicks(yDomain, yScale);
  const left = leftMargin(yTicks.map((tick) => formatTick(tick)));
  return await draw(options, series, "line", { left }, (Plot) => ({
    x: { type: xScale, domain: xDomain },
    y: { type: yScale, domain: yDomain },
    marks: [
      ...yAxis(Plot, yLabel, left, yTicks),
      ...xAxis(Plot, xLabel, xTicks),
      ...series.names.flatMap((name, index) => {
        const { color, dash } = seriesStyle(index);
        const own = points.filter((point) => point.series === name);
        const line = { x: "x", y: "y", stroke: color, strokeWidth: 2.5, strokeDasharray: dash };
        // Few points are measurements, to be seen each; many are a curve.
        const dots = own.length <= 40
          ? [Plot.dot(own, { x: "x", y: "y", fill: color, r: 3.5 })]
          : [];
        return [Plot.line(own, line), ...dots];
      }),
    ],
  }));
}

/**
 * Draws a point for each row, with words beside them if `label` is told.
 *
 * @throws {RangeError} if there are no rows or over 7 series.
 * @throws {TypeError} if a row holds something else than a number in column `x` or `y`.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { scatterPlot } from "minimodel/lab";
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
  const { xLabel, yLabel, label } = options;
  const xs = readNumbers(rows, options.x);
  const ys = readNumbers(rows, options.y);
  const series = readSeries(rows, options.series, maxColors);
  const words = label === undefined ? [] : readNames(rows, label);
  const points = xs.map((x, row) => ({
    x,
    y: ys[row],
    word: words[row],
    color: seriesStyle(series.names.indexOf(series.ofRow[row])).color,
  }));
  const xDomain = axisDomain(xs, "linear");
  const yDomain = axisDomain(ys, "linear");
  const yTicks = axisTicks(yDomain, "linear");
  const left = leftMargin(yTicks.map((tick) => formatTick(tick)));
  // Words of points far to the right stand on their left side, or they would leave the page.
  const turn = xDomain[0] + 0.85 * (xDomain[1] - xDomain[0]);
  const word = { x: "x", y: "y", text: "word", fontSize: 12 };
  return await draw(options, series, "dot", { left }, (Plot) => ({
    x: { domain: xDomain },
    y: { domain: yDomain },
    marks: [
      ...yAxis(Plot, yLabel, left, yTicks),
      ...xAxis(Plot, xLabel, axisTicks(xDomain, "linear", 7)),
      Plot.dot(points, { x: "x", y: "y", fill: "color", fillOpacity: 0.8, r: 4 }),
      ...(label === undefined ? [] : [
        Plot.text(points, { ...word, textAnchor: "start", dx: 7, filter: ({ x }) => x <= turn }),
        Plot.text(points, { ...word, textAnchor: "end", dx: -7, filter: ({ x }) => x > turn }),
      ]),
    ],
  }));
}

type Library = typeof ObservablePlot;

async function draw(
  options: PlotOptions,
  series: Series,
  shape: LegendEntry["shape"],
  margins: FigureFrame["margins"],
  describe: (library: Library) => ObservablePlot.PlotOptions,
): Promise<Plot> {
  const { title, width = 800, height = 600 } = options;
  const legend = series.names.length < 2
    ? []
    : series.names.map((name, index) => ({ name, shape, ...seriesStyle(index) }));
  const library = await import("@observablehq/plot");
  const svg = await drawFigure({ title, width, height, legend, margins }, describe(library));
  return new Plot(title, svg, { width, height });
}

function xAxis(Plot: Library, label: string, ticks: readonly number[]): ObservablePlot.Markish[] {
  return [
    Plot.gridX(ticks, gridStyle),
    Plot.axisX(ticks, { ...axisStyle, label, labelOffset: 48, text: (x: number) => formatTick(x) }),
  ];
}

function yAxis(
  Plot: Library,
  label: string,
  left: number,
  ticks: readonly number[],
): ObservablePlot.Markish[] {
  const axis = { ...axisStyle, label, labelOffset: left - 18, text: (y: number) => formatTick(y) };
  return [Plot.gridY(ticks, gridStyle), Plot.axisY(ticks, axis)];
}
