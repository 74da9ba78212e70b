// No SIMD kernel reads behind the last number of what it is given: where that is the end of the memory, it
// would trap, and it gives the same as in the middle.

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { DType } from "minimodel";
import { dtypes, floats, instantiateKernels, suffixOf } from "./_simd_memory.ts";

const { kernels } = await instantiateKernels();
kernels.memory.grow(1);
const buffer = kernels.memory.buffer as ArrayBuffer;
const start = Math.ceil(kernels.heapBase() / 64) * 64;

type Kernel = (...given: number[]) => number | undefined;

/** How a kernel is called with `n` numbers: what it reads, from where each is placed, and what it gives. */
interface Call {
  readonly kernel: string;
  readonly reads: (n: number, floats: (count: number) => ArrayBufferView) => ArrayBufferView[];
  readonly run: (kernel: Kernel, at: number[], out: number, n: number) => number | undefined | void;
}

const ids = (...values: number[]) => Int32Array.from(values);
const one: readonly string[] = ["neg", "relu", "exp", "tanh", "log"];

const calls: readonly Call[] = [
  ...one.map((kernel): Call => ({
    kernel,
    reads: (n, of) => [of(n)],
    run: (run, [x], out, n) => run(Number(x), out, n),
  })),
  ...["add", "pow"].map((kernel): Call => ({
    kernel,
    reads: (n, of) => [of(n), of(n)],
    run: (run, [a, b], out, n) => run(Number(a), 1, Number(b), 1, out, n),
  })),
  {
    kernel: "sumAxis",
    reads: (n, of) => [of(n)],
    run: (run, [x], out, n) => run(Number(x), out, 1, n, 1),
  },
  {
    kernel: "sumAxis",
    reads: (n, of) => [of(3 * n)],
    run: (run, [x], out, n) => run(Number(x), out, 1, 3, n),
  },
  {
    kernel: "maxRows",
    reads: (n, of) => [of(n)],
    run: (run, [x], out, n) => run(Number(x), out, out + 64, 1, n),
  },
  {
    kernel: "softmaxRows",
    reads: (n, of) => [of(n)],
    run: (run, [x], out, n) => run(Number(x), out, 1, n, 1),
  },
  {
    kernel: "crossEntropyRows",
    reads: (n, of) => [of(n), ids(n - 1)],
    run: (run, [x, t], out, n) => run(Number(x), Number(t), out, out + 64, 1, n),
  },
  {
    kernel: "crossEntropyBackward",
    reads: (n, of) => [of(n), ids(0), of(1)],
    run: (run, [p, t, d], out, n) => run(Number(p), Number(t), Number(d), out, 1, n),
  },
  {
    kernel: "gather",
    reads: (n, of) => [of(2 * n), ids(0, 1, 1)],
    run: (run, [table, at], out, n) => run(Number(table), Number(at), 3, n, 2, out),
  },
  {
    kernel: "scatterAdd",
    reads: (n, of) => [of(3 * n), ids(0, 1, 1)],
    run: (run, [rows, at], out, n) => run(Number(rows), Number(at), 3, n, out),
  },
  {
    kernel: "bag",
    reads: (n, of) => [of(2 * n), ids(0, 1, 1), ids(0, 2), of(3)],
    run: (run, [table, at, starts, w], out, n) =>
      run(Number(table), Number(at), Number(starts), 2, 3, Number(w), n, out, 1, -1),
  },
  {
    kernel: "matmul",
    reads: (n, of) => [of(2 * n), of(3 * n)],
    run: (run, [a, b], out, n) => run(Number(a), Number(b), out, 2, n, 3, 0, 0, out + 4096),
  },
  {
    kernel: "matmul",
    reads: (n, of) => [of(2 * n), of(3 * n)],
    run: (run, [a, b], out, n) => run(Number(a), Number(b), out, 2, n, 3, 1, 1, out + 4096),
  },
  {
    kernel: "sgd",
    reads: (n, of) => [of(n)],
    run: (run, [g], out, n) => run(out, Number(g), 0, n, 0.5, 0, 0, 0),
  },
  {
    kernel: "sgdRows",
    reads: (n, of) => [of(2 * n), ids(0, 1)],
    run: (run, [g, at], out, n) => run(out, Number(g), Number(at), 2, n, 0.5),
  },
  {
    kernel: "adam",
    reads: (n, of) => [of(n)],
    run: (run, [g], out, n) =>
      run(out, Number(g), out + 512, out + 1024, n, 0.5, 0.9, 0.99, 1e-8, 0, 0.1, 0.01),
  },
];

const outBytes = 4096;

/** What a call writes and returns, where one of its operands is placed by `place`. */
function resultOf(
  call: Call,
  dtype: DType,
  n: number,
  last: number,
): [number | undefined, Uint8Array] {
  const kernel = Reflect.get(kernels, `${call.kernel}_${suffixOf(dtype)}`) as Kernel;
  const numbers = (count: number) =>
    floats(dtype, Array.from({ length: count }, (_, i) => 0.25 + ((7 * i) % 11) / 8));
  let top = start + 2 * outBytes + 2 ** 14;
  const put = (at: number, view: ArrayBufferView): number => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    new Uint8Array(buffer, at, bytes.length).set(bytes);
    return at;
  };
  const at = call.reads(n, numbers).map((view, i) => {
    if (i === last) return put(buffer.byteLength - view.byteLength, view);
    top += 1024;
    return put(top, view);
  });
  new Uint8Array(buffer, start, outBytes).fill(0);
  const returned = call.run(kernel, at, start, n);
  return [returned ?? undefined, new Uint8Array(buffer, start, outBytes).slice()];
}

for (const dtype of dtypes) {
  Deno.test(`no kernel of ${dtype} reads behind the end of an operand`, () => {
    for (const call of calls) {
      const operands = call.reads(1, (count) => floats(dtype, count)).length;
      for (let n = 1; n <= 19; n++) {
        const expected = resultOf(call, dtype, n, -1);
        assert(n === 1 || expected[1].some((byte) => byte !== 0), call.kernel);
        for (let last = 0; last < operands; last++) {
          assertEquals(resultOf(call, dtype, n, last), expected, `${call.kernel}, ${n}, ${last}`);
        }
      }
    }
  });
}

Deno.test("the first id out of range is found up to the end of the memory", () => {
  for (let n = 1; n <= 19; n++) {
    const at = buffer.byteLength - 4 * n;
    const view = new Int32Array(buffer, at, n).fill(2);
    assertEquals(kernels.firstOutside(at, n, 3), -1);
    view[n - 1] = 3;
    assertEquals(kernels.firstOutside(at, n, 3), n - 1);
  }
});

Deno.test("a kernel that reads one number more traps at the end of the memory", () => {
  const at = buffer.byteLength - 8;
  assert(kernels.neg_f64(at, start, 1) === undefined);
  assertThrows(() => kernels.neg_f64(at, start, 2), WebAssembly.RuntimeError);
});
