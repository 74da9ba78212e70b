// @ts-nocheck: AssemblyScript, which its own compiler checks. Rows by id. All loads come before the
// first store, and short rows are copied two at a time, so that the processor waits for several
// cache misses at once.

// A row of at least this many bytes is copied by memory.copy, which then saves more than its call
// costs.
const WIDE: usize = 1024;

/**
 * The first of `n` ids outside [0, count), or -1. Read as unsigned, a negative id is a large one.
 */
export function firstOutside(ids: usize, n: i32, count: i32): i32 {
  let k = 0;
  let largest = i32x4.splat(0);
  for (; k + 16 <= n; k += 16) {
    const from = ids + (<usize> k << 2);
    const low = i32x4.max_u(v128.load(from), v128.load(from, 16));
    const high = i32x4.max_u(v128.load(from, 32), v128.load(from, 48));
    largest = i32x4.max_u(largest, i32x4.max_u(low, high));
  }
  let outside = v128.any_true(i32x4.ge_u(largest, i32x4.splat(count)));
  for (; k < n; k++) outside = outside || load<u32>(ids + (<usize> k << 2)) >= <u32> count;
  if (!outside) return -1;
  k = 0;
  while (load<u32>(ids + (<usize> k << 2)) < <u32> count) k++;
  return k;
}

/** `out[k] = table[ids[k]]`; returns -1, or the first k out of range, and then writes nothing. */
export function gather<T>(
  table: usize,
  ids: usize,
  n: i32,
  width: i32,
  count: i32,
  out: usize,
): i32 {
  const outside = firstOutside(ids, n, count);
  if (outside < 0) gatherRows(table, ids, n, <usize> width * sizeof<T>(), out);
  return outside;
}

/** `out[k] = table[ids[k]]`, rows of `bytes` bytes; ids are known to be in range. */
function gatherRows(table: usize, ids: usize, n: i32, bytes: usize, out: usize): void {
  const end = ids + (<usize> n << 2);
  if (bytes == 128) {
    for (; ids + 8 <= end; ids += 8, out += 256) {
      const first = table + <usize> load<u32>(ids) * 128;
      const second = table + <usize> load<u32>(ids, 4) * 128;
      Copy.bytes128(first, out);
      Copy.bytes128(second, out + 128);
    }
    if (ids < end) Copy.bytes128(table + <usize> load<u32>(ids) * 128, out);
  } else if (bytes == 256) {
    for (; ids < end; ids += 4, out += 256) {
      const from = table + <usize> load<u32>(ids) * 256;
      Copy.bytes128(from, out);
      Copy.bytes128(from + 128, out + 128);
    }
  } else if (bytes >= WIDE) {
    for (; ids < end; ids += 4, out += bytes) {
      memory.copy(out, table + <usize> load<u32>(ids) * bytes, bytes);
    }
  } else {
    for (; ids < end; ids += 4, out += bytes) {
      Copy.row(table + <usize> load<u32>(ids) * bytes, out, bytes);
    }
  }
}

/** Copies that never overlap what they read. */
class Copy {
  @inline
  static bytes128(from: usize, to: usize): void {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const e = v128.load(from, 64);
    const f = v128.load(from, 80);
    const g = v128.load(from, 96);
    const h = v128.load(from, 112);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    v128.store(to, e, 64);
    v128.store(to, f, 80);
    v128.store(to, g, 96);
    v128.store(to, h, 112);
  }

  /** Any multiple of 4 bytes. */
  @inline
  static row(from: usize, to: usize, bytes: usize): void {
    const end = from + bytes;
    for (; from + 64 <= end; from += 64, to += 64) {
      const a = v128.load(from);
      const b = v128.load(from, 16);
      const c = v128.load(from, 32);
      const d = v128.load(from, 48);
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
    for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
    for (; from < end; from += 4, to += 4) store<u32>(to, load<u32>(from));
  }
}

/** `out[ids[k]] += values[k]`, k = 0, 1, ...; a negative id is skipped. */
export function scatterAdd<T>(values: usize, ids: usize, n: i32, width: i32, out: usize): void {
  const bytes = <usize> width * sizeof<T>();
  const end = ids + (<usize> n << 2);
  for (; ids < end; ids += 4, values += bytes) {
    const id = load<i32>(ids);
    if (id < 0) continue;
    const to = out + <usize> id * bytes;
    if (bytes == 128) Add.bytes128<T>(values, to);
    else Add.row<T>(values, to, width);
  }
}

/** `to += from`. */
class Add {
  @inline
  static bytes64<T>(from: usize, to: usize): void {
    const a = v128.add<T>(v128.load(to), v128.load(from));
    const b = v128.add<T>(v128.load(to, 16), v128.load(from, 16));
    const c = v128.add<T>(v128.load(to, 32), v128.load(from, 32));
    const d = v128.add<T>(v128.load(to, 48), v128.load(from, 48));
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }

  @inline
  static bytes128<T>(from: usize, to: usize): void {
    Add.bytes64<T>(from, to);
    Add.bytes64<T>(from + 64, to + 64);
  }

  @inline
  static row<T>(from: usize, to: usize, width: i32): void {
    const end = from + <usize> width * sizeof<T>();
    for (; from + 64 <= end; from += 64, to += 64) Add.bytes64<T>(from, to);
    for (; from + 16 <= end; from += 16, to += 16) {
      v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
    }
    for (; from < end; from += sizeof<T>(), to += sizeof<T>()) {
      store<T>(to, load<T>(to) + load<T>(from));
    }
  }
}
