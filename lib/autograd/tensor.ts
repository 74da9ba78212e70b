// Tensor, the tape that remembers how each one was made, and the walk back along it.

import { describe } from "./_describe.ts";
import { formatTensor } from "./_format.ts";
import { nest, type NestedNumbers } from "./_nested.ts";
import { checkFunction } from "./_options.ts";
import { checkShape, formatShape, isFilled, sameShape, type Shape, sizeOf } from "./_shape.ts";
import * as kernels from "./kernels.ts";
import type { TensorMethods } from "./methods.ts";
import {
  allocate,
  copyOf,
  disposeAfter,
  type DType,
  type FloatArray,
  reserve,
  Storage,
} from "./storage.ts";

/**
 * How the gradient goes back through an op: from `dy`, the gradient with respect to its result, to
 * one gradient for each input, or null for an input that gets none. An input that was broadcast
 * may be given the gradient of its broadcast shape. It writes to no tensor, and what it gives is new
 * or `dy` itself, for a leaf keeps it as its `grad`.
 */
export type Backward = (dy: Tensor) => readonly (Tensor | null)[];

/** What the tape keeps of an op: its name, what it was given, and the way back. */
export interface TapeEntry {
  /** Name of the op, for messages. */
  readonly name: string;
  /** The tensors it was given. */
  readonly inputs: readonly Tensor[];
  /** The way back. */
  readonly backward: Backward;
}

/**
 * Numbers with a shape, which know how they were made.
 *
 * Tensors come from `tensor(...)` and from ops, each with numbers of its own: no op gives a view of
 * another tensor. A backward reads the numbers that its inputs and its result have when it runs, so
 * numbers that are changed in place between forward and backward change the gradient too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "minimodel";
 *
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * assertEquals(x.grad?.toArray(), [2, 4, 6]); // d(x^2)/dx = 2x
 * ```
 */
export class Tensor {
  /** Lengths of the axes, outermost first; `[]` is a scalar. */
  readonly shape: Shape;
  /** The kind of the numbers. */
  readonly dtype: DType;
  /** Whether `backward` computes a gradient for this tensor, or for something it was made from. */
  requiresGrad: boolean;
  /** For a leaf with `requiresGrad`, the gradients that `backward` has added up; null before. */
  grad: Tensor | null = null;
  /** How the tensor was made; null for a leaf and where nothing is recorded. */
  tape: TapeEntry | null = null;
  #storage: Storage | (() => Storage);

  /** Takes over `storage`, whose length must be the size of `shape`; `tensor(...)` copies. */
  constructor(
    storage: Storage | { dtype: DType; make: () => Storage },
    shape: Shape,
    requiresGrad = false,
  ) {
    if (!(storage instanceof Storage) && typeof storage?.make !== "function") {
      throw new TypeError(
        `Cannot make a Tensor of ${describe(storage)}: tensor(values) makes one from numbers`,
      );
    }
    if (storage instanceof Storage && !isFilled(shape, storage.length)) {
      const whole = formatShape(checkShape(shape, "make a Tensor"));
      throw new TypeError(
        `Cannot make a Tensor: ${storage.length} numbers do not fill shape ${whole}`,
      );
    }
    this.#storage = storage instanceof Storage ? storage : storage.make;
    this.shape = shape;
    this.dtype = storage.dtype;
    this.requiresGrad = requiresGrad;
  }

