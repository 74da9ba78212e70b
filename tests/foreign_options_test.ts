// The spellings of PyTorch, NumPy and Keras lead to ours, and options come as plain objects in any guise.

import { assert, assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import * as mm from "minimodel";
import { Parameter, tensor } from "minimodel";

type Call = (options: object) => unknown;

const x = tensor([[1, 2], [3, 4]]);
const parameters = () => [new Parameter(x)];
const calls = {
  tensor: (options: object) => tensor([1], options),
  zeros: (options: object) => mm.zeros([1], options),
  normal: (options: object) => mm.normal([1], options),
  sum: (options: object) => mm.sum(x, options),
  "x.sum": (options: object) => x.sum(options),
  max: (options: object) => mm.max(x, options),
  norm: (options: object) => mm.norm(x, options),
  softmax: (options: object) => mm.softmax(x, options),
  crossEntropy: (options: object) => mm.crossEntropy(x, [0, 1], options),
  clip: (options: object) => mm.clip(x, { min: 0, ...options }),
  slice: (options: object) => mm.slice(x, { starts: [0], stops: [1], ...options }),
  gather: (options: object) => mm.gather(x, [0], options),
  bag: (options: object) => mm.bag(x, [[0]], options),
  checkGradients: (options: object) => mm.checkGradients(() => x, [], options),
  clipGradNorm: (options: object) => mm.clipGradNorm([], 1, options),
  Embedding: (options: object) => new mm.Embedding(3, 2, options),
  fromPretrained: (options: object) => mm.Embedding.fromPretrained(x, options),
  EmbeddingBag: (options: object) => new mm.EmbeddingBag(3, 2, options),
  "bag.forward": (options: object) =>
    new mm.EmbeddingBag(3, 2, { mode: "sum" }).forward([[0]], undefined, options),
  Sgd: (options: object) => new mm.Sgd(parameters(), { lr: 1, ...options }),
  Adagrad: (options: object) => new mm.Adagrad(parameters(), options),
  Adam: (options: object) => new mm.Adam(parameters(), options),
  AdamW: (options: object) => new mm.AdamW(parameters(), options),
} satisfies Record<string, Call>;

/** What others call an option, by ours; `null` where there is none. */
const spellings: [keyof typeof calls, Record<string, string | null>][] = [
  ["tensor", { requires_grad: "requiresGrad", data_type: "dtype", size: "shape", device: null }],
  ["zeros", { dataType: "dtype", device: null, shape: null }],
  ["normal", { loc: "mean", scale: "std", stddev: "std", sigma: "std", random_state: "seed" }],
  ...(["sum", "x.sum", "max"] as const).map((
    each,
  ): [typeof each, Record<string, string>] => [each, {
    dim: "axis",
    dims: "axis",
    axes: "axis",
    keepdim: "keepdims",
    keepDims: "keepdims",
    keep_dims: "keepdims",
  }]),
  ["norm", { ord: "p", norm_type: "p", dim: "axis", keepdim: "keepdims" }],
  ["softmax", { dim: "axis", Axis: "axis" }],
  ["crossEntropy", {
    ignore_index: "ignoreIndex",
    label_smoothing: "labelSmoothing",
    size_average: "reduction",
    from_logits: null,
  }],
  ["clip", { a_min: "min", a_max: "max", clip_value_min: "min", maximum: "max", lower: "min" }],
  ["slice", { start: "starts", begin: "starts", end: "stops", step: "steps", strides: "steps" }],
  ["gather", { padding_idx: "paddingIdx", sparse_grad: "sparse", dim: null }],
  ["bag", {
    per_sample_weights: "perSampleWeights",
    include_last_offset: "includeLastOffset",
    mode: "mean",
  }],
  ["checkGradients", { eps: "epsilon", delta: "epsilon", atol: "tolerance", rtol: "tolerance" }],
  ["clipGradNorm", { norm_type: "normType", ord: "normType", max_norm: null }],
  ...(["Embedding", "EmbeddingBag"] as const).map((
    each,
  ): [typeof each, Record<string, string | null>] => [
    each,
    {
      padding_idx: "paddingIdx",
      mask_zero: "paddingIdx",
      max_norm: "maxNorm",
      norm_type: "normType",
      scale_grad_by_freq: "scaleGradByFreq",
      _weight: "table",
      weights: "table",
      init_scale: "initScale",
      std: "initScale",
      num_embeddings: null,
      embedding_dim: null,
    },
  ]),
  ["EmbeddingBag", {
    include_last_offset: "includeLastOffset",
    combiner: "mode",
    reduction: "mode",
  }],
  ["fromPretrained", { padding_idx: "paddingIdx", Freeze: "freeze", embeddings: null }],
  ["bag.forward", { per_sample_weights: "perSampleWeights", weights: "perSampleWeights" }],
  ["Sgd", {
    learning_rate: "lr",
    learningRate: "lr",
    step_size: "lr",
    weight_decay: "weightDecay",
    l2: "weightDecay",
    nesterov: null,
    dampening: null,
  }],
  ["Adam", {
    learning_rate: "lr",
    beta_1: "betas",
    beta2: "betas",
    b1: "betas",
    epsilon: "eps",
    weight_decay: "weightDecay",
    amsgrad: null,
  }],
  ["AdamW", { learningRate: "lr", weight_decay: "weightDecay", epsilon: "eps", amsgrad: null }],
  ["Adagrad", {
    lr_decay: "lrDecay",
    initial_accumulator_value: "initialAccumulatorValue",
    epsilon: "eps",
    momentum: null,
  }],
];

/** An unknown name is refused, and leads to ours if there is one. */
function checkSpelling(call: Call, theirs: string, ours: string | null): void {
  const { message } = assertThrows(() => call({ [theirs]: 1 }), TypeError);
  const start = `there is no option "${theirs}"; `;
  assert(message.includes(start), message);
  const hint = /did you mean "(\w+)"\?/.exec(message)?.[1] ?? null;
  assertEquals(hint, ours, message);
}

for (const [name, each] of spellings) {
  Deno.test(`${name} knows what others call its options`, () => {
    for (const [theirs, ours] of Object.entries(each)) checkSpelling(calls[name], theirs, ours);
  });
}

Deno.test("the check of spellings refuses a function that takes any name, or leads astray", () => {
  assertThrows(() => checkSpelling(() => {}, "dim", "axis"), AssertionError);
  assertThrows(() => checkSpelling(calls.sum, "dim", "keepdims"), AssertionError, "dim");
  assertThrows(() => checkSpelling(calls.sum, "dtype", "axis"), AssertionError, "dtype");
});

/** Objects that have `dim` as their only option, however it came to them. */
const guises: Record<string, () => object> = {
  "inherited": () => Object.create({ dim: 0 }),
  "inherited from afar": () => Object.create(Object.create({ dim: 0 })),
  "of a class": () =>
    new (class {
      dim = 0;
    })(),
  "without a prototype": () => Object.assign(Object.create(null), { dim: 0 }),
  "frozen": () => Object.freeze({ dim: 0 }),
  "behind a proxy": () => new Proxy({ dim: 0 }, {}),
  "undefined": () => ({ dim: undefined }),
};

for (const [guise, make] of Object.entries(guises)) {
  Deno.test(`an unknown option is refused if it is ${guise}`, () => {
    for (const call of [calls.sum, calls["x.sum"], calls.softmax]) {
      assertThrows(() => call(make()), TypeError, 'there is no option "dim"; did you mean "axis"?');
    }
  });
}

Deno.test("a known option is taken in every guise", () => {
  class Own {
    axis = 0;
  }
  const made = [
    { axis: 0 },
    new Own(),
    Object.create({ axis: 0 }),
    Object.assign(Object.create(null), { axis: 0 }),
    Object.freeze({ axis: 0 }),
  ];
  for (const options of made) assertEquals(mm.sum(x, options).toArray(), [4, 6]);
});

Deno.test("what holds no options by their names is refused, however empty it looks", () => {
  const others: unknown[] = [
    new Map([["axis", 0]]),
    new Set(["axis"]),
    Promise.resolve({ axis: 0 }),
    new Date(0),
    /axis/,
    new Error("axis"),
    Object(1),
    Object("axis"),
    [],
    [0],
    new Float64Array(0),
    tensor(0),
    () => ({ axis: 0 }),
    0,
    "axis",
    null,
  ];
  for (const other of others) {
    for (const call of Object.values(calls)) {
      // Some of the calls spread their options.
      if (call === calls.clip || call === calls.slice || call === calls.Sgd) continue;
      assertThrows(() => call(other as object), TypeError);
    }
    assertThrows(
      () => mm.sum(x, other as object),
      TypeError,
      "Cannot sum: options must be an object, got",
    );
  }
});

Deno.test("names that every object has are no options either", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
    const options = JSON.parse(`{ "${name}": 1 }`);
    assertThrows(() => mm.sum(x, options), TypeError, `there is no option "${name}"`);
  }
});

