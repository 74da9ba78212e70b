// The ops that move numbers about, and the matrix product.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  broadcastTo,
  concat,
  gather,
  gatherBackward,
  matmul,
  maxByGroup,
  type NestedNumbers,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from "minimodel";
import { casesOf, leavesOf, numbersForAll } from "./_op_cases.ts";
import { property } from "./_property.ts";

/** 0, 1, 2, ... in a shape. */
function counting(shape: number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float64Array.from({ length: size }, (_, i) => i), { shape });
}

function at(x: Tensor, index: readonly number[]): number {
  let value: NestedNumbers = x.toArray();
  for (const i of index) value = (value as readonly NestedNumbers[])[i];
  return value as number;
}

/** Every index of a shape, in row-major order. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (found, length) => found.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  );
}

Deno.test("matmul of any ranks is the sum of products that its definition says", () => {
  for (const each of casesOf("matmul")) {
    property([numbersForAll(each)], (numbers) => {
      const [a, b] = leavesOf(each, numbers, "float64");
      const left = a.shape.length === 1 ? reshape(a, [1, -1]) : a;
      const right = b.shape.length === 1 ? reshape(b, [-1, 1]) : b;
      const y = matmul(left, right);
      const batched = (x: Tensor, batch: number[]) =>
        batch.slice(batch.length - (x.shape.length - 2)).map((i, axis) =>
          x.shape[axis] === 1 ? 0 : i
        );
      for (const index of indicesOf(y.shape)) {
        const [batch, [r, c]] = [index.slice(0, -2), index.slice(-2)];
        let total = 0;
        for (let s = 0; s < right.shape[right.shape.length - 2]; s++) {
          total += at(left, [...batched(left, batch), r, s]) *
            at(right, [...batched(right, batch), s, c]);
        }
        assertEquals(at(y, index), total);
      }
      assertEquals(matmul(a, b).data, y.data);
    }, { numRuns: 3 });
  }
});

Deno.test("matmul takes vectors as rows or columns, and leaves out the axis it added", () => {
  const [v, m] = [tensor([1, 2, 3]), counting([3, 2])];
  assertEquals(matmul(v, v).toArray(), 14);
  assertEquals(matmul(v, m).toArray(), [16, 22]);
  assertEquals(matmul(transpose(m), v).toArray(), [16, 22]);
  assertEquals(matmul(v, counting([4, 3, 2])).shape, [4, 2]);
  assertEquals(matmul(counting([4, 2, 3]), v).shape, [4, 2]);
  assertEquals(matmul(zeros([5, 1, 2, 3]), zeros([4, 3, 6])).shape, [5, 4, 2, 6]);
  assertEquals(matmul(zeros([0, 3]), zeros([3, 2])).shape, [0, 2]);
  assertEquals(matmul(zeros([2, 0]), zeros([0, 2])).toArray(), [[0, 0], [0, 0]]);
});

Deno.test("transpose puts axis perm[i] at place i", () => {
  const x = counting([2, 3, 4]);
  assertEquals(transpose(x).shape, [4, 3, 2]);
  for (const perm of [[0, 1, 2], [2, 0, 1], [1, -1, 0]]) {
    const y = transpose(x, perm);
    const axes = perm.map((axis) => axis < 0 ? axis + 3 : axis);
    assertEquals(y.shape, axes.map((axis) => x.shape[axis]));
    for (const index of indicesOf(x.shape)) {
      assertEquals(at(y, axes.map((axis) => index[axis])), at(x, index));
    }
  }
  assertEquals(transpose(tensor(5)).toArray(), 5);
});

Deno.test("reshape keeps the order, and works out one axis of -1", () => {
  const x = counting([2, 6]);
  assertEquals(reshape(x, [3, -1]).shape, [3, 4]);
  assertEquals(reshape(x, [-1]).toArray(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assertEquals(reshape(x, [1, 2, -1, 3]).shape, [1, 2, 2, 3]);
  assertEquals(reshape(tensor(3), [1, -1]).toArray(), [[3]]);
  assertEquals(reshape(zeros([0, 3]), [0]).shape, [0]);
  assertEquals(reshape(zeros([0, 3]), [5, 0]).shape, [5, 0]);
  assertEquals(reshape(zeros([0, 3]), [-1, 5]).shape, [0, 5]);
});

Deno.test("broadcastTo repeats along new axes and along those of length 1", () => {
  const x = tensor([[1], [2]]);
  assertEquals(broadcastTo(x, [2, 2, 3]).toArray(), [
    [[1, 1, 1], [2, 2, 2]],
    [[1, 1, 1], [2, 2, 2]],
  ]);
  assertEquals(broadcastTo(tensor(7), [0, 2]).shape, [0, 2]);
});

Deno.test("concat puts tensors one after the other along any axis", () => {
  const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([[5, 6]])];
  assertEquals(concat([a, b, a], 0).toArray(), [[1, 2], [3, 4], [5, 6], [1, 2], [3, 4]]);
  assertEquals(concat([a, transpose(b)], -1).toArray(), [[1, 2, 5], [3, 4, 6]]);
  assertEquals(concat([zeros([0, 2]), b], 0).toArray(), [[5, 6]]);
});

Deno.test("stack puts tensors along a new axis", () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];
  assertEquals(stack([a, b], 0).toArray(), [[1, 2], [3, 4]]);
  assertEquals(stack([a, b], 1).toArray(), [[1, 3], [2, 4]]);
  assertEquals(stack([a, b], -1).toArray(), [[1, 3], [2, 4]]);
  assertEquals(stack([tensor(1), tensor(2)], 0).toArray(), [1, 2]);
});

Deno.test("slice takes what Python's start:stop:step takes", () => {
  const x = counting([5]);
  const take = (start: number | null, stop: number | null, step?: number) =>
    slice(x, { starts: [start], stops: [stop], steps: step === undefined ? undefined : [step] })
      .toArray();
  assertEquals(take(1, 3), [1, 2]);
  assertEquals(take(null, null, 2), [0, 2, 4]);
  assertEquals(take(-2, null), [3, 4]);
  assertEquals(take(null, -3), [0, 1]);
  assertEquals(take(null, null, -1), [4, 3, 2, 1, 0]);
  assertEquals(take(3, 0, -2), [3, 1]);
  assertEquals(take(-1, -9, -3), [4, 1]);
  assertEquals(take(-9, 9, 4), [0, 4]);
  assertEquals(take(9, 0, -1), [4, 3, 2, 1]);
  assertEquals(take(3, 1), []);
  assertEquals(take(1, 3, -1), []);
});

Deno.test("slice of every start, stop and step agrees with stepping through by hand", () => {
  const bound = fc.option(fc.integer({ min: -8, max: 8 }));
  const step = fc.integer({ min: -4, max: 4 }).filter((each) => each !== 0);
  property([fc.nat({ max: 6 }), bound, bound, step], (length, start, stop, step) => {
    const wrap = (index: number) => index < 0 ? index + length : index;
    const taken: number[] = [];
    // A walk over more than any axis: indices outside it are passed over, as Python's limits do.
    let i = start === null ? (step > 0 ? 0 : length - 1) : wrap(start);
    if (step > 0 && i < 0) i = 0;
    if (step < 0 && i > length - 1) i = length - 1;
    const end = stop === null ? (step > 0 ? length : -1) : Math.max(wrap(stop), -1);
    for (; step > 0 ? i < end : i > end; i += step) if (i >= 0 && i < length) taken.push(i);
    const got = slice(counting([length]), { starts: [start], stops: [stop], steps: [step] });
    assertEquals(got.toArray(), taken);
  }, { numRuns: 500 });
});

Deno.test("slice takes axes that are not named whole", () => {
  const x = counting([2, 3, 2]);
  assertEquals(slice(x, { starts: [1], stops: [null] }).toArray(), [[[6, 7], [8, 9], [10, 11]]]);
  const part = slice(x, { starts: [null, -1], stops: [null, null], steps: [-1, -2] });
  assertEquals(part.toArray(), [[[10, 11], [6, 7]], [[4, 5], [0, 1]]]);
  assertEquals(slice(x, { starts: [], stops: [] }).toArray(), x.toArray());
  assertEquals(slice(x, { starts: [2], stops: [1] }).shape, [0, 3, 2]);
});

Deno.test("gather takes rows by ids of every kind and shape", () => {
  const table = counting([3, 2]);
  assertEquals(gather(table, 2).toArray(), [4, 5]);
  assertEquals(gather(table, [2, 0, 2]).toArray(), [[4, 5], [0, 1], [4, 5]]);
  assertEquals(gather(table, [[1], [0]]).toArray(), [[[2, 3]], [[0, 1]]]);
  assertEquals(gather(table, new BigInt64Array([1n])).toArray(), [[2, 3]]);
  for (const Kind of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
    assertEquals(gather(table, { data: new Kind([2, 1]), shape: [2, 1] }).shape, [2, 1, 2]);
    assertEquals(gather(table, new Kind([1])).toArray(), [[2, 3]]);
  }
  assertEquals(gather(tensor([5, 6]), [[1, 1]]).toArray(), [[6, 6]]);
  assertEquals(gather(counting([2, 2, 2]), [1]).toArray(), [[[4, 5], [6, 7]]]);
  assertEquals(gather(table, []).shape, [0, 2]);
  assertEquals(gather(table, [[], []]).shape, [2, 0, 2]);
  assertEquals(gather(zeros([0, 2]), []).shape, [0, 2]);
});

Deno.test("gather keeps the ids it was given, whatever becomes of the array", () => {
  const ids = new Int32Array([1, 1]);
  const table = tensor([[1], [2]], { requiresGrad: true });
  const y = gather(table, ids);
  ids.fill(0);
  sum(y).backward();
  assertEquals(table.grad?.toArray(), [[0], [2]]);
});

Deno.test("gather's options say which gradient the table gets", () => {
  const gradient = (options: Parameters<typeof gather>[2]) => {
    const table = tensor([[1], [2], [3]], { requiresGrad: true });
    gather(table, [0, 2, 2, 0, 2], options).backward(tensor([[1], [2], [4], [8], [16]]));
    return table.grad?.toArray();
  };
  assertEquals(gradient({}), [[9], [0], [22]]);
  assertEquals(gradient({ sparse: true }), [[9], [0], [22]]);
  assertEquals(gradient({ paddingIdx: 0 }), [[0], [0], [22]]);
  assertEquals(gradient({ paddingIdx: -3 }), [[0], [0], [22]]);
  assertEquals(gradient({ scaleGradByFreq: true }), [[9 / 2], [0], [22 / 3]]);
  assertEquals(gradient({ paddingIdx: -1, scaleGradByFreq: true, sparse: true }), [[4.5], [0], [
    0,
  ]]);
});

Deno.test("gatherBackward adds rows of the same id up", () => {
  const upstream = tensor([[1, 2], [3, 4], [5, 6]]);
  assertEquals(gatherBackward(upstream, [2, 0, 2], [4, 2]).toArray(), [
    [3, 4],
    [0, 0],
    [6, 8],
    [0, 0],
  ]);
  assertEquals(gatherBackward(zeros([0, 2]), [], [2, 2]).toArray(), [[0, 0], [0, 0]]);
  assertEquals(gatherBackward(zeros([0, 2]), [], [0, 2]).shape, [0, 2]);
});

Deno.test("maxByGroup gives each group's largest row entries, and 0 to an empty one", () => {
  const rows = tensor([[1, 9], [5, 2], [-3, -4], [5, 1]], { requiresGrad: true });
  const y = maxByGroup(rows, [0, 0, 2, 0], 3);
  assertEquals(y.toArray(), [[5, 9], [0, 0], [-3, -4]]);
  y.backward(tensor([[1, 2], [4, 8], [16, 32]]));
  assertEquals(rows.grad?.toArray(), [[0, 2], [1, 0], [16, 32], [0, 0]]);
  assertEquals(maxByGroup(tensor([NaN, 1, 2]), [0, 0, 1], 2).toArray(), [NaN, 2]);
});
