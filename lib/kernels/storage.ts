// Where the numbers of tensors live. Nothing else in the library makes, moves or frees them.
//
// A storage has one of three homes, see homes.ts. A block of the kernels' memory is free again when its
// tensor is disposed of, when its scope ends, or when the garbage collector finds its home unused, which
// it tells only between turns of the event loop; so once unfreed results fill their budget, further ones
// are plain arrays, which are collected at any time, and which kernels copy in and out. A program need not
// free anything; one that does is faster.

import { bytesOf, type DType, dtypeOf, type FloatArray } from "../check/dtype.ts";
import { Block, type Home, OwnArray, SharedPart } from "./homes.ts";
import { hasBudget, takeBlock, zeroAt } from "./memory.ts";
import { noteMade, outlive } from "./open_scope.ts";

const smallestBlock = 4096;
const largestShared = 32;

let clock = 0;

/** The next time: tensors and writes in place have one each, so that they can say which came first. */
export function tick(): number {
  return ++clock;
}

/** The numbers of one tensor, in row-major order. No two tensors share one. */
export class Storage {
  /** The kind of the numbers. */
  readonly dtype: DType;
  /** How many numbers there are. */
  readonly length: number;
  #writtenAt = 0;
  #home: Home | undefined;

  /** Puts numbers into a home, or takes over an array, whose giver does not write to it any more. */
  constructor(home: FloatArray);
  constructor(home: Home, dtype: DType, length: number);
  constructor(home: Home | FloatArray, dtype?: DType, length?: number) {
    const isHome = dtype !== undefined && length !== undefined;
    this.#home = isHome ? home as Home : new OwnArray(home as FloatArray);
    this.dtype = dtype ?? dtypeOf(home) ?? "float64";
    this.length = length ?? (home as FloatArray).length;
    noteMade(this);
  }

  /** The numbers, for whoever does not keep them. */
  get numbers(): FloatArray {
    return (this.#home ?? refuseDisposed()).numbers;
  }

  /** Where the numbers start in the kernels' memory; undefined for an array. */
  pointer(): number | undefined {
    return this.#home?.pointer;
  }

  /** The numbers in an array of their own, to which they move if they live elsewhere. */
  handOut(): FloatArray {
    this.#home = (this.#home ?? refuseDisposed()).handedOut();
    return this.#home.numbers;
  }

  /** Notes that the numbers were written to in place: an op that has read them can no more go back. */
  noteWrite(): void {
    this.#writtenAt = tick();
  }

  /** Whether the library has written to the numbers in place since then; writes through `data` are not seen. */
  wasWrittenSince(time: number): boolean {
    return this.#writtenAt > time;
  }

  /** Whether the numbers are still there. */
  get isDisposed(): boolean {
    return this.#home === undefined;
  }

  /** Takes this out of the scopes it was made in, so that it outlives them. */
  keep(): this {
    outlive(this);
    return this;
  }

  /** Gives the numbers up; arrays that were handed out stay good. */
  dispose(): void {
    this.#home?.free();
    this.#home = undefined;
  }
}

/** How long numbers are expected to be needed. */
export interface AllocateOptions {
  /** Whether they are a parameter's or an optimiser's, which do not count as unfreed results. */
  readonly lasting?: boolean;
}

/** New numbers, all 0. */
export function allocate(dtype: DType, length: number, options: AllocateOptions = {}): Storage {
  const storage = reserve(dtype, length, options);
  const pointer = storage.pointer();
  // An array is made of zeros.
  if (pointer !== undefined) zeroAt(dtype, pointer, length);
  return storage;
}

/** New numbers that hold anything: a kernel must write every one of them. */
export function reserve(
  dtype: DType,
  length: number,
  { lasting = false }: AllocateOptions = {},
): Storage {
  return new Storage(homeFor(dtype, length, lasting), dtype, length);
}

function homeFor(dtype: DType, length: number, lasting: boolean): Home {
  if (length <= largestShared && !lasting) return new SharedPart(dtype, length);
  const bytes = length * bytesOf[dtype];
  if (bytes >= smallestBlock && (lasting || hasBudget(bytes))) {
    const block = takeBlock(bytes, !lasting);
    if (block !== undefined) return new Block(dtype, length, block);
  }
  return OwnArray.of(dtype, length);
}

/** New numbers, copied from `values` and rounded to `dtype`. */
export function copyOf(
  values: ArrayLike<number> | Storage,
  dtype: DType,
  options?: AllocateOptions,
): Storage {
  const storage = reserve(dtype, values.length, options);
  storage.numbers.set(values instanceof Storage ? values.numbers : values);
  return storage;
}

function refuseDisposed(): never {
  throw new TypeError(
    "Cannot use a tensor that was disposed of, or made in a scope that has ended",
  );
}
