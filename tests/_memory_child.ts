// Programs that use memory, for tests that look at a whole process. Prints what it saw as JSON.
//
//     _memory_child.ts fuzz <programs> <seed>      follows the memory model
//     _memory_child.ts planted <programs> <seed>   follows it with each planted fault
//     _memory_child.ts loop <name>                 runs a loop that frees nothing
//     _memory_child.ts scalars                     keeps some scalars of many results
//     _memory_child.ts huge                        makes one tensor of 3 GiB
//     _memory_child.ts train <where>               trains: here, closed, scarce, workers or reload

import fc from "fast-check";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Change, changedLibrary, ownLibrary, withCopy } from "./_memory_library.ts";
import { plantedFaults } from "./_memory_planted.ts";
import { type Library, manyPrograms, run } from "./_memory_steps.ts";
import { train } from "./_memory_training.ts";

/** What following the model has shown. */
export interface Followed {
  readonly steps: number;
  /** The first difference, with the smallest program that shows it; null if there is none. */
  readonly difference: string | null;
  /** How many bytes of blocks are held when all is over. */
  readonly held: number;
  /** Why a fault could not be planted. */
  readonly unplanted?: string;
}

/** What a loop that frees nothing has used, in bytes. */
export interface Used {
  /** The most that the process ever had. */
  readonly peak: number;
  /** What blocks hold when it ends. */
  readonly held: number;
  /** The same some turns of the event loop later. */
  readonly heldLater: number;
  /** What the process has then. */
  readonly resident: number;
}

const collect = async () => {
  for (let round = 0; round < 6; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

async function follow(
  library: Library,
  numRuns: number,
  seed: number,
  endOnFailure: boolean,
): Promise<Followed> {
  let steps = 0;
  const property = fc.asyncProperty(manyPrograms, async (program) => {
    steps += await run(library, program);
    // What programs forget is freed between turns only.
    if (library.room.bytesHeld() > 2 ** 26) await collect();
  });
  const report = await fc.check(property, { numRuns, seed, endOnFailure });
  await collect();
  const difference = report.failed
    ? `${report.errorInstance}\n${JSON.stringify(report.counterexample)}`
    : null;
  return { steps, difference, held: library.room.bytesHeld() };
}

/** Follows the model with a fault; one that cannot be planted shows no difference. */
async function followFaulty(
  changes: readonly Change[],
  numRuns: number,
  seed: number,
): Promise<Followed> {
  const library = await changedLibrary(changes).catch(String);
  if (typeof library !== "string") return await follow(library, numRuns, seed, true);
  return { steps: 0, difference: null, held: 0, unplanted: library };
}

/** A line of what Linux tells of this process, in bytes. */
function status(key: string): number {
  const text = Deno.readTextFileSync("/proc/self/status");
  return Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(text)?.[1]) * 1024;
}

async function runLoop(name: string): Promise<Used> {
  const { loops } = await import("./_memory_loops.ts");
  const { room } = await ownLibrary();
  loops[name]();
  const [peak, held] = [status("VmHWM"), room.bytesHeld()];
  await collect();
  return { peak, held, heldLater: room.bytesHeld(), resident: status("VmRSS") };
}

async function makeHuge(): Promise<{ last: number }> {
  const { core } = await ownLibrary();
  const results = Array.from({ length: 8 }, () => core.zeros([2 ** 23]));
  const x = core.zeros([3 * 2 ** 27]);
  x.data[x.size - 1] = 5;
  for (const each of results) each.dispose();
  return { last: x.storage.numbers[x.size - 1] };
}

/** Trains in one of several places; returns what each training gave. */
async function trainIn(where: string): Promise<number[][]> {
  if (where === "workers") return await Promise.all(Array.from({ length: 8 }, trainInWorker));
  if (where === "reload") return await withCopy(trainReloaded);
  if (where === "scarce") {
    const limit = status("VmSize") + 2 ** 31;
    const args = ["--pid", `${Deno.pid}`, `--as=${limit}`];
    const { success } = new Deno.Command("prlimit", { args }).outputSync();
    if (!success) throw new Error("prlimit has failed");
  }
  const { core, memory } = await ownLibrary();
  if (where === "closed") {
    memory.grow = () => {
      throw new RangeError("The memory cannot grow");
    };
  }
  return [train(core)];
}

function trainInWorker(): Promise<number[]> {
  const worker = new Worker(new URL("_memory_training.ts", import.meta.url), {
    type: "module",
    name: "training",
  });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

async function trainReloaded(folder: string): Promise<number[][]> {
  const { reload } = await import(pathToFileURL(join(folder, "lab", "notebook.ts")).href);
  const results: number[][] = [];
  const seen = new Set<unknown>();
  for (let edit = 0; edit < 5; edit++) {
    await Deno.writeTextFile(join(folder, "mod.ts"), `// ${edit}\n`, { append: true });
    const core = await reload("minimodel");
    if (seen.has(core.Tensor)) throw new Error("The library was not loaded anew");
    seen.add(core.Tensor);
    results.push(train(core));
  }
  return results;
}

const [mode, ...given] = Deno.args;
const [programs, seed] = given.map(Number);
const modes: Readonly<Record<string, () => Promise<unknown>>> = {
  fuzz: async () => await follow(await ownLibrary(), programs, seed, false),
  planted: async () => {
    const found: Record<string, Followed> = {};
    for (const [mistake, changes] of plantedFaults) {
      found[mistake] = await followFaulty(changes, programs, seed);
    }
    return found;
  },
  loop: () => runLoop(given[0]),
  scalars: async () => (await import("./_memory_loops.ts")).bytesOfKeptScalar(collect),
  huge: makeHuge,
  train: () => trainIn(given[0]),
};
console.log(JSON.stringify(await modes[mode]()));
