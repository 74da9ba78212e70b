// What must hold of the SIMD kernels: each check throws unless a kernel does what the plain loop of
// lib/autograd/reference.ts does, for every length from 0 to 40, at every alignment, and writes
// nothing else: bit for bit, but where a bound is stated. simd_test.ts runs them on the compiled
// kernels and on wrong ones.

import { assertEquals } from "@std/assert";
import type { DType, FloatArray } from "minimodel";
import * as reference from "../lib/autograd/reference.ts";
import {
  assertNear,
  assertSame,
  dtypes,
  floats,
  type Kernels,
  mixed,
  Operands,
  plain,
  someIds,
  type Suffix,
  suffixOf,
} from "./_simd_memory.ts";

/** A check of the kernels, which live in a memory of their own; `start` is where operands go. */
export type Check = (kernels: Kernels, start: number) => void;

/** What a case is about. */
interface Case {
  readonly dtype: DType;
  readonly suffix: Suffix;
  readonly size: number;
  readonly length: number;
  readonly shift: number;
  readonly seed: number;
  readonly what: string;
}

/** Every dtype, length from 0 to 40 and alignment, `name` being what is checked. */
function* cases(name: string, longest = 40): Generator<Case> {
  for (const dtype of dtypes) {
    const size = dtype === "float32" ? 4 : 8;
    for (let length = 0; length <= longest; length++) {
      for (let shift = 0; shift < 16 / size; shift++) {
        const seed = length * 4 + shift + 1;
        const what = `${name} of ${length} ${dtype}, moved by ${shift}`;
        yield { dtype, suffix: suffixOf(dtype), size, length, shift, seed, what };
      }
    }
  }
}

/** Kernels that are exact for every number there is. */
const exactUnary = ["neg", "sqrt", "relu"] as const;
/** Kernels within 4 units in the last place of JavaScript's Math; in float32, within 1. */
const nearUnary = ["exp", "log", "sigmoid", "logSigmoid", "tanh"] as const;
const exactBinary = ["add", "sub", "mul", "div", "gate"] as const;
const nearBinary = ["pow", "powBaseSlope", "powExponentSlope"] as const;

/** Functions of one number, in place and not. */
export const checkUnary: Check = (kernels, start) => {
  for (const name of [...exactUnary, ...nearUnary]) {
    for (const { dtype, suffix, size, length, shift, seed, what } of cases(name)) {
      const operands = new Operands(kernels, { start, shift });
      const x = mixed(seed, length, dtype);
      const [from, to] = [operands.input(x), operands.room(length * size, size)];
      const own = operands.both(x);
      operands.run(() => {
        kernels[`${name}_${suffix}`](from, to, length);
        kernels[`${name}_${suffix}`](own, own, length);
      });
      const expected = floats(dtype, length);
      reference.unary(name, x, expected);
      for (const at of [to, own]) {
        const actual = operands.floats(at, length, dtype);
        if (name === "neg" || name === "sqrt" || name === "relu") {
          assertSame(actual, expected, what);
        } else assertNear(actual, expected, { ulps: dtype === "float32" ? 1 : 4, what });
      }
    }
  }
};

/** Functions of two numbers, of which either may be one number for all. */
export const checkBinary: Check = (kernels, start) => {
  for (const name of [...exactBinary, ...nearBinary]) {
    for (const { dtype, suffix, size, length, shift, seed, what } of cases(name)) {
      for (const [aStep, bStep] of [[1, 1], [1, 0], [0, 1], [0, 0]]) {
        const operands = new Operands(kernels, { start, shift });
        const a = mixed(seed, aStep === 1 ? length : 1, dtype);
        const b = mixed(seed + 1000, bStep === 1 ? length : 1, dtype);
        const [left, right] = [operands.input(a), operands.input(b)];
        const to = operands.room(length * size, size);
        operands.run(() => kernels[`${name}_${suffix}`](left, aStep, right, bStep, to, length));
        const expected = floats(dtype, length);
        reference.binary(name, a, [aStep], b, [bStep], expected, [length]);
        const actual = operands.floats(to, length, dtype);
        const described = `${what}, steps ${aStep} and ${bStep}`;
        const exact = exactBinary.some((other) => other === name);
        if (exact) assertSame(actual, expected, described);
        else assertNear(actual, expected, { ulps: dtype === "float32" ? 1 : 4, what: described });
      }
    }
  }
};

