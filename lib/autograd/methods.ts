// The usual ops as methods of Tensor. They are put on the prototype here, above both, so that the ops
// can build on Tensor without Tensor knowing the ops.

import * as ops from "./ops.ts";
import { Tensor } from "./tensor.ts";

/** The ops that a tensor has as methods; each does what the function of its name does. */
export interface TensorMethods {
  /** `this + b`. */
  add(b: ops.Operand): Tensor;
  /** `this - b`. */
  sub(b: ops.Operand): Tensor;
  /** `this * b`, entry by entry. */
  mul(b: ops.Operand): Tensor;
  /** `this / b`. */
  div(b: ops.Operand): Tensor;
  /** `this ^ b`. */
  pow(b: ops.Operand): Tensor;
  /** `-this`. */
  neg(): Tensor;
  /** `e ^ this`. */
  exp(): Tensor;
  /** Natural logarithm. */
  log(): Tensor;
  /** Square root. */
  sqrt(): Tensor;
  /** Hyperbolic tangent. */
  tanh(): Tensor;
  /** `max(this, 0)`. */
  relu(): Tensor;
  /** Logistic function. */
  sigmoid(): Tensor;
  /** Logarithm of the logistic function. */
  logSigmoid(): Tensor;
  /** Matrix product with `b`. */
  matmul(b: Tensor): Tensor;
  /** The axes reversed, or in the order of `perm`. */
  transpose(perm?: readonly number[]): Tensor;
  /** The same numbers in another shape. */
  reshape(shape: readonly number[]): Tensor;
  /** Repeated to a larger shape. */
  broadcastTo(shape: readonly number[]): Tensor;
  /** Sum over axes. */
  sum(options?: ops.ReduceOptions): Tensor;
  /** Mean over axes. */
  mean(options?: ops.ReduceOptions): Tensor;
  /** Largest number over axes. */
  max(options?: ops.ReduceOptions): Tensor;
  /** Softmax along an axis. */
  softmax(options?: ops.SoftmaxOptions): Tensor;
  /** Logarithm of the softmax along an axis. */
  logSoftmax(options?: ops.SoftmaxOptions): Tensor;
}

const methods: TensorMethods & ThisType<Tensor> = {
  add(b) {
    return ops.add(this, b);
  },
  sub(b) {
    return ops.sub(this, b);
  },
  mul(b) {
    return ops.mul(this, b);
  },
  div(b) {
    return ops.div(this, b);
  },
  pow(b) {
    return ops.pow(this, b);
  },
  neg() {
    return ops.neg(this);
  },
  exp() {
    return ops.exp(this);
  },
  log() {
    return ops.log(this);
  },
  sqrt() {
    return ops.sqrt(this);
  },
  tanh() {
    return ops.tanh(this);
  },
  relu() {
    return ops.relu(this);
  },
  sigmoid() {
    return ops.sigmoid(this);
  },
  logSigmoid() {
    return ops.logSigmoid(this);
  },
  matmul(b) {
    return ops.matmul(this, b);
  },
  transpose(perm) {
    return ops.transpose(this, perm);
  },
  reshape(shape) {
    return ops.reshape(this, shape);
  },
  broadcastTo(shape) {
    return ops.broadcastTo(this, shape);
  },
  sum(options) {
    return ops.sum(this, options);
  },
  mean(options) {
    return ops.mean(this, options);
  },
  max(options) {
    return ops.max(this, options);
  },
  softmax(options) {
    return ops.softmax(this, options);
  },
  logSoftmax(options) {
    return ops.logSoftmax(this, options);
  },
};

Object.assign(Tensor.prototype, methods);
