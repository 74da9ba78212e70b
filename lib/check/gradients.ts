// What the tape refuses: wrong arguments of `record`, and gradients that do not fit.

import { describe, isDetached } from "./describe.ts";
import { dtypeOf } from "./dtype.ts";
import { IndexError } from "./errors.ts";
import { checkShape, formatShape, sameShape, type Shape } from "./shape.ts";
import { isTensor, type TensorLike } from "./tensors.ts";

/** Refuses an op unless it has a name, tensors as inputs, numbers and a backward function. */
export function checkRecord(
  name: unknown,
  inputs: unknown,
  data: unknown,
  backward: unknown,
): void {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot record an op: its name must be a string, got ${describe(name)}`);
  }
  if (dtypeOf(data) === undefined || isDetached(data)) {
    throw new TypeError(
      `Cannot record ${name}: its numbers must be in a Float64Array or Float32Array, got ${
        describe(data)
      }`,
    );
  }
  if (typeof backward !== "function") {
    throw new TypeError(
      `Cannot record ${name}: its backward must be a function, got ${describe(backward)}`,
    );
  }
  if (!Array.isArray(inputs)) {
    throw new TypeError(
      `Cannot record ${name}: inputs must be an array of tensors, got ${describe(inputs)}`,
    );
  }
  for (let i = 0; i < inputs.length; i++) {
    if (isTensor(inputs[i])) continue;
    throw new TypeError(
      `Cannot record ${name}: input ${i} must be a tensor, got ${describe(inputs[i])}`,
    );
  }
}

/** Refuses an upstream gradient that does not fit; only a tensor of size 1 needs none. */
export function checkUpstream(root: TensorLike, upstream: unknown): void {
  if (!root.requiresGrad) {
    throw new TypeError(
      "Cannot go backward from a tensor that needs no gradient: " +
        "nothing it was made from has requiresGrad",
    );
  }
  if (upstream === undefined) {
    if (root.size === 1) return;
    throw new TypeError(
      `Cannot go backward from shape ${formatShape(root.shape)} without an upstream gradient: ` +
        "only a tensor of size 1 has a default, 1",
    );
  }
  if (!isTensor(upstream)) {
    throw new TypeError(
      `Cannot go backward with ${describe(upstream)}: the upstream gradient must be a tensor`,
    );
  }
  if (!sameShape(upstream.shape, root.shape) || upstream.dtype !== root.dtype) {
    throw new TypeError(
      `Cannot go backward from ${formatShape(root.shape)} ${root.dtype} ` +
        `with an upstream gradient of ${formatShape(upstream.shape)} ${upstream.dtype}`,
    );
  }
}

/**
 * Refuses to go back through an op whose inputs were written to in place after it had read them.
 */
export function checkUnchanged(
  name: string,
  inputs: readonly { readonly storage: { wasWrittenSince(time: number): boolean } }[],
  reads: number,
  readAt: number,
): void {
  for (let i = 0; i < inputs.length; i++) {
    const isRead = reads === -1 || (i < 31 && (reads >> i & 1) === 1);
    if (!isRead || !inputs[i]?.storage.wasWrittenSince(readAt)) continue;
    throw new TypeError(
      `Cannot go back through ${name}: input ${i} was written to in place, by an optimiser's step, ` +
        "maxNorm or clipGradNorm, after the op had read it; go backward before that, or compute the op again",
    );
  }
}

/** Refuses the result of a backward unless it has one gradient, or null, for each input. */
export function checkCount(
  found: unknown,
  name: string,
  inputs: number,
): asserts found is unknown[] {
  if (Array.isArray(found) && found.length === inputs) return;
  const count = Array.isArray(found) ? `${found.length} gradients` : describe(found);
  throw new TypeError(
    `Cannot go back through ${name}: its backward gave ${count} for ${inputs} inputs`,
  );
}

/**
 * Refuses a gradient unless it has the dtype of its input, and the shape of the input or one that
 * the input broadcasts to.
 */
