// The tape, which records how each tensor was made, and the walk back along it.

import { dtypeOf, type FloatArray } from "../check/dtype.ts";
import {
  checkAddend,
  checkCount,
  checkGradient,
  checkRecord,
  checkUnchanged,
  checkUpstream,
  repeatedAxes,
} from "../check/gradients.ts";
import { checkFinished, checkPlainFunction } from "../check/options.ts";
import { checkShape, sameShape, type Shape } from "../check/shape.ts";
import { copyOf, Storage, tick } from "../kernels/storage.ts";
import { sumAxes } from "../kernels/sum_axes.ts";
import { addGradients, storagesOf } from "./row_gradient.ts";
import { type Backward, madeAt, Tensor, wasRequired } from "./tensor.ts";

let recording = true;

/**
 * Calls `fn` and returns its result; ops inside it are not recorded, so no gradient flows through
 * them.
 *
 * @throws {TypeError} If `fn` returns a promise: what it awaits would run after recording is on
 * again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noGrad, tensor } from "@minimodel/core";
 *
 * const x = tensor(3, { requiresGrad: true });
 * assertEquals(noGrad(() => x.mul(x)).requiresGrad, false);
 * ```
 */
export function noGrad<Result>(fn: () => Result): Result {
  checkPlainFunction("run without gradients", fn);
  const before = recording;
  recording = false;
  try {
    const result = fn();
    checkFinished("run without gradients", result);
    return result;
  } finally {
    recording = before;
  }
}

/**
 * Puts an op on the tape: makes a tensor of its result that `backward` can go back through. This is
 * how every op of the library is made, and how to add one.
 *
 * @param name Name of the op, for messages.
 * @param inputs The tensors that the op was given.
 * @param data The result's numbers in row-major order, in the inputs' dtype; they are copied.
 * @param shape The result's shape.
 * @param backward From the result's gradient to one for each input.
 * @throws {TypeError} If the numbers are not in a Float64Array or Float32Array, or do not fill the
 * shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul, record, type Tensor, tensor } from "@minimodel/core";
 *
 * function double(x: Tensor): Tensor {
 *   return record("double", [x], x.data.map((each) => 2 * each), x.shape, (dy) => [mul(dy, 2)]);
 * }
 * const x = tensor([1, 2], { requiresGrad: true });
 * double(x).sum().backward();
 * assertEquals(x.grad?.toArray(), [2, 2]);
 * ```
 */
export function record(
  name: string,
  inputs: readonly Tensor[],
  data: FloatArray,
  shape: Shape,
  backward: Backward,
): Tensor {
  // The library's own storages are numbers as well; another tensor's are copied like any others.
  const numbers: FloatArray | Storage = data;
  const array = numbers instanceof Storage ? numbers.numbers : numbers;
  checkRecord(name, inputs, array, backward);
  const storage = copyOf(numbers, dtypeOf(array) ?? "float64");
  return recordOp(name, [...inputs], storage, checkShape(shape, `record ${name}`), backward, -1);
}

/**
 * {@linkcode record} for a result of the kernels, called by ops that have validated their inputs.
 * Bit i of `reads` is set if `backward` reads the numbers of input i, which must then not change
 * meanwhile.
 */
export function recordOp(
  name: string,
  inputs: readonly Tensor[],
  data: Storage,
  shape: Shape,
  backward: Backward,
  reads = 0,
): Tensor {
  const needed = recording && anyRequiresGrad(inputs);
  const result = new Tensor(data, shape, needed, name);
  if (needed) result.tape = { name, inputs, backward, reads };
  return result;
}

function anyRequiresGrad(inputs: readonly Tensor[]): boolean {
  for (const input of inputs) if (input.requiresGrad) return true;
  return false;
}

/**
 * Adds d(root)/d(leaf), times `upstream`, to the `grad` of every leaf that the root was made from.
 */
export function goBack(root: Tensor, upstream: Tensor | undefined): void {
  checkUpstream(root, upstream);
  const dy = upstream ?? new Tensor(copyOf([1], root.dtype), root.shape);
  noGrad(() => walkBack(root, dy));
}

/** Goes back from `root`: to each tensor once, after everything that was made from it. */
function walkBack(root: Tensor, upstream: Tensor): void {
  const gradients = new Map<Tensor, Tensor>([[root, upstream]]);
  // A backward may pass its gradient on unchanged, or return a tensor that existed before; a leaf
  // that gets such a tensor needs its own copy.
  const taken = new Set<Tensor>([upstream]);
  const start = tick();
  const leaves: [Tensor, Tensor][] = [];
  for (const at of inputsFirst(root).reverse()) {
    const dy = gradients.get(at);
    if (dy === undefined) continue;
    gradients.delete(at);
    if (at.tape === null) {
      if (at.grad !== null) checkAddend(dy, at.grad);
      const own = taken.has(dy) || madeAt(dy) < start ? dy.detach() : dy;
      const grad = at.grad === null ? own : addGradients(at.grad, dy);
      taken.add(grad);
      leaves.push([at, grad]);
      continue;
    }
    const { name, inputs, backward, reads } = at.tape;
    if (reads !== 0) checkUnchanged(name, inputs, reads, madeAt(at));
    const found: unknown = backward(dy);
    checkCount(found, name, inputs.length);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const dx = found[i];
      if (dx === null || !input?.requiresGrad || !wasRequired(input, madeAt(at))) continue;
      const fitted = sumTo(dx, input, name, i);
      const sofar = gradients.get(input);
      gradients.set(input, sofar === undefined ? fitted : addGradients(sofar, fitted));
    }
  }
  // Only now, so that a walk that fails half way has changed no leaf.
  for (const [leaf, grad] of leaves) {
    leaf.grad = grad;
    for (const storage of storagesOf(grad)) storage.keep();
  }
}

/** Returns every tensor that needs a gradient, each after what it was made from; no recursion. */
function inputsFirst(root: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>([root]);
  const path: { at: Tensor; next: number }[] = [{ at: root, next: 0 }];
  for (let step = path[0]; step !== undefined; step = path[path.length - 1]) {
    const input = step.at.tape?.inputs[step.next++];
    if (input === undefined) {
      order.push(step.at);
      path.pop();
    } else if (input.requiresGrad && !seen.has(input)) {
      seen.add(input);
      path.push({ at: input, next: 0 });
    }
  }
  return order;
}

/** Undoes broadcasting: sums a gradient over the axes along which its input was repeated. */
function sumTo(dx: unknown, input: Tensor, name: string, index: number): Tensor {
  checkGradient(dx, input, name, index);
  if (sameShape(dx.shape, input.shape)) return dx;
  return new Tensor(
    sumAxes(dx.storage, dx.shape, repeatedAxes(dx.shape, input.shape)),
    input.shape,
  );
}
