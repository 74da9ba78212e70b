// Where numbers come from if no seed is given: one stream, which manualSeed starts anew.

import { assert, assertEquals, AssertionError, assertNotEquals, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  createRandom,
  Embedding,
  EmbeddingBag,
  manualSeed,
  type NestedNumbers,
  normal,
  type Tensor,
} from "minimodel";
import { denoProgram } from "../tasks/deno_program.ts";

const child = fileURLToPath(new URL("_seed_child.ts", import.meta.url));

/** What a process that has drawn nothing yet makes without seeds. */
async function freshProcess(): Promise<NestedNumbers[]> {
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: ["run", "--quiet", "--no-check", child],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Makers of numbers that take a seed, or none. */
const makers: Record<string, (seed?: number) => Tensor> = {
  Embedding: (seed) => new Embedding(3, 2, { seed }).E,
  EmbeddingBag: (seed) => new EmbeddingBag(3, 2, { seed }).E,
  "an Embedding of float32": (seed) => new Embedding(3, 2, { seed, dtype: "float32" }).E,
  "a large Embedding": (seed) => new Embedding(300, 200, { seed }).E,
  normal: (seed) => normal([3, 2], { seed }),
};

type Make = (seed?: number) => Tensor;

/** What must hold of everything that draws without a seed, whatever was drawn before. */
function checkSeeds(make: Make, restart: (seed: number) => void): void {
  restart(7);
  const [first, second] = [make().data, make().data];
  assertNotEquals(first, second, "two tables are the same");
  restart(7);
  assertEquals([make().data, make().data], [first, second], "the stream does not start anew");
  restart(8);
  assertNotEquals(make().data, first, "another seed starts the same stream");
  const seeded = make(5).data;
  restart(9);
  make();
  assertEquals(make(5).data, seeded, "a seed depends on what was drawn before");
  restart(7);
  make(5);
  assertEquals(make().data, first, "a seed of its own moves the common stream on");
  assertNotEquals(make(6).data, seeded, "two seeds are one");
}

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`${name}: without a seed from one stream, with a seed by that alone`, () => {
    checkSeeds(make, manualSeed);
  });
}

Deno.test("manualSeed starts the stream that createRandom starts from that seed", () => {
  for (const seed of [0, 7, 2 ** 32 - 1]) {
    manualSeed(seed);
    const random = createRandom(seed);
    assertEquals(normal([5]).toArray(), Array.from({ length: 5 }, random.normal));
  }
});

Deno.test("an odd count of normal numbers leaves its spare to whoever draws next", () => {
  manualSeed(3);
  const whole = normal([6]).toArray();
  manualSeed(3);
  assertEquals([normal([1]), normal([3]), normal([2])].flatMap((x) => x.toArray()), whole);
});

Deno.test("what is refused, and a table that is given, draw nothing", () => {
  manualSeed(4);
  const expected = normal([3]).toArray();
  manualSeed(4);
  assertThrows(() => new Embedding(3, 2, { paddingIdx: 3 }), RangeError);
  assertThrows(() => new EmbeddingBag(3, 2, { mode: "last" as never }), TypeError);
  assertThrows(() => normal([2.5]), TypeError);
  new Embedding(3, 2, { table: normal([3, 2], { seed: 1 }) });
  assertEquals(normal([3]).toArray(), expected);
});

Deno.test("a fresh process repeats itself, and starts from seed 0", async () => {
  const [first, second] = [await freshProcess(), await freshProcess()];
  assertEquals(first, second);
  const [words, contexts] = first;
  assertNotEquals(words, contexts);
  manualSeed(0);
  const here = [new Embedding(3, 2).E, new EmbeddingBag(3, 2).E, normal([4])];
  assertEquals(here.map((x) => x.toArray()), first);
});

Deno.test("manualSeed refuses what is no whole number in [0, 2^32), and leaves the stream", () => {
  manualSeed(1);
  const expected = normal([2]).toArray();
  manualSeed(1);
  for (const seed of [0.5, -1, 2 ** 32, NaN, Infinity, "7", 7n, null, undefined, [7], true]) {
    assertThrows(
      () => manualSeed(seed as number),
      RangeError,
      "Cannot start random numbers from seed",
    );
  }
  assertEquals(normal([2]).toArray(), expected);
});

/** Makers and restarts that are wrong in one way each. */
const wrong: Record<string, [make: Make, restart: (seed: number) => void, says: string]> = {
  "starts from seed 0 each time": [
    (seed = 0) => normal([3], { seed }),
    manualSeed,
    "two tables are the same",
  ],
  "cannot be started anew": [makers.normal, () => {}, "the stream does not start anew"],
  "starts anew from one seed only": [
    makers.normal,
    () => manualSeed(7),
    "another seed starts the same stream",
  ],
  "draws with a seed from the common stream": [
    (seed) => seed === undefined ? normal([3]) : normal([3]).add(seed),
    manualSeed,
    "a seed depends on what was drawn before",
  ],
  "moves the common stream on for a seed": [
    (seed) => {
      if (seed !== undefined) normal([3]);
      return normal([3], { seed });
    },
    manualSeed,
    "a seed of its own moves the common stream on",
  ],
  "takes no notice of the seed": [
    (seed) => normal([3], { seed: seed === undefined ? undefined : 1 }),
    manualSeed,
    "two seeds are one",
  ],
};

for (const [what, [make, restart, says]] of Object.entries(wrong)) {
  Deno.test(`the check of seeds refuses a library that ${what}`, () => {
    assertThrows(() => checkSeeds(make, restart), AssertionError, says);
  });
}
