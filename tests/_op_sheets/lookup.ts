// The ops that look rows up by id, one by one and in bags.

import { gather, gatherBackward, ones, zeros } from "minimodel";
import type * as family from "../../lib/autograd/ops/lookup.ts";
import * as api from "../_api_slots.ts";
import { made, manyIds, plant, type SheetsOf } from "./sheet.ts";

const widths = [1, 3, 8, 33];
const largeOffsets = [0, ...Array.from({ length: 20 }, (_, bag) => 16 * bag)];

/** The options that say which gradient a table gets. */
const gatherOptions = {
  paddingIdx: api.slot(() => 1),
  scaleGradByFreq: api.flag,
  sparse: api.flag,
};

/** A sheet for every op that looks up. */
export const lookupSheets: SheetsOf<typeof family> = {
  gather: {
    cases: [
      made([[4]], { ids: [3, 0, 3] }),
      made([[4, 3]], { ids: 2 }),
      made([[4, 3]], { ids: [1, 1, 3] }),
      made([[4, 3]], { ids: [1, 1, 3], sparse: true }),
      made([[4, 3]], { ids: [[0, 2], [2, 2], [0, 3]] }),
      made([[3, 2, 2]], { ids: [[2, 0]] }),
      made([[4, 3]], { ids: [] }),
      made([[0, 3]], { ids: [] }),
      made([[2, 0]], { ids: [1, 0] }),
    ],
    large: widths.map((width) => made([[23, width]], { ids: manyIds(311, 23) })),
    args: ([table], { ids = [], sparse }) => [table, ids, { sparse }],
    wrong: plant("the last row instead of the sum", [[3, 2]], (dy, [table]) => {
      const dTable = zeros(table.shape, { dtype: table.dtype });
      [1, 1, 0].forEach((id, n) => dTable.data.set(dy.data.subarray(2 * n, 2 * n + 2), 2 * id));
      return [dTable];
    }, { ids: [1, 1, 0] }),
    torch: "own.gathered",
    slots: [api.table, api.someIds, api.options([() => undefined], gatherOptions)],
    linear: () => true,
    step({ a, x, second, detail, add }) {
      if (x.shape.length === 0) return add("sigmoid", [a]);
      const ids = [second, detail, second].map((each) => each % x.shape[0]);
      return add("gather", [a], { ids: detail % 2 === 0 ? ids : [[ids[0]], [ids[1]]] });
    },
  },

  gatherBackward: {
    cases: [
      made([[3]], { ids: [3, 0, 3], shape: [4] }),
      made([[3]], { ids: 2, shape: [4, 3] }),
      made([[3, 2]], { ids: [1, 1, 3], shape: [4, 2] }),
      made([[2, 2, 2]], { ids: [[0, 2], [2, 2]], shape: [3, 2] }),
      made([[0, 2]], { ids: [], shape: [3, 2] }),
      made([[2, 0]], { ids: [1, 0], shape: [2, 0] }),
    ],
    large: widths.map((width) =>
      made([[311, width]], { ids: manyIds(311, 23), shape: [23, width] })
    ),
    args: ([dy], { ids = [], shape = [] }) => [dy, ids, shape],
    wrong: plant("rows of other ids", [[3, 2]], (dy) => [gather(dy, [0, 1, 1])], {
      ids: [1, 1, 0],
      shape: [3, 2],
    }),
    torch: "own.gather_backward",
    slots: [
      api.slot(() => ones([2, 2]), () => api.leaf([2, 2])),
      api.someIds,
      api.shape(() => [4, 2]),
    ],
    linear: () => true,
    step({ a, x, second, detail, add }) {
      if (x.shape.length === 0) return add("neg", [a]);
      const [length, ...rest] = x.shape;
      const ids = Array.from({ length }, (_, i) => (detail + i * second) % 3);
      return add("gatherBackward", [a], { ids, shape: [3, ...rest] });
    },
  },

  bag: {
    cases: [
      ...[true, false].flatMap((mean) => [
        made([[4, 3]], { ids: [[0, 2], [2, 2], [0, 3]], mean }),
        made([[4, 3]], { ids: [1, 1, 3, 0], offsets: [0, 0, 3], mean, sparse: true }),
        made([[4, 3]], { ids: [1, 1, 3, 0], offsets: [0, 2, 4, 4], mean, paddingIdx: 1 }),
        made([[4, 3]], { ids: [], offsets: [0, 0], mean }),
        made([[4, 3]], { ids: [[], []], mean }),
        made([[2, 0]], { ids: [[1, 0]], mean }),
      ]),
      made([[4, 3], [3, 2]], { ids: [[0, 2], [2, 2], [0, 3]] }),
      made([[4, 3], [4]], { ids: [1, 1, 3, 0], offsets: [0, 1, 3], paddingIdx: -1 }),
      made([[4, 3]], { ids: [1, 1, 3, 0], offsets: [0, 3, 4], includeLastOffset: true }),
      ...[true, false].flatMap((mean) => [
        made([[4, 3], [5]], { ids: [1, 1, 3, 0, 1], offsets: [0, 2, 2], mean }),
        made([[4, 3], [2, 2]], { ids: [[1, 1], [3, 0]], mean }),
        made([[4], [3]], { ids: [3, 0, 3], offsets: [0, 1], mean }),
        made([[4], [3]], { ids: [3, 0, 3], offsets: [0, 1, 3], includeLastOffset: true, mean }),
        made([[3, 2, 2]], { ids: [[2, 0, 2]], mean }),
        made([[0, 2]], { ids: [], offsets: [0], mean }),
      ]),
    ],
    large: widths.flatMap((width) => [
      ...[true, false].map((mean) =>
        made([[23, width]], {
          ids: manyIds(311, 23),
          offsets: largeOffsets,
          mean,
          paddingIdx: 4,
        })
      ),
      made([[23, width], [311]], { ids: manyIds(311, 23), offsets: largeOffsets }),
    ]),
    args(
      [table, perSampleWeights],
      { ids = [], offsets, includeLastOffset, mean, paddingIdx, sparse },
    ) {
      const options = { offsets, includeLastOffset, perSampleWeights, mean, paddingIdx, sparse };
      return [table, ids, options];
    },
    wrong: plant("of a sum, for a mean", [[3, 2]], (dy) => [
      gatherBackward(gather(dy, [0, 0, 1, 1]), [1, 1, 0, 1], [3, 2]),
    ], { ids: [[1, 1], [0, 1]], mean: true }),
    torch: "own.bagged",
    slots: [
      api.table,
      api.list(() => 1, () => [[1, 2]], () => [1, 2]),
      api.options([() => undefined], {
        offsets: api.list(() => 0, () => undefined, () => [0, 1]),
        perSampleWeights: api.slot(() => undefined, () => ones([1, 2])),
        mean: api.flag,
        includeLastOffset: api.flag,
        ...gatherOptions,
      }),
    ],
    // In its table and in its weights, not in both; and thirds are not exact.
    linear: ({ shapes, params }) => shapes.length === 1 && params.mean !== true,
    step({ a, x, second, detail, add }) {
      // PyTorch's bags are of vectors.
      if (x.shape.length !== 2) return add("sigmoid", [a]);
      const ids = [second, detail, second].map((each) => each % x.shape[0]);
      return add("bag", [a], { ids, offsets: [0, detail % 4], mean: detail % 2 === 0 });
    },
  },
};
