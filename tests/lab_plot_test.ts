// Plots: what the SVG says, and what is really drawn in the PNG.

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Resvg } from "@resvg/resvg-wasm";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { barPlot, heatmap, linePlot, type Plot, scatterPlot } from "minimodel/lab";
import { formatTick } from "../lib/lab/_format.ts";
import { renderPng } from "../lib/lab/_png.ts";
import { countInk, decodePng } from "./_png.ts";
import { asyncProperty } from "./_property.ts";

const labels = { title: "Time by size", xLabel: "size (ids)", yLabel: "time (µs)" };
const timings = [
  { way: "one-hot", size: 16, us: 150 },
  { way: "lookup", size: 16, us: 21 },
  { way: "one-hot", size: 1024, us: 9600 },
  { way: "lookup", size: 1024, us: 23 },
];
const columns = { x: "size", y: "us", series: "way" } as const;

/** The texts of a plot's SVG, in the order of drawing. */
function textsOf(plot: Plot): string[] {
  const svg = new DOMParser().parseFromString(plot.svg, "image/svg+xml");
  return [...svg.querySelectorAll("text")].map((text) => text.textContent ?? "");
}

/** One plot of each kind. */
function everyKind(): Promise<Plot[]> {
  return Promise.all([
    barPlot(timings, { ...labels, ...columns, yScale: "log" }),
    linePlot(timings, { ...labels, ...columns, xScale: "log", xTicks: [16, 1024] }),
    scatterPlot(timings, { ...labels, ...columns, label: "way" }),
    heatmap([[1, 2, 3], [4, 5, 6]], { ...labels, valueLabel: "count (1)" }),
  ]);
}

Deno.test("every plot is one SVG with title and axis labels, and refers to nothing outside", async () => {
  for (const plot of await everyKind()) {
    assertMatch(plot.svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert(plot.svg.endsWith("</svg>"));
    const texts = textsOf(plot);
    for (const label of Object.values(labels)) {
      assertEquals(texts.filter((t) => t === label), [label]);
    }
    assertEquals(plot.svg.match(/<(style|script|image|figure)|href=|url\(/), null);
    assertStringIncludes(plot.svg, `<rect fill="white" height="600" width="800" />`);
  }
});

Deno.test("a plot shows itself as SVG and, where there are no pictures, by its title", async () => {
  for (const plot of await everyKind()) {
    assertEquals(plot.toMime(), {
      "text/plain": "[plot: Time by size]",
      "image/svg+xml": plot.svg,
    });
    assertEquals(Deno.inspect(plot), "[plot: Time by size]");
  }
});

Deno.test("the same rows give the same SVG", async () => {
  const [first, second] = [await everyKind(), await everyKind()];
  assertEquals(first.map(({ svg }) => svg), second.map(({ svg }) => svg));
});

Deno.test("several series have a legend, one has none", async () => {
  const several = await linePlot(timings, { ...labels, ...columns });
  assertEquals(textsOf(several).filter((text) => text === "one-hot" || text === "lookup"), [
    "one-hot",
    "lookup",
  ]);
  const one = await linePlot(timings.slice(0, 1), { ...labels, ...columns });
  assertEquals(textsOf(one).filter((text) => text === "one-hot"), []);
});

Deno.test("bars carry their names in the order of the rows, and their heights", async () => {
  const rows = [{ way: "z", us: 6300 }, { way: "a", us: 23.456 }, { way: "m", us: NaN }];
  const texts = textsOf(await barPlot(rows, { ...labels, x: "way", y: "us" }));
  assertEquals(texts.filter((text) => /^[zam]$/.test(text)), ["z", "a", "m"]);
  assertEquals(texts.filter((text) => text === "6,300" || text === "23.5"), ["6,300", "23.5"]);
});

Deno.test("a bar whose height is not finite is left out", async () => {
  const drawn = async (height: number) => {
    const rows = [{ way: "a", us: 1 }, { way: "b", us: height }];
    const { svg } = await barPlot(rows, { ...labels, x: "way", y: "us" });
    return svg.match(/aria-label="bar">(.*?)<\/g>/)?.[1].match(/<rect/g)?.length;
  };
  assertEquals([await drawn(2), await drawn(NaN), await drawn(Infinity)], [2, 1, 1]);
});

Deno.test("ticks stand where they are told, each with its label, on a log axis too", async () => {
  const xTicks = [16, 64, 256, 1024];
  const plot = await linePlot(timings, { ...labels, ...columns, xScale: "log", xTicks });
  const texts = textsOf(plot);
  assertEquals(texts.filter((text) => ["16", "64", "256", "1,024"].includes(text)).length, 4);
});

Deno.test("a line has a gap where a value is not finite", async () => {
  const paths = async (middle: number) => {
    const rows = [1, 2, middle, 4, 5].map((y, x) => ({ x, y }));
    const { svg } = await linePlot(rows, { ...labels, x: "x", y: "y" });
    return svg.match(/aria-label="line"><path d="([^"]*)"/)?.[1].match(/M/g)?.length;
  };
  assertEquals([await paths(3), await paths(NaN), await paths(Infinity)], [1, 2, 2]);
});

Deno.test("a heatmap draws one cell for each finite value", async () => {
  const cells = async (matrix: number[][]) => {
    const { svg } = await heatmap(matrix, labels);
    return svg.match(/M[\d.,]+h[\d.]+v[\d.]+h-[\d.]+Z/g)?.length ?? 0;
  };
  assertEquals(await cells([[1, 2, 3], [4, 5, 6]]), 6);
  assertEquals(await cells([[1, NaN, 3], [4, Infinity, 6]]), 4);
  assertEquals(await cells([[NaN]]), 0);
});

Deno.test("a heatmap takes a tensor's data and shape like rows", async () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const fromTensor = await heatmap({ data, shape: [2, 3] }, labels);
  assertEquals(fromTensor.svg, (await heatmap([[1, 2, 3], [4, 5, 6]], labels)).svg);
});

