// Numbers that the library changes in place between forward and backward: a backward that reads them is
// refused, every other goes on.

import { assert, assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  clipGradNorm,
  Embedding,
  EmbeddingBag,
  gather,
  matmul,
  mul,
  ones,
  Parameter,
  record,
  Sgd,
  type Tensor,
  tensor,
} from "minimodel";
import { Storage } from "../lib/kernels/storage.ts";
import { describeCase } from "./_op_cases.ts";
import { withReplaced } from "./_replaced.ts";
import { changedCases, type Outcome, outcomeOf, step, write } from "./_versions.ts";

const refusal =
  "was written to in place, by an optimiser's step, maxNorm or clipGradNorm, after the op had read";

/** What is known of one input of an op, over all cases. */
interface Found {
  refused: boolean;
  read: boolean;
}

/** For every input of every op: a step on it is refused exactly where the backward reads its numbers. */
function checkEveryOp(): void {
  const found = new Map<string, Found>();
  for (const { each, place, numbers } of changedCases(4)) {
    const what = `${describeCase(each)}, input ${place} changed`;
    const own = found.get(`${each.op} ${place}`) ?? { refused: false, read: false };
    found.set(`${each.op} ${place}`, own);
    const right = outcomeOf(each, numbers, () => {}, place);
    assert(right.refusal === undefined, `${describeCase(each)} unchanged: ${right.refusal}`);
    const stepped = outcomeOf(each, numbers, step, place);
    if (stepped.refusal === undefined) assertEquals(stepped, right, what);
    else assertRefusal(stepped);
    // What is written and not seen shows whether the backward reads it.
    own.read ||= JSON.stringify(outcomeOf(each, numbers, write, place)) !== JSON.stringify(right);
    own.refused ||= stepped.refusal !== undefined;
  }
  const differing = [...found].filter(([, { read, refused }]) => read !== refused);
  assertEquals(differing, [], "an input is refused and not read, or the other way round");
}

function assertRefusal({ refusal: message = "none" }: Outcome): void {
  const isSaid = /^Cannot go back through \w+: input \d+ /.test(message) &&
    message.includes(refusal);
  assert(isSaid, `the refusal says: ${message}`);
}

Deno.test("a step is refused exactly where a backward reads the changed input, for every op", () => {
  checkEveryOp();
});

const planted: Record<string, Parameters<typeof withReplaced>[1]> = {
  "that counts no versions": { noteWrite: () => undefined },
  "that looks at no version": { wasWrittenSince: () => false },
  "that takes everything for changed": { wasWrittenSince: () => true },
};

for (const [what, replacements] of Object.entries(planted)) {
  Deno.test(`the check of versions refuses a tape ${what}`, async () => {
    await assertRejects(
      () => withReplaced(Storage.prototype, replacements, checkEveryOp),
      AssertionError,
    );
  });
}

const rows = () => tensor([[3, 4], [1, 2], [0.5, 0.25], [6, 8]]);

/** Everything of the library that writes in place, to a table whose gradient it may use. */
const writers: Record<string, (table: Parameter) => void> = {
  "a step of Sgd": (table) => new Sgd([table], { lr: 0.1 }).step(),
  "a step of Sgd with momentum": (table) => new Sgd([table], { lr: 0.1, momentum: 0.9 }).step(),
  "a step of Adam": (table) => new Adam([table]).step(),
  "a step of AdamW": (table) => new AdamW([table]).step(),
  "a step of Adagrad": (table) => new Adagrad([table]).step(),
  "the maxNorm of an Embedding": (table) => {
    new Embedding(4, 2, { table, maxNorm: 1 }).forward([3]);
  },
  "the maxNorm of an EmbeddingBag": (table) => {
    new EmbeddingBag(4, 2, { table, maxNorm: 1 }).forward([[3, 0]]);
  },
};

/** Steps by rows, on the gradient of a sparse lookup. */
const rowWriters: typeof writers = {
  "a step of Sgd by rows": (table) => new Sgd([table], { lr: 0.1 }).step(),
  "a step of Adam by rows": (table) => new Adam([table]).step(),
  "a step of AdamW by rows": (table) => new AdamW([table], { weightDecay: 0 }).step(),
  "a step of Adagrad by rows": (table) => new Adagrad([table]).step(),
};

