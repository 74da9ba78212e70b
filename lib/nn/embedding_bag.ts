// Bags of ids: the sum, mean or maximum of the vectors of several ids at once.

import { describe } from "../autograd/_describe.ts";
import { checkOptions } from "../autograd/_options.ts";
import { formatShape, sameShape } from "../autograd/_shape.ts";
import { tensor } from "../autograd/create.ts";
import { type CheckedIds, checkIds, type Ids } from "../autograd/ids.ts";
import { div, gather, gatherBackward, maxByGroup, mul, reshape } from "../autograd/ops.ts";
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
    const checked = checkIds(ids, this.numEmbeddings, "look up id");
    const { bags, count } = bagsOf(checked, offsets);
    const weights = this.#checkWeights(options.perSampleWeights, checked);
    renormalize(this.E, checked.data, this.#lookup);

    const { paddingIdx } = this.#lookup;
    const kept = Int32Array.from(bags.keys()).filter((n) => checked.data[n] !== paddingIdx);
    const bagOf = kept.map((n) => bags[n]);
    const rows = gather(this.E, kept.map((n) => checked.data[n]), this.#lookup);
    const shape = [count, this.embeddingDim];
    if (this.mode === "max") return maxByGroup(rows, bagOf, count);
    if (weights !== undefined) {
      const factors = reshape(gather(reshape(weights, [-1]), kept), [-1, 1]);
      return gatherBackward(mul(rows, factors), bagOf, shape);
    }
    // Adding rows up by bag is what the gradient of a lookup does by id.
    const total = gatherBackward(rows, bagOf, shape);
    if (this.mode === "sum") return total;
    const sizes = new Float64Array(count);
    for (const bag of bagOf) sizes[bag]++;
    const divisors = sizes.map((size) => Math.max(size, 1));
    return div(total, tensor(divisors, { dtype: this.E.dtype, shape: [count, 1] }));
  }

  #checkWeights(weights: Tensor | undefined, ids: CheckedIds): Tensor | undefined {
    if (weights === undefined) return undefined;
    if (this.mode !== "sum") {
      throw new TypeError(
        `Cannot weigh a bag of mode "${this.mode}": only "sum" takes perSampleWeights`,
      );
    }
    if (!(weights instanceof Tensor) || !sameShape(weights.shape, ids.shape)) {
      const got = weights instanceof Tensor ? formatShape(weights.shape) : describe(weights);
      throw new TypeError(
        `Cannot weigh ids ${
          formatShape(ids.shape)
        }: perSampleWeights must be of that shape, got ${got}`,
      );
    }
    return weights;
  }
}

/** For each id, the bag it is in. */
function bagsOf({ data, shape }: CheckedIds, offsets?: Ids): { bags: Int32Array; count: number } {
  if (shape.length === 2 && offsets === undefined) {
    return { bags: data.map((_, n) => Math.floor(n / shape[1])), count: shape[0] };
  }
  if (shape.length !== 1 || offsets === undefined) {
    throw new TypeError(
      `Cannot make bags of ids ${formatShape(shape)} ${
        offsets === undefined ? "without" : "with"
      } ` +
        "offsets: wanted ids of two axes, or of one axis and offsets",
    );
  }
  const starts = checkIds(offsets, data.length + 1, "start a bag at offset");
  const ordered = starts.data.every((start, bag) => start >= (starts.data[bag - 1] ?? 0));
  if (starts.shape.length !== 1 || !ordered || (starts.data[0] ?? data.length) !== 0) {
    throw new TypeError(
      `Cannot make bags at offsets [${starts.data.join(", ")}] of shape ${
        formatShape(starts.shape)
      }: they must be of one axis, start at 0 and not decrease`,
    );
  }
  const bags = new Int32Array(data.length);
  starts.data.forEach((start, bag) => bags.fill(bag, start, starts.data[bag + 1]));
  return { bags, count: starts.data.length };
}
