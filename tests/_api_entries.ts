// What each function, class and method of "minimodel" is called with.

import * as minimodel from "minimodel";
import { createRandom, ones, Parameter, type Tensor, tensor } from "minimodel";
import { Storage } from "../lib/kernels/storage.ts";
import type { Entry, Permit, Slot } from "./_api_harness.ts";
import { memberOf } from "./_api_members.ts";
import {
  callback,
  dtype,
  embeddingFields,
  flag,
  leaf,
  list,
  optimizers,
  options,
  recorded,
  rowGradient,
  self,
  selfBag,
  selfEmbedding,
  selfOptimizer,
  selfTensor,
  shape,
  size,
  slot,
  slotBut,
  someIds,
  stepped,
  table,
  trained,
} from "./_api_slots.ts";
import { hostileValues } from "./_api_values.ts";
import { textCalls } from "./_api_text.ts";
import { word2vecCalls, word2vecFileCalls } from "./_api_word2vec.ts";
import { wordCalls } from "./_api_words.ts";
import { methodNames, opNames, sheetOf } from "./_op_cases.ts";

type Calls = Record<string, readonly [slots: readonly Slot[], ...may: Permit[]]>;

const ofDtype = options([() => undefined], { dtype });

/** The ops, by their sheets. */
const ops: Calls = Object.fromEntries(opNames.map((op) => [op, [sheetOf(op).slots]]));

/** Each of the ops that is a method, with its slots, the first of which is what it is called on. */
const opMethods: Calls = Object.fromEntries(
  methodNames.map((op) => [`Tensor#${op}`, [[selfTensor, ...sheetOf(op).slots.slice(1)]]]),
);

const rates = { lr: slot(() => 0.1), weightDecay: slot(() => 0.1) };
const adamFields = {
  ...rates,
  eps: slot(() => 1e-8),
  betas: list(() => 0.9, () => [0.8, 0.9]),
};
const parameters = list(
  () => new Parameter(ones([2])),
  () => [new Parameter(ones([2]))],
  () => [],
);

const { initScale: _initScale, seed: _seed, ...pretrainedFields } = embeddingFields;
const square = (x: Tensor = ones([2])) => x.mul(x);
const core: Calls = {
  ...ops,
  checkGradients: [[
    callback(() => square),
    list(() => leaf(), () => [leaf()]),
    options([() => undefined], { epsilon: slot(() => 1e-5), tolerance: slot(() => 1e-3) }),
  ]],
  ones: [[shape(() => [2, 2]), ofDtype]],
  zeros: [[shape(() => [2, 2], () => [64, 64]), ofDtype]],
  tensor: [[
    list(() => 1, () => [[1, 2], [3, 4]], () => 3, () => new Float32Array(4), () => []),
    options([() => undefined], { dtype, shape: shape(() => [4, 1]), requiresGrad: flag }),
  ]],
  parseIds: [[someIds]],
  noGrad: [[callback(() => () => 1, () => () => leaf().mul(2))]],
  scope: [[callback(() => () => 1, () => () => leaf([64, 64]).mul(2))]],
  record: [
    [
      slot(() => "op"),
      list(() => leaf(), () => [leaf()]),
      slot(() => new Float64Array(2), () => new Storage(new Float64Array(2))),
      shape(() => [2]),
      callback(() => (dy: Tensor) => [dy]),
    ],
    "keep",
  ],
  createRandom: [[slot(() => 7)]],
  manualSeed: [[slot(() => 7)]],
  normal: [[
    shape(() => [2, 2], () => [64, 64]),
    options([() => undefined], {
      dtype,
      seed: slot(() => 7),
      mean: slot(() => 1),
      std: slot(() => 0.1),
    }),
  ]],
};

const classes: Calls = {
  ...opMethods,
  Tensor: [
    [slot(() => new Storage(new Float64Array(2))), shape(() => [2]), slot(() => true)],
    "keep",
  ],
  "Tensor#item": [[self(() => tensor(3), () => ones([64, 64]))]],
  "Tensor#toArray": [[selfTensor]],
  "Tensor#detach": [[selfTensor]],
  "Tensor#backward": [
    [recorded, slot(() => undefined, () => tensor(2), () => ones([2, 3]))],
    "change",
  ],
  "Tensor#dispose": [[selfTensor], "change"],
  "Tensor#Symbol.dispose": [[selfTensor], "change"],
  "Tensor#toString": [[selfTensor]],
  "Tensor#toJSON": [[selfTensor]],
  "Tensor#Symbol.toPrimitive": [[selfTensor, slot(() => "string", () => "number")]],
  "Tensor#Symbol.iterator": [[selfTensor], "refuse"],
  "Tensor#Deno.customInspect": [[selfTensor]],
  Parameter: [
    [slot(() => ones([2]), () => new Storage(new Float64Array(2))), shape(() => [2])],
    "keep",
  ],
  RowGradient: [
    [slot(() => new Int32Array([1, 2])), slot(() => ones([2, 2])), shape(() => [4, 2])],
    "keep",
  ],
  "RowGradient#sparse": [[self(rowGradient)]],
  "RowGradient#storages": [[self(rowGradient)]],
  "RowGradient#dispose": [[self(rowGradient)], "change"],
  Embedding: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], { ...embeddingFields, table: slot(() => ones([4, 2])) }),
  ]],
  "Embedding#forward": [[selfEmbedding, someIds], "change"],
  "Embedding.fromPretrained": [[
    table,
    options([() => undefined], { ...pretrainedFields, freeze: flag }),
  ]],
  EmbeddingBag: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], {
      ...embeddingFields,
      mode: slot(() => "sum", () => "max"),
      includeLastOffset: flag,
    }),
  ]],
  "EmbeddingBag#forward": [
    [
      selfBag,
      list(() => 1, () => [[1, 2]], () => [1, 2]),
      list(() => 0, () => undefined, () => [0, 1]),
      options([() => undefined], { perSampleWeights: slot(() => ones([1, 2])) }),
    ],
    "change",
  ],
};