/** What reads its input and what does not, with the gradient of the sum of its result. */
const readers: readonly ((table: Parameter) => Tensor)[] = [
  (table) => mul(table, table),
  (table) => table.pow(3),
  (table) => table.log(),
  (table) => matmul(table, table.transpose()),
];
const others: readonly ((table: Parameter) => Tensor)[] = [
  (table) => table.add(table),
  (table) => table.sub(1).neg(),
  (table) => gather(table, [0, 3, 3]),
  (table) => table.exp(),
  (table) => new Embedding(4, 2, { table, sparse: true }).forward([3, 0]),
];

function tableWithGradient(sparse: boolean): Parameter {
  const table = new Parameter(rows());
  gather(table, [0, 3], { sparse }).sum().backward();
  return table;
}

for (const [sparse, each] of [[false, writers], [true, rowWriters]] as const) {
  for (const [what, writeTo] of Object.entries(each)) {
    Deno.test(`${what} between forward and backward is refused where it matters`, async () => {
      for (const read of readers) {
        const table = tableWithGradient(sparse);
        const y = read(table).sum();
        writeTo(table);
        table.grad = null;
        assertThrows(() => y.backward(), TypeError, refusal);
        assertEquals(table.grad, null);
        // Computed again it is fine, and going back before the write is too.
        read(table).sum().backward();
        writeTo(table);
      }
      for (const keep of others) {
        const gradient = (between: (table: Parameter) => void): Tensor | null => {
          const table = tableWithGradient(sparse);
          const y = keep(table).sum();
          between(table);
          table.grad = null;
          y.backward();
          return table.grad;
        };
        assertEquals(gradient(writeTo)?.toArray(), gradient(() => {})?.toArray());
      }
      // A library that notes no writes goes on, with a gradient of neither numbers.
      await withReplaced(Storage.prototype, { noteWrite: () => undefined }, () => {
        const table = tableWithGradient(sparse);
        const y = readers[0](table).sum();
        writeTo(table);
        y.backward();
      });
    });
  }
}

Deno.test("maxNorm that scales no row down, and a step without a gradient, change nothing", () => {
  const table = new Parameter(rows());
  const y = table.mul(table).sum();
  new Embedding(4, 2, { table, maxNorm: 10 }).forward([0, 1, 2, 3]);
  new Embedding(4, 2, { table, maxNorm: 1 }).forward([2]);
  new Sgd([table], { lr: 1 }).step();
  y.backward();
  assertEquals(table.grad?.toArray(), rows().mul(2).toArray());
});

Deno.test("clipping a gradient is refused where a backward reads it, unless it is short enough", () => {
  const clipped = (maxNorm: number) => {
    const p = new Parameter(ones([2]));
    p.grad = tensor([3, 4]);
    const w = tensor([1, 1], { requiresGrad: true });
    const y = w.mul(p.grad).sum();
    clipGradNorm([p], maxNorm);
    return () => {
      y.backward();
      return w.grad?.toArray();
    };
  };
  assertThrows(clipped(1), TypeError, refusal);
  assertEquals(clipped(6)(), [3, 4]);
});

/** An op of one's own, which the library cannot look into. */
function own(...inputs: Tensor[]): Tensor {
  return record(
    "own",
    inputs,
    new Float64Array(1),
    [],
    (dy) => inputs.map((x) => x.mul(0).add(dy)),
  );
}

Deno.test("an op of one's own goes back through none of its inputs once they were written to", () => {
  for (const [count, place] of [[1, 0], [2, 1], [40, 0], [40, 31], [40, 39]]) {
    const inputs = Array.from({ length: count }, () => new Parameter(ones([2])));
    const y = own(...inputs);
    step(inputs, place);
    assertThrows(() => y.backward(), TypeError, `through own: input ${place} ${refusal}`);
    own(...inputs).backward();
  }
});

Deno.test("two graphs on one parameter: the one that is gone back through first is right", () => {
  const p = new Parameter(tensor([3]));
  const optimizer = new Sgd([p], { lr: 0.5 });
  const [first, second] = [p.mul(p).sum(), p.pow(3).sum()];
  first.backward();
  first.backward();
  assertEquals(p.grad?.toArray(), [12]);
  optimizer.step();
  assertEquals(p.toArray(), [-3]);
  assertThrows(() => second.backward(), TypeError, refusal);
  assertThrows(() => first.backward(), TypeError, refusal);
  assertEquals(p.grad?.toArray(), [12]);
});

Deno.test("a refused walk has changed no leaf, also those that it came to first", () => {
  const [early, late] = [new Parameter(tensor([2])), new Parameter(tensor([5]))];
  const y = late.mul(late).add(early).sum();
  step([late], 0);
  assertThrows(() => y.backward(), TypeError, refusal);
  assertEquals([early.grad, late.grad], [null, null]);
});
