// Products of matrices.

import { checkSameDType } from "../../check/dtype.ts";
import { checkLinear } from "../../check/linear.ts";
import { refuseOptions } from "../../check/options.ts";
import { checkMatmul, sizeOf } from "../../check/shape.ts";
import { checkTensor } from "../../check/tensors.ts";
import { matmulBatches } from "../../kernels/batches.ts";
import { addToRows } from "../../kernels/elementwise.ts";
import type { Laid } from "../../kernels/layout.ts";
import type { Transposed } from "../../kernels/plain.ts";
import { recordOp } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import { reshape } from "./shape.ts";

/**
 * Matrix product over the last two axes, batches broadcast: (…, n, m) times (…, m, p) gives (…, n,
 * p).
 *
 * Products are added in the dtype, in the order of the shared axis, in parts of 256 whose sums are
 * then added one after the other: a sum of a million float32 numbers is right to about 1e-4.
 *
 * A left operand of one axis counts as a row, a right one as a column; that axis is not in the
 * result.
 *
 * @throws {TypeError} If the shared axes differ, an operand is a scalar, or batches do not
 * broadcast.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmul, tensor } from "minimodel";
 *
 * assertEquals(matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(), [[11]]);
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensor("matmul", a);
  checkTensor("matmul", b);
  checkSameDType("matmul", a, b);
  checkMatmul(a.shape, b.shape);
  refuseOptions("matmul", arguments[2]);
  if (a.shape.length < 2 || b.shape.length < 2) return vectorProduct(a, b);
  if (a.shape.length > 2 && b.shape.length === 2) return flatProduct(a, b);
  // Backward: da = dy b^T, db = a^T dy
  const y = product(a, b, {});
  const read = (a.requiresGrad ? 2 : 0) | (b.requiresGrad ? 1 : 0);
  return recordOp("matmul", [a, b], y.storage, y.shape, (dy) => [
    a.requiresGrad ? product(dy, b, { b: true }) : null,
    b.requiresGrad ? product(a, dy, { a: true }) : null,
  ], read);
}

/**
 * Applies a linear layer to rows: `y = x W^T + b`, from (…, in) to (…, out). The weight, (out, in),
 * is read as it is stored, without a transposed copy.
 *
 * @throws {TypeError} If shapes or dtypes do not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linear, tensor } from "minimodel";
 *
 * const weight = tensor([[1, 0], [0, 1], [1, 1]]); // (3, 2)
 * assertEquals(linear(tensor([[2, 5]]), weight, tensor([0, 0, 1])).toArray(), [[2, 5, 8]]);
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [rows, width] = checkLinear(x, weight, bias);
  const flat = { storage: x.storage, shape: [rows, width] };
  const { storage, shape: [, out = 0] } = matmulBatches(flat, weight, { b: true });
  if (bias !== undefined) addToRows(storage, bias.storage);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  const read = (x.requiresGrad ? 2 : 0) | (weight.requiresGrad ? 1 : 0);
  // Backward: dx = dy W, dW = dy^T x, db = dy, which the tape sums over the rows
  return recordOp("linear", inputs, storage, [...x.shape.slice(0, -1), out], (dy) => {
    const dyRows = { storage: dy.storage, shape: [rows, out] };
    const dx = x.requiresGrad ? matmulBatches(dyRows, weight, {}).storage : null;
    const dW = weight.requiresGrad ? product(dyRows, flat, { a: true }) : null;
    return [dx === null ? null : new Tensor(dx, x.shape), dW, dy].slice(0, inputs.length);
  }, read);
}

/** A product with a vector: a row on the left, a column on the right; that axis is dropped. */
function vectorProduct(a: Tensor, b: Tensor): Tensor {
  const row = a.shape.length === 1 ? reshape(a, [1, a.size]) : a;
  const column = b.shape.length === 1 ? reshape(b, [b.size, 1]) : b;
  const y = matmul(row, column);
  const left = a.shape.length === 1 ? [] : y.shape.slice(0, -1);
  const right = b.shape.length === 1 ? [] : y.shape.slice(-1);
  const batch = a.shape.length === 1 ? y.shape.slice(0, -2) : [];
  return reshape(y, [...batch, ...left, ...right]);
}

/** A batch of matrices times one matrix: all their rows as one matrix. */
function flatProduct(a: Tensor, b: Tensor): Tensor {
  const kept = a.shape.slice(0, -1);
  const [shared = 0, columns = 0] = b.shape;
  return reshape(matmul(reshape(a, [sizeOf(kept), shared]), b), [...kept, columns]);
}

/** The matrix product that `matmul` and its backward share; not recorded. */
function product(a: Laid, b: Laid, transposed: Transposed): Tensor {
  const y = matmulBatches(a, b, transposed);
  return new Tensor(y.storage, y.shape);
}
