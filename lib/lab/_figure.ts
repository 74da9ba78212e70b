// One self-contained SVG from what Plot draws. Plot's own title, caption and legend of series are
// HTML, which no SVG file can hold: here they are marks of the same plot, in its margins.

import type * as ObservablePlot from "@observablehq/plot";
import stringWidth from "string-width";
import type { Axis } from "./_axis.ts";
import { escapeHtml } from "./_format.ts";
import { fontFamily, renderPng } from "./_png.ts";
import { isNotebook } from "./display.ts";
import { Plot, type PlotOptions } from "./plot.ts";

/** The library that draws. It is called Plot, like our own class. */
export type Library = typeof ObservablePlot;

/** What stands around a picture. */
export interface Frame extends PlotOptions {
  /** The series in the legend; a single series needs no legend. */
  series?: readonly string[];
  /** How the legend shows a series. */
  swatch?: "line" | "square" | "circle";
  /** A line below the picture. */
  note?: string;
}

/**
 * The picture itself; `leftRoom` is the least width of the left margin, `rightRoom` the width of
 * the right one.
 */
export type Picture = ObservablePlot.PlotOptions & {
  axes: ObservablePlot.Markish[];
  leftRoom?: number;
  rightRoom?: number;
};

/** How a series is drawn. */
export interface SeriesStyle {
  stroke: string;
  strokeDasharray?: string;
}

/** The colour of text and axes in a file, which has a white background. */
const ink = "#1f2328";
/**
 * Their colour in a notebook: visible on white and on black, since an image cannot follow the
 * theme.
 */
const inkOnPage = "#767676";
/** The colours of Okabe and Ito that are visible on white; any colour vision tells them apart. */
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"];
const dashes = [undefined, "7 4", "2 3"];
/** How many series colour alone tells apart. */
export const maxColors = palette.length;
/** How many series colour and dashes tell apart. */
export const maxLines = palette.length * dashes.length;

const padding = 12;
const fontSize = 14;
const titleSize = 20;

/** Returns the colour and dashes of the series at `index`. */
export function seriesStyle(index: number): SeriesStyle {
  const strokeDasharray = dashes[Math.floor(index / palette.length)];
  return { stroke: palette[index % palette.length] ?? "currentColor", strokeDasharray };
}

/** Estimates how many pixels the widest text needs; too many rather than too few. */
export function textRoom(texts: Iterable<string>): number {
  let widest = 0;
  for (const text of texts) widest = Math.max(widest, stringWidth(text));
  return 0.58 * fontSize * widest;
}

/** Cuts a name to at most 24 characters. */
export function shorten(name: string): string {
  const characters = [...name];
  return characters.length <= 24 ? name : `${characters.slice(0, 23).join("")}…`;
}

type AxisLabels = Pick<PlotOptions, "xLabel" | "yLabel">;

/** How an axis looks: its label in the middle, without Plot's arrow. */
export function axisStyle(label: string) {
  return { label, labelAnchor: "center", labelArrow: "none", tickSize: 5 } as const;
}

/**
 * Axes of numbers, with grid lines; every tick has its text, which Plot's own log axis leaves out.
 */
export function numberAxes(library: Library, labels: AxisLabels, axes: { x?: Axis; y: Axis }) {
  const { x, y } = axes;
  return [
    x === undefined ? [] : [library.gridX(x), library.axisX({ ...axisStyle(labels.xLabel), ...x })],
    [library.gridY(y), library.axisY({ ...axisStyle(labels.yLabel), ...y })],
  ];
}

