// The SIMD kernels against the plain loops of lib/kernels/plain.ts. They run in a memory of
// their own, which nothing else in the library uses.

import { assertEquals, assertThrows } from "@std/assert";
import * as checks from "./_simd_checks/mod.ts";
import { assertNear, instantiateKernels, type Kernels } from "./_simd_memory.ts";

const { module, kernels } = await instantiateKernels();
const start = kernels.heapBase();

/** What some of the wrong kernels do. */
function copyBytes(from: number, to: number, bytes: number): void {
  new Uint8Array(kernels.memory.buffer).copyWithin(to, from, from + bytes);
}

Deno.test("The compiled kernels import nothing and export their memory", () => {
  assertEquals(WebAssembly.Module.imports(module), []);
  // It starts small, and may grow to all that 32-bit pointers reach.
  assertEquals(kernels.memory.buffer.byteLength, 32 * 2 ** 16);
});

for (const [sentence, check] of checks.kernelChecks) {
  Deno.test(sentence, () => check(kernels, start));
}

Deno.test("Kernels take pointers above 2 GiB", async () => {
  const own = (await WebAssembly.instantiate(module)).exports as unknown as Kernels;
  own.memory.grow(2 ** 16 - 32);
  assertEquals(own.memory.buffer.byteLength, 2 ** 32);
  for (const check of [checks.checkGather, checks.checkScatterAdd, checks.checkMatmul]) {
    check(own, 3 * 2 ** 30);
  }
});

Deno.test("assertNear tells a number from its neighbours and NaN from all", () => {
  assertNear(Float32Array.of(1 + 2 ** -23), [1], { ulps: 1, what: "1" });
  assertThrows(() => assertNear(Float32Array.of(1 + 2 ** -22), [1], { ulps: 1, what: "1" }));
  assertThrows(() => assertNear(Float64Array.of(NaN), [1], { ulps: 1e9, what: "1" }));
  assertThrows(() => assertNear(Float64Array.of(1), [NaN], { ulps: 1e9, what: "1" }));
  // The unit of 1/8 and of what is up to twice as large.
  const small = { ulps: 2, from: 1 / 8, what: "0.1" };
  assertNear(Float64Array.of(0.1 + 2 ** -54), [0.1], small);
  assertThrows(() => assertNear(Float64Array.of(0.1 + 2 ** -53), [0.1], small));
  assertThrows(() => assertNear(Float64Array.of(NaN), [0.1], small));
  assertThrows(() => assertNear(Float64Array.of(1 + 2 ** -50), [1], small));
});

