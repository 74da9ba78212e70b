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
