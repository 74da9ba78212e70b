// Where the numbers of tensors live. Nothing else in the library makes, moves or frees them.
//
// Large storages are blocks of the kernels' WebAssembly memory, where SIMD works on them without a
// copy: filling a fresh array of 2 MiB takes longer than looking its rows up. That memory is 4 GiB of
// address space from the start, of which only what is touched is real, so it never grows and no view
// of it is ever cut off. Small storages are plain arrays: telling the garbage collector about a block
// costs more than a short loop gains; the smallest share an array, since making one takes longer than
// a scalar op. A block is free again when its tensor is disposed of, when its
// scope ends, or when the garbage collector finds its storage unused, which it tells only between
// turns of the event loop; so once unfreed results fill their budget, further ones are plain arrays,
// which are collected at any time, and which kernels copy in and out. No program depends on freeing
// anything; one that does is faster. And what `array` hands out is never somebody else's later: a
// result's numbers move to a plain array when they are first asked for, and the window on a
// parameter keeps its block for as long as the window, or a part of it, is held.

import { describe, isDetached } from "./_describe.ts";
import { FreeList } from "./_free_list.ts";
import { heapBase, memory, zeroBytes } from "./kernels.wasm";

/** The kind of the numbers in a tensor: 8 or 4 bytes each. */
export type DType = "float64" | "float32";

/** The typed array of a dtype. */
export type FloatArray = Float64Array | Float32Array;

/** A stretch of the kernels' memory that a storage fills. */
interface Block {
  readonly start: number;
  readonly bytes: number;
  /** Whether it counts against the budget of results. */
  readonly counted: boolean;
}

const alignment = 64;
const smallestBlock = 4096;
const largestShared = 32;
const sharedLength = 1024;
const smallestBudget = 512 * 2 ** 20;
/** Bytes of a number. */
export const bytesOf: Record<DType, number> = { float64: 8, float32: 4 };

const scratchBytes = 2 ** 20;
const free = new FreeList(
  Math.ceil(heapBase() / alignment) * alignment,
  memory.buffer.byteLength - scratchBytes,
);
const inUse = { counted: 0, lasting: 0 };

/** What is disposed of when a function has ended, and the scope around it. */
interface Scope {
  readonly made: Set<Storage>;
  readonly outer: Scope | undefined;
}

let scope: Scope | undefined;

const collected = new FinalizationRegistry<Block>(release);

/** The numbers of one tensor, in row-major order. No two tensors share one. */
export class Storage {
  /** The kind of the numbers. */
  readonly dtype: DType;
  /** How many numbers there are. */
  readonly length: number;
  #array: FloatArray | undefined;
  #block: Block | undefined;
  #view: FloatArray | undefined;
  #pinned = false;

  /** Takes over an array of its own, whose giver does not write to it any more, or what is shared. */
  constructor(
    numbers: FloatArray | { part: FloatArray } | { dtype: DType; length: number; block: Block },
  ) {
    if (ArrayBuffer.isView(numbers)) {
      this.dtype = dtypeOf(numbers);
      this.length = numbers.length;
      this.#array = numbers;
    } else if (typeof numbers !== "object" || numbers === null || !("block" in numbers)) {
      const part = numbers?.part;
      this.dtype = dtypeOf(part ?? numbers);
      this.length = part.length;
      this.#view = part;
    } else {
      this.dtype = numbers.dtype;
      this.length = numbers.length;
      this.#block = numbers.block;
      collected.register(this, numbers.block, this);
    }
    scope?.made.add(this);
  }