Deno.test("a heatmap of both signs has white at zero, the same reach on both sides", async () => {
  const texts = textsOf(await heatmap([[-1, 4]], labels));
  assertEquals(texts.slice(-4), ["−4", "0", "4", "value"]);
});

Deno.test("any text can stand in a plot", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const awkward = fc.constantFrom(`<b>&"'`, "\0\x1f\ufffe", "\ud800", "]]>", "currentColor");
  await asyncProperty([fc.oneof(text, awkward)], async (title) => {
    const plot = await barPlot([{ name: title, y: 1 }], { ...labels, title, x: "name", y: "y" });
    await renderPng(plot.svg, 80); // throws if this is not XML
    const svg = new DOMParser().parseFromString(plot.svg, "image/svg+xml");
    // deno-lint-ignore no-control-regex
    const clean = title.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe]/g, "\ufffd");
    assertEquals(svg.querySelector("title")?.textContent, clean);
  }, { numRuns: 25 });
});

Deno.test("a PNG is twice the plot's size, and at least 1200 by 900", async () => {
  for (
    const [width, height, wide, high] of [[800, 600, 1600, 1200], [300, 300, 1200, 1200], [
      900,
      300,
      2700,
      900,
    ]]
  ) {
    const plot = await barPlot(timings.slice(0, 1), { ...labels, ...columns, width, height });
    const image = await decodePng(new Uint8Array(await plot.png()));
    assertEquals([image.width, image.height], [wide, high]);
    assertEquals(image.brightness[0], 255);
  }
});

/** The part of a PNG of 1600 by 1200 pixels where only the title is. */
const titleArea = { left: 0, top: 0, right: 1600, bottom: 104 };

