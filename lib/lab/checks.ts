// What must hold of an embedding, written once, over anything that has the interface: a learner's
// class, the library's, and wrong ones that must be refused.

import fc from "fast-check";
import { type DType, type Ids, IndexError, Parameter, Sgd, Tensor, tensor } from "minimodel";
import { withFlags } from "./_permissions.ts";
import { tryAsyncCases, tryCases } from "./_try_cases.ts";
import { type Check, Counterexample } from "./check_report.ts";

/** What the first five checks use of an embedding. */
export interface LookupLike {
  /** How many ids there are, V. */
  readonly numEmbeddings: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** The table, (V, d). */
  readonly E: Tensor;
  /** The rows of ids. */
  forward(ids: Ids): Tensor;
}

/** An embedding that can also be saved. */
export interface EmbeddingLike extends LookupLike {
  /** Saves the table under a path without extension. */
  save(path: string): Promise<void>;
}

/** A class whose objects look up V ids in vectors of length d. */
export type LookupClass = new (numEmbeddings: number, embeddingDim: number) => LookupLike;

/** A class of embeddings. */
export interface EmbeddingClass {
  /** Makes an embedding of V ids in vectors of length d. */
  new (numEmbeddings: number, embeddingDim: number): EmbeddingLike;
  /** Loads what `save` saved. */
  load(path: string): Promise<EmbeddingLike>;
}

/** Finds the rows of a table, (V, d), by id. */
export type Lookup = (table: Tensor, ids: Ids) => Tensor;

/** The gradient of a table of `shape` from that of the rows that were looked up. */
export type GatherBackward = (upstreamGrad: Tensor, ids: Ids, shape: readonly number[]) => Tensor;

interface Case {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly ids: NestedArray;
}

type NestedArray = number | NestedArray[];

// Four ids to draw from, so that most cases have the same id several times. All is drawn independently
// and ids through a palette, so that a failing case shrinks to the smallest: equal ids stay equal.
const mostIds = 27;
const cases: fc.Arbitrary<Case> = fc.record({
  shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  palette: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5)),
  pool: fc.array(fc.nat(3), { minLength: mostIds, maxLength: mostIds }),
  unused: fc.nat({ max: 3 }),
  embeddingDim: fc.integer({ min: 1, max: 5 }),
}).map(({ shape, palette, pool, unused, embeddingDim }) => {
  const numbers = pool.values().map((each) => palette[each]);
  const build = (axis: number): NestedArray =>
    axis === shape.length
      ? numbers.next().value ?? 0
      : Array.from({ length: shape[axis] }, () => build(axis + 1));
  const ids = build(0);
  const numEmbeddings = Math.max(-1, ...flat(ids)) + 1 + unused;
  return { numEmbeddings: Math.max(numEmbeddings, 1), embeddingDim, ids };
});

