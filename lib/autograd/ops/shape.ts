// The same numbers in another form: dtype, order, shape, parts and joins.

import { checkPerm, checkSlice, normalizeAxis, type SliceOptions } from "../../check/axes.ts";
import { checkDType, checkSameDType, type DType } from "../../check/dtype.ts";
import {
  checkBroadcast,
  checkConcat,
  checkReshape,
  checkStack,
  sizeOf,
} from "../../check/shape.ts";
import { checkTensor, checkTensors } from "../../check/tensors.ts";
import * as layout from "../../kernels/layout.ts";
import { copyOf, reserve } from "../../kernels/storage.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";

/**
 * The same numbers rounded to another dtype; the only way from one to the other.
 *
 * @throws {TypeError} If the dtype is neither "float64" nor "float32".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cast, tensor } from "@minimodel/core";
 *
 * assertEquals(cast(tensor([0.1]), "float32").item(), Math.fround(0.1));
 * ```
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  // Backward: dx = dy, in the dtype of x
  checkTensor("cast", x);
  checkDType(dtype, "cast");
  return recordOp("cast", [x], copyOf(x.storage, dtype), x.shape, (dy) => [cast(dy, x.dtype)]);
}

/**
 * The axes in another order: reversed, or as `perm` lists them.
 *
 * @throws {RangeError} If `perm` does not name each axis once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, transpose } from "@minimodel/core";
 *
 * assertEquals(transpose(tensor([[1, 2], [3, 4]])).toArray(), [[1, 3], [2, 4]]);
 * ```
 */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  checkTensor("transpose", x);
  const order = checkPerm(x.shape, perm);
  const { storage, shape } = layout.permuted(x.storage, x.shape, order);
  // Backward: dx = dy with the axes back where they were
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return recordOp("transpose", [x], storage, shape, (dy) => [transpose(dy, inverse)]);
}

/**
 * The same numbers in another shape; one length may be -1, which then follows from the others.
 *
 * @throws {TypeError} If the numbers do not fill the shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape, tensor } from "@minimodel/core";
 *
 * assertEquals(reshape(tensor([1, 2, 3, 4]), [2, -1]).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("reshape", x);
  const full = checkReshape(x.shape, shape);
  // Backward: dx = dy in the shape of x
  return recordOp("reshape", [x], copyOf(x.storage, x.dtype), full, (dy) => [reshape(dy, x.shape)]);
}

/**
 * The numbers repeated to fill a larger shape, by the rules of broadcasting.
 *
 * @throws {TypeError} If `x` does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { broadcastTo, tensor } from "@minimodel/core";
 *
 * assertEquals(broadcastTo(tensor([1, 2]), [2, 2]).toArray(), [[1, 2], [1, 2]]);
 * ```
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("broadcast", x);
  const to = checkBroadcast(x.shape, shape);
  // Backward: dx = dy, which the tape sums over what was repeated
  return recordOp("broadcastTo", [x], layout.repeated(x.storage, x.shape, to), to, (dy) => [dy]);
}

/**
 * Tensors joined one after the other along an axis.
 *
 * @throws {TypeError} If there are none, or their other axes or dtypes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { concat, tensor } from "@minimodel/core";
 *
 * assertEquals(concat([tensor([1]), tensor([2, 3])], 0).toArray(), [1, 2, 3]);
 * ```
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = checkTensors("concat", tensors);
  for (const each of tensors) checkSameDType("concat", first, each);
  const along = normalizeAxis(axis, first.shape.length, "concat along");
  const { shape, parts } = checkConcat(tensors.map((each) => each.shape), along);
  const y = layout.joined(tensors, parts, [shape, reserve(first.dtype, sizeOf(shape))]);
  // Backward: each gets its part of dy
  return recordOp("concat", [...tensors], y, shape, (dy) => parts.map((part) => slice(dy, part)));
}

/**
 * Tensors of one shape joined along a new axis.
 *
 * @throws {TypeError} If there are none, or their shapes or dtypes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stack, tensor } from "@minimodel/core";
 *
 * assertEquals(stack([tensor([1, 2]), tensor([3, 4])], 0).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function stack(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = checkTensors("stack", tensors);
  const along = normalizeAxis(axis, first.shape.length + 1, "stack along");
  for (const each of tensors) checkSameDType("stack", first, each);
  checkStack(tensors.map((each) => each.shape));
  const shape = first.shape.toSpliced(along, 0, 1);
  return concat(tensors.map((each) => reshape(each, shape)), along);
}

/**
 * A part of a tensor, by NumPy's rules: `x[start:stop:step, …]`; an index past an end means that
 * end.
 *
 * @throws {RangeError} If there are more entries than axes, one is not a whole number, or a step is
 * 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slice, tensor } from "@minimodel/core";
 *
 * const x = tensor([0, 1, 2, 3, 4]);
 * assertEquals(slice(x, { starts: [-4], stops: [null], steps: [2] }).toArray(), [1, 3]);
 * ```
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  checkTensor("slice", x);
  const part = layout.partOf(x.shape, checkSlice(x.shape, options));
  // Backward: dx = dy where it was taken from, 0 elsewhere
  return recordOp("slice", [x], layout.readPart(x.storage, part), part.shape, (dy) => [
    new Tensor(layout.putPart(dy.storage, part, x.size), x.shape),
  ]);
}
