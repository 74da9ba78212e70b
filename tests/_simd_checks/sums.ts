// What makes one number of many: sums, largest numbers, softmax and the loss.

import { assertEquals } from "@std/assert";
import type { DType, FloatArray } from "minimodel";
import * as reference from "../../lib/kernels/plain.ts";
import {
  assertNear,
  assertSame,
  floats,
  mixed,
  Operands,
  plain,
  someIds,
} from "../_simd_memory.ts";
import { cases, type Check } from "./cases.ts";

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
