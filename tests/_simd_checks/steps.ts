// Matrix products, and steps of gradient descent.

import * as reference from "../../lib/kernels/plain.ts";
import { assertSame, dtypes, floats, mixed, Operands, plain, suffixOf } from "../_simd_memory.ts";
import { cases, type Check } from "./cases.ts";

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
          const scratch = operands.scratch(scratchBytes, size);
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
