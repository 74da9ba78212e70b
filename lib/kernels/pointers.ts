// Gives the kernels pointers to their operands: to blocks of their memory, or to copies in it.

import { bytesOf, type FloatArray } from "../check/dtype.ts";
import { type Block, floatsAt, idsAt, releaseBlock, takeBlock } from "./memory.ts";
import { Storage } from "./storage.ts";

/** What a kernel works on: numbers, ids, or undefined, whose pointer is 0. */
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
 * Calls `run` with pointers to its operands in the kernels' memory, in the order read, update,
 * write. Operands that are elsewhere are copied in, and copied back if they are written. Returns
 * undefined, without calling `run`, if there is no room for them or more than `most` numbers would
 * be copied in.
 */
export function atPointers<Result>(
  { read = [], update = [], write = [] }: Operands,
  run: (...pointers: number[]) => Result,
  most = Infinity,
): { readonly value: Result } | undefined {
  const lent: { block: Block; operand: Storage | Int32Array; role: number }[] = [];
  const pointers: number[] = [];
  try {
    for (const [role, operands] of [read, update, write].entries()) {
      for (const operand of operands) {
        const own = operand instanceof Storage ? operand.pointer() : undefined;
        if (operand === undefined || own !== undefined) {
          pointers.push(own ?? 0);
          continue;
        }
        most -= operand.length;
        const bytes = operand.length * bytesOfNumber(operand);
        const block = most < 0 ? undefined : takeBlock(bytes, true);
        if (block === undefined) return undefined;
        lent.push({ block, operand, role });
        pointers.push(block.start);
      }
    }
    // Views are made only now: taking a block may have detached earlier ones.
    for (const { block, operand, role } of lent) {
      if (role < 2) viewOf(block, operand).set(numbersOf(operand));
    }
    // deno-lint-ignore minimodel/no-spread-arguments -- a kernel has a few operands
    const value = run(...pointers);
    for (const { block, operand, role } of lent) {
      if (role > 0) numbersOf(operand).set(viewOf(block, operand));
    }
    return { value };
  } finally {
    for (const { block } of lent) releaseBlock(block);
  }
}

function bytesOfNumber(operand: Storage | Int32Array): number {
  return operand instanceof Storage ? bytesOf[operand.dtype] : operand.BYTES_PER_ELEMENT;
}

function numbersOf(operand: Storage | Int32Array): FloatArray | Int32Array {
  return operand instanceof Storage ? operand.numbers : operand;
}

function viewOf({ start }: Block, operand: Storage | Int32Array): FloatArray | Int32Array {
  return operand instanceof Storage
    ? floatsAt(operand.dtype, start, operand.length)
    : idsAt(start, operand.length);
}
