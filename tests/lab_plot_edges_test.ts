// Plots of numbers at the edges of float64, of many rows, and of what a learner mistypes: each ends
// with a picture or with an error in the library's words.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { barPlot, heatmap, linePlot, type Plot, scatterPlot } from "minimodel/lab";
import { asyncProperty } from "./_property.ts";

const labels = { title: "Edges", xLabel: "step", yLabel: "loss" };
const { MAX_VALUE, MIN_VALUE, MAX_SAFE_INTEGER } = Number;

/** Columns of numbers that loops over ticks, spans and logarithms stumble over. */
const hostile: Record<string, number[]> = {
  "one point": [5],
  "all equal": [0.3, 0.3, 0.3],
  "all zero": [0, -0, 0],
  "ends that rounding sets apart": [0.3, 0.1 + 0.2],
  "negative ends that rounding sets apart": [-0.3, -0.1 - 0.2],
  "one and the next number": [1, 1 + Number.EPSILON],
  "a large number and the next": [MAX_SAFE_INTEGER - 1, MAX_SAFE_INTEGER],
  "a huge number and the next": [1e300, 1e300 * (1 + Number.EPSILON)],
  "close numbers far from zero": [1e9, 1e9 + 5],
  "very close numbers far from zero": [1e9, 1e9 + 1e-3],
  "the smallest number": [MIN_VALUE],
  "zero and the smallest": [0, MIN_VALUE],
  "the smallest to one": [MIN_VALUE, 1],
  "the smallest to the largest": [MIN_VALUE, MAX_VALUE],
  "among the smallest": [MIN_VALUE, 1e-322, 1e-310],
  "tiny": [1e-308, 3e-308],
  "the largest number": [MAX_VALUE],
  "among the largest": [1e308, MAX_VALUE],
  "a span beyond the largest number": [-1.7e308, 1.7e308],
  "both ends": [-MAX_VALUE, MAX_VALUE],
  "tiny to huge": [1e-300, 1e300],
  "negative only": [-3, -2, -1],
  "zeros and negatives among them": [-1, 0, 1, 10],
  "not finite among them": [1, NaN, 3, Infinity, -Infinity, 6],
  "nothing finite": [NaN, Infinity, -Infinity],
};

/** Every plot function, with every scale, on one column of numbers. */
function draw(values: number[]): Promise<Plot>[] {
  const rows = values.map((y, index) => ({ name: `n${index}`, index: index + 1, y }));
  const [up, along] = [{ x: "index", y: "y" } as const, { x: "y", y: "index" } as const];
  return [
    ...(["linear", "log"] as const).flatMap((scale) => [
      barPlot(rows, { ...labels, x: "name", y: "y", yScale: scale }),
      linePlot(rows, { ...labels, ...up, yScale: scale }),
      linePlot(rows, { ...labels, ...along, xScale: scale }),
    ]),
    scatterPlot(rows, { ...labels, ...up, label: "name" }),
    scatterPlot(rows, { ...labels, ...along }),
    heatmap([values], labels),
  ];
}

/**
 * Refuses a picture with places that are no numbers, without ticks, or with ticks that read alike.
 */
function checkPicture({ svg }: Plot): void {
  assertEquals(svg.match(/[^"<>]*(NaN|Infinity|undefined)[^"<>]*/)?.[0], undefined);
  const document = new DOMParser().parseFromString(svg, "image/svg+xml");
  for (const axis of ["x", "y"]) {
    // The second y axis of a heatmap is the one of its colours.
    for (const group of document.querySelectorAll(`[aria-label="${axis}-axis tick label"]`)) {
      const ticks = [...group.querySelectorAll("text")].map(({ textContent }) => textContent);
      assert(ticks.length >= 1 && ticks.length <= 30, `${ticks.length} ticks on ${axis}`);
      assertEquals([...new Set(ticks)], ticks);
    }
  }
}

for (const [name, values] of Object.entries(hostile)) {
  Deno.test(`every plot draws ${name}`, async () => {
    for (const plot of draw(values)) checkPicture(await plot);
  });
}

/**
 * Ticks as they are easily written: from the lower end in steps, or in powers, up to the upper end.
 */
function naiveTicks([low, high]: number[], log: boolean): number {
  const step = 10 ** Math.floor(Math.log10((high - low) / 10));
  let count = 0;
  for (let tick = low; tick <= high && count <= 10_000; count++) {
    tick = log ? 10 ** (Math.floor(Math.log10(tick)) + 1e-17) : tick + step;
  }
  return count;
}

Deno.test("some of these numbers keep a naive loop over ticks going for good", () => {
  assert(naiveTicks([0, 1], false) < 200);
  for (const name of ["ends that rounding sets apart", "a huge number and the next"]) {
    assert(naiveTicks(hostile[name], false) > 10_000, name);
  }
  assert(naiveTicks(hostile["the smallest to one"], true) > 10_000);
});

