// Assertions about one value or two.

import { equal } from "./_equal.ts";
import { AssertionError, diff, ending, format } from "./_failure.ts";

/**
 * Throws an AssertionError unless the value is truthy.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * assert("not empty");
 * ```
 */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/**
 * Throws an AssertionError with a diff unless both are deeply equal: NaN equals NaN, 0 equals -0,
 * classes must be the same, and a missing key is not one that holds undefined.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals({ shape: [2, 3] }, { shape: [2, 3] });
 * ```
 */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(`Values are not equal${ending(msg)}\n${diff(actual, expected)}`);
}

/**
 * Throws an AssertionError if both are deeply equal, as `assertEquals` has it.
 *
 * @example
 * ```ts
 * import { assertNotEquals } from "@std/assert";
 * assertNotEquals(new Float32Array([1]), new Float32Array([2]));
 * ```
 */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  const shown = `${format(actual)} not to be: ${format(expected)}`;
  throw new AssertionError(`Expected actual: ${shown}${ending(msg)}`);
}

/**
 * Throws an AssertionError unless both are the same value or object, by `Object.is`.
 *
 * @example
 * ```ts
 * import { assertStrictEquals } from "@std/assert";
 * const table = [1, 2];
 * assertStrictEquals(table, table);
 * ```
 */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const text = format(actual);
  throw new AssertionError(
    text === format(expected)
      ? `Values have the same structure but are not reference-equal${ending(msg)}\n\n` +
        `${text.replace(/^/gm, "    ")}\n`
      : `Values are not strictly equal${ending(msg)}\n${diff(actual, expected)}`,
  );
}

/**
 * Throws an AssertionError unless two numbers differ by at most the tolerance, which is 1e-7 of the
 * expected value unless given.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(0.1 + 0.2, 0.3);
 * assertAlmostEquals(0.1, 0.2, 0.15);
 * ```
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  const text = (x: number) => `"${Number.isInteger(x) ? x : x.toExponential()}"`;
  throw new AssertionError(
    `Expected actual: ${text(actual)} to be close to ${text(expected)}: ` +
      `delta ${text(delta)} is greater than ${text(allowed)}${ending(msg)}`,
  );
}

/**
 * Throws an AssertionError unless `actual > expected`.
 *
 * @example
 * ```ts
 * import { assertGreater } from "@std/assert";
 * assertGreater(2, 1);
 * ```
 */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw misordered(actual, ">", expected, msg);
}

/**
 * Throws an AssertionError unless `actual < expected`.
 *
 * @example
 * ```ts
 * import { assertLess } from "@std/assert";
 * assertLess(1, 2);
 * ```
 */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw misordered(actual, "<", expected, msg);
}

/**
 * Throws an AssertionError unless the value is an instance of the class.
 *
 * @example
 * ```ts
 * import { assertInstanceOf } from "@std/assert";
 * assertInstanceOf(new RangeError("too far"), Error);
 * ```
 */
// deno-lint-ignore no-explicit-any
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const found = actual === null
    ? "null"
    : typeof actual === "object"
    ? actual.constructor?.name ?? "Object"
    : typeof actual;
  const but = found === expectedType.name
    ? ""
    : found === "function"
    ? " but was not an instanced object"
    : ` but was "${found}"`;
  throw new AssertionError(
    `Expected object to be an instance of "${expectedType.name}"${but}${ending(msg)}`,
  );
}

/**
 * Throws an AssertionError unless the text matches the pattern.
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 * assertMatch("2026-11-23", /^\d{4}-\d{2}-\d{2}$/);
 * ```
 */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(`Expected actual: "${actual}" to match: "${expected}"${ending(msg)}`);
}

/**
 * Throws an AssertionError unless the text has the expected one in it.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes("id 64: ids must be in [0, 64)", "[0, 64)");
 * ```
 */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(`Expected actual: "${actual}" to contain: "${expected}"${ending(msg)}`);
}

function misordered(actual: unknown, sign: string, expected: unknown, msg?: string) {
  return new AssertionError(msg ?? `Expect ${format(actual)} ${sign} ${format(expected)}`);
}
