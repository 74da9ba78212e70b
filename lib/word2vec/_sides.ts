// What Cbow and SkipGram share: options, two tables and a bias, and the loss of pairs of words.

import { gather } from "../autograd/ops/lookup.ts";
import { linear } from "../autograd/ops/matmul.ts";
import { add, div, logSigmoid, mul, neg } from "../autograd/ops/elementwise.ts";
import { sum } from "../autograd/ops/reduce.ts";
import { reshape } from "../autograd/ops/shape.ts";
import { crossEntropy } from "../autograd/ops/softmax.ts";
import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import type { DType } from "../check/dtype.ts";
import type { CheckedIds, Ids } from "../check/ids.ts";
import { checkFlag, checkOptions, type OptionNames } from "../check/options.ts";
import type { JsonObject } from "../io/checkpoint.ts";
import { allocate, copyOf } from "../kernels/storage.ts";
import { Embedding } from "../nn/embedding.ts";
import { besideNegatives } from "./_pairs.ts";

/** Options that models of words and their contexts have in common. */
export interface SkipGramOptions {
  /** Whether the output has a bias, one number for each word; see the model for its default. */
  readonly bias?: boolean;
  /** Seed of a random stream for this model alone, in [0, 2^32); by default, see `manualSeed`. */
  readonly seed?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
}

/** Options of the losses of {@linkcode Cbow} and {@linkcode SkipGram}. */
export interface PairLossOptions {
  /**
   * For each of n pairs, the ids of k words that are not the pair's, (n, k). The loss is then over
   * 1 + k words for each pair, in place of the whole vocabulary.
   */
  readonly negatives?: Ids;
}

/** Options of a model's `save`. */
export interface ModelSaveOptions {
  /** What to save with the model, as JSON, for example a vocabulary. */
  readonly metadata?: JsonObject;
}

/** The names of the options that models have in common. */
export const modelNames: OptionNames<SkipGramOptions> = {
  bias: ["useBias"],
  seed: ["randomState"],
  dtype: ["dataType", "type"],
};

/** The names of the options of a loss. */
export const lossNames: OptionNames<PairLossOptions> = {
  negatives: ["negative", "neg", "negativeSamples", "noise"],
};

/** The names of the options of `save`. */
export const saveNames: OptionNames<ModelSaveOptions> = { metadata: ["meta"] };

/** The tables of a model. */
export interface Sides {
  /** The input vectors, (V, d). */
  readonly embed: Embedding;
  /** The output vectors, (V, d). */
  readonly wOut: Parameter;
  /** The bias of the output, (V,); null if there is none. */
  readonly bOut: Parameter | null;
}

/** Validates sizes and options, and makes the tables of a model. */
export function makeSides(
  kind: string,
  vocabSize: number,
  embeddingDim: number,
  { bias, seed, dtype = "float64" }: SkipGramOptions,
): Sides {
  const doing = `make ${kind}`;
  for (const [name, value] of Object.entries({ vocabSize, embeddingDim })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be a whole number from 1, got ${describe(value)}`,
      );
    }
  }
  checkFlag(doing, "bias", bias);
  const embed = new Embedding(vocabSize, embeddingDim, { seed, dtype });
  const zeros = (shape: readonly number[], size: number) =>
    new Parameter(allocate(dtype, size, { lasting: true }), shape);
  return {
    embed,
    wOut: zeros([vocabSize, embeddingDim], vocabSize * embeddingDim),
    bOut: bias === true ? zeros([vocabSize], vocabSize) : null,
  };
}

/** The parameters of a model by name, in the order in which optimisers and files have them. */
export function namedParameters({ embed, wOut, bOut }: Sides): Record<string, Parameter> {
  return bOut === null ? { E: embed.E, wOut } : { E: embed.E, wOut, bOut };
}

/** The mean loss of pairs: of vectors `h`, (n, d), and the word of each. */
export function lossOfPairs(
  doing: string,
  h: Tensor,
  words: CheckedIds,
  { wOut, bOut }: Sides,
  options: PairLossOptions,
): Tensor {
  checkOptions(doing, options, lossNames);
  if (words.data.length === 0) {
    throw new RangeError(`Cannot ${doing}: wanted at least one pair, got none`);
  }
  if (options.negatives === undefined) {
    return crossEntropy(linear(h, wOut, bOut ?? undefined), words);
  }
  const ids = besideNegatives(doing, words.data, options.negatives, wOut.shape[0] ?? 0);
  const [count = 0, width = 0] = ids.shape;
  const products = mul(gather(wOut, ids), reshape(h, [count, 1, -1])); // (n, 1 + k, d)
  const dots = sum(products, { axis: 2 });
  const scores = bOut === null ? dots : add(dots, gather(bOut, ids));
  const signs = Float64Array.from({ length: width }, (_, n) => n === 0 ? 1 : -1);
  const signed = mul(scores, new Tensor(copyOf(signs, h.dtype), [1, width]));
  return div(neg(sum(logSigmoid(signed))), count);
}
