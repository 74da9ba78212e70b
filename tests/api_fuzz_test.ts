// Every function, class and method of "minimodel" with wrong kinds, shapes and sizes: it throws only
// what is documented, in the library's own words, changes nothing it was given and keeps no memory.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as minimodel from "minimodel";
import { coreEntries, exempt } from "./_api_entries.ts";
import { type Entry, type Fault, Harness, markErrors } from "./_api_harness.ts";
import { membersOf } from "./_api_members.ts";
import { anyTensor } from "./_api_slots.ts";

const isOwn = markErrors();
const entriesIn = (folder: string) => coreEntries(folder);

Deno.test("Every function, class and method of minimodel has an entry in the fuzz", () => {
  const covered = new Set([...entriesIn("/tmp").map(({ name }) => name), ...exempt]);
  assertEquals(membersOf(minimodel).filter((name) => !covered.has(name)), []);
});

Deno.test("Bad input gets documented errors, changes nothing and keeps no memory", async (test) => {
  const folder = await Deno.makeTempDir({ prefix: "minimodel-fuzz-" });
  try {
    let last = "";
    const harness = new Harness(isOwn, (call) => last = call);
    const entries = entriesIn(folder);
    // In parts, which are reported one by one: all together take half a minute.
    for (let start = 0; start < entries.length; start += 10) {
      const part = entries.slice(start, start + 10);
      await test.step(`${part[0].name} to ${part.at(-1)?.name}`, async () => {
        const faults: Fault[] = [];
        for (const entry of part) {
          for (const fault of await harness.everyValue(entry)) faults.push(fault);
        }
        const text = faults.slice(0, 20).map(({ call, what }) => `${call}: ${what}`).join("\n");
        assertEquals(faults.length, 0, `${faults.length} faults, the first:\n${text}`);
      });
    }
    await test.step("2000 calls with random values", async () => {
      await harness.randomValues(entries, 2000);
    });
    const { calls, refused } = harness.count;
    assert(refused > calls / 4, `only ${refused} of ${calls} calls were refused; last ${last}`);
    console.log(`${entries.length} entries, ${calls} calls, ${refused} refused`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const kept: minimodel.Tensor[] = [];
const planted: Record<string, { call: Entry["call"]; says: string }> = {
  "a function that lets the engine complain": {
    call: (x) => (x as minimodel.Tensor).shape.map((length) => length),
    says: "the engine's words",
  },
  "a function that changes what it was given": {
    call: (x) => {
      if (x instanceof minimodel.Tensor && x.size > 0) x.data[0] += 1;
    },
    says: "changed argument 0",
  },
  "a function that keeps memory": {
    call: () => {
      kept.push(minimodel.ones([4096]));
    },
    says: "calls keep",
  },
};

for (const [name, { call, says }] of Object.entries(planted)) {
  Deno.test(`The fuzz refuses ${name}`, async () => {
    const harness = new Harness(isOwn, () => {});
    const faults = await harness.everyValue({ name, slots: [anyTensor], call, may: [] });
    assertStringIncludes(faults.map(({ what }) => what).join("\n"), says);
  });
}
