// How an error message names a value.

import { kindElsewhere } from "./marks.ts";

/**
 * A short name for any value: a number or text as it is, anything else by its kind.
 *
 * @example
 * ```ts
 * import { describe } from "@minimodel/core/check";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describe("ten"), 'the string "ten"');
 * assertEquals(describe([10]), "a value of kind Array");
 * ```
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${quoted(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "object": {
      if (value === null) return "null";
      // Asked of the prototype: a value from a file can have a property "constructor" of its own.
      const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
      if (isDetached(value)) return `a detached ${name}`;
      const elsewhere = kindElsewhere(value);
      if (elsewhere !== undefined) return `a ${elsewhere} of another copy of minimodel`;
      return typeof name === "string" && name !== "" ? `a value of kind ${name}` : "an object";
    }
    default:
      return Object.is(value, -0) ? "-0" : `${value}`;
  }
}

/**
 * Text in quotes that is safe to print: no character in it moves a terminal's cursor or reverses
 * the direction of writing.
 */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** Text with each control or format character replaced by its number, as `\u{1b}`. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Whether a value is a typed array without memory, for example after it went to a worker. */
export function isDetached(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value instanceof DataView || value.byteLength > 0) return false;
  try {
    Uint8Array.prototype.keys.call(value);
    return false;
  } catch {
    return true;
  }
}
