// Assertions about errors.

import { stripVTControlCharacters } from "node:util";
import { AssertionError, ending } from "./_failure.ts";

// deno-lint-ignore no-explicit-any
type ErrorKind<E extends Error> = abstract new (...args: any[]) => E;

/**
 * Returns what the function throws; throws an AssertionError if it throws nothing.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * const thrown = assertThrows(() => {
 *   throw "a text";
 * });
 * assertEquals(thrown, "a text");
 * ```
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Returns the error that the function throws; throws an AssertionError if it throws nothing, another
 * kind of error, no Error at all, or one without `msgIncludes` in its message.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * const error = assertThrows(() => new Float64Array(-1), RangeError, "length");
 * assertEquals(error.name, "RangeError");
 * ```
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorKind<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  kindOrMsg?: ErrorKind<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  // After what is no class of errors, such as null, comes the message.
  const wanted = kindOrMsg === undefined || typeof kindOrMsg === "string" || isErrorKind(kindOrMsg)
    ? expectation(kindOrMsg, msgIncludes, msg)
    : expectation(undefined, undefined, msgIncludes);
  try {
    fn();
  } catch (error) {
    check(error, "thrown", wanted);
    return error;
  }
  throw new AssertionError(`Expected function to throw${wanted.end}`);
}

/**
 * Resolves to what the returned promise rejects with; rejects with an AssertionError if it does not
 * reject, or if the function itself throws or returns no promise.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * assertEquals(await assertRejects(() => Promise.reject("a text")), "a text");
 * ```
 */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/**
 * Resolves to the error that the returned promise rejects with; rejects with an AssertionError where
 * `assertThrows` throws one, or if the function itself throws or returns no promise.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * const refuse = () => Promise.reject(new TypeError("Not a table"));
 * const error = await assertRejects(refuse, TypeError, "table");
 * assertEquals(error.message, "Not a table");
 * ```
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorKind<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  kindOrMsg?: ErrorKind<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const wanted = expectation(kindOrMsg, msgIncludes, msg);
  const promise = startOf(fn, wanted);
  try {
    await promise;
  } catch (error) {
    check(error, "rejected", wanted);
    return error;
  }
  throw new AssertionError(`Expected function to reject${wanted.end}`);
}

interface Expectation {
  kind?: ErrorKind<Error>;
  includes?: string;
  end: string;
}

function expectation(
  kindOrMsg?: ErrorKind<Error> | string,
  includes?: string,
  msg?: string,
): Expectation {
  if (typeof kindOrMsg === "string") return { end: ending(kindOrMsg) };
  if (!isErrorKind(kindOrMsg)) return { end: ending(msg) };
  return { kind: kindOrMsg, includes, end: ending(msg) };
}

/** What is no class of errors is not asked for, as the types do not allow it. */
function isErrorKind(kind: ErrorKind<Error> | undefined): kind is ErrorKind<Error> {
  return kind?.prototype instanceof Error || kind?.prototype === Error.prototype;
}

/** The promise that the function returns; the function's own throw is not a rejection. */
function startOf(fn: () => PromiseLike<unknown>, { end }: Expectation): PromiseLike<unknown> {
  let cause: unknown;
  try {
    const promise = fn();
    if (typeof promise === "object" && typeof promise?.then === "function") {
      return promise;
    }
  } catch (error) {
    cause = error;
  }
  throw new AssertionError(`Function throws when expected to reject${end}`, { cause });
}

function check(error: unknown, how: string, { kind, includes, end }: Expectation): void {
  if (!kind) return;
  if (!(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was ${how}${end}`, { cause: error });
  }
  const found = error.constructor.name;
  if (!(error instanceof kind)) {
    throw new AssertionError(
      `Expected error to be instance of "${kind.name}", but was "${found}"${end}`,
      { cause: error },
    );
  }
  const plain = stripVTControlCharacters;
  if (includes && !plain(error.message).includes(plain(includes))) {
    const [wanted, found] = [includes, error.message].map((text) => JSON.stringify(text));
    throw new AssertionError(
      `Expected error message to include ${wanted}, but got ${found}${end}`,
      { cause: error },
    );
  }
}
