// Ops whose results are sums of numbers of their operands. All arrays that are handed to the library are
// spoiled as soon as it has answered.

import {
  alignment,
  asIds,
  type Draw,
  hasRows,
  idsOf,
  isMatrix,
  type ModelOp,
  type Plain,
  sameShape,
  sizeOf,
  spoil,
  spoilIds,
  widthOf,
} from "./_memory_ops.ts";

/** Adds `factor` times number `from` of an operand to number `to` of the result. */
type Add = (operand: number, from: number, to: number, factor?: number) => void;

interface LinearRule {
  readonly operands?: 2;
  readonly shape: ModelOp["shape"];
  readonly dtype?: ModelOp["dtype"];
  readonly apply: ModelOp["apply"];
  terms(xs: readonly Plain[], draw: Draw, add: Add): void;
}

/** An op whose result is a sum of numbers of its operands, with factors that do not depend on them. */
function linearOp(rule: LinearRule): ModelOp {
  return {
    operands: 1,
    ...rule,
    forward(xs, draw) {
      const numbers = new Float64Array(sizeOf(rule.shape(xs, draw) ?? []));
      rule.terms(xs, draw, (operand, from, to, factor = 1) => {
        numbers[to] += factor * xs[operand].numbers[from];
      });
      return { numbers };
    },
    backward(dy, xs, _y, draw) {
      const dxs = xs.map(({ numbers }) => new Float64Array(numbers.length));
      rule.terms(xs, draw, (operand, from, to, factor = 1) => {
        dxs[operand][from] += factor * dy[to];
      });
      return dxs;
    },
  };
}

/** An op of one operand whose result holds the same numbers, one after the other. */
function sameNumbers(rule: Omit<LinearRule, "terms">): ModelOp {
  return linearOp({
    ...rule,
    terms: ([x], _draw, add) => {
      for (let i = 0; i < x.numbers.length; i++) add(0, i, i);
    },
  });
}

function sumOrDifference(name: "add" | "sub"): ModelOp {
  return linearOp({
    operands: 2,
    shape: ([a, b]) => alignment(a, b) && a.shape,
    apply: (core, [a, b]) => core[name](a, b),
    terms: ([a, b], _draw, add) => {
      const at = alignment(a, b) ?? Number;
      const sign = name === "add" ? 1 : -1;
      for (let i = 0; i < a.numbers.length; i++) [add(0, i, i), add(1, at(i), i, sign)];
    },
  });
}

/** How many rows the model looks up. */
const lookedUp = ({ a }: Draw) => [1, 5, 40][a % 3];

