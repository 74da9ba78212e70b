// Random programs against a model of plain arrays: no tensor and no array that was handed out ever holds what
// it should not, whatever is done to any of them. Run by hand with MINIMODEL_LONG=all for a million steps.

import { assert, assertEquals } from "@std/assert";
import type { Followed } from "./_memory_child.ts";
import { plantedFaults } from "./_memory_planted.ts";
import { isLong, runChild } from "./_memory_process.ts";

// Each child does about 37,000 steps.
const seeds = Array.from({ length: isLong ? 28 : 1 }, (_, n) => n + 1);
const atLeast = isLong ? 1_000_000 : 30_000;

Deno.test(`${atLeast} steps of random programs show no difference from the model`, async () => {
  let steps = 0;
  for (const seed of seeds) {
    const seen = await runChild<Followed>("fuzz", "1000", `${seed}`);
    assertEquals([seen.difference, seen.held], [null, 0], `seed ${seed}`);
    steps += seen.steps;
  }
  assert(steps >= atLeast, `${steps} steps`);
});

let found: Promise<Record<string, Followed>> | undefined;

for (const [mistake] of plantedFaults) {
  Deno.test(`the model refuses a library that ${mistake}`, async () => {
    found ??= runChild<Record<string, Followed>>("planted", "2000", "1");
    const { difference, steps, unplanted } = (await found)[mistake];
    assert(difference !== null, unplanted ?? `nothing was seen in ${steps} steps`);
  });
}
