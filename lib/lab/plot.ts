// A finished picture: it shows itself in a notebook and saves itself as SVG and PNG.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { withFlags } from "./_permissions.ts";
import { renderPng } from "./_png.ts";
import { Displayable, type MimeBundle } from "./display.ts";

/** A picture as SVG, made by `barPlot`, `linePlot`, `scatterPlot` and `heatmap`. */
export class Plot extends Displayable {
  /** What the picture shows. */
  readonly title: string;
  /** The text of a self-contained SVG file. */
  readonly svg: string;
  /** Width in SVG pixels. */
  readonly width: number;
  /** Height in SVG pixels. */
  readonly height: number;

  /** Keeps an SVG of the given size in pixels. */
  constructor(title: string, svg: string, size: { width: number; height: number }) {
    super();
    this.title = title;
    this.svg = svg;
    this.width = size.width;
    this.height = size.height;
  }

  /** Returns the picture as SVG, and its title as text. */
  override toMime(): MimeBundle {
    return { "text/plain": `[plot: ${this.title}]`, "image/svg+xml": this.svg };
  }

  /** Draws the picture as PNG bytes on white: twice its size, and at least 1200 by 900 pixels. */
  async png(): Promise<Uint8Array> {
    const scale = Math.max(2, 1200 / this.width, 900 / this.height);
    return await renderPng(this.svg, Math.ceil(scale * this.width));
  }

  /**
   * Writes `path`.svg and `path`.png and returns the two paths.
   *
   * @throws {TypeError} if `path` already ends in .svg or .png.
   * @throws {Deno.errors.NotCapable} if Deno may not write there, or not read the font; the message names
   * the flag to add.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { heatmap } from "minimodel/lab";
   *
   * const folder = await Deno.makeTempDir();
   * const plot = await heatmap([[1, 2], [3, 4]], {
   *   title: "A table", xLabel: "dimension", yLabel: "id",
   * });
   * assertEquals(await plot.save(`${folder}/table`), [`${folder}/table.svg`, `${folder}/table.png`]);
   * await Deno.remove(folder, { recursive: true });
   * ```
   */
  async save(path: string | URL): Promise<string[]> {
    const base = path instanceof URL ? fileURLToPath(path) : path;
    if (/\.(svg|png)$/i.test(base)) {
      throw new TypeError(`Cannot save a plot to "${base}": give the path without .svg or .png`);
    }
    const png = await this.png();
    await withFlags(`save ${base}.svg and .png`, `--allow-write=${dirname(base)}`, async () => {
      await Deno.writeTextFile(`${base}.svg`, this.svg);
      await Deno.writeFile(`${base}.png`, png);
    });
    return [`${base}.svg`, `${base}.png`];
  }
}
