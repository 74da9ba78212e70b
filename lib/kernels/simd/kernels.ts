// @ts-nocheck: AssemblyScript, which its own compiler checks. The SIMD kernels, as the host sees
// them: `deno task build` compiles this file to ../kernels.wasm. Pointers are byte offsets into the
// memory, aligned to the size of a number (aligned to 16 bytes they are fastest); counts are in
// numbers, not bytes. Nothing is allocated, and operands do not overlap unless a comment allows it:
// the host owns all memory from heapBase() on. The kernels of a dtype, whose names end in it, are
// generated from ../rules.ts and from the exported generic functions of this folder:
// tasks/kernel_source.ts appends them to this text when it is compiled.

/** Where the memory starts that no kernel uses. */
export function heapBase(): usize {
  return __heap_base;
}

/** Sets `bytes` bytes to 0. */
export function zeroBytes(out: usize, bytes: usize): void {
  memory.fill(out, 0, bytes);
}

/** The first of `n` ids outside [0, count), or -1. */
export function firstOutside(ids: usize, n: i32, count: i32): i32 {
  return rows.firstOutside(ids, n, count);
}
