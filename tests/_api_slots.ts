// What the parameters of the library's functions are given, right and wrong.

import {
  Adagrad,
  Adam,
  AdamW,
  Embedding,
  EmbeddingBag,
  gather,
  ones,
  type Optimizer,
  Parameter,
  RowGradient,
  Sgd,
  Tensor,
  tensor,
  WordVectors,
  zeros,
} from "minimodel";
import { Storage } from "../lib/kernels/storage.ts";
import type { Slot } from "./_api_harness.ts";
import { type Given, given, hostileSizes, hostileValues, Trap } from "./_api_values.ts";

type Make = () => unknown;

/** A tensor that needs a gradient. */
export function leaf(shape: readonly number[] = [2, 3]): Tensor {
  const x = ones(shape);
  x.requiresGrad = true;
  return x;
}

/** A tensor that was given up. */
function disposed(shape: readonly number[]): Tensor {
  const x = ones(shape);
  x.dispose();
  return x;
}

/** A gradient of rows 1 and 2 of a table (4, 2). */
export function rowGradient(): RowGradient {
  return new RowGradient(new Int32Array([1, 2]), ones([2, 2]), [4, 2]);
}

/** Values of the library's own kinds, in places where others are wanted. */
const foreign: readonly Given[] = [
  () => tensor(3),
  () => tensor([1, 2], { dtype: "float32" }),
  () => tensor([NaN, Infinity, -0, 1e308, 5e-324, -1e300]),
  () => zeros([0]),
  () => zeros([2, 0, 3]),
  () => ones([2, 3]),
  () => ones([64, 64]),
  () => leaf(),
  () => leaf([1, 1]),
  () => leaf().sum(),
  () => disposed([2, 3]),
  () => disposed([64, 64]),
  () => new Parameter(ones([2, 2])),
  () => rowGradient(),
  () => new Storage(new Float64Array(2)),
  () => new Embedding(4, 2),
  () => Tensor,
].map(given);

/** Every wrong value. */
const wrongValues: readonly Given[] = [...hostileValues, ...foreign];
const wrongAndLarge: readonly Given[] = [...wrongValues, ...hostileSizes];

/** A parameter that is made for these values; all others are tried too. */
export function slot(...good: Make[]): Slot {
  return { good: good.map(given), wrong: wrongAndLarge };
}

/** As {@linkcode slot}, for how many of something are made: numbers that take gigabytes are left out. */
export function size(...good: Make[]): Slot {
  return { good: good.map(given), wrong: wrongValues };
}

/** The object that a method is called on, which is always one of its class. */
export function self(...good: Make[]): Slot {
  return { good: good.map(given), wrong: [], isSelf: true };
}

/** As {@linkcode slot}, without what would do as well: paths that could be written, say. */
export function slotBut(isLeftOut: (text: string) => boolean, ...good: Make[]): Slot {
  return { good: good.map(given), wrong: wrongAndLarge.filter(({ text }) => !isLeftOut(text)) };
}

/** An array of values: wrong ones in its place, and beside a right one in it. */
export function list(item: Make, ...good: Make[]): Slot {
  const first = given(item);
  const beside = wrongValues.map(({ text, make }) => ({
    text: `[${first.text}, ${text}]`,
    make: () => [first.make(), make()],
  }));
  return { good: good.map(given), wrong: [...wrongValues, ...beside] };
}

/** A shape: wrong values in its place, and as one of its lengths. */
export function shape(...good: Make[]): Slot {
  return list(() => 2, ...good);
}

/**
 * Options: `good` ones, wrong values in their place, and in the place of each field beside what is needed.
 * Fields that say how many of something are made are in `sizes`.
 */
export function options(
  good: Make[],
  fields: Record<string, Slot>,
  needed: () => object = () => ({}),
): Slot {
  const base = String(needed).slice("() => (".length, -1).replace(/^\{\s*|,?\s*\}$/g, "");
  const filled = (key: string) => ({ text, make }: Given): Given => ({
    text: `{ ${base === "" ? "" : `${base}, `}${key}: ${text} }`,
    make: () => ({ ...needed(), [key]: make() }),
  });
  const each = Object.entries(fields);
  return {
    good: [
      ...good.map(given),
      given(needed),
      ...each.flatMap(([key, { good }]) => good.map(filled(key))),
    ],
    wrong: [
      ...wrongAndLarge,
      filled("another")(given(() => 1)),
      ...each.flatMap(([key, { wrong }]) => wrong.map(filled(key))),
    ],
  };
}

