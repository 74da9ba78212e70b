// `deno task bench:peers`: minimodel beside NumPy, PyTorch, TensorFlow.js, jax-js and plain
// TypeScript. Every peer is a process of its own; one driver measures them in turn, so that the
// state of the machine is the same for all. Writes experiments/<date>-peers/.
//
//   --quick         fewer samples
//   --only <work>   only this work (several: with commas)
//   --beside <dir>  another checkout of the project takes part too
//   --alone         without the other peers

import { parseArgs } from "node:util";
import { createExperiment, describeEnvironment } from "minimodel/lab";
import { casesOf, describeCase, seed, type Work, works } from "./_cases.ts";
import { contest } from "./_contest.ts";
import { toleranceOf } from "./_expected.ts";
import type { Row } from "./figures.ts";
import { Inputs } from "./_inputs.ts";
import type { Pace } from "./_interleave.ts";
import { startPeers } from "./_peers.ts";
import { report, showCase } from "./_report.ts";
import type { PeerWorker } from "./_worker.ts";

const paces: Record<"full" | "quick", Pace> = {
  full: { rounds: 21, fewest: 5, sampleMs: 8, warmMs: 150, budgetMs: 1000, slowestMs: 2000 },
  quick: { rounds: 5, fewest: 3, sampleMs: 2, warmMs: 20, budgetMs: 300, slowestMs: 1000 },
};

const { quick, chosen, ...competitors } = readOptions();
const pace = quick ? paces.quick : paces.full;
const started = performance.now();
const { workers, missing } = await startPeers(competitors);
const folder = await Deno.makeTempDir({ prefix: "peers-" });
// The numbers take a gigabyte, which Ctrl-C must not leave behind.
const interrupt = () => {
  Deno.removeSync(folder, { recursive: true });
  Deno.exit(130);
};
const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
for (const signal of signals) Deno.addSignalListener(signal, interrupt);
try {
  for (const worker of workers) console.log(introduce(worker));
  for (const [name, why] of Object.entries(missing)) console.log(`${name} is missing: ${why}`);
  console.log();
  const inputs = new Inputs(folder);
  const slow = new Set<string>();
  const said = new Set<string>();
  const seconds: Record<string, number> = {};
  const rows: Row[] = [];
  const leftOut: { case: string; contender: string; why: string }[] = [];
  for (const each of casesOf(chosen)) {
    const caption = describeCase(each);
    const begun = performance.now();
    const own = await contest(each, {
      workers,
      inputs,
      pace,
      slow,
      leftOut(contender, why) {
        leftOut.push({ case: caption, contender, why });
        const line = `${each.work}: without ${contender}, ${why}`;
        if (!said.has(line)) console.log(line);
        said.add(line);
      },
    });
    const tolerance = toleranceOf(each);
    const equal = tolerance === 0 ? "all results equal" : `results equal within ${tolerance}`;
    await showCase(`${caption}, ${equal}`, own);
    for (const row of own) rows.push(row);
    seconds[caption] = (performance.now() - begun) / 1000;
  }
  const experiment = await createExperiment("peers");
  await report(experiment, rows);
  await experiment.writeJson("run.json", {
    command: ["deno task bench:peers", ...Deno.args].join(" "),
    pace,
    seed,
    seconds: { ...seconds, all: (performance.now() - started) / 1000 },
    environment: describeEnvironment(),
    peers: workers.map(({ program: { name, env }, about }) => ({ name, env, ...about })),
    missing,
    leftOut,
  });
  console.log(`Results are in ${experiment.path}`);
} finally {
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
  for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
}

function introduce({ program: { name, env }, about: { threads, details } }: PeerWorker): string {
  const words = Object.entries(details).map(([key, value]) => `${key} ${value}`);
  const pinned = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const count = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  return `${name}: ${[count, ...words, ...pinned].join(", ")}`;
}

function readOptions(): {
  quick: boolean;
  chosen: readonly Work[];
  beside?: string;
  alone: boolean;
} {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      beside: { type: "string" },
      alone: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? works;
  const chosen = works.filter((work) => names.includes(work));
  const unknown = names.filter((name) => !works.some((work) => work === name));
  if (unknown.length > 0) {
    console.error(`Cannot measure only "${unknown.join()}": works are ${works.join(", ")}`);
    Deno.exit(2);
  }
  return { quick: values.quick, chosen, beside: values.beside, alone: values.alone };
}
