// The three places where a tensor's numbers can live.
//
// OwnArray is an array of its own, of any size. SharedPart is a part of an array that the smallest results
// share, since making an array takes longer than a scalar op. Block is a block of the kernels' memory,
// where SIMD works without a copy: filling a fresh array of 2 MiB takes longer than looking its rows up.
// What is handed out is always an OwnArray, so that its buffer holds these numbers and no others, and
// they stay what they are whatever becomes of the tensor.

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
  /** The numbers, for whoever does not keep them. */
  readonly numbers: FloatArray;
  /** Where they start in the kernels' memory; undefined for an array. */
  readonly pointer: number | undefined;
  /** A home whose numbers are never somebody else's later: this one, or an array that they move to. */
  handedOut(): Home;
  /** Gives the numbers up; arrays that were handed out stay good. */
  free(): void;
}

/** An array of its own. */
export class OwnArray implements Home {
  readonly numbers: FloatArray;
  readonly pointer = undefined;

  /** Takes over an array, whose giver does not write to it any more. */
  constructor(array: FloatArray) {
    if (isDetached(array) || dtypeOf(array) === undefined) {
      throw new TypeError(
        `Cannot make a Storage of ${describe(array)}: wanted a Float64Array or Float32Array`,
      );
    }
    this.numbers = array;
  }

  /** An array, all 0; a RangeError that says what is held if there is no memory for it. */
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

  /** The next part, all 0. */
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

  /** Takes over a block. */
  constructor(dtype: DType, length: number, block: Stretch) {
    this.#dtype = dtype;
    this.#length = length;
    this.#block = block;
    this.pointer = block.start;
    collected.register(this, block, this);
  }

  get numbers(): FloatArray {
    return this.#view ??= floatsAt(this.#dtype, this.pointer, this.#length);
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

const sharedLength = 1024;
const shared = { float64: new ArrayBuffer(0), float32: new ArrayBuffer(0) };
const sharedUpTo = { float64: 0, float32: 0 };

/** The next part of the array that small storages share. */
function nextPart(dtype: DType, length: number): FloatArray {
  const bytes = length * bytesOf[dtype];
  if (sharedUpTo[dtype] + bytes > shared[dtype].byteLength) {
    shared[dtype] = new ArrayBuffer(sharedLength * bytesOf[dtype]);
    sharedUpTo[dtype] = 0;
  }
  const start = sharedUpTo[dtype];
  sharedUpTo[dtype] += bytes;
  return dtype === "float64"
    ? new Float64Array(shared[dtype], start, length)
    : new Float32Array(shared[dtype], start, length);
}