/** A function: wrong values in its place, and functions that return those, or throw. */
export function callback(...good: Make[]): Slot {
  const returning = wrongValues.map(({ text, make }) => ({
    text: `() => ${text}`,
    make: () => make,
  }));
  const throwing = given(() => () => {
    throw new Trap("The callback was called");
  });
  // That a class must be called with "new" is said best by the engine.
  const wrong = wrongAndLarge.filter(({ text }) => !/^class|^Tensor$/.test(text));
  return { good: good.map(given), wrong: [...wrong, ...returning, throwing] };
}

/** An axis, or several. */
export const axis: Slot = list(() => 0, () => 0, () => -1, () => [0], () => undefined);

/** A kind of numbers. */
export const dtype: Slot = slot(() => "float32", () => "float64");

/** A switch. */
export const flag: Slot = slot(() => true, () => false, () => undefined);

/** Tensors of several shapes and both dtypes. */
export const anyTensor: Slot = slot(
  () => tensor([[1, 2, 3], [4, 5, 6]]),
  () => ones([64, 64]),
  () => tensor([1, 2], { dtype: "float32" }),
  () => leaf(),
  () => leaf([64, 64]),
  () => tensor(3),
  () => zeros([2, 0]),
);

/** The tensors that methods are called on. */
export const selfTensor: Slot = { good: anyTensor.good, wrong: [], isSelf: true };

/** A right-hand side for a tensor of two rows of three. */
export const operand: Slot = slot(
  () => tensor([[1, 2, 3], [4, 5, 6]]),
  () => 2,
  () => tensor([1, 2, 3]),
);

/** Ids of a table of four rows. */
export const someIds: Slot = list(
  () => 1,
  () => [3, 1],
  () => [[1, 2], [3, 3]],
  () => 0,
  () => new Int32Array([1, 2]),
  () => new BigInt64Array([1n, 2n]),
  () => ({ data: new Uint8Array([1, 2]), shape: [2, 1] }),
  () => [4],
  () => [-1],
);

/** A table of four rows. */
export const table: Slot = slot(
  () => tensor([[1, 2], [3, 4], [5, 6], [7, 8]]),
  () => ones([4, 600]),
  () => leaf([4, 2]),
);

/** The options of embeddings. */
export const embeddingFields: Record<string, Slot> = {
  initScale: slot(() => 0.1),
  dtype: slot(() => "float32"),
  seed: slot(() => 7),
  paddingIdx: slot(() => 1, () => -1),
  maxNorm: slot(() => 1),
  normType: slot(() => 1, () => Infinity),
  scaleGradByFreq: slot(() => true),
  sparse: slot(() => true),
};

/** A parameter that has a gradient. */
export function trained(grad: unknown = ones([2, 2])): Parameter {
  const parameter = new Parameter(ones([2, 2]));
  Reflect.set(parameter, "grad", grad);
  return parameter;
}

/** Optimisers by their names, each of one parameter. */
export const optimizers = {
  Sgd: (parameter: Parameter) => new Sgd([parameter], { lr: 0.1, momentum: 0.9 }),
  Adagrad: (parameter: Parameter) => new Adagrad([parameter], { lr: 0.1 }),
  Adam: (parameter: Parameter) => new Adam([parameter], { lr: 0.1 }),
  AdamW: (parameter: Parameter) => new AdamW([parameter], { lr: 0.1 }),
};

/** An optimiser that has taken a step. */
export function stepped(make: (parameter: Parameter) => Optimizer): Optimizer {
  const optimizer = make(trained());
  optimizer.step();
  return optimizer;
}

/** Optimisers of every kind with a gradient, at the first step or later. */
export const selfOptimizer: Slot = self(
  ...Object.values(optimizers).flatMap((make) => [() => make(trained()), () => stepped(make)]),
);

/** Embeddings and bags that have been trained a little. */
export const selfEmbedding: Slot = self(
  () => new Embedding(4, 2),
  () => new Embedding(4, 600, { maxNorm: 0.01 }),
  () => new Embedding(4, 2, { sparse: true, paddingIdx: 1 }),
);

/** Bags of every mode. */
export const selfBag: Slot = self(
  () => new EmbeddingBag(4, 2),
  () => new EmbeddingBag(4, 2, { mode: "sum", maxNorm: 0.01 }),
  () => new EmbeddingBag(4, 600, { mode: "max", paddingIdx: 1 }),
);

/** Rows of a table that was looked up, so that they have a tape. */
export const recorded: Slot = self(
  () => gather(leaf([4, 2]), [1, 2]).sum(),
  () => leaf([64, 64]).mul(2).sum(),
  () => leaf().mul(leaf()),
  () => new Parameter(ones([1])),
);

/** Tables of words. */
export const selfWords: Slot = self(
  () => new WordVectors(["a", "b"], ones([2, 2])),
  () => new WordVectors(["a"], ones([1, 600]), { labels: { tense: ["past"] } }),
);
