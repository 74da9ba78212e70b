// The plain loops beside what they say that they compute, for lengths on both sides of their short cuts.

import { assertEquals } from "@std/assert";
import * as plain from "../lib/kernels/plain.ts";

const counted = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);

/** Where the numbers of a walk over (rows, length) from `start` on lie. */
function places(
  start: number,
  [down, along]: readonly number[],
  [rows, length]: number[],
): number[] {
  return Array.from(
    { length: rows * length },
    (_, i) => start + Math.floor(i / length) * down + (i % length) * along,
  );
}

// From one number to more than the loops leave to a copy at once.
const lengths = [1, 2, 15, 16, 17, 18, 40];
const steps = [0, 1, 2, 3, -1];

for (const step of steps) {
  Deno.test(`numbers are read and written in steps of ${step}, however many there are`, () => {
    for (const length of lengths) {
      for (const shape of [[2, length], [1, length]]) {
        const start = step < 0 ? length : 1;
        const strides = [shape[0] === 1 ? 0 : 3 * length + 1, step];
        const at = places(start, strides, shape);
        const x = counted(7 * length + 3);
        const read = new Float64Array(at.length);
        plain.readStrided(x, start, strides, read, shape);
        assertEquals([...read], at.map((place) => x[place]));
        if (step === 0) continue;
        const [numbers, written] = [counted(at.length), new Float64Array(x.length)];
        plain.writeStrided(numbers, written, start, strides, shape);
        const expected = new Float64Array(x.length);
        at.forEach((place, i) => expected[place] = i + 1);
        assertEquals(written, expected);
      }
    }
  });
}

Deno.test("rows are looked up whole, on both sides of the width that is copied at once", () => {
  for (const width of [0, 1, 63, 64, 65, 66]) {
    const table = counted(3 * width);
    const out = new Float64Array(4 * width);
    assertEquals(plain.gatherRows(table, Int32Array.of(2, 0, 2, 1), out, width, 3), -1);
    const row = (id: number) => [...table.subarray(id * width, (id + 1) * width)];
    assertEquals([...out], [...row(2), ...row(0), ...row(2), ...row(1)]);
    const untouched = new Float64Array(4 * width);
    for (const [ids, outside] of [[[0, 3], 1], [[-1, 0], 0]] as const) {
      assertEquals(plain.gatherRows(table, Int32Array.from(ids), untouched, width, 3), outside);
      assertEquals(untouched, new Float64Array(4 * width));
    }
  }
});
