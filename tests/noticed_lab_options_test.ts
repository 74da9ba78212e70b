// Options of minimodel/lab under the names that other libraries have for them, and the names of cases.

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  Counterexample,
  createExperiment,
  heatmap,
  linePlot,
  liveDisplay,
  lookupContenders,
  progress,
  scatterPlot,
  table,
  timeLookups,
  timeTogether,
  tryCases,
} from "minimodel/lab";

Deno.test("what other libraries call an option leads to its name here", async () => {
  const calls: [call: (options: never) => unknown, others: Record<string, string>][] = [
    [(options) => linePlot([{ x: 1, y: 1 }], options), {
      ...{ xTitle: "xLabel", xName: "xLabel", yTitle: "yLabel", yName: "yLabel" },
      ...{ hue: "series", color: "series", group: "series" },
    }],
    [(options) => scatterPlot([{ x: 1, y: 1 }], options), { text: "label", word: "label" }],
    [(options) => heatmap([[1]], options), {
      ...{ colorLabel: "valueLabel", zLabel: "valueLabel", label: "valueLabel" },
    }],
    [(options) => table([], options), { title: "caption" }],
    [(options) => progress(1, options).next(), {
      ...{ desc: "label", description: "label", title: "label" },
      ...{ postfix: "note", mininterval: "interval", file: "output" },
    }],
    [(options) => liveDisplay(options), { file: "output" }],
    [(options) => timeTogether([], options), {
      ...{ samples: "rounds", repeat: "rounds", clock: "now" },
    }],
    [(options) => createExperiment("a", options), {
      ...{ folder: "root", directory: "root", path: "root", day: "date" },
    }],
    [(options) => tryCases(fc.nat(), () => {}, options), {
      ...{ randomState: "seed", runs: "numRuns", count: "numRuns", maxExamples: "numRuns" },
    }],
    [(options) => timeLookups(options), {
      ...{ vocabSize: "vocabSizes", numEmbeddings: "vocabSizes", dim: "embeddingDim" },
      ...{ dtype: "dtypes", randomState: "seed", progress: "bar", clock: "now" },
      ...{ samples: "rounds", repeat: "rounds" },
    }],
    [(options) => lookupContenders(options), {
      ...{ numEmbeddings: "vocabSize", dim: "embeddingDim", randomState: "seed" },
    }],
  ];
  await Promise.all(
    calls.flatMap(([call, others]) =>
      Object.entries(others).map(async ([other, own]) => {
        const { message } = await assertRejects(
          async () => await call({ [other]: 1 } as never),
          TypeError,
        );
        assertStringIncludes(message, `there is no option "${other}"; did you mean "${own}"?`);
      })
    ),
  );
});

Deno.test("a case is told by the names of its parts, if it has them, else as a value", () => {
  class Pair {
    a = 1;
  }
  const bare: object = Object.assign(Object.create(null), { a: 1 });
  const cases: [value: unknown, given: unknown][] = [
    [null, { value: null }],
    [{ a: 1 }, { a: 1 }],
    [bare, { a: 1 }],
    [new Pair(), { value: new Pair() }],
    [[1], { value: [1] }],
  ];
  for (const [value, given] of cases) {
    const { details } = assertThrows(
      () => tryCases(fc.constant(value), () => false),
      Counterexample,
    );
    assertEquals(details.given, given);
  }
});