export function checkGradient<Kind extends TensorLike>(
  dx: unknown,
  input: Kind,
  name: string,
  index: number,
): asserts dx is Kind {
  if (!isTensor(dx)) {
    throw new TypeError(
      `Cannot go back through ${name}: its backward gave ${describe(dx)} for input ${index}, ` +
        "wanted a tensor or null",
    );
  }
  if (sameShape(dx.shape, input.shape) && dx.dtype === input.dtype) return;
  const repeated = repeatedAxes(dx.shape, input.shape);
  const added = dx.shape.length - input.shape.length;
  const fits = added >= 0 && dx.dtype === input.dtype &&
    dx.shape.every((length, axis) =>
      repeated.includes(axis) || length === input.shape[axis - added]
    );
  if (fits) return;
  throw new TypeError(
    `Cannot go back through ${name}: its backward gave ${formatShape(dx.shape)} ${dx.dtype} ` +
      `for input ${index} of ${formatShape(input.shape)} ${input.dtype}`,
  );
}

/**
 * The axes of `shape` along which a tensor of shape `from` is repeated when it is broadcast to it.
 */
export function repeatedAxes(shape: Shape, from: Shape): number[] {
  const added = shape.length - from.length;
  return shape.map((_, axis) => axis)
    .filter((axis) => axis < added || from[axis - added] === 1);
}

/** Refuses to add anything but a gradient of the same shape and dtype. */
export function checkAddend(x: TensorLike, other: unknown): void {
  if (!isTensor(other)) {
    throw new TypeError(`Cannot add ${describe(other)} to a gradient: wanted a tensor`);
  }
  if (!sameShape(x.shape, other.shape) || x.dtype !== other.dtype) {
    throw new TypeError(
      `Cannot add a gradient of ${formatShape(other.shape)} ${other.dtype} ` +
        `to one of ${formatShape(x.shape)} ${x.dtype}`,
    );
  }
}

/** Refuses an upstream gradient unless it has the shape of what was looked up. */
export function checkLookedUp(upstream: Shape, ids: Shape, table: Shape): void {
  const wanted = [...ids, ...table.slice(1)];
  if (sameShape(upstream, wanted)) return;
  throw new TypeError(
    `Cannot add up the gradients of ids ${formatShape(ids)} for a table ${formatShape(table)}: ` +
      `the upstream gradient must be of shape ${formatShape(wanted)}, got ${formatShape(upstream)}`,
  );
}

/**
 * Refuses rows that do not ascend or are not in a table of `shape`, and values of another shape;
 * returns copies of rows and shape.
 */
export function checkRows(
  given: Int32Array,
  values: TensorLike,
  shape: Shape,
): { rows: Int32Array; shape: Shape } {
  const doing = "make a RowGradient";
  if (!(given instanceof Int32Array) || isDetached(given)) {
    throw new TypeError(`Cannot ${doing}: rows must be an Int32Array, got ${describe(given)}`);
  }
  const rows = new Int32Array(given);
  if (!isTensor(values)) {
    throw new TypeError(`Cannot ${doing}: values must be a tensor, got ${describe(values)}`);
  }
  const full = checkShape(shape, doing);
  const [count, ...rest] = full;
  const wanted = [rows.length, ...rest];
  if (count === undefined || !sameShape(values.shape, wanted)) {
    throw new TypeError(
      `Cannot ${doing} of ${rows.length} rows for shape ${formatShape(full)}: ` +
        `values must be of shape ${formatShape(wanted)}, got ${formatShape(values.shape)}`,
    );
  }
  let least = 0;
  for (const [i, row] of rows.entries()) {
    if (row < least || row >= count) {
      throw new IndexError(
        `Cannot ${doing} of row ${row} at position [${i}]: ` +
          `rows must ascend, here in [${least}, ${count})`,
      );
    }
    least = row + 1;
  }
  return { rows, shape: full };
}
