// What modules and optimisers refuse, with which kind of error and in which words.

import * as mm from "minimodel";
import { tensor } from "minimodel";
import { refused, wrong } from "./_refused.ts";

const x = tensor([1, 2]);
const p = new mm.Parameter(mm.zeros([2]));

const refusals: readonly (readonly [
  call: () => unknown,
  Kind: new (message: string) => Error,
  message: string,
])[] = [
  [
    () => new mm.Embedding(0.5, 1),
    RangeError,
    "Cannot make an Embedding: numEmbeddings must be a whole number from 0, got 0.5",
  ],
  [
    () => new mm.Embedding(1, -1),
    RangeError,
    "Cannot make an Embedding: embeddingDim must be a whole number from 0, got -1",
  ],
  [
    () => new mm.Embedding(2, 1, { table: mm.ones([2, 2]) }),
    TypeError,
    "Cannot make an Embedding: table must be of shape (2, 1), got (2, 2)",
  ],
  [
    () => new mm.Embedding(2, 1, { table: wrong([[1], [2]]) }),
    TypeError,
    "Cannot make an Embedding: table must be a tensor, got a value of kind Array",
  ],
  [
    () => new mm.Embedding(2, 1, { table: mm.ones([2, 1]), dtype: "float32" }),
    TypeError,
    "Cannot make an Embedding of float32 from a table of float64: cast(table, dtype) makes them the same",
  ],
  [
    () => new mm.Embedding(2, 1, { maxNorm: 0 }),
    RangeError,
    "Cannot make an Embedding: maxNorm must be a number above 0, got 0",
  ],
  [
    () => new mm.Embedding(2, 1, { normType: wrong("2") }),
    RangeError,
    'Cannot make an Embedding: normType must be a number above 0, got the string "2"',
  ],
  [
    () => new mm.Embedding(2, 1, { paddingIdx: 2 }),
    RangeError,
    "Cannot make an Embedding: paddingIdx must be a whole number in [-2, 2), got 2",
  ],
  [
    () => new mm.Embedding(2, 1, { initScale: NaN }),
    RangeError,
    "Cannot make an Embedding: initScale must be a number from 0, got NaN",
  ],
  [
    () => new mm.EmbeddingBag(2, 1, { mode: wrong("min") }),
    TypeError,
    'Cannot make an EmbeddingBag: mode must be "sum", "mean" or "max", got the string "min"',
  ],
  [
    () => new mm.EmbeddingBag(2, 1, { includeLastOffset: wrong(1) }),
    TypeError,
    "Cannot make an EmbeddingBag: includeLastOffset must be true or false, got 1",
  ],
  [
    () => new mm.EmbeddingBag(2, 1).forward([0, 1]),
    TypeError,
    "Cannot make bags of ids (2,) without offsets: wanted ids of two axes, or of one axis and offsets",
  ],
  [
    () => new mm.EmbeddingBag(2, 1).forward([[0]], [0]),
    TypeError,
    "Cannot make bags of ids (1, 1) with offsets: wanted ids of two axes, or of one axis and offsets",
  ],
  [
    () =>
      new mm.EmbeddingBag(2, 1, { mode: "max" }).forward([[0]], undefined, {
        perSampleWeights: mm.ones([1, 1]),
      }),
    TypeError,
    'Cannot weigh a bag of mode "max": only "sum" takes perSampleWeights',
  ],
  [
    () => new mm.EmbeddingBag(2, 1).forward([[0]], undefined, { perSampleWeights: mm.ones([2]) }),
    TypeError,
    'Cannot weigh a bag of mode "mean": only "sum" takes perSampleWeights',
  ],
  [
    () => new mm.Sgd(wrong(x), { lr: 1 }),
    TypeError,
    "Cannot make Sgd: wanted an array of Parameters, got a value of kind Tensor",
  ],
  [
    () => new mm.Sgd([wrong(x)], { lr: 1 }),
    TypeError,
    "Cannot make Sgd: wanted an array of Parameters, got a value of kind Tensor at [0]",
  ],
  [
    () => new mm.Sgd([p], wrong({})),
    RangeError,
    "Cannot make Sgd: lr must be a number from 0, got undefined",
  ],
  [
    () => new mm.Sgd([p], { lr: 1, momentum: -1 }),
    RangeError,
    "Cannot make Sgd: momentum must be a number from 0, got -1",
  ],
  [
    () => new mm.Adam([p], { betas: [1, 0.5] }),
    RangeError,
    "Cannot make Adam: betas must be two numbers in [0, 1), got [1, 0.5]",
  ],
  [
    () => new mm.Adam([p], { betas: wrong(0.5) }),
    RangeError,
    "Cannot make Adam: betas must be two numbers in [0, 1), got 0.5",
  ],
  [
    () => new mm.Adam([p], { eps: -1 }),
    RangeError,
    "Cannot make Adam: eps must be a number from 0, got -1",
  ],
  [
    () => new mm.RowGradient(wrong([0]), mm.ones([1, 1]), [2, 1]),
    TypeError,
    "Cannot make a RowGradient: rows must be an Int32Array, got a value of kind Array",
  ],
  [
    () => new mm.RowGradient(Int32Array.of(0), mm.ones([2, 1]), [2, 1]),
    TypeError,
    "Cannot make a RowGradient of 1 rows for shape (2, 1): values must be of shape (1, 1), got (2, 1)",
  ],
  [
    () => new mm.Parameter(wrong("x")),
    TypeError,
    'Cannot make a Parameter of the string "x": wanted a tensor, as tensor(values) makes',
  ],
];

refusals.forEach(([call, Kind, message], row) =>
  refused(`${row}: ${message}`, Kind, call, message)
);