/** Tells whether a renderer draws the title of a plot and leaves its place white without one. */
async function drawsText(render: (svg: string) => Promise<Uint8Array>): Promise<boolean> {
  const [withTitle, without] = await Promise.all(["Loss of the lookup", " "].map(async (title) => {
    const { svg } = await barPlot(timings.slice(0, 1), { ...labels, ...columns, title });
    return countInk(await decodePng(new Uint8Array(await render(svg))), titleArea);
  }));
  return without === 0 && withTitle > 1000;
}

Deno.test("a PNG holds the title, which a renderer without a font would drop", async () => {
  assert(await drawsText((svg) => renderPng(svg, 1600)));
  const withoutFont = (svg: string) => {
    const image = new Resvg(svg, { fitTo: { mode: "width", value: 1600 } }).render();
    return Promise.resolve(image.asPng());
  };
  assertEquals(await drawsText(withoutFont), false);
});

Deno.test("the font has the letters and signs that labels use", async () => {
  const ink = async (text: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">` +
      `<text x="10" y="30" font-family="Arimo" font-size="20">${text}</text></svg>`;
    const image = await decodePng(new Uint8Array(await renderPng(svg, 160)));
    return countInk(image, { left: 0, top: 0, right: 160, bottom: 160 });
  };
  for (const letter of "µμαβσΣ√≤≥≈∞∂×−·…²⁰⁻₁→ñß") assert(await ink(letter) > 0, letter);
});

