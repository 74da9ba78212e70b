// @ts-nocheck: AssemblyScript, which its own compiler checks.
// The product of two matrices. Both operands are repacked in blocks that fit the caches, so that
// the innermost loop reads straight through memory, transposed or not. Every number of the
// result is summed in the dtype, in the order of the shared axis, in parts of DEPTH: part = 0;
// part += a[r, s] b[s, c] for each s of it; then total += part. A single running sum of a million
// float32 numbers would be off by a hundredth.

// A tile of the result is 4 rows by 32 bytes (8 float32 or 4 float64). Its eight vectors, two of b,
// one of a and one for a product fit into 16 vector registers.
const TILE_ROWS: i32 = 4;
const TILE_BYTES: usize = 32;
// A panel of b is DEPTH x 32 bytes (8 KiB, a quarter of the first-level cache); a block of a, 64
// rows of DEPTH, and a block of b, DEPTH x 1 KiB, fit into the second-level cache.
const DEPTH: i32 = 256;
const BLOCK_ROWS: i32 = 64;
const BLOCK_BYTES: usize = 1024;

class Tile {
  /** Columns of a tile. */
  @inline
  static columns<T>(): i32 {
    return <i32> (TILE_BYTES / sizeof<T>());
  }

  @inline
  static roundUp(n: i32, step: i32): i32 {
    return (n + step - 1) / step * step;
  }
}

/** Bytes of scratch memory that {@linkcode matmul} needs. */
export function matmulScratch<T>(rows: i32, shared: i32, columns: i32): usize {
  const depth = min(shared, DEPTH);
  const high = Tile.roundUp(min(rows, BLOCK_ROWS), TILE_ROWS);
  const wide = Tile.roundUp(min(columns, <i32> (BLOCK_BYTES / sizeof<T>())), Tile.columns<T>());
  return <usize> depth * <usize> (high + wide) * sizeof<T>() + <usize> TILE_ROWS * TILE_BYTES;
}

/**
 * `out[r, c] = sum over s of a[r, s] b[s, c]`; `transA`, `transB`: the operand is stored
 * transposed.
 */
export function matmul<T>(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  shared: i32,
  columns: i32,
  transA: bool,
  transB: bool,
  scratch: usize,
): void {
  const outStep = <usize> columns * sizeof<T>();
  if (shared <= 0) {
    memory.fill(out, 0, <usize> rows * outStep);
    return;
  }
  let aRow = <usize> shared * sizeof<T>(), aStep = sizeof<T>();
  if (transA) {
    aRow = sizeof<T>();
    aStep = <usize> rows * sizeof<T>();
  }
  const work = <f64> rows * <f64> shared * <f64> columns;
  if (!transB && (rows < TILE_ROWS || work <= 2048)) {
    for (let r = 0; r < rows; r++) {
      Direct.row<T>(a + <usize> r * aRow, aStep, b, shared, columns, out + <usize> r * outStep);
    }
    return;
  }
  if (work <= 64) {
    Direct.dots<T>(a, aRow, aStep, b, out, rows, shared, columns);
    return;
  }
  const blockColumns = <i32> (BLOCK_BYTES / sizeof<T>());
  const depthMost = min(shared, DEPTH);
  const packedB = scratch + <usize> TILE_ROWS * TILE_BYTES;
  const wideMost = Tile.roundUp(min(columns, blockColumns), Tile.columns<T>());
  const packedA = packedB + <usize> depthMost * <usize> wideMost * sizeof<T>();
  for (let c = 0; c < columns; c += blockColumns) {
    const wide = min(columns - c, blockColumns);
    for (let s = 0; s < shared; s += DEPTH) {
      const depth = min(shared - s, DEPTH);
      if (transB) {
        const from = b + (<usize> c * <usize> shared + <usize> s) * sizeof<T>();
        Pack.across<T>(from, <usize> shared * sizeof<T>(), wide, depth, packedB, TILE_BYTES);
      } else {
        const from = b + (<usize> s * <usize> columns + <usize> c) * sizeof<T>();
        Pack.along<T>(from, outStep, wide, depth, packedB, TILE_BYTES);
      }
      for (let r = 0; r < rows; r += BLOCK_ROWS) {
        const high = min(rows - r, BLOCK_ROWS);
        const from = a + <usize> r * aRow + <usize> s * aStep;
        const panel = <usize> TILE_ROWS * sizeof<T>();
        if (transA) Pack.along<T>(from, aStep, high, depth, packedA, panel);
        else Pack.across<T>(from, aRow, high, depth, packedA, panel);
        const to = out + <usize> r * outStep + <usize> c * sizeof<T>();
        Block.run<T>(packedA, packedB, high, wide, depth, to, outStep, s > 0, scratch);
      }
    }
  }
}