/** Zeroing. */
export const checkZero: Check = (kernels, start) => {
  for (const { dtype, size, length, shift, seed, what } of cases("zeroBytes")) {
    const operands = new Operands(kernels, { start, shift });
    const zeroed = operands.both(mixed(seed, length, dtype));
    operands.run(() => kernels.zeroBytes(zeroed, length * size));
    assertSame(operands.floats(zeroed, length, dtype), floats(dtype, length), what);
  }
};

/** Widths that have loops of their own, and their neighbours. */
const specialWidths = [63, 64, 65, 127, 128, 129, 255, 256, 300];

/** Rows by id: every width from 0 to 40 and around the ones with loops of their own. */
export const checkGather: Check = (kernels, start) => {
  for (const given of cases("gather", 40 + specialWidths.length)) {
    const { dtype, suffix, size, shift, seed, what } = given;
    const width = specialWidths[given.length - 41] ?? given.length;
    const [rows, n] = [7, seed % 19];
    const operands = new Operands(kernels, { start, shift });
    const table = mixed(seed, rows * width, dtype);
    const ids = someIds(seed, n, { limit: rows });
    const [from, at] = [operands.input(table), operands.input(ids)];
    const to = operands.room(n * width * size, size);
    const outside = operands.run(() => kernels[`gather_${suffix}`](from, at, n, width, rows, to));
    const expected = floats(dtype, n * width);
    assertEquals(outside, reference.gatherRows(table, ids, expected, width, rows), what);
    assertSame(operands.floats(to, n * width, dtype), expected, what);
  }
};

/** An id out of range is found at every place, and nothing is written. */
export const checkBounds: Check = (kernels, start) => {
  const rows = 5;
  for (const { dtype, suffix, length, shift, what } of cases("bounds")) {
    for (let place = 0; place < length; place++) {
      for (const bad of [rows, rows + 1, 2 ** 31 - 1, -1, -(2 ** 31)]) {
        const operands = new Operands(kernels, { start, shift });
        const ids = new Int32Array(length).fill(rows - 1);
        ids[place] = bad;
        ids[length - 1] = bad;
        const [table, at] = [operands.input(plain(1, rows, dtype)), operands.input(ids)];
        // No room is given: whatever is written is written where it must not be.
        const to = operands.input(plain(2, length, dtype));
        const found = operands.run(() =>
          kernels[`gather_${suffix}`](table, at, length, 1, rows, to)
        );
        assertEquals(found, place, `${what}: id ${bad} at ${place}`);
        assertEquals(reference.firstOutside(ids, rows), place, what);
        assertEquals(kernels.firstOutside(at, length, rows), place, what);
        assertEquals(kernels.firstOutside(at, place, rows), -1, what);
      }
    }
  }
};

/** Adding rows by id, ids that repeat and ids that are passed over included. */
export const checkScatterAdd: Check = (kernels, start) => {
  for (const given of cases("scatterAdd", 40 + specialWidths.length)) {
    const { dtype, suffix, shift, seed, what } = given;
    const width = specialWidths[given.length - 41] ?? given.length;
    const [rows, n] = [3, seed % 23];
    const operands = new Operands(kernels, { start, shift });
    // Numbers whose sum depends on the order of the additions.
    const values = plain(seed, n * width, dtype).map((x, i) => i % 7 === 3 ? x * 1e10 : x);
    const ids = someIds(seed, n, { limit: rows, negativeEvery: 5 });
    const expected = mixed(seed, rows * width, dtype);
    const [from, at] = [operands.input(values), operands.input(ids)];
    const to = operands.both(expected);
    operands.run(() => kernels[`scatterAdd_${suffix}`](from, at, n, width, to));
    reference.scatterAddRows(values, ids, expected, width);
    assertSame(operands.floats(to, rows * width, dtype), expected, what);
  }
};

