// What must hold of the SIMD kernels: each check throws unless a kernel does what the plain loop of
// lib/kernels/plain.ts does, for every length from 0 to 40, at every alignment, and writes nothing
// else: bit for bit, but where a bound is stated. simd_test.ts runs them on the compiled kernels and on
// wrong ones, and every_kernel_test.ts shows that no kernel is without one.

import type { Check } from "./cases.ts";
import { checkRowDots } from "./dots.ts";
import { binaryChecks, checkZero, unaryChecks } from "./elementwise.ts";
import { checkBag, checkBounds, checkGather, checkScatterAdd } from "./rows.ts";
import { checkAdam, checkMatmul, checkSgd } from "./steps.ts";
import { checkCrossEntropy, checkMaxRows, checkSoftmax, checkSumAxis } from "./sums.ts";

/** Every check, with what it says. */
export const kernelChecks: readonly (readonly [sentence: string, check: Check])[] = [
  ...unaryChecks.map(([name, check]) => [`${name} is its reference, in place too`, check] as const),
  ...binaryChecks.map(([name, check]) =>
    [`${name} is its reference, whichever operand is broadcast`, check] as const
  ),
  ["zeroBytes zeroes what it is told and no more", checkZero],
  ["gather copies rows of any width", checkGather],
  ["gather finds the first id out of range and then writes nothing", checkBounds],
  ["scatterAdd adds rows in order, bit for bit", checkScatterAdd],
  ["bag is the sum or mean of gathered rows, bit for bit", checkBag],
  ["sumAxis adds in its stated order, bit for bit", checkSumAxis],
  ["maxRows finds the first largest number, and NaN before all", checkMaxRows],
  ["softmaxRows is within its bound, logarithm or not", checkSoftmax],
  ["Cross-entropy is within its bound, and its gradient exact", checkCrossEntropy],
  ["matmul adds in the order of the shared axis, bit for bit", checkMatmul],
  ["rowDots adds in its stated running sums, bit for bit", checkRowDots],
  ["sgd and sgdRows are PyTorch's formulas, bit for bit", checkSgd],
  ["adam and adamRows are PyTorch's formulas, bit for bit", checkAdam],
];

export * from "./dots.ts";
export * from "./elementwise.ts";
export * from "./rows.ts";
export * from "./steps.ts";
export * from "./sums.ts";
export type { Check };