/** Kernels wrong in one way each, and the check that must refuse them. */
const wrong: [string, checks.Check, Partial<Kernels>][] = [
  ["a unary kernel that leaves out the tail", checks.checkUnary, {
    neg_f32: (x, out, n) => kernels.neg_f32(x, out, n & ~3),
  }],
  ["an exponential that is 3 float32 away", checks.checkUnary, {
    exp_f32(x, out, n) {
      kernels.exp_f32(x, out, n);
      const bits = new Int32Array(kernels.memory.buffer, out, n);
      for (let i = 0; i < n; i++) if (bits[i] > 2 ** 29) bits[i] += 3;
    },
  }],
  ["a binary kernel that writes one number too many", checks.checkBinary, {
    mul_f64(a, aStep, b, bStep, out, n) {
      kernels.mul_f64(a, aStep, b, bStep, out, n);
      if (n > 0) copyBytes(out, out + n * 8, 8);
    },
  }],
  ["a binary kernel that ignores a step of 0", checks.checkBinary, {
    sub_f32: (a, _, b, bStep, out, n) => kernels.sub_f32(a, 1, b, bStep, out, n),
  }],
  ["a zeroing that rounds the length up", checks.checkZero, {
    zeroBytes: (out, bytes) => kernels.zeroBytes(out, (bytes + 15) & ~15),
  }],
  ["a gather that is one row off", checks.checkGather, {
    gather_f64: (table, ids, n, width, rows, out) =>
      kernels.gather_f64(table + width * 8, ids, n, width, rows, out),
  }],
  ["a bounds check that stops at whole vectors", checks.checkBounds, {
    gather_f32: (table, ids, n, width, rows, out) =>
      kernels.gather_f32(table, ids, n & ~3, width, rows, out),
  }],
  ["a bounds check that lets the number of rows through", checks.checkBounds, {
    firstOutside: (ids, n, count) => kernels.firstOutside(ids, n, count + 1),
  }],
  ["a scatter in which the last write wins", checks.checkScatterAdd, {
    scatterAdd_f32(rows, ids, n, width, out) {
      const places = new Int32Array(kernels.memory.buffer, ids, n);
      places.forEach((id, k) => {
        if (id >= 0) copyBytes(rows + k * width * 4, out + id * width * 4, width * 4);
      });
    },
  }],
  ["a scatter that adds the last row first", checks.checkScatterAdd, {
    scatterAdd_f64(rows, ids, n, width, out) {
      for (let k = n - 1; k >= 0; k--) {
        kernels.scatterAdd_f64(rows + k * width * 8, ids + k * 4, 1, width, out);
      }
    },
  }],
  ["a bag whose mean is its sum", checks.checkBag, {
    bag_f32: (table, ids, offsets, bags, n, weights, width, out, _, padding) =>
      kernels.bag_f32(table, ids, offsets, bags, n, weights, width, out, 0, padding),
  }],
  ["a bag that forgets the weights", checks.checkBag, {
    bag_f64: (table, ids, offsets, bags, n, _, width, out, mean, padding) =>
      kernels.bag_f64(table, ids, offsets, bags, n, 0, width, out, mean, padding),
  }],
  ["a bag that counts the padding", checks.checkBag, {
    bag_f64: (table, ids, offsets, bags, n, weights, width, out, mean) =>
      kernels.bag_f64(table, ids, offsets, bags, n, weights, width, out, mean, -1),
  }],
  ["a sum in another order", checks.checkSumAxis, {
    sumAxis_f64(x, out, outer, reduced, inner) {
      const from = new Float64Array(kernels.memory.buffer, x, outer * reduced * inner);
      const to = new Float64Array(kernels.memory.buffer, out, outer * inner).fill(0);
      from.forEach((value, i) =>
        to[Math.floor(i / (reduced * inner)) * inner + i % inner] += value
      );
    },
  }],
  ["a maximum that passes over NaN", checks.checkMaxRows, {
    maxRows_f64(x, out, positions, rows, width) {
      const from = new Float64Array(kernels.memory.buffer, x, rows * width);
      const clean = from.slice();
      from.forEach((value, i) => from[i] = Number.isNaN(value) ? -Infinity : value);
      kernels.maxRows_f64(x, out, positions, rows, width);
      from.set(clean);
    },
  }],
  ["a softmax that takes nothing off first", checks.checkSoftmax, {
    softmaxRows_f64(x, out, rows, width) {
      kernels.exp_f64(x, out, rows * width);
      const to = new Float64Array(kernels.memory.buffer, out, rows * width);
      for (let start = 0; start < to.length; start += width) {
        const row = to.subarray(start, start + width);
        const total = row.reduce((sum, value) => sum + value, 0);
        row.forEach((value, i) => row[i] = value / total);
      }
    },
  }],
  ["a softmax that loses what the difference to the largest rounds away", checks.checkSoftmax, {
    softmaxRows_f32(x, out, rows, width, logarithm) {
      const from = new Float32Array(kernels.memory.buffer, x, rows * width);
      const to = new Float32Array(kernels.memory.buffer, out, rows * width);
      for (let start = 0; start < from.length; start += width) {
        const row = from.slice(start, start + width);
        const top = row.reduce((most, value) => value > most ? value : most, -Infinity);
        to.set(row.map((value) => value - top), start);
      }
      kernels.softmaxRows_f32(out, out, rows, width, logarithm);
    },
  }],
  ["a cross-entropy that is the logarithm itself", checks.checkCrossEntropy, {
    crossEntropyRows_f32(logits, targets, losses, probabilities, rows, width) {
      kernels.crossEntropyRows_f32(logits, targets, losses, probabilities, rows, width);
      kernels.neg_f32(losses, losses, rows);
    },
  }],
  ["a gradient of cross-entropy that takes nothing off", checks.checkCrossEntropy, {
    crossEntropyBackward_f64(probabilities, _, dLosses, out, rows, width) {
      for (let r = 0; r < rows; r++) {
        const start = r * width * 8;
        kernels.mul_f64(probabilities + start, 1, dLosses + r * 8, 0, out + start, width);
      }
    },
  }],
  ["a product that ignores a transpose", checks.checkMatmul, {
    matmul_f64: (a, b, out, rows, shared, columns, _, transB, scratch) =>
      kernels.matmul_f64(a, b, out, rows, shared, columns, 0, transB, scratch),
  }],
  ["a product that needs more scratch memory than it says", checks.checkMatmul, {
    matmulScratch_f32: (rows, shared, columns) =>
      kernels.matmulScratch_f32(rows, shared, columns) / 2,
  }],
  ["dot products in the places of their transpose", checks.checkRowDots, {
    rowDots_f64(x, vectors, out, squares, rows, width, n, scratch) {
      kernels.rowDots_f64(x, vectors, out, squares, rows, width, n, scratch);
      const to = new Float64Array(kernels.memory.buffer, out, rows * n);
      to.set(to.map((_, i) => to[i % n * rows + Math.floor(i / n)]));
    },
  }],
  ["dot products that leave out the tail", checks.checkRowDots, {
    rowDots_f32(x, vectors, out, squares, rows, width, n, scratch) {
      kernels.rowDots_f32(x, vectors, out, squares, rows, width, n, scratch);
      if (width % 4 === 0) return;
      for (let i = 0; i < rows * n; i++) {
        const at = (i % rows + 1) * width - 1;
        const [last, other] = [x + at * 4, vectors + ((Math.floor(i / rows) + 1) * width - 1) * 4]
          .map((place) => new Float32Array(kernels.memory.buffer, place, 1)[0]);
        new Float32Array(kernels.memory.buffer, out, rows * n)[i] -= last * other;
      }
    },
  }],
  ["a step that treats every step as the first", checks.checkSgd, {
    sgd_f32: (param, grad, velocity, n, lr, momentum, decay) =>
      kernels.sgd_f32(param, grad, velocity, n, lr, momentum, decay, 1),
  }],
  ["an Adam without the correction of the second moment", checks.checkAdam, {
    adam_f64: (param, grad, m, v, n, lr, beta1, beta2, eps, decay, correction1) =>
      kernels.adam_f64(param, grad, m, v, n, lr, beta1, beta2, eps, decay, correction1, 1),
  }],
  ["an Adam by rows that ends a row early", checks.checkAdam, {
    adamRows_f32: (param, values, rows, n, width, ...rest) =>
      kernels.adamRows_f32(param, values, rows, n && n - 1, width, ...rest),
  }],
];

for (const [sentence, check, planted] of wrong) {
  Deno.test(`The checks refuse ${sentence}`, () => {
    assertThrows(() => check({ ...kernels, ...planted }, start), Error);
  });
}
