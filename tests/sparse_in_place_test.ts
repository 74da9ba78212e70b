// A gradient of rows that is written to in place: it has the effect that it has on a whole gradient, whichever
// way it is written, and whatever was looked at before.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  Adagrad,
  Adam,
  clipGradNorm,
  Embedding,
  type Optimizer,
  RowGradient,
  Sgd,
  tensor,
} from "minimodel";
import { property } from "./_property.ts";

const start = tensor([[1, 2], [3, 4], [5, 6], [7, 8]]);

/** An embedding whose rows 1 and 3 have a gradient. */
function lookedUp(sparse: boolean): Embedding {
  const embedding = new Embedding(4, 2, { table: start, sparse });
  embedding.forward([3, 1, 3]).mul(tensor([[1], [2], [3]])).sum().backward();
  return embedding;
}

function gradientOf({ E }: Embedding): RowGradient {
  assert(E.grad instanceof RowGradient);
  return E.grad;
}

const optimizers: Record<string, (embedding: Embedding) => Optimizer> = {
  Sgd: ({ E }) => new Sgd([E], { lr: 0.5 }),
  Adagrad: ({ E }) => new Adagrad([E], { lr: 0.5 }),
  "the first step of Adam": ({ E }) => new Adam([E], { lr: 0.5, eps: 1e-30 }),
};

/** Something that is done to a gradient of either kind. */
type Act = (embedding: Embedding) => void;

/** Halves the numbers of the array, in place. */
function halve(data: { length: number; [index: number]: number }): void {
  for (let i = 0; i < data.length; i++) data[i] *= 0.5;
}

const dataOf: Act = ({ E }) => halve(E.grad?.data ?? []);

/** Ways to write to a gradient, the same in effect on one of rows as `whole` on a whole one. */
const writes: Record<string, { sparse: Act; whole: Act }> = {
  "data": { sparse: dataOf, whole: dataOf },
  "values.data": { sparse: (embedding) => halve(gradientOf(embedding).values.data), whole: dataOf },
  "clipGradNorm": {
    sparse: ({ E }) => clipGradNorm([E], 1),
    whole: ({ E }) => clipGradNorm([E], 1),
  },
  "another row": {
    sparse: ({ E }) => E.grad?.data.set([5, -5]),
    whole: ({ E }) => E.grad?.data.set([5, -5]),
  },
  "zeros": {
    sparse: ({ E }) => E.grad?.data.fill(0, 2, 4),
    whole: ({ E }) => E.grad?.data.fill(0, 2, 4),
  },
};

/** Looks that must make no difference. */
const looks: Record<string, Act> = {
  "data": ({ E }) => E.grad?.data,
  "values": ({ E }) => E.grad instanceof RowGradient && E.grad.values.data,
  "rows": ({ E }) => E.grad instanceof RowGradient && E.grad.rows,
  "toArray": ({ E }) => E.grad?.toArray(),
  "text": ({ E }) => `${E.grad} ${JSON.stringify(E.grad)}`,
  "a sum": ({ E }) => E.grad?.sum().item(),
};

interface Doing {
  readonly sparse: Act;
  readonly whole: Act;
}

/** The same is done to a gradient of rows and to a whole one, and the same is seen and stepped along. */
function checkDoing(doings: readonly Doing[], make: (embedding: Embedding) => Optimizer): void {
  const [rows, whole] = [lookedUp(true), lookedUp(false)];
  for (const each of doings) {
    each.sparse(rows);
    each.whole(whole);
  }
  const gradient = gradientOf(rows);
  assertEquals(gradient.toArray(), whole.E.grad?.toArray());
  gradient.rows.forEach((row, i) => {
    const own = Array.from(gradient.values.data.subarray(2 * i, 2 * i + 2));
    assertEquals(own, Array.from(whole.E.grad?.data.subarray(2 * row, 2 * row + 2) ?? []));
  });
  for (const embedding of [rows, whole]) make(embedding).step();
  assertEquals(rows.E.toArray(), whole.E.toArray());
}

for (const [name, make] of Object.entries(optimizers)) {
  Deno.test(`${name} moves rows along what was written to their gradient, however it was`, () => {
    const looking = fc.constantFrom(...Object.values(looks)).map((each) => ({
      sparse: each,
      whole: each,
    }));
    // Of Adam only what leaves zeros where there were none, for it moves rows by the sign.
    const some = name.includes("Adam")
      ? [writes["data"], writes["values.data"], writes["clipGradNorm"]]
      : Object.values(writes);
    property(
      [fc.array(fc.oneof(looking, fc.constantFrom(...some)), { maxLength: 6 })],
      (doings) => {
        checkDoing(doings, make);
      },
      { numRuns: 300 },
    );
  });
}

Deno.test("the check refuses what is written to a copy, and so has no effect", () => {
  for (
    const copy of [
      ({ E }: Embedding) => halve(E.grad?.data.slice() ?? []),
      (embedding: Embedding) => halve(gradientOf(embedding).values.detach().data),
    ]
  ) {
    assertThrows(
      () => checkDoing([{ sparse: copy, whole: dataOf }], optimizers.Sgd),
      AssertionError,
    );
  }
});

Deno.test("a gradient that was written to in two ways that differ is refused, before any step", () => {
  const embedding = lookedUp(true);
  const gradient = gradientOf(embedding);
  const { data, values } = gradient;
  data[2] = 5;
  values.data[0] = 7;
  const says = "Cannot use a gradient of rows: its data and its values were both written to";
  for (
    const use of [
      () => new Sgd([embedding.E], { lr: 1 }).step(),
      () => clipGradNorm([embedding.E], 1),
      () => gradient.toArray(),
      () => gradient.values,
    ]
  ) assertThrows(use, TypeError, says);
  assertEquals(embedding.E.toArray(), start.toArray());
  // Written alike, it does not matter which of them counts.
  values.data[0] = 5;
  assertEquals(gradient.toArray(), [[0, 0], [5, 2], [0, 0], [4, 4]]);
});

Deno.test("a row that is written to becomes one of the rows, and one of zeros stays", () => {
  const gradient = gradientOf(lookedUp(true));
  gradient.data.set([NaN, 0], 4);
  gradient.data.fill(0, 2, 4);
  assertEquals([...gradient.rows], [1, 2, 3]);
  assertEquals(gradient.values.toArray(), [[0, 0], [NaN, 0], [4, 4]]);
});
