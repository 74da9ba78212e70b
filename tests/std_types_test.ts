// The types of @std/assert and @std/csv, whichever package stands behind the names: this file
// compiles only with those that the packages of JSR have.

import type * as std from "@std/assert";
import type * as csv from "@std/csv";
import * as judge from "node:assert/strict";

/** True for two types between which the compiler sees no difference, not even `any`. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

// deno-lint-ignore no-explicit-any
type ErrorClass<E> = abstract new (...args: any[]) => E;
// deno-lint-ignore no-explicit-any
type AnyClass = abstract new (...args: any[]) => any;
type Comparison = <T>(actual: T, expected: T, msg?: string) => void;
type ToText<Expected> = (actual: string, expected: Expected, msg?: string) => void;

/** What @std/assert 1.0.19 declares. */
interface Declared {
  assert: (expr: unknown, msg?: string) => asserts expr;
  assertAlmostEquals: (actual: number, expected: number, tolerance?: number, msg?: string) => void;
  assertEquals: Comparison;
  assertNotEquals: Comparison;
  assertGreater: Comparison;
  assertLess: Comparison;
  assertStrictEquals: <T>(actual: unknown, expected: T, msg?: string) => asserts actual is T;
  assertInstanceOf: <T extends AnyClass>(
    actual: unknown,
    expectedType: T,
    msg?: string,
  ) => asserts actual is InstanceType<T>;
  assertMatch: ToText<RegExp>;
  assertStringIncludes: ToText<string>;
  assertThrows: {
    (fn: () => unknown, msg?: string): unknown;
    <E extends Error = Error>(
      fn: () => unknown,
      ErrorClass: ErrorClass<E>,
      msgIncludes?: string,
      msg?: string,
    ): E;
  };
  assertRejects: {
    (fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
    <E extends Error = Error>(
      fn: () => PromiseLike<unknown>,
      ErrorClass: ErrorClass<E>,
      msgIncludes?: string,
      msg?: string,
    ): Promise<E>;
  };
}

type Compared = { [Name in keyof Declared]: Same<Declared[Name], typeof std[Name]> };

interface Options {
  headers?: boolean;
  separator?: string;
  columns?: readonly csv.Column[];
  bom?: boolean;
}
type Accessor = number | string;
type Details = { header?: string; prop: Accessor | Accessor[] };
type Row = Readonly<Record<string, unknown> | unknown[]>;

Deno.test("@std/assert has the types of version 1.0.19", () => {
  const compared: Record<keyof Declared, true> = {
    assert: true,
    assertAlmostEquals: true,
    assertEquals: true,
    assertNotEquals: true,
    assertGreater: true,
    assertLess: true,
    assertStrictEquals: true,
    assertInstanceOf: true,
    assertMatch: true,
    assertStringIncludes: true,
    assertThrows: true,
    assertRejects: true,
  } satisfies Compared;
  judge.equal(Object.values(compared).length, 12);
  const error: Same<ConstructorParameters<typeof std.AssertionError>, [
    message: string,
    options?: ErrorOptions,
  ]> = true;
  judge.ok(error);
});

Deno.test("@std/csv has the types of version 1.0.6", () => {
  const compared: [
    Same<typeof csv.stringify, (data: readonly Row[], options?: csv.StringifyOptions) => string>,
    Same<csv.DataItem, Row>,
    Same<csv.ColumnDetails, Details>,
    Same<csv.Column, Details | Accessor | Accessor[]>,
    Same<Required<csv.StringifyOptions>, Required<Options>>,
  ] = [true, true, true, true, true];
  judge.equal(compared.length, 5);
});

Deno.test("the comparison tells never[] from any[], and no result from one", () => {
  const told: [
    Same<ErrorClass<Error>, abstract new (...args: never[]) => Error>,
    Same<Comparison, <T>(actual: T, expected: T, msg?: string) => unknown>,
    Same<unknown, unknown>,
  ] = [false, false, true];
  judge.deepEqual(told, [false, false, true]);
});