Deno.test("the check of a picture refuses NaN in a path and ticks that read alike", () => {
  const tick = (text: string) => `<g aria-label="y-axis tick label">${text}</g>`;
  const wrongs = ['<path d="M1,NaN"/>', tick("<text>0.3</text><text>0.3</text>"), tick("")];
  for (const wrong of wrongs) {
    let refused = false;
    try {
      checkPicture({ svg: `<svg>${wrong}</svg>` } as Plot);
    } catch {
      refused = true;
    }
    assert(refused, wrong);
  }
});

Deno.test("every plot draws any numbers", async () => {
  const values = fc.array(fc.oneof(fc.double(), fc.integer()), { minLength: 1, maxLength: 6 });
  await asyncProperty([values], async (values) => {
    for (const plot of draw(values)) checkPicture(await plot);
  }, { numRuns: 25 });
});

Deno.test("a plot says how much it left out, and why", async () => {
  const rows = [1, NaN, -1, 0, 5].map((y, x) => ({ x, y, name: `n${x}` }));
  const columns = { ...labels, x: "x", y: "y" } as const;
  const said = async (plot: Promise<Plot>) => (await plot).svg.match(/>(\d+ of \d+ [^<]*)</)?.[1];
  const log = ", or not above 0 on a log axis";
  assertEquals(await said(linePlot(rows, columns)), "1 of 5 points left out: not finite");
  assertEquals(
    await said(linePlot(rows, { ...columns, yScale: "log" })),
    `3 of 5 points left out: not finite${log}`,
  );
  assertEquals(
    await said(linePlot(rows, { ...columns, xScale: "log" })),
    `2 of 5 points left out: not finite${log}`,
  );
  assertEquals(await said(scatterPlot(rows, columns)), "1 of 5 points left out: not finite");
  assertEquals(
    await said(barPlot(rows, { ...columns, x: "name", yScale: "log" })),
    `3 of 5 bars left out: not finite${log}`,
  );
  assertEquals(
    await said(heatmap([[1, NaN], [Infinity, 4]], labels)),
    "2 of 4 cells left blank: not finite",
  );
  assertEquals(await said(scatterPlot(rows.slice(2), columns)), undefined);
});

Deno.test("ticks that have no place on the axis are left out, the others are all on it", async () => {
  const draw = async (xTicks: number[], xScale: "linear" | "log") => {
    const rows = [{ x: 2, y: 1 }, { x: 3, y: 2 }];
    const { svg } = await linePlot(rows, { ...labels, x: "x", y: "y", xTicks, xScale });
    checkPicture({ svg } as Plot);
    return svg.match(/aria-label="x-axis tick label".*?<\/g>/)?.[0].match(/>[^<]+(?=<\/text)/g);
  };
  assertEquals(await draw([-1, 0, 1, 8], "log"), [">1", ">8"]);
  assertEquals(await draw([-1, 8], "linear"), [">−1", ">8"]);
  assertEquals(await draw([-1.7e308, 1.7e308], "linear"), [">−1.7×10³⁰⁸", ">1.7×10³⁰⁸"]);
});

Deno.test("a heatmap's cells leave no gap", async () => {
  const { svg } = await heatmap([[1, 2, 3, 4, 5, 6, 7]], labels);
  const edges = [...svg.matchAll(/d="M([\d.]+),[\d.]+h([\d.]+)v/g)].map((
    [, x, width],
  ) => [x, width]);
  assertEquals(edges.length, 7);
  const ends = edges.map(([x, width]) => (Number(x) + Number(width)).toFixed(6));
  assertEquals(ends.slice(0, -1), edges.slice(1).map(([x]) => Number(x).toFixed(6)));
});

Deno.test("bars stand on a log axis down to the smallest number", async () => {
  const rows = [{ name: "a", y: MIN_VALUE }, { name: "b", y: 1 }];
  const { svg } = await barPlot(rows, { ...labels, x: "name", y: "y", yScale: "log" });
  assertEquals(svg.match(/aria-label="bar">(.*?)<\/g>/)?.[1].match(/<rect/g)?.length, 2);
});