/** Sums and means of bags: with and without weights and padding, empty bags too. */
export const checkBag: Check = (kernels, start) => {
  for (const given of cases("bag", 40 + specialWidths.length)) {
    const { dtype, suffix, size, shift, seed, what } = given;
    const width = specialWidths[given.length - 41] ?? given.length;
    for (let variant = 0; variant < 8; variant++) {
      const [mean, weighted, padded] = [1, 2, 4].map((bit) => (variant & bit) !== 0);
      const [rows, padding] = [4, padded ? 1 : -1];
      const offsets = Int32Array.of(0, 0, 3, 3 + seed % 6);
      const [n, bags] = [offsets[3] + seed % 4, offsets.length];
      const ids = someIds(seed, n, { limit: rows });
      const weights = weighted ? plain(seed + 7, n, dtype) : undefined;
      const table = plain(seed, rows * width, dtype);
      const operands = new Operands(kernels, { start, shift });
      const [from, at, starts] = [table, ids, offsets].map((values) => operands.input(values));
      const w = weights === undefined ? 0 : operands.input(weights);
      const to = operands.room(bags * width * size, size);
      operands.run(() =>
        kernels[`bag_${suffix}`](from, at, starts, bags, n, w, width, to, +mean, padding)
      );
      const expected = floats(dtype, bags * width);
      reference.bag(table, ids, offsets, weights, expected, width, { mean, padding });
      const described = `${what}, width ${width}, variant ${variant}`;
      assertSame(operands.floats(to, bags * width, dtype), expected, described);
    }
  }
};

/** Sums over an axis: rows, columns, the whole, and axes of no numbers. */
export const checkSumAxis: Check = (kernels, start) => {
  for (const { dtype, suffix, size, length, shift, seed, what } of cases("sumAxis")) {
    const shapes = [[1, length, 1], [3, length, 1], [2, 5, length], [2, 0, length], [0, 4, length]];
    for (const [outer, reduced, inner] of shapes) {
      for (const values of [plain, mixed]) {
        const operands = new Operands(kernels, { start, shift });
        const x = values(seed, outer * reduced * inner, dtype);
        const [from, to] = [operands.input(x), operands.room(outer * inner * size, size)];
        operands.run(() => kernels[`sumAxis_${suffix}`](from, to, outer, reduced, inner));
        const expected = floats(dtype, outer * inner);
        reference.sumAxis(x, expected, outer, reduced, inner);
        const actual = operands.floats(to, outer * inner, dtype);
        assertSame(actual, expected, `${what}, shape ${[outer, reduced, inner]}`);
      }
    }
  }
};

/** Largest numbers and where they stand. */
export const checkMaxRows: Check = (kernels, start) => {
  for (const { dtype, suffix, size, length: width, shift, seed, what } of cases("maxRows")) {
    if (width === 0) continue;
    for (let variant = 0; variant < 6; variant++) {
      const rows = 5;
      const operands = new Operands(kernels, { start, shift });
      const few = mixed(seed * 6 + variant, rows * width, dtype);
      // Many equal numbers, both zeros among them, and rows of -Infinity alone.
      const x = few.map((value, i) => {
        if (variant % 3 === 1) return i % 4 === 0 ? -0 : 0;
        if (variant % 3 === 2) return Number.isNaN(value) ? -Infinity : Math.sign(value) * 2;
        return value;
      });
      if (variant === 3) x.fill(-Infinity);
      const from = operands.input(x);
      const [to, positions] = [operands.room(rows * size, size), operands.room(rows * 4, 4)];
      operands.run(() => kernels[`maxRows_${suffix}`](from, to, positions, rows, width));
      const [expected, places] = [floats(dtype, rows), new Int32Array(rows)];
      reference.maxRows(x, expected, places, width);
      assertEquals(operands.integers(positions, rows), places, what);
      assertSame(operands.floats(to, rows, dtype), expected, what);
    }
  }
};

/**
 * A softmax of 40 numbers is within 2 units in the last place in float32, 16 in float64, where sums
 * of more numbers add to it: they are taken in another order. Both terms of a logarithm carry an
 * error of their own, so near 0 its bound is absolute.
 */
const softmaxUlps = { float32: 2, float64: 16 };
const logError = { float32: 2e-7, float64: 1e-15 };

function assertNearLogs(actual: FloatArray, expected: FloatArray, dtype: DType, what: string) {
  actual.forEach((log, i) => {
    const bound = logError[dtype] * (1 + Math.abs(expected[i]));
    const near = Object.is(log, expected[i]) || Math.abs(log - expected[i]) <= bound;
    assertEquals(near, true, `${what}, logarithm: ${log}, ${expected[i]}`);
  });
}

