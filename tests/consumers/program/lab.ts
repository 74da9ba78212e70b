// What a consumer of the lab does: the checks of Lab 00 on the core's own class, and a picture.

import { Embedding } from "@minimodel/core";
import { embeddingChecks, linePlot, runChecks, sparkline, table } from "@minimodel/lab";

const report = await runChecks(embeddingChecks, Embedding, { seed: 0 });
if (!report.passed) throw new Error(String(report));
const plot = await linePlot([{ step: 0, loss: 3 }, { step: 1, loss: 1 }], {
  ...{ x: "step", y: "loss", title: "Loss", xLabel: "step", yLabel: "loss" },
});
if (!plot.svg.includes("<svg")) throw new Error("there is no picture");
console.log(sparkline([1, 2, 3]));
console.log(table([{ loss: 0.5 }]));