/** The properties of Lab 00 that need no files: the first five of the six. */
export const forwardChecks: readonly Check<LookupClass>[] = [
  {
    name: "Shape-check",
    says: "looking up ids gives a tensor of shape ids.shape + (d,)",
    hold: (Class, options) =>
      tryCases(cases, ({ numEmbeddings, embeddingDim, ids }) => {
        const got = new Class(numEmbeddings, embeddingDim).forward(ids);
        const expected = [...shapeOf(ids), embeddingDim];
        if (!(got instanceof Tensor) || !sameBits(got.shape, expected)) {
          throw new Counterexample({
            given: { numEmbeddings, embeddingDim, ids },
            expected: `a Tensor of shape [${expected.join(", ")}]`,
            got: got instanceof Tensor ? `shape [${got.shape.join(", ")}]` : Deno.inspect(got),
          });
        }
      }, options),
  },
  {
    name: "Lookup correctness",
    says: "each row of the result is the row of E that its id names, bit for bit",
    hold: (Class, options) =>
      tryCases(cases, (drawn) => {
        const embedding = new Class(drawn.numEmbeddings, drawn.embeddingDim);
        const table = fillWithThirds(embedding.E);
        checkRows(embedding.forward(drawn.ids), table, drawn);
      }, options),
  },
  {
    name: "Out-of-range raises",
    says: "an id that is not in [0, V) is refused with an IndexError",
    hold: (Class, options) => tryCases(badIds, (drawn) => checkRefused(Class, drawn), options),
  },
  {
    name: "Gradient flows",
    says: "after forward(ids).sum().backward(), E.grad is nonzero exactly at the rows in ids",
    hold: (Class, options) =>
      tryCases(cases, ({ numEmbeddings, embeddingDim, ids }) => {
        const embedding = new Class(numEmbeddings, embeddingDim);
        embedding.forward(ids).sum().backward();
        const { grad } = embedding.E;
        const given = { numEmbeddings, embeddingDim, ids };
        if (grad === null || !sameBits(grad.shape, [numEmbeddings, embeddingDim])) {
          throw new Counterexample({
            given,
            expected: `E.grad of shape [${numEmbeddings}, ${embeddingDim}]`,
            got: grad === null ? "E.grad is null" : `shape [${grad.shape.join(", ")}]`,
            hint: grad === null
              ? "Nothing flowed back: is the lookup recorded on the tape, with E as its input?"
              : "The gradient of E has the shape of E, not that of the rows that were looked up",
          });
        }
        const hit = new Set(flat(ids));
        const nonzero = (row: readonly number[]) => row.map((each) => each === 0 ? 0 : 1);
        const expected = Array.from({ length: numEmbeddings }, (_, id) =>
          new Array<number>(embeddingDim).fill(hit.has(id) ? 1 : 0));
        const got = rowsOf(grad).map(nonzero);
        if (!sameBits(expected.flat(), got.flat())) {
          throw new Counterexample({ given: { ...given, nonzero: 1, zero: 0 }, expected, got });
        }
      }, options),
  },
  {
    name: "Duplicate-id gradient",
    says:
      "gradients of an id that occurs several times add up: ids [3, 3] give row 3 twice as much",
    hold: (Class, options) => {
      const once = (drawn: Case) => {
        const embedding = new Class(drawn.numEmbeddings, drawn.embeddingDim);
        const y = embedding.forward(drawn.ids);
        const upstream = countUp(y.shape, y.dtype);
        y.backward(upstream);
        checkScatter(embedding.E.grad, upstream, drawn);
      };
      tryCases(cases, once, options);
      const six = new Class(6, 2);
      six.forward([3, 3]).sum().backward();
      const got = six.E.grad === null ? [] : rowsOf(six.E.grad)[3];
      if (!sameBits(got, [2, 2])) {
        throw new Counterexample({
          given: { ids: [3, 3] },
          expected: [2, 2],
          got,
          hint: hints.overwrite,
        });
      }
    },
  },
];

