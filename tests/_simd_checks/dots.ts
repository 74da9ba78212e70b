// Dot products of rows with a few vectors.

import { rowDots } from "../../lib/kernels/plain_dots.ts";
import { assertSame, floats, mixed, Operands, plain } from "../_simd_memory.ts";
import { cases, type Check, specialWidths } from "./cases.ts";

/** Every width from 0 to 40; rows and vectors that do and do not fill a tile; squares or none. */
export const checkRowDots: Check = (kernels, start) => {
  for (const given of cases("rowDots", 40 + specialWidths.length)) {
    const { dtype, suffix, size, length, shift, seed, what } = given;
    const width = specialWidths[length - 41] ?? length;
    for (const [rows, count] of [[0, 2], [3, 1], [4, 2], [9, 3], [5, 0]]) {
      for (const numbers of [plain, mixed]) {
        const operands = new Operands(kernels, { start, shift });
        const x = numbers(seed, rows * width, dtype);
        const vectors = numbers(seed + 100, count * width, dtype);
        const [from, v] = [operands.input(x), operands.input(vectors)];
        const to = operands.room(rows * count * size, size);
        const squares = (seed + rows) % 2 === 0 ? operands.room(rows * size, size) : 0;
        const scratch = operands.scratch(kernels[`rowDotsScratch_${suffix}`](count), 16);
        const sizes = [rows, width, count, scratch] as const;
        operands.run(() => kernels[`rowDots_${suffix}`](from, v, to, squares, ...sizes));
        const expected = floats(dtype, rows * count);
        const wanted = floats(dtype, rows);
        rowDots(x, vectors, expected, wanted, { rows, width, count });
        const described = `${what}, ${rows} rows, ${count} vectors`;
        assertSame(operands.floats(to, rows * count, dtype), expected, described);
        if (squares !== 0) assertSame(operands.floats(squares, rows, dtype), wanted, described);
      }
    }
  }
};
