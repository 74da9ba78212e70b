// Lends the kernels what they work on: storages where they lie in their memory, all else by a copy.

import { type Block, floatsAt, idsAt, releaseBlock, takeBlock } from "./memory.ts";
import { Storage } from "./storage.ts";

/** What a kernel is given: numbers, ids, or nothing in the place of some, whose pointer is 0. */
export type Operand = Storage | Int32Array | undefined;

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
        const own = operand instanceof Storage ? operand.pointer() : undefined;
        if (operand === undefined || own !== undefined) {
          pointers.push(own ?? 0);
          continue;
        }
        const outside = operand instanceof Storage ? operand.numbers : operand;
        most -= outside.length;
        const block = most < 0 ? undefined : takeBlock(outside.byteLength, true);
        if (block === undefined) return undefined;
        lent.push(block);
        pointers.push(block.start);
        const inside = operand instanceof Storage
          ? floatsAt(operand.dtype, block.start, operand.length)
          : idsAt(block.start, operand.length);
        if (role < 2) inside.set(outside);
        if (role > 0) copiesOut.push(() => outside.set(inside));
      }
    }
    const value = run(...pointers);
    for (const copyOut of copiesOut) copyOut();
    return { value };
  } finally {
    for (const block of lent) releaseBlock(block);
  }
}
