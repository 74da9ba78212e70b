// Bags of ids: the sum, mean or maximum of the vectors of several ids at once.

import { bagOfEach, type Bags, checkBags, checkWeights } from "../autograd/_bags.ts";
import { describe } from "../autograd/_describe.ts";
import { checkOptions } from "../autograd/_options.ts";
import type { Ids } from "../autograd/ids.ts";
import { bag, gather, maxByGroup } from "../autograd/ops.ts";
import { type Parameter, Tensor } from "../autograd/tensor.ts";
import { type EmbeddingOptions, type LookupOptions, makeTable, renormalize } from "./_table.ts";

/** Options of {@linkcode EmbeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What is done with the vectors of a bag: "sum", "mean" (the default) or "max". */
  readonly mode?: "sum" | "mean" | "max";
}

/** Options of {@linkcode EmbeddingBag.forward}. */
export interface BagForwardOptions {
  /** A factor for each id, of the ids' shape; for mode "sum". */
  readonly perSampleWeights?: Tensor;
}

/**
 * Looks up bags of ids and reduces each to one vector, with torch.nn.EmbeddingBag's meaning. An
 * empty bag gives zeros, and ids that are `paddingIdx` do not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EmbeddingBag, tensor } from "minimodel";
 *
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * const bag = new EmbeddingBag(3, 2, { mode: "sum", table });
 * assertEquals(bag.forward([[0, 1], [2, 2]]).toArray(), [[4, 6], [10, 12]]);
 * assertEquals(bag.forward([0, 1, 2], [0, 2]).toArray(), [[4, 6], [5, 6]]); // bags start at 0 and 2
 * ```
 */
export class EmbeddingBag {
  /** How many ids there are, V. */
  readonly numEmbeddings: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** The table, of shape (V, d). */
  readonly E: Parameter;
  /** What is done with the vectors of a bag. */
  readonly mode: "sum" | "mean" | "max";
  readonly #lookup: LookupOptions;

  /**
   * Makes bags over V ids in vectors of length d.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is of the wrong kind.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    checkOptions("make an EmbeddingBag", options);
    const { mode = "mean" } = options;
    if (mode !== "sum" && mode !== "mean" && mode !== "max") {
      throw new TypeError(
        `Cannot make an EmbeddingBag: mode must be "sum", "mean" or "max", got ${describe(mode)}`,
      );
    }
    const { E, lookup } = makeTable("EmbeddingBag", numEmbeddings, embeddingDim, options);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.E = E;
    this.mode = mode;
    this.#lookup = lookup;
  }

  /**
   * One vector a bag, of shape (bags, d): `ids` of shape (bags, n) hold a bag a row; ids of one axis
   * are cut into bags that start at `offsets`.
   *
   * @throws {IndexError} If an id or offset is out of range.
   * @throws {TypeError} If shapes do not fit, or the mode takes no weights.
   */
  forward(ids: Ids, offsets?: Ids, options: BagForwardOptions = {}): Tensor {
    checkOptions("look up bags", options);
    // Torch takes the weights themselves here.
    if (options instanceof Tensor) {
      throw new TypeError("Cannot look up bags: wanted { perSampleWeights }, got a bare tensor");
    }
    const { perSampleWeights } = options;
    if (perSampleWeights !== undefined && this.mode !== "sum") {
      throw new TypeError(
        `Cannot weigh a bag of mode "${this.mode}": only "sum" takes perSampleWeights`,
      );
    }
    if (this.mode === "max") return this.#largest(checkBags(ids, offsets, this.numEmbeddings));
    if (this.#lookup.maxNorm !== undefined) {
      const bags = checkBags(ids, offsets, this.numEmbeddings);
      // The table is only written to once nothing is left to refuse.
      if (perSampleWeights !== undefined) checkWeights(this.E, perSampleWeights, bags);
      renormalize(this.E, bags.ids.data, this.#lookup);
    }
    const mean = this.mode === "mean";
    return bag(this.E, ids, { ...this.#lookup, offsets, perSampleWeights, mean });
  }

  /** The largest number of each column of a bag's rows. */
  #largest(bags: Bags): Tensor {
    const { data } = bags.ids;
    renormalize(this.E, data, this.#lookup);
    const bagOf = bagOfEach(bags);
    const kept = Int32Array.from(data.keys()).filter((n) => data[n] !== this.#lookup.paddingIdx);
    const rows = gather(this.E, kept.map((n) => data[n]), this.#lookup);
    return maxByGroup(rows, kept.map((n) => bagOf[n]), bags.starts.length);
  }
}