/** Softmax and its logarithm. */
export const checkSoftmax: Check = (kernels, start) => {
  for (const { dtype, suffix, size, length: width, shift, seed, what } of cases("softmax")) {
    for (const values of [plain, mixed]) {
      const rows = 3;
      const operands = new Operands(kernels, { start, shift });
      const x = values(seed, rows * width, dtype).map((value) => value * 20);
      const [from, own] = [operands.input(x), operands.both(x)];
      const logs = operands.room(rows * width * size, size);
      operands.run(() => {
        kernels[`softmaxRows_${suffix}`](own, own, rows, width, 0);
        kernels[`softmaxRows_${suffix}`](from, logs, rows, width, 1);
      });
      const expected = floats(dtype, rows * width);
      reference.softmaxRows(x, expected, width, false);
      const actual = operands.floats(own, rows * width, dtype);
      assertNear(actual, expected, { ulps: softmaxUlps[dtype], what });
      reference.softmaxRows(x, expected, width, true);
      assertNearLogs(operands.floats(logs, rows * width, dtype), expected, dtype, what);
    }
  }
};

/** Cross-entropy forward and backward. */
export const checkCrossEntropy: Check = (kernels, start) => {
  for (const { dtype, suffix, size, length, shift, seed, what } of cases("crossEntropy")) {
    const [rows, width] = [4, length + 1];
    const logits = plain(seed, rows * width, dtype).map((value) => value * 10);
    const targets = someIds(seed, rows, { limit: width });
    const slopes = plain(seed + 1, rows, dtype);
    const operands = new Operands(kernels, { start, shift });
    const [from, at, dLosses] = [logits, targets, slopes].map((values) => operands.input(values));
    const [losses, p, dLogits] = [rows, rows * width, rows * width]
      .map((numbers) => operands.room(numbers * size, size));
    operands.run(() => {
      kernels[`crossEntropyRows_${suffix}`](from, at, losses, p, rows, width);
      kernels[`crossEntropyBackward_${suffix}`](p, at, dLosses, dLogits, rows, width);
    });
    const [wantedLosses, wanted] = [floats(dtype, rows), floats(dtype, rows * width)];
    reference.crossEntropyRows(logits, targets, wantedLosses, wanted, width);
    const probabilities = operands.floats(p, rows * width, dtype);
    assertNear(probabilities, wanted, { ulps: softmaxUlps[dtype], what });
    assertNearLogs(operands.floats(losses, rows, dtype), wantedLosses, dtype, what);
    reference.crossEntropyBackward(probabilities, targets, slopes, wanted, width);
    assertSame(operands.floats(dLogits, rows * width, dtype), wanted, `${what}, backward`);
  }
};

/** Products: every small size, and sizes around the edges of tiles and blocks. */
export const checkMatmul: Check = (kernels, start) => {
  const sizes: [number, number, number][] = [];
  for (let n = 0; n <= 9; n++) for (const m of [0, 1, 3, 4, 5, 8, 13]) sizes.push([n, m, 17 - n]);
  sizes.push([1, 300, 40], [65, 257, 9], [5, 513, 261], [130, 20, 33], [64, 256, 16], [3, 70, 600]);
  sizes.push([200, 1, 3], [1, 1, 1], [16, 16, 16], [33, 31, 300]);
  for (const dtype of dtypes) {
    const [suffix, size] = [suffixOf(dtype), dtype === "float32" ? 4 : 8];
    sizes.forEach(([rows, shared, columns], seed) => {
      const a = plain(seed + 1, rows * shared, dtype);
      const b = plain(seed + 2, shared * columns, dtype);
      for (const transA of [false, true]) {
        for (const transB of [false, true]) {
          const shift = (seed + +transA) % (16 / size);
          const operands = new Operands(kernels, { start, shift });
          const scratchBytes = kernels[`matmulScratch_${suffix}`](rows, shared, columns);
          const [left, right] = [operands.input(a), operands.input(b)];
          const to = operands.room(rows * columns * size, size);
          const scratch = operands.room(scratchBytes, size);
          operands.run(() =>
            kernels[`matmul_${suffix}`](
              ...[left, right, to] as const,
              ...[rows, shared, columns] as const,
              ...[+transA, +transB, scratch] as const,
            )
          );
          const expected = floats(dtype, rows * columns);
          const product = { rows, shared, columns };
          reference.matmul(a, 0, b, 0, expected, 0, product, { a: transA, b: transB });
          assertSame(
            operands.floats(to, rows * columns, dtype),
            expected,
            `${rows} x ${shared} x ${columns} of ${dtype}, transposed ${transA} and ${transB}`,
          );
        }
      }
    });
  }
};

