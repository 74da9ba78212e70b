// Values that a caller may hand to the library by mistake or in bad faith. Each is made anew for every
// call, and is called by the text that makes it.

/** A value and the text that makes it. */
export interface Given {
  readonly text: string;
  readonly make: () => unknown;
}

/** Thrown by values that throw when they are touched: the library may let it through. */
export class Trap extends Error {
  override readonly name = "Trap";
}

/** A value by the function that makes it. */
export function given(make: () => unknown): Given {
  const text = String(make).replace(/^\(\)\s*=>\s*/, "").replace(/\s+/g, " ");
  return { text, make };
}

const trap = (): never => {
  throw new Trap("A trap was touched");
};
const trapped = (target: object) =>
  new Proxy(target, { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap });
const cyclic = () => {
  const array: unknown[] = [1];
  array.push(array);
  return array;
};
const deep = (levels: number) => {
  let array: unknown[] = [];
  for (let level = 1; level < levels; level++) array = [array];
  return array;
};
const detached = <Array extends ArrayBufferView<ArrayBuffer>>(array: Array): Array => {
  array.buffer.transfer();
  return array;
};
const outOfBounds = () => {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const array = new Float64Array(buffer, 0, 2);
  buffer.resize(8);
  return array;
};
const holes = (length: number) => new Array<number>(length);

/** Values of no use as numbers, shapes, ids, options or anything else. */
const kinds = [
  () => null,
  () => undefined,
  () => true,
  () => "",
  () => "3",
  () => "NaN",
  () => 0n,
  () => 3n,
  () => 2n ** 64n,
  () => Symbol("s"),
  () => () => 1,
  () => () => trap(),
  () => async () => {},
  () => class {},
  () => ({}),
  () => Object.create(null),
  () => ({ length: 3 }),
  () => ({ length: 2 ** 32 }),
  () => ({ data: [1], shape: [1] }),
  () => ({ data: new Int32Array(2), shape: [3] }),
  () => ({ data: new Int32Array(1), shape: [2 ** 31, 2 ** 31] }),
  () => ({ data: new Int32Array(1), shape: null }),
  () => ({ constructor: null }),
  () => ({ toString: null, valueOf: null }),
  () => ({ toString: trap, valueOf: trap, toJSON: trap }),
  () => new Date(0),
  () => new Map([[1, 2]]),
  () => new Set([1]),
  () => new Error("given"),
  () => Promise.resolve(1),
  () => Object(1),
  () => trapped({}),
  () => trapped([1]),
  () => ({
    get shape() {
      return trap();
    },
  }),
];

const numbers = [
  () => NaN,
  () => -0,
  () => 0,
  () => 1,
  () => -1,
  () => 0.5,
  () => -(2 ** 31),
  () => 2 ** 33,
  () => 2 ** 53,
  () => 1e308,
  () => Infinity,
  () => -Infinity,
];

/** Numbers that are no mistake, but would take gigabytes or minutes as a size. */
const largeSizes = [() => 2 ** 31 - 1, () => 2 ** 31, () => 2 ** 32];

const arrays = [
  () => [],
  () => [[]],
  () => [null],
  () => [1, undefined],
  () => [, 1],
  () => holes(2 ** 32 - 1),
  () => [["a"]],
  () => [1n],
  () => [Symbol("s")],
  () => [NaN],
  () => [0.5],
  () => [-1],
  () => [2 ** 53],
  () => [2 ** 31, 2 ** 31],
  () => [Infinity, 0],
  () => [1, [2]],
  () => [[1, 2], [3]],
  () => [[1], 2],
  () => cyclic(),
  () => deep(40),
  () => deep(20_000),
  () => new Array(40).fill(1),
  () => new Array(2000).fill(1),
  () => [[1, 2], [3, 4]].map((row) => Object.freeze(row)),
  () => [() => 1],
  () => [{}],
  () => [trapped([1])],
];

const typedArrays = [
  () => new Int8Array([1, -2]),
  () => new Uint8Array([1, 2]),
  () => new Uint8ClampedArray([1, 2]),
  () => new Int16Array([1, 2]),
  () => new Uint16Array([1, 2]),
  () => new Int32Array([1, 2]),
  () => new Uint32Array([1, 2 ** 32 - 1]),
  () => new BigInt64Array([1n, -(2n ** 63n)]),
  () => new BigUint64Array([1n, 2n ** 64n - 1n]),
  () => new Float16Array([1, 2]),
  () => new Float32Array([1, NaN]),
  () => new Float64Array([1, Infinity]),
  () => new Float64Array(),
  () => new Int32Array(new SharedArrayBuffer(8)),
  () => new Float64Array(new SharedArrayBuffer(16)),
  () => detached(new Float64Array(2)),
  () => detached(new Int32Array(2)),
  () => detached(new Uint8Array(2)),
  () => outOfBounds(),
  () => new DataView(new ArrayBuffer(8)),
  () => new ArrayBuffer(8),
];

/** Every wrong value that does not depend on the library. */
export const hostileValues: readonly Given[] = [...kinds, ...numbers, ...arrays, ...typedArrays]
  .map(given);

/** Sizes that are allowed, but too large for a test. */
export const hostileSizes: readonly Given[] = largeSizes.map(given);

/** What a value holds, as text that is the same only if nothing in it has changed. */
export type Look = (value: unknown) => string;

/** Looks at plain values; `library` looks at what is the library's own, or gives undefined. */
export function lookWith(library: (value: object, look: Look) => string | undefined): Look {
  const seen = new Map<object, number>();
  const look = (value: unknown, depth: number): string => {
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : `${value}`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null) return String(value);
    const before = seen.get(value);
    if (before !== undefined) return `#${before}`;
    seen.set(value, seen.size);
    const own = library(value, (each) => look(each, depth + 1));
    if (own !== undefined) return own;
    if (ArrayBuffer.isView(value)) return bytesOf(value);
    if (depth > 50) return "…";
    try {
      const entries = Object.entries(Object.getOwnPropertyDescriptors(value));
      const texts = entries.map(([key, { value }]) => `${key}:${look(value, depth + 1)}`);
      return `{${texts.join()}}`;
    } catch (error) {
      if (error instanceof Trap) return "trap";
      throw error;
    }
  };
  return (value) => {
    seen.clear();
    return look(value, 0);
  };
}

function bytesOf(view: ArrayBufferView): string {
  if (view.byteLength === 0) return `empty ${view.constructor.name}`;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().toHex();
}