  /** Where the numbers live, for kernels. */
  get storage(): Storage {
    if (typeof this.#storage === "function") this.#storage = this.#storage();
    return this.#storage;
  }

  /**
   * The numbers in row-major order; writing here changes the tensor.
   *
   * Of a large Parameter this is a window on memory that tensors share: hand on `data.slice()`, not
   * `data.buffer`.
   */
  get data(): FloatArray {
    return this.storage.array;
  }

  /** How many numbers there are. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The only number of a tensor of size 1; a TypeError for any other size. */
  item(): number {
    if (this.size !== 1) {
      throw new TypeError(
        `Cannot take the item of a tensor of shape ${
          formatShape(this.shape)
        }: it has ${this.size} numbers, not 1`,
      );
    }
    return this.storage.numbers[0];
  }

  /** The numbers as nested arrays; a bare number for a scalar. */
  toArray(): NestedNumbers {
    return nest(this.storage.numbers, this.shape);
  }

  /** A copy that no gradient flows through. */
  detach(): Tensor {
    return new Tensor(copyOf(this.storage, this.dtype), this.shape);
  }

  /**
   * Adds d(this)/d(leaf), times `upstream`, to the `grad` of every leaf with `requiresGrad` that
   * this tensor was made from.
   *
   * @param upstream Gradient with respect to this tensor, of its shape and dtype; 1 for a tensor of
   * size 1, required for others.
   * @throws {TypeError} If nothing here needs a gradient, or the upstream does not fit.
   */
  backward(upstream?: Tensor): void {
    if (!this.requiresGrad) {
      throw new TypeError(
        "Cannot go backward from a tensor that needs no gradient: nothing it was made from has requiresGrad",
      );
    }
    if (upstream === undefined) {
      if (this.size !== 1) {
        throw new TypeError(
          `Cannot go backward from shape ${
            formatShape(this.shape)
          } without an upstream gradient: ` +
            "only a tensor of size 1 has a default, 1",
        );
      }
      upstream = new Tensor(copyOf([1], this.dtype), this.shape);
    } else if (!(upstream instanceof Tensor)) {
      throw new TypeError(
        `Cannot go backward with ${describe(upstream)}: the upstream gradient must be a tensor`,
      );
    } else if (!sameShape(upstream.shape, this.shape) || upstream.dtype !== this.dtype) {
      throw new TypeError(
        `Cannot go backward from ${formatShape(this.shape)} ${this.dtype} ` +
          `with an upstream gradient of ${formatShape(upstream.shape)} ${upstream.dtype}`,
      );
    }
    const root = upstream;
    noGrad(() => walkBack(this, root));
  }

  /** Every storage that its numbers live in. */
  storages(): Storage[] {
    return [this.storage];
  }

  /** The sum of two gradients of the same shape, as a tensor of its own. */
  plusGradient(other: Tensor): Tensor {
    checkAddend(this, other);
    const total = reserve(this.dtype, this.size);
    kernels.pairwise("add", this.storage, other.storage, total);
    return new Tensor(total, this.shape);
  }

  /**
   * Gives the numbers' memory back at once; the tensor cannot be used any more. Nothing depends on
   * it: what is not disposed of is collected like any object. `using y = ...` does it at the end of
   * a block, and {@linkcode scope} for all tensors made in a function.
   */
  dispose(): void {
    for (const storage of this.storages()) storage.dispose();
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The tensor as a console and a notebook print it. */
  toString(): string {
    const rest = this.requiresGrad ? `${this.dtype} requiresGrad` : this.dtype;
    return formatTensor(this.constructor.name, this.storage.numbers, this.shape, rest);
  }

  /** What `console.log` and a notebook cell show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** Refuses what is no gradient of the same shape and dtype. */
export function checkAddend(x: Tensor, other: unknown): asserts other is Tensor {
  if (!(other instanceof Tensor)) {
    throw new TypeError(`Cannot add ${describe(other)} to a gradient: wanted a tensor`);
  }
  if (!sameShape(x.shape, other.shape) || x.dtype !== other.dtype) {
    throw new TypeError(
      `Cannot add a gradient of ${formatShape(other.shape)} ${other.dtype} ` +
        `to one of ${formatShape(x.shape)} ${x.dtype}`,
    );
  }
}

/** The usual ops are methods too, which `methods.ts` puts on the prototype. */
export interface Tensor extends TensorMethods {}

/**
 * A leaf that optimisers update.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Parameter, tensor } from "minimodel";
 *
 * const weight = new Parameter(tensor([[1, 2]]));
 * assertEquals([weight.requiresGrad, weight.shape], [true, [1, 2]]);
 * ```
 */
export class Parameter extends Tensor {
  /** Copies the numbers of `values`; takes over a storage, whose shape must then be given. */
  constructor(values: Tensor | Storage, shape?: Shape) {
    if (!(values instanceof Tensor || values instanceof Storage)) {
      throw new TypeError(
        `Cannot make a Parameter of ${describe(values)}: wanted a tensor, as tensor(values) makes`,
      );
    }
    const own = values instanceof Tensor
      ? copyOf(values.storage, values.dtype, { lasting: true })
      : values;
    super(own.pin(), shape ?? (values instanceof Tensor ? values.shape : [values.length]), true);
  }
}

let recording = true;

/**
 * Calls `fn` and returns its result; ops inside it are not recorded, so no gradient flows through
 * them.
 *
 * @throws {TypeError} If `fn` returns a promise: what it awaits would run after recording is on again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noGrad, tensor } from "minimodel";
 *
 * const x = tensor(3, { requiresGrad: true });
 * assertEquals(noGrad(() => x.mul(x)).requiresGrad, false);
 * ```
 */
export function noGrad<Result>(fn: () => Result): Result {
  checkFunction("run without gradients", fn);
  const before = recording;
  recording = false;
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new TypeError(
        "Cannot run an async function without gradients: noGrad takes a plain one",
      );
    }
    return result;
  } finally {
    recording = before;
  }
}

/**
 * Calls `fn`, then disposes of every tensor that was made meanwhile, but those it returns, Parameters
 * and the `grad` of leaves. Around a training step, this keeps its memory for the next one.
 *
 * @param fn Returns anything; tensors in it, or in arrays and plain objects of it, are kept.
 * @throws {TypeError} If `fn` returns a promise: what it awaits would run after the scope has ended.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, scope, Sgd } from "minimodel";
 *
 * const embedding = new Embedding(64, 32);
 * const optimizer = new Sgd([embedding.E], { lr: 0.1 });
 * const loss = scope(() => {
 *   const loss = embedding.forward([3, 14, 15]).pow(2).mean();
 *   loss.backward();
 *   return loss.item();
 * });
 * optimizer.step();
 * assertEquals(loss > 0, true);
 * ```
 */
export function scope<Result>(fn: () => Result): Result {
  checkFunction("run in a scope", fn);
  return disposeAfter(fn, (result) => {
    if (result instanceof Promise) {
      throw new TypeError("Cannot run an async function in a scope: it takes a plain one");
    }
    return storagesIn(result);
  });
}

function storagesIn(result: unknown): Storage[] {
  const storages: Storage[] = [];
  const seen = new Set<object>();
  const open = [result];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Tensor) storages.push(...value.storages());
    else if (!ArrayBuffer.isView(value)) {
      for (const each of Object.values(value)) open.push(each);
    }
  }
  return storages;
}

