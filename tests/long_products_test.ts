// Products over long axes in float32, which a single running sum would take apart.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import { createRandom, linear, matmul, type Shape, sum, type Tensor, tensor } from "minimodel";
import * as kernels from "../lib/kernels/dispatch.ts";
import * as plain from "../lib/kernels/plain.ts";
import type { ProductSizes, Transposed } from "../lib/kernels/plain.ts";
import { allocate, Storage } from "../lib/kernels/storage.ts";

/** A product of two matrices that lie as they are told to. */
type Multiply = (
  a: Float32Array,
  b: Float32Array,
  sizes: ProductSizes,
  transposed: Transposed,
) => ArrayLike<number>;

const throughKernels: Multiply = (a, b, sizes, transposed) => {
  const out = allocate("float32", sizes.rows * sizes.columns);
  kernels.matmul(new Storage(a), 0, new Storage(b), 0, out, 0, sizes, transposed);
  return out.numbers;
};

const byLoops: Multiply = (a, b, sizes, transposed) => {
  const out = new Float32Array(sizes.rows * sizes.columns);
  plain.matmul(a, 0, b, 0, out, 0, sizes, transposed);
  return out;
};

const { fround } = Math;

/** Adds the products up one by one, `part` of them at a time, in float32. */
function summing(part: number): Multiply {
  return (a, b, { rows, shared, columns }, { a: transA = false, b: transB = false }) => {
    const out = new Float32Array(rows * columns);
    out.forEach((_, i) => {
      const [r, c] = [Math.floor(i / columns), i % columns];
      let [total, inPart] = [0, 0];
      for (let s = 0; s < shared; s++) {
        if (s % part === 0) [total, inPart] = [fround(total + inPart), 0];
        const [left, right] = [
          a[transA ? s * rows + r : r * shared + s],
          b[transB ? c * shared + s : s * columns + c],
        ];
        inPart = fround(inPart + fround(left * right));
      }
      out[i] = fround(total + inPart);
    });
    return out;
  };
}

/** Numbers that drift most, all alike, and numbers that differ. */
const fillings: readonly ((index: number, draw: () => number) => number)[] = [
  () => 0.1,
  (index, draw) => index % 3 === 0 ? -draw() : draw(),
];

/** How far a product may be off, relative to the sum of the sizes of what is added, for so many of it. */
const bounds = [[1e5, 1e-5], [1e6, 2e-4]] as const;
/** Sizes for each path of the kernel: rows times a matrix, and tiles; whole ones and with a rest. */
const shapes = [[1, 1], [1, 5], [3, 16], [5, 1], [4, 8]] as const;
const longest = 1e6;
const layouts: readonly Transposed[] = [{}, { a: true }, { b: true }, { a: true, b: true }];

/** Refuses products that are further from the exact ones than the bounds. */
function checkProducts(multiply: Multiply): void {
  for (const [shared, bound] of bounds) {
    for (const [rows, columns] of shapes) {
      for (const fill of fillings) {
        // To be done in time.
        if (shared === longest && (rows * columns > 5 || fill !== fillings[0])) continue;
        const draw = createRandom(rows + columns).uniform;
        const made = (size: number) => Float32Array.from({ length: size }, (_, i) => fill(i, draw));
        const [a, b] = [made(rows * shared), made(shared * columns)];
        for (const layout of layouts) {
          const sizes = { rows, shared, columns };
          const got = multiply(a, b, sizes, layout);
          const what = `(${rows}, ${shared}) times (${shared}, ${columns}) ${
            JSON.stringify(layout)
          }`;
          assertProducts(got, a, b, sizes, layout, bound, what);
        }
      }
    }
  }
}

function assertProducts(
  got: ArrayLike<number>,
  a: Float32Array,
  b: Float32Array,
  { rows, shared, columns }: ProductSizes,
  transposed: Transposed,
  bound: number,
  what: string,
): void {
  const [rStep, sStep] = transposed.a ? [1, rows] : [shared, 1];
  const [tStep, cStep] = transposed.b ? [1, shared] : [columns, 1];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let [exact, size] = [0, 0];
      for (let s = 0; s < shared; s++) {
        // In float64 the product of two float32 numbers is exact.
        const product = a[r * rStep + s * sStep] * b[s * tStep + c * cStep];
        [exact, size] = [exact + product, size + Math.abs(product)];
      }
      const error = Math.abs(got[r * columns + c] - exact) / size;
      assert(error <= bound, `${what} at [${r}, ${c}]: off by ${error} of the sum`);
    }
  }
}

