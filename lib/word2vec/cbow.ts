// CBOW: a word is predicted from the words around it.

import { bagChecked } from "../autograd/ops/lookup.ts";
import { linear } from "../autograd/ops/matmul.ts";
import type { Parameter } from "../autograd/parameter.ts";
import type { Tensor } from "../autograd/tensor.ts";
import type { Bags } from "../check/bags.ts";
import type { Ids } from "../check/ids.ts";
import { checkChoice, checkOptions, type OptionNames, refuseOptions } from "../check/options.ts";
import { lockProperties, refuseUnknownProperties } from "../check/properties.ts";
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

/** Options of {@linkcode Cbow}. */
export interface CbowOptions extends SkipGramOptions {
  /** What is done with the vectors of a context: "mean" (the default) or "sum". */
  readonly combine?: "mean" | "sum";
}

const cbowNames: OptionNames<CbowOptions> = {
  ...modelNames,
  combine: ["mode", "reduce", "reduction", "cbowMean"],
};

/**
 * CBOW (Mikolov et al., 2013): predicts a word, the center, from the words around it. With `h` the
 * mean, or sum, of the context's rows of `embed.E`, the logits are `h wOut^T + bOut`.
 *
 * `embed.E` is drawn from N(0, 0.02^2). `wOut` and `bOut` start at 0, as in word2vec's C program, so
 * that at first every word is equally likely: the loss starts at ln V, or with k negatives at
 * (1 + k) ln 2. An empty context, which only `{ data, offsets }` can have, gives `h = 0`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { Cbow } from "minimodel";
 *
 * const cbow = new Cbow(64, 32, { seed: 0 });
 * const contexts = [[3, 1, 1, 5], [1, 4, 5, 9]]; // two words before and two behind each center
 * assertEquals(cbow.forward(contexts).shape, [2, 64]);
 * assertAlmostEquals(cbow.loss(contexts, [4, 1]).item(), Math.log(64));
 * ```
 */
export class Cbow {
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
  /** What is done with the vectors of a context. */
  readonly combine: "mean" | "sum";

  static {
    refuseUnknownProperties(Cbow, { settable: {} });
  }

  /**
   * Makes a model of V words, with vectors of length d; by default with a bias.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is unknown or of the wrong kind.
   */
  constructor(vocabSize: number, embeddingDim: number, options: CbowOptions = {}) {
    checkOptions("make Cbow", options, cbowNames);
    const { combine = "mean", bias = true, seed, dtype } = options;
    checkChoice("make Cbow", "combine", combine, ["mean", "sum"]);
    const sides = makeSides("Cbow", vocabSize, embeddingDim, { bias, seed, dtype });
    this.vocabSize = vocabSize;
    this.embeddingDim = embeddingDim;
    this.embed = sides.embed;
    this.wOut = sides.wOut;
    this.bOut = sides.bOut;
    this.combine = combine;
    lockProperties(this);
  }

  /** What an optimiser trains: `embed.E`, `wOut`, and `bOut` if there is one. */
  get parameters(): Parameter[] {
    return Object.values(namedParameters(this));
  }

  /**
   * Returns the logits of every word for each context, (B, V). Contexts are ids of shape (B, C), or
   * `{ data, offsets }` if their lengths differ, as EmbeddingBag takes them.
   *
   * @throws {IndexError} If an id or offset is out of range.
   * @throws {TypeError} If the contexts are of another kind or shape.
   */
  forward(contexts: Contexts): Tensor {
    refuseOptions("run Cbow", arguments[1]);
    const h = this.#combined(takeContexts("run Cbow", contexts, this));
    return linear(h, this.wOut, this.bOut ?? undefined);
  }

  /**
   * Returns the mean loss of B centers in their contexts: the cross-entropy over all words, or with
   * negatives (B, k), `-log sigmoid(s) - sum of log sigmoid(-s')`, where `s` is the logit of the
   * center and `s'` those of the negatives (Mikolov et al., 2013b).
   *
   * @throws {IndexError} If an id or offset is out of range.
   * @throws {RangeError} If there are no contexts.
   * @throws {TypeError} If contexts, centers and negatives do not go together, or an option is
   * unknown.
   */
  loss(contexts: Contexts, centers: Ids, options: PairLossOptions = {}): Tensor {
    const doing = "take the loss of Cbow";
    const { vocabSize } = this;
    const bags = takeContexts(doing, contexts, this);
    const words = takeCenters(doing, centers, { vocabSize, count: bags.starts.length });
    return lossOfPairs(doing, this.#combined(bags), words, this, options);
  }

  /**
   * Saves the model as {@linkcode writeCheckpoint} does, all tables in one matrix file, so that a
   * crash leaves the version before or this one.
   *
   * @throws {TypeError} If the path or metadata cannot be saved, or an option is unknown.
   */
  async save(path: string | URL, options: ModelSaveOptions = {}): Promise<void> {
    checkOptions("save Cbow", options, saveNames);
    const { combine, bOut } = this;
    const model = { kind: "Cbow", combine, bias: bOut !== null } as const;
    await saveAll(path, { model, parts: partsOf(this), metadata: options.metadata });
  }

  /**
   * Loads what {@linkcode Cbow.save} or {@linkcode Word2vecTraining.save} saved, bit for bit.
   *
   * @throws {FormatError} If a file is incomplete, not what it should be, or of another model.
   */
  static async load(path: string | URL): Promise<Cbow> {
    refuseOptions("load Cbow", arguments[1]);
    return restore(await readAll(path, "Cbow"), (V, d, options) => new Cbow(V, d, options));
  }

  #combined(bags: Bags): Tensor {
    return bagChecked(this.embed.E, bags, { mean: this.combine === "mean" });
  }
}
