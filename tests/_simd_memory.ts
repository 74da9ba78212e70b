// The memory that a kernel under test sees: operands at addresses that are aligned to a number and
// to nothing more, with guard zones between them, and a look afterwards at every byte that the
// kernel had no business with.

import { assertEquals } from "@std/assert";
import type { DType, FloatArray } from "minimodel";
import type * as wasm from "../lib/kernels/kernels.wasm";

/** What the compiled module exports; a test may put a wrong kernel in the place of a right one. */
export type Kernels = typeof wasm;

/** The compiled kernels, in a memory of their own, which nothing else in the library uses. */
export async function instantiateKernels(): Promise<
  { module: WebAssembly.Module; kernels: Kernels }
> {
  const url = new URL("../lib/kernels/kernels.wasm", import.meta.url);
  const module = await WebAssembly.compile(await Deno.readFile(url));
  const { exports }: { exports: WebAssembly.Exports } = await WebAssembly.instantiate(module);
  return { module, kernels: exports as unknown as Kernels };
}

/** The ending of a dtype's kernels. */
export type Suffix = "f32" | "f64";

/** Both dtypes. */
export const dtypes: readonly DType[] = ["float32", "float64"];

/** The ending of a kernel's name. */
export function suffixOf(dtype: DType): Suffix {
  return dtype === "float32" ? "f32" : "f64";
}

/** New numbers of a dtype. */
export function floats(dtype: DType, values: Iterable<number> | number): FloatArray {
  const length = typeof values === "number" ? values : [...values];
  return dtype === "float32"
    ? new Float32Array(length as number)
    : new Float64Array(length as number);
}

const guardBytes = 64;
const guardValue = 0xa5;

/** A stretch of numbers that a kernel may write. */
export interface Output {
  readonly from: number;
  readonly to: number;
  /** How many bytes a number takes. */
  readonly size: number;
}

/** Operands of one call. */
export class Operands {
  /** What the kernels that are running now may write for somebody to read. */
  static outputs: readonly Output[] = [];

  readonly #buffer: ArrayBuffer;
  readonly #start: number;
  readonly #shift: number;
  readonly #outputs: Output[] = [];
  readonly #scratch: Output[] = [];
  #top: number;
  #count = 0;

  /** Places operands from byte `start` on; `shift` moves them off the 16-byte boundaries. */
  constructor(kernels: Kernels, { start, shift }: { start: number; shift: number }) {
    this.#buffer = kernels.memory.buffer as ArrayBuffer;
    this.#start = Math.ceil(start / 16) * 16;
    this.#top = this.#start;
    this.#shift = shift;
  }

  /** A copy of `values`, which the kernel may read. */
  input(values: FloatArray | Int32Array): number {
    const at = this.#place(values.byteLength, values.BYTES_PER_ELEMENT);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.#buffer, at, values.byteLength).set(bytes);
    return at;
  }

  /** A copy of `values`, which the kernel may also write. */
  both(values: FloatArray | Int32Array): number {
    const at = this.input(values);
    this.#outputs.push({ from: at, to: at + values.byteLength, size: values.BYTES_PER_ELEMENT });
    return at;
  }

  /** Room of `bytes` bytes for numbers of `size` bytes, which the kernel may write. */
  room(bytes: number, size: number): number {
    const at = this.#place(bytes, size);
    this.#outputs.push({ from: at, to: at + bytes, size });
    return at;
  }

  /** As {@linkcode Operands.room}, for what the kernel works in and nobody reads. */
  scratch(bytes: number, size: number): number {
    const at = this.#place(bytes, size);
    this.#scratch.push({ from: at, to: at + bytes, size });
    return at;
  }

