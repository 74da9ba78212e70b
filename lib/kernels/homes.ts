// The three places where a tensor's numbers can live.
//
// OwnArray is an array for one tensor, of any size. SharedPart is a part of an array that the
// smallest results share, since making an array takes longer than an op on scalars. Block is a
// block of the kernels' memory, where SIMD works without a copy: filling a new array of 2 MiB takes
// longer than looking up its rows. An array that is handed out is always an OwnArray: its buffer
// holds these numbers and no others, and they do not change when the tensor is disposed of.

import { bytesOf, type DType, dtypeOf, type FloatArray } from "../check/dtype.ts";
import { describe, isDetached } from "../check/describe.ts";
import {
  type Block as Stretch,
  bytesHeld,
  bytesReserved,
  floatsAt,
  releaseBlock,
} from "./memory.ts";

/** A place where numbers live. */
export interface Home {
  /** The numbers; callers must not keep this array. */
  readonly numbers: FloatArray;
  /** Where they start in the kernels' memory; undefined for an array. */
  readonly pointer: number | undefined;
  /**
   * Returns a home whose array may be kept, since no other tensor will use it: this one, or an
   * array to which the numbers move.
   */
  handedOut(): Home;
  /** Gives the numbers up; arrays that were handed out stay valid. */
  free(): void;
}

/** An array that holds the numbers of one tensor. */
export class OwnArray implements Home {
  readonly numbers: FloatArray;
  readonly pointer = undefined;

  /** Uses an array without copying it; the caller must not write to it any more. */
  constructor(array: FloatArray) {
    if (isDetached(array) || dtypeOf(array) === undefined) {
      throw new TypeError(
        `Cannot make a Storage of ${describe(array)}: wanted a Float64Array or Float32Array`,
      );
    }
    this.numbers = array;
  }

  /**
   * Makes an array of zeros.
   *
   * @throws {RangeError} If there is no memory for it; the message says how much is in use.
   */
  static of(dtype: DType, length: number): OwnArray {
    try {
      return new OwnArray(
        dtype === "float64" ? new Float64Array(length) : new Float32Array(length),
      );
    } catch (cause) {
      throw new RangeError(
        `Cannot allocate ${length} numbers of ${dtype}: ${
          length * bytesOf[dtype]
        } bytes were asked for, ` +
          `and ${bytesHeld()} of ${bytesReserved()} are held in blocks`,
        { cause },
      );
    }
  }

  handedOut(): Home {
    return this;
  }

  free(): void {}
}

/** A part of an array that small storages share; no part is handed out twice. */
export class SharedPart implements Home {
  readonly numbers: FloatArray;
  readonly pointer = undefined;

  /** Takes the next part, all 0. */
  constructor(dtype: DType, length: number) {
    this.numbers = nextPart(dtype, length);
  }

  handedOut(): Home {
    return new OwnArray(this.numbers.slice());
  }

  free(): void {}
}

// The garbage collector frees the block of a home that nobody has freed.
const collected = new FinalizationRegistry<Stretch>(releaseBlock);

/** A block of the kernels' memory. */
export class Block implements Home {
  readonly pointer: number;
  readonly #dtype: DType;
  readonly #length: number;
  readonly #block: Stretch;
  #view: FloatArray | undefined;

  /** Uses a block, and releases it when it is freed or collected. */
  constructor(dtype: DType, length: number, block: Stretch) {
    this.#dtype = dtype;
    this.#length = length;
    this.#block = block;
    this.pointer = block.start;
    collected.register(this, block, this);
  }

  get numbers(): FloatArray {
    // A view that was detached, because the memory grew, has length 0.
    if (this.#view === undefined || this.#view.length !== this.#length) {
      this.#view = floatsAt(this.#dtype, this.pointer, this.#length);
    }
    return this.#view;
  }

  handedOut(): Home {
    const moved = new OwnArray(this.numbers.slice());
    this.free();
    return moved;
  }

  free(): void {
    collected.unregister(this);
    releaseBlock(this.#block);
  }
}

// A small result that is kept keeps all of its buffer, so the buffer must be small too.
const sharedBytes = 768;

let shared = new ArrayBuffer(0);
let used = 0;

/** The next part of the buffer that small storages share. */
function nextPart(dtype: DType, length: number): FloatArray {
  const isDouble = dtype === "float64";
  const bytes = isDouble ? 8 * length : 4 * length;
  // Numbers of float64 start at a multiple of 8 bytes.
  let start = isDouble ? (used + 7) & ~7 : used;
  if (start + bytes > shared.byteLength) {
    shared = new ArrayBuffer(sharedBytes);
    start = 0;
  }
  used = start + bytes;
  return isDouble
    ? new Float64Array(shared, start, length)
    : new Float32Array(shared, start, length);
}
