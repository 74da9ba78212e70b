// The ops that choose numbers: within bounds, by a condition, or by ids along an axis.

import { ones, type Shape, tensor, where, zeros } from "minimodel";
import type * as family from "../../lib/autograd/ops/choose.ts";
import * as api from "../_api_slots.ts";
import { pointwise } from "./elementwise.ts";
import { made, manyIds, oneAxis, type OpParams, plant, type SheetsOf, spread } from "./sheet.ts";

/** The bounds of a case, between which and its numbers there is room. */
function boundsOf({ min, max }: OpParams): { min?: number; max?: number } {
  return min === undefined && max === undefined ? { min: -0.25 } : { min, max };
}

const halves: boolean[][] = [[true, false], [true, false]];

/** A condition that holds for two entries of three. */
function mostly(rows: number, columns: number): boolean[][] {
  return Array.from(
    { length: rows },
    (_, row) => Array.from({ length: columns }, (_, column) => (row + column) % 3 > 0),
  );
}

/** Nested arrays of a shape, `idAt` saying which id stands at each place. */
function nestedIds(shape: Shape, idAt: (place: number) => number): number[] {
  const [length, ...rest] = shape;
  const inside = rest.reduce((product, each) => product * each, 1);
  return Array.from(
    { length },
    (_, i) => rest.length === 0 ? idAt(i) : nestedIds(rest, (place) => idAt(i * inside + place)),
  ) as number[];
}

/** A sheet for every op that chooses. */
export const choosingSheets: SheetsOf<typeof family> = {
  clip: {
    ...pointwise({
      torch: "clamp",
      mistake: "passed where x is outside",
      backward: (dy) => [dy],
    }),
    cases: [
      ...spread.map((shape) => made([shape], { min: -0.25 })),
      ...[{ max: 0.25 }, { min: -3, max: 0.25 }, { min: -0.25, max: 0.25 }, { min: 3 }]
        .map((bounds) => made([[2, 3]], bounds)),
    ],
    large: [made([[311]], { min: -0.25 }), made([[17, 31]], { min: -1.01, max: 0.25 })],
    domains: ["away from 0"],
    args: ([x], params) => [x, boundsOf(params)],
    kwargs: boundsOf,
    slots: [
      api.anyTensor,
      api.options([], { min: api.slot(() => -1), max: api.slot(() => 1) }, () => ({ min: -1 })),
    ],
  },

  where: {
    cases: [
      made([[], []], { condition: true }),
      made([[3], [3]], { condition: [true, false, true] }),
      made([[2, 3], [3]], { condition: [[true], [false]] }),
      made([[3], []], { condition: mostly(2, 3) }),
      made([[2, 1], [1, 3]], { condition: false }),
      made([[0], [1]], { condition: [] }),
    ],
    large: [
      made([[31], [17, 31]], { condition: mostly(17, 31) }),
      made([[17, 31], [17, 1]], { condition: mostly(1, 31) }),
      made([[3, 17, 7], []], { condition: mostly(17, 7) }),
    ],
    args: ([a, b], { condition = true }) => [condition, a, b],
    wrong: plant("sides exchanged", [[2, 2], [2, 2]], (dy) => [
      where(halves, dy.mul(0), dy),
      where(halves, dy, dy.mul(0)),
    ], { condition: halves }),
    torch: "own.where",
    slots: [
      api.list(
        () => true,
        () => true,
        () => [true, false, true],
        () => [[1], [0]],
        () => ones([3]),
      ),
      api.anyTensor,
      api.slot(() => tensor([[6, 5, 4], [3, 2, 1]]), () => api.leaf([2, 3])),
    ],
    linear: () => true,
    step({ a, x, b, detail, add }) {
      const length = x.shape.at(-1);
      const holds = (i: number) => (detail >> (i % 8)) % 2 === 0;
      const condition = length === undefined
        ? holds(0)
        : Array.from({ length }, (_, i) => holds(i));
      return add("where", [a, b], { condition });
    },
  },

  takeAlongAxis: {
    cases: [
      made([[3]], { ids: [2, 0, 2, 1], axis: 0 }),
      made([[2, 3]], { ids: [[2, 0], [1, 1]], axis: 1 }),
      made([[2, 3]], { ids: [[1, 0, 1]], axis: 0 }),
      made([[2, 3, 2]], { ids: [[[2, 0]], [[1, 1]]], axis: -2 }),
      made([[2, 3]], { ids: [[], []], axis: -1 }),
      made([[0]], { ids: [], axis: 0 }),
    ],
    large: [
      made([[23, 33]], { ids: nestedIds([40, 33], (n) => (n * n + 3 * n) % 23), axis: 0 }),
      made([[17, 31]], { ids: Array.from({ length: 17 }, () => manyIds(40, 31)), axis: 1 }),
    ],
    args: ([x], params) => [x, params.ids ?? [], oneAxis(params) ?? 0],
    wrong: plant("the last instead of the sum", [[3]], (dy, [x]) => {
      const dx = zeros(x.shape, { dtype: x.dtype });
      [1, 1, 0].forEach((id, n) => dx.data[id] = dy.data[n]);
      return [dx];
    }, { ids: [1, 1, 0], axis: 0 }),
    torch: "own.taken_along",
    slots: [
      api.slot(() => tensor([[1, 2, 3], [4, 5, 6]]), () => api.leaf([2, 3])),
      api.list(() => 1, () => [[2, 0], [1, 1]]),
      api.slot(() => 1, () => -1),
    ],
    linear: () => true,
    step({ a, x, axis, second, detail, add }) {
      if (x.shape.length === 0) return add("neg", [a]);
      const length = x.shape.at(axis) ?? 0;
      const ids = nestedIds(x.shape.with(axis, 2), (n) => (detail + n * second) % length);
      return add("takeAlongAxis", [a], { ids, axis });
    },
  },
};
