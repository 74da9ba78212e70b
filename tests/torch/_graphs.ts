// Random graphs of ops: each choice of numbers becomes a step that fits the shapes so far.

import fc from "fast-check";
import { type DType, type Tensor, tensor } from "minimodel";
import { domainOf, type OpName, opNames, type OpParams, sheetOf } from "../_op_cases.ts";
import type { Draw } from "../_op_sheets/sheet.ts";
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

/** Adds the chosen op to the graph, with what it takes to make it fit; the place of its result. */
function addChoice(
  [pick, first, second, detail]: Choice,
  nodes: Tensor[],
  add: Draw["add"],
): number {
  const op = opNames[pick % opNames.length];
  // Mostly one of the last tensors, so that graphs are deep.
  const a = first % 4 === 0 ? second % nodes.length : nodes.length - 1 - first % 3;
  const x = nodes[a];
  const rank = x.shape.length;
  const fitting = nodes.flatMap(({ shape }, place) => broadcasts(x.shape, shape) ? [place] : []);
  const draw: Draw = {
    a,
    x,
    b: fitting[second % fitting.length],
    axis: rank === 0 ? 0 : detail % (2 * rank) - rank,
    second,
    detail,
    isClear: isClear(x),
    add,
    positive: (place) => add("add", [add("sigmoid", [place])], { right: 0.5 }),
  };
  return sheetOf(op).step?.(draw) ?? addEntrywise(op, draw);
}

/** Adds an op of single entries, its operands brought to where its numbers must lie. */
function addEntrywise(op: OpName, { a, x, b, detail, add, positive }: Draw): number {
  const [first, second] = [domainOf(op, 0), domainOf(op, 1)];
  if (sheetOf(op).kind === "elementwise") {
    if (detail % 5 === 0 && second === "any") return add(op, [a], { right: 1.25 });
    return add(op, [first === "any" ? a : positive(a), second === "any" ? b : positive(b)]);
  }
  const clear = x.data.every((each) => Math.abs(each) > clearance);
  const fits = first === "any" || (first === "away from 0" && clear);
  return add(op, [fits ? a : positive(a)]);
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
