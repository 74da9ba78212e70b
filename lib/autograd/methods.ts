// The usual ops and `backward` as methods of Tensor. They are put on the prototype here, and not in
// tensor.ts, which the ops import and which therefore cannot import the ops.

import { refuseOptions } from "../check/options.ts";
import * as ops from "./ops/mod.ts";
import { goBack } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** The ops that are not methods: their first operand is not a tensor, or not the main one. */
export type FunctionOnly =
  | "bag"
  | "cast"
  | "concat"
  | "crossEntropy"
  | "gather"
  | "gatherBackward"
  | "linear"
  | "maxByGroup"
  | "slice"
  | "stack"
  | "takeAlongAxis"
  | "where";

const functionsOnly: Readonly<Record<FunctionOnly, true>> = {
  bag: true,
  cast: true,
  concat: true,
  crossEntropy: true,
  gather: true,
  gatherBackward: true,
  linear: true,
  maxByGroup: true,
  slice: true,
  stack: true,
  takeAlongAxis: true,
  where: true,
};

/** An op as a method: its first operand is the tensor that it is called on. */
export type MethodOf<Op> = Op extends (x: Tensor, ...rest: infer Rest) => Tensor
  ? (...rest: Rest) => Tensor
  : never;

/** Names of the ops that are methods. */
export type MethodName = Exclude<keyof typeof import("./ops/mod.ts"), FunctionOnly>;

/** The ops that a tensor has as methods; each does what the function of its name does. */
export type OpMethods = {
  [Name in MethodName]: MethodOf<(typeof import("./ops/mod.ts"))[Name]>;
};

/** What is put on the prototype of Tensor. */
export interface TensorMethods extends OpMethods {
  /**
   * Adds d(this)/d(leaf), times `upstream`, to the `grad` of every leaf with `requiresGrad` that
   * this tensor was made from.
   *
   * @param upstream Gradient with respect to this tensor, of its shape and dtype; 1 for a tensor of
   * size 1, required for others.
   * @throws {TypeError} If this tensor needs no gradient, or the upstream does not fit.
   */
  backward(upstream?: Tensor): void;
}

/** An op as a method, which refuses options beside its operand; it ignores a second operand. */
function methodOf(name: string, op: (x: Tensor, operand: never) => Tensor) {
  return function (this: Tensor, operand?: unknown, more?: unknown): Tensor {
    if (more !== undefined) refuseOptions(name, more);
    return op(this, operand as never);
  };
}

const methods = Object.entries(ops)
  .filter(([name]) => !Object.hasOwn(functionsOnly, name))
  .map(([name, op]) => [name, methodOf(name, op as (x: Tensor, operand: never) => Tensor)]);

Object.assign(Tensor.prototype, Object.fromEntries(methods), {
  backward(this: Tensor, upstream?: Tensor): void {
    goBack(this, upstream);
  },
});
