// Calls each function of lib/kernels/dispatch.ts with as many numbers as it is told, in both dtypes, and
// prints as JSON which kernels of the WebAssembly module ran. It is started with an import map that puts
// counted kernels in the place of the module, see tests/noticed_kernels_test.ts.

import type { DType } from "../lib/check/dtype.ts";
import * as dispatch from "../lib/kernels/dispatch.ts";
import { copyOf, reserve, type Storage } from "../lib/kernels/storage.ts";

const { kernelCalls } = globalThis as unknown as { kernelCalls: string[] };

const ids = (length: number) => new Int32Array(length);
const few = [15, 17] as const;
const many = [16, 16] as const;
/** So many that they are blocks of the kernels' memory. */
const blocks = [16, 64] as const;

/** The calls, by name, with `rows` rows of `width` numbers. */
function callsOf(dtype: DType, rows: number, width: number): Record<string, () => unknown> {
  const count = rows * width;
  const x = (length = count): Storage => copyOf(new Float64Array(length).fill(0.5), dtype);
  const out = (length = count): Storage => reserve(dtype, length);
  const [shape, step, still] = [[rows, width], [width, 1], [0, 1]];
  const adam = {
    ...{ lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0 },
    ...{ correction1: 0.1, correction2: 0.01 },
  };
  const sgd = { lr: 0.1, momentum: 0, weightDecay: 0, first: true };
  return {
    unary: () => dispatch.unary("exp", x(), out()),
    pairwise: () => dispatch.pairwise("mul", x(), x(), out()),
    binary: () => dispatch.binary("sub", x(), step, x(width), still, out(), shape),
    sumAxis: () => dispatch.sumAxis(x(), out(rows), rows, width, 1),
    maxRows: () => dispatch.maxRows(x(), out(rows), ids(rows), width),
    softmaxRows: () => dispatch.softmaxRows(x(), out(), width, true),
    crossEntropyRows: () => dispatch.crossEntropyRows(x(), ids(rows), out(rows), out(), width),
    crossEntropyBackward: () =>
      dispatch.crossEntropyBackward(x(), ids(rows), x(rows), out(), width),
    matmul: () =>
      dispatch.matmul(
        ...[x(width), 0, x(rows * width), 0, out(rows), 0] as const,
        ...[{ rows: 1, shared: width, columns: rows }, {}] as const,
      ),
    matmulInDepth: () =>
      dispatch.matmul(
        ...[x(rows * width), 0, x(width), 0, out(rows), 0] as const,
        ...[{ rows, shared: width, columns: 1 }, {}] as const,
      ),
    firstOutside: () => dispatch.firstOutside(ids(count), 1),
    gatherRows: () => dispatch.gatherRows(x(width), ids(rows), out(), width, 1),
    scatterAddRows: () => dispatch.scatterAddRows(x(), ids(rows), x(width), width),
    bag: () =>
      dispatch.bag(x(width), ids(rows), Int32Array.of(0, 3), undefined, out(2 * width), width, {
        ...{ mean: true, padding: -1 },
      }),
    sgd: () => dispatch.sgd(x(), x(), undefined, sgd),
    sgdRows: () => dispatch.sgdRows(x(), x(), Int32Array.from({ length: rows }, (_, n) => n), 0.1),
    adam: () => dispatch.adam(x(), x(), x(), x(), adam),
    // Four arrays and the rows would be more copies than it pays to make.
    adamRows: () => dispatch.adamRows(x(), x(), ids(rows), x(), x(), adam),
  };
}

/** The kernels that ran in a call, each once. */
function kernelsOf(call: () => unknown): string[] {
  kernelCalls.length = 0;
  call();
  return [...new Set(kernelCalls)].sort();
}

const found = (["float32", "float64"] as const).map((dtype) => {
  const [short, long] = [callsOf(dtype, ...few), callsOf(dtype, ...many)];
  return Object.entries(long).map(([name, call]) => {
    const before = short[name];
    const inBlocks = callsOf(dtype, ...blocks)[name] ?? call;
    return [name, kernelsOf(before ?? call), kernelsOf(name === "adamRows" ? inBlocks : call)];
  });
});
console.log(JSON.stringify(found));
