// Skip-gram: the words around a word are predicted from it.

import { gatherChecked } from "../autograd/ops/lookup.ts";
import { linear } from "../autograd/ops/matmul.ts";
import type { Parameter } from "../autograd/parameter.ts";
import type { Tensor } from "../autograd/tensor.ts";
import type { Ids } from "../check/ids.ts";
import { checkOptions, refuseOptions } from "../check/options.ts";
import { lockProperties, refuseUnknownProperties } from "../check/properties.ts";
import { bagOfEach } from "../kernels/bags.ts";
import type { Embedding } from "../nn/embedding.ts";
import { type Contexts, takeCenters, takeContexts } from "./_pairs.ts";
import { partsOf, readAll, restore, saveAll } from "./_saved.ts";
import {
  lossOfPairs,
  makeSides,
  modelNames,
  type ModelSaveOptions,
  namedParameters,
  type PairLossOptions,
  saveNames,
  type SkipGramOptions,
} from "./_sides.ts";

/**
 * Skip-gram (Mikolov et al., 2013): predicts each of the words around a word, the center, from it
 * alone. With `h` the center's row of `embed.E`, the logits are `h wOut^T`, plus `bOut` if there is
 * one.
 *
 * `embed.E` is drawn from N(0, 0.02^2). `wOut` and `bOut` start at 0, as in word2vec's C program, so
 * that at first every word is equally likely: the loss starts at ln V, or with k negatives at
 * (1 + k) ln 2.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { SkipGram } from "minimodel";
 *
 * const model = new SkipGram(64, 32, { seed: 0 });
 * assertEquals(model.forward([4, 1]).shape, [2, 64]);
 * const contexts = [[3, 1, 1, 5], [1, 4, 5, 9]]; // each of the two centers makes four pairs
 * assertAlmostEquals(model.loss([4, 1], contexts).item(), Math.log(64));
 * ```
 */
export class SkipGram {
  /** How many words there are, V: ids are in [0, V). */
  readonly vocabSize: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** The input vectors, which one usually keeps; its table `embed.E` is (V, d). */
  readonly embed: Embedding;
  /** The output vectors, (V, d), a table of its own. */
  readonly wOut: Parameter;
  /** The bias of the output, (V,), one number for each word; null if there is none. */
  readonly bOut: Parameter | null;

  static {
    refuseUnknownProperties(SkipGram, { settable: {} });
  }

  /**
   * Makes a model of V words, with vectors of length d; by default without a bias.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is unknown or of the wrong kind.
   */
  constructor(vocabSize: number, embeddingDim: number, options: SkipGramOptions = {}) {
    checkOptions("make SkipGram", options, modelNames);
    const sides = makeSides("SkipGram", vocabSize, embeddingDim, options);
    this.vocabSize = vocabSize;
    this.embeddingDim = embeddingDim;
    this.embed = sides.embed;
    this.wOut = sides.wOut;
    this.bOut = sides.bOut;
    lockProperties(this);
  }

  /** What an optimiser trains: `embed.E`, `wOut`, and `bOut` if there is one. */
  get parameters(): Parameter[] {
    return Object.values(namedParameters(this));
  }

  /**
   * Returns the logits of every word for each center, `centers.shape + (V,)`.
   *
   * @throws {IndexError} If an id is out of range.
   * @throws {TypeError} If the centers are no ids.
   */
  forward(centers: Ids): Tensor {
    refuseOptions("run SkipGram", arguments[1]);
    return linear(this.embed.forward(centers), this.wOut, this.bOut ?? undefined);
  }

  /**
   * Returns the mean loss of all pairs of a center and a word of its context. Contexts are ids of
   * shape (B, C), or `{ data, offsets }` if their lengths differ; or (B,), one word for each center.
   * The loss is the cross-entropy over all words, or with negatives (n, k), a row for each of the n
   * pairs in order, `-log sigmoid(s) - sum of log sigmoid(-s')`, where `s` is the logit of the
   * pair's word and `s'` those of the negatives (Mikolov et al., 2013b).
   *
   * @throws {IndexError} If an id or offset is out of range.
   * @throws {RangeError} If there are no pairs.
   * @throws {TypeError} If centers, contexts and negatives do not go together, or an option is
   * unknown.
   */
  loss(centers: Ids, contexts: Contexts, options: PairLossOptions = {}): Tensor {
    const doing = "take the loss of SkipGram";
    const { vocabSize } = this;
    const bags = takeContexts(doing, contexts, { vocabSize, single: true });
    const { data } = takeCenters(doing, centers, { vocabSize, count: bags.starts.length });
    const ids = bagOfEach(bags).map((bag) => data[bag] ?? 0);
    const h = gatherChecked(this.embed.E, ids, {});
    return lossOfPairs(doing, h, bags.ids, this, options);
  }

  /**
   * Saves the model as {@linkcode writeCheckpoint} does, all tables in one matrix file, so that a
   * crash leaves the version before or this one.
   *
   * @throws {TypeError} If the path or metadata cannot be saved, or an option is unknown.
   */
  async save(path: string | URL, options: ModelSaveOptions = {}): Promise<void> {
    checkOptions("save SkipGram", options, saveNames);
    const model = { kind: "SkipGram", bias: this.bOut !== null } as const;
    await saveAll(path, { model, parts: partsOf(this), metadata: options.metadata });
  }

  /**
   * Loads what {@linkcode SkipGram.save} or {@linkcode Word2vecTraining.save} saved, bit for bit.
   *
   * @throws {FormatError} If a file is incomplete, not what it should be, or of another model.
   */
  static async load(path: string | URL): Promise<SkipGram> {
    refuseOptions("load SkipGram", arguments[1]);
    return restore(await readAll(path, "SkipGram"), (V, d, options) => new SkipGram(V, d, options));
  }
}
