// Programs that use memory, for tests that look at a whole process. Prints what it saw as JSON.
//
//     _memory_child.ts fuzz <programs> <seed>      follows the memory model
//     _memory_child.ts planted <programs> <seed>   follows it with each planted fault

import fc from "fast-check";
import { type Change, changedLibrary, ownLibrary } from "./_memory_library.ts";
import { plantedFaults } from "./_memory_planted.ts";
import { type Library, manyPrograms, run } from "./_memory_steps.ts";

/** What following the model has shown. */
export interface Followed {
  readonly steps: number;
  /** The first difference, with the smallest program that shows it; null if there is none. */
  readonly difference: string | null;
  /** How many bytes of blocks are held when all is over. */
  readonly held: number;
}

const collect = async () => {
  for (let round = 0; round < 6; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
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

async function followFaulty(changes: readonly Change[], numRuns: number, seed: number) {
  return await follow(await changedLibrary(changes), numRuns, seed, true);
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
};
console.log(JSON.stringify(await modes[mode]()));
