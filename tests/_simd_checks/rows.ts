// Rows by id: lookups, sums by id and bags.

import { assertEquals } from "@std/assert";
import * as reference from "../../lib/kernels/plain.ts";
import { assertSame, floats, mixed, Operands, plain, someIds } from "../_simd_memory.ts";
import { cases, type Check, specialWidths } from "./cases.ts";

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
