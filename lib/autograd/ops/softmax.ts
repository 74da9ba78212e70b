// Softmax, its logarithm, and the loss of a classification.

import { checkAlong, type SoftmaxOptions } from "../../check/axes.ts";
import type { Ids } from "../../check/ids.ts";
import {
  checkLoss,
  checkTargets,
  type CrossEntropyOptions,
  maskTargets,
} from "../../check/loss.ts";
import { checkIds } from "../../kernels/bounds.ts";
import * as kernels from "../../kernels/dispatch.ts";
import { reserve, type Storage } from "../../kernels/storage.ts";
import { zeros } from "../create.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import { where } from "./choose.ts";
import { add, div, exp, mul, neg, sub } from "./elementwise.ts";
import { mean, sum } from "./reduce.ts";
import { transpose } from "./shape.ts";

/**
 * Softmax along an axis: `y = e^x / sum(e^x)`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softmax, tensor } from "@minimodel/core";
 *
 * assertEquals(softmax(tensor([1000, 1000])).toArray(), [0.5, 0.5]);
 * ```
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return alongLast("softmax", x, options, (rows) => {
    // Backward: dx = y (dy - sum(dy y))
    const y: Tensor = recordOp("softmax", [rows], ofRows(rows, false), rows.shape, (dy) => [
      mul(y, sub(dy, sum(mul(dy, y), { axis: -1, keepdims: true }))),
    ]);
    return y;
  });
}

/**
 * Logarithm of the softmax along an axis: `y = x - log(sum(e^x))`, without overflow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logSoftmax, tensor } from "@minimodel/core";
 *
 * assertEquals(logSoftmax(tensor([0, 0])).toArray(), [-Math.LN2, -Math.LN2]);
 * ```
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return alongLast("logSoftmax", x, options, (rows) => {
    // Backward: dx = dy - e^y sum(dy)
    const y: Tensor = recordOp("logSoftmax", [rows], ofRows(rows, true), rows.shape, (dy) => [
      sub(dy, mul(exp(y), sum(dy, { axis: -1, keepdims: true }))),
    ]);
    return y;
  });
}

/**
 * Cross-entropy of logits (…, C) against class ids (…): `-logSoftmax(logits)[target]`, by default
 * the mean.
 *
 * @throws {IndexError} If a target is not a class.
 * @throws {TypeError} If the targets' shape is not that of the logits without the last axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crossEntropy, tensor } from "@minimodel/core";
 *
 * assertEquals(crossEntropy(tensor([[0, 0]]), [1]).item(), Math.LN2);
 * ```
 */
export function crossEntropy(
  logits: Tensor,
  targets: Ids,
  options: CrossEntropyOptions = {},
): Tensor {
  const { classes, reduction, smoothing } = checkLoss(logits, options);
  const { ids, counts } = maskTargets(targets, options.ignoreIndex);
  const losses = smoothed(logits, ids, classes, smoothing);
  const y = counts === undefined ? losses : counted(losses, counts);
  if (reduction === "none") return y;
  if (reduction === "sum") return sum(y);
  return counts === undefined ? mean(y) : div(sum(y), counts.reduce((all, each) => all + each, 0));
}

/** Losses with 0 in place of those that do not count. */
function counted(losses: Tensor, data: Uint8Array): Tensor {
  const { shape, dtype } = losses;
  return where({ data, shape }, losses, zeros(shape, { dtype }));
}

/** The loss of each row, with a part of the target spread over all classes. */
function smoothed(logits: Tensor, targets: Ids, classes: number, smoothing: number): Tensor {
  const y = lossOfRows(logits, targets, classes);
  if (smoothing === 0) return y;
  const spread = neg(mean(logSoftmax(logits), { axis: -1 }));
  return add(mul(y, 1 - smoothing), mul(spread, smoothing));
}

function lossOfRows(logits: Tensor, targets: Ids, classes: number): Tensor {
  const ids = checkIds(targets, classes, "take the cross-entropy of class");
  checkTargets(ids.shape, logits.shape);
  const losses = reserve(logits.dtype, ids.data.length);
  const probabilities = reserve(logits.dtype, logits.size);
  kernels.crossEntropyRows(logits.storage, ids.data, losses, probabilities, classes);
  // Backward: dlogits = (softmax(logits) - onehot(target)) dy
  return recordOp("crossEntropy", [logits], losses, ids.shape, (dy) => {
    const dlogits = reserve(logits.dtype, logits.size);
    kernels.crossEntropyBackward(probabilities, ids.data, dy.storage, dlogits, classes);
    return [new Tensor(dlogits, logits.shape)];
  });
}

/** Softmax of each row, or its logarithm. */
function ofRows(x: Tensor, logarithm: boolean): Storage {
  const y = reserve(x.dtype, x.size);
  kernels.softmaxRows(x.storage, y, x.shape[x.shape.length - 1] ?? 1, logarithm);
  return y;
}

/** Applies an op of rows along an axis, which is moved to the end for it and back afterwards. */
function alongLast(
  name: string,
  x: Tensor,
  options: SoftmaxOptions,
  ofRows: (rows: Tensor) => Tensor,
): Tensor {
  const along = checkAlong(name, x, options);
  const last = x.shape.length - 1;
  if (along === last) return ofRows(x);
  const swap = x.shape.map((_, each) => each === along ? last : each === last ? along : each);
  return transpose(ofRows(transpose(x, swap)), swap);
}
