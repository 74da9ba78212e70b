// A kernel is not run on operands that do not have the sizes it works on: each of them is looked at.

import { assertEquals, assertThrows } from "@std/assert";
import * as kernels from "../lib/kernels/dispatch.ts";
import { reserve, type Storage } from "../lib/kernels/storage.ts";

const of = (length: number): Storage => reserve("float64", length);
const ids = (...values: number[]) => Int32Array.from(values);
const factors = {
  ...{ lr: 1, momentum: 0, weightDecay: 0, first: true, beta1: 0, beta2: 0, eps: 1 },
  ...{ correction1: 1, correction2: 1 },
};

/** A kernel with sizes for which it runs, and how it is called with them. */
interface Case {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly call: (...sizes: number[]) => unknown;
}

// Each size is that of an operand of its own, which the others do not follow.
const cases: readonly Case[] = [
  { name: "unary", sizes: [6, 6], call: (x = 0, y = 0) => kernels.unary("neg", of(x), of(y)) },
  {
    name: "pairwise",
    sizes: [6, 6, 6],
    call: (a = 0, b = 0, y = 0) => kernels.pairwise("add", of(a), of(b), of(y)),
  },
  {
    name: "sumAxis",
    sizes: [24, 8],
    call: (x = 0, y = 0) => kernels.sumAxis(of(x), of(y), 2, 3, 4),
  },
  {
    name: "maxRows",
    sizes: [6, 2, 2],
    call: (x = 0, y = 0, at = 0) => kernels.maxRows(of(x), of(y), new Int32Array(at), 3),
  },
  {
    name: "softmaxRows",
    sizes: [6, 6],
    call: (x = 0, y = 0) => kernels.softmaxRows(of(x), of(y), 3, false),
  },
  {
    name: "crossEntropyRows",
    sizes: [6, 2, 2, 6],
    call: (x = 0, t = 0, y = 0, p = 0) =>
      kernels.crossEntropyRows(of(x), new Int32Array(t), of(y), of(p), 3),
  },
  {
    name: "crossEntropyBackward",
    sizes: [6, 2, 2, 6],
    call: (p = 0, t = 0, d = 0, y = 0) =>
      kernels.crossEntropyBackward(of(p), new Int32Array(t), of(d), of(y), 3),
  },
  {
    name: "gatherRows",
    sizes: [12, 2, 6],
    call: (table = 0, n = 0, y = 0) =>
      kernels.gatherRows(of(table), new Int32Array(n), of(y), 3, 4),
  },
  {
    name: "scatterAddRows",
    sizes: [6, 2],
    call: (rows = 0, n = 0) => kernels.scatterAddRows(of(rows), new Int32Array(n), of(12), 3),
  },
  {
    name: "bag",
    sizes: [2, 6, 4],
    call: (bags = 0, y = 0, w = 0) =>
      kernels.bag(of(12), ids(0, 1, 2, 3), new Int32Array(bags), of(w), of(y), 3, {
        ...{ mean: false, padding: -1 },
      }),
  },
  {
    name: "sgd",
    sizes: [6, 6, 6],
    call: (p = 0, g = 0, v = 0) => kernels.sgd(of(p), of(g), of(v), factors),
  },
  {
    name: "adam",
    sizes: [6, 6, 6, 6],
    call: (p = 0, g = 0, m = 0, v = 0) => kernels.adam(of(p), of(g), of(m), of(v), factors),
  },
];

/** Refuses to let a call pass that must be refused by the kernel's name. */
function refuse(name: string, call: () => unknown): void {
  const error = assertThrows(call, RangeError);
  assertEquals([error.constructor, error.message], [
    ...[RangeError, `Cannot run ${name}: its operands do not have the sizes it works on`],
  ]);
}

for (const { name, sizes, call } of cases) {
  Deno.test(`${name} is not run where an operand is a number too long or too short`, () => {
    call(...sizes);
    sizes.forEach((size, i) => {
      for (const wrong of [size - 1, size + 1]) refuse(name, () => call(...sizes.with(i, wrong)));
    });
  });
}

Deno.test("a product is not run where a matrix starts too late, and is where it just fits", () => {
  const sizes = { rows: 2, shared: 3, columns: 4 };
  const call = (a: number, b: number, y: number, lengths: readonly number[] = [6, 12, 8]) => {
    const [x, z, out] = lengths.map(of) as [Storage, Storage, Storage];
    kernels.matmul(x, a, z, b, out, y, sizes, {});
  };
  call(0, 0, 0);
  call(1, 2, 3, [7, 14, 11]);
  for (const [a, b, y] of [[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const) {
    refuse("matmul", () => call(a, b, y));
  }
  for (const lengths of [[5, 12, 8], [6, 11, 8], [6, 12, 7]]) {
    refuse("matmul", () => call(0, 0, 0, lengths));
  }
});

Deno.test("a walk by strides stays within the numbers, or is not run", () => {
  const call = (a: number, aStrides: number[], b: number, bStrides: number[], shape: number[]) => {
    const size = shape.reduce((all, length) => all * length, 1);
    kernels.binary("add", of(a), aStrides, of(b), bStrides, of(size), shape);
  };
  call(6, [3, 1], 3, [0, 1], [2, 3]);
  call(6, [3, 1], 1, [0, 0], [2, 3]);
  call(1, [9, 9], 1, [9, 9], [0, 3]);
  call(1, [9, 9], 1, [9, 9], [3, 0]);
  refuse("binary", () => call(5, [3, 1], 6, [3, 1], [2, 3]));
  refuse("binary", () => call(6, [3, 1], 5, [3, 1], [2, 3]));
  refuse("binary", () => call(6, [4, 1], 6, [3, 1], [2, 3]));
  refuse("binary", () => call(6, [3, 1], 2, [0, 1], [2, 3]));
  const [x, y] = [of(6), of(5)];
  refuse("binary", () => kernels.binary("add", x, [3, 1], x, [3, 1], y, [2, 3]));
});

Deno.test("steps by rows are not run for rows that the table does not have", () => {
  const sgd = (table: number, values: number, ...rows: number[]) =>
    kernels.sgdRows(of(table), of(values), ids(...rows), 1);
  const adam = (table: number, values: number, ...rows: number[]) =>
    kernels.adamRows(of(table), of(values), ids(...rows), of(table), of(table), factors);
  for (const [name, call] of [["sgdRows", sgd], ["adamRows", adam]] as const) {
    call(12, 6, 0, 3);
    call(0, 0, 0, 3);
    call(12, 0);
    refuse(name, () => call(12, 6, 0, 4));
    refuse(name, () => call(12, 6, -1, 0));
    refuse(name, () => call(12, 7, 0, 3));
  }
});