/** The six properties of Lab 00. */
export const embeddingChecks: readonly Check<EmbeddingClass>[] = [
  ...forwardChecks,
  {
    name: "Save / load round-trip",
    says: "after a short training, save and load give back E bit for bit, and it trains on",
    hold: async (Class, { seed, numRuns }) => {
      const folder = await withFlags(
        "make a temporary folder to save in",
        "--allow-read --allow-write",
        () => Deno.makeTempDir({ prefix: "minimodel-check-" }),
      );
      try {
        // Files are slow, and one case is much like another.
        const options = { seed, numRuns: Math.ceil(numRuns / 20) };
        const check = (drawn: Case) => checkRoundTrip(Class, drawn, `${folder}/saved`);
        await tryAsyncCases(cases, check, options);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  },
];

/** What must hold of a lookup: right rows, right shape, bad ids refused. */
export const lookupChecks: readonly Check<Lookup>[] = [
  {
    name: "Row gather",
    says: "lookup(table, ids) has shape ids.shape + (d,), and row n is table[ids[n]]",
    hold: (lookup, options) =>
      tryCases(cases, (drawn) => {
        const table = countUp([drawn.numEmbeddings, drawn.embeddingDim]);
        checkRows(lookup(table, drawn.ids), rowsOf(table), drawn);
      }, options),
  },
];

/** What must hold of the gradient of a lookup: rows of the same id add up. */
export const gatherBackwardChecks: readonly Check<GatherBackward>[] = [
  {
    name: "Scatter-add",
    says: "every row of the upstream gradient is added to the row that its id names",
    hold: (gatherBackward, options) =>
      tryCases(cases, (drawn) => {
        const { numEmbeddings, embeddingDim, ids } = drawn;
        const upstream = countUp([...shapeOf(ids), embeddingDim]);
        checkScatter(gatherBackward(upstream, ids, [numEmbeddings, embeddingDim]), upstream, drawn);
      }, options),
  },
];

const hints = {
  overwrite: "Two ids were equal; their gradients must add (+=), not overwrite each other",
  clamped: "The id was clamped to the last row; it must be refused",
  wrapped: "The id was counted from the back, as Python does; here it must be refused",
  rounded: "The numbers were rounded to float32 on the way; keep the dtype of E",
  fresh:
    "The loaded table is another one: load must put the saved numbers in place of the fresh ones",
  decimal: "Almost right: numbers that go through decimal text, as in JSON, lose their last bits",
  plain: "The loaded E must be a Parameter, so that optimisers find it and gradients reach it",
};

const badIds = fc
  .record({
    numEmbeddings: fc.integer({ min: 1, max: 9 }),
    over: fc.nat({ max: 90 }),
    before: fc.boolean(),
  })
  .chain(({ numEmbeddings, over, before }) => {
    const bad = before ? -1 - over % numEmbeddings : numEmbeddings + over;
    const good = fc.array(fc.integer({ min: 0, max: numEmbeddings - 1 }), { maxLength: 3 });
    return fc.tuple(good, good).map(([left, right]) => ({
      numEmbeddings,
      bad,
      ids: [...left, bad, ...right],
      at: left.length,
    }));
  });

function checkRefused(
  Class: LookupClass,
  { numEmbeddings, bad, ids, at }: {
    numEmbeddings: number;
    bad: number;
    ids: number[];
    at: number;
  },
): void {
  const embedding = new Class(numEmbeddings, 2);
  const table = fillWithThirds(embedding.E);
  let got: string;
  let hint: string | undefined;
  try {
    const row = rowsOf(embedding.forward(ids))[at];
    got = `a row, [${row}]`;
    const last = numEmbeddings - 1;
    if (sameBits(row, table[bad < 0 ? 0 : last])) hint = hints.clamped;
    if (bad < 0 && sameBits(row, table[numEmbeddings + bad])) hint = hints.wrapped;
  } catch (thrown) {
    if (thrown instanceof IndexError || (thrown instanceof Error && thrown.name === "IndexError")) {
      return;
    }
    got = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : Deno.inspect(thrown);
    hint = "Refuse it before the table is read: throw new IndexError(...)";
  }
  throw new Counterexample({
    given: { numEmbeddings, ids },
    expected: `an IndexError for id ${bad}`,
    got,
    hint,
  });
}

function checkRows(got: Tensor, table: readonly (readonly number[])[], drawn: Case): void {
  const { ids, embeddingDim } = drawn;
  const expected = flat(ids).map((id) => [...table[id]]);
  const shape = [...shapeOf(ids), embeddingDim];
  if (!sameBits(got.shape, shape)) {
    throw new Counterexample({
      given: drawn as never,
      expected: `shape [${shape}]`,
      got: `shape [${got.shape}]`,
    });
  }
  const rows = rowsOf(got);
  if (sameBits(rows.flat(), expected.flat())) return;
  const rounded = sameBits(rows.flat(), expected.flat().map(Math.fround));
  throw new Counterexample({
    given: { E: table, ids },
    expected,
    got: rows,
    hint: rounded ? hints.rounded : undefined,
  });
}

/** Compares a gradient with the sum written out, whole numbers, so exact in either dtype. */
function checkScatter(gradient: Tensor | null, upstream: Tensor, drawn: Case): void {
  const { numEmbeddings, embeddingDim, ids } = drawn;
  const zeros = () =>
    Array.from({ length: numEmbeddings }, () => new Array<number>(embeddingDim).fill(0));
  const [expected, overwritten] = [zeros(), zeros()];
  const rows = rowsOf(upstream);
  flat(ids).forEach((id, n) => {
    overwritten[id] = rows[n];
    rows[n].forEach((each, i) => expected[id][i] += each);
  });
  const given = { ids, upstream: rows };
  if (!(gradient instanceof Tensor) || !sameBits(gradient.shape, [numEmbeddings, embeddingDim])) {
    throw new Counterexample({
      given,
      expected: `a gradient of shape [${numEmbeddings}, ${embeddingDim}]`,
      got: gradient instanceof Tensor ? `shape [${gradient.shape}]` : Deno.inspect(gradient),
    });
  }
  const got = rowsOf(gradient);
  if (sameBits(got.flat(), expected.flat())) return;
  const hint = sameBits(got.flat(), overwritten.flat()) ? hints.overwrite : undefined;
  throw new Counterexample({ given, expected, got, hint });
}

async function checkRoundTrip(Class: EmbeddingClass, drawn: Case, path: string): Promise<void> {
  const { numEmbeddings, embeddingDim, ids } = drawn;
  const embedding = new Class(numEmbeddings, embeddingDim);
  const train = (on: EmbeddingLike) => {
    if (!(on.E instanceof Parameter)) return;
    const optimizer = new Sgd([on.E], { lr: 0.1 });
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      const y = on.forward(ids);
      y.mul(y).sum().add(on.E.exp().sum()).backward();
      optimizer.step();
    }
  };
  train(embedding);
  await embedding.save(path);
  const loaded = await Class.load(path);
  const given = { numEmbeddings, embeddingDim };
  const [expected, got] = [rowsOf(embedding.E), rowsOf(loaded.E)];
  const dtypes = [embedding.E.dtype, loaded.E.dtype];
  if (!sameBits(expected.flat(), got.flat()) || dtypes[0] !== dtypes[1]) {
    const close = expected.length === got.length &&
      expected.flat().every((each, i) => Math.abs(each - got.flat()[i]) < 1e-4 * Math.abs(each));
    const rounded = sameBits(got.flat(), expected.flat().map(Math.fround));
    const hint = rounded ? hints.rounded : close ? hints.decimal : hints.fresh;
    throw new Counterexample({ given: { ...given, dtypes }, expected, got, hint });
  }
  if (!(loaded.E instanceof Parameter)) {
    throw new Counterexample({
      given,
      expected: "E is a Parameter",
      got: "it is none",
      hint: hints.plain,
    });
  }
  train(embedding);
  train(loaded);
  if (!sameBits(rowsOf(embedding.E).flat(), rowsOf(loaded.E).flat())) {
    throw new Counterexample({
      given: { ...given, after: "three more steps of training on both" },
      expected: rowsOf(embedding.E),
      got: rowsOf(loaded.E),
    });
  }
}

/** Fills a table with numbers that float32 cannot hold, and returns its rows. */
function fillWithThirds(table: Tensor): number[][] {
  table.data.forEach((_, i) => table.data[i] = (i + 1) / 3);
  // A table of float32 rounds them itself; then these are its numbers.
  const exact = table.dtype === "float32" ? Math.fround : (each: number) => each;
  const values = Array.from(table.data, (_, i) => exact((i + 1) / 3));
  return rowsOf(tensor(values, { shape: table.shape }));
}

function countUp(shape: readonly number[], dtype?: DType): Tensor {
  const size = shape.reduce((total, length) => total * length, 1);
  return tensor(Array.from({ length: size }, (_, i) => i + 1), { shape, dtype });
}

/** The numbers of a tensor as rows along its last axis. */
function rowsOf(x: Tensor): number[][] {
  const width = x.shape[x.shape.length - 1] ?? 1;
  const count = width === 0 ? 0 : x.size / width;
  return Array.from({ length: count }, (_, n) => [...x.data.subarray(n * width, (n + 1) * width)]);
}

function shapeOf(ids: NestedArray): number[] {
  return typeof ids === "number" ? [] : [ids.length, ...(ids.length > 0 ? shapeOf(ids[0]) : [])];
}

function flat(ids: NestedArray): number[] {
  return typeof ids === "number" ? [ids] : ids.flatMap(flat);
}

function sameBits(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, i) => Object.is(each, b[i]));
}
