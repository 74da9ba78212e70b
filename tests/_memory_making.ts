// Steps of the memory model that make tensors: from arrays that are spoiled afterwards, by the library's
// ops, and by ops of one's own whose ways back give what they should not keep.

import type { DType, Tensor } from "minimodel";
import { linearOps } from "./_memory_linear_ops.ts";
import { type Entry, floats, largest, type World } from "./_memory_model.ts";
import { type Draw, type ModelOp, sizeOf, spoil, widthOf } from "./_memory_ops.ts";
import { otherOps } from "./_memory_other_ops.ts";

/** All ops, by name. */
const ops: Readonly<Record<string, ModelOp>> = { ...linearOps, ...otherOps };

/** The names of all ops. */
export const opNames = Object.keys(ops);

// Around the sizes from which numbers live elsewhere, and one that makes the memory grow.
const shapes: readonly (readonly number[])[] = [
  ...[[0], [0, 3], [], [1], [1, 1], [32], [4, 8], [33], [3, 11], [255], [16, 16], [257], [15, 20]],
  ...[[511], [7, 73], [512], [32, 16], [513], [27, 19], [5000], [50, 100], [50, 100]],
];
const large = [600, 500];

/** One of a list; undefined if it is empty. */
export function pick<Kind>(list: readonly Kind[], which: number): Kind | undefined {
  return list.length === 0 ? undefined : list[which % list.length];
}

/** A shape: often that of a tensor that is there, rarely a large one. */
function shapeOf({ used }: World, { a, c }: Draw): readonly number[] {
  const there = a % 2 === 0 ? pick(used, a)?.shape : undefined;
  if (there !== undefined && sizeOf(there) <= 5000) return there;
  return a % 100 === 99 && c % 2 === 0 ? large : shapes[a % shapes.length];
}

const dtypeOf = ({ c }: Draw): DType => c % 3 === 0 ? "float32" : "float64";

/** Makes a tensor, of what is handed in or of what is there. */
export function make(world: World, draw: Draw): void {
  makers[draw.b % makers.length](world, draw);
}

const makers: readonly ((world: World, draw: Draw) => void)[] = [
  fromTyped,
  fromTyped,
  fromNested,
  parameterOf,
  parameterOf,
  parameterOf,
  fromNothing,
  ownOp,
  ownOp,
  ownOp,
  ownOp,
  ownOp,
  rowGradient,
  rowGradient,
];

function fromTyped(world: World, draw: Draw): void {
  const [shape, dtype] = [[...shapeOf(world, draw)], dtypeOf(draw)];
  const values = world.stamps(dtype, sizeOf(shape));
  const [wanted, kept] = [values.slice(), [...shape]];
  const x = world.core.tensor(values, { shape, requiresGrad: draw.c % 4 > 0 });
  values.fill(NaN);
  spoil(shape);
  world.add(x, wanted, { shape: kept });
}

function fromNested(world: World, draw: Draw): void {
  const row = world.stamps("float64", 1 + draw.a % 40);
  const values = [[...row], [...row]];
  const x = world.core.tensor(values, { dtype: dtypeOf(draw), requiresGrad: draw.c % 2 === 0 });
  spoil(values);
  world.add(x, [...row, ...row], { shape: [2, row.length] });
}

function fromNothing(world: World, draw: Draw): void {
  const { core } = world;
  const [shape, dtype] = [[...shapeOf(world, draw)], dtypeOf(draw)];
  const kept = [...shape];
  const kind = draw.c % 4;
  if (kind < 2) {
    const x = core[kind === 0 ? "zeros" : "ones"](shape, { dtype });
    spoil(shape);
    world.add(x, floats(dtype, sizeOf(kept)).fill(kind), { shape: kept });
    return;
  }
  if (kind === 2) {
    const x = core.normal(shape, { dtype });
    spoil(shape);
    world.add(x, x.storage.numbers.slice(), { shape: kept });
    return;
  }
  const { E } = new core.Embedding(draw.a % 70, 16, { dtype });
  world.add(E, E.storage.numbers.slice(), { shape: [draw.a % 70, 16], isKept: true });
}

function parameterOf(world: World, draw: Draw): void {
  const from = pick(world.used, draw.a);
  if (from === undefined) return;
  const x = new world.core.Parameter(from.x);
  world.add(x, from.numbers.slice(), { shape: from.shape, isKept: true });
}

/** A gradient of rows that is made by hand, and perhaps given to a parameter. */
function rowGradient(world: World, draw: Draw): void {
  const { core } = world;
  const leaf = pick(world.used.filter(({ shape }) => shape.length > 0 && shape[0] > 0), draw.a);
  if (leaf === undefined) return;
  const [shape, width] = [[...leaf.shape], widthOf(leaf.shape)];
  const rows = Int32Array.from(new Set([0, draw.c % shape[0], shape[0] - 1])).sort();
  const numbers = world.stamps(leaf.dtype, rows.length * width);
  const wanted = floats(leaf.dtype, leaf.numbers.length);
  rows.forEach((row, n) => wanted.set(numbers.subarray(n * width, (n + 1) * width), row * width));
  const values = core.tensor(numbers, { shape: [rows.length, ...shape.slice(1)] });
  const x = new core.RowGradient(rows, values, shape);
  spoil(rows);
  spoil(shape);
  if (draw.c % 2 === 0) values.data.fill(9);
  else values.dispose();
  const entry = world.add(x, wanted, { shape: leaf.shape });
  if (draw.b % 2 === 0) give(leaf, entry);
}

