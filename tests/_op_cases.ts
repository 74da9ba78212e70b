// Every op over a spread of shapes: what the tests of gradients and those against PyTorch go through.

import fc from "fast-check";
import type { Shape } from "../lib/autograd/_shape.ts";
import * as ops from "../lib/autograd/ops.ts";
import { type DType, type Ids, type Tensor, tensor } from "minimodel";

/** Name of an op. */
export type OpName = keyof typeof ops;

/** What an op is given beside tensors, as JSON: PyTorch is asked the same. */
export interface OpParams {
  /** An operand that is a number, on the left or right of the tensor. */
  readonly left?: number;
  readonly right?: number;
  readonly axis?: number | readonly number[];
  readonly keepdims?: boolean;
  readonly perm?: readonly number[];
  readonly shape?: readonly number[];
  readonly starts?: readonly (number | null)[];
  readonly stops?: readonly (number | null)[];
  readonly steps?: readonly number[];
  readonly ids?: Ids;
  readonly count?: number;
  readonly offsets?: Ids;
  readonly mean?: boolean;
  readonly paddingIdx?: number;
  readonly sparse?: boolean;
  readonly reduction?: "mean" | "sum" | "none";
  readonly dtype?: DType;
}

/** Where the numbers of an input lie, so that no kink or pole is near. */
export type Domain = "any" | "positive" | "away from 0" | "all different";

/** An op, the shapes of its inputs and everything else that it is given. */
export interface OpCase {
  readonly op: OpName;
  readonly shapes: readonly Shape[];
  readonly domains: readonly Domain[];
  readonly params: OpParams;
}

const applied: Record<OpName, (inputs: readonly Tensor[], params: OpParams) => Tensor> = {
  add: (inputs, params) => ops.add(...operands(inputs, params)),
  sub: (inputs, params) => ops.sub(...operands(inputs, params)),
  mul: (inputs, params) => ops.mul(...operands(inputs, params)),
  div: (inputs, params) => ops.div(...operands(inputs, params)),
  pow: (inputs, params) => ops.pow(...operands(inputs, params)),
  neg: ([x]) => ops.neg(x),
  exp: ([x]) => ops.exp(x),
  log: ([x]) => ops.log(x),
  sqrt: ([x]) => ops.sqrt(x),
  tanh: ([x]) => ops.tanh(x),
  relu: ([x]) => ops.relu(x),
  sigmoid: ([x]) => ops.sigmoid(x),
  logSigmoid: ([x]) => ops.logSigmoid(x),
  cast: ([x], { dtype = "float64" }) => ops.cast(x, dtype),
  matmul: ([a, b]) => ops.matmul(a, b),
  transpose: ([x], { perm }) => ops.transpose(x, perm),
  reshape: ([x], { shape = [] }) => ops.reshape(x, shape),
  broadcastTo: ([x], { shape = [] }) => ops.broadcastTo(x, shape),
  sum: ([x], { axis, keepdims }) => ops.sum(x, { axis, keepdims }),
  mean: ([x], { axis, keepdims }) => ops.mean(x, { axis, keepdims }),
  max: ([x], { axis, keepdims }) => ops.max(x, { axis, keepdims }),
  softmax: ([x], { axis }) => ops.softmax(x, { axis: one(axis) }),
  logSoftmax: ([x], { axis }) => ops.logSoftmax(x, { axis: one(axis) }),
  crossEntropy: ([x], { ids = [], reduction }) => ops.crossEntropy(x, ids, { reduction }),
  concat: (inputs, { axis }) => ops.concat(inputs, one(axis) ?? 0),
  stack: (inputs, { axis }) => ops.stack(inputs, one(axis) ?? 0),
  slice: ([x], { starts = [], stops = [], steps }) => ops.slice(x, { starts, stops, steps }),
  gather: ([table], { ids = [], sparse }) => ops.gather(table, ids, { sparse }),
  gatherBackward: ([dy], { ids = [], shape = [] }) => ops.gatherBackward(dy, ids, shape),
  bag: ([table, perSampleWeights], { ids = [], offsets, mean, paddingIdx, sparse }) =>
    ops.bag(table, ids, { offsets, perSampleWeights, mean, paddingIdx, sparse }),
  maxByGroup: ([rows], { ids = [], count = 0 }) => ops.maxByGroup(rows, ids, count),
};