/**
 * Puts an op on the tape: makes a tensor of its result that `backward` can go back through. This is
 * how every op of the library is made, and how to add one.
 *
 * @param name Name of the op, for messages.
 * @param inputs The tensors that the op was given.
 * @param data The result's numbers in row-major order, taken over, of the inputs' dtype.
 * @param shape The result's shape.
 * @param backward From the result's gradient to one for each input.
 * @throws {TypeError} If the numbers are in no such array, or do not fill the shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul, record, type Tensor, tensor } from "minimodel";
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
  data: Storage | FloatArray,
  shape: Shape,
  backward: Backward,
): Tensor {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot record an op: its name must be a string, got ${describe(name)}`);
  }
  if (
    !(data instanceof Storage || data instanceof Float64Array || data instanceof Float32Array)
  ) {
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
  const storage = data instanceof Storage ? data : new Storage(data);
  if (!isFilled(shape, storage.length)) {
    const whole = formatShape(checkShape(shape, `record ${name}`));
    throw new TypeError(
      `Cannot record ${name}: ${storage.length} numbers do not fill shape ${whole}`,
    );
  }
  const result = new Tensor(storage, shape);
  if (needsGradient(name, inputs) && recording) {
    result.requiresGrad = true;
    result.tape = { name, inputs, backward };
  }
  return result;
}

/** Whether an op's result needs a gradient: one of its inputs does, all of which must be tensors. */
function needsGradient(name: string, inputs: readonly unknown[]): boolean {
  if (!Array.isArray(inputs)) {
    throw new TypeError(
      `Cannot record ${name}: inputs must be an array of tensors, got ${describe(inputs)}`,
    );
  }
  let needed = false;
  for (let i = 0; i < inputs.length; i++) {
    const input: unknown = inputs[i];
    if (!(input instanceof Tensor)) {
      throw new TypeError(
        `Cannot record ${name}: input ${i} must be a tensor, got ${describe(input)}`,
      );
    }
    needed ||= input.requiresGrad;
  }
  return needed;
}

