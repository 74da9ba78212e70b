// @ts-nocheck: AssemblyScript, which its own compiler checks.
// The SIMD kernels, as the host sees them: `deno task build` compiles this file to ../kernels.wasm.
// Pointers are byte offsets into the memory, aligned to a number (to 16 bytes they are fastest);
// counts are numbers, not bytes. Nothing is allocated and nothing overlaps unless it is said to:
// the host owns all memory from heapBase() on. The kernels of a dtype, whose names end in it, follow
// from ../rules.ts and from the exported generic functions of this folder: tasks/kernel_source.ts
// writes them behind this text when it is compiled.

/** Where memory that no kernel uses starts. */
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
