// Cases of every op that are large enough for SIMD, and numbers for them.

import { casesFrom, type OpCase, opNames, sheetOf } from "./_op_cases.ts";

/** The large cases of every op. */
export const largeCases: readonly OpCase[] = opNames.flatMap((op) =>
  casesFrom(op, sheetOf(op).large)
);

/** Numbers for the inputs of a large case, in their domains. */
export function largeNumbers({ shapes, domains }: OpCase, salt: number): number[][] {
  return shapes.map((shape, input) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return Array.from({ length: size }, (_, i) => {
      const wave = Math.sin(1 + salt + 13 * input + 7.3 * i);
      switch (domains[input]) {
        case "positive":
          return 1.25 + 0.75 * wave;
        case "away from 0":
          return wave < 0 ? wave - 0.5 : wave + 0.5;
        case "all different":
          // Steps in a shuffled order: 997 is prime and larger than any of the cases.
          return ((i + 1) * (salt + 100) % 997) / 250 - 2;
        case "sizes all different":
          return ((i + 1) * (salt + 100) % 997) / 500 * (wave < 0 ? -1 : 1);
        default:
          return 2 * wave;
      }
    });
  });
}