Deno.test("save writes the SVG and the PNG beside each other", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const plot = await linePlot(timings, { ...labels, ...columns });
    const paths = await plot.save(`${folder}/plot`);
    assertEquals(paths, [`${folder}/plot.svg`, `${folder}/plot.png`]);
    assertEquals(await Deno.readTextFile(paths[0]), plot.svg);
    const image = await decodePng(await Deno.readFile(paths[1]));
    assertEquals([image.width, image.height], [1600, 1200]);
    const url = new URL(`file://${folder}/other`);
    assertEquals(await plot.save(url), [`${folder}/other.svg`, `${folder}/other.png`]);
    await assertRejects(() => plot.save(`${folder}/plot.png`), TypeError, "without .svg or .png");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("plots refuse rows that they cannot draw, and say which", async () => {
  const bars = (rows: { name: unknown; y: unknown }[], more = {}) => () =>
    barPlot(rows, { ...labels, x: "name", y: "y", ...more });
  await assertRejects(bars([]), RangeError, "wanted at least one row, got an empty array");
  await assertRejects(
    bars([{ name: "a", y: 1 }, { name: "b", y: "2" }]),
    TypeError,
    `Cannot plot column "y": row 1 holds "2", not a number`,
  );
  await assertRejects(bars([{ name: undefined, y: 1 }]), TypeError, `row 0 holds undefined`);
  const twice = [{ name: "a", y: 1 }, { name: "a", y: 2 }];
  await assertRejects(bars(twice), RangeError, "Cannot plot two bars of one name");
  const many = Array.from({ length: 22 }, (_, y) => ({ name: `n${y}`, y }));
  await assertRejects(bars(many, { series: "name" }), RangeError, "at most 7 can be told apart");
  await assertRejects(
    () => linePlot(many, { ...labels, x: "y", y: "y", series: "name" }),
    RangeError,
    "Cannot plot 22 series",
  );
});

Deno.test("heatmaps refuse anything but a matrix, and say why", async () => {
  const draw = (matrix: Parameters<typeof heatmap>[0], more = {}) => () =>
    heatmap(matrix, { ...labels, ...more });
  await assertRejects(draw([]), RangeError, "shape [0, 0]");
  await assertRejects(draw([[]]), RangeError, "shape [1, 0]");
  await assertRejects(draw([[1, 2], [3]]), TypeError, "row 1 has 1 values, row 0 has 2");
  await assertRejects(draw({ data: [1, 2], shape: [2] }), TypeError, "shape [2]");
  await assertRejects(draw({ data: [], shape: [300, 300] }), RangeError, "1 to 65536 cells");
  await assertRejects(draw([[1, 2]], { xNames: ["a"] }), TypeError, "2 columns");
});

/** The texts of the ticks of a plot's axis, in the order of drawing. */
function ticksOf(plot: Plot, axis: "x" | "y"): string[] {
  const svg = new DOMParser().parseFromString(plot.svg, "image/svg+xml");
  const labels = svg.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`);
  return [...labels].map((label) => label.textContent ?? "");
}

/** Draws a line through values, and returns the texts of the y axis. */
async function yTicks(values: number[], yScale: "linear" | "log" = "linear"): Promise<string[]> {
  const rows = values.map((y, x) => ({ x, y }));
  return ticksOf(await linePlot(rows, { ...labels, x: "x", y: "y", yScale }), "y");
}

Deno.test("log ticks are powers of ten, or 1-2-5 over few decades, or round numbers within one", async () => {
  assertEquals(await yTicks([0.00005, 2e4], "log"), [
    ...["10⁻⁴", "0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000"],
  ]);
  assertEquals(await yTicks([0.9, 120], "log"), ["1", "2", "5", "10", "20", "50", "100"]);
  assertEquals(await yTicks([110, 190], "log"), [
    ...["110", "120", "130", "140", "150", "160", "170", "180", "190"],
  ]);
  assertEquals(await yTicks([1e-5, 1e-4], "log"), ["10⁻⁵", "2×10⁻⁵", "5×10⁻⁵", "10⁻⁴"]);
});

Deno.test("linear ticks are round and reach past the values, but not below zero without reason", async () => {
  assertEquals(await yTicks([0, 1]), [
    ...["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"],
  ]);
  assertEquals(await yTicks([-3.2, 9.9]), ["−4", "−2", "0", "2", "4", "6", "8", "10"]);
  assertEquals((await yTicks([0, 96])).slice(-1), ["100"]);
  assertEquals((await yTicks([5])).filter((tick) => ["3", "5", "7"].includes(tick)).length, 3);
});

Deno.test("bars stand on zero, or on the power of ten below them all", async () => {
  const first = async (heights: number[], yScale?: "log") => {
    const rows = heights.map((y, index) => ({ name: `n${index}`, y }));
    return ticksOf(await barPlot(rows, { ...labels, x: "name", y: "y", yScale }), "y")[0];
  };
  assertEquals(await first([10, 100]), "0");
  assertEquals(await first([20, 100], "log"), "10");
  assertEquals(await first([10, 100], "log"), "1"); // a bar must have a height
});

Deno.test("a bar's name is the number of its row, digit by digit", async () => {
  const names = ["2024", "1234567", "12345678", "9007199254740991", "-0.1"];
  const rows = names.map((name) => ({ year: Number(name), y: 1 }));
  const texts = textsOf(await barPlot(rows, { ...labels, x: "year", y: "y" }));
  assertEquals(texts.filter((text) => names.includes(text)), names);
});

Deno.test("a plot tells a screen reader its title, and its text is dark", async () => {
  for (const plot of await everyKind()) {
    assertMatch(plot.svg, /^<svg [^>]*role="img" aria-label="Time by size" color="#1f2328"/);
  }
});

Deno.test("numbers on axes read well at any size", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [1024, "1,024"],
    [-0.25, "−0.25"],
    [0.001, "0.001"],
    [1e-6, "10⁻⁶"],
    [-2.5e-12, "−2.5×10⁻¹²"],
    [1e7, "10⁷"],
    [0.1 + 0.2, "0.3"],
  ];
  for (const [value, text] of cases) assertEquals(formatTick(value), text);
  assertEquals(formatTick(23.456, 3), "23.5");
  assertEquals(formatTick(13174.6, 3), "13,175"); // no zero in place of a digit before the point
  assertEquals(formatTick(1_000_000_004, 10), "1,000,000,004");
  assertNotEquals(formatTick(1.23456), formatTick(1.23457));
  assertThrows(() => formatTick(1.5, 0), RangeError);
});
