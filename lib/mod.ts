/**
 * minimodel: a small, exact embedding module, on an autograd that is meant to be read.
 *
 * @module
 */

import "./autograd/methods.ts";

export * from "./autograd/check_gradients.ts";
export { type NumberArray, ones, tensor, type TensorOptions, zeros } from "./autograd/create.ts";
export { type Ids, type IntegerArray, type NestedIds, parseIds } from "./autograd/ids.ts";
export type { NestedNumbers } from "./autograd/_nested.ts";
export type { Shape } from "./autograd/_shape.ts";
export * from "./autograd/ops.ts";
export { type GatherOptions, RowGradient } from "./autograd/row_gradient.ts";
export { type DType, type FloatArray, Storage } from "./autograd/storage.ts";
export {
  type Backward,
  noGrad,
  Parameter,
  record,
  scope,
  type TapeEntry,
  Tensor,
} from "./autograd/tensor.ts";
export type { TensorMethods } from "./autograd/methods.ts";
export { CheckError, FormatError, IndexError } from "./errors.ts";
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
export * from "./io/npy.ts";
export * from "./nn/embedding.ts";
export * from "./nn/embedding_bag.ts";
export * from "./nn/optimizers.ts";
export * from "./nn/random.ts";
