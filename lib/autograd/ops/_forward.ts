// The forward computation that all element-wise ops share.

import { checkSameDType } from "../../check/dtype.ts";
import { broadcastShapes } from "../../check/shape.ts";
import { checkTensor } from "../../check/tensors.ts";
import { applyOne, applyTwo } from "../../kernels/elementwise.ts";
import type { BinaryRule, UnaryRule } from "../../kernels/rules.ts";
import { copyOf } from "../../kernels/storage.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";

/** A tensor, or a number that is taken as a scalar of the other operand's dtype. */
export type Operand = Tensor | number;

/** Whether the derivative of an op of one operand reads it. */
export const reads = { nothing: 0, x: 1 } as const;

/**
 * Which operands each derivative of an op of two reads: bit 0 for the first, bit 1 for the second.
 */
interface Needs {
  readonly da: number;
  readonly db: number;
}

/** What the derivatives of an op of two operands read. */
export const needs = {
  nothing: { da: 0, db: 0 },
  theOther: { da: 2, db: 1 },
  divisorAndBoth: { da: 2, db: 3 },
  both: { da: 3, db: 3 },
} as const satisfies Record<string, Needs>;

/**
 * An op of two operands, entry by entry over the shape that they broadcast to. `needs` says what
 * its two derivatives read.
 */
export function elementwise(
  rule: BinaryRule,
  a: Operand,
  b: Operand,
  backward: (dy: Tensor, a: Tensor, b: Tensor) => (Tensor | null)[],
  { da, db }: Needs = needs.nothing,
): Tensor {
  const left = asTensor(rule, a, b);
  const right = asTensor(rule, b, a);
  checkSameDType(rule, left, right);
  const shape = broadcastShapes(left.shape, right.shape, rule);
  const y = applyTwo(rule, left, right, shape);
  const read = (left.requiresGrad ? da : 0) | (right.requiresGrad ? db : 0);
  return recordOp(rule, [left, right], y, shape, (dy) => backward(dy, left, right), read);
}

/** An op of one operand, entry by entry. `needs` says whether its derivative reads the operand. */
export function pointwise(
  rule: UnaryRule,
  x: Tensor,
  backward: (dy: Tensor, x: Tensor, y: Tensor) => Tensor,
  read: number = reads.nothing,
): Tensor {
  if (!(x instanceof Tensor)) checkTensor(rule, x);
  const out = applyOne(rule, x.storage);
  const y: Tensor = recordOp(rule, [x], out, x.shape, (dy) => [backward(dy, x, y)], read);
  return y;
}

/** Applies a rule of one tensor that only derivatives need; it has no derivative itself. */
export function slope(rule: UnaryRule, x: Tensor): Tensor {
  return recordOp(rule, [x], applyOne(rule, x.storage), x.shape, noBackward);
}

/** Applies a rule of two tensors that only derivatives need; it has no derivative itself. */
export function slopes(rule: BinaryRule, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes(a.shape, b.shape, rule);
  return recordOp(rule, [a, b], applyTwo(rule, a, b, shape), shape, noBackward);
}

function noBackward(): never {
  throw new TypeError(
    "Cannot go back through a step of a backward: second derivatives are not kept",
  );
}

/** An operand as a tensor: a number is a scalar of the other operand's dtype. */
function asTensor(rule: BinaryRule, operand: Operand, other: Operand): Tensor {
  if (operand instanceof Tensor) return operand;
  if (typeof operand === "number" && other instanceof Tensor) {
    return new Tensor(copyOf([operand], other.dtype), noAxes);
  }
  checkTensor(rule, operand);
  return operand as never;
}

const noAxes = Object.freeze([]);