/** The op of that name, called on the inputs. */
export function applyOp(op: OpName, inputs: readonly Tensor[], params: OpParams = {}): Tensor {
  return applied[op](inputs, params);
}

const spread: readonly Shape[] = [[], [1], [4], [2, 3], [2, 1, 3], [0], [2, 0]];

const pairs: readonly (readonly Shape[])[] = [
  [[], []],
  [[3], []],
  [[2, 3], [3]],
  [[2, 1], [1, 3]],
  [[2, 3], [2, 3]],
  [[3, 1], [4, 1, 2]],
  [[0, 3], [3]],
  [[1], [0]],
];

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

function made(
  op: OpName,
  shapes: readonly Shape[],
  params: OpParams = {},
  domains: readonly Domain[] = [],
): OpCase {
  return { op, shapes, params, domains: shapes.map((_, i) => domains[i] ?? "any") };
}

function elementwise(
  op: OpName,
  domains: readonly Domain[] = [],
  { left, right }: OpParams = { left: 2, right: -1.5 },
): OpCase[] {
  return [
    ...pairs.map((shapes) => made(op, shapes, {}, domains)),
    made(op, [[2, 3]], { right }, domains),
    made(op, [[2, 3]], { left }, domains.slice(1)),
  ];
}

function pointwise(op: OpName, domain: Domain = "any"): OpCase[] {
  return spread.map((shape) => made(op, [shape], {}, [domain]));
}

function reduced(op: OpName, domain: Domain): OpCase[] {
  const axes = [undefined, 0, 1, -1, [0, 1], [0, 2], [2, 0], [-1, -2], []];
  return [
    ...axes.flatMap((axis) =>
      [true, false].map((keepdims) => made(op, [[2, 3, 2]], { axis, keepdims }, [domain]))
    ),
    made(op, [[]], {}, [domain]),
    made(op, [[4]], { axis: 0 }, [domain]),
    made(op, [[2, 0]], { axis: 0 }, [domain]),
    made(op, [[0, 2]], { axis: -1 }, [domain]),
  ];
}

function operands(
  inputs: readonly Tensor[],
  { left, right }: OpParams,
): [Tensor | number, Tensor | number] {
  return [left ?? inputs[0], right ?? inputs[left === undefined ? 1 : 0]];
}

function one(axis: OpParams["axis"]): number | undefined {
  if (axis === undefined || typeof axis === "number") return axis;
  throw new TypeError(`The case needs one axis, got [${axis}]`);
}