/** Steps of gradient descent, dense and by rows. */
export const checkSgd: Check = (kernels, start) => {
  for (const { dtype, suffix, length, shift, seed, what } of cases("sgd")) {
    for (let variant = 0; variant < 8; variant++) {
      const [first, decays, moves] = [1, 2, 4].map((bit) => (variant & bit) !== 0);
      const factors = { lr: 0.1, momentum: 0.9, weightDecay: decays ? 0.01 : 0, first };
      const [param, grad] = [mixed(seed, length, dtype), mixed(seed + 1, length, dtype)];
      const velocity = moves ? plain(seed + 2, length, dtype) : undefined;
      const operands = new Operands(kernels, { start, shift });
      const [p, g] = [operands.both(param), operands.input(grad)];
      const v = velocity === undefined ? 0 : operands.both(velocity);
      operands.run(() =>
        kernels[`sgd_${suffix}`](p, g, v, length, 0.1, 0.9, factors.weightDecay, +first)
      );
      reference.sgd(param, grad, velocity, factors);
      assertSame(operands.floats(p, length, dtype), param, what);
      if (velocity !== undefined) assertSame(operands.floats(v, length, dtype), velocity, what);
    }
    const [table, rows] = [plain(seed, 6 * length, dtype), Int32Array.of(4, 0, 5)];
    const values = plain(seed + 3, rows.length * length, dtype);
    const operands = new Operands(kernels, { start, shift });
    const [p, g, at] = [operands.both(table), operands.input(values), operands.input(rows)];
    operands.run(() => kernels[`sgdRows_${suffix}`](p, g, at, rows.length, length, 0.1));
    reference.sgdRows(table, values, rows, 0.1);
    assertSame(operands.floats(p, table.length, dtype), table, `${what}, by rows`);
  }
};

/** Steps of Adam, dense and by rows. */
export const checkAdam: Check = (kernels, start) => {
  const shared = { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
  const factors = { ...shared, weightDecay: 0, correction1: 0.19, correction2: 0.001999 };
  const { lr, beta1, beta2, eps, correction1, correction2 } = factors;
  for (const { dtype, suffix, length, shift, seed, what } of cases("adam")) {
    const rows = Int32Array.of(4, 0, 5);
    for (const weightDecay of [0, 0.01]) {
      const [param, grad] = [mixed(seed, length, dtype), mixed(seed + 1, length, dtype)];
      const [m, v] = [plain(seed + 2, length, dtype), plain(seed + 3, length, dtype).map(Math.abs)];
      const operands = new Operands(kernels, { start, shift });
      const [p, first, second] = [param, m, v].map((values) => operands.both(values));
      const g = operands.input(grad);
      operands.run(() =>
        kernels[`adam_${suffix}`](
          ...[p, g, first, second, length, lr, beta1, beta2, eps, weightDecay] as const,
          ...[correction1, correction2] as const,
        )
      );
      reference.adam(param, grad, m, v, { ...factors, weightDecay });
      assertSame(operands.floats(p, length, dtype), param, what);
      assertSame(operands.floats(first, length, dtype), m, what);
      assertSame(operands.floats(second, length, dtype), v, what);
    }
    const tables = [1, 2, 3].map((k) => plain(seed + k, 6 * length, dtype).map(Math.abs));
    const values = plain(seed + 4, rows.length * length, dtype);
    const operands = new Operands(kernels, { start, shift });
    const [p, first, second] = tables.map((numbers) => operands.both(numbers));
    const [g, at] = [operands.input(values), operands.input(rows)];
    operands.run(() =>
      kernels[`adamRows_${suffix}`](
        ...[p, g, at, rows.length, length, first, second] as const,
        ...[lr, beta1, beta2, eps, correction1, correction2] as const,
      )
    );
    reference.adamRows(tables[0], values, rows, tables[1], tables[2], factors);
    [p, first, second].forEach((pointer, k) =>
      assertSame(operands.floats(pointer, 6 * length, dtype), tables[k], `${what}, by rows`)
    );
  }
};
