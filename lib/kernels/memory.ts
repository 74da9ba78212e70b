// The kernels' WebAssembly memory, in blocks. It is 4 GiB of address space from the start, of which
// only what is touched is real, so it never grows and no view of it is ever cut off.

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
const smallestBudget = 512 * 2 ** 20;
const scratchBytes = 2 ** 20;

const free = new FreeList(
  Math.ceil(heapBase() / alignment) * alignment,
  memory.buffer.byteLength - scratchBytes,
);
const inUse = { counted: 0, lasting: 0 };

/** Takes a block; undefined if no free stretch holds it. */
export function takeBlock(bytes: number, counted: boolean): Block | undefined {
  const size = Math.ceil(Math.max(bytes, 1) / alignment) * alignment;
  const start = free.take(size);
  if (start === undefined) return undefined;
  inUse[counted ? "counted" : "lasting"] += size;
  return { start, bytes: size, counted };
}

/** Gives a block back. */
export function releaseBlock({ start, bytes, counted }: Block): void {
  inUse[counted ? "counted" : "lasting"] -= bytes;
  free.give(start, bytes);
}

/** Whether results of so many bytes may still be blocks: unfreed ones must not fill the memory. */
export function hasBudget(bytes: number): boolean {
  return inUse.counted + bytes <= Math.max(smallestBudget, 2 * inUse.lasting);
}

/** How many bytes of the kernels' memory are in blocks that nobody has given back. */
export function bytesHeld(): number {
  return inUse.counted + inUse.lasting;
}

/** How many bytes of addresses the kernels' memory has. */
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

/** Calls `fn` with room for `bytes` bytes of the kernels' memory to work in. */
export function withScratch(bytes: number, fn: (pointer: number) => void): void {
  // The end of the memory is kept free for this: matrix products want 400 KiB at most.
  if (bytes > scratchBytes) throw new RangeError(`Cannot lend a kernel ${bytes} bytes to work in`);
  fn(memory.buffer.byteLength - scratchBytes);
}
