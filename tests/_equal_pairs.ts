// What is deeply equal by @std/assert, and what is not, for the tests of `assertEquals` and of
// `assertNotEquals`.

/** A class, for instances to be told from those of another with the same fields. */
export class Point {
  constructor(readonly x: number) {}
}

/** That other class. */
export class OtherPoint {
  constructor(readonly x: number) {}
}

/** A class whose number only a getter tells. */
class Hidden {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

function cycle(value: number): unknown {
  const node: { value: number; next?: unknown } = { value };
  node.next = node;
  return node;
}

function used<Pattern extends RegExp>(pattern: Pattern): Pattern {
  pattern.exec("aab");
  return pattern;
}

/** A pattern of which the text need not say all. */
class OwnPattern extends RegExp {}

const [one, two, alsoTwo] = [{ v: 1 }, { v: 2 }, { v: 2 }];

type Pair = [what: string, a: unknown, b: unknown];

/** Pairs that are equal. */
export const equalPairs: Pair[] = [
  ["NaN and NaN", NaN, NaN],
  ["0 and -0", 0, -0],
  ["0 and -0 in a typed array", new Float64Array([0, NaN]), new Float64Array([-0, NaN])],
  ["nested arrays and objects", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["objects with keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["an object without a prototype and a plain one", Object.create(null), {}],
  ["BigInt64Arrays", new BigInt64Array([1n]), new BigInt64Array([1n])],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  ["a view and a copy", new Uint8Array([9, 1, 2]).subarray(1), new Uint8Array([1, 2])],
  ["sets in another order", new Set([1, 2]), new Set([2, 1])],
  ["sets of objects", new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }])],
  ["maps in another order", new Map([[1, "a"], [2, "b"]]), new Map([[2, "b"], [1, "a"]])],
  ["maps with objects as keys", new Map([[{ x: 1 }, [2]]]), new Map([[{ x: 1 }, [2]]])],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["patterns", /a+/g, /a+/g],
  ["a pattern in use and a fresh one", used(/a+/g), /a+/g],
  ["URLs", new URL("file:///a"), new URL("file:///a")],
  ["instances of a class", new Point(1), new Point(1)],
  ["instances with the same getter values", new Hidden(1), new Hidden(1)],
  ["cycles", cycle(1), cycle(1)],
  ["symbol keys", { [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 1 }],
];

/** Pairs that are not. */
export const differentPairs: Pair[] = [
  ["numbers", 1, 2],
  ["a number and its text", 1, "1"],
  ["a number and a bigint", 1, 1n],
  ["null and undefined", null, undefined],
  ["a missing key and undefined", {}, { a: undefined }],
  ["other keys that hold undefined", { a: undefined }, { b: undefined }],
  ["an array and an object", [], {}],
  ["a longer array", [1, 2], [1, 2, 3]],
  ["an order", [1, 2], [2, 1]],
  ["a hole and undefined", [, 1], [undefined, 1]],
  ["element types", new Float32Array([1]), new Float64Array([1])],
  ["a typed array and an array", new Float64Array([1]), [1]],
  ["one float among many", new Float64Array(9), new Float64Array(9).fill(1, 8)],
  ["lengths of typed arrays", new Uint8Array(2), new Uint8Array(3)],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer],
  ["sets", new Set([1]), new Set([2])],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 2 }])],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["sizes of sets", new Set([1]), new Set([1, 2])],
  ["sizes of maps", new Map([[1, 1]]), new Map([[1, 1], [2, 2]])],
  ["keys of maps", new Map([["a", 1]]), new Map([["b", 1]])],
  ["dates", new Date(5), new Date(6)],
  ["a date and an invalid one", new Date(5), new Date(NaN)],
  ["patterns", /a/, /a/i],
  [
    "a pattern in use and a fresh one of a class of one's own",
    used(new OwnPattern("a", "g")),
    new OwnPattern("a", "g"),
  ],
  ["URLs", new URL("file:///a"), new URL("file:///b")],
  ["search parameters", new URLSearchParams("a=1"), new URLSearchParams("a=2")],
  ["what was also compared in a set", [new Set([one, two]), one], [
    new Set([alsoTwo, { v: 1 }]),
    alsoTwo,
  ]],
  ["classes", new Point(1), new OtherPoint(1)],
  ["an instance and a plain object", new Point(1), { x: 1 }],
  ["getter values", new Hidden(1), new Hidden(2)],
  ["functions", () => 1, () => 1],
  ["cycles", cycle(1), cycle(2)],
  ["symbol keys", { [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 2 }],
];
