// The messages of lib/nn.

import { assert, assertStringIncludes } from "@std/assert";
import {
  Adam,
  createRandom,
  Embedding,
  EmbeddingBag,
  FormatError,
  IndexError,
  normal,
  ones,
  Parameter,
  Sgd,
  tensor,
  writeCheckpoint,
  zeros,
} from "minimodel";
import { refused, wrong } from "./_refused.ts";

refused(
  "a negative number of rows",
  RangeError,
  () => new Embedding(-1, 2),
  "Cannot make an Embedding: numEmbeddings must be a whole number from 0, got -1",
);
refused(
  "a width that is not a number",
  RangeError,
  () => new EmbeddingBag(4, wrong("2")),
  'Cannot make an EmbeddingBag: embeddingDim must be a whole number from 0, got the string "2"',
);
refused(
  "a number in place of an embedding's options",
  TypeError,
  () => new Embedding(4, 2, wrong(0.02)),
  "Cannot make an Embedding: options must be an object, got 0.02",
);
refused(
  "a negative initScale",
  RangeError,
  () => new Embedding(4, 2, { initScale: -1 }),
  "Cannot make an Embedding: initScale must be a number from 0, got -1",
);
refused(
  "a paddingIdx that is not a row",
  RangeError,
  () => new Embedding(4, 2, { paddingIdx: 4 }),
  "Cannot make an Embedding: paddingIdx must be a whole number in [-4, 4), got 4",
);
refused(
  "a maxNorm of 0",
  RangeError,
  () => new Embedding(4, 2, { maxNorm: 0 }),
  "Cannot make an Embedding: maxNorm must be a number above 0, got 0",
);
refused(
  "a normType that is not a number",
  RangeError,
  () => new Embedding(4, 2, { normType: wrong("inf") }),
  'Cannot make an Embedding: normType must be a number above 0, got the string "inf"',
);
refused(
  "a switch that is neither on nor off",
  TypeError,
  () => new Embedding(4, 2, { sparse: wrong("yes") }),
  'Cannot make an Embedding: sparse must be true or false, got the string "yes"',
);
refused(
  "a dtype that there is not",
  TypeError,
  () => new Embedding(4, 2, { dtype: wrong("float16") }),
  'Cannot make an Embedding: dtype must be "float64" or "float32", got the string "float16"',
);
refused(
  "a table that is not a tensor",
  TypeError,
  () => new Embedding(1, 2, { table: wrong([[1, 2]]) }),
  "Cannot make an Embedding: table must be a tensor, got a value of kind Array",
);
refused(
  "a table of another shape",
  TypeError,
  () => new Embedding(4, 2, { table: zeros([2, 4]) }),
  "Cannot make an Embedding: table must be of shape (4, 2), got (2, 4)",
);
refused(
  "a table of another dtype than asked for",
  TypeError,
  () => new Embedding(1, 2, { table: zeros([1, 2]), dtype: "float32" }),
  "Cannot make an Embedding of float32 from a table of float64: cast(table, dtype) makes them " +
    "the same",
);
refused(
  "an id that an embedding does not have",
  IndexError,
  () => new Embedding(64, 2).forward([[5, 64]]),
  "Cannot look up id 64 at position [0, 1]: ids must be in [0, 64)",
);
refused(
  "an id that an embedding with a maxNorm does not have",
  IndexError,
  () => new Embedding(64, 2, { maxNorm: 1 }).forward([-1]),
  "Cannot look up id -1 at position [0]: ids must be in [0, 64)",
);
refused(
  "pretrained vectors that are no table",
  TypeError,
  () => Embedding.fromPretrained(tensor([1, 2])),
  "Cannot make an Embedding from vectors: wanted a tensor of shape (V, d), got shape (2,)",
);
refused(
  "pretrained vectors in nested arrays",
  TypeError,
  () => Embedding.fromPretrained(wrong([[1, 2]])),
  "Cannot make an Embedding from vectors: wanted a tensor of shape (V, d), got a value of kind Array",
);
refused(
  "a freeze in place of options",
  TypeError,
  () => Embedding.fromPretrained(zeros([1, 2]), wrong(false)),
  "Cannot make an Embedding from vectors: options must be an object, got false",
);

