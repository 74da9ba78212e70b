// What each function, class and method of "minimodel" is called with.

import * as minimodel from "minimodel";
import { createRandom, ones, Parameter, Sgd, Storage, type Tensor, tensor } from "minimodel";
import { type Entry, memberOf, type Permit, type Slot } from "./_api_harness.ts";
import {
  anyTensor,
  callback,
  embeddingFields,
  leaf,
  list,
  operand,
  optimizerWith,
  options,
  recorded,
  rowGradient,
  self,
  selfBag,
  selfEmbedding,
  selfTensor,
  shape,
  size,
  slot,
  slotBut,
  someIds,
  steppedAdam,
  table,
} from "./_api_slots.ts";
import { hostileValues } from "./_api_values.ts";

type Calls = Record<string, readonly [slots: readonly Slot[], ...may: Permit[]]>;

const axis = list(() => 0, () => 0, () => -1, () => [0], () => undefined);
const dtype = slot(() => "float32", () => "float64");
const flag = slot(() => true, () => false, () => undefined);
const reduce = options([() => undefined], { axis, keepdims: flag });
const alongAxis = options([() => undefined], { axis });
const ofDtype = options([() => undefined], { dtype });

const ops: Calls = {
  ...Object.fromEntries(
    ["add", "sub", "mul", "div", "pow"].map((name) => [name, [[anyTensor, operand]]]),
  ),
  ...Object.fromEntries(
    ["neg", "exp", "log", "sqrt", "tanh", "relu", "sigmoid", "logSigmoid"]
      .map((name) => [name, [[anyTensor]]]),
  ),
  cast: [[anyTensor, dtype]],
  matmul: [[anyTensor, slot(() => ones([3, 2]), () => ones([64, 64]))]],
  transpose: [[anyTensor, list(() => 0, () => undefined, () => [1, 0])]],
  reshape: [[anyTensor, shape(() => [3, 2], () => [-1], () => [-1, 64])]],
  broadcastTo: [[anyTensor, shape(() => [5, 2, 3])]],
  sum: [[anyTensor, reduce]],
  mean: [[anyTensor, reduce]],
  max: [[anyTensor, reduce]],
  softmax: [[anyTensor, alongAxis]],
  logSoftmax: [[anyTensor, alongAxis]],
};

/** Each of the ops that is a method, with its slots, the first of which is what it is called on. */
const opMethods: Calls = Object.fromEntries(
  Object.entries(ops).filter(([name]) => name !== "cast")
    .map(([name, [[, ...others]]]) => [`Tensor#${name}`, [[selfTensor, ...others]]]),
);

const wrongGradients = hostileValues.map(({ text, make }) => ({
  text: `optimizer with grad ${text}`,
  make: () => optimizerWith((parameter) => new Sgd([parameter], { lr: 0.1 }), make()),
}));
const momentumSgd = () =>
  optimizerWith((parameter) => new Sgd([parameter], { lr: 0.1, momentum: 0.9 }));
const rates = { lr: slot(() => 0.1), weightDecay: slot(() => 0.1) };
const parameters = list(
  () => new Parameter(ones([2])),
  () => [new Parameter(ones([2]))],
  () => [],
);