Deno.test("a heatmap's colours span the largest numbers", async () => {
  const { svg } = await heatmap([[-1, -0.5, 0, 0.5, 1].map((part) => part * MAX_VALUE)], labels);
  assertEquals(svg.match(/>[^<]*×10³⁰⁸</g), [">−1.8×10³⁰⁸<", ">1.8×10³⁰⁸<"]);
  const cells = [...svg.matchAll(/<path[^>]*d="M[\d.,]+h[^>]*>/g)].map(([path]) => path);
  const fills = cells.map((path) => path.match(/fill="rgb\(([^)]*)\)"/)?.[1]);
  assertEquals([new Set(fills).size, fills[0], fills[4]], [5, "5, 48, 97", "103, 0, 31"]);
});

Deno.test("200,000 rows are drawn, or refused with the number that is too many", async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => ({ name: `n${i}`, i, y: i % 1000 }));
  const columns = { ...labels, x: "i", y: "y" } as const;
  assertMatch((await linePlot(rows, columns)).svg, /<\/svg>$/);
  const { svg } = await scatterPlot(rows, columns);
  const path = svg.split('"').find((text) => text.length > 1e6);
  assertEquals(path?.split("M").length, 200_001);
  await assertRejects(
    () => barPlot(rows, { ...columns, x: "name" }),
    RangeError,
    "Cannot draw a bar plot: wanted at most 500 rows, got 200000",
  );
  await assertRejects(
    () => scatterPlot(rows, { ...columns, label: "name" }),
    RangeError,
    "Cannot draw a scatter plot: wanted at most 5000 rows, got 200000",
  );
  await assertRejects(
    () => linePlot(rows, { ...columns, series: "name" }),
    RangeError,
    "Cannot plot 200000 series",
  );
  await assertRejects(() => heatmap(rows.map(({ i }) => [i]), labels), RangeError, "65536 cells");
});

Deno.test("a plot refuses what a learner forgets or mistypes, by name", async () => {
  const rows = [{ step: 0, loss: 1, model: "a" }];
  const good = { ...labels, x: "step", y: "loss" };
  const line = (rows: unknown, options: unknown) => () =>
    Promise.resolve(Reflect.apply(linePlot, undefined, [rows, options]));
  const cases: [unknown, unknown, string][] = [
    [rows, { ...good, title: undefined }, "title must be a string, got undefined"],
    [rows, { ...good, xLabel: 3 }, "xLabel must be a string, got 3"],
    [rows, { ...good, y: undefined }, "y must be a string, got undefined"],
    [rows, { ...good, series: 1 }, "series must be a string, got 1"],
    [rows, undefined, "options must be an object, got undefined"],
    [rows, { ...good, tittle: "x" }, `there is no option "tittle"; did you mean "title"`],
    [rows, { ...good, hue: "model" }, `there is no option "hue"; did you mean "series"`],
    [rows, { ...good, yScale: "logg" }, `yScale must be "linear" or "log"`],
    [rows, { ...good, xTicks: 5 }, "xTicks must be an array of finite numbers, got 5"],
    [rows, { ...good, xTicks: [NaN] }, "xTicks must be an array of finite numbers"],
    ["rows", good, `rows must be an array of objects, got the string "rows"`],
    [undefined, good, "rows must be an array of objects, got undefined"],
  ];
  for (const [given, options, message] of cases) {
    await assertRejects(line(given, options), TypeError, `Cannot draw a line plot: ${message}`);
  }
  await assertRejects(
    line(rows, { ...good, y: "lsos" }),
    TypeError,
    `Cannot plot column "lsos": row 0 has no such column, it holds step, loss, model`,
  );
  await assertRejects(line(Array(2), good), TypeError, "row 0 has no such column");
  await assertRejects(line([null], good), TypeError, "row 0 has no such column, it holds null");
  for (const width of [0, 50, 1e6, NaN, "800"]) {
    await assertRejects(
      line(rows, { ...good, width }),
      Error,
      "width must be in [100, 4000] pixels",
    );
  }
  await assertRejects(
    line(rows, { ...good, height: 200, title: "many words ".repeat(30) }),
    RangeError,
    "leave no room for it in 800 x 200 pixels",
  );
  await linePlot(rows, { ...labels, x: "step", y: "loss", height: 200 });
  const map = (matrix: unknown, options: unknown = labels) => () =>
    Promise.resolve(Reflect.apply(heatmap, undefined, [matrix, options]));
  for (const matrix of [undefined, null, 5, "text", {}, { data: [1] }]) {
    await assertRejects(map(matrix), TypeError, "wanted an array of rows or a tensor");
  }
  await assertRejects(map([[1, "2"]]), TypeError, `values must be numbers, got the string "2"`);
  await assertRejects(map([[1], null]), TypeError, "row 1 has undefined values, row 0 has 1");
  await assertRejects(map({ data: [1], shape: [2, 2] }), TypeError, "must have 4 values, got 1");
  await assertRejects(map([[1]], { ...labels, xNames: "a" }), TypeError, "an array of names");
  await assertRejects(map([[1]], { ...labels, valueLabel: 1 }), TypeError, "valueLabel must be");
});

Deno.test("a title with the signs of a replacement pattern stays as it is", async () => {
  const title = "$& $1 $` costs <$5>";
  const { svg } = await linePlot([{ x: 1, y: 2 }], { ...labels, title, x: "x", y: "y" });
  assertStringIncludes(svg, "<title>$&amp; $1 $` costs &lt;$5&gt;</title>");
});
