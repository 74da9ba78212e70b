// Tests of error messages: what is refused, with which kind of error, and in exactly which words.

import { assertEquals, assertThrows } from "@std/assert";

type Kind = abstract new (message: string) => Error;

/** A test that what `run` does is refused with exactly this kind of error and message. */
export function refused(what: string, Kind: Kind, run: () => unknown, message: string): void {
  Deno.test(`refused: ${what}`, () => {
    const error = assertThrows(run, Kind);
    assertEquals([error.constructor, error.message], [Kind, message]);
  });
}

/** A value that types would not let through, as a notebook's cell does. */
export function wrong<Value>(value: unknown): Value {
  return value as Value;
}
