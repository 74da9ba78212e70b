// Ops that choose numbers: within bounds, by a condition, or by ids along an axis.

import { checkClip, type ClipOptions } from "../../check/choose.ts";
import { checkMask, type Mask } from "../../check/mask.ts";
import { checkAlongIds, normalizeAxis } from "../../check/axes.ts";
import { checkSameDType } from "../../check/dtype.ts";
import type { Ids } from "../../check/ids.ts";
import { broadcastShapes, sizeOf } from "../../check/shape.ts";
import { checkTensor } from "../../check/tensors.ts";
import { checkIds } from "../../kernels/bounds.ts";
import * as kernels from "../../kernels/dispatch.ts";
import { applyTwo } from "../../kernels/elementwise.ts";
import { placesAlong, repeated, repeatedMask } from "../../kernels/layout.ts";
import { allocate, copyOf, reserve, type Storage } from "../../kernels/storage.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";

/**
 * Numbers limited by bounds: `y = min(max(x, low), high)`; NaN stays NaN.
 *
 * @throws {TypeError} If neither bound is given.
 * @throws {RangeError} If a bound is NaN, or the lower is above the upper.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clip, tensor } from "@minimodel/core";
 *
 * assertEquals(clip(tensor([-3, 0.5, 3]), { min: -1, max: 1 }).toArray(), [-1, 0.5, 1]);
 * ```
 */
export function clip(x: Tensor, options: ClipOptions): Tensor {
  checkTensor("clip", x);
  const { min, max } = checkClip(options);
  const bound = (y: Storage, rule: "atLeast" | "atMost", at: number) => {
    const limit = { storage: copyOf([at], x.dtype), shape: [] };
    return applyTwo(rule, { storage: y, shape: x.shape }, limit, x.shape);
  };
  const y = bound(bound(x.storage, "atLeast", min), "atMost", max);
  // Backward: dx = dy where x is within the bounds, else 0
  return recordOp("clip", [x], y, x.shape, (dy) => {
    const within = Uint8Array.from(x.storage.numbers, (each) => Number(each >= min && each <= max));
    return [chosen(within, dy, undefined)];
  }, 1);
}

/**
 * Entries of `a` where a condition holds, and of `b` elsewhere, all three broadcast to one shape.
 *
 * @param condition Booleans, or numbers of which 0 is false, in nested arrays; or a tensor of
 * numbers.
 * @throws {TypeError} If the condition is none of these, dtypes differ, or shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, where } from "@minimodel/core";
 *
 * assertEquals(where([true, false], tensor([1, 2]), tensor([3, 4])).toArray(), [1, 4]);
 * ```
 */
export function where(condition: Mask, a: Tensor, b: Tensor): Tensor {
  for (const each of [a, b]) checkTensor("where", each);
  checkSameDType("choose between", a, b);
  const { data, shape: own } = checkMask(condition);
  const both = broadcastShapes(a.shape, b.shape, "choose between");
  const shape = broadcastShapes(own, both, "choose by");
  const mask = repeatedMask(data, own, shape);
  const [left, right] = [a, b].map((x) => repeated(x.storage, x.shape, shape));
  const y = reserve(a.dtype, sizeOf(shape));
  kernels.select(mask, left, right, y);
  // Backward: da = dy where the condition holds, else 0; db = dy where it does not
  return recordOp("where", [a, b], y, shape, (dy) => [
    chosen(mask, dy, undefined),
    chosen(mask, undefined, dy),
  ]);
}

/** Returns `a` where a mask is set, or `b` where it is not, and 0 elsewhere. */
function chosen(mask: Uint8Array, a: Tensor | undefined, b: Tensor | undefined): Tensor {
  const [{ dtype, size, shape }] = [a, b].filter((each) => each !== undefined) as [Tensor];
  const y = reserve(dtype, size);
  kernels.select(mask, a?.storage, b?.storage, y);
  return new Tensor(y, shape);
}

/**
 * Numbers by their ids along an axis: `y[i, j] = x[ids[i, j], j]` for axis 0 of a matrix, and so
 * on; like NumPy's take_along_axis and torch.gather.
 *
 * @param ids With as many axes as `x`, and of the same length along all axes but this one.
 * @throws {IndexError} If an id is out of range.
 * @throws {RangeError} If there is no such axis.
 * @throws {TypeError} If the shape of the ids does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { takeAlongAxis, tensor } from "@minimodel/core";
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * assertEquals(takeAlongAxis(x, [[2, 0], [1, 1]], 1).toArray(), [[3, 1], [5, 5]]);
 * ```
 */
export function takeAlongAxis(x: Tensor, ids: Ids, axis: number): Tensor {
  checkTensor("take along an axis", x);
  const along = normalizeAxis(axis, x.shape.length, "take along");
  const checked = checkIds(ids, x.shape[along] ?? 0, "take id");
  checkAlongIds(x.shape, checked.shape, along);
  const places = placesAlong(x.shape, checked, along);
  const y = reserve(x.dtype, places.length);
  kernels.gatherRows(x.storage, places, y, 1, x.size);
  // Backward: dx = dy added up where each number was taken from
  return recordOp("takeAlongAxis", [x], y, checked.shape, (dy) => {
    const dx = allocate(x.dtype, x.size);
    kernels.scatterAddRows(dy.storage, places, dx, 1);
    return [new Tensor(dx, x.shape)];
  });
}
