// The way from an op to its loop: every function of dispatch.ts gives what the plain loop of its name
// gives, wherever its numbers live. What the SIMD kernels compute is simd_test.ts's affair.

import { assertEquals, assertThrows } from "@std/assert";
import type { DType, FloatArray } from "minimodel";
import * as own from "../lib/kernels/dispatch.ts";
import * as plainLoops from "../lib/kernels/plain.ts";
import { rowDots } from "../lib/kernels/plain_dots.ts";
import { copyOf, reserve, Storage } from "../lib/kernels/storage.ts";
import { assertNear, dtypes, floats, plain, someIds } from "./_simd_memory.ts";

const reference = { ...plainLoops, rowDots };

type Kernels = typeof own;
type Argument = FloatArray | Int32Array | number | string | boolean | object | undefined;

/** One call: numbers and ids are given as arrays, and are looked at again afterwards. */
interface Call {
  readonly name: keyof Kernels;
  readonly given: readonly Argument[];
  /** How many units in the last place SIMD may be off, more for longer sums; 0, if left out. */
  readonly ulps?: number;
  /** Whether only what is returned counts. */
  readonly fails?: boolean;
}

/** Calls of every function, of tensors of about 15 `scale`^2 numbers. */
function callsOf(dtype: DType, scale: number): Call[] {
  const [rows, width, count] = [3 * scale, 5 * scale + 1, 4];
  const size = rows * width;
  let seed = 0;
  const numbers = (length: number) => plain(++seed, length, dtype);
  const positive = (length: number) => numbers(length).map(Math.abs);
  const ids = (limit: number, negativeEvery = Infinity) =>
    someIds(++seed, rows, { limit, negativeEvery });
  // What is there before must not matter to what is written.
  const room = (length: number) => floats(dtype, length).fill(7);
  const call = (name: keyof Kernels, ...given: Argument[]): Call => ({ name, given });
  const distinct = Int32Array.from({ length: rows }, (_, n) => rows - 1 - n);
  const factors = { lr: 0.1, momentum: 0.9, weightDecay: 0.01, first: false };
  const adam = { lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, correction1: 0.1, correction2: 0.01 };
  const sizes = { rows, shared: width, columns: count };
  const mask = Uint8Array.from({ length: size }, (_, i) => i % 3 === 0 ? 1 : 0);
  const outside = ids(count).fill(count, rows - 1);
  const starts = Int32Array.of(0, 0, scale, 2 * scale);
  const bags = (weights: FloatArray | undefined, mean: boolean, padding: number) => {
    const out = room(starts.length * width);
    return call("bag", numbers(count * width), ids(count), starts, weights, out, width, {
      mean,
      padding,
    });
  };
  return [
    call("unary", "sqrt", positive(size), room(size)),
    { ...call("unary", "exp", numbers(size), room(size)), ulps: 4 },
    call("pairwise", "sub", numbers(size), numbers(size), room(size)),
    call("binary", "div", numbers(width), [0, 1], numbers(rows), [1, 0], room(size), [rows, width]),
    call("readStrided", numbers(size), width - 1, [-1, width], room(size), [width, rows]),
    call("writeStrided", numbers(size), room(2 * size), 1, [2, 2 * width], [width, rows]),
    call("sumAxis", numbers(size), room(rows), rows, width, 1),
    call("sumAxis", numbers(size), room(width), 1, rows, width),
    call("maxRows", numbers(size), room(rows), new Int32Array(rows), width),
    { ...call("softmaxRows", numbers(size), room(size), width, false), ulps: 16 + width },
    {
      ...call("crossEntropyRows", numbers(size), ids(width), room(rows), room(size), width),
      ulps: 16 + width,
    },
    call("crossEntropyBackward", numbers(size), ids(width), numbers(rows), room(size), width),
    call("matmul", numbers(size), 0, numbers(width * count), 0, room(rows * count), 0, sizes, {}),
    call(
      "matmul",
      ...[numbers(size + 3), 3, numbers(width * count + 2), 2, room(rows * count + 4), 1, sizes],
      { a: true, b: true },
    ),
    ...[undefined, room(rows)].map((squares) =>
      call("rowDots", numbers(size), numbers(width * count), room(rows * count), squares, {
        rows,
        width,
        count,
      })
    ),
    call("firstOutside", ids(count), count),
    call("firstOutside", outside, count),
    call("gatherRows", numbers(count * width), ids(count), room(size), width, count),
    {
      ...call("gatherRows", numbers(count * width), outside, room(size), width, count),
      fails: true,
    },
    call("scatterAddRows", numbers(size), ids(count, 5), numbers(count * width), width),
    bags(undefined, false, -1),
    bags(undefined, true, 1),
    bags(numbers(rows), false, 2),
    call(
      "maxByGroup",
      ...[numbers(size), ids(count), floats(dtype, count * width)],
      ...[new Int32Array(count * width), width],
    ),
    call("select", mask, numbers(size), numbers(size), room(size)),
    call("select", mask, undefined, numbers(size), room(size)),
    call("normRows", numbers(size), room(rows), width, 2),
    call("normRows", numbers(size), room(rows), width, Infinity),
    call("renormRows", numbers(count * width), ids(count), width, 0.5, 2),
    call("sgd", numbers(size), numbers(size), undefined, factors),
    call("sgd", numbers(size), numbers(size), numbers(size), factors),
    call("sgdRows", numbers(size), numbers(size), distinct, 0.1),
    call("adam", numbers(size), numbers(size), numbers(size), positive(size), {
      ...adam,
      weightDecay: 0.01,
    }),
    call("adamRows", numbers(size), numbers(size), distinct, numbers(size), positive(size), {
      ...adam,
      weightDecay: 0,
    }),
  ];
}