Deno.test("the kernels' products over 100,000 and a million float32 numbers are right", () => {
  checkProducts(throughKernels);
});

Deno.test("the plain loops' products are as right", () => {
  checkProducts(byLoops);
});

Deno.test("the kernels and the plain loops give the same bits on every path", () => {
  for (const [rows, columns] of [[1, 1], [1, 37], [3, 5], [4, 1], [5, 33], [65, 8]]) {
    for (const shared of [255, 256, 257, 511, 512, 513, 3000]) {
      const draw = createRandom(shared).normal;
      const made = (size: number) => Float32Array.from({ length: size }, draw);
      const [a, b] = [made(rows * shared), made(shared * columns)];
      for (const layout of layouts) {
        const sizes = { rows, shared, columns };
        assertEquals(throughKernels(a, b, sizes, layout), byLoops(a, b, sizes, layout));
      }
    }
  }
});

Deno.test("a single running sum, and parts that are nearly as long, are refused", () => {
  for (const part of [Infinity, 2 ** 19]) {
    assertThrows(() => checkProducts(summing(part)), AssertionError, "off by");
  }
});

/** Ways through the public functions, each a product of (rows, n) with (n, columns). */
const ways: Record<string, (a: Tensor, b: Tensor) => Tensor | null> = {
  matmul,
  "matmul in a batch": (a, b) => {
    const [rows, shared] = a.shape;
    return matmul(a.reshape([1, rows, shared]), b).reshape([rows, b.shape[1]]);
  },
  linear: (a, b) => linear(a, b.transpose()),
  "the gradient of a weight over a long batch": (a, b) => {
    const weight = leafOf([a.shape[0], b.shape[1]]);
    matmul(a.transpose(), weight).backward(b);
    return weight.grad;
  },
  "the gradient of a linear layer's weight over a long batch": (a, b) => {
    const weight = leafOf([a.shape[0], b.shape[1]]); // (out, in)
    linear(b, weight).backward(a.transpose());
    return weight.grad;
  },
  "the gradient of an input of a wide layer": (a, b) => {
    const x = leafOf([a.shape[0], b.shape[1]]);
    matmul(x, b.transpose()).backward(a);
    return x.grad;
  },
};

function leafOf(shape: Shape): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(new Float32Array(size), { shape, requiresGrad: true });
}

for (const [name, way] of Object.entries(ways)) {
  Deno.test(`${name}: over a million numbers, and 100,000, right to the bounds`, () => {
    for (const [shared, bound] of bounds) {
      for (const [rows, columns] of [[1, 1], [2, 2], [5, 1]]) {
        const a = new Float32Array(rows * shared).fill(0.1);
        const b = new Float32Array(shared * columns).fill(0.1);
        const y = way(
          tensor(a, { shape: [rows, shared] }),
          tensor(b, { shape: [shared, columns] }),
        );
        assert(y !== null);
        assertEquals(y.shape, [rows, columns]);
        assertProducts(y.data, a, b, { rows, shared, columns }, {}, bound, name);
      }
    }
  });
}

/** The order of additions that the documentation of `sum` tells. */
function documentedSum(x: ArrayLike<number>): number {
  const s = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) s[i % 8] += x[i];
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

Deno.test("sum adds in the order that it documents, short or long, by kernels or by loops", () => {
  assertEquals(sum(tensor([1e16, 1, -1e16])).item(), 1);
  assertEquals(sum(tensor([[1e16, 0], [1, 0], [-1e16, 0]]), { axis: 0 }).toArray(), [0, 0]);
  for (let length = 0; length <= 600; length++) {
    const draw = createRandom(length).normal;
    const x = Float64Array.from({ length }, () => draw() * 10 ** (20 * draw()));
    assertEquals(sum(tensor(x)).item(), documentedSum(x));
    // Other axes in their own order.
    const inOrder = x.reduce((total, each) => total + each, 0);
    const columns = tensor(Float64Array.from({ length: 2 * length }, (_, i) => x[i >> 1]), {
      shape: [length, 2],
    });
    assertEquals(sum(columns, { axis: 0 }).toArray(), [inOrder, inOrder]);
  }
});

Deno.test("matmul keeps the order of a short axis in float64, as it documents", () => {
  for (const x of [[1e16, 1, -1e16], [1, 1e16, -1e16], [1e16, -1e16, 1]]) {
    const inOrder = x.reduce((total, each) => total + each, 0);
    assertEquals(matmul(tensor(x), tensor([1, 1, 1])).item(), inOrder);
    assertEquals(linear(tensor(x), tensor([[1, 1, 1]])).item(), inOrder);
  }
});