/** Products that are too small, or too flat, to become faster by packing. */
class Direct {
  /** One row of the result: out = sum over s of a[s] times row s of b. */
  static row<T>(a: usize, aStep: usize, b: usize, shared: i32, columns: i32, out: usize): void {
    const bytes = <usize> columns * sizeof<T>();
    const aEnd = a + <usize> shared * aStep;
    const part = <usize> DEPTH * aStep;
    let at: usize = 0;
    for (; at + 64 <= bytes; at += 64) {
      let left = a, right = b + at;
      for (let first = true; left != aEnd; first = false) {
        const end = aEnd - left > part ? left + part : aEnd;
        let c = v128.splat<T>(0), d = c, e = c, f = c;
        for (; left != end; left += aStep, right += bytes) {
          const factor = v128.load_splat<T>(left);
          c = v128.add<T>(c, v128.mul<T>(factor, v128.load(right)));
          d = v128.add<T>(d, v128.mul<T>(factor, v128.load(right, 16)));
          e = v128.add<T>(e, v128.mul<T>(factor, v128.load(right, 32)));
          f = v128.add<T>(f, v128.mul<T>(factor, v128.load(right, 48)));
        }
        if (!first) {
          c = v128.add<T>(v128.load(out + at), c);
          d = v128.add<T>(v128.load(out + at, 16), d);
          e = v128.add<T>(v128.load(out + at, 32), e);
          f = v128.add<T>(v128.load(out + at, 48), f);
        }
        v128.store(out + at, c);
        v128.store(out + at, d, 16);
        v128.store(out + at, e, 32);
        v128.store(out + at, f, 48);
      }
    }
    for (; at + 16 <= bytes; at += 16) {
      let left = a, right = b + at;
      let total = v128.splat<T>(0);
      while (left != aEnd) {
        const end = aEnd - left > part ? left + part : aEnd;
        let c = v128.splat<T>(0);
        for (; left != end; left += aStep, right += bytes) {
          c = v128.add<T>(c, v128.mul<T>(v128.load_splat<T>(left), v128.load(right)));
        }
        total = v128.add<T>(total, c);
      }
      v128.store(out + at, total);
    }
    for (; at < bytes; at += sizeof<T>()) {
      let left = a, right = b + at;
      let total = <T> 0;
      while (left != aEnd) {
        const end = aEnd - left > part ? left + part : aEnd;
        let sum = <T> 0;
        for (; left != end; left += aStep, right += bytes) sum += load<T>(left) * load<T>(right);
        total += sum;
      }
      store<T>(out + at, total);
    }
  }

  /** One number of the result after the other, with b transposed. */
  static dots<T>(
    a: usize,
    aRow: usize,
    aStep: usize,
    b: usize,
    out: usize,
    rows: i32,
    shared: i32,
    columns: i32,
  ): void {
    for (let r = 0; r < rows; r++, a += aRow) {
      let right = b;
      for (let c = 0; c < columns; c++, out += sizeof<T>()) {
        let left = a;
        let total = <T> 0;
        for (let s = 0; s < shared; s++, left += aStep, right += sizeof<T>()) {
          total += load<T>(left) * load<T>(right);
        }
        store<T>(out, total);
      }
    }
  }
}

/**
 * Repacks a block of `lanes` x `depth` numbers into panels: `panel` bytes of neighbouring lanes for
 * s = 0, the same lanes for s = 1, ..., then the next lanes. Missing lanes of the last panel are 0.
 */