/** Goes back from `root`, each tensor once and only after everything that was made from it. */
function walkBack(root: Tensor, upstream: Tensor): void {
  const gradients = new Map<Tensor, Tensor>([[root, upstream]]);
  // A gradient may be passed on as it came; the leaf that gets it second needs a copy of its own.
  const taken = new Set<Tensor>([upstream]);
  const leaves: [Tensor, Tensor][] = [];
  const order = inputsFirst(root);
  for (let last = order.length - 1; last >= 0; last--) {
    const at = order[last];
    const dy = gradients.get(at);
    if (dy === undefined) continue;
    gradients.delete(at);
    if (at.tape === null) {
      if (at.grad !== null) checkAddend(dy, at.grad);
      const grad = at.grad?.plusGradient(dy) ?? (taken.has(dy) ? dy.detach() : dy);
      taken.add(grad);
      leaves.push([at, grad]);
      continue;
    }
    const { name, inputs, backward } = at.tape;
    const found = backward(dy);
    if (!Array.isArray(found) || found.length !== inputs.length) {
      const count = Array.isArray(found) ? `${found.length} gradients` : describe(found);
      throw new TypeError(
        `Cannot go back through ${name}: its backward gave ${count} for ${inputs.length} inputs`,
      );
    }
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const dx = found[i];
      if (dx === null || !input.requiresGrad) continue;
      const fitted = sumTo(dx, input, name, i);
      const sofar = gradients.get(input);
      gradients.set(input, sofar === undefined ? fitted : sofar.plusGradient(fitted));
    }
  }
  // Only now, so that a walk that fails half way has changed no leaf.
  for (const [leaf, grad] of leaves) {
    leaf.grad = grad;
    for (const storage of grad.storages()) storage.keep();
  }
}

/** Every tensor that needs a gradient, each after all that it was made from; no recursion. */
function inputsFirst(root: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>([root]);
  const path: { at: Tensor; next: number }[] = [{ at: root, next: 0 }];
  while (path.length > 0) {
    const step = path[path.length - 1];
    const inputs = step.at.tape?.inputs;
    if (inputs === undefined || step.next === inputs.length) {
      order.push(step.at);
      path.pop();
      continue;
    }
    const input = inputs[step.next++];
    if (input.requiresGrad && !seen.has(input)) {
      seen.add(input);
      path.push({ at: input, next: 0 });
    }
  }
  return order;
}

/** Undoes broadcasting: adds a gradient up over the axes that its input was repeated along. */
function sumTo(gradient: unknown, input: Tensor, name: string, index: number): Tensor {
  const { shape } = input;
  if (!(gradient instanceof Tensor)) {
    throw new TypeError(
      `Cannot go back through ${name}: its backward gave ${
        describe(gradient)
      } for input ${index}, ` +
        "wanted a tensor or null",
    );
  }
  const added = gradient.shape.length - shape.length;
  const repeated = (axis: number) => axis < added || shape[axis - added] === 1;
  const fits = added >= 0 && gradient.dtype === input.dtype &&
    gradient.shape.every((length, axis) => repeated(axis) || length === shape[axis - added]);
  if (!fits) {
    throw new TypeError(
      `Cannot go back through ${name}: its backward gave ${
        formatShape(gradient.shape)
      } ${gradient.dtype} ` +
        `for input ${index} of ${formatShape(shape)} ${input.dtype}`,
    );
  }
  if (sameShape(gradient.shape, shape)) return gradient;
  let { storage } = gradient;
  let [length, inner] = [1, 1];
  for (let axis = gradient.shape.length - 1; axis >= 0; axis--) {
    length *= gradient.shape[axis];
    // Axes side by side are summed as one, so that the sum is rounded once.
    if (repeated(axis) && axis > 0 && repeated(axis - 1)) continue;
    if (!repeated(axis)) inner *= length;
    else if (length !== 1) {
      const outer = sizeOf(gradient.shape.slice(0, axis));
      const sum = allocate(gradient.dtype, outer * inner);
      kernels.sumAxis(storage, sum, outer, length, inner);
      storage = sum;
    }
    length = 1;
  }
  return new Tensor(storage === gradient.storage ? copyOf(storage, storage.dtype) : storage, shape);
}
