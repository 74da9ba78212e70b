// What @std/assert means by "equal": as node:assert's deepStrictEqual, but 0 equals -0, an object
// without a prototype equals a plain one, and instances are compared by what their getters say too.

import { types } from "node:util";

/** Classes whose text says all there is to compare; of one that extends them it may not. */
const COMPARED_AS_TEXT = [RegExp, URL, URLSearchParams];

/** Pairs that are being compared or were found equal: what ends the walk on a cycle. */
type Pairs = Map<object, Set<object>>;

/** Whether two values are deeply equal; throws a TypeError for a WeakMap or WeakSet. */
export function equal(a: unknown, b: unknown, pairs: Pairs = new Map()): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (prototypeOf(a) !== prototypeOf(b)) return false;
  const partners = pairs.get(a) ?? new Set();
  if (partners.has(b)) return true;
  pairs.set(a, partners.add(b));
  const same = sameContents(a, b, (x, y) => equal(x, y, pairs));
  if (!same) partners.delete(b);
  return same;
}

/** As {@linkcode equal}, for two different objects of one prototype; `same` compares their parts. */
function sameContents(a: object, b: object, same: (x: unknown, y: unknown) => boolean): boolean {
  if (types.isTypedArray(a) && types.isTypedArray(b)) return sameElements(a, b);
  if (types.isAnyArrayBuffer(a) && types.isAnyArrayBuffer(b)) {
    return sameElements(new Uint8Array(a), new Uint8Array(b));
  }
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
  }
  if (a instanceof WeakRef && b instanceof WeakRef) return same(a.deref(), b.deref());
  if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set)) {
    return a.size === b.size && sameEntries(new Map(a.entries()), new Map(b.entries()), same);
  }
  if (COMPARED_AS_TEXT.some((kind) => kind.prototype === prototypeOf(a))) {
    return String(a) === String(b);
  }
  return [...keysOf(a).union(keysOf(b))].every((key) =>
    key in a && key in b && same(Reflect.get(a, key), Reflect.get(b, key))
  );
}

function sameElements(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

/** Order does not count; a key that is an object is looked for by its contents. */
function sameEntries(
  a: Map<unknown, unknown>,
  b: Map<unknown, unknown>,
  same: (x: unknown, y: unknown) => boolean,
): boolean {
  const others = [...b];
  return [...a].every(([key, value]) =>
    (b.has(key) && same(value, b.get(key))) ||
    others.some(([otherKey, other]) => same(key, otherKey) && same(value, other))
  );
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** Enumerable own keys; for instances of a class all keys, up to what every object or array has. */
function keysOf(value: object): Set<string | symbol> {
  const basic = [Object.prototype, Array.prototype];
  if (basic.includes(prototypeOf(value))) {
    const enumerable = (key: PropertyKey) => Object.prototype.propertyIsEnumerable.call(value, key);
    return new Set(Reflect.ownKeys(value).filter(enumerable));
  }
  const keys = new Set<string | symbol>();
  for (let from = value; from && !basic.includes(from); from = Object.getPrototypeOf(from)) {
    Reflect.ownKeys(from).forEach((key) => keys.add(key));
  }
  return keys;
}