class Pack {
  /** Lanes are neighbours in memory; `step` bytes lead from one s to the next. */
  static along<T>(
    from: usize,
    step: usize,
    lanes: i32,
    depth: i32,
    to: usize,
    panel: usize,
  ): void {
    const bytes = <usize> lanes * sizeof<T>();
    for (let at: usize = 0; at < bytes; at += panel) {
      let row = from + at;
      if (at + panel > bytes) {
        for (let s = 0; s < depth; s++, row += step) {
          const end = to + panel;
          for (let left = row; left < from + bytes; left += sizeof<T>(), to += sizeof<T>()) {
            store<T>(to, load<T>(left));
          }
          for (; to < end; to += sizeof<T>()) store<T>(to, 0);
          from += step;
        }
      } else if (panel == 32) {
        for (let s = 0; s < depth; s++, row += step, to += 32) {
          const low = v128.load(row), high = v128.load(row, 16);
          v128.store(to, low);
          v128.store(to, high, 16);
        }
      } else {
        for (let s = 0; s < depth; s++, row += step, to += 16) v128.store(to, v128.load(row));
      }
    }
  }

  /** Numbers that follow each other in s are neighbours; `step` bytes lead to the next lane. */
  static across<T>(
    from: usize,
    step: usize,
    lanes: i32,
    depth: i32,
    to: usize,
    panel: usize,
  ): void {
    const perPanel = <i32> (panel / sizeof<T>());
    const perVector = <i32> (16 / sizeof<T>());
    const panelBytes = <usize> depth * panel;
    for (; lanes > 0; lanes -= perPanel, to += panelBytes) {
      for (let lane = 0; lane < perPanel; lane += perVector) {
        const target = to + <usize> lane * sizeof<T>();
        const present = min(lanes - lane, perVector);
        if (present == perVector) {
          Pack.transpose<T>(from, step, depth, target, panel);
        } else {
          for (let i = 0; i < perVector; i++) {
            const row = from + <usize> i * step;
            let at = target + <usize> i * sizeof<T>();
            for (let s = 0; s < depth; s++, at += panel) {
              store<T>(at, i < present ? load<T>(row + <usize> s * sizeof<T>()) : 0);
            }
          }
        }
        from += <usize> perVector * step;
      }
    }
  }

  /** One vector of lanes: squares of 4 x 4 (or 2 x 2) numbers are transposed in registers. */
  static transpose<T>(from: usize, step: usize, depth: i32, to: usize, panel: usize): void {
    const second = from + step, third = second + step, fourth = third + step;
    const whole = <usize> depth * sizeof<T>() & ~15, bytes = <usize> depth * sizeof<T>();
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const a = v128.load(from + at), b = v128.load(second + at);
      if (sizeof<T>() == 8) {
        v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
        v128.store(to + panel, v128.shuffle<f64>(a, b, 1, 3));
        to += 2 * panel;
      } else {
        const c = v128.load(third + at), d = v128.load(fourth + at);
        const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2));
        v128.store(to + panel, v128.shuffle<f64>(abLow, cdLow, 1, 3));
        v128.store(to + 2 * panel, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
        v128.store(to + 3 * panel, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
        to += 4 * panel;
      }
    }
    for (; at < bytes; at += sizeof<T>(), to += panel) {
      store<T>(to, load<T>(from + at));
      store<T>(to + sizeof<T>(), load<T>(second + at));
      if (sizeof<T>() == 4) {
        store<T>(to + 2 * sizeof<T>(), load<T>(third + at));
        store<T>(to + 3 * sizeof<T>(), load<T>(fourth + at));
      }
    }
  }
}

