// Shows what saved checkpoints survive, by counts: `deno task test:faults`. It injects faults into the real
// Deno binary with strace, and ends with status 1 if anything is lost, or if it cannot see a naive saver
// lose data.
//
//     --saver=NAME   only this saver: library, or one that must fail: in-place, fixed-names
//     --kills=200    how many kills at random moments
//     --seed=1       seed of those moments

import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  errorsAtEveryCall,
  killAtEveryCall,
  powerCuts,
  powerCutsWithoutFsync,
  scenes,
  Stage,
} from "./_injections.ts";
import { killAtRandom, savingAndLoadingAtOnce } from "./_processes.ts";
import { naiveSavers } from "./_savers.ts";
import { whatIsMissing } from "./_strace.ts";
import type { Tally } from "./_tally.ts";

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      saver: { type: "string" },
      kills: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
    },
  });
  const missing = await whatIsMissing();
  if (missing !== null) {
    console.error(`Cannot inject faults: ${missing}`);
    return 1;
  }
  const scratch = await Deno.makeTempDir({ dir: "/tmp", prefix: "minimodel-faults-" });
  try {
    if (values.saver !== undefined && values.saver !== "library") {
      return report(await naive(scratch, values.saver));
    }
    const status = report(await library(scratch, Number(values.kills), Number(values.seed)));
    return values.saver === undefined ? Math.max(status, await proof(scratch)) : status;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Everything that the library's saver must survive. */
async function library(scratch: string, kills: number, seed: number): Promise<Tally[]> {
  const tallies: Tally[] = [];
  const add = (tally: Tally) => {
    console.log(`${tally}`);
    tallies.push(tally);
  };
  for (const scene of scenes) add(await killAtEveryCall(new Stage(scratch, "library", scene)));
  for (const scene of scenes) add(await errorsAtEveryCall(new Stage(scratch, "library", scene)));
  for (const scene of scenes) add(await powerCuts(new Stage(scratch, "library", scene), scratch));
  add(await killAtRandom(join(scratch, "random/emb"), kills, seed));
  const path = join(scratch, "together/emb");
  const { tally, note } = await savingAndLoadingAtOnce(path, 300, 20, seed);
  add(tally);
  console.log(`  ${note}`);
  return tallies;
}

/** What a naive saver should survive, and does not. */
async function naive(scratch: string, saver: string): Promise<Tally[]> {
  const stage = new Stage(scratch, saver, scenes[1]);
  const tallies = [await killAtEveryCall(stage), await powerCuts(stage, scratch)];
  for (const tally of tallies) console.log(`${tally}`);
  return tallies;
}

/** Shows that these tests see data get lost: naive savers and every fsync left out must fail. */
async function proof(scratch: string): Promise<number> {
  console.log("\nThe same for savers that must lose data:");
  const tallies: Tally[] = [];
  for (const saver of naiveSavers) {
    console.log(saver);
    tallies.push(...await naive(scratch, saver));
  }
  for (const scene of scenes.slice(0, 2)) {
    console.log(`library, ${scene.title}`);
    const stage = new Stage(scratch, "library", scene);
    for (const tally of await powerCutsWithoutFsync(stage, scratch)) {
      console.log(`${tally}`);
      tallies.push(tally);
    }
  }
  const blind = tallies.filter(({ lost }) => lost.length === 0);
  for (const { title } of blind) console.error(`These tests cannot see data get lost: ${title}`);
  return blind.length === 0 ? 0 : 1;
}

function report(tallies: readonly Tally[]): number {
  const lost = tallies.flatMap(({ title, lost }) => lost.map((detail) => `${title}: ${detail}`));
  const injected = tallies.reduce((sum, tally) => sum + tally.injected, 0);
  for (const detail of lost.slice(0, 20)) console.error(detail);
  if (lost.length > 20) console.error(`and ${lost.length - 20} more`);
  console.log(
    `faults injected ${injected}, survived ${injected - lost.length}, lost ${lost.length}`,
  );
  return lost.length === 0 ? 0 : 1;
}