Deno.test("functions whose namesakes take options refuse them", async () => {
  const call = (fn: unknown, self: unknown, ...given: unknown[]) => () =>
    Reflect.apply(fn as () => unknown, self, given);
  const embedding = new mm.Embedding(3, 2);
  const refusals: [() => unknown, string][] = [
    [call(mm.gelu, undefined, x, { approximate: "none" }), "approximate"],
    [call(x.gelu, x, { approximate: "none" }), "approximate"],
    [call(mm.softplus, undefined, x, { beta: 2 }), "beta"],
    [call(x.add, x, 1, { alpha: 2 }), "alpha"],
    [call(x.sub, x, x, { alpha: 2 }), "alpha"],
    [call(x.div, x, 2, { roundingMode: "floor" }), "roundingMode"],
    [call(x.mul, x, x, { out: x }), "out"],
    [call(x.matmul, x, x, { transposeB: true }), "transposeB"],
    [call(embedding.forward, embedding, [1], { sparse: true }), "sparse"],
  ];
  for (const [run, name] of refusals) {
    assertThrows(run, TypeError, `there is no option "${name}"; it takes no options`);
  }
  await assertRejects(
    async () => await call(mm.Embedding.load, mm.Embedding, "/nowhere", { dtype: "float32" })(),
    TypeError,
    'Cannot load an Embedding: there is no option "dtype"; it takes no options',
  );
  assertThrows(
    call(mm.matmul, undefined, x, x, true),
    TypeError,
    "Cannot matmul: options must be an object, got true",
  );
});

Deno.test("what map and reduce pass beside a tensor is no option", () => {
  assertEquals([x, x].map(mm.gelu).length, 2);
  assertEquals([x, x, x].reduce(mm.add).toArray(), x.mul(3).toArray());
  assertEquals([x, x].reduce(mm.matmul).toArray(), mm.matmul(x, x).toArray());
  const embedding = new mm.Embedding(3, 2);
  assertEquals([[0], [1]].map(embedding.forward, embedding).length, 2);
});
