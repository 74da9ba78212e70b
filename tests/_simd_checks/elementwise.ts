// Functions of single numbers: whatever stands in the table of rules is checked, as exactly as it says.

import type { FloatArray } from "minimodel";
import * as reference from "../../lib/kernels/plain.ts";
import {
  type BinaryRule,
  type Rule,
  rules,
  rulesOf,
  type UnaryRule,
} from "../../lib/kernels/rules.ts";
import { assertNear, assertSame, floats, mixed, Operands } from "../_simd_memory.ts";
import { type Case, cases, type Check } from "./cases.ts";

/** A function of one number, in place and not. */
function checkOfOne(name: UnaryRule): Check {
  return (kernels, start) => {
    for (const each of cases(name)) {
      const { dtype, suffix, size, length, shift, seed } = each;
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
        assertRule(rules[name], operands.floats(at, length, dtype), expected, each);
      }
    }
  };
}

/** A function of two numbers, of which either may be one number for all. */
function checkOfTwo(name: BinaryRule): Check {
  return (kernels, start) => {
    for (const each of cases(name)) {
      const { dtype, suffix, size, length, shift, seed } = each;
      for (const [aStep, bStep] of [[1, 1], [1, 0], [0, 1], [0, 0]]) {
        const operands = new Operands(kernels, { start, shift });
        const a = mixed(seed, aStep === 1 ? length : 1, dtype);
        const b = mixed(seed + 1000, bStep === 1 ? length : 1, dtype);
        const [left, right] = [operands.input(a), operands.input(b)];
        const to = operands.room(length * size, size);
        operands.run(() => kernels[`${name}_${suffix}`](left, aStep, right, bStep, to, length));
        const expected = floats(dtype, length);
        reference.binary(name, a, [aStep], b, [bStep], expected, [length]);
        const what = `${each.what}, steps ${aStep} and ${bStep}`;
        assertRule(rules[name], operands.floats(to, length, dtype), expected, { ...each, what });
      }
    }
  };
}

/** A check of every function of one number. */
export const unaryChecks: readonly (readonly [name: UnaryRule, check: Check])[] = rulesOf(1)
  .map(([name]) => [name, checkOfOne(name)]);

/** A check of every function of two numbers. */
export const binaryChecks: readonly (readonly [name: BinaryRule, check: Check])[] = rulesOf(2)
  .map(([name]) => [name, checkOfTwo(name)]);

/** All functions of one number. */
export const checkUnary: Check = (kernels, start) => {
  for (const [, check] of unaryChecks) check(kernels, start);
};

/** All functions of two numbers. */
export const checkBinary: Check = (kernels, start) => {
  for (const [, check] of binaryChecks) check(kernels, start);
};

/** Throws unless numbers are as near to the plain formula's as a rule says: 0 is bit for bit. */
function assertRule(
  { ulps }: Rule,
  actual: FloatArray,
  expected: FloatArray,
  { dtype, what }: Case,
): void {
  if (ulps[dtype] === 0) assertSame(actual, expected, what);
  else assertNear(actual, expected, { ulps: ulps[dtype], from: ulps.from, what });
}

/** Zeroing. */
export const checkZero: Check = (kernels, start) => {
  for (const { dtype, size, length, shift, seed, what } of cases("zeroBytes")) {
    const operands = new Operands(kernels, { start, shift });
    const zeroed = operands.both(mixed(seed, length, dtype));
    operands.run(() => kernels.zeroBytes(zeroed, length * size));
    assertSame(operands.floats(zeroed, length, dtype), floats(dtype, length), what);
  }
};
