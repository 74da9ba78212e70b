// Where the numbers of tensors live. Nothing else in the library makes, moves or frees them.
//
// A storage has one of three homes, see homes.ts. A block of the kernels' memory is free again when
// its tensor is disposed of, when its scope ends, or when the garbage collector finds its home
// unused. The collector reports that only between turns of the event loop. So once unfreed results
// fill their budget, further results live in arrays, which are collected at any time; kernels must
// copy these in and out. A program need not free anything, but it is faster if it does.
//
// The budgets: results fill at most 512 MiB of blocks, or twice what Parameters and optimisers have
// there, and those at most 128 MiB, or eight blocks of the size that is asked for. WebAssembly
// cannot give pages back, so blocks that were freed stay resident, for the next ones. Measured: a
// process of 55 MiB that makes 1.3 GiB in tensors of 2 MiB, in one turn, and frees none, has 600 to
// 950 MiB at most, and 580 to 850 MiB when all of them are collected; it has 80 MiB if each of them
// was handed out, which moves it to an array. Of arrays of 64 MiB and more, the engine itself lets
// 1 to 2 GiB pile up before it collects them.

import { isDetached } from "../check/describe.ts";
import { bytesOf, type DType, dtypeOf, type FloatArray } from "../check/dtype.ts";
import { Block, type Home, OwnArray, SharedPart } from "./homes.ts";
import { hasBudget, hasLastingBudget, takeBlock, zeroAt } from "./memory.ts";
import { endWith, noteMade, outlive } from "./open_scope.ts";

const smallestBlock = 4096;
const largestShared = 32;

let clock = 0;

/**
 * The next point in time: each tensor and each write in place gets one, so that their order is
 * known.
 */
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

  /**
   * Puts numbers into a home, or uses an array without copying it; the caller must not write to
   * that array any more.
   */
  constructor(home: FloatArray);
  constructor(home: Home, dtype: DType, length: number);
  constructor(home: Home | FloatArray, dtype?: DType, length?: number) {
    this.#home = length === undefined ? new OwnArray(home as FloatArray) : home as Home;
    this.dtype = dtype ?? dtypeOf(home) ?? "float64";
    this.length = length ?? (home as FloatArray).length;
    noteMade(this);
  }

  /** The numbers; callers must not keep this array. */
  get numbers(): FloatArray {
    const { numbers } = this.#home ?? refuseDisposed();
    return isWhole(numbers, this.length) ? numbers : refuseTransferred();
  }

  /** Where the numbers start in the kernels' memory; undefined for an array. */
  pointer(): number | undefined {
    return this.#home?.pointer;
  }

  /** Returns the numbers in an array that may be kept; they move to one if they live elsewhere. */
  handOut(): FloatArray {
    this.#home = (this.#home ?? refuseDisposed()).handedOut();
    return this.numbers;
  }

  /**
   * Notes that the numbers were written to in place: ops that read them before cannot go back.
   */
  noteWrite(): void {
    this.#writtenAt = tick();
  }

  /**
   * Whether the library has written to the numbers in place since `time`; it does not see writes
   * through `data`.
   */
  wasWrittenSince(time: number): boolean {
    return this.#writtenAt > time;
  }

  /** Whether the numbers are gone. */
  get isDisposed(): boolean {
    return this.#home === undefined;
  }

  /** Whether the array with the numbers was transferred, to a worker for example. */
  get isTransferred(): boolean {
    return this.#home !== undefined && !isWhole(this.#home.numbers, this.length);
  }

  /** Takes this out of the scopes in which it was made, so that it outlives them. */
  keep(): this {
    outlive(this);
    return this;
  }

  /** Lets this end in the scope in which another storage ends, whichever is open now. */
  keepWith(other: Storage): this {
    endWith(this, other);
    return this;
  }

  /** Gives the numbers up; arrays that were handed out stay valid. */
  dispose(): void {
    this.#home?.free();
    this.#home = undefined;
  }
}

/** How long numbers are expected to be needed. */
export interface AllocateOptions {
  /** Whether they belong to a parameter or an optimiser, and do not count as unfreed results. */
  readonly lasting?: boolean;
}

/** Makes a storage of zeros. */
export function allocate(dtype: DType, length: number, options: AllocateOptions = {}): Storage {
  const storage = reserve(dtype, length, options);
  const pointer = storage.pointer();
  // A new array holds zeros already.
  if (pointer !== undefined) zeroAt(dtype, pointer, length);
  return storage;
}

/** Makes an uninitialised storage: the kernel must write every number. */
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
  if (bytes >= smallestBlock && (lasting ? hasLastingBudget(bytes) : hasBudget(bytes))) {
    const block = takeBlock(bytes, !lasting);
    if (block !== undefined) return new Block(dtype, length, block);
  }
  return OwnArray.of(dtype, length);
}

/** Makes a storage with copies of `values`, rounded to `dtype`. */
export function copyOf(
  values: ArrayLike<number> | Storage,
  dtype: DType,
  options?: AllocateOptions,
): Storage {
  const storage = reserve(dtype, values.length, options);
  storage.numbers.set(values instanceof Storage ? values.numbers : values);
  return storage;
}

/** Whether an array still holds its numbers; a transferred one holds none. */
function isWhole(numbers: FloatArray, length: number): boolean {
  return numbers.length === length && (length > 0 || !isDetached(numbers));
}

function refuseTransferred(): never {
  throw new TypeError(
    "Cannot use a tensor whose numbers were transferred, to a worker for example: " +
      "transfer data.slice() instead",
  );
}

function refuseDisposed(): never {
  throw new TypeError(
    "Cannot use a tensor that was disposed of, or made in a scope that has ended",
  );
}
