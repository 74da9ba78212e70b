// The ops that give the same numbers in another form: dtype, order, shape, parts and joins.

import { ones, slice, zeros } from "minimodel";
import type * as family from "../../lib/autograd/ops/shape.ts";
import * as api from "../_api_slots.ts";
import { made, oneAxis, plant, type SheetsOf, spread } from "./sheet.ts";

const always = () => true;

/** A sheet for every op of another form. */
export const shapeSheets: SheetsOf<typeof family> = {
  cast: {
    kind: "pointwise",
    cases: spread.flatMap((shape) => [
      made([shape], { dtype: "float32" }),
      made([shape], { dtype: "float64" }),
    ]),
    large: [made([[311]], { dtype: "float32" }), made([[311]], { dtype: "float64" })],
    args: ([x], { dtype = "float64" }) => [x, dtype],
    wrong: plant("no gradient at all", [[3]], () => [null], { dtype: "float64" }),
    torch: "own.cast",
    slots: [api.anyTensor, api.dtype],
    step: ({ a, x, add }) => add("cast", [a], { dtype: x.dtype }),
  },

  transpose: {
    cases: [
      ...spread.map((shape) => made([shape])),
      ...[[0, 1, 2], [0, 2, 1], [1, 2, 0], [-1, 0, 1], [-2, -3, -1]]
        .map((perm) => made([[2, 3, 4]], { perm })),
      made([[3, 0]], { perm: [1, 0] }),
    ],
    large: [made([[17, 31]]), made([[5, 17, 7]], { perm: [1, 2, 0] })],
    args: ([x], { perm }) => [x, perm],
    wrong: plant("axes not put back", [[2, 3]], (dy, [x]) => [dy.reshape(x.shape)]),
    torch: "own.transposed",
    slots: [api.anyTensor, api.list(() => 0, () => undefined, () => [1, 0])],
    linear: always,
    step({ a, x, detail, add }) {
      const axes = [...x.shape.keys()];
      const perm = axes.map((each) => (each + detail) % axes.length);
      return add("transpose", [a], detail % 2 === 0 ? {} : { perm });
    },
  },

  reshape: {
    cases: [
      ...[[6], [3, 2], [-1], [1, -1, 1], [2, 3]].map((shape) => made([[2, 3]], { shape })),
      made([[]], { shape: [1, 1] }),
      made([[1]], { shape: [] }),
      made([[0, 3]], { shape: [0] }),
      made([[2, 0]], { shape: [-1, 5] }),
    ],
    large: [made([[17, 31]], { shape: [31, -1] })],
    args: ([x], { shape = [] }) => [x, shape],
    wrong: plant(
      "columns read as rows",
      [[2, 3]],
      (dy, [x]) => [dy.transpose().reshape(x.shape)],
      { shape: [3, 2] },
    ),
    torch: "reshape",
    kwargs: ({ shape }) => ({ shape }),
    slots: [api.anyTensor, api.shape(() => [3, 2], () => [-1], () => [-1, 64])],
    linear: always,
    step: ({ a, x, detail, add }) =>
      add("reshape", [a], { shape: detail % 2 === 0 ? [-1] : [1, ...x.shape] }),
  },

  broadcastTo: {
    cases: [
      ...[[3], [2, 3], [4, 1, 3], [0, 3]].map((shape) => made([[3]], { shape })),
      ...[[2, 3], [4, 2, 3]].map((shape) => made([[2, 1]], { shape })),
      made([[]], { shape: [2, 2] }),
      made([[1]], { shape: [0] }),
    ],
    large: [made([[31]], { shape: [17, 31] }), made([[17, 1]], { shape: [3, 17, 31] })],
    args: ([x], { shape = [] }) => [x, shape],
    wrong: plant("mean instead of sum", [[3]], (dy) => [dy.mean({ axis: 0 })], { shape: [2, 3] }),
    torch: "broadcast_to",
    kwargs: ({ shape }) => ({ size: shape }),
    slots: [api.anyTensor, api.shape(() => [5, 2, 3])],
    linear: always,
    step: ({ a, x, add }) => add("broadcastTo", [a], { shape: [2, ...x.shape] }),
  },

  concat: {
    cases: [
      made([[3]], { axis: 0 }),
      made([[2], [0], [3]], { axis: -1 }),
      ...[0, -2].map((axis) => made([[2, 3], [1, 3], [2, 3]], { axis })),
      ...[1, -1].map((axis) => made([[2, 3], [2, 1]], { axis })),
      made([[2, 1, 2], [2, 3, 2]], { axis: 1 }),
    ],
    large: [made([[17, 9], [17, 22]], { axis: 1 }), made([[7, 31], [10, 31]], { axis: 0 })],
    args: (inputs, params) => [inputs, oneAxis(params) ?? 0],
    wrong: plant("parts exchanged", [[2, 2], [2, 2]], (dy) => [
      slice(dy, { starts: [2], stops: [4] }),
      slice(dy, { starts: [0], stops: [2] }),
    ], { axis: 0 }),
    torch: "own.concat",
    slots: [
      api.list(() => ones([2]), () => [ones([2]), ones([3])], () => [api.leaf([64, 64])]),
      api.axis,
    ],
    linear: always,
    step: ({ a, x, axis, add }) =>
      x.shape.length === 0 ? add("exp", [a]) : add("concat", [a, add("tanh", [a])], { axis }),
  },

  stack: {
    cases: [
      made([[], []], { axis: 0 }),
      ...[0, 1, 2, -1, -3].map((axis) => made([[2, 3], [2, 3]], { axis })),
      made([[0], [0]], { axis: 0 }),
    ],
    large: [made([[17, 31], [17, 31]], { axis: 1 })],
    args: (inputs, params) => [inputs, oneAxis(params) ?? 0],
    wrong: plant("along the wrong axis", [[2, 2], [2, 2]], (dy) => [
      slice(dy, { starts: [null, 0], stops: [null, 1] }).reshape([2, 2]),
      slice(dy, { starts: [null, 1], stops: [null, 2] }).reshape([2, 2]),
    ], { axis: 0 }),
    torch: "own.stack",
    slots: [
      api.list(() => ones([2]), () => [ones([2]), ones([2])], () => [api.leaf([64, 64])]),
      api.axis,
    ],
    linear: always,
    step: ({ a, axis, add }) => add("stack", [a, add("neg", [a])], { axis }),
  },

  slice: {
    cases: [
      made([[5]], { starts: [1], stops: [4] }),
      made([[5]], { starts: [null], stops: [null], steps: [2] }),
      made([[5]], { starts: [-4], stops: [-1], steps: [2] }),
      made([[5]], { starts: [null], stops: [null], steps: [-1] }),
      made([[5]], { starts: [4], stops: [0], steps: [-3] }),
      made([[5]], { starts: [-9], stops: [99] }),
      made([[5]], { starts: [99], stops: [-99], steps: [-2] }),
      made([[5]], { starts: [3], stops: [3] }),
      made([[3, 4]], { starts: [1], stops: [null] }),
      made([[3, 4]], { starts: [null, -1], stops: [2, null], steps: [1, -2] }),
      made([[2, 3, 4]], { starts: [1, null, 1], stops: [null, 2, 3] }),
      made([[]], { starts: [], stops: [] }),
      made([[0, 2]], { starts: [null], stops: [null], steps: [-1] }),
    ],
    large: [made([[37, 31]], { starts: [-2, 1], stops: [0, null], steps: [-2, 1] })],
    args: ([x], { starts = [], stops = [], steps }) => [x, { starts, stops, steps }],
    wrong: plant("put back without its steps", [[5]], (dy, [x]) => {
      const dx = zeros(x.shape, { dtype: x.dtype });
      dx.data.set(dy.data, 1);
      return [dx];
    }, { starts: [1], stops: [5], steps: [2] }),
    torch: "own.sliced",
    slots: [
      api.anyTensor,
      api.options([], {
        starts: api.list(() => 0, () => [0, null]),
        stops: api.list(() => 1, () => [-1]),
        steps: api.list(() => 1, () => [-1], () => undefined),
      }, () => ({ starts: [0], stops: [1] })),
    ],
    linear: always,
    step: ({ a, x, detail, add }) =>
      add("slice", [a], {
        starts: x.shape.map((length) => detail % 2 === 0 ? null : length - 1),
        stops: x.shape.map(() => null),
        steps: x.shape.map((_, n) => detail % 2 === 0 ? 1 + (detail + n) % 2 : -1),
      }),
  },
};
