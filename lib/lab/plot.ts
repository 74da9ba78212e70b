// A finished picture: it shows itself in a notebook and saves itself as SVG and PNG.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { allowFlag } from "@minimodel/core/check";
import { withFlags } from "./_permissions.ts";
import { renderPng } from "./_png.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** What every plot has. */
export interface PlotOptions {
  /** What the picture shows. */
  title: string;
  /** The name of the x axis, with its unit: "vocabulary size V (ids)". */
  xLabel: string;
  /** The name of the y axis, with its unit: "time (µs)". */
  yLabel: string;
  /** Width in SVG pixels, in [100, 4000]; 800 by default. */
  width?: number;
  /** Height in SVG pixels, in [100, 4000]; 600 by default. */
  height?: number;
}

/** A picture as a notebook shows it, in light and in dark. */
export interface NotebookPicture {
  /** The text of an SVG. */
  readonly svg: string;
  /** The bytes of a PNG. */
  readonly png: Uint8Array;
}

/**
 * A picture as SVG, made by `barPlot`, `linePlot`, `scatterPlot` and `heatmap`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { linePlot, Plot } from "@minimodel/lab";
 *
 * const plot = await linePlot([{ step: 0, loss: 4.2 }, { step: 100, loss: 1.3 }], {
 *   x: "step", y: "loss", title: "Training", xLabel: "step", yLabel: "loss (nats)", width: 400,
 * });
 * assert(plot instanceof Plot);
 * assertEquals([plot.title, plot.width, plot.height], ["Training", 400, 600]);
 * assertEquals(Deno.inspect(plot), "[plot: Training]"); // in a notebook the picture itself
 * ```
 */
export class Plot extends Displayable {
  /** What the picture shows. */
  readonly title: string;
  /** The text of a self-contained SVG file. */
  readonly svg: string;
  /** Width in SVG pixels. */
  readonly width: number;
  /** Height in SVG pixels. */
  readonly height: number;

  readonly #inNotebook: NotebookPicture | undefined;

  /**
   * Makes a plot of an SVG, with its size in pixels.
   *
   * @param inNotebook What a notebook shows in its place; the SVG itself if left out.
   */
  constructor(
    title: string,
    svg: string,
    size: { width: number; height: number },
    inNotebook?: NotebookPicture,
  ) {
    super();
    this.title = title;
    this.svg = svg;
    this.width = size.width;
    this.height = size.height;
    this.#inNotebook = inNotebook;
  }

  /**
   * Returns the picture as SVG, its title as text and, if it was drawn in a notebook, as PNG too:
   * a notebook that is not trusted yet, or one on GitHub, shows no SVG.
   */
  override toMime(): MimeBundle {
    const { svg, png } = this.#inNotebook ?? { svg: this.svg, png: undefined };
    return {
      "text/plain": `[plot: ${this.title}]`,
      "image/svg+xml": svg,
      ...(png === undefined ? {} : { "image/png": png.toBase64() }),
    };
  }

  /** Draws the picture as PNG bytes on white: twice its size, and at least 1200 by 900 pixels. */
  async png(): Promise<Uint8Array> {
    const scale = Math.max(2, 1200 / this.width, 900 / this.height);
    return await renderPng(this.svg, Math.ceil(scale * this.width), "white");
  }

  /**
   * Writes `path`.svg and `path`.png and returns the two paths.
   *
   * @throws {TypeError} If `path` already ends in .svg or .png.
   * @throws {Deno.errors.NotCapable} If Deno may not write there, or not read the font; the message
   * names the flag to add.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { heatmap } from "@minimodel/lab";
   *
   * const folder = await Deno.makeTempDir();
   * const plot = await heatmap([[1, 2], [3, 4]], {
   *   title: "A table", xLabel: "dimension", yLabel: "id",
   * });
   * const paths = [`${folder}/table.svg`, `${folder}/table.png`];
   * assertEquals(await plot.save(`${folder}/table`), paths);
   * await Deno.remove(folder, { recursive: true });
   * ```
   */
  async save(path: string | URL): Promise<string[]> {
    const base = path instanceof URL ? fileURLToPath(path) : path;
    if (/\.(svg|png)$/i.test(base)) {
      throw new TypeError(`Cannot save a plot to "${base}": give the path without .svg or .png`);
    }
    const png = await this.png();
    await withFlags(`save ${base}.svg and .png`, allowFlag("write", dirname(base)), async () => {
      await Deno.writeTextFile(`${base}.svg`, this.svg);
      await Deno.writeFile(`${base}.png`, png);
    });
    return [`${base}.svg`, `${base}.png`];
  }
}
