// Element-wise functions of whole tensors, each with its result in a new storage.

import { broadcastStrides, sameShape, type Shape, sizeOf } from "../check/shape.ts";
import { binary, pairwise, unary } from "./dispatch.ts";
import type { Laid } from "./layout.ts";
import type { BinaryRule, UnaryRule } from "./rules.ts";
import { copyOf, reserve, type Storage } from "./storage.ts";

/** `rule(x)`. */
export function applyOne(rule: UnaryRule, x: Storage): Storage {
  const y = reserve(x.dtype, x.length);
  unary(rule, x, y);
  return y;
}

/** `rule(a, b)` over the shape that both broadcast to. */
export function applyTwo(rule: BinaryRule, a: Laid, b: Laid, shape: Shape): Storage {
  const y = reserve(a.storage.dtype, sizeOf(shape));
  if (sameShape(a.shape, b.shape)) pairwise(rule, a.storage, b.storage, y);
  else {
    const [left, right] = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
    binary(rule, a.storage, left, b.storage, right, y, shape);
  }
  return y;
}

/** `x *= factor`, in place. */
export function scaleInPlace(x: Storage, factor: number): void {
  if (factor === 1) return;
  binary("mul", x, [1], copyOf([factor], x.dtype), [0], x, [x.length]);
  x.noteWrite();
}

/** `x[r, c] += row[c]`, in place. */
export function addToRows(x: Storage, row: Storage): void {
  const shape = [x.length / Math.max(row.length, 1), row.length];
  binary("add", x, [row.length, 1], row, [0, 1], x, shape);
}
