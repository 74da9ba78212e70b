// The checks of Lab 00: which cases they see, whatever the seed.

import { assert, assertEquals } from "@std/assert";
import {
  Embedding,
  gather,
  gatherBackward,
  type Ids,
  parseIds,
  type Tensor,
  tensor,
} from "minimodel";
import {
  embeddingChecks,
  forwardChecks,
  gatherBackwardChecks,
  lookupChecks,
  runChecks,
} from "minimodel/lab";

/** The lookups that a check makes of its subject, as text. */
type Seen = Set<string>;

const noted = (seen: Seen, rows: number, ids: Ids) => seen.add(`${rows}: ${JSON.stringify(ids)}`);

/** The checks of Lab 00 but that of files, each run with a right answer that notes what it is asked. */
const watched: Record<string, (seen: Seen, seed: number) => Promise<unknown>> = {
  lookupChecks: (seen, seed) => {
    const lookup = (
      table: Tensor,
      ids: Ids,
    ) => (noted(seen, table.shape[0], ids), gather(table, ids));
    return runChecks(lookupChecks, lookup, { seed, numRuns: 1 });
  },
  gatherBackwardChecks: (seen, seed) => {
    const back = (upstream: Tensor, ids: Ids, shape: readonly number[]) => {
      noted(seen, shape[0], ids);
      return gatherBackward(upstream, ids, shape);
    };
    return runChecks(gatherBackwardChecks, back, { seed, numRuns: 1 });
  },
  ...Object.fromEntries(forwardChecks.map((check) => [check.name, (seen: Seen, seed: number) => {
    class Noting extends Embedding {
      override forward(ids: Ids): Tensor {
        noted(seen, this.numEmbeddings, ids);
        return super.forward(ids);
      }
    }
    return runChecks([check], Noting, { seed, numRuns: 1 });
  }])),
};

/** One id, none, the same twice, the first and the last row, rows of several axes. */
const always = ["1: 0", "1: [0]", "1: []", "1: [0,0]", "2: 1", "2: [1,0]", "4: [3,3]"];
/** Just past either end, alone and among others. */
const alwaysBad = ["2: [2]", "2: [-1]", "2: 2", "2: -1", "2: [0,2]", "2: [-1,0]"];

for (const [name, run] of Object.entries(watched)) {
  Deno.test(`${name} sees the ids on which mistakes show, whatever the seed`, async () => {
    const good = name === "Out-of-range raises" ? [] : always;
    const bad = ["Out-of-range raises", "lookupChecks"].includes(name) ? alwaysBad : [];
    for (const seed of [0, 1, 2 ** 31]) {
      const seen: Seen = new Set();
      await run(seen, seed);
      assertEquals([...good, ...bad].filter((each) => !seen.has(each)), []);
    }
  });
}

Deno.test("lookups are drawn with up to six ids and three axes, many with the same id twice", async () => {
  const seen = { most: 0, axes: 0, twice: 0, unused: 0 };
  const lookup = (table: Tensor, ids: Ids) => {
    const { data, shape } = parseIds(ids);
    seen.most = Math.max(seen.most, table.shape[0]);
    seen.axes = Math.max(seen.axes, shape.length);
    seen.twice += Number(new Set(data).size < data.length);
    seen.unused += Number(!data.includes(table.shape[0] - 1));
    return gather(table, ids);
  };
  await runChecks(lookupChecks.slice(0, 1), lookup, { seed: 0 });
  assertEquals([seen.most, seen.axes], [9, 3]);
  assert(seen.twice > 30 && seen.unused > 30, Deno.inspect(seen));
});

Deno.test("bad ids are drawn far beyond both ends, among good ones, in tables of two rows or more", async () => {
  const seen = { least: 0, most: 0, fewest: Infinity, longest: 0 };
  class Noting extends Embedding {
    override forward(ids: Ids): Tensor {
      const { data } = parseIds(ids);
      seen.least = data.reduce((least, id) => Math.min(least, id), seen.least);
      seen.most = data.reduce((most, id) => Math.max(most, id), seen.most);
      seen.fewest = Math.min(seen.fewest, this.numEmbeddings);
      seen.longest = Math.max(seen.longest, data.length);
      return super.forward(ids);
    }
  }
  assert((await runChecks([forwardChecks[2]], Noting, { seed: 0 })).passed);
  assert(seen.least < -60 && seen.most > 60, Deno.inspect(seen));
  assertEquals([seen.fewest, seen.longest], [2, 7]);
});

Deno.test("a mistake that only random cases show is shown in the smallest", async () => {
  const wrong = (table: Tensor, ids: Ids) => {
    const { data, shape } = parseIds(ids);
    const twice = data.some((id, n) => id > 2 && data.indexOf(id) < n);
    return twice && shape.length === 2 ? gather(table, ids).add(1) : gather(table, ids);
  };
  const { results: [{ failure }] } = await runChecks(lookupChecks, wrong, { seed: 0 });
  assertEquals(
    failure?.message,
    "Given E = [ [ 0.1 ], [ 0.2 ], [ 0.3 ], [ 0.4 ] ], ids = [ [ 3, 3 ] ], " +
      "expected [ [ 0.4 ], [ 0.4 ] ], got [ [ 1.4 ], [ 1.4 ] ]",
  );
});

Deno.test("the check of files saves once for 20 random cases, besides the cases always tried", async () => {
  const saves = async (numRuns: number) => {
    let count = 0;
    class Counting extends Embedding {
      override async save(path: string): Promise<void> {
        count++;
        await super.save(path);
      }
    }
    assert((await runChecks(embeddingChecks.slice(-1), Counting, { numRuns })).passed);
    return count;
  };
  const once = await saves(1);
  assert(once > 1);
  assertEquals([await saves(20), await saves(21), await saves(100)], [once, once + 1, once + 4]);
});

Deno.test("the checks of Lab 00 hold for a class whose E is not the library's own way to look up", async () => {
  class ByProduct extends Embedding {
    override forward(ids: Ids): Tensor {
      const { data, shape } = parseIds(ids);
      super.forward(ids); // refuses bad ids
      const oneHot = data.flatMap((id) =>
        Array.from({ length: this.numEmbeddings }, (_, v) => Number(v === id))
      );
      const rows = tensor(oneHot, { shape: [data.length, this.numEmbeddings] }).matmul(this.E);
      return rows.reshape([...shape, this.embeddingDim]);
    }
  }
  const report = await runChecks(embeddingChecks, ByProduct);
  assert(report.passed, report.toMime()["text/plain"]);
});
