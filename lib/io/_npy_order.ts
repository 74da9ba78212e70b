// Byte order and element order. Everything here moves integers, never floats: a float that passes
// through a register may lose the payload of a NaN. Every index is within its array: "?? 0" is for the
// compiler and costs nothing.

/** Reverses the bytes of every number from byte `start` of the buffer on, in place. */
export function swapBytes(buffer: ArrayBuffer, numberSize: 1 | 2 | 4 | 8, start = 0): void {
  if (numberSize === 1) return;
  if (numberSize === 2) {
    const halves = new Uint16Array(buffer, start);
    for (let i = 0; i < halves.length; i++) {
      const half = halves[i] ?? 0;
      halves[i] = half << 8 | half >>> 8;
    }
    return;
  }
  const words = new Uint32Array(buffer, start);
  if (numberSize === 4) {
    for (let i = 0; i < words.length; i++) words[i] = swapWord(words[i] ?? 0);
    return;
  }
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i] ?? 0;
    words[i] = swapWord(words[i + 1] ?? 0);
    words[i + 1] = swapWord(low);
  }
}

function swapWord(word: number): number {
  return word << 24 | (word & 0xff00) << 8 | word >>> 8 & 0xff00 | word >>> 24;
}

/** Elements in Fortran order (first index fastest) put into C order (last index fastest). */
export function fortranToC(
  buffer: ArrayBuffer,
  shape: readonly number[],
  elementSize: number,
): ArrayBuffer {
  const axes = shape.filter((length) => length !== 1);
  if (axes.length < 2 || buffer.byteLength === 0) return buffer;
  const ordered = new ArrayBuffer(buffer.byteLength);
  if (elementSize === 1) {
    copyReordered(new Uint8Array(buffer), new Uint8Array(ordered), axes, 1);
  } else if (elementSize === 2) {
    copyReordered(new Uint16Array(buffer), new Uint16Array(ordered), axes, 1);
  } else {
    copyReordered(new Uint32Array(buffer), new Uint32Array(ordered), axes, elementSize / 4);
  }
  return ordered;
}

// Square tiles over the first and the last axis, so that both the reads (contiguous along the
// first) and the writes (contiguous along the last) stay within the cache.
const tile = 16;

function copyReordered(
  source: Uint8Array | Uint16Array | Uint32Array,
  target: Uint8Array | Uint16Array | Uint32Array,
  axes: readonly number[],
  words: number,
): void {
  const rows = axes[0] ?? 1;
  const columns = axes.at(-1) ?? 1;
  const elements = source.length / words;
  const columnStride = elements / columns;
  const rowStride = elements / rows;
  const step = columnStride * words;
  for (const [middleRead, middleWrite] of middleOffsets(axes)) {
    const from = middleRead * words;
    const to = middleWrite * words;
    for (let top = 0; top < rows; top += tile) {
      const bottom = Math.min(top + tile, rows);
      for (let left = 0; left < columns; left += tile) {
        const right = Math.min(left + tile, columns);
        for (let row = top; row < bottom; row++) {
          let read = from + (row + left * columnStride) * words;
          let write = to + (row * rowStride + left) * words;
          for (let column = left; column < right; column++, read += step, write += words) {
            target[write] = source[read] ?? 0;
            for (let word = 1; word < words; word++) {
              target[write + word] = source[read + word] ?? 0;
            }
          }
        }
      }
    }
  }
}

/** Where each index into the axes between first and last starts, in Fortran and in C order. */
function* middleOffsets(axes: readonly number[]): Generator<[from: number, to: number]> {
  const middle = axes.slice(1, -1).map((length) => ({ length, read: 0, write: 0, index: 0 }));
  let read = axes[0] ?? 1;
  let write = axes.at(-1) ?? 1;
  for (const axis of middle) [axis.read, read] = [read, read * axis.length];
  for (const axis of middle.toReversed()) [axis.write, write] = [write, write * axis.length];
  let [from, to] = [0, 0];
  next: while (true) {
    yield [from, to];
    for (const axis of middle) {
      axis.index++;
      from += axis.read;
      to += axis.write;
      if (axis.index < axis.length) continue next;
      from -= axis.read * axis.length;
      to -= axis.write * axis.length;
      axis.index = 0;
    }
    return;
  }
}
