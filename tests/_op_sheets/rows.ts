// The ops that make one number of several: matrix products and reductions.

import { gather, matmul, ones, type Shape } from "minimodel";
import type * as products from "../../lib/autograd/ops/matmul.ts";
import type * as reductions from "../../lib/autograd/ops/reduce.ts";
import * as api from "../_api_slots.ts";
import {
  type Domain,
  type Draw,
  made,
  manyIds,
  type OpSheet,
  plant,
  type Planted,
  type SheetsOf,
} from "./sheet.ts";

const matrices: readonly (readonly Shape[])[] = [
  [[2, 3], [3, 4]],
  [[1, 1], [1, 1]],
  [[3], [3]],
  [[3], [3, 2]],
  [[2, 3], [3]],
  [[3], [2, 3, 4]],
  [[2, 4, 3], [3]],
  [[2, 4, 3], [3, 2]],
  [[4, 3], [2, 3, 2]],
  [[2, 2, 3], [2, 3, 2]],
  [[2, 1, 2, 3], [3, 3, 2]],
  [[3, 2, 2], [1, 2, 2]],
  [[0, 3], [3, 2]],
  [[2, 0], [0, 2]],
  [[2, 0, 3], [3, 2]],
  [[0, 2, 3], [3, 2]],
];

const largeMatrices: readonly (readonly Shape[])[] = [
  [[17, 23], [23, 19]],
  [[65, 7], [7, 130]],
  [[1, 301], [301, 3]],
  [[301], [301]],
  [[2, 9, 33], [33, 5]],
  [[3, 9, 8], [3, 8, 7]],
  [[2, 1, 9, 8], [3, 8, 7]],
];

/** A sheet for the matrix product. */
export const productSheets: SheetsOf<typeof products> = {
  matmul: {
    cases: matrices.map((shapes) => made(shapes)),
    large: largeMatrices.map((shapes) => made(shapes)),
    wrong: plant("operands not transposed", [[2, 2], [2, 2]], (dy, [a, b]) => [
      matmul(dy, b),
      matmul(a, dy),
    ]),
    torch: "matmul",
    slots: [api.anyTensor, api.slot(() => ones([3, 2]), () => ones([64, 64]))],
    step({ a, x, add }) {
      const rank = x.shape.length;
      if (rank < 2) return rank === 0 ? add("neg", [a]) : add("matmul", [a, a]);
      const perm = [...x.shape.keys()].with(-1, rank - 2).with(-2, rank - 1);
      return add("matmul", [a, add("transpose", [a], { perm })]);
    },
  },

  linear: {
    cases: [
      made([[2, 3], [4, 3]]),
      made([[2, 3], [4, 3], [4]]),
      made([[3], [2, 3], [2]]),
      made([[2, 2, 3], [4, 3], [4]]),
      made([[1, 1], [1, 1], [1]]),
      made([[0, 3], [2, 3], [2]]),
      made([[2, 0], [3, 0], [3]]),
      made([[2, 3], [0, 3]]),
    ],
    large: [
      made([[17, 23], [19, 23]]),
      made([[65, 7], [130, 7], [130]]),
      made([[2, 9, 33], [5, 33], [5]]),
      made([[301], [3, 301], [3]]),
    ],
    wrong: plant("the weight transposed", [[2, 2], [2, 2]], (dy, [x, weight]) => [
      matmul(dy, weight.transpose()),
      matmul(dy.transpose(), x),
    ]),
    torch: "nn.functional.linear",
    slots: [
      api.slot(() => ones([2, 3]), () => api.leaf([64, 3]), () => ones([3])),
      api.slot(() => ones([4, 3]), () => api.leaf([4, 3])),
      api.slot(() => undefined, () => ones([4])),
    ],
    step({ a, x, add }) {
      const width = x.shape.at(-1);
      if (width === undefined) return add("tanh", [a]);
      return add("linear", [a, add("reshape", [a], { shape: [-1, width] })]);
    },
  },
};

const alongAxes = { axis: api.axis, keepdims: api.flag };

type Reduction = "sum" | "mean" | "max" | "min" | "norm";