refused(
  "a mode of bags that there is not",
  TypeError,
  () => new EmbeddingBag(4, 2, { mode: wrong("min") }),
  'Cannot make an EmbeddingBag: mode must be "sum", "mean" or "max", got the string "min"',
);
refused(
  "ids of one axis without offsets",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([1, 2]),
  "Cannot make bags of ids (2,) without offsets: wanted ids of two axes, or of one axis and offsets",
);
refused(
  "ids of two axes with offsets",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([[1, 2]], [0]),
  "Cannot make bags of ids (1, 2) with offsets: wanted ids of two axes, or of one axis and offsets",
);
refused(
  "offsets that decrease",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([1, 2, 3], [0, 2, 1]),
  "Cannot make bags at offsets [0, 2, 1] of shape (3,): they must be of one axis, start at 0 and " +
    "not decrease",
);
refused(
  "offsets that leave out the first id",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([1, 2, 3], [1]),
  "Cannot make bags at offsets [1] of shape (1,): they must be of one axis, start at 0 and not " +
    "decrease",
);
refused(
  "no offsets for some ids",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([1, 2, 3], []),
  "Cannot make bags at offsets [] of shape (0,): they must be of one axis, start at 0 and not " +
    "decrease",
);
refused(
  "an offset behind the ids",
  IndexError,
  () => new EmbeddingBag(4, 2).forward([1, 2, 3], [0, 4]),
  "Cannot start a bag at offset 4 at position [1]: ids must be in [0, 4)",
);
refused(
  "weights for a mean",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([[1]], undefined, { perSampleWeights: ones([1, 1]) }),
  'Cannot weigh a bag of mode "mean": only "sum" takes perSampleWeights',
);
refused(
  "weights of another shape than the ids",
  TypeError,
  () =>
    new EmbeddingBag(4, 2, { mode: "sum" }).forward([[1, 2]], undefined, {
      perSampleWeights: ones([2]),
    }),
  "Cannot weigh ids (1, 2): perSampleWeights must be of that shape, got (2,)",
);
refused(
  "weights that are no tensor",
  TypeError,
  () =>
    new EmbeddingBag(4, 2, { mode: "sum" }).forward([[1]], undefined, {
      perSampleWeights: wrong([[1]]),
    }),
  "Cannot weigh ids (1, 1): perSampleWeights must be of that shape, got a value of kind Array",
);
refused(
  "weights in place of options",
  TypeError,
  () => new EmbeddingBag(4, 2, { mode: "sum" }).forward([[1]], undefined, wrong(ones([1, 1]))),
  "Cannot look up bags: wanted { perSampleWeights }, got a bare tensor",
);
refused(
  "a number in place of a bag's options",
  TypeError,
  () => new EmbeddingBag(4, 2).forward([[1]], undefined, wrong(1)),
  "Cannot look up bags: options must be an object, got 1",
);

const parameter = () => new Parameter(tensor([1, 2]));
/** An embedding with a gradient of rows. */
const sparse = () => {
  const embedding = new Embedding(4, 2, { sparse: true });
  embedding.forward([1]).sum().backward();
  return embedding.E;
};