/** Every case of every op. */
export const opCases: readonly OpCase[] = [
  ...(["add", "sub", "mul"] as const).flatMap((op) => elementwise(op)),
  ...elementwise("div", ["any", "away from 0"], { left: 3, right: -4 }),
  ...elementwise("pow", ["positive", "any"], { left: 1.5, right: 3 }),
  ...[-2, -0.5, 0, 0.5, 1, 2].map((right) => made("pow", [[2, 3]], { right }, ["positive"])),
  ...[2, 3].map((right) => made("pow", [[4]], { right }, ["away from 0"])),
  ...(["neg", "exp", "tanh", "sigmoid", "logSigmoid"] as const).flatMap((op) => pointwise(op)),
  ...(["log", "sqrt"] as const).flatMap((op) => pointwise(op, "positive")),
  ...pointwise("relu", "away from 0"),
  ...spread.flatMap((shape) => [
    made("cast", [shape], { dtype: "float32" }),
    made("cast", [shape], { dtype: "float64" }),
  ]),
  ...matrices.map((shapes) => made("matmul", shapes)),
  ...spread.map((shape) => made("transpose", [shape])),
  ...[[0, 1, 2], [0, 2, 1], [1, 2, 0], [-1, 0, 1], [-2, -3, -1]]
    .map((perm) => made("transpose", [[2, 3, 4]], { perm })),
  made("transpose", [[3, 0]], { perm: [1, 0] }),
  ...[[6], [3, 2], [-1], [1, -1, 1], [2, 3]].map((shape) => made("reshape", [[2, 3]], { shape })),
  made("reshape", [[]], { shape: [1, 1] }),
  made("reshape", [[1]], { shape: [] }),
  made("reshape", [[0, 3]], { shape: [0] }),
  made("reshape", [[2, 0]], { shape: [-1, 5] }),
  ...[[3], [2, 3], [4, 1, 3], [0, 3]].map((shape) => made("broadcastTo", [[3]], { shape })),
  ...[[2, 3], [4, 2, 3]].map((shape) => made("broadcastTo", [[2, 1]], { shape })),
  made("broadcastTo", [[]], { shape: [2, 2] }),
  made("broadcastTo", [[1]], { shape: [0] }),
  ...(["sum", "mean"] as const).flatMap((op) => reduced(op, "any")),
  ...reduced("max", "all different"),
  ...(["softmax", "logSoftmax"] as const).flatMap((op) => [
    ...[[1], [4], [2, 3], [2, 3, 2], [0, 2], [2, 0]].map((shape) => made(op, [shape])),
    ...[0, 1, -2, -1].map((axis) => made(op, [[3, 2, 4]], { axis })),
  ]),
  ...(["mean", "sum", "none"] as const).flatMap((reduction) => [
    made("crossEntropy", [[3]], { ids: 2, reduction }),
    made("crossEntropy", [[3, 4]], { ids: [1, 3, 1], reduction }),
    made("crossEntropy", [[2, 2, 3]], { ids: [[0, 2], [2, 2]], reduction }),
    made("crossEntropy", [[1, 1]], { ids: [0], reduction }),
  ]),
  made("crossEntropy", [[0, 3]], { ids: [], reduction: "sum" }),
  made("concat", [[3]], { axis: 0 }),
  made("concat", [[2], [0], [3]], { axis: -1 }),
  ...[0, -2].map((axis) => made("concat", [[2, 3], [1, 3], [2, 3]], { axis })),
  ...[1, -1].map((axis) => made("concat", [[2, 3], [2, 1]], { axis })),
  made("concat", [[2, 1, 2], [2, 3, 2]], { axis: 1 }),
  made("stack", [[], []], { axis: 0 }),
  ...[0, 1, 2, -1, -3].map((axis) => made("stack", [[2, 3], [2, 3]], { axis })),
  made("stack", [[0], [0]], { axis: 0 }),
  made("slice", [[5]], { starts: [1], stops: [4] }),
  made("slice", [[5]], { starts: [null], stops: [null], steps: [2] }),
  made("slice", [[5]], { starts: [-4], stops: [-1], steps: [2] }),
  made("slice", [[5]], { starts: [null], stops: [null], steps: [-1] }),
  made("slice", [[5]], { starts: [4], stops: [0], steps: [-3] }),
  made("slice", [[5]], { starts: [-9], stops: [99] }),
  made("slice", [[5]], { starts: [99], stops: [-99], steps: [-2] }),
  made("slice", [[5]], { starts: [3], stops: [3] }),
  made("slice", [[3, 4]], { starts: [1], stops: [null] }),
  made("slice", [[3, 4]], { starts: [null, -1], stops: [2, null], steps: [1, -2] }),
  made("slice", [[2, 3, 4]], { starts: [1, null, 1], stops: [null, 2, 3] }),
  made("slice", [[]], { starts: [], stops: [] }),
  made("slice", [[0, 2]], { starts: [null], stops: [null], steps: [-1] }),
  made("gather", [[4]], { ids: [3, 0, 3] }),
  made("gather", [[4, 3]], { ids: 2 }),
  made("gather", [[4, 3]], { ids: [1, 1, 3] }),
  made("gather", [[4, 3]], { ids: [1, 1, 3], sparse: true }),
  made("gather", [[4, 3]], { ids: [[0, 2], [2, 2], [0, 3]] }),
  made("gather", [[3, 2, 2]], { ids: [[2, 0]] }),
  made("gather", [[4, 3]], { ids: [] }),
  made("gather", [[0, 3]], { ids: [] }),
  made("gather", [[2, 0]], { ids: [1, 0] }),
  made("gatherBackward", [[3]], { ids: [3, 0, 3], shape: [4] }),
  made("gatherBackward", [[3]], { ids: 2, shape: [4, 3] }),
  made("gatherBackward", [[3, 2]], { ids: [1, 1, 3], shape: [4, 2] }),
  made("gatherBackward", [[2, 2, 2]], { ids: [[0, 2], [2, 2]], shape: [3, 2] }),
  made("gatherBackward", [[0, 2]], { ids: [], shape: [3, 2] }),
  made("gatherBackward", [[2, 0]], { ids: [1, 0], shape: [2, 0] }),
  ...[true, false].flatMap((mean) => [
    made("bag", [[4, 3]], { ids: [[0, 2], [2, 2], [0, 3]], mean }),
    made("bag", [[4, 3]], { ids: [1, 1, 3, 0], offsets: [0, 0, 3], mean, sparse: true }),
    made("bag", [[4, 3]], { ids: [1, 1, 3, 0], offsets: [0, 2, 4, 4], mean, paddingIdx: 1 }),
    made("bag", [[4, 3]], { ids: [], offsets: [0, 0], mean }),
    made("bag", [[4, 3]], { ids: [[], []], mean }),
    made("bag", [[2, 0]], { ids: [[1, 0]], mean }),
  ]),
  made("bag", [[4, 3], [3, 2]], { ids: [[0, 2], [2, 2], [0, 3]] }),
  made("bag", [[4, 3], [4]], { ids: [1, 1, 3, 0], offsets: [0, 1, 3], paddingIdx: -1 }),
  ...[true, false].flatMap((mean) => [
    made("bag", [[4, 3], [5]], { ids: [1, 1, 3, 0, 1], offsets: [0, 2, 2], mean }),
    made("bag", [[4, 3], [2, 2]], { ids: [[1, 1], [3, 0]], mean }),
    made("bag", [[4], [3]], { ids: [3, 0, 3], offsets: [0, 1], mean }),
    made("bag", [[3, 2, 2]], { ids: [[2, 0, 2]], mean }),
    made("bag", [[0, 2]], { ids: [], offsets: [0], mean }),
  ]),
  made("maxByGroup", [[5, 2]], { ids: [0, 0, 2, 2, 2], count: 4 }, ["all different"]),
  made("maxByGroup", [[4]], { ids: [1, 0, 1, 1], count: 2 }, ["all different"]),
  made("maxByGroup", [[3, 2, 2]], { ids: [0, 1, 0], count: 2 }, ["all different"]),
  made("maxByGroup", [[0, 2]], { ids: [], count: 3 }),
];

