// The softmax family.

import { softmax } from "minimodel";
import type * as losses from "../../lib/autograd/ops/softmax.ts";
import * as api from "../_api_slots.ts";
import {
  type Draw,
  made,
  manyIds,
  oneAxis,
  type OpParams,
  type OpSheet,
  plant,
  type Planted,
  type SheetsOf,
} from "./sheet.ts";

/** The sheet of an op that makes each row a distribution. */
function ofRows(
  name: "softmax" | "logSoftmax",
  { torch, mistake, backward }: { torch: string; mistake: string; backward: Planted },
) {
  return {
    kind: "softmax",
    cases: [
      ...[[1], [4], [2, 3], [2, 3, 2], [0, 2], [2, 0]].map((shape) => made([shape])),
      ...[0, 1, -2, -1].map((axis) => made([[3, 2, 4]], { axis })),
    ],
    large: [
      ...[[17, 31], [3, 131], [131, 3], [301, 1], [5, 64]].map((shape) => made([shape])),
      made([[7, 9, 11]], { axis: 1 }),
    ],
    args: ([x], params) => [x, { axis: oneAxis(params) }],
    wrong: plant(mistake, [[2, 3]], backward),
    torch,
    kwargs: (params: OpParams) => ({ dim: oneAxis(params) ?? -1 }),
    slots: [api.anyTensor, api.options([() => undefined], { axis: api.axis })],
    step: ({ a, x, axis, add }: Draw) =>
      x.shape.length === 0 ? add("tanh", [a]) : add(name, [a], { axis }),
  } as const satisfies OpSheet<"softmax">;
}

const reductionsOfLosses = ["mean", "sum", "none"] as const;

/** A sheet for every op of the softmax family. */
export const softmaxSheets: SheetsOf<typeof losses> = {
  softmax: ofRows("softmax", {
    torch: "softmax",
    mistake: "the diagonal only",
    backward: (dy, _inputs, y) => [dy.mul(y).mul(y.neg().add(1))],
  }),
  logSoftmax: ofRows("logSoftmax", {
    torch: "log_softmax",
    mistake: "no sum over the row",
    backward: (dy, _inputs, y) => [dy.sub(y.exp().mul(dy))],
  }),

  crossEntropy: {
    cases: [
      ...reductionsOfLosses.flatMap((reduction) => [
        made([[3]], { ids: 2, reduction }),
        made([[3, 4]], { ids: [1, 3, 1], reduction }),
        made([[2, 2, 3]], { ids: [[0, 2], [2, 2]], reduction }),
        made([[1, 1]], { ids: [0], reduction }),
        made([[3, 4]], { ids: [1, 3, 1], reduction, ignoreIndex: 1 }),
        made([[2, 2, 3]], { ids: [[0, -1], [2, -1]], reduction, ignoreIndex: -1 }),
        made([[3, 4]], { ids: [1, 3, 1], reduction, labelSmoothing: 0.1 }),
        made([[3, 4]], { ids: [-9, 3, 1], reduction, labelSmoothing: 1, ignoreIndex: -9 }),
      ]),
      made([[0, 3]], { ids: [], reduction: "sum" }),
    ],
    large: reductionsOfLosses.flatMap((reduction) =>
      [[17, 31], [131, 3], [3, 131], [5, 64]].map(([rows, classes]) => {
        const ids = Array.from({ length: rows }, (_, n) => (7 * n) % classes);
        return made([[rows, classes]], { ids, reduction });
      })
    ).concat(made([[17, 31]], { ids: manyIds(17, 31), ignoreIndex: 4, labelSmoothing: 0.2 })),
    args: ([x], { ids = [], reduction, ignoreIndex, labelSmoothing }) => [
      x,
      ids,
      { reduction, ignoreIndex, labelSmoothing },
    ],
    wrong: plant("nothing taken off at the target", [[2, 3]], (dy, [x]) => [
      softmax(x).mul(dy).div(2),
    ], { ids: [2, 0] }),
    torch: "own.cross_entropy",
    slots: [
      api.anyTensor,
      api.list(() => 1, () => [1, 2]),
      api.options([() => undefined], {
        reduction: api.slot(() => "sum", () => "none"),
        ignoreIndex: api.slot(() => 1, () => -100),
        labelSmoothing: api.slot(() => 0.1),
      }),
    ],
    step({ a, x, detail, add }) {
      if (x.shape.length !== 2) return add("logSigmoid", [a]);
      const ids = Array.from({ length: x.shape[0] }, (_, i) => (detail + i) % x.shape[1]);
      return add("crossEntropy", [a], { ids, reduction: reductionsOfLosses[detail % 3] });
    },
  },
};
