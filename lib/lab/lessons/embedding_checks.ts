// Lab 00: what must hold of an embedding, written once, for anything that has the interface: a
// learner's class, the library's, and wrong ones that must be refused.

import type { Ids, Tensor } from "@minimodel/core";
import { withFlags } from "../_permissions.ts";
import type { CheckOptions } from "../check_options.ts";
import type { Check } from "../checks.ts";
import { tryAsyncCases, tryCases } from "../try_cases.ts";
import { attempt, rowsOf } from "./_answers.ts";
import {
  badIdCases,
  badIdExamples,
  type LookupCase,
  lookupCases,
  lookupExamples,
  shapeOf,
} from "./_embedding_cases.ts";
import {
  checkKeptIds,
  checkNonzero,
  checkScatter,
  countUp,
  countUpLike,
  goBack,
} from "./_gradient_properties.ts";
import { checkRefused, checkRows, checkShape } from "./_lookup_properties.ts";
import { checkRoundTrip } from "./_round_trip.ts";
import {
  fillWithTenths,
  lookIn,
  make,
  requireFunction,
  requireMethod,
  tableOf,
  tenths,
} from "./_subjects.ts";

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

/** A class whose objects hold vectors of length d for V ids. */
export type LookupClass = new (numEmbeddings: number, embeddingDim: number) => LookupLike;

/** A class of embeddings. */
export interface EmbeddingClass {
  /** Makes an embedding of V ids, with vectors of length d. */
  new (numEmbeddings: number, embeddingDim: number): EmbeddingLike;
  /** Loads what `save` saved. */
  load(path: string): Promise<EmbeddingLike>;
}

/** Finds the rows of a table, (V, d), by id. */
export type Lookup = (table: Tensor, ids: Ids) => Tensor;

/**
 * Computes the gradient of a table of `shape` from the gradient of the rows that were looked up.
 */
export type GatherBackward = (upstreamGrad: Tensor, ids: Ids, shape: readonly number[]) => Tensor;

/**
 * The properties of Lab 00 that need no files: the first five of the six.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, type Ids, parseIds, type Tensor } from "@minimodel/core";
 * import { forwardChecks, runChecks } from "@minimodel/lab";
 *
 * class Flat extends Embedding {
 *   override forward(ids: Ids): Tensor {
 *     return super.forward(parseIds(ids).data);
 *   }
 * }
 * const { results } = await runChecks(forwardChecks, Flat);
 * assertEquals(results.map(({ failure }) => failure === undefined), [false, false, true, false, false]);
 * const wrong = "ids = 0, expected a Tensor of shape [1], got shape [1, 1]";
 * assertEquals(results[0].failure?.message, `Given numEmbeddings = 1, embeddingDim = 1, ${wrong}`);
 * ```
 */
export const forwardChecks: readonly Check<LookupClass>[] = [
  {
    name: "Shape-check",
    says: "looking up ids gives a tensor of shape ids.shape + (d,)",
    hold: (Class, options) =>
      tryLookups(options, (drawn) => void checkShape(lookIn(make(Class, drawn), drawn), drawn)),
  },
  {
    name: "Lookup correctness",
    says: "each row of the result is the row of E that its id names, bit for bit",
    hold: (Class, options) =>
      tryLookups(options, (drawn) => {
        const embedding = make(Class, drawn);
        checkRows(lookIn(embedding, drawn), fillWithTenths(tableOf(embedding, drawn)), drawn);
      }),
  },
  {
    name: "Out-of-range raises",
    says: "an id that is not in [0, V) is refused with an IndexError",
    hold: (Class, options) =>
      tryBadIds(options, (drawn) => {
        const embedding = make(Class, drawn);
        checkRefused(lookIn(embedding, drawn), fillWithTenths(tableOf(embedding, drawn)), drawn);
      }),
  },
  {
    name: "Gradient flows",
    says: "after forward(ids).sum().backward(), E.grad is nonzero exactly at the rows in ids",
    hold: (Class, options) =>
      tryLookups(options, (drawn) => {
        const embedding = make(Class, drawn);
        const y = checkShape(lookIn(embedding, drawn), drawn);
        checkNonzero(goBack(y.sum(), tableOf(embedding, drawn), { ...drawn }), drawn);
      }),
  },
  {
    name: "Duplicate-id gradient",
    says:
      "gradients of an id that occurs several times add up: ids [3, 3] give row 3 twice as much",
    hold: (Class, options) =>
      tryLookups(options, (drawn) => {
        const embedding = make(Class, drawn);
        const [look, table] = [lookIn(embedding, drawn), tableOf(embedding, drawn)];
        const y = checkShape(look, drawn);
        const upstream = countUpLike(y);
        const given = { ids: drawn.ids, upstream: rowsOf(upstream) };
        checkScatter(goBack(y, table, given, upstream), upstream, drawn);
        checkKeptIds(look, table, drawn);
      }),
  },
];

