// A program that does everything for which lib/lab needs a permission, and says what came of it:
//
//     _permissions_child.ts import    only imports the library and the lab
//     _permissions_child.ts ask       asks for an environment variable
//     _permissions_child.ts work <folder> <name> ...    does the work of these names, a line of JSON each

import { Embedding } from "minimodel";
import {
  createExperiment,
  describeEnvironment,
  embeddingChecks,
  Experiment,
  heatmap,
  reload,
  runChecks,
} from "minimodel/lab";

const [mode, folder, ...names] = Deno.args;
if (mode === "ask") {
  try {
    Deno.env.get("MINIMODEL_SEED");
  } catch {
    // What is not allowed was asked for all the same.
  }
} else if (mode === "work") {
  const experiment = new Experiment("written", folder);
  const work: Record<string, () => unknown> = {
    createExperiment: () => createExperiment("denied", { root: `${folder}/experiments` }),
    writeCsv: () => experiment.writeCsv("rows.csv", [{ id: 1 }]),
    writeJson: () => experiment.writeJson("run.json", { id: 1 }),
    savePlot: async () => {
      const plot = await heatmap([[1, 2]], { title: "A table", xLabel: "dimension", yLabel: "id" });
      await experiment.savePlot("plot", plot);
    },
    roundTripCheck: async () => {
      const { results } = await runChecks(embeddingChecks.slice(-1), Embedding, { numRuns: 1 });
      const [{ failure }] = results;
      if (failure !== undefined) throw failure;
    },
    reload: () => reload("minimodel"),
    describeEnvironment: () => describeEnvironment(),
  };
  for (const name of names) {
    try {
      await work[name]();
      console.log(JSON.stringify({ name }));
    } catch (error) {
      console.log(JSON.stringify({ name, error: String(error) }));
    }
  }
}
