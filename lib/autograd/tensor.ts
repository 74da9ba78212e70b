// Tensors: numbers with a shape, which know how they were made.

import { describe } from "../check/describe.ts";
import { type DType, type FloatArray, isDType } from "../check/dtype.ts";
import { formatTensor } from "../check/format.ts";
import { nest, type NestedNumbers } from "../check/nested.ts";
import { formatShape, type Shape, sizeOf } from "../check/shape.ts";
import { checkFilled, tensorMark } from "../check/tensors.ts";
import { copyOf, Storage, tick } from "../kernels/storage.ts";
import type { TensorMethods } from "./methods.ts";

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
  /** Which inputs' numbers the way back reads, bit i for input i; -1 for any of them. */
  readonly reads: number;
}

let lastShape: Shape = frozen([]);

/** A shape that nobody can write to: itself, or a copy. */
function frozen(shape: Shape): Shape {
  return Object.isFrozen(shape) ? shape : Object.freeze([...shape]);
}

/** When a tensor was made, by the clock of the storages. */
export let madeAt: (x: Tensor) => number;
/** When a gradient was last asked for, by the same clock; 0 for from the start. */
export let requiredAt: (x: Tensor) => number;

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
  /** For a leaf with `requiresGrad`, the gradients that `backward` has added up; null before. */
  grad: Tensor | null = null;
  /** How the tensor was made; null for a leaf and where nothing is recorded. */
  tape: TapeEntry | null = null;
  readonly #shape: Shape;
  readonly #dtype: DType;
  readonly #storage: Storage | undefined;
  #requiresGrad: boolean;
  #requiredAt = 0;
  readonly #madeAt = tick();

  static {
    // Not as properties: two tensors that were made at different times are equal all the same.
    madeAt = (x) => x.#madeAt;
    requiredAt = (x) => x.#requiredAt;
  }

  /**
   * Takes over `storage`, which must fill `shape`; `tensor(...)` makes one from numbers. A subclass may
   * give a dtype in its place, and a storage when it is asked for.
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
    // Most results have the shape of the one before, and asking whether it is frozen takes a while.
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
   * Whether `backward` computes a gradient for this tensor, or for something it was made from. What was
   * made from a leaf before this was set on it, gives it none.
   */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  set requiresGrad(required: boolean) {
    if (typeof required !== "boolean") {
      throw new TypeError(
        `Cannot set requiresGrad: wanted true or false, got ${describe(required)}`,
      );
    }
    if (required && !this.#requiresGrad) this.#requiredAt = tick();
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
   * The array is the tensor's own, with a buffer of just its bytes: the numbers move to it when it is
   * first asked for. Kernels copy them in and out from then on, so a program that only wants to look does
   * better with `toArray()` or `item()`. A write that comes between forward and backward is not seen: the
   * gradient is then of what an op finds when it goes back.
   */
  get data(): FloatArray {
    return this.storage.handOut();
  }

  /** How many numbers there are. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * What tells a tensor from everything else.
   *
   * @internal
   */
  get [tensorMark](): true {
    return true;
  }

  /** The only number of a tensor of size 1; a TypeError for any other size. */
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

  /** A copy that no gradient flows through. */
  detach(): Tensor {
    return new Tensor(copyOf(this.storage, this.dtype), this.shape);
  }

  /**
   * Gives the numbers' memory back at once; the tensor cannot be used any more. Nothing depends on
   * it: what is not disposed of is collected like any object. `using y = ...` does it at the end of
   * a block, and {@linkcode scope} for all tensors made in a function.
   */
  dispose(): void {
    this.#storage?.dispose();
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The tensor as a console and a notebook print it. */
  toString(): string {
    const rest = this.requiresGrad ? `${this.dtype} requiresGrad` : this.dtype;
    if (this.#storage?.isDisposed) {
      return `${this.constructor.name} ${formatShape(this.shape)} ${rest}, disposed of`;
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

  /** Refuses to be taken for a number, as in `x + 1`; as text it is what `toString` gives. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError(
      "Cannot take a tensor for a number: write x.add(1) for x + 1, and x.item() for its only number",
    );
  }

  /** Refuses to be walked over, as in `for (const row of x)`. */
  [Symbol.iterator](): never {
    throw new TypeError(
      "Cannot walk over a tensor: x.toArray() gives nested arrays, and x.data the numbers",
    );
  }

  /** What `console.log` and a notebook cell show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** The usual ops are methods too, and so is the way back; `methods.ts` puts them on the prototype. */
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
  /** Copies the numbers of `values`. */
  constructor(values: Tensor);
  /**
   * Takes over a storage.
   *
   * @internal
   */
  constructor(values: Tensor | Storage, shape?: Shape);
  constructor(values: Tensor | Storage, shape?: Shape) {
    if (!(values instanceof Tensor || values instanceof Storage)) {
      throw new TypeError(
        `Cannot make a Parameter of ${describe(values)}: wanted a tensor, as tensor(values) makes`,
      );
    }
    const own = values instanceof Tensor
      ? copyOf(values.storage, values.dtype, { lasting: true })
      : values;
    super(own.keep(), shape ?? (values instanceof Tensor ? values.shape : [values.length]), true);
  }
}

function refuseNumbers(given: unknown): never {
  throw new TypeError(
    `Cannot make a Tensor of ${describe(given)}: tensor(values) makes one from numbers`,
  );
}