/**
 * The six properties of Lab 00.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding } from "@minimodel/core";
 * import { embeddingChecks, runChecks } from "@minimodel/lab";
 *
 * assertEquals(embeddingChecks.length, 6);
 * assertEquals((await runChecks(embeddingChecks, Embedding)).passed, true);
 * ```
 */
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
      // Files are slow, and one case is much like another.
      const few = Math.ceil(numRuns / 20);
      try {
        await tryAsyncCases(lookupCases, async (drawn) => {
          const embedding = make(Class, drawn);
          requireMethod(embedding, "forward", drawn);
          requireMethod(embedding, "save", drawn);
          requireMethod(Class, "load", drawn);
          await checkRoundTrip(Class, embedding, drawn, `${folder}/saved`);
        }, { seed, numRuns: few, examples: lookupExamples });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  },
];

/**
 * What must hold of a lookup: right rows, right shape, bad ids refused.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gather } from "@minimodel/core";
 * import { lookupChecks, runChecks } from "@minimodel/lab";
 *
 * assertEquals((await runChecks(lookupChecks, gather)).passed, true);
 * ```
 */
export const lookupChecks: readonly Check<Lookup>[] = [
  {
    name: "Row gather",
    says: "lookup(table, ids) has shape ids.shape + (d,), and row n is table[ids[n]]",
    hold: (lookup, options) =>
      tryLookups(options, (drawn) => {
        requireFunction(lookup, "a function lookup(table, ids)", drawn);
        const table = tenths([drawn.numEmbeddings, drawn.embeddingDim]);
        checkRows((ids) => lookup(table, ids), table, drawn);
      }),
  },
  {
    name: "Bad ids refused",
    says: "an id that is not in [0, V) is refused with an IndexError",
    hold: (lookup, options) =>
      tryBadIds(options, (drawn) => {
        requireFunction(lookup, "a function lookup(table, ids)", drawn);
        const table = tenths([drawn.numEmbeddings, drawn.embeddingDim]);
        checkRefused((ids) => lookup(table, ids), table, drawn);
      }),
  },
];

/**
 * What must hold of the gradient of a lookup: rows of the same id add up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gatherBackward } from "@minimodel/core";
 * import { gatherBackwardChecks, runChecks } from "@minimodel/lab";
 *
 * assertEquals((await runChecks(gatherBackwardChecks, gatherBackward)).passed, true);
 * ```
 */
export const gatherBackwardChecks: readonly Check<GatherBackward>[] = [
  {
    name: "Scatter-add",
    says: "every row of the upstream gradient is added to the row that its id names",
    hold: (gatherBackward, options) =>
      tryLookups(options, (drawn) => {
        requireFunction(gatherBackward, "a function gatherBackward(upstream, ids, shape)", drawn);
        const { numEmbeddings, embeddingDim, ids } = drawn;
        const upstream = countUp([...shapeOf(ids), embeddingDim]);
        const shape = [numEmbeddings, embeddingDim];
        const given = { ids, upstream: rowsOf(upstream) };
        const back = () => gatherBackward(upstream, structuredClone(ids), shape);
        checkScatter(attempt(given, back), upstream, drawn);
      }),
  },
];

function tryLookups(
  options: Required<CheckOptions>,
  holds: (drawn: LookupCase) => void,
): void {
  tryCases(lookupCases, holds, { ...options, examples: lookupExamples });
}

function tryBadIds(options: Required<CheckOptions>, holds: (drawn: LookupCase) => void): void {
  tryCases(badIdCases, holds, { ...options, examples: badIdExamples });
}
