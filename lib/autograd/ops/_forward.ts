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

/** Which operands a derivative reads: bit 0 for the first, bit 1 for the second. */
export const reads = { nothing: 0, a: 1, x: 1, b: 2, both: 3 } as const;

type Reads = (typeof reads)[keyof typeof reads];

/**
 * An op of two operands, entry by entry over the shape that they broadcast to. `needs` says what its two
 * derivatives read.
 */
export function elementwise(
  rule: BinaryRule,
  a: Operand,
  b: Operand,
  backward: (dy: Tensor, a: Tensor, b: Tensor) => (Tensor | null)[],
  needs: { readonly da: Reads; readonly db: Reads } = { da: reads.nothing, db: reads.nothing },
): Tensor {
  const [left, right] = asTensors(rule, a, b);
  const shape = broadcastShapes(left.shape, right.shape, rule);
  const y = applyTwo(rule, left, right, shape);
  const read = (left.requiresGrad ? needs.da : 0) | (right.requiresGrad ? needs.db : 0);
  return recordOp(rule, [left, right], y, shape, (dy) => backward(dy, left, right), read);
}

/** An op of one operand, entry by entry. `needs` says whether its derivative reads the operand. */
export function pointwise(
  rule: UnaryRule,
  x: Tensor,
  backward: (dy: Tensor, x: Tensor, y: Tensor) => Tensor,
  needs: Reads = reads.nothing,
): Tensor {
  checkTensor(rule, x);
  const out = applyOne(rule, x.storage);
  const y: Tensor = recordOp(rule, [x], out, x.shape, (dy) => [backward(dy, x, y)], needs);
  return y;
}

/** A rule of one tensor that only derivatives need; it has none itself. */
export function slope(rule: UnaryRule, x: Tensor): Tensor {
  return recordOp(rule, [x], applyOne(rule, x.storage), x.shape, noBackward);
}

/** A rule of two tensors that only derivatives need; it has none itself. */
export function slopes(rule: BinaryRule, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes(a.shape, b.shape, rule);
  return recordOp(rule, [a, b], applyTwo(rule, a, b, shape), shape, noBackward);
}

function noBackward(): never {
  throw new TypeError(
    "Cannot go back through a step of a backward: second derivatives are not kept",
  );
}

/** Two operands as tensors of one dtype, where a number is a scalar of that of the other. */
function asTensors(rule: BinaryRule, a: Operand, b: Operand): [Tensor, Tensor] {
  const left = typeof a === "number" && b instanceof Tensor ? scalar(a, b) : a;
  const right = typeof b === "number" && a instanceof Tensor ? scalar(b, a) : b;
  checkTensor(rule, left);
  checkTensor(rule, right);
  checkSameDType(rule, left, right);
  return [left as Tensor, right as Tensor];
}

const noAxes = Object.freeze([]);

function scalar(value: number, { dtype }: Tensor): Tensor {
  return new Tensor(copyOf([value], dtype), noAxes);
}
