// The explorer: one HTML file that shows a table of words, and works offline.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { WordVectors } from "@minimodel/core";
import { describe } from "@minimodel/core/check";
import { checkFlag, checkOptions, type OptionNames } from "@minimodel/core/check";
import { escapeHtml } from "./_format.ts";
import { withFlags } from "./_permissions.ts";
import { type PageData, type PageEpoch, type PageLabel, toBase64 } from "./_explorer_data.ts";
import { style } from "./_explorer_style.ts";
import { alignPoints, pca, type Points, umap } from "./projection.ts";

/** A table at one time of its training. */
export interface ExplorerEpoch {
  /** What the slider says, such as "epoch 5". */
  readonly name: string;
  /** The table with its words; all epochs have the same words. */
  readonly vectors: WordVectors;
}

/** Options of {@linkcode saveExplorer}. */
export interface ExplorerOptions {
  /** The title of the page; "Words" by default. */
  readonly title?: string;
  /**
   * Whether the page has UMAP beside PCA; by default, for 16 to 5,000 words: more take minutes.
   */
  readonly umap?: boolean;
  /** Seed of UMAP, in [0, 2^32); 0 by default. */
  readonly seed?: number;
}

const explorerNames: OptionNames<ExplorerOptions> = {
  title: ["name"],
  umap: ["withUmap"],
  seed: ["randomState"],
};

/** UMAP of more words takes minutes. */
const mostForUmap = 5000;

/**
 * Writes one HTML file that shows words as points: with search, labels as colours, nearest
 * neighbours by cosine, PCA and UMAP, and a slider over epochs. It needs no network and no server.
 *
 * @param path Where to write; an existing file is replaced.
 * @param epochs One table, or one for each epoch; the points of each are aligned to those before.
 * @returns The path.
 * @throws {TypeError} If epochs are not word vectors, or their words differ.
 * @throws {RangeError} If there are no words or a number is not finite.
 * @throws {Deno.errors.NotCapable} If Deno may not write there or run itself, which it does to put
 * the page's program into one file; the message names the flag to add.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { tensor, WordVectors } from "minimodel";
 * import { saveExplorer } from "minimodel/lab";
 *
 * const folder = await Deno.makeTempDir();
 * const vectors = new WordVectors(["sang", "sing"], tensor([[1, 0], [0, 1]]));
 * const path = await saveExplorer(`${folder}/explorer.html`, vectors, { title: "Two words" });
 * assertStringIncludes(await Deno.readTextFile(path), "<title>Two words</title>");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveExplorer(
  path: string | URL,
  epochs: WordVectors | readonly ExplorerEpoch[],
  options: ExplorerOptions = {},
): Promise<string> {
  const doing = "save an explorer page";
  checkOptions(doing, options, explorerNames);
  checkFlag(doing, "umap", options.umap);
  const all = readEpochs(doing, epochs);
  const data = await pageData(all, options);
  const program = await bundle();
  const file = path instanceof URL ? fileURLToPath(path) : path;
  await withFlags(
    `save ${file}`,
    `--allow-write=${dirname(file)}`,
    () => Deno.writeTextFile(file, pageOf(data, program)),
  );
  return file;
}

function readEpochs(
  doing: string,
  epochs: WordVectors | readonly ExplorerEpoch[],
): readonly ExplorerEpoch[] {
  const all = epochs instanceof WordVectors ? [{ name: "", vectors: epochs }] : epochs;
  if (!Array.isArray(all)) {
    throw new TypeError(
      `Cannot ${doing}: wanted WordVectors, or an array of { name, vectors }, got ${describe(all)}`,
    );
  }
  for (const [index, epoch] of all.entries()) {
    const { name, vectors } = Object(epoch) as Partial<ExplorerEpoch>;
    if (typeof name !== "string" || !(vectors instanceof WordVectors)) {
      throw new TypeError(
        `Cannot ${doing}: epoch ${index} must be { name, vectors }, a string and WordVectors, got ${
          describe(epoch)
        }`,
      );
    }
    const first = all[0]?.vectors;
    const isSame = vectors.words.length === first?.words.length &&
      vectors.words.every((word, id) => word === first.words[id]);
    if (isSame && vectors.E.shape[1] === first.E.shape[1]) continue;
    throw new TypeError(
      `Cannot ${doing}: all epochs must have the same words and width, epoch ${index} differs from 0`,
    );
  }
  if (all.length === 0 || all[0]?.vectors.words.length === 0) {
    throw new RangeError(`Cannot ${doing}: wanted at least one word, got none`);
  }
  return all;
}

async function pageData(
  epochs: readonly ExplorerEpoch[],
  { title = "Words", umap: given, seed = 0 }: ExplorerOptions,
): Promise<PageData> {
  const words = epochs[0]?.vectors.words ?? [];
  const withUmap = given ?? (words.length > 15 && words.length <= mostForUmap);
  const before: Record<string, Points> = {};
  const pages: PageEpoch[] = [];
  for (const { name, vectors } of epochs) {
    const found: Record<string, Points> = { PCA: await pca(vectors.E) };
    if (withUmap) found.UMAP = await umap(vectors.E, { seed, start: before.UMAP });
    const points: Record<string, string> = {};
    for (const [projection, own] of Object.entries(found)) {
      const last = before[projection];
      const placed = last === undefined ? own : await alignPoints(own, last, { scale: true });
      before[projection] = placed;
      points[projection] = toBase64(Float32Array.from(placed.data));
    }
    pages.push({ name, vectors: toBase64(Float32Array.from(vectors.E.data)), points });
  }
  const kinds = withUmap ? ["UMAP", "PCA"] : ["PCA"];
  return {
    title,
    words,
    width: epochs[0]?.vectors.E.shape[1] ?? 0,
    labels: labelsOf(epochs[0]?.vectors.labels ?? {}),
    projections: kinds,
    epochs: pages,
    note: withUmap
      ? "In UMAP, distances between groups mean nothing; in PCA, most directions are not shown."
      : "In PCA, most directions are not shown.",
  };
}

/** The labels with what they can be, the most frequent value first. */
function labelsOf(labels: Readonly<Record<string, readonly string[]>>): PageLabel[] {
  return Object.entries(labels).map(([name, ofWord]) => {
    const counts = new Map<string, number>();
    for (const value of ofWord) counts.set(value, (counts.get(value) ?? 0) + 1);
    // 65,535 values at most; words with a rarer one count as without.
    const values = [...counts].sort(([, a], [, b]) => b - a).slice(0, 65_535).map(([value]) =>
      value
    );
    const codes = new Map(values.map((value, code) => [value, code]));
    return {
      name,
      values,
      codes: toBase64(Uint16Array.from(ofWord, (value) => codes.get(value) ?? 0)),
    };
  });
}

