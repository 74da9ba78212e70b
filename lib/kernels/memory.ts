// The kernels' WebAssembly memory, in blocks. It grows when it must. Where addresses are scarce (in
// a container, in a worker) it stays small, and numbers without room in it live in arrays of
// JavaScript. Growing detaches every view of the memory, so a new view is made for each use.

import { bytesOf, type DType, type FloatArray } from "../check/dtype.ts";
import { FreeList } from "./free_list.ts";
import { heapBase, memory, zeroBytes } from "./kernels.wasm";

/** A stretch of the kernels' memory. */
export interface Block {
  readonly start: number;
  readonly bytes: number;
  /** Whether it counts against the budget of results. */
  readonly counted: boolean;
}

const alignment = 64;
const pageBytes = 2 ** 16;
const smallestBudget = 512 * 2 ** 20;
const scratchBytes = 2 ** 20;
/** The end of what 32-bit pointers can address. */
const mostBytes = 2 ** 32;

// The kernels' scratch memory comes first, so that it never moves.
const scratch = roundUp(heapBase(), alignment);
const free = new FreeList(scratch + scratchBytes, mostBytes);
const inUse = { counted: 0, lasting: 0 };

/** Takes a block; undefined if no free stretch holds it, or the memory cannot grow so far. */
export function takeBlock(bytes: number, counted: boolean): Block | undefined {
  const size = roundUp(Math.max(bytes, 1), alignment);
  const start = free.take(size);
  if (start === undefined) return undefined;
  if (!growTo(start + size)) {
    free.give(start, size);
    return undefined;
  }
  inUse[counted ? "counted" : "lasting"] += size;
  return { start, bytes: size, counted };
}

/** Makes the memory reach up to `end`; returns false if the system has no more addresses. */
function growTo(end: number): boolean {
  const { byteLength } = memory.buffer;
  if (end <= byteLength) return true;
  // It grows by at least a half, since growing detaches all views.
  const wanted = [Math.min(Math.max(end, 1.5 * byteLength), mostBytes), end];
  return wanted.some((reach) => {
    try {
      memory.grow(Math.ceil((reach - byteLength) / pageBytes));
      return true;
    } catch {
      return false;
    }
  });
}

function roundUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}

/** Gives a block back. */
export function releaseBlock({ start, bytes, counted }: Block): void {
  inUse[counted ? "counted" : "lasting"] -= bytes;
  free.give(start, bytes);
}

/** Whether a result of `bytes` bytes may be a block: unfreed results must not fill the memory. */
export function hasBudget(bytes: number): boolean {
  return inUse.counted + bytes <= Math.max(smallestBudget, 2 * inUse.lasting);
}

/**
 * Whether a Parameter, or what an optimiser keeps, may be a block of `bytes` bytes: large models
 * have a few large ones, while a loop that leaves many behind must not fill the memory.
 */
export function hasLastingBudget(bytes: number): boolean {
  return inUse.lasting + bytes <= Math.max(smallestBudget / 4, 8 * bytes);
}

/** How many bytes of the kernels' memory are in blocks that were not given back. */
export function bytesHeld(): number {
  return inUse.counted + inUse.lasting;
}

/** How many bytes the kernels' memory has now. */
export function bytesReserved(): number {
  return memory.buffer.byteLength;
}

/** The numbers that start at an address. */
export function floatsAt(dtype: DType, start: number, length: number): FloatArray {
  return dtype === "float64"
    ? new Float64Array(memory.buffer, start, length)
    : new Float32Array(memory.buffer, start, length);
}

/** The ids that start at an address. */
export function idsAt(start: number, length: number): Int32Array {
  return new Int32Array(memory.buffer, start, length);
}

/** Sets numbers that start at an address to 0. */
export function zeroAt(dtype: DType, start: number, length: number): void {
  zeroBytes(start, length * bytesOf[dtype]);
}

/** Calls `fn` with a pointer to `bytes` bytes of scratch memory. */
export function withScratch(bytes: number, fn: (pointer: number) => void): void {
  // Matrix products need at most 400 KiB.
  if (bytes > scratchBytes) throw new RangeError(`Cannot lend a kernel ${bytes} bytes to work in`);
  fn(scratch);
}
