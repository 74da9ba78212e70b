// From marks to one self-contained SVG: page, title, legend and margins. Plot's own title and legend
// would turn the picture into an HTML <figure>, which is no SVG file; here they are drawn inside.

import type * as ObservablePlot from "@observablehq/plot";
import { fontFamily } from "./_png.ts";

/** One line of the legend. */
export interface LegendEntry {
  name: string;
  color: string;
  dash?: string;
  shape: "line" | "square" | "dot";
}

/** What every picture has. */
export interface FigureFrame {
  title: string;
  width: number;
  height: number;
  legend: LegendEntry[];
  margins?: { right?: number; bottom?: number; left?: number };
}

/** Dark text on a white page: as an image in a notebook it has no theme to follow. */
export const ink = "#1f2328";
const svgNamespace = "http://www.w3.org/2000/svg";
const padding = 24;
const titleSize = 20;
const textSize = 14;

/** The colours of Okabe and Ito that stand out from white; told apart with any colour vision. */
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"];
const dashes = [undefined, "7 4", "2 3"];
/** How many series colour alone tells apart. */
export const maxColors = palette.length;
/** How many series colour and dashes tell apart. */
export const maxLines = palette.length * dashes.length;

/** Returns the colour and dashes of the series at `index`. */
export function seriesStyle(index: number): { color: string; dash?: string } {
  return {
    color: palette[index % palette.length],
    dash: dashes[Math.floor(index / palette.length) % dashes.length],
  };
}

/** How axes look: the label in the middle, without Plot's arrows. */
export const axisStyle = { labelAnchor: "center", labelArrow: "none", tickSize: 5 } as const;
/** How grid lines look. */
export const gridStyle = { stroke: ink, strokeOpacity: 0.12 } as const;

/** Returns the margin that tick labels and the axis label need on the left. */
export function leftMargin(tickLabels: readonly string[]): number {
  return 52 + Math.max(0, ...tickLabels.map((label) => textWidth(label)));
}

/** Decides how names fit below an axis: upright, or slanted with more room when they are too wide. */
export function fitNames(names: readonly string[], width = 800): {
  rotate: number;
  left: number;
  bottom: number;
  format: (name: string) => string;
} {
  const format = shorten(24);
  const widths = names.map((name) => textWidth(format(name)));
  const step = (width - 120) / names.length;
  if (Math.max(...widths) <= step) return { rotate: 0, left: 0, bottom: 64, format };
  // Slanted by 40 degrees a name ends below its bar and reaches left and down of it.
  const left = Math.max(...widths.map((width, index) => 0.77 * width - (index + 0.5) * step));
  return { rotate: -40, left: left + 8, bottom: 56 + 0.6 * Math.max(...widths), format };
}

/** Returns a function that cuts names to at most `limit` characters. */
export function shorten(limit: number): (name: string) => string {
  return (name) => {
    const characters = [...name];
    return characters.length <= limit ? name : `${characters.slice(0, limit - 1).join("")}…`;
  };
}

/** The few parts of an SVG element that are used here; Deno has no types for a document. */
export interface SvgElement {
  readonly attributes: Iterable<{ name: string; value: string }>;
  readonly outerHTML: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  append(...children: SvgElement[]): void;
  prepend(...children: SvgElement[]): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  remove(): void;
}

/** Makes an SVG element with attributes and, if told, text. */
export type ElementMaker = (
  tag: string,
  attributes: Record<string, string | number>,
  text?: string,
) => SvgElement;

/** Draws marks with title and legend as SVG text; `finish` may add elements of its own. */
export async function drawFigure(
  frame: FigureFrame,
  options: ObservablePlot.PlotOptions,
  finish?: (make: ElementMaker, top: number) => SvgElement[],
): Promise<string> {
  const [Plot, { DOMParser }] = await Promise.all([
    import("@observablehq/plot"),
    import("linkedom"),
  ]);
  // An XML document, since an HTML one leaves "<" in attributes as it is, which no SVG reader takes.
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  const make: ElementMaker = (tag, attributes, text) => {
    const element = document.createElementNS(svgNamespace, tag, undefined) as unknown as SvgElement;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const { title, width, height, margins } = frame;
  const titleLines = wrap(title, width - 2 * padding, titleSize);
  const legendTop = padding + titleLines.length * titleSize * 1.25;
  const { elements: legend, bottom } = drawLegend(frame, legendTop, make);
  const svg = Plot.plot({
    marginTop: bottom + 12,
    marginRight: margins?.right ?? padding + 8,
    marginBottom: margins?.bottom ?? 64,
    marginLeft: margins?.left ?? 88,
    width,
    height,
    ...options,
    document: document as unknown as ObservablePlot.PlotOptions["document"],
  }) as unknown as SvgElement;

  for (const style of svg.querySelectorAll("style")) style.remove();
  const root = {
    "xmlns": svgNamespace,
    "role": "img",
    "aria-label": title,
    "color": ink,
    "font-family": fontFamily,
    "font-size": textSize,
  };
  for (const [name, value] of Object.entries(root)) svg.setAttribute(name, `${value}`);
  svg.prepend(
    make("title", {}, title),
    make("rect", { width, height, fill: "white" }),
  );
  svg.append(
    ...titleLines.map((line, index) =>
      make("text", {
        "x": padding,
        "y": padding + titleSize * (0.8 + 1.25 * index),
        "font-size": titleSize,
        "font-weight": "bold",
        "text-anchor": "start",
      }, line)
    ),
    ...legend,
    ...(finish?.(make, bottom + 12) ?? []),
  );
  return serialize(svg);
}

/** Estimates the width of text in pixels, rather too wide than too narrow. */
export function textWidth(text: string, size = textSize): number {
  return [...text].length * size * 0.58;
}

function wrap(text: string, width: number, size: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines[lines.length - 1];
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function drawLegend(frame: FigureFrame, top: number, make: ElementMaker) {
  const elements: SvgElement[] = [];
  const rowHeight = 22;
  let x = padding;
  let y = top + rowHeight / 2;
  for (const { name, color, dash, shape } of frame.legend) {
    const mark = shape === "line" ? 26 : 14;
    const width = mark + 8 + textWidth(name) + 16;
    if (x > padding && x + width > frame.width - padding) {
      x = padding;
      y += rowHeight;
    }
    if (shape === "line") {
      const line = { x1: x, x2: x + mark, y1: y, y2: y, stroke: color, "stroke-width": 2.5 };
      elements.push(make("line", dash ? { ...line, "stroke-dasharray": dash } : line));
    } else if (shape === "dot") {
      elements.push(make("circle", { cx: x + 7, cy: y, r: 5, fill: color }));
    } else {
      elements.push(make("rect", { x, y: y - 7, width: mark, height: mark, fill: color }));
    }
    elements.push(make("text", { x: x + mark + 8, y, dy: "0.35em", "text-anchor": "start" }, name));
    x += width;
  }
  return { elements, bottom: frame.legend.length === 0 ? top : y + rowHeight / 2 };
}

/** Writes the SVG with short numbers, and without the characters that XML cannot hold. */
function serialize(svg: SvgElement): string {
  const positions = /^(d|transform|x|y|x1|x2|y1|y2|cx|cy|r|width|height)$/;
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (!positions.test(name)) continue;
      const short = value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (text) => `${+(+text).toFixed(2)}`);
      if (short !== value) element.setAttribute(name, short);
    }
  }
  // deno-lint-ignore no-control-regex
  return svg.outerHTML.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
}