/** The page's program in one file, by Deno's bundler. */
async function bundle(): Promise<string> {
  const page = new URL("./explorer/page.ts", import.meta.url);
  // `--allow-run=deno` allows the program of that name on PATH, which may be a link to this one.
  const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
  const command = new Deno.Command(state === "granted" ? Deno.execPath() : "deno", {
    args: ["bundle", "--quiet", "--platform=browser", "--minify", page.href],
    // Where deno.json says what the page's imports are.
    cwd: page.protocol === "file:" ? dirname(fileURLToPath(page)) : undefined,
    env: { NO_COLOR: "1" },
  });
  const { success, stdout, stderr } = await withFlags(
    "bundle the explorer page",
    "--allow-run=deno",
    () => command.output(),
  );
  const [program, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success && program !== undefined && program !== "") return program;
  throw new Error(`Cannot bundle the explorer page: ${said}`);
}

/** The file: markup, style, data and program. No "<" of theirs can end an element. */
function pageOf(data: PageData, program: string): string {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const script = program.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const policy = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; " +
    "worker-src blob:; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(data.title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(data.title)}</h1>
<label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" aria-controls="found"></label>
<label>Colour by <select id="color"></select></label>
<label>Projection <select id="projection"></select></label>
<label>Epoch <input id="epoch" type="range" min="0" step="1"> <output id="epoch-name"></output></label>
<button id="all" type="button">Show all</button>
</header>
<main>
<canvas id="points" tabindex="0" role="application" aria-label="Words as points. Arrow keys move, plus and minus zoom, 0 shows all, Escape chooses none. The search above finds a word."></canvas>
<div id="names" aria-hidden="true"></div>
</main>
<aside aria-label="Words">
<ul id="found" aria-label="Found words"></ul>
<section id="word" aria-label="The word"></section>
<h2>Colours</h2>
<ul id="legend"></ul>
</aside>
<footer><span id="note">${
    escapeHtml(data.note)
  }</span> <span id="said" role="status" aria-live="polite" style="position:absolute;clip-path:inset(50%)"></span></footer>
<script type="application/json" id="data">${json}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}