function isFloats(value: unknown): value is FloatArray {
  return value instanceof Float64Array || value instanceof Float32Array;
}

function isArray(value: unknown): value is FloatArray | Int32Array {
  return isFloats(value) || value instanceof Int32Array;
}

/** Calls a kernel and its plain loop, and compares what they return and everything they wrote. */
function check(kernels: Kernels, { name, given, ulps = 0, fails = false }: Call, home: Home): void {
  const expected = given.map((each) => isArray(each) ? each.slice() : each);
  const wanted = Reflect.apply(reference[name], undefined, expected);
  const actual = given.map((each) =>
    isFloats(each) ? home(each) : isArray(each) ? each.slice() : each
  );
  assertEquals(Reflect.apply(kernels[name], undefined, actual), wanted, name);
  if (fails) return;
  expected.forEach((each, i) => {
    const found = actual[i];
    const what = `${name}, argument ${i}`;
    if (found instanceof Storage && isFloats(each)) assertNear(found.numbers, each, { ulps, what });
    else assertEquals(found, each, what);
  });
}

/** Where numbers are put. */
type Home = (numbers: FloatArray) => Storage;

const array: Home = (numbers) => new Storage(numbers.slice());
const block: Home = (numbers) =>
  copyOf(numbers, numbers instanceof Float64Array ? "float64" : "float32");

function checkAll(kernels: Kernels, scale: number, home: Home): void {
  for (const dtype of dtypes) for (const call of callsOf(dtype, scale)) check(kernels, call, home);
}

Deno.test("every kernel is called, with many numbers and with few", () => {
  const names = new Set(callsOf("float64", 1).map(({ name }) => name));
  assertEquals([...names].sort(), Object.keys(own).sort());
  assertEquals(block(plain(1, 6000, "float32")).pointer() === undefined, false);
});

Deno.test("few numbers give what the plain loops give", () => checkAll(own, 1, array));

Deno.test("many numbers in arrays give what the plain loops give", () => checkAll(own, 12, array));

Deno.test("many numbers in the kernels' memory give what the plain loops give", () => {
  checkAll(own, 12, block);
  checkAll(own, 90, block);
});

Deno.test("numbers that have no room in the kernels' memory give what the plain loops give", () => {
  const hogs: Storage[] = [];
  for (const length of [2 ** 20, 2 ** 9]) {
    do hogs.push(reserve("float64", length, { lasting: true })); while (
      hogs[hogs.length - 1].pointer() !== undefined
    );
  }
  checkAll(own, 12, array);
  for (const hog of hogs) hog.dispose();
});

/** Kernels wrong in one way each. */
const wrong: [string, Partial<Kernels>][] = [
  ["a difference with its operands exchanged", {
    pairwise: (rule, a, b, out) => own.pairwise(rule, b, a, out),
  }],
  ["a product that starts at the first number", {
    matmul: (a, _, b, bStart, out, outStart, sizes, transposed) =>
      own.matmul(a, 0, b, bStart, out, outStart, sizes, transposed),
  }],
  ["a lookup that does not say which id is out of range", {
    gatherRows: (...given) => Math.min(own.gatherRows(...given), 0),
  }],
  ["dot products without the squares", {
    rowDots: (x, vectors, out, _, sizes) => own.rowDots(x, vectors, out, undefined, sizes),
  }],
  ["a step that loses the velocity", {
    sgd: (parameter, gradient, velocity, factors) =>
      own.sgd(parameter, gradient, velocity && copyOf(velocity, velocity.dtype), factors),
  }],
  ["a step of Adam with its means exchanged", {
    adamRows: (parameter, values, rows, m, v, factors) =>
      own.adamRows(parameter, values, rows, v, m, factors),
  }],
  ["a bag without its weights", {
    bag: (table, ids, offsets, _, out, width, rule) =>
      own.bag(table, ids, offsets, undefined, out, width, rule),
  }],
];

for (const [sentence, planted] of wrong) {
  Deno.test(`The comparison refuses ${sentence}`, () => {
    for (const [scale, home] of [[1, array], [12, block]] as const) {
      assertThrows(() => checkAll({ ...own, ...planted }, scale, home), Error);
    }
  });
}