/** Ops whose results are sums of numbers of their operands, by family. */
export const linearOps: Readonly<Record<string, ModelOp>> = {
  add: sumOrDifference("add"),
  sub: sumOrDifference("sub"),
  quarter: linearOp({
    shape: ([x]) => x.shape,
    apply: (core, [x]) => core.div(x, 4),
    terms: ([x], _draw, add) => {
      for (let i = 0; i < x.numbers.length; i++) add(0, i, i, 0.25);
    },
  }),
  reshape: sameNumbers({
    shape: ([x], { a }) => a % 2 === 0 ? [x.numbers.length] : [1, x.numbers.length],
    apply(core, [x], { a }) {
      const to = a % 2 === 0 ? [x.size] : [1, x.size];
      const y = core.reshape(x, to);
      spoil(to);
      return y;
    },
  }),
  cast: sameNumbers({
    shape: ([x]) => x.shape,
    dtype: ({ dtype }) => dtype === "float32" ? "float64" : "float32",
    apply: (core, [x]) => core.cast(x, x.dtype === "float32" ? "float64" : "float32"),
  }),
  transpose: linearOp({
    shape: ([x]) => isMatrix(x) ? [x.shape[1], x.shape[0]] : undefined,
    apply(core, [x]) {
      const perm = [1, 0];
      const y = core.transpose(x, perm);
      spoil(perm);
      return y;
    },
    terms: ([{ shape: [rows, columns] }], _draw, add) => {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) add(0, r * columns + c, c * rows + r);
      }
    },
  }),
  slice: linearOp({
    shape: ([x]) => hasRows(x) ? [x.shape[0] >> 1, ...x.shape.slice(1)] : undefined,
    apply(core, [x]) {
      const options = { starts: [1], stops: [null], steps: [2] };
      const y = core.slice(x, options);
      Object.values(options).forEach(spoil);
      return y;
    },
    terms: ([{ shape }], _draw, add) => {
      const width = widthOf(shape);
      for (let i = 0; i < (shape[0] >> 1) * width; i++) {
        add(0, (2 * Math.floor(i / width) + 1) * width + i % width, i);
      }
    },
  }),
  concat: linearOp({
    operands: 2,
    shape: ([x, other]) =>
      hasRows(x) && hasRows(other) && x.shape.length === other.shape.length &&
        x.shape.slice(1).every((length, axis) => length === other.shape[axis + 1])
        ? [2 * x.shape[0] + other.shape[0], ...x.shape.slice(1)]
        : undefined,
    apply(core, [x, other]) {
      const parts = [x, other, x];
      const y = core.concat(parts, 0);
      parts.fill(core.zeros([1]));
      return y;
    },
    terms: ([x, other], _draw, add) => {
      const [n, m] = [x.numbers.length, other.numbers.length];
      for (let i = 0; i < n; i++) [add(0, i, i), add(0, i, n + m + i)];
      for (let i = 0; i < m; i++) add(1, i, n + i);
    },
  }),
  broadcastTo: linearOp({
    shape: ([x]) => [2, ...x.shape],
    apply(core, [x]) {
      const to = [2, ...x.shape];
      const y = core.broadcastTo(x, to);
      spoil(to);
      return y;
    },
    terms: ([{ numbers: { length } }], _draw, add) => {
      for (let i = 0; i < length; i++) [add(0, i, i), add(0, i, length + i)];
    },
  }),
  sum: linearOp({
    shape: () => [],
    apply: (core, [x]) => core.sum(x),
    terms: ([x], _draw, add) => {
      for (let i = 0; i < x.numbers.length; i++) add(0, i, 0);
    },
  }),
  mean: linearOp({
    shape: ([x]) => hasRows(x) ? x.shape.slice(1) : undefined,
    apply(core, [x]) {
      const axis = [0];
      const y = core.mean(x, { axis });
      spoil(axis);
      return y;
    },
    terms: ([x], _draw, add) => {
      const width = widthOf(x.shape);
      for (let i = 0; i < x.numbers.length; i++) add(0, i, i % width, 1 / x.shape[0]);
    },
  }),
  where: linearOp({
    operands: 2,
    shape: ([x, other]) => sameShape(x, other) ? x.shape : undefined,
    apply(core, [x, other]) {
      const data = Uint8Array.from({ length: x.size }, (_, i) => Number(i % 3 === 0));
      const y = core.where({ data, shape: x.shape }, x, other);
      data.fill(1);
      return y;
    },
    terms: ([x], _draw, add) => {
      for (let i = 0; i < x.numbers.length; i++) add(i % 3 === 0 ? 0 : 1, i, i);
    },
  }),
  gather: linearOp({
    shape: ([x], draw) => hasRows(x) ? [lookedUp(draw), ...x.shape.slice(1)] : undefined,
    apply(core, [x], draw) {
      const ids = asIds(idsOf(lookedUp(draw), x.shape[0], draw), draw);
      const options = { sparse: draw.b % 2 === 0 };
      const y = core.gather(x, ids, options);
      spoilIds(ids);
      options.sparse = true;
      return y;
    },
    terms: ([{ shape }], draw, add) => {
      const width = widthOf(shape);
      idsOf(lookedUp(draw), shape[0], draw).forEach((id, n) => {
        for (let i = 0; i < width; i++) add(0, id * width + i, n * width + i);
      });
    },
  }),
  gatherBackward: linearOp({
    shape: ([x]) => hasRows(x) ? [7, ...x.shape.slice(1)] : undefined,
    apply(core, [x], draw) {
      const ids = asIds(idsOf(x.shape[0], 7, draw), draw);
      const shape = [7, ...x.shape.slice(1)];
      const y = core.gatherBackward(x, ids, shape);
      spoilIds(ids);
      spoil(shape);
      return y;
    },
    terms: ([{ shape }], draw, add) => {
      const width = widthOf(shape);
      idsOf(shape[0], 7, draw).forEach((id, n) => {
        for (let i = 0; i < width; i++) add(0, n * width + i, id * width + i);
      });
    },
  }),
  bag: linearOp({
    shape: ([x]) => hasRows(x) ? [3, ...x.shape.slice(1)] : undefined,
    apply(core, [x], draw) {
      const ids = asIds(idsOf(12, x.shape[0], draw), draw);
      const offsets = Int32Array.of(0, 4, 4);
      const y = core.bag(x, ids, { offsets, sparse: draw.b % 2 === 0 });
      [ids, offsets].forEach(spoil);
      return y;
    },
    terms: ([{ shape }], draw, add) => {
      const width = widthOf(shape);
      idsOf(12, shape[0], draw).forEach((id, n) => {
        for (let i = 0; i < width; i++) add(0, id * width + i, (n < 4 ? 0 : 2) * width + i);
      });
    },
  }),
};