/** The product of a packed block of a and a packed block of b. */
class Block {
  static run<T>(
    a: usize,
    b: usize,
    high: i32,
    wide: i32,
    depth: i32,
    out: usize,
    outStep: usize,
    adds: bool,
    tile: usize,
  ): void {
    const aPanel = <usize> depth * <usize> TILE_ROWS * sizeof<T>();
    const bPanel = <usize> depth * TILE_BYTES;
    for (let c = 0; c < wide; c += Tile.columns<T>(), b += bPanel) {
      let left = a;
      const bytes = <usize> min(wide - c, Tile.columns<T>()) * sizeof<T>();
      for (let r = 0; r < high; r += TILE_ROWS, left += aPanel) {
        const to = out + <usize> r * outStep + <usize> c * sizeof<T>();
        const present = min(high - r, TILE_ROWS);
        if (present == TILE_ROWS && bytes == TILE_BYTES) {
          Block.tile<T>(left, b, depth, to, outStep, adds);
          continue;
        }
        // A tile that reaches over the edge is computed in scratch memory, and the part inside
        // copied.
        if (adds) {
          for (let i = 0; i < present; i++) {
            memory.copy(tile + <usize> i * TILE_BYTES, to + <usize> i * outStep, bytes);
          }
        }
        Block.tile<T>(left, b, depth, tile, TILE_BYTES, adds);
        for (let i = 0; i < present; i++) {
          memory.copy(to + <usize> i * outStep, tile + <usize> i * TILE_BYTES, bytes);
        }
      }
    }
  }

  /**
   * The innermost loop. The four numbers of a come in one load and are spread by shuffles: the
   * engine tests the bounds of every load, and that costs more than a shuffle. The last number of a
   * vector is loaded again: it ends where the vector ends, so its bounds are tested already.
   */
  static tile<T>(
    a: usize,
    b: usize,
    depth: i32,
    out: usize,
    outStep: usize,
    adds: bool,
  ): void {
    const out1 = out + outStep, out2 = out1 + outStep, out3 = out2 + outStep;
    let c0 = v128.splat<T>(0), d0 = c0, c1 = c0, d1 = c0, c2 = c0, d2 = c0, c3 = c0, d3 = c0;
    const end = b + <usize> depth * TILE_BYTES;
    do {
      const right = v128.load(b), further = v128.load(b, 16);
      const low = v128.load(a), high = sizeof<T>() == 8 ? v128.load(a, 16) : low;
      let spread = Block.spread<T>(low, 0);
      c0 = v128.add<T>(c0, v128.mul<T>(spread, right));
      d0 = v128.add<T>(d0, v128.mul<T>(spread, further));
      spread = sizeof<T>() == 8 ? v128.load64_splat(a, 8) : Block.spread<T>(low, 1);
      c1 = v128.add<T>(c1, v128.mul<T>(spread, right));
      d1 = v128.add<T>(d1, v128.mul<T>(spread, further));
      spread = Block.spread<T>(high, 2);
      c2 = v128.add<T>(c2, v128.mul<T>(spread, right));
      d2 = v128.add<T>(d2, v128.mul<T>(spread, further));
      spread = sizeof<T>() == 8 ? v128.load64_splat(a, 24) : v128.load32_splat(a, 12);
      c3 = v128.add<T>(c3, v128.mul<T>(spread, right));
      d3 = v128.add<T>(d3, v128.mul<T>(spread, further));
      a += <usize> TILE_ROWS * sizeof<T>();
      b += TILE_BYTES;
    } while (b != end);
    if (adds) {
      c0 = v128.add<T>(v128.load(out), c0);
      d0 = v128.add<T>(v128.load(out, 16), d0);
      c1 = v128.add<T>(v128.load(out1), c1);
      d1 = v128.add<T>(v128.load(out1, 16), d1);
      c2 = v128.add<T>(v128.load(out2), c2);
      d2 = v128.add<T>(v128.load(out2, 16), d2);
      c3 = v128.add<T>(v128.load(out3), c3);
      d3 = v128.add<T>(v128.load(out3, 16), d3);
    }
    v128.store(out, c0);
    v128.store(out, d0, 16);
    v128.store(out1, c1);
    v128.store(out1, d1, 16);
    v128.store(out2, c2);
    v128.store(out2, d2, 16);
    v128.store(out3, c3);
    v128.store(out3, d3, 16);
  }

  /** Number `row` of the tile's four in every lane; it is not the last of its vector. */
  @inline
  static spread<T>(values: v128, row: i32): v128 {
    if (sizeof<T>() == 8) return v128.shuffle<f64>(values, values, 0, 0);
    if (row == 0) return v128.shuffle<f32>(values, values, 0, 0, 0, 0);
    if (row == 1) return v128.shuffle<f32>(values, values, 1, 1, 1, 1);
    return v128.shuffle<f32>(values, values, 2, 2, 2, 2);
  }
}
