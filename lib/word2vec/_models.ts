// The kinds of models, for what works with all of them.

import type { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import type { JsonObject } from "../io/checkpoint.ts";
import { Cbow } from "./cbow.ts";
import type { Batch } from "./_pair_set.ts";
import { type Kind, setNumbers } from "./_saved.ts";
import type { PairLossOptions } from "./_sides.ts";
import { SkipGram } from "./skip_gram.ts";

/** A model of words and their contexts. */
export type Word2vecModel = Cbow | SkipGram;

/** Returns the kind of a model; refuses anything else. */
export function kindOf(doing: string, model: Word2vecModel): Kind {
  if (model instanceof Cbow) return "Cbow";
  if (model instanceof SkipGram) return "SkipGram";
  throw new TypeError(`Cannot ${doing}: wanted a Cbow or SkipGram, got ${describe(model)}`);
}

/** The kind of a model, and its options but for seed and dtype. */
export function madeAs(model: Word2vecModel): { readonly kind: Kind } & JsonObject {
  const bias = model.bOut !== null;
  return model instanceof Cbow
    ? { kind: "Cbow", combine: model.combine, bias }
    : { kind: "SkipGram", bias };
}

/** Makes a model of a kind. */
export function makeModel(kind: Kind, sizes: readonly [number, number], options: object) {
  const [vocabSize, embeddingDim] = sizes;
  return kind === "Cbow"
    ? new Cbow(vocabSize, embeddingDim, options)
    : new SkipGram(vocabSize, embeddingDim, options);
}

/** A model with copies of another one's parameters. */
export function copyModel(model: Word2vecModel): Word2vecModel {
  const { kind, ...options } = madeAs(model);
  const { vocabSize, embeddingDim, wOut: { dtype } } = model;
  const copy = makeModel(kind, [vocabSize, embeddingDim], { ...options, dtype, seed: 0 });
  copyParameters(model, copy);
  return copy;
}

/** Copies numbers, and whether they are trained, from one model to another one of its kind. */
export function copyParameters(from: Word2vecModel, to: Word2vecModel): void {
  const sources = from.parameters;
  to.parameters.forEach((parameter, i) => {
    const source = sources[i];
    if (source === undefined) return;
    setNumbers(parameter, source.storage.numbers);
    parameter.requiresGrad = source.requiresGrad;
  });
}

/** The mean loss of a batch. */
export function lossOf(
  model: Word2vecModel,
  { contexts, centers }: Batch,
  options: PairLossOptions,
): Tensor {
  return model instanceof Cbow
    ? model.loss(contexts, centers, options)
    : model.loss(centers, contexts, options);
}
