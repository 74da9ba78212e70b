// Tensors: numbers with a shape, and a record of how they were made.

import { type DType, type FloatArray, isDType } from "../check/dtype.ts";
import { formatTensor } from "../check/format.ts";
import { nest, type NestedNumbers } from "../check/nested.ts";
import {
  keepName,
  refuseUnknownProperties,
  tensorGuard,
  uncloneable,
} from "../check/properties.ts";
import { formatShape, type Shape, sizeOf } from "../check/shape.ts";
import { markKind, tensorMark } from "../check/marks.ts";
import { checkFilled, checkRequired, refuseNumbers } from "../check/tensors.ts";
import { copyOf, Storage, tick } from "../kernels/storage.ts";
import type { TensorMethods } from "./methods.ts";

/**
 * How the gradient goes back through an op: from `dy`, the gradient with respect to its result, to
 * one gradient for each input, or null for an input that gets none. For an input that was
 * broadcast, the gradient may have the broadcast shape. The function writes to no tensor. What it
 * returns is new or `dy` itself, since a leaf keeps it as its `grad`.
 */
export type Backward = (dy: Tensor) => readonly (Tensor | null)[];

/** What the tape keeps of an op: its name, its inputs and its backward. */
export interface TapeEntry {
  /** Name of the op, for messages. */
  readonly name: string;
  /** The op's inputs. */
  readonly inputs: readonly Tensor[];
  /** How the gradient goes back. */
  readonly backward: Backward;
  /** Which inputs' numbers `backward` reads: bit i for input i; -1 if it may read all of them. */
  readonly reads: number;
}

const cloned = uncloneable("x.data.slice() can be sent");
let lastShape: Shape = frozen([]);

/** Returns the shape itself if it is frozen, else a frozen copy. */
function frozen(shape: Shape): Shape {
  return Object.isFrozen(shape) ? shape : Object.freeze([...shape]);
}

/** When a tensor was made, by the clock of the storages. */
export let madeAt: (x: Tensor) => number;
/** Whether `requiresGrad` was on at a time of the same clock. */
export let wasRequired: (x: Tensor, time: number) => boolean;

/**
 * Numbers with a shape, and a record of how they were made.
 *
 * Tensors come from `tensor(...)` and from ops. Each has its own numbers: no op returns a view of
 * another tensor. A backward reads the numbers that its inputs and its result have when it runs, so
 * numbers that are changed in place between forward and backward change the gradient too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@minimodel/core";
 *
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * assertEquals(x.grad?.toArray(), [2, 4, 6]); // d(x^2)/dx = 2x
 * ```
 */
export class Tensor {
  /** For a leaf with `requiresGrad`, the sum of its gradients from `backward`; null before. */
  grad: Tensor | null = null;
  /** How the tensor was made; null for a leaf and if nothing was recorded. */
  tape: TapeEntry | null = null;
  private readonly cannotBeCloned: symbol = cloned;
  readonly #shape: Shape;
  readonly #dtype: DType;
  readonly #storage: Storage | undefined;
  #requiresGrad: boolean;
  #switchedAt: number[] | undefined;
  readonly #madeAt = tick();

  static {
    // Not properties: two tensors that differ only in when they were made count as equal.
    madeAt = (x) => x.#madeAt;
    wasRequired = (x, time) => {
      const switches = x.#switchedAt?.filter((each) => each > time).length ?? 0;
      return x.#requiresGrad === (switches % 2 === 0);
    };
    keepName(Tensor, "Tensor");
    refuseUnknownProperties(Tensor, tensorGuard);
  }

  /**
   * Uses `storage`, which must fill `shape`, without copying it; `tensor(...)` makes a tensor from
   * numbers. A subclass may pass a dtype instead, and make the storage when its getter is called.
   *
   * @internal
   */
  constructor(storage: Storage | DType, shape: Shape, requiresGrad = false, op?: string) {
    if (storage instanceof Storage) {
      checkFilled(storage.length, shape, op);
      this.#storage = storage;
      this.#dtype = storage.dtype;
    } else {
      if (new.target === Tensor || !isDType(storage)) refuseNumbers(storage);
      this.#dtype = storage;
    }
    // Most results have the shape of the previous one, and testing whether it is frozen is slow.
    if (shape !== lastShape) lastShape = frozen(shape);
    this.#shape = lastShape;
    this.#requiresGrad = requiresGrad;
  }

  /** Lengths of the axes, outermost first; `[]` is a scalar. */
  get shape(): Shape {
    return this.#shape;
  }

