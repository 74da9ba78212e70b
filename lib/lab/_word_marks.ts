// What a map of words is drawn with: points, the words beside them, and the legend.

import { type Library, shorten, textRoom } from "./_figure.ts";
import { palette } from "./_palette.ts";
import { type Anchor, type Place, placeLabels } from "./_label_places.ts";

export const symbols = ["circle", "square", "triangle", "diamond", "star"] as const;
const wordSize = 11;
const legendLine = 19;

/** A point of the picture. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly symbol: typeof symbols[number];
  readonly filled: boolean;
  readonly word: string;
  /** The panel's column and row. */
  readonly fx: number;
  readonly fy: number;
}

const radiusOf = (inPanels: boolean) => inPanels ? 3.5 : 5;

export function dots(library: Library, points: readonly MapPoint[], inPanels: boolean) {
  const groups = Map.groupBy(points, ({ symbol, filled }) => `${symbol} ${filled}`);
  return [...groups.values()].map((own) => {
    const { symbol, filled } = own[0] ?? { symbol: "circle", filled: true };
    return library.dot(own, {
      ...placeIn(inPanels),
      symbol,
      r: radiusOf(inPanels),
      stroke: (point: MapPoint) => point.color,
      strokeWidth: 1.6,
      fill: filled ? (point: MapPoint) => point.color : "white",
      fillOpacity: filled ? 0.75 : 0.01,
    });
  });
}

function placeIn(inPanels: boolean) {
  return { x: "x", y: "y", ...(inPanels ? { fx: "fx", fy: "fy" } : {}) };
}

export function panelNames(library: Library, panels: readonly string[], across: number) {
  return library.text(
    panels.map((name, index) => ({ name, fx: index % across, fy: Math.floor(index / across) })),
    {
      fx: "fx",
      fy: "fy",
      text: "name",
      frameAnchor: "top-left",
      textAnchor: "start",
      fontWeight: "bold",
      fontSize: 15,
      dx: 4,
      dy: -2,
    },
  );
}

/** What Plot knows when it draws: the columns of a mark, and how they become pixels. */
interface Drawn {
  readonly facets: readonly ArrayLike<number>[];
  readonly scales: Readonly<Record<string, ((value: number) => number) | undefined>>;
  readonly room:
    & { readonly width: number; readonly height: number }
    & Readonly<
      Record<"marginLeft" | "marginRight" | "marginTop" | "marginBottom", number>
    >;
}

type Written = Place & { readonly px: number; readonly py: number };

/** Places the words of each panel; those without room are undefined. */
function placeWords(
  points: readonly MapPoint[],
  drawn: Drawn,
  inPanels: boolean,
): (Written | undefined)[] {
  const { facets, scales, room } = drawn;
  const written: (Written | undefined)[] = points.map(() => undefined);
  for (const facet of facets.map((each) => Array.from(each))) {
    const anchors = facet.map((index): Anchor => {
      const { x, y, word } = points[index] ?? { x: NaN, y: NaN, word: "" };
      const width = word === "" ? 0 : 4 + wordSize / 14 * textRoom([word]);
      return { x: scales.x?.(x) ?? NaN, y: scales.y?.(y) ?? NaN, width };
    });
    const places = placeLabels(anchors, {
      left: room.marginLeft,
      // A panel's name stands in its upper left corner.
      top: room.marginTop + (inPanels ? 20 : 0),
      right: room.width - room.marginRight,
      bottom: room.height - room.marginBottom,
      lineHeight: wordSize + 2,
      radius: radiusOf(inPanels),
    });
    facet.forEach((index, at) => {
      const [place, anchor] = [places[at], anchors[at]];
      if (place !== undefined && anchor !== undefined) {
        written[index] = { ...place, px: anchor.x, py: anchor.y };
      }
    });
  }
  return written;
}

/** Words beside their points, and lines to those that stand away from them. */
export function wordMarks(
  library: Library,
  points: readonly MapPoint[],
  { inPanels, unwritten }: {
    readonly inPanels: boolean;
    readonly unwritten: (count: number) => void;
  },
) {
  if (points.every(({ word }) => word === "")) return { lines: null, words: null };
  let places: (Written | undefined)[] | undefined;
  // Plot calls this when it draws: only then is it known where each point is, in pixels.
  const placed = (columns: Readonly<Record<string, "x" | "y" | "px" | "py">>, least: number) =>
  (
    data: MapPoint[],
    facets: number[][],
    _channels: unknown,
    scales: unknown,
    room: unknown,
  ) => {
    const drawn = { facets, scales, room } as Drawn;
    const found = places ??= placeWords(points, drawn, inPanels);
    unwritten(points.filter(({ word }, index) => word !== "" && found[index] === undefined).length);
    const away = ({ x, y, px, py }: Written) => Math.hypot(x - px, y - py);
    const isShown = (index: number) => {
      const place = found[index];
      return place !== undefined && away(place) >= least;
    };
    return {
      data,
      facets: facets.map((facet) => facet.filter(isShown)),
      channels: Object.fromEntries(
        Object.entries(columns).map(([channel, key]) => [
          channel,
          { value: found.map((place) => place?.[key] ?? NaN) },
        ]),
      ),
    };
  };
  const place = placeIn(inPanels);
  const { x: _x, y: _y, ...facet } = place;
  const line = {
    ...facet,
    x1: "x",
    y1: "y",
    x2: "x",
    y2: "y",
    stroke: (point: MapPoint) => point.color,
  };
  return {
    lines: library.link(
      points,
      library.initializer(
        { ...line, strokeWidth: 0.6, strokeOpacity: 0.6 },
        placed({ x1: "px", y1: "py", x2: "x", y2: "y" }, 26),
      ),
    ),
    words: library.text(
      points,
      library.initializer(
        { ...place, text: "word", fontSize: wordSize, fill: "currentColor" },
        placed({ x: "x", y: "y" }, 0),
      ),
    ),
  };
}

interface LegendGroup {
  readonly kind: "color" | "shape" | "fill";
  readonly column: string;
  readonly names: readonly string[];
}

/** The legend, down the right side. */
export function legendMarks(library: Library, groups: readonly LegendGroup[]) {
  let line = 0;
  const at = (dx: number) =>
    ({ facet: "super", frameAnchor: "top-right", dx, dy: 8 + legendLine * line }) as const;
  return groups.map(({ kind, column, names }) => {
    const text = { textAnchor: "start", lineAnchor: "middle", fontSize: 13 } as const;
    const heading = library.text([column], { ...at(16), ...text, fontWeight: "bold" });
    line++;
    const entries = names.map((name, index) => {
      const ink = kind === "color" ? palette[index] : "currentColor";
      const marks = [
        library.dot([name], {
          ...at(24),
          symbol: kind === "shape" ? symbols[index] : "circle",
          r: 5.5,
          stroke: ink,
          strokeWidth: 1.6,
          fill: kind === "fill" && index === 1 ? "none" : ink,
          fillOpacity: 0.75,
        }),
        library.text([shorten(name)], { ...at(36), ...text }),
      ];
      line++;
      return marks;
    });
    line++;
    return [heading, entries];
  });
}
