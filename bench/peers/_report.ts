// The results of a run: tables on the terminal, and CSV, pictures and JSON in a dated folder.

import { barPlot, type Experiment, linePlot, show, table } from "minimodel/lab";
import { type Figure, figuresOf, oneHotRows, type Row, wantedFigures } from "./figures.ts";

/** Prints the rows of one case. */
export async function showCase(caption: string, rows: readonly Row[]): Promise<void> {
  const columns = [
    "contender",
    "part",
    "threads",
    "samples",
    "lowUs",
    "medianUs",
    "highUs",
    "ratio",
  ];
  const kept = columns.filter((name) => name !== "part" || rows.some(({ part }) => part !== ""));
  await show(table(rows, { caption, columns: kept as (keyof Row)[] }));
  console.log();
}

/** Writes CSV and pictures of a run to its folder, and prints the figures. */
export async function report(experiment: Experiment, rows: readonly Row[]): Promise<Figure[]> {
  await experiment.writeCsv("peers.csv", rows);
  for (const group of Map.groupBy(rows, pictureOf).values()) await drawGroup(experiment, group);
  const oneHots = oneHotRows(rows);
  if (oneHots.length > 0) {
    await experiment.writeCsv("one_hot.csv", oneHots);
    for (const [dtype, own] of Map.groupBy(oneHots, ({ dtype }) => dtype)) {
      const plot = await linePlot(own, {
        x: "vocabSize",
        y: "ratio",
        series: "baseline",
        xScale: "log",
        yScale: "log",
        xTicks: [...new Set(own.map(({ vocabSize }) => vocabSize))],
        title: `A one-hot product against a lookup, ${dtype}, d = 32, 8192 ids`,
        xLabel: "V (ids in the table)",
        yLabel: "time of the product / time of the lookup",
      });
      await experiment.savePlot(`one_hot_${dtype}`, plot);
    }
  }
  const measured = new Set(rows.map(({ work }) => work));
  const figures = figuresOf(rows, wantedFigures.filter(({ work }) => measured.has(work)));
  await experiment.writeCsv("figures.csv", figures);
  await show(table(figures, { caption: "Figures to reach: their time / minimodel's", digits: 3 }));
  console.log();
  return figures;
}

/**
 * The name of a row's picture: both dtypes share one, but matrix products have one for each dtype.
 */
function pictureOf({ work, shape, dtype, part }: Row): string {
  if (work === "one-hot") return "";
  const words = work === "matmul" ? [work, dtype] : [work, shape, part];
  return words.filter((word) => word !== "").join("_");
}

async function drawGroup(experiment: Experiment, rows: readonly Row[]): Promise<void> {
  const name = pictureOf(rows[0]);
  if (name === "") return;
  if (rows[0].work !== "matmul") {
    const plot = await barPlot(rows, {
      x: "contender",
      y: "medianUs",
      series: "dtype",
      yScale: "log",
      title: name.replaceAll("_", " "),
      xLabel: "contender",
      yLabel: "median time (µs)",
    });
    await experiment.savePlot(name, plot);
    return;
  }
  const sides = rows.map((row) => ({ ...row, side: Number(row.shape.split("x")[0]) }));
  const plot = await linePlot(sides, {
    x: "side",
    y: "medianUs",
    series: "contender",
    xScale: "log",
    yScale: "log",
    xTicks: [...new Set(sides.map(({ side }) => side))],
    title: `Products of two square matrices, ${rows[0].dtype}`,
    xLabel: "rows and columns",
    yLabel: "median time (µs)",
  });
  await experiment.savePlot(name, plot);
}