/** Makes a tensor the gradient of a leaf. */
export function give(leaf: Entry, grad: Entry | null): void {
  leaf.x.grad = grad?.x ?? null;
  leaf.grad = grad;
}

/** Asks the library for an op on tensors that are there. */
export function applyOp(world: World, name: string, draw: Draw): void {
  const x = pick(world.used, draw.a);
  if (x === undefined) return;
  const { op, inputs } = operandsFor(world, name, x, draw);
  const shape = op.shape(inputs, draw);
  if (shape === undefined) return;
  const { numbers, saved } = op.forward(inputs, draw);
  const y = op.apply(world.core, inputs.map(({ x }) => x), draw);
  const sizes = [numbers, ...inputs.map(({ numbers }) => numbers)].map(largest);
  const scale = Math.max(...sizes, op.multiplies ? sizes[1] * sizes[2] * 100 : 0);
  world.add(y, numbers, { shape, scale, tape: { op, inputs, draw, saved } });
}

/** The op and what it is applied to, or one that keeps numbers small where they have become large. */
function operandsFor(
  { used }: World,
  name: string,
  x: Entry,
  draw: Draw,
): { op: ModelOp; inputs: Entry[] } {
  const small = { op: ops.tanh, inputs: [x] };
  const op = ops[name];
  if (largest(x.numbers) > 1e4) return small;
  if (op.operands === 1) return op.shape([x], draw) === undefined ? small : { op, inputs: [x] };
  const fitting = used.filter((each) => each.dtype === x.dtype && op.shape([x, each], draw));
  const other = pick(fitting, draw.b);
  if (other === undefined) return small;
  const product = largest(x.numbers) * largest(other.numbers);
  return op.multiplies && product > 1e4 ? small : { op, inputs: [x, other] };
}

/** What an op of one's own gives back: as the library is given it, and as the model has it. */
interface OwnBack {
  lib(dy: Tensor, xs: readonly Tensor[], world: World): (Tensor | null)[];
  readonly model: ModelOp["backward"];
}

const copies = (from: ArrayLike<number>) => Float64Array.from(from);

const ownBacks: readonly OwnBack[] = [
  // The gradient itself, for both.
  { lib: (dy) => [dy, dy], model: (dy) => [dy.slice(), dy.slice()] },
  // The operands themselves, each for the other.
  {
    lib: (_dy, [a, b]) => [b, a],
    model: (_dy, [a, b]) => [copies(b.numbers), copies(a.numbers)],
  },
  // One tensor for both.
  {
    lib(dy, _xs, { core }) {
      const both = core.mul(dy, 2);
      return [both, both];
    },
    model: (dy) => [dy.map((x) => 2 * x), dy.map((x) => 2 * x)],
  },
  // Rows of one operand for both, written over afterwards; for a scalar, as the first.
  {
    lib(dy, [a], { core }) {
      if (a.shape.length === 0 || a.shape[0] === 0) return [dy, dy];
      const rows = Int32Array.of(0);
      const values = core.slice(a, { starts: [0], stops: [1] });
      const both = [0, 1].map(() => new core.RowGradient(rows, values, a.shape));
      rows.fill(1);
      return both;
    },
    model(dy, [a]) {
      if (a.shape.length === 0 || a.shape[0] === 0) return [dy.slice(), dy.slice()];
      const width = widthOf(a.shape);
      const row = Float64Array.from(a.numbers, (x, i) => i < width ? x : 0);
      return [row, row.slice()];
    },
  },
];

/** Records an op of one's own, with arrays that are spoiled afterwards. */
function ownOp(world: World, draw: Draw): void {
  const a = pick(world.used, draw.a);
  if (a === undefined) return;
  const same = world.used.filter(({ shape, dtype }) =>
    dtype === a.dtype && shape.join() === a.shape.join()
  );
  const others = same.filter((each) => each !== a || draw.b % 4 === 0);
  const inputs = [a, pick(others, draw.c) ?? a];
  const { lib, model } = ownBacks[draw.c % ownBacks.length];
  const given = inputs.map(({ x }) => x);
  const shape = [...a.shape];
  const numbers = world.stamps(a.dtype, a.numbers.length);
  const [wanted, xs] = [numbers.slice(), [...given]];
  // What the types refuse is refused, or copied: the place where another tensor's numbers live.
  const isOthers = draw.c % 5 === 4;
  const data = isOthers ? a.x.storage as unknown as typeof numbers : numbers;
  const y = world.core.record("own", given, data, shape, (dy) => lib(dy, xs, world));
  numbers.fill(NaN);
  given.fill(world.core.zeros([1]));
  spoil(shape);
  const made = isOthers ? a.numbers.slice() : wanted;
  world.add(y, made, { shape: a.shape, tape: { op: { backward: model }, inputs, draw } });
}