/** Draws a picture and what stands around it. */
export async function drawFigure(
  doing: string,
  { title, width = 800, height = 600, series = [], swatch, note }: Frame,
  describe: (library: Library) => Picture,
): Promise<Plot> {
  const [library, { DOMParser }] = await Promise.all([
    import("@observablehq/plot"),
    import("linkedom"),
  ]);
  // An XML document, since an HTML one leaves "<" in attributes as it is, which no SVG reader
  // accepts.
  const document: unknown = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  const { axes, leftRoom = 0, rightRoom, ...picture } = describe(library);
  const innerWidth = width - 2 * padding;
  const innerHeight = height - 2 * padding - (note === undefined ? 0 : 20);
  const draw = (options: ObservablePlot.PlotOptions) => {
    const all: object = {
      width: innerWidth,
      height: innerHeight,
      ...picture,
      ...options,
      document,
    };
    return library.plot(all) as unknown as SvgElement;
  };
  const heading = {
    facet: "super",
    frameAnchor: "top-left",
    fontSize: titleSize,
    fontWeight: "bold",
    lineHeight: 1.25,
    lineAnchor: "top",
    lineWidth: 0.92 * (innerWidth - padding) / titleSize,
  } as const;

  // A draft without data shows how many lines the title takes and how wide the tick labels are.
  const draft = draw({ marks: [axes, library.text([title], heading)] });
  const titleLines = [...draft.querySelectorAll("[font-weight=bold] tspan")].length || 1;
  const labelRoom = (axis: "x" | "y") => {
    const labels = [...draft.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)];
    return textRoom(labels.map(({ textContent }) => textContent ?? ""));
  };
  const marginLeft = Math.max(leftRoom, 38 + labelRoom("y"));
  const marginRight = rightRoom ?? Math.max(16, labelRoom("x") / 2);
  const legendTop = padding + 1.25 * titleSize * titleLines + 18;
  const columnWidth = 58 + textRoom(series);
  const columns = Math.max(1, Math.floor(innerWidth / columnWidth));
  const entries = series.length < 2 ? [] : series;
  const marginTop = legendTop + 22 * Math.ceil(entries.length / columns);
  const marginBottom = picture.marginBottom ?? 48;
  if (
    innerWidth - marginLeft - marginRight < 10 || innerHeight - marginTop - marginBottom < 10
  ) {
    throw new RangeError(
      `Cannot ${doing}: title, names and legend leave no room for it in ${width} x ${height} ` +
        "pixels; set a larger width or height",
    );
  }

  const at = (x: number, y: number) =>
    ({
      facet: "super",
      frameAnchor: "top-left",
      textAnchor: "start",
      lineAnchor: "middle",
      dx: x - marginLeft,
      dy: y - marginTop,
    }) as const;
  const svg = draw({
    marginLeft,
    marginRight,
    marginTop,
    marginBottom,
    marks: [
      axes,
      library.text([title], { ...at(padding, padding), ...heading }),
      entries.map((name, index) => {
        const x = padding + (index % columns) * columnWidth;
        const y = legendTop + 22 * Math.floor(index / columns);
        return [
          swatch === "line"
            // The upper edge of a frame is a line that needs no scale.
            ? library.frame({
              facet: "super",
              anchor: "top",
              insetTop: y - marginTop,
              insetLeft: x - marginLeft,
              insetRight: innerWidth - marginRight - x - 26,
              strokeWidth: 2.5,
              ...seriesStyle(index),
            })
            : library.dot([name], {
              ...at(x + 7, y),
              r: 6,
              symbol: swatch,
              fill: seriesStyle(index).stroke,
            }),
          library.text([name], {
            ...at(x + (swatch === "line" ? 34 : 22), y),
            lineWidth: (innerWidth - 60) / fontSize,
            textOverflow: "ellipsis",
          }),
        ];
      }),
      note === undefined
        ? null
        : library.text([note], { ...at(padding, innerHeight + 12), fontSize: 12 }),
      picture.marks,
    ],
  });
  const name = escapeHtml(title);
  const size = `width="${width}" height="${height}"`;
  const start = (color: string, ground: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${name}" color="${color}" fill="currentColor" font-family="${fontFamily}" ` +
    `font-size="${fontSize}" text-anchor="middle"><title>${name}</title>${ground}` +
    `<g transform="translate(${padding},${padding})">`;
  // No reader of XML accepts these characters.
  // deno-lint-ignore no-control-regex
  const unreadable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
  const drawn = svg.outerHTML.replace(/^<svg[^>]*>\s*<style>.*?<\/style>/s, "")
    .replace(/<\/svg>$/, "</g></svg>");
  const withStart = (start: string) =>
    `${start}${drawn}`.toWellFormed().replace(unreadable, "\ufffd");
  const white = `<rect fill="white" height="${height}" width="${width}" />`;
  const file = withStart(start(ink, white));
  const page = withStart(start(inkOnPage, ""));
  // Drawn at once, since what is shown cannot be waited for.
  const inNotebook = isNotebook() ? { svg: page, png: await renderPng(page, width) } : undefined;
  return new Plot(title, file, { width, height }, inNotebook);
}

/** The few parts of an SVG element that are used here; Deno has no types for a document. */
interface SvgElement {
  readonly outerHTML: string;
  readonly textContent: string | null;
  querySelectorAll(selector: string): Iterable<SvgElement>;
}
