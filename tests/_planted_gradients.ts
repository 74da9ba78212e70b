// Answers to Task 2 of Lab 00 with one mistake each, as learners give them.

import {
  gatherBackward,
  type Ids,
  type NumberArray,
  parseIds,
  type Tensor,
  tensor,
} from "minimodel";
import type { GatherBackward } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

/** A gradient that treats each row on its own. */
function scattering(put: (to: NumberArray, row: NumberArray) => void): GatherBackward {
  return (upstream, ids, shape) => {
    const width = shape[1];
    const grad = new Float64Array(shape[0] * width);
    parseIds(ids).data.forEach((id, n) =>
      put(
        grad.subarray(id * width, (id + 1) * width),
        upstream.data.subarray(n * width, (n + 1) * width),
      )
    );
    return tensor(grad, { shape });
  };
}

const twice = "Given ids = [ 0, 0 ], upstream = [ [ 1 ], [ 2 ] ], expected [ [ 3 ] ], ";

/** Task 2. */
export const gradients: readonly Planted<GatherBackward>[] = [
  {
    mistake: "the last write wins",
    answer: scattering((to, row) => to.set(row)),
    check: "Scatter-add",
    says: [`${twice}got [ [ 2 ] ]`],
    hint: "must add (+=)",
  },
  {
    mistake: "the mean",
    answer: (upstream, ids, shape) => {
      const { data } = parseIds(ids);
      const times = data.map((id) => data.filter((each) => each === id).length);
      const width = shape[1];
      const part = upstream.data.map((each, i) => each / times[Math.floor(i / width)]);
      return gatherBackward(tensor(part, { shape: upstream.shape }), ids, shape);
    },
    check: "Scatter-add",
    says: [`${twice}got [ [ 1.5 ] ]`],
    hint: "averaged",
  },
  {
    mistake: "the first write wins",
    answer: scattering((to, row) => to[0] === 0 && to.set(row)),
    check: "Scatter-add",
    says: [`${twice}got [ [ 1 ] ]`],
    hint: null,
  },
  {
    mistake: "a buffer of float32",
    answer: (upstream, ids, shape) => {
      const { data } = gatherBackward(upstream, ids, shape);
      return tensor(Float32Array.from(data), { shape });
    },
    check: "Scatter-add",
    says: ["ids = 0", "expected numbers of dtype float64, got numbers of dtype float32"],
    hint: "rounded to float32",
  },
  {
    mistake: "only the first column",
    answer: scattering((to, row) => to[0] += row[0]),
    check: "Scatter-add",
    says: ["upstream = [ [ 1, 2 ] ], expected [ [ 1, 2 ] ], got [ [ 1, 0 ] ]"],
    hint: null,
  },
  {
    mistake: "upstream as it is",
    answer: (upstream) => upstream,
    check: "Scatter-add",
    says: ["ids = 0", "expected a gradient of shape [1, 1], got shape [1]"],
    hint: "not that of the rows",
  },
  {
    mistake: "transposed",
    answer: (upstream, ids, shape) => gatherBackward(upstream, ids, shape).transpose(),
    check: "Scatter-add",
    says: ["expected a gradient of shape [2, 1], got shape [1, 2]"],
    hint: "not that of the rows",
  },
  {
    mistake: "no shape",
    answer: (upstream, ids, shape) => tensor(gatherBackward(upstream, ids, shape).data.slice()),
    check: "Scatter-add",
    says: ["got shape [1]"],
    hint: "not that of the rows",
  },
  {
    mistake: "a bare array",
    answer: (upstream, ids, shape) => wild(gatherBackward(upstream, ids, shape).data.slice()),
    check: "Scatter-add",
    says: ["got Float64Array(1) [ 1 ]"],
    hint: "tensor(numbers, { shape })",
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Scatter-add",
    says: ["expected a gradient of shape [1, 1], got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "async",
    answer: (upstream, ids, shape) => wild(Promise.resolve(gatherBackward(upstream, ids, shape))),
    check: "Scatter-add",
    says: ["got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "the id for the place",
    answer: (upstream, ids, shape) => {
      const { data } = parseIds(ids);
      const [count, width] = shape;
      const grad = new Float64Array(count * width);
      for (const id of data) {
        for (let i = 0; i < width; i++) grad[id * width + i] += upstream.data[id * width + i];
      }
      return tensor(grad, { shape });
    },
    check: "Scatter-add",
    says: ["ids = 1, upstream = [ [ 1 ] ], expected [ [ 0 ], [ 1 ] ], got [ [ 0 ], [ NaN ] ]"],
    hint: null,
  },
  {
    mistake: "upstream changed",
    answer: (upstream, ids, shape) => {
      const grad = gatherBackward(upstream, ids, shape);
      upstream.data.fill(0);
      return grad;
    },
    check: "Scatter-add",
    says: ["ids = 0, upstream = [ [ 1 ] ], expected upstream as it was, got [ [ 0 ] ]"],
    hint: "add into an array of your own",
  },
  {
    mistake: "a property misspelt",
    answer: (upstream) => wild(Reflect.get(upstream, "dta")[0]),
    check: "Scatter-add",
    says: ["ids = 0", "expected no error, got TypeError: "],
    hint: "is the name before it misspelt?",
  },
  ...[
    (ids: number[]) => ids.forEach(() => {}),
    (ids: number[]) => {
      for (const id of ids) return id;
    },
    (ids: number[]) => [...ids],
  ].map((use) => (_: Tensor, ids: Ids) => use(wild(ids))).map((answer, form) => ({
    mistake: `ids as they are, without parseIds (${form})`,
    answer: wild(answer),
    check: "Scatter-add",
    says: ["ids = 0", "expected no error, got TypeError: ids"],
    hint: "parseIds(ids).data lists them",
  })),
  {
    mistake: "a mistake that is no engine's",
    answer: () => {
      throw new TypeError("No");
    },
    check: "Scatter-add",
    says: ["ids = 0", "expected no error, got TypeError: No"],
    hint: null,
  },
  {
    mistake: "no function",
    answer: wild(null),
    check: "Scatter-add",
    says: ["expected a function gatherBackward(upstream, ids, shape), got null"],
    hint: null,
  },
];
