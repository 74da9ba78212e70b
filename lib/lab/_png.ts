// SVG to PNG by resvg's WASM. It cannot use system fonts and silently drops text without a font, so
// the font is an npm package.

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { allowFlag } from "@minimodel/core/check";
import { withFlags } from "./_permissions.ts";

/** The font that pictures are drawn with; its widths are those of Helvetica and Arial. */
export const fontFamily = "Arimo, Helvetica, Arial, sans-serif";

interface Renderer {
  Resvg: typeof import("@resvg/resvg-wasm").Resvg;
  fonts: Uint8Array[];
}

let renderer: Promise<Renderer> | undefined;

/**
 * Draws an SVG as PNG bytes, `width` pixels wide; clear where the SVG is, unless on a background.
 */
export async function renderPng(
  svg: string,
  width: number,
  background?: string,
): Promise<Uint8Array> {
  renderer ??= loadRenderer();
  const { Resvg, fonts } = await renderer.catch((error: unknown) => {
    renderer = undefined; // what is denied or missing now may be there the next time
    throw error;
  });
  const drawing = new Resvg(svg, {
    background,
    fitTo: { mode: "width", value: width },
    font: { fontBuffers: fonts, defaultFontFamily: "Arimo", loadSystemFonts: false },
  });
  const image = drawing.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    drawing.free();
  }
}

async function loadRenderer(): Promise<Renderer> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const { createRequire } = await import("node:module");
  // The import brings the font's package into Deno's cache; import.meta.resolve gives only an npm:
  // address, so require finds the files there.
  await import("@expo-google-fonts/arimo/package.json", { with: { type: "json" } });
  // Deno finds packages from any folder for a program that is not in a package itself.
  const isFile = import.meta.url.startsWith("file:");
  const { resolve } = createRequire(isFile ? import.meta.url : pathToFileURL("/"));
  const program = resolve("@resvg/resvg-wasm/index_bg.wasm");
  const regular = resolve("@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf");
  const bold = resolve("@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf");
  const [wasm, ...fonts] = await withFlags(
    "draw a PNG without its program and fonts",
    allowFlag("read", dirname(program), dirname(regular), dirname(bold)),
    () => Promise.all([Deno.readFile(program), Deno.readFile(regular), Deno.readFile(bold)]),
  );
  await initWasm(wasm);
  return { Resvg, fonts };
}
