// Bags of ids: the sum, mean or maximum of the vectors of several ids at once.

import { bagChecked, gatherChecked, takeBags } from "../autograd/ops/lookup.ts";
import { maxByGroup } from "../autograd/ops/reduce.ts";
import type { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { type Bags, checkWeights } from "../check/bags.ts";
import type { Ids } from "../check/ids.ts";
import { checkChoice, checkFlag, checkOptions, type OptionNames } from "../check/options.ts";
import { keepName, lockProperties, refuseUnknownProperties } from "../check/properties.ts";
import { bagOfEach } from "../kernels/bags.ts";
import {
  embeddingNames,
  type EmbeddingOptions,
  type LookupOptions,
  makeTable,
  renormalize,
} from "./_table.ts";

/** Options of {@linkcode EmbeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What is done with the vectors of a bag: "sum", "mean" (the default) or "max". */
  readonly mode?: "sum" | "mean" | "max";
  /** Whether the last offset is the number of ids, where the last bag ends; false by default. */
  readonly includeLastOffset?: boolean;
}

/** Options of {@linkcode EmbeddingBag.forward}. */
export interface BagForwardOptions {
  /** A factor for each id, in the shape of the ids; only for mode "sum". */
  readonly perSampleWeights?: Tensor;
}

const bagNames: OptionNames<EmbeddingBagOptions> = {
  ...embeddingNames,
  mode: ["reduce", "reduction", "combiner"],
  includeLastOffset: [],
};
const forwardNames: OptionNames<BagForwardOptions> = { perSampleWeights: ["weights"] };

/**
 * Looks up bags of ids and reduces each bag to one vector, like torch.nn.EmbeddingBag. An empty bag
 * gives zeros, and ids that are `paddingIdx` do not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EmbeddingBag, tensor } from "@minimodel/core";
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
  readonly #includeLastOffset: boolean;

  static {
    keepName(EmbeddingBag, "EmbeddingBag");
    refuseUnknownProperties(EmbeddingBag, { settable: {} });
  }

  /**
   * Makes an embedding of bags of V ids, with vectors of length d.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is of the wrong kind.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    checkOptions("make an EmbeddingBag", options, bagNames);
    const { mode = "mean", includeLastOffset = false } = options;
    checkFlag("make an EmbeddingBag", "includeLastOffset", includeLastOffset);
    checkChoice("make an EmbeddingBag", "mode", mode, ["sum", "mean", "max"]);
    const { E, lookup } = makeTable("EmbeddingBag", numEmbeddings, embeddingDim, options);
    if (mode === "max" && lookup.scaleGradByFreq) {
      throw new TypeError(
        'Cannot make an EmbeddingBag: mode "max" does not take scaleGradByFreq, ' +
          'only "sum" and "mean" do',
      );
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.E = E;
    this.mode = mode;
    this.#lookup = lookup;
    this.#includeLastOffset = includeLastOffset;
    lockProperties(this);
  }

  /**
   * Returns one vector per bag, in shape (bags, d). `ids` of shape (bags, n) hold one bag per row;
   * ids of one axis are cut into bags that start at `offsets`.
   *
   * @throws {IndexError} If an id or offset is out of range.
   * @throws {TypeError} If shapes do not fit, or the mode takes no weights.
   */
  forward(ids: Ids, offsets?: Ids, options: BagForwardOptions = {}): Tensor {
    // In torch, this argument is the weights themselves.
    if (options instanceof Tensor) {
      throw new TypeError("Cannot look up bags: wanted { perSampleWeights }, got a bare tensor");
    }
    checkOptions("look up bags", options, forwardNames);
    const { perSampleWeights } = options;
    if (perSampleWeights !== undefined && this.mode !== "sum") {
      throw new TypeError(
        `Cannot weigh a bag of mode "${this.mode}": only "sum" takes perSampleWeights`,
      );
    }
    const bags = takeBags(ids, this.numEmbeddings, {
      offsets,
      includeLastOffset: this.#includeLastOffset,
    });
    if (perSampleWeights !== undefined) checkWeights(this.E, perSampleWeights, bags);
    // The table is written to only now, after everything that could be refused.
    renormalize(this.E, bags.ids.data, this.#lookup);
    if (this.mode === "max") return this.#largest(bags);
    return bagChecked(this.E, bags, {
      ...this.#lookup,
      perSampleWeights,
      mean: this.mode === "mean",
    });
  }

  /** The largest number of each column of a bag's rows. */
  #largest(bags: Bags): Tensor {
    const { data } = bags.ids;
    const bagOf = bagOfEach(bags);
    const isKept = (_: number, n: number) => data[n] !== this.#lookup.paddingIdx;
    const rows = gatherChecked(this.E, data.filter(isKept), this.#lookup);
    return maxByGroup(rows, bagOf.filter(isKept), bags.starts.length);
  }
}
