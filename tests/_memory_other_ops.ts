// Ops that are more than sums: functions of single numbers, products, the largest of a row, softmax.

import type { Tensor } from "minimodel";
import {
  alignment,
  asIds,
  type Core,
  hasRows,
  idsOf,
  isMatrix,
  lastOf,
  type ModelOp,
  type Plain,
  sizeOf,
  spoilIds,
} from "./_memory_ops.ts";

/** An op of one operand, entry by entry, whose derivative is given by `x` and `y`. */
function pointwise(
  apply: (core: Core, x: Tensor) => Tensor,
  f: (x: number) => number,
  slope: (x: number, y: number) => number,
): ModelOp {
  return {
    operands: 1,
    shape: ([x]) => x.shape,
    apply: (core, [x]) => apply(core, x),
    forward: ([x]) => ({ numbers: Float64Array.from(x.numbers, f) }),
    backward: (dy, [x], y) => [dy.map((each, i) => each * slope(x.numbers[i], y.numbers[i]))],
  };
}

/** The largest number of each row, by where it is: `saved` holds the place of each. */
const max: ModelOp = {
  operands: 1,
  shape: ([x]) => hasRows(x) ? x.shape.slice(0, -1) : undefined,
  apply: (core, [x]) => core.max(x, { axis: -1 }),
  forward([x]) {
    const width = lastOf(x.shape);
    const saved = Float64Array.from({ length: x.numbers.length / width }, (_, row) => {
      let best = row * width;
      for (let i = best; i < (row + 1) * width; i++) {
        if (x.numbers[i] > x.numbers[best]) best = i;
      }
      return best;
    });
    return { numbers: saved.map((at) => x.numbers[at]), saved };
  },
  backward(dy, [x], _y, _draw, saved) {
    const dx = new Float64Array(x.numbers.length);
    saved?.forEach((at, row) => dx[at] += dy[row]);
    return [dx];
  },
};

/** Softmax of each row, as plain numbers. */
function softmaxOf({ numbers, shape }: Plain): Float64Array {
  const width = lastOf(shape);
  const y = Float64Array.from(numbers);
  for (let start = 0; start < y.length; start += width) {
    const row = y.subarray(start, start + width);
    const largest = row.reduce((most, each) => Math.max(most, each), -Infinity);
    const total = row.reduce((sum, each) => sum + Math.exp(each - largest), 0);
    row.forEach((each, i) => row[i] = Math.exp(each - largest) / total);
  }
  return y;
}

const softmax: ModelOp = {
  operands: 1,
  shape: ([x]) => hasRows(x) ? x.shape : undefined,
  apply: (core, [x]) => core.softmax(x),
  forward: ([x]) => ({ numbers: softmaxOf(x) }),
  backward(dy, _xs, y) {
    const width = lastOf(y.shape);
    const dots = new Float64Array(dy.length / width);
    dy.forEach((each, i) => dots[Math.floor(i / width)] += each * y.numbers[i]);
    return [dy.map((each, i) => y.numbers[i] * (each - dots[Math.floor(i / width)]))];
  },
};

const crossEntropy: ModelOp = {
  operands: 1,
  shape: ([x]) => isMatrix(x) ? [] : undefined,
  apply(core, [x], draw) {
    const targets = asIds(idsOf(x.shape[0], x.shape[1], draw), draw);
    const y = core.crossEntropy(x, targets, { reduction: "sum" });
    spoilIds(targets);
    return y;
  },
  forward([x], draw) {
    const saved = softmaxOf(x);
    let loss = 0;
    idsOf(x.shape[0], x.shape[1], draw).forEach((id, row) => {
      loss -= Math.log(saved[row * x.shape[1] + id]);
    });
    return { numbers: Float64Array.of(loss), saved };
  },
  backward([dLoss], [x], _y, draw, saved = new Float64Array()) {
    const dx = saved.slice();
    idsOf(x.shape[0], x.shape[1], draw).forEach((id, row) => dx[row * x.shape[1] + id]--);
    return [dx.map((each) => each * dLoss)];
  },
};

/** A product of matrices; `across` is the axis of the right operand that is summed over. */
function product(name: "linear" | "matmul", across: 0 | 1): ModelOp {
  const walk = (
    [x, w]: readonly Plain[],
    visit: (left: number, right: number, to: number) => void,
  ) => {
    const [rows, shared, columns] = [x.shape[0], x.shape[1], w.shape[1 - across]];
    const [sStep, cStep] = across === 0 ? [columns, 1] : [1, shared];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        for (let s = 0; s < shared; s++) {
          visit(r * shared + s, s * sStep + c * cStep, r * columns + c);
        }
      }
    }
  };
  const shape = ([x, w]: readonly Plain[]) =>
    isMatrix(x) && isMatrix(w) && x.shape[1] === w.shape[across] &&
      x.shape[0] * w.shape[1 - across] <= 4096
      ? [x.shape[0], w.shape[1 - across]]
      : undefined;
  return {
    operands: 2,
    multiplies: true,
    shape,
    apply: (core, [x, w]) => core[name](x, w),
    forward([x, w]) {
      const numbers = new Float64Array(sizeOf(shape([x, w]) ?? []));
      walk([x, w], (i, j, to) => numbers[to] += x.numbers[i] * w.numbers[j]);
      return { numbers };
    },
    backward(dy, [x, w]) {
      const [dx, dw] = [x, w].map(({ numbers }) => new Float64Array(numbers.length));
      walk([x, w], (i, j, to) => {
        dx[i] += dy[to] * w.numbers[j];
        dw[j] += dy[to] * x.numbers[i];
      });
      return [dx, dw];
    },
  };
}

const mul: ModelOp = {
  operands: 2,
  multiplies: true,
  shape: ([a, b]) => alignment(a, b) && a.shape,
  apply: (core, [a, b]) => core.mul(a, b),
  forward([a, b]) {
    const at = alignment(a, b) ?? Number;
    return { numbers: Float64Array.from(a.numbers, (each, i) => each * b.numbers[at(i)]) };
  },
  backward(dy, [a, b]) {
    const at = alignment(a, b) ?? Number;
    const db = new Float64Array(b.numbers.length);
    dy.forEach((each, i) => db[at(i)] += each * a.numbers[i]);
    return [dy.map((each, i) => each * b.numbers[at(i)]), db];
  },
};

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** All other ops of the model, by name. */
export const otherOps = {
  neg: pointwise((core, x) => core.neg(x), (x) => -x, () => -1),
  abs: pointwise((core, x) => core.abs(x), Math.abs, Math.sign),
  relu: pointwise((core, x) => core.relu(x), (x) => Math.max(x, 0), (_x, y) => Number(y > 0)),
  tanh: pointwise((core, x) => core.tanh(x), Math.tanh, (_x, y) => 1 - y * y),
  sigmoid: pointwise((core, x) => core.sigmoid(x), sigmoid, (_x, y) => y * (1 - y)),
  clip: pointwise(
    (core, x) => core.clip(x, { min: -2, max: 2 }),
    (x) => Math.min(Math.max(x, -2), 2),
    (x) => Number(x >= -2 && x <= 2),
  ),
  mul,
  linear: product("linear", 1),
  matmul: product("matmul", 0),
  max,
  softmax,
  crossEntropy,
} as const satisfies Readonly<Record<string, ModelOp>>;
