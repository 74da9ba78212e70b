/**
 * minimodel: a small, exact embedding module, on an autograd that is meant to be read.
 *
 * @module
 */

import "./autograd/methods.ts";

export { checkGradients, type GradientReport } from "./autograd/check_gradients.ts";
export { ones, tensor, zeros } from "./autograd/create.ts";
export type {
  FunctionOnly,
  MethodName,
  MethodOf,
  OpMethods,
  TensorMethods,
} from "./autograd/methods.ts";
export * from "./autograd/ops/mod.ts";
export { RowGradient } from "./autograd/row_gradient.ts";
export { scope } from "./autograd/scope.ts";
export { noGrad, record } from "./autograd/tape.ts";
export { Parameter } from "./autograd/parameter.ts";
export { type Backward, type TapeEntry, Tensor } from "./autograd/tensor.ts";
export type { NormOptions, ReduceOptions, SliceOptions, SoftmaxOptions } from "./check/axes.ts";
export type { ClipOptions } from "./check/choose.ts";
export type { Mask, NestedMask } from "./check/mask.ts";
export type { CheckGradientsOptions } from "./check/differences.ts";
export type { DType, FloatArray } from "./check/dtype.ts";
export { CheckError, FormatError, IndexError } from "./check/errors.ts";
export { type Ids, type IntegerArray, type NestedIds, parseIds } from "./check/ids.ts";
export type { GatherOptions } from "./check/lookup.ts";
export type { CrossEntropyOptions } from "./check/loss.ts";
export type { NestedNumbers } from "./check/nested.ts";
export type { FillOptions, NumberArray, TensorOptions } from "./check/numbers.ts";
export type { Shape } from "./check/shape.ts";
export {
  type Checkpoint,
  type CheckpointInput,
  type CheckpointMatrix,
  exportNpy,
  type JsonObject,
  type JsonValue,
  readCheckpoint,
  readSentences,
  writeCheckpoint,
} from "./io/checkpoint.ts";
export {
  decodeNpy,
  type DecodeNpyOptions,
  encodeNpy,
  type EncodeNpyOptions,
  type NpyArray,
  type NpyData,
  type NpyDType,
  type NpyInput,
} from "./io/npy.ts";
export {
  Embedding,
  type EmbeddingOptions,
  type PretrainedOptions,
  type SaveOptions,
} from "./nn/embedding.ts";
export {
  type BagForwardOptions,
  EmbeddingBag,
  type EmbeddingBagOptions,
} from "./nn/embedding_bag.ts";
export { Optimizer, type OptimizerState, type ParameterState } from "./nn/optimizer.ts";
export { Adam, type AdamOptions, AdamW } from "./nn/adam.ts";
export { clipGradNorm, type ClipGradNormOptions } from "./nn/clip.ts";
export { createRandom, manualSeed, normal, type NormalOptions, type Random } from "./nn/random.ts";
export { Adagrad, type AdagradOptions, Sgd, type SgdOptions } from "./nn/sgd.ts";
export {
  type AnalogyOptions,
  type Labels,
  type Metric,
  type NearestOptions,
  type Neighbor,
  type SimilarityOptions,
  type WordOrVector,
  WordVectors,
  type WordVectorsOptions,
} from "./vectors/word_vectors.ts";
export {
  type CellCount,
  makeVerbCorpus,
  type VerbCorpus,
  type VerbCorpusManifest,
  type VerbCorpusOptions,
} from "./text/corpus.ts";
export {
  type CentersInContexts,
  conditionalEntropy,
  type ConditionalEntropyOptions,
  unigramEntropy,
} from "./text/entropy.ts";
export {
  type CbowBags,
  type CbowPairs,
  makeCbowBags,
  makeCbowPairs,
  makeSkipGramPairs,
  type SkipGramPairs,
  type WindowOptions,
} from "./text/pairs.ts";
export { tokenize } from "./text/tokenize.ts";
export {
  type EncodedText,
  type EncodeOptions,
  Vocabulary,
  type VocabularyEntry,
  type VocabularyJson,
  type VocabularyOptions,
  type WordLabels,
} from "./text/vocabulary.ts";
export {
  type Language,
  type Person,
  type Tense,
  type Verb,
  type VerbForm,
  verbForms,
  verbs,
} from "./text/verbs.ts";
export type { Contexts, RaggedContexts } from "./word2vec/_pairs.ts";
export type { ModelSaveOptions, PairLossOptions, SkipGramOptions } from "./word2vec/_sides.ts";
export { Cbow, type CbowOptions } from "./word2vec/cbow.ts";
export { SkipGram } from "./word2vec/skip_gram.ts";
export {
  meanLoss,
  type MeanLossOptions,
  type TrainingStep,
  type Word2vecModel,
  Word2vecTraining,
  type Word2vecTrainingOptions,
  type WordPairs,
} from "./word2vec/training.ts";
