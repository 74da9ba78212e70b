// JSON text for people and for bit-exact reading back: a value that JSON would change without a word
// (NaN, -0, undefined, a Map) is refused by its place instead.

import { describe, quoted } from "../check/describe.ts";
import type { Fail } from "./_npy_dtypes.ts";

/** A value that JSON keeps exactly: no NaN, infinity or -0, no undefined, only plain objects. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A plain object of JSON values. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** How deep arrays and objects may be nested inside each other. */
const maxDepth = 100;

/** Whether a value is an object of JSON, and no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes a value as JSON, two spaces a level, a list of scalars on one line; tells `refuse` the place of
 * a value that JSON would change. Each property is read once, so what was checked is what is written.
 */
export function jsonText(value: unknown, name: string, refuse: Fail): string {
  const keys: (string | number)[] = [];
  const holders: unknown[] = [];
  const refuseHere = (detail: string) => refuse(`${placeOf(name, keys)} ${detail}`);

  const write = (value: unknown): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "number") {
      if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
      refuseHere(`must be a finite number other than -0, got ${describe(value)}`);
    }
    if (typeof value !== "object") refuseHere(`must be a JSON value, got ${describe(value)}`);
    if (holders.includes(value)) refuseHere("must not contain itself");
    if (holders.length === maxDepth) {
      refuseHere(`must be nested at most ${maxDepth} levels deep`);
    }
    holders.push(value);
    const text = Array.isArray(value) ? writeArray(value) : writeObject(value as object);
    holders.pop();
    return text;
  };
  const writeAt = (key: string | number, value: unknown): string => {
    keys.push(key);
    const text = write(value);
    keys.pop();
    return text;
  };
  const writeArray = (array: readonly unknown[]): string => {
    const items: string[] = [];
    let nested = false;
    for (let index = 0; index < array.length; index++) {
      const item = array[index];
      nested ||= typeof item === "object" && item !== null;
      items.push(writeAt(index, item));
    }
    if (Reflect.ownKeys(array).length !== array.length + 1) { // the one more is "length"
      refuseHere("must have no keys besides its items");
    }
    return nested ? block("[", items, "]", holders.length) : `[${items.join(", ")}]`;
  };
  const writeObject = (object: object): string => {
    const prototype = Object.getPrototypeOf(object);
    if (prototype !== null && prototype !== Object.prototype) {
      refuseHere(`must be a plain object, got ${describe(object)}`);
    }
    const own = Object.keys(object);
    if (Reflect.ownKeys(object).length !== own.length) {
      refuseHere("must have no symbols or hidden properties as keys");
    }
    const members = own.map((key) =>
      `${JSON.stringify(key)}: ${writeAt(key, (object as Record<string, unknown>)[key])}`
    );
    return block("{", members, "}", holders.length);
  };
  return write(value);
}

function block(open: string, lines: readonly string[], close: string, depth: number): string {
  if (lines.length === 0) return open + close;
  const indent = "  ".repeat(depth);
  return `${open}\n${lines.map((line) => `${indent}${line}`).join(",\n")}\n${
    indent.slice(2)
  }${close}`;
}

/** Writes `metadata.counts[3]["a word"]`. */
function placeOf(name: string, keys: readonly (string | number)[]): string {
  return keys.reduce<string>((place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    if (!/^[A-Za-z_]\w*$/.test(key)) return `${place}[${quoted(key)}]`;
    return place === "" ? key : `${place}.${key}`;
  }, name);
}