  /** The kind of the numbers. */
  get dtype(): DType {
    return this.#dtype;
  }

  /**
   * Whether `backward` computes a gradient for this tensor, or for something it was made from. A
   * leaf gets no gradient from what was made from it before this was set.
   *
   * @throws {TypeError} If it is set to other than true or false, or changed on the result of an
   * op.
   */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  set requiresGrad(required: boolean) {
    checkRequired(required, this);
    if (required === this.#requiresGrad) return;
    (this.#switchedAt ??= []).push(tick());
    this.#requiresGrad = required;
  }

  /**
   * Where the numbers live, for kernels.
   *
   * @internal
   */
  get storage(): Storage {
    if (this.#storage === undefined) throw new TypeError("Cannot use a tensor without numbers");
    return this.#storage;
  }

  /**
   * The numbers in row-major order; writing here changes the tensor.
   *
   * The array belongs to this tensor, and its buffer holds nothing else: the numbers move to it
   * when `data` is first read. From then on, kernels copy them in and out, so `toArray()` and
   * `item()` are better for a program that only reads. A write between forward and backward is not
   * detected: the gradient is then computed from the new numbers.
   */
  get data(): FloatArray {
    return this.storage.handOut();
  }

  /** How many numbers there are. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The mark by which tensors are recognised.
   *
   * @internal
   */
  get [tensorMark](): true {
    return true;
  }

  /**
   * Returns the only number of a tensor of size 1.
   *
   * @throws {TypeError} If the tensor has another size.
   */
  item(): number {
    const number = this.storage.numbers[0];
    if (this.size !== 1 || number === undefined) {
      throw new TypeError(
        `Cannot take the item of a tensor of shape ${
          formatShape(this.shape)
        }: it has ${this.size} numbers, not 1`,
      );
    }
    return number;
  }

  /** The numbers as nested arrays; a bare number for a scalar. */
  toArray(): NestedNumbers {
    return nest(this.storage.numbers, this.shape);
  }

  /** Returns a copy that no gradient flows through. */
  detach(): Tensor {
    return new Tensor(copyOf(this.storage, this.dtype), this.shape);
  }

  /**
   * Frees the memory of the numbers at once; the tensor cannot be used any more. A program need not
   * call this: tensors that are not disposed of are garbage-collected. `using y = ...` calls it at
   * the end of a block, and {@linkcode scope} for all tensors that a function makes.
   */
  dispose(): void {
    this.#storage?.dispose();
  }

  /**
   * Whether the memory of its numbers was freed.
   *
   * @internal
   */
  get isDisposed(): boolean {
    return this.#storage?.isDisposed ?? false;
  }

  /**
   * Whether its numbers were transferred, to a worker for example.
   *
   * @internal
   */
  get isTransferred(): boolean {
    return this.#storage?.isTransferred ?? false;
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The tensor as a console and a notebook print it. */
  toString(): string {
    const rest = this.requiresGrad ? `${this.dtype} requiresGrad` : this.dtype;
    const lost = this.isDisposed ? "disposed of" : this.isTransferred ? "transferred" : undefined;
    if (lost !== undefined) {
      return `${this.constructor.name} ${formatShape(this.shape)} ${rest}, ${lost}`;
    }
    return formatTensor(this.constructor.name, this.storage.numbers, this.shape, rest);
  }

  /** For JSON: the number of a scalar, else shape, dtype and data; NaN and infinities as text. */
  toJSON(): unknown {
    const plain = (x: number) => Number.isFinite(x) ? x : `${x}`;
    if (this.shape.length === 0) return plain(this.item());
    const { shape, dtype } = this;
    return { shape, dtype, data: Array.from<number, unknown>(this.storage.numbers, plain) };
  }

  /** Refuses to be used as a number, as in `x + 1`; as text it is what `toString` returns. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError(
      "Cannot use a tensor as a number: write x.add(1) for x + 1, and x.item() for its only number",
    );
  }

  /** Refuses to be iterated over, as in `for (const row of x)`. */
  [Symbol.iterator](): never {
    throw new TypeError(
      "Cannot iterate over a tensor: x.toArray() gives nested arrays, and x.data the numbers",
    );
  }

  /** What `console.log` and a notebook cell show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** The usual ops and `backward` as methods, which `methods.ts` puts on the prototype. */
export interface Tensor extends TensorMethods {}

// Other copies of the library recognise a tensor by this.
markKind(Tensor.prototype, "Tensor");