  /** Runs the kernel; throws when a byte outside the writable operands has changed. */
  run<Result>(kernel: () => Result): Result {
    const view = new Uint8Array(this.#buffer, this.#start, this.#top + guardBytes - this.#start);
    view.subarray(this.#top - this.#start).fill(guardValue);
    const before = view.slice();
    Operands.outputs = this.#outputs;
    const result = kernel();
    const after = view.slice();
    for (const { from, to } of [...this.#outputs, ...this.#scratch]) {
      const [first, last] = [from - this.#start, to - this.#start];
      after.set(before.subarray(first, last), first);
    }
    const changed = after.findIndex((byte, i) => byte !== before[i]);
    assertEquals(changed, -1, `A byte was written outside the output, at ${changed}`);
    return result;
  }

  /** A copy of the numbers at `at`. */
  floats(at: number, length: number, dtype: DType): FloatArray {
    return dtype === "float32"
      ? new Float32Array(this.#buffer, at, length).slice()
      : new Float64Array(this.#buffer, at, length).slice();
  }

  /** A copy of the int32 at `at`. */
  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.#buffer, at, length).slice();
  }

  /** Every operand is moved by another number of numbers. */
  #place(bytes: number, size: number): number {
    const numbers = (this.#shift + this.#count++ * this.#shift) % (16 / size);
    const at = Math.ceil((this.#top + guardBytes) / 16) * 16 + numbers * size;
    new Uint8Array(this.#buffer, this.#top, at + bytes - this.#top).fill(guardValue);
    this.#top = at + bytes;
    return at;
  }
}

/** Throws unless the numbers are the same, bit for bit (any NaN is as good as another). */
export function assertSame(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
): void {
  assertEquals(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      throw new Error(`${what}: found ${actual[i]} at ${i}, wanted ${expected[i]}`);
    }
  }
}

/**
 * Throws unless every number is within `ulps` units in the last place of what is wanted, or, where that
 * is smaller than `from`, in the last place of `from`.
 */
export function assertNear(
  actual: FloatArray,
  expected: ArrayLike<number>,
  { ulps, what, from = 0 }: { ulps: number; what: string; from?: number },
): void {
  const dtype = actual instanceof Float32Array ? "float32" : "float64";
  assertEquals(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const wanted = dtype === "float32" ? Math.fround(expected[i]) : expected[i];
    if (Object.is(actual[i], wanted)) continue;
    const distance = Math.abs(wanted) < from
      ? Math.abs(actual[i] - wanted) / unitOf(from, dtype)
      : steps(actual[i], wanted, dtype);
    if (!(distance <= ulps)) {
      throw new Error(
        `${what}: found ${actual[i]} at ${i}, wanted ${wanted}, ${distance} ulp away`,
      );
    }
  }
}

/** One unit in the last place of a normal number. */
function unitOf(x: number, dtype: DType): number {
  return 2 ** (Math.floor(Math.log2(x)) - (dtype === "float32" ? 23 : 52));
}

/** How many numbers of a dtype lie from `a` to `b`; NaN is near nothing, and -0 is 0. */
function steps(a: number, b: number, dtype: DType): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  const difference = place(a, dtype) - place(b, dtype);
  return Number(difference < 0n ? -difference : difference);
}

/** The place of `x` among the numbers of a dtype, 0 being at 0. */
function place(x: number, dtype: DType): bigint {
  const size = Math.abs(x);
  const bits = dtype === "float32"
    ? BigInt(new Int32Array(Float32Array.of(size).buffer)[0])
    : new BigInt64Array(Float64Array.of(size).buffer)[0];
  return x < 0 ? -bits : bits;
}

/** A repeatable stream of numbers in [0, 1). */
export function stream(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Numbers that kernels get wrong: NaN, infinities, both zeros, subnormals and the largest. */
export const awkward: readonly number[] = [
  ...[NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 0.5, 3, 1e-45, -1e-40, 5e-324, -1e-310],
  ...[1.17549435e-38, 2.2250738585072014e-308, 3.4e38, -3.4e38, 1.7e308, -745.2, 709.9, 88.8, -104],
];

/** `length` numbers, about one in three of them awkward. */
export function mixed(seed: number, length: number, dtype: DType): FloatArray {
  const next = stream(seed);
  return floats(
    dtype,
    Array.from({ length }, () => {
      const pick = next();
      if (pick < 0.33) return awkward[Math.floor(next() * awkward.length)];
      return (next() - 0.5) * 2 ** Math.floor(next() * 12 - 4);
    }),
  );
}

/** `length` numbers in (-1, 1). */
export function plain(seed: number, length: number, dtype: DType): FloatArray {
  const next = stream(seed);
  return floats(dtype, Array.from({ length }, () => next() * 2 - 1));
}

/** `length` whole numbers in [0, limit), about one in `negativeEvery` of them -1. */
export function someIds(
  seed: number,
  length: number,
  { limit, negativeEvery = Infinity }: { limit: number; negativeEvery?: number },
): Int32Array {
  const next = stream(seed);
  return Int32Array.from(
    { length },
    () => next() < 1 / negativeEvery ? -1 : Math.floor(next() * limit),
  );
}