const square = (x: Tensor = ones([2])) => x.mul(x);
const core: Calls = {
  ...ops,
  crossEntropy: [[
    anyTensor,
    list(() => 1, () => [1, 2]),
    options([() => undefined], { reduction: slot(() => "sum", () => "none") }),
  ]],
  concat: [[list(() => ones([2]), () => [ones([2]), ones([3])], () => [leaf([64, 64])]), axis]],
  stack: [[list(() => ones([2]), () => [ones([2]), ones([2])], () => [leaf([64, 64])]), axis]],
  slice: [[
    anyTensor,
    options([], {
      starts: list(() => 0, () => [0, null]),
      stops: list(() => 1, () => [-1]),
      steps: list(() => 1, () => [-1], () => undefined),
    }, () => ({ starts: [0], stops: [1] })),
  ]],
  gather: [[
    table,
    someIds,
    options([() => undefined], {
      paddingIdx: slot(() => 1),
      scaleGradByFreq: flag,
      sparse: flag,
    }),
  ]],
  gatherBackward: [[
    slot(() => ones([2, 2]), () => leaf([2, 2])),
    someIds,
    shape(() => [4, 2]),
  ]],
  bag: [[
    table,
    list(() => 1, () => [[1, 2]], () => [1, 2]),
    options([() => undefined], {
      offsets: list(() => 0, () => undefined, () => [0, 1]),
      perSampleWeights: slot(() => undefined, () => ones([1, 2])),
      mean: flag,
      paddingIdx: slot(() => 1),
      scaleGradByFreq: flag,
      sparse: flag,
    }),
  ]],
  maxByGroup: [[slot(() => ones([2, 3]), () => leaf([2, 600])), someIds, size(() => 4)]],
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
  "Tensor#storages": [[selfTensor]],
  "Tensor#plusGradient": [[selfTensor, slot(() => ones([2, 3]))]],
  "Tensor#dispose": [[selfTensor], "change"],
  "Tensor#Symbol.dispose": [[selfTensor], "change"],
  "Tensor#toString": [[selfTensor]],
  "Tensor#Deno.customInspect": [[selfTensor]],
  Parameter: [
    [slot(() => ones([2]), () => new Storage(new Float64Array(2))), shape(() => [2])],
    "keep",
  ],
  RowGradient: [
    [slot(() => new Int32Array([1, 2])), slot(() => ones([2, 2])), shape(() => [4, 2])],
    "keep",
  ],
  "RowGradient#storages": [[self(rowGradient)]],
  "RowGradient#plusGradient": [[self(rowGradient), slot(rowGradient, () => ones([4, 2]))]],
  Storage: [[slot(() => new Float64Array(2), () => new Float32Array(600))], "keep"],
  "Storage#pin": [[self(() => ones([600]).storage)]],
  "Storage#keep": [[self(() => ones([600]).storage)]],
  "Storage#dispose": [[self(() => ones([600]).storage)], "change"],
  Embedding: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], { ...embeddingFields, table: slot(() => ones([4, 2])) }),
  ]],
  "Embedding#forward": [[selfEmbedding, someIds], "change"],
  "Embedding.fromPretrained": [[
    table,
    options([() => undefined], { ...embeddingFields, freeze: flag }),
  ]],
  EmbeddingBag: [[
    size(() => 4),
    size(() => 2, () => 600),
    options([() => undefined], { ...embeddingFields, mode: slot(() => "sum", () => "max") }),
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
  Sgd: [[parameters, options([], { ...rates, momentum: slot(() => 0.9) }, () => ({ lr: 0.1 }))]],
  "Sgd#step": [[{ ...self(momentumSgd), wrong: wrongGradients }], "change"],
  "Sgd#zeroGrad": [[self(momentumSgd)], "change"],
  Adam: [[
    parameters,
    options([() => undefined], {
      ...rates,
      eps: slot(() => 1e-8),
      betas: list(() => 0.9, () => [0.8, 0.9]),
    }),
  ]],
  "Adam#step": [[self(steppedAdam)], "change"],
  "Adam#zeroGrad": [[self(steppedAdam)], "change"],
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
    encodeNpy: [[matrix, options([() => undefined], { dtype: slot(() => "<f8") })]],
    decodeNpy: [[
      slot(() => minimodel.encodeNpy({ data: new Float64Array(4), shape: [2, 2] })),
      options([() => undefined], { name: slot(() => "file.npy") }),
    ]],
  };
}

/** What the errors of the library are made of is up to JavaScript's own Error. */
export const exempt: readonly string[] = ["CheckError", "FormatError", "IndexError"];

/** Every entry of "minimodel"; those that write files write them in `folder`. */
export function coreEntries(folder: string): Entry[] {
  const calls = Object.entries({ ...core, ...classes, ...fileCalls(folder) });
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
