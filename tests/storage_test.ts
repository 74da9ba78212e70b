// Where numbers live: nothing is shown to two, nothing is kept for nobody, and what runs out says so.

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Embedding, gather, ones, Parameter, RowGradient, Sgd, tensor, zeros } from "minimodel";
import { FreeList } from "../lib/kernels/free_list.ts";
import { memory } from "../lib/kernels/kernels.wasm";
import { bytesHeld, bytesReserved } from "../lib/kernels/memory.ts";
import { atPointers } from "../lib/kernels/pointers.ts";
import { allocate, reserve, Storage } from "../lib/kernels/storage.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import * as lists from "./_free_list_model.ts";
import { property } from "./_property.ts";
import * as rooms from "./_storage_model.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

Deno.test("a free list takes the first stretch that fits, and joins all that is given back", () => {
  const make = (start: number, end: number) => new FreeList(start, end);
  property([lists.manySteps], (steps) => lists.follow(make, steps), { numRuns: 1000 });
});

for (const [mistake, make] of lists.wrongLists) {
  Deno.test(`the model refuses a free list that ${mistake}`, () => {
    const refused = () =>
      property([lists.manySteps], (steps) => lists.follow(make, steps), { numRuns: 1000 });
    assertThrows(refused, Error, "Property failed");
  });
}

Deno.test("every storage holds what was written to it, and no other's numbers, whatever is done", () => {
  property([rooms.manySteps], (steps) => rooms.follow(rooms.ownRoom, steps), { numRuns: 500 });
});

for (const [mistake, make] of rooms.wrongRooms) {
  Deno.test(`the model refuses a room that ${mistake}`, () => {
    const refused = () =>
      property([rooms.manySteps], (steps) => rooms.follow(make(), steps), { numRuns: 500 });
    assertThrows(refused, Error, "Property failed");
  });
}

Deno.test("new numbers are 0 where others were before", () => {
  const dirty = Array.from({ length: 10 }, () => reserve("float64", 10_000));
  for (const each of dirty) each.numbers.fill(7);
  const places = new Set(dirty.map((each) => each.pointer()));
  for (const each of dirty) each.dispose();
  const fresh = Array.from({ length: 10 }, () => allocate("float32", 20_000));
  assert(fresh.every((each) => each.pointer() !== undefined && places.has(each.pointer())));
  for (const each of fresh) assertEquals(each.numbers.findIndex((x) => x !== 0), -1);
});

Deno.test("when all blocks are given back, in any order, memory is one stretch again", () => {
  const huge = () => reserve("float64", 3.5 * GiB / 8, { lasting: true });
  const before = huge();
  const place = before.pointer();
  assert(place !== undefined);
  assertEquals(huge().pointer(), undefined);
  before.dispose();
  // Nothing is written to them, so they cost nothing.
  const blocks = Array.from(
    { length: 300 },
    (_, n) => reserve("float64", (n % 7 + 1) * MiB / 128, { lasting: true }),
  );
  assert(blocks.every((each) => each.pointer() !== undefined));
  const held = bytesHeld();
  for (let n = 0; n < 300; n++) blocks[n * 77 % 300].dispose();
  assertEquals(held - bytesHeld(), blocks.reduce((bytes, { length }) => bytes + 8 * length, 0));
  const after = huge();
  assertEquals(after.pointer(), place);
  after.dispose();
});

Deno.test("results that nobody frees are plain arrays once their budget is spent, and right", () => {
  const table = tensor(Float64Array.from({ length: 64 * 32 }, (_, i) => i), {
    shape: [64, 32],
    requiresGrad: true,
  });
  const ids = Int32Array.from({ length: 8192 }, (_, n) => n * n % 64);
  const lookUp = () => {
    const y = gather(table, ids);
    table.grad = null;
    y.mul(2).sum().backward();
    return { y, gradient: table.grad };
  };
  const first = lookUp();
  const unfreed: Storage[] = [];
  do unfreed.push(reserve("float64", MiB)); while (
    unfreed[unfreed.length - 1].pointer() !== undefined
  );
  const bytes = 8 * MiB * (unfreed.length - 1);
  assert(bytes > 400 * MiB && bytes <= 512 * MiB, `the budget is ${bytes} bytes`);
  // What is smaller still fits, until it does not.
  while (reserve("float64", 512).pointer() !== undefined);
  const second = lookUp();
  assertEquals([first.y.storage.pointer() === undefined, second.y.storage.pointer()], [
    false,
    undefined,
  ]);
  assertEquals(second.y.data, first.y.data);
  assertEquals(second.gradient, first.gradient);
  for (const each of unfreed) each.dispose();
  assert(lookUp().y.storage.pointer() !== undefined);
});

Deno.test("a kernel gets copies of what lies elsewhere, back and forth, but no more than it says", () => {
  const [read, both, written] = [1, 2, 3].map((x) => new Storage(new Float64Array(100).fill(x)));
  const held = bytesHeld();
  const call = (most?: number) =>
    atPointers({ read: [read], update: [both], write: [written] }, (...pointers) => {
      assertEquals(new Set(pointers).size, 3);
      const [from, through, to] = pointers.map((at) => new Float64Array(memory.buffer, at, 100));
      assertEquals([from[99], through[99]], [1, 2]);
      [from, through, to].forEach((each, i) => each.fill(10 * (i + 1)));
      return "called";
    }, most);
  assertEquals(call(299), undefined);
  assertEquals([read, both, written].map(({ numbers }) => numbers[99]), [1, 2, 3]);
  assertEquals(call(300), { value: "called" });
  assertEquals([read, both, written].map(({ numbers }) => numbers[99]), [1, 20, 30]);
  assertEquals(bytesHeld(), held);
});