/** The cases of one op. */
export function casesOf(op: OpName): OpCase[] {
  return opCases.filter((each) => each.op === op);
}

/** The names of all ops, from the library itself: one without cases is noticed. */
export const opNames = Object.keys(ops) as OpName[];

/** Numbers for one input of a case: whole numbers over 64, in its domain. */
export function numbersFor({ shapes, domains }: OpCase, input: number): fc.Arbitrary<number[]> {
  const size = shapes[input].reduce((product, length) => product * length, 1);
  const [minLength, maxLength] = [size, size];
  const whole = (min: number, max: number) => fc.integer({ min, max }).map((n) => n / 64);
  switch (domains[input]) {
    case "positive":
      return fc.array(whole(32, 128), { minLength, maxLength });
    case "away from 0":
      return fc.array(
        fc.tuple(fc.constantFrom(-1, 1), whole(32, 128)).map(([sign, n]) => sign * n),
        { minLength, maxLength },
      );
    case "all different":
      return fc.uniqueArray(whole(-128, 128), { minLength, maxLength });
    default:
      return fc.array(whole(-128, 128), { minLength, maxLength });
  }
}

/** Numbers for all inputs of a case. */
export function numbersForAll(each: OpCase): fc.Arbitrary<number[][]> {
  return fc.tuple(...each.shapes.map((_, input) => numbersFor(each, input)));
}

/** Leaves that get a gradient, with the given numbers. */
export function leavesOf(each: OpCase, numbers: readonly number[][], dtype: DType): Tensor[] {
  return numbers.map((values, i) =>
    tensor(values, { dtype, shape: each.shapes[i], requiresGrad: true })
  );
}

/** A case as text, for messages. */
export function describeCase({ op, shapes, params }: OpCase): string {
  return `${op} of ${JSON.stringify(shapes)} with ${JSON.stringify(params)}`;
}
