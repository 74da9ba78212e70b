// Random graphs of ops: each choice of numbers becomes a step that fits the shapes so far.

import fc from "fast-check";
import { type DType, type Tensor, tensor } from "minimodel";
import { type OpName, opNames, type OpParams } from "../_op_cases.ts";
import { runSteps, type Step } from "./_torch.ts";

/** What one step is drawn from: an op, two of the tensors so far, and a detail. */
export type Choice = readonly [op: number, a: number, b: number, detail: number];

const draw = fc.nat({ max: 9999 });

/** Choices for graphs of up to `most` ops. */
export function choices(most: number): fc.Arbitrary<Choice[]> {
  return fc.array(fc.tuple(draw, draw, draw, draw), { minLength: 1, maxLength: most, size: "max" });
}

/** A graph: leaves, the steps on them, and what they give. */
export interface Graph {
  readonly leaves: readonly Tensor[];
  readonly steps: readonly Step[];
  readonly value: Tensor;
}

const leafShapes = [[2, 3], [3], [2, 1, 3], [3, 2], []];
// Results stay of a size at which float32 has digits to spare, and small enough to be quick.
const [largestNumber, largestSize, largestRank] = [4, 100, 4];
// Further from a kink than any difference of rounding.
const clearance = 1e-3;

/** The graph that the choices say, on leaves whose numbers vary with `salt`. */
export function buildGraph(chosen: readonly Choice[], salt: number, dtype: DType): Graph {
  const leaves = leafShapes.map((shape, n) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const numbers = Float64Array.from({ length: size }, (_, i) => Math.sin(salt + 11 * n + 3 * i));
    return tensor(numbers, { dtype, shape, requiresGrad: true });
  });
  const nodes = [...leaves];
  const steps: Step[] = [];
  const add = (op: OpName, inputs: readonly number[], params: OpParams = {}): number => {
    steps.push({ op, inputs, params });
    nodes.push(runSteps(nodes, [{ op, inputs, params }]));
    return nodes.length - 1;
  };
  for (const choice of chosen) {
    let place = addChoice(choice, nodes, add);
    if (nodes[place].shape.length > largestRank || nodes[place].size > largestSize) {
      place = add("mean", [place], { axis: 0 });
    }
    if (nodes[place].data.some((each) => Math.abs(each) > largestNumber)) add("tanh", [place]);
  }
  return { leaves, steps, value: nodes[nodes.length - 1] };
}

type Add = (op: OpName, inputs: readonly number[], params?: OpParams) => number;

/** Adds the chosen op to the graph, with what it takes to make it fit; the place of its result. */
function addChoice([pick, first, second, detail]: Choice, nodes: Tensor[], add: Add): number {
  const op = opNames[pick % opNames.length];
  // Mostly one of the last tensors, so that graphs are deep.
  const a = first % 4 === 0 ? second % nodes.length : nodes.length - 1 - first % 3;
  const x = nodes[a];
  const rank = x.shape.length;
  const axis = rank === 0 ? 0 : detail % (2 * rank) - rank;
  const fitting = nodes.flatMap(({ shape }, place) => broadcasts(x.shape, shape) ? [place] : []);
  const b = fitting[second % fitting.length];
  const positive = (place: number) => add("add", [add("sigmoid", [place])], { right: 0.5 });
  switch (op) {
    case "add":
    case "sub":
    case "mul":
      if (detail % 5 === 0) return add(op, [a], { left: 1.25 });
      return add(op, [a, b]);
    case "div":
      return add(op, [a, positive(b)]);
    case "pow":
      if (detail % 2 === 0) return add(op, [positive(a)], { right: detail % 7 - 3 });
      return add(op, [positive(a), b]);
    case "exp":
      return add(op, [add("tanh", [a])]);
    case "log":
    case "sqrt":
      return add(op, [positive(a)]);
    case "relu":
      return add(x.data.every((each) => Math.abs(each) > clearance) ? op : "sigmoid", [a]);
    case "cast":
      return add(op, [a], { dtype: x.dtype });
    case "matmul": {
      if (rank < 2) return rank === 0 ? add("neg", [a]) : add(op, [a, a]);
      const perm = [...x.shape.keys()].with(-1, rank - 2).with(-2, rank - 1);
      return add(op, [a, add("transpose", [a], { perm })]);
    }
    case "transpose": {
      const perm = [...x.shape.keys()].map((each) => (each + detail) % rank);
      return add(op, [a], detail % 2 === 0 ? {} : { perm });
    }
    case "reshape":
      return add(op, [a], { shape: detail % 2 === 0 ? [-1] : [1, ...x.shape] });
    case "broadcastTo":
      return add(op, [a], { shape: [2, ...x.shape] });
    case "sum":
    case "mean":
    case "max": {
      const all = rank === 0 || detail % 4 === 0;
      const params = { axis: all ? undefined : axis, keepdims: detail % 3 === 0 };
      return add(op === "max" && !isClear(x) ? "mean" : op, [a], params);
    }
    case "softmax":
    case "logSoftmax":
      return rank === 0 ? add("tanh", [a]) : add(op, [a], { axis });
    case "crossEntropy": {
      if (rank !== 2) return add("logSigmoid", [a]);
      const ids = Array.from({ length: x.shape[0] }, (_, i) => (detail + i) % x.shape[1]);
      return add(op, [a], { ids, reduction: (["mean", "sum", "none"] as const)[detail % 3] });
    }
    case "concat":
      return rank === 0 ? add("exp", [a]) : add(op, [a, add("tanh", [a])], { axis });
    case "stack":
      return add(op, [a, add("neg", [a])], { axis });
    case "slice":
      return add(op, [a], {
        starts: x.shape.map((length) => detail % 2 === 0 ? null : length - 1),
        stops: x.shape.map(() => null),
        steps: x.shape.map((_, n) => detail % 2 === 0 ? 1 + (detail + n) % 2 : -1),
      });
    case "gather": {
      if (rank === 0) return add("sigmoid", [a]);
      const ids = [second, detail, second].map((each) => each % x.shape[0]);
      return add(op, [a], { ids: detail % 2 === 0 ? ids : [[ids[0]], [ids[1]]] });
    }
    case "gatherBackward": {
      if (rank === 0) return add("neg", [a]);
      const ids = x.shape.slice(0, 1).flatMap((length) =>
        Array.from({ length }, (_, i) => (detail + i * second) % 3)
      );
      return add(op, [a], { ids, shape: [3, ...x.shape.slice(1)] });
    }
    case "bag": {
      // PyTorch's bags are of vectors.
      if (rank !== 2) return add("sigmoid", [a]);
      const ids = [second, detail, second].map((each) => each % x.shape[0]);
      return add(op, [a], { ids, offsets: [0, detail % 4], mean: detail % 2 === 0 });
    }
    case "maxByGroup": {
      if (rank === 0 || !isClear(x)) return add("tanh", [a]);
      const ids = Array.from({ length: x.shape[0] }, (_, i) => (detail + i) % 2);
      return add(op, [a], { ids, count: 3 });
    }
    default:
      return add(op, [a]);
  }
}

function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  for (let back = 1; back <= Math.min(a.length, b.length); back++) {
    const [left, right] = [a[a.length - back], b[b.length - back]];
    if (left !== right && left !== 1 && right !== 1) return false;
  }
  return true;
}

/** No two numbers are so near each other that rounding could change which is larger. */
function isClear({ data }: Tensor): boolean {
  const sorted = data.toSorted();
  return sorted.every((each, i) => i === 0 || each - sorted[i - 1] > clearance);
}