const optimizerMakers = Object.entries(optimizers);
const wrongOptimizers = optimizerMakers.flatMap(([name, make]) =>
  hostileValues.map(({ text, make: grad }) => ({
    text: `${name} with grad ${text}`,
    make: () => make(trained(grad())),
  }))
);

const learning: Calls = {
  "Optimizer#step": [[{ ...selfOptimizer, wrong: wrongOptimizers }], "change"],
  "Optimizer#zeroGrad": [[selfOptimizer], "change"],
  "Optimizer#state": [[selfOptimizer]],
  "Optimizer#toJSON": [[selfOptimizer]],
  "Optimizer#Deno.customInspect": [[selfOptimizer]],
  "Optimizer#loadState": [
    [
      selfOptimizer,
      slot(...optimizerMakers.map(([, make]) => () => stepped(make).state())),
    ],
    "change",
  ],
  Sgd: [[parameters, options([], { ...rates, momentum: slot(() => 0.9) }, () => ({ lr: 0.1 }))]],
  Adagrad: [[
    parameters,
    options([() => undefined], {
      ...rates,
      lrDecay: slot(() => 0.1),
      initialAccumulatorValue: slot(() => 0.1),
      eps: slot(() => 1e-8),
    }),
  ]],
  Adam: [[parameters, options([() => undefined], adamFields)]],
  AdamW: [[parameters, options([() => undefined], adamFields)]],
  clipGradNorm: [
    [
      list(trained, () => [trained(), trained()]),
      slot(() => 1),
      options([() => undefined], { normType: slot(() => 1, () => Infinity) }),
    ],
    "change",
  ],
};

/** Text that would be the name of a file in the folder that the test runs in. */
const isName = (text: string) => /^(new )?"?(3|NaN)"?$/.test(text);
const json = () => list(() => 1, () => ({ words: ["a"] }), () => undefined);

/** The calls that read and write files, in a folder of their own. */
function fileCalls(folder: string): Calls {
  const path = slotBut(isName, () => `${folder}/e`, () => new URL(`file://${folder}/e`));
  const matrix = options([], {
    data: slot(() => new Float32Array(4)),
    shape: list(() => 2, () => [1, 4]),
  }, () => ({ data: new Float64Array(4), shape: [2, 2] }));
  const checkpoint = options(
    [],
    { matrix, options: json(), metadata: json() },
    () => ({ matrix: { data: new Float64Array(4), shape: [2, 2] } }),
  );
  return {
    writeCheckpoint: [[path, checkpoint], "files"],
    exportNpy: [[path, checkpoint], "files"],
    readCheckpoint: [[path], "files"],
    "Embedding#save": [
      [selfEmbedding, path, options([() => undefined], { metadata: json() })],
      "files",
    ],
    "Embedding.load": [[path], "files"],
    readSentences: [[path], "files"],
    ...word2vecFileCalls(path),
    encodeNpy: [[matrix, options([() => undefined], { dtype: slot(() => "<f8") })]],
    decodeNpy: [[
      slot(() => minimodel.encodeNpy({ data: new Float64Array(4), shape: [2, 2] })),
      options([() => undefined], { name: slot(() => "file.npy") }),
    ]],
  };
}

/**
 * What the errors of the library are made of is up to JavaScript's own Error; and what an optimiser is
 * made of, to its subclasses.
 */
export const exempt: readonly string[] = ["CheckError", "FormatError", "IndexError", "Optimizer"];

/** Every entry of "minimodel"; those that write files write them in `folder`. */
export function coreEntries(folder: string): Entry[] {
  const calls = Object.entries({
    ...core,
    ...classes,
    ...wordCalls,
    ...learning,
    ...word2vecCalls,
    ...textCalls,
    ...fileCalls(folder),
  });
  const integer: Entry = {
    name: "createRandom(7).integer",
    slots: [slot(() => 10)],
    call: (limit) => createRandom(7).integer(limit as number),
    may: [],
  };
  return [
    ...calls.map(([name, [slots, ...may]]) => ({
      name,
      slots,
      may,
      call: memberOf(minimodel, name),
    })),
    integer,
  ];
}