  /** The numbers, for as long as the array is held; writing to it changes the tensor. */
  get array(): FloatArray {
    if (this.#array !== undefined) return this.#array;
    const { numbers } = this;
    if (this.#pinned && this.#block !== undefined) {
      this.#array = guard(viewOf(this.dtype, this.#block.start, this.length), this);
    } else {
      this.#array = numbers.slice();
      this.#freeBlock();
      this.#view = undefined;
    }
    return this.#array;
  }

  /** The numbers, for a kernel that does not keep them. */
  get numbers(): FloatArray {
    const found = this.#view ?? this.#array;
    if (found !== undefined) return found;
    if (this.#block === undefined) {
      throw new TypeError(
        "Cannot use a tensor that was disposed of, or made in a scope that has ended",
      );
    }
    this.#view = viewOf(this.dtype, this.#block.start, this.length);
    return this.#view;
  }

  /** Where the numbers start in the kernels' memory; undefined for a plain array. */
  get pointer(): number | undefined {
    return this.#block?.start;
  }

  /** Makes this a parameter's: it outlives scopes, and its numbers stay where they are. */
  pin(): this {
    this.#pinned = true;
    return this.keep();
  }

  /** Takes this out of the scope it was made in, so that it outlives it. */
  keep(): this {
    for (let each = scope; each !== undefined; each = each.outer) each.made.delete(this);
    return this;
  }

  /** Gives the numbers up; arrays that were handed out stay good. */
  dispose(): void {
    const handedOut = this.#pinned && this.#array !== undefined;
    // Whoever holds the window holds this storage, so the garbage collector frees the block then.
    if (!handedOut) this.#freeBlock();
    this.#block = undefined;
    this.#array = undefined;
    this.#view = undefined;
  }

  #freeBlock(): void {
    if (this.#block === undefined) return;
    collected.unregister(this);
    release(this.#block);
    this.#block = undefined;
    this.#view = undefined;
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
  const { pointer } = storage;
  // A plain array is made of zeros.
  if (pointer !== undefined) zeroBytes(pointer, length * bytesOf[dtype]);
  return storage;
}

/** New numbers that hold anything, for a kernel that writes every one of them. */
export function reserve(
  dtype: DType,
  length: number,
  { lasting = false }: AllocateOptions = {},
): Storage {
  if (length <= largestShared) return new Storage({ part: sharedPart(dtype, length) });
  const bytes = length * bytesOf[dtype];
  const budget = Math.max(smallestBudget, 2 * inUse.lasting);
  if (bytes >= smallestBlock && (lasting || inUse.counted + bytes <= budget)) {
    const block = take(bytes, !lasting);
    if (block !== undefined) return new Storage({ dtype, length, block });
  }
  try {
    return new Storage(dtype === "float64" ? new Float64Array(length) : new Float32Array(length));
  } catch (cause) {
    throw new RangeError(
      `Cannot allocate ${length} numbers of ${dtype}: ${bytes} bytes were asked for, ` +
        `and ${bytesHeld()} of ${memory.buffer.byteLength} are held in blocks`,
      { cause },
    );
  }
}

/** How many bytes of the kernels' memory are in blocks that nobody has given back. */
export function bytesHeld(): number {
  return inUse.counted + inUse.lasting;
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

/** What a kernel is given: numbers, or ids. */
export type Operand = Storage | Int32Array;

/** What a kernel does with its operands. */
export interface Operands {
  /** Only read. */
  readonly read?: readonly Operand[];
  /** Read and written. */
  readonly update?: readonly Operand[];
  /** Written, all of it. */
  readonly write?: readonly Operand[];
}

/**
 * Calls `run` with where its operands lie in the kernels' memory, in the order read, update, write;
 * those that lie elsewhere are copied in, and back out if they are written. Returns undefined, and
 * does not call, if there is no room for them, or more than `most` numbers would be copied in.
 */
export function atPointers<Result>(
  { read = [], update = [], write = [] }: Operands,
  run: (...pointers: number[]) => Result,
  most = Infinity,
): { readonly value: Result } | undefined {
  const lent: Block[] = [];
  try {
    const pointers: number[] = [];
    const copiesOut: (() => void)[] = [];
    for (const [role, operands] of [read, update, write].entries()) {
      for (const operand of operands) {
        const own = operand instanceof Storage ? operand.pointer : undefined;
        if (own !== undefined) {
          pointers.push(own);
          continue;
        }
        const outside = operand instanceof Storage ? operand.numbers : operand;
        most -= outside.length;
        const block = most < 0 ? undefined : take(Math.max(outside.byteLength, 1), true);
        if (block === undefined) return undefined;
        lent.push(block);
        pointers.push(block.start);
        const inside = operand instanceof Storage
          ? viewOf(operand.dtype, block.start, operand.length)
          : new Int32Array(memory.buffer, block.start, operand.length);
        if (role < 2) inside.set(outside);
        if (role > 0) copiesOut.push(() => outside.set(inside));
      }
    }
    const value = run(...pointers);
    for (const copyOut of copiesOut) copyOut();
    return { value };
  } finally {
    for (const block of lent) release(block);
  }
}

/** Calls `fn` with room for `bytes` bytes of the kernels' memory to work in. */
export function withScratch(bytes: number, fn: (pointer: number) => void): void {
  // The end of the memory is kept free for this: matrix products want 400 KiB at most.
  if (bytes > scratchBytes) throw new RangeError(`Cannot lend a kernel ${bytes} bytes to work in`);
  fn(memory.buffer.byteLength - scratchBytes);
}

/** Calls `fn` and disposes of every storage made meanwhile, but those that `kept` picks of its result. */
export function disposeAfter<Result>(
  fn: () => Result,
  kept: (result: Result) => Storage[],
): Result {
  const outer = scope;
  const made = new Set<Storage>();
  scope = { made, outer };
  try {
    const result = fn();
    for (const storage of kept(result)) {
      if (made.delete(storage)) outer?.made.add(storage);
    }
    return result;
  } finally {
    scope = outer;
    for (const storage of made) storage.dispose();
  }
}

const shared = { float64: new ArrayBuffer(0), float32: new ArrayBuffer(0) };
const sharedUpTo = { float64: 0, float32: 0 };

/** The next part, all 0, of an array that small storages share; no part is handed out twice. */
function sharedPart(dtype: DType, length: number): FloatArray {
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

function dtypeOf(numbers: unknown): DType {
  const isKept = !isDetached(numbers);
  if (numbers instanceof Float64Array && isKept) return "float64";
  if (numbers instanceof Float32Array && isKept) return "float32";
  throw new TypeError(
    `Cannot make a Storage of ${describe(numbers)}: wanted a Float64Array or Float32Array`,
  );
}

function viewOf(dtype: DType, start: number, length: number): FloatArray {
  return dtype === "float64"
    ? new Float64Array(memory.buffer, start, length)
    : new Float32Array(memory.buffer, start, length);
}

const owners = new WeakMap<FloatArray, Storage>();

/** A view that keeps its storage, and so its block, for as long as it or a part of it is held. */
function guard<View extends FloatArray>(view: View, owner: Storage): View {
  owners.set(view, owner);
  Object.defineProperty(view, "subarray", { value: guardedSubarray });
  return view;
}

function guardedSubarray(this: FloatArray, begin?: number, end?: number): FloatArray {
  const part = this instanceof Float64Array
    ? Float64Array.prototype.subarray.call(this, begin, end)
    : Float32Array.prototype.subarray.call(this, begin, end);
  const owner = owners.get(this);
  return owner === undefined ? part : guard(part, owner);
}

/** Takes a block; undefined if no free stretch holds it. */
function take(bytes: number, counted: boolean): Block | undefined {
  const size = Math.ceil(bytes / alignment) * alignment;
  const start = free.take(size);
  if (start === undefined) return undefined;
  inUse[counted ? "counted" : "lasting"] += size;
  return { start, bytes: size, counted };
}

/** Gives a block back. */
function release({ start, bytes, counted }: Block): void {
  inUse[counted ? "counted" : "lasting"] -= bytes;
  free.give(start, bytes);
}