Deno.test("running out is an error that says how much was asked for, and how much is held", () => {
  const Real = Float64Array;
  const withoutMemory = new Proxy(Real, {
    construct(target, given) {
      if (given[0] === 2 ** 30) throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, given);
    },
  });
  globalThis.Float64Array = withoutMemory;
  try {
    const error = assertThrows(() => zeros([2 ** 30]), RangeError);
    assertEquals(
      error.message,
      "Cannot allocate 1073741824 numbers of float64: 8589934592 bytes were asked for, " +
        `and ${bytesHeld()} of ${bytesReserved()} are held in blocks`,
    );
  } finally {
    globalThis.Float64Array = Real;
  }
});

Deno.test("a float32 table of 1 GiB is looked up, and trained by rows", () => {
  const [rows, width] = [2 ** 18, 1024];
  // Only the rows that are written and looked up become real memory.
  const storage = reserve("float32", rows * width, { lasting: true });
  const table = new Parameter(storage, [rows, width]);
  assert(storage.pointer() !== undefined);
  const ids = [rows - 1, 0, 123_456, 0];
  for (const id of ids) table.data.fill(id % 1000, id * width, (id + 1) * width);
  const embedding = new Embedding(rows, width, { table, sparse: true });
  const y = embedding.forward(ids);
  assertEquals(y.data, Float32Array.from({ length: 4 * width }, (_, i) => ids[i >> 10] % 1000));
  y.sum().backward();
  const { grad } = embedding.E;
  assertInstanceOf(grad, RowGradient);
  assertEquals(grad.rows, Int32Array.of(0, 123_456, rows - 1));
  assertEquals(
    grad.values.data,
    Float32Array.from({ length: 3 * width }, (_, i) => i < width ? 2 : 1),
  );
  new Sgd([embedding.E], { lr: 0.5 }).step();
  const moved = embedding.forward([0, rows - 1]);
  assertEquals([moved.data[0], moved.data[2 * width - 1]], [-1, (rows - 1) % 1000 - 0.5]);
  table.dispose();
});

const child = fileURLToPath(new URL("_storage_child.ts", import.meta.url));

/** Runs the child, and returns what it saw. */
async function run<Seen>(...args: string[]): Promise<Seen> {
  const flags = ["--quiet", "--no-check", "--allow-all", "--v8-flags=--expose-gc"];
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: ["run", ...flags, child, ...args],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("what a parameter has handed out stays good when it is collected, as a view of it does not", async () => {
  const handed = await run<{ changed: number; freed: number }>("arrays");
  assertEquals(handed.changed, 0);
  const views = await run<{ changed: number; freed: number }>("views");
  // Of the 20 parameters whose numbers nobody asked for, the blocks are freed, and written over.
  assertEquals([views.changed > 0, views.freed > 19 * 4000 * 8], [true, true]);
});

Deno.test("what is handed out is the same at every size: its own bytes, and no others", () => {
  for (const size of [1, 8, 33, 511, 512, 513, 5000]) {
    for (const make of [() => ones([size]).mul(3), () => new Parameter(ones([size]).mul(3))]) {
      const x = make();
      const { data } = x;
      assertEquals(data.buffer.byteLength, 8 * size);
      assertEquals(structuredClone(data), new Float64Array(size).fill(3));
      // It is the tensor's: what is written is read, by kernels too.
      data[size - 1] = 5;
      assertEquals([x.mul(2).data[size - 1], x.data === data], [10, true]);
      const part = data.subarray(0, 1);
      x.dispose();
      for (let i = 0; i < 5; i++) ones([size]).mul(-7).dispose();
      assertEquals([part[0], data[size - 1]], [size === 1 ? 5 : 3, 5]);
    }
  }
});

Deno.test("a tensor whose numbers were transferred away is refused by name", () => {
  for (const size of [3, 5000]) {
    const x = ones([size]);
    structuredClone(x.data, { transfer: [x.data.buffer as ArrayBuffer] });
    for (const use of [() => x.sum(), () => x.add(1), () => x.data, () => x.toArray()]) {
      assertThrows(use, TypeError, "transfer data.slice()");
    }
  }
});

// 100,000 lookups take a minute or two: CI does them.
const lookups = Deno.env.get("MINIMODEL_LONG") === "1" ? 100_000 : 10_000;

Deno.test(`${lookups} lookups of 2 MiB in one go keep the process under 1.25 GiB`, async () => {
  const seen = await run<{ largest: number; highWater: number }>("lookups", String(lookups));
  // On a busy machine the engine frees arrays late; a quiet one has 0.65 GiB.
  assert(Math.max(seen.largest, seen.highWater) < 1.25 * GiB, JSON.stringify(seen));
  assert(seen.highWater > 100 * MiB, "the process was not looked at");
});