/** The sheet of a reduction over axes. */
function reduction(
  name: Reduction,
  { torch, mistake, backward }: { torch: string; mistake: string; backward: Planted },
) {
  const axes = [undefined, 0, 1, -1, [0, 1], [0, 2], [2, 0], [-1, -2], []];
  const largeAxes = [undefined, 0, 1, 2, [0, 1], [1, 2], [0, 2]];
  return {
    kind: "reduction",
    cases: [
      ...axes.flatMap((axis) =>
        [true, false].map((keepdims) => made([[2, 3, 2]], { axis, keepdims }))
      ),
      made([[]]),
      made([[4]], { axis: 0 }),
      made([[2, 0]], { axis: 0 }),
      made([[0, 2]], { axis: -1 }),
    ],
    large: [
      ...largeAxes.map((axis) => made([[9, 7, 11]], { axis }, ["all different"])),
      made([[2, 401]], { axis: 1 }, ["all different"]),
    ],
    args: ([x], { axis, keepdims }) => [x, { axis, keepdims }],
    wrong: plant(mistake, [[2, 3]], backward, { axis: 1 }),
    torch,
    slots: [api.anyTensor, api.options([() => undefined], alongAxes)],
    step: (draw: Draw) => overAxes(name, draw),
  } as const satisfies OpSheet<"sum">;
}

function overAxes(name: Reduction, { a, x, axis, detail, add }: Draw): number {
  const all = x.shape.length === 0 || detail % 4 === 0;
  return add(name, [a], { axis: all ? undefined : axis, keepdims: detail % 3 === 0 });
}

const overRows: Planted = (dy, [x]) => [dy.reshape([2, 1]).broadcastTo(x.shape)];

/** A sheet for every op that reduces. */
export const reductionSheets: SheetsOf<typeof reductions> = {
  sum: {
    ...reduction("sum", {
      torch: "own.total",
      mistake: "divided by the count",
      backward: (dy, ...others) => overRows(dy.div(3), ...others),
    }),
    linear: () => true,
  },
  mean: reduction("mean", {
    torch: "own.mean",
    mistake: "not divided by the count",
    backward: overRows,
  }),
  max: {
    ...reduction("max", {
      torch: "own.largest",
      mistake: "the same for every entry",
      backward: overRows,
    }),
    domains: ["all different"],
    step: (draw) => overAxes(draw.isClear ? "max" : "mean", draw),
  },
  min: {
    ...reduction("min", {
      torch: "own.smallest",
      mistake: "the same for every entry",
      backward: overRows,
    }),
    domains: ["all different"],
    step: (draw) => overAxes(draw.isClear ? "min" : "mean", draw),
  },
  norm: withOrders(reduction("norm", {
    torch: "own.norm",
    mistake: "not divided by the norm",
    backward: (dy, [x]) => [dy.reshape([2, 1]).mul(x)],
  })),

  maxByGroup: {
    cases: [
      made([[5, 2]], { ids: [0, 0, 2, 2, 2], count: 4 }),
      made([[4]], { ids: [1, 0, 1, 1], count: 2 }),
      made([[3, 2, 2]], { ids: [0, 1, 0], count: 2 }),
      made([[0, 2]], { ids: [], count: 3 }),
    ],
    large: [made([[67, 9]], { ids: manyIds(67, 13), count: 14 })],
    domains: ["all different"],
    args: ([rows], { ids = [], count = 0 }) => [rows, ids, count],
    wrong: plant("every row of a group", [[3, 2]], (dy) => [gather(dy, [0, 0, 1])], {
      ids: [0, 0, 1],
      count: 2,
    }),
    torch: "own.max_by_group",
    slots: [
      api.slot(() => ones([2, 3]), () => api.leaf([2, 600])),
      api.someIds,
      api.size(() => 4),
    ],
    step({ a, x, detail, isClear, add }) {
      if (x.shape.length === 0 || !isClear) return add("tanh", [a]);
      const ids = Array.from({ length: x.shape[0] }, (_, i) => (detail + i) % 2);
      return add("maxByGroup", [a], { ids, count: 3 });
    },
  },
};

/** Norms of every order: of 1 and of odd ones, of Infinity, and between. */
function withOrders(sheet: OpSheet<"norm">): OpSheet<"norm"> {
  const orders = [1, 1.5, 2, 3];
  const largest: [Domain] = ["sizes all different"];
  return {
    ...sheet,
    domains: ["away from 0"],
    cases: [
      ...sheet.cases,
      ...orders.map((p) => made([[2, 3]], { p, axis: 1 })),
      ...[0, undefined].map((axis) => made([[2, 3]], { p: Infinity, axis }, largest)),
    ],
    large: [
      ...sheet.large.map((each) => made(each.shapes, each.params)),
      ...orders.map((p) => made([[17, 31]], { p, axis: 1 })),
      made([[17, 31]], { p: Infinity, axis: 0 }, largest),
    ],
    args: ([x], { axis, keepdims, p }) => [x, { axis, keepdims, p }],
    slots: [
      api.anyTensor,
      api.options([() => undefined], {
        ...alongAxes,
        p: api.slot(() => 2, () => 1, () => Infinity),
      }),
    ],
    // Its gradient has a jump at 0.
    step: ({ positive, ...draw }) => overAxes("norm", { ...draw, positive, a: positive(draw.a) }),
  };
}
