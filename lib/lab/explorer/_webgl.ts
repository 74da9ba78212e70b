/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Points by WebGL, with regl-scatterplot.

import createScatterplot from "regl-scatterplot";
import type { Listener, Renderer, Scene } from "./_renderer.ts";

/** How far the camera may go. */
const distances = { least: 0.005, most: 5 };

/**
 * Draws on a canvas by WebGL; undefined if there is none. Where the processor does what a graphics
 * card should, a plain canvas is several times faster, so that WebGL is used only if `slowToo`.
 */
export function webglRenderer(
  canvas: HTMLCanvasElement,
  listener: Listener,
  { slowToo }: { readonly slowToo: boolean },
): Renderer | undefined {
  const probe = document.createElement("canvas").getContext("webgl");
  if (probe === null || probe.getExtension("OES_texture_float") === null) return undefined;
  const info = probe.getExtension("WEBGL_debug_renderer_info");
  const drawnBy = info === null ? "" : `${probe.getParameter(info.UNMASKED_RENDERER_WEBGL)}`;
  const isSlow = /swiftshader|llvmpipe|software|basic render/i.test(drawnBy);
  if (isSlow && !slowToo) return undefined;
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  const plot = createScatterplot({
    canvas,
    width: "auto",
    height: "auto",
    lassoInitiator: false,
    deselectOnEscape: false,
    opacity: 0.85,
    pointOutlineWidth: 2,
    colorBy: "valueA",
  });
  plot.subscribe("pointOver", (id) => listener.over(id));
  plot.subscribe("pointOut", () => listener.over(-1));
  plot.subscribe("select", ({ points }) => listener.chosen(points[0] ?? -1));
  plot.subscribe("deselect", () => listener.chosen(-1));
  plot.subscribe("view", () => listener.moved());
  let count = 0;
  const move = (target: readonly [number, number], distance: number) => {
    const near = Math.min(distances.most, Math.max(distances.least, distance));
    plot.set({ cameraTarget: [target[0], target[1]], cameraDistance: near });
    listener.moved();
  };
  return {
    async draw({ x, y, codes, colors, background, ink }: Scene, isMoving) {
      // One colour would be taken for a gradient.
      const pointColor = colors.length === 1 ? [...colors, ...colors] : [...colors];
      plot.set({
        pointColor,
        pointColorActive: ink,
        pointColorHover: ink,
        backgroundColor: background,
        pointSize: x.length > 5000 ? 3 : 8,
        pointSizeSelected: 3,
      });
      const options = {
        zDataType: "categorical",
        transition: isMoving && x.length === count,
      } as const;
      count = x.length;
      await plot.draw({ x, y, valueA: codes }, options);
      listener.moved();
    },
    mark(ids) {
      plot.select([...ids], { preventEvent: true });
    },
    at(id) {
      return plot.getScreenPosition(id);
    },
    pan(dx, dy) {
      const [x, y] = plot.get("cameraTarget");
      const distance = plot.get("cameraDistance");
      move([x + dx * distance, y + dy * distance], distance);
    },
    zoom(factor) {
      move(plot.get("cameraTarget"), plot.get("cameraDistance") / factor);
    },
    reset() {
      move([0, 0], 1);
    },
    center(id) {
      const place = plot.get("points")[id];
      if (place !== undefined) {
        move([place[0], place[1]], Math.min(plot.get("cameraDistance"), 0.6));
      }
    },
  };
}
