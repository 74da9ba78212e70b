// Plots as a notebook shows them: in light and in dark, and where no SVG is drawn.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { barPlot, heatmap, linePlot, type Plot, scatterPlot } from "minimodel/lab";
import { decodePng } from "./_png.ts";

const labels = { title: "Loss", xLabel: "step", yLabel: "loss" };
const rows = [{ step: 0, loss: 4, word: "a" }, { step: 1, loss: 3, word: "b" }];
const columns = { x: "step", y: "loss" } as const;

const plots: Record<string, () => Promise<Plot>> = {
  barPlot: () => barPlot(rows, { ...labels, x: "word", y: "loss" }),
  linePlot: () => linePlot(rows, { ...labels, ...columns }),
  scatterPlot: () => scatterPlot(rows, { ...labels, ...columns, label: "word" }),
  heatmap: () => heatmap([[1, 2], [3, 4]], labels),
};

/** Draws as the library does in a notebook. */
async function inNotebook(draw: () => Promise<Plot>): Promise<Plot> {
  Reflect.set(Deno, "jupyter", {});
  try {
    return await draw();
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
}

/** The contrast of two greys, by their values from 0 to 255: from 1 to 21, as WCAG 2 defines it. */
function contrast(a: number, b: number): number {
  const [light, dark] = [a, b].map((grey) => {
    const part = grey / 255;
    return (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4) + 0.05;
  }).sort((one, other) => other - one);
  return light / dark;
}

for (const [name, draw] of Object.entries(plots)) {
  Deno.test(`in a notebook, ${name} gives a PNG beside the SVG, both on a clear ground`, async () => {
    const plot = await inNotebook(draw);
    const bundle = plot.toMime();
    assertEquals(Object.keys(bundle), ["text/plain", "image/svg+xml", "image/png"]);
    assertEquals(bundle["image/svg+xml"].includes(`fill="white"`), false);
    assertStringIncludes(plot.svg, `<rect fill="white" height="600" width="800" />`);

    const image = await decodePng(Uint8Array.fromBase64(bundle["image/png"]));
    assertEquals([image.width, image.height], [plot.width, plot.height]);
    // The margins are clear, the title and the axes are not.
    const edge = image.opacity.filter((_, i) => i < 800 || i % 800 === 0);
    assertEquals(edge.filter((each) => each > 0), new Uint8Array());
    const title = image.opacity.slice(0, 800 * 40);
    assert(title.some((each) => each > 200));
    assert(bundle["image/png"].length < 60_000, `${bundle["image/png"].length}`);
  });
}

Deno.test("a plot's text in a notebook can be read on a light page and on a dark one", async () => {
  const { "image/svg+xml": svg } = (await inNotebook(plots.linePlot)).toMime();
  const grey = Number(`0x${/ color="#(..)\1\1"/.exec(svg)?.[1]}`);
  // White, and the background of JupyterLab's dark theme.
  const contrasts = [255, 0x11].map((page) => contrast(grey, page));
  assertEquals(contrasts.filter((each) => !(each >= 4)), []);
  assert(contrast(255, 0) > 20.9);
});

Deno.test("outside a notebook a plot draws no PNG until it is asked for one", async () => {
  const plot = await plots.linePlot();
  assertEquals(Object.keys(plot.toMime()), ["text/plain", "image/svg+xml"]);
  assertEquals(plot.toMime()["image/svg+xml"], plot.svg);
});