refused(
  "an optimiser of one Parameter",
  TypeError,
  () => new Sgd(wrong(parameter()), { lr: 1 }),
  "Cannot make Sgd: wanted an array of Parameters, got a value of kind Parameter",
);
refused(
  "an optimiser of a tensor",
  TypeError,
  () => new Adam([parameter(), wrong(tensor(1))]),
  "Cannot make Adam: wanted an array of Parameters, got a value of kind Tensor at [1]",
);
refused(
  "an optimiser of a Parameter that is not there",
  TypeError,
  () => new Adam([wrong(undefined)]),
  "Cannot make Adam: wanted an array of Parameters, got undefined at [0]",
);
refused(
  "an optimiser without a learning rate",
  RangeError,
  () => new Sgd([parameter()], wrong({})),
  "Cannot make Sgd: lr must be a number from 0, got undefined",
);
refused(
  "a learning rate in place of options",
  TypeError,
  () => new Adam([parameter()], wrong(0.1)),
  "Cannot make Adam: options must be an object, got 0.1",
);
refused(
  "a negative weight decay",
  RangeError,
  () => new Adam([parameter()], { weightDecay: -0.1 }),
  "Cannot make Adam: weightDecay must be a number from 0, got -0.1",
);
refused(
  "a beta of 1",
  RangeError,
  () => new Adam([parameter()], { betas: [0.9, 1] }),
  "Cannot make Adam: betas must be two numbers in [0, 1), got [0.9, 1]",
);
refused(
  "one beta in an array",
  RangeError,
  () => new Adam([parameter()], { betas: wrong([0.9]) }),
  "Cannot make Adam: betas must be two numbers in [0, 1), got [0.9]",
);
refused(
  "a single number as betas",
  RangeError,
  () => new Adam([parameter()], { betas: wrong(0.9) }),
  "Cannot make Adam: betas must be two numbers in [0, 1), got 0.9",
);
refused(
  "a gradient of another shape than its parameter",
  TypeError,
  () => {
    const p = parameter();
    p.grad = ones([3]);
    new Sgd([p], { lr: 1 }).step();
  },
  "Cannot step with Sgd: a parameter of (2,) float64 has a gradient of (3,) float64",
);
refused(
  "momentum on rows",
  TypeError,
  () => new Sgd([sparse()], { lr: 1, momentum: 0.9 }).step(),
  "Cannot step by rows: Sgd with momentum or weightDecay would touch every row of the parameter",
);
refused(
  "weight decay on rows",
  TypeError,
  () => new Adam([sparse()], { weightDecay: 0.1 }).step(),
  "Cannot step by rows: Adam with weightDecay would touch every row of the parameter",
);

refused(
  "a seed that is not a whole number",
  RangeError,
  () => createRandom(0.5),
  "Cannot start random numbers from seed 0.5: it must be a whole number in [0, 2^32)",
);
refused(
  "an integer below 0",
  RangeError,
  () => createRandom(1).integer(0),
  "Cannot draw an integer below 0: the limit must be in [1, 2^32]",
);
refused(
  "random numbers of a dtype that there is not",
  TypeError,
  () => normal([2], { dtype: wrong("int8") }),
  'Cannot draw normal numbers: dtype must be "float64" or "float32", got the string "int8"',
);
refused(
  "a standard deviation that is not finite",
  TypeError,
  () => normal([2], { std: Infinity }),
  "Cannot draw normal numbers: std must be finite, got Infinity",
);

/** The message with which loading a file that `write` has written is refused. */
async function loadingRefused(write: (path: string) => Promise<void>): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/e`;
    await write(path);
    const error = await Embedding.load(path).catch((error: unknown) => error);
    assert(error instanceof FormatError);
    return error.message.replaceAll(folder, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("refused: loading an Embedding from a matrix that is not a table", async () => {
  const message = await loadingRefused((path) =>
    writeCheckpoint(path, { matrix: { data: new Float64Array(6), shape: [6] }, options: {} })
  );
  assertStringIncludes(
    message,
    "Cannot load an Embedding from /e: its matrix must be (V, d), got (6,)",
  );
});

Deno.test("refused: loading an Embedding with options that it does not have", async () => {
  const message = await loadingRefused((path) =>
    writeCheckpoint(path, {
      matrix: { data: new Float64Array(6), shape: [3, 2] },
      options: { paddingIdx: 3 },
    })
  );
  assertStringIncludes(
    message,
    "Cannot load an Embedding from /e: Cannot make an Embedding: paddingIdx must be a whole number " +
      "in [-3, 3), got 3",
  );
});
