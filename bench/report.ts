// `deno task report`: times lookups and scatter-adds at several sizes and writes a dated folder
// under experiments/ with the rows as CSV, the ratio as a picture, and what they were measured on
// as JSON.

import {
  createExperiment,
  describeEnvironment,
  linePlot,
  lookupContenders,
  scatterContenders,
  show,
  table,
  timeLookups,
} from "minimodel/lab";

const options = { embeddingDim: 32, count: 8192, seed: 0, rounds: 21 };
const vocabSizes = [16, 64, 256, 1024];
const columns = ["implementation", "dtype", "vocabSize", "medianUs", "ratio"] as const;

const experiment = await createExperiment("phase-13-embedding");
const measured = { lookup_timing: lookupContenders, scatter_timing: scatterContenders };
for (const [name, contenders] of Object.entries(measured)) {
  const rows = await timeLookups({ ...options, vocabSizes, contenders, bar: true });
  await experiment.writeCsv(`${name}.csv`, rows);
  await show(table(rows, { caption: `${name}: 8192 ids, d = 32`, columns: [...columns] }));
  const others = rows.filter(({ implementation }) => implementation !== rows[0].implementation);
  const plot = await linePlot(others, {
    x: "vocabSize",
    y: "ratio",
    series: "dtype",
    xScale: "log",
    yScale: "log",
    title: `${others[0].implementation} against ${rows[0].implementation}`,
    xLabel: "V (ids in the table)",
    yLabel: "ratio of median times",
  });
  await experiment.savePlot(name, plot);
}
await experiment.writeJson("run.json", {
  ...options,
  vocabSizes,
  environment: describeEnvironment(),
});
console.log(`Results are in ${experiment.folder}`);
