// The options of every function: which there are, in the words of the refusal, what other libraries call
// them, and what is no object of options.

import {
  Adagrad,
  Adam,
  AdamW,
  bag,
  checkGradients,
  clip,
  clipGradNorm,
  crossEntropy,
  Embedding,
  EmbeddingBag,
  gather,
  logSoftmax,
  max,
  mean,
  min,
  norm,
  normal,
  ones,
  Sgd,
  slice,
  softmax,
  sum,
  tensor,
  zeros,
} from "minimodel";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { wrong } from "./_refused.ts";

/** A function with options, its name in messages, and each of its options with its other names. */
interface Case {
  readonly doing: string;
  readonly call: (options: never) => unknown;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

const x = tensor([[1, 2], [3, 4]]);
const reduced = { axis: ["dim", "axes", "dims"], keepdims: ["keepdim"] };
const lookup = { paddingIdx: ["paddingIndex"], scaleGradByFreq: [], sparse: ["sparseGrad"] };
const kept = {
  paddingIdx: ["paddingIndex", "paddingId", "maskZero"],
  maxNorm: [],
  normType: ["p"],
  scaleGradByFreq: [],
};
const table = { table: ["weight", "weights", "_weight", "embeddings", "embeddingsInitializer"] };
const dtype = { dtype: ["dataType", "type"] };
const drawn = { initScale: ["std", "scale", "initializerRange"], ...dtype, seed: ["randomState"] };
const rate = { lr: ["learningRate", "eta", "stepSize", "alpha"] };
const adam = {
  ...rate,
  betas: ["beta", "beta1", "beta2", "b1", "b2"],
  eps: ["epsilon"],
  weightDecay: ["l2", "decay"],
};

const cases: readonly Case[] = [
  {
    doing: "make a tensor",
    call: (options) => tensor(1, options),
    options: { ...dtype, shape: ["size"], requiresGrad: [] },
  },
  { doing: "make zeros", call: (options) => zeros([1], options), options: dtype },
  { doing: "sum", call: (options) => sum(x, options), options: reduced },
  { doing: "mean", call: (options) => mean(x, options), options: reduced },
  { doing: "max", call: (options) => max(x, options), options: reduced },
  { doing: "min", call: (options) => min(x, options), options: reduced },
  {
    doing: "take the norm",
    call: (options) => norm(x, options),
    options: { ...reduced, p: ["ord", "order", "normType"] },
  },
  { doing: "softmax", call: (options) => softmax(x, options), options: { axis: ["dim"] } },
  { doing: "logSoftmax", call: (options) => logSoftmax(x, options), options: { axis: ["dim"] } },
  {
    doing: "clip",
    call: (options) => clip(x, options),
    options: {
      min: ["low", "lower", "aMin", "minimum", "minValue", "clipValueMin"],
      max: ["high", "upper", "aMax", "maximum", "maxValue", "clipValueMax"],
    },
  },
  {
    doing: "slice",
    call: (options) => slice(x, options),
    options: {
      starts: ["start", "begin"],
      stops: ["stop", "end", "ends"],
      steps: ["step", "stride", "strides"],
    },
  },
  { doing: "gather", call: (options) => gather(x, [0], options), options: lookup },
  {
    doing: "look up bags",
    call: (options) => bag(x, [[0]], options),
    options: {
      ...lookup,
      offsets: [],
      includeLastOffset: [],
      perSampleWeights: ["weights"],
      mean: ["mode"],
    },
  },
  {
    doing: "take the cross-entropy",
    call: (options) => crossEntropy(x, [0, 0], options),
    options: {
      reduction: ["reduce", "sizeAverage"],
      ignoreIndex: ["ignoreId", "paddingIdx"],
      labelSmoothing: ["smoothing"],
    },
  },
  {
    doing: "check gradients",
    call: (options) => checkGradients((y) => y, [], options),
    options: { epsilon: ["eps", "step", "delta", "h"], tolerance: ["tol", "atol", "rtol"] },
  },
  {
    doing: "draw normal numbers",
    call: (options) => normal([1], options),
    options: {
      seed: ["randomState"],
      mean: ["loc", "mu"],
      std: ["scale", "sigma", "stddev"],
      ...dtype,
    },
  },
  {
    doing: "make an Embedding",
    call: (options) => new Embedding(2, 2, options),
    options: { ...drawn, ...kept, sparse: [], ...table },
  },
  {
    doing: "make an EmbeddingBag",
    call: (options) => new EmbeddingBag(2, 2, options),
    options: {
      ...{ ...drawn, ...kept, sparse: [], ...table },
      mode: ["reduce", "reduction", "combiner"],
      includeLastOffset: [],
    },
  },
  {
    doing: "make an Embedding from vectors",
    call: (options) => Embedding.fromPretrained(x, options),
    options: { ...dtype, ...kept, sparse: [], freeze: [] },
  },
  {
    doing: "look up bags",
    call: (options) => new EmbeddingBag(2, 2).forward([[0]], undefined, options),
    options: { perSampleWeights: ["weights"] },
  },
  {
    doing: "make Sgd",
    call: (options) => new Sgd([], options),
    options: { ...rate, momentum: [], weightDecay: ["l2", "decay"] },
  },
  { doing: "make Adam", call: (options) => new Adam([], options), options: adam },
  { doing: "make AdamW", call: (options) => new AdamW([], options), options: adam },
  {
    doing: "make Adagrad",
    call: (options) => new Adagrad([], options),
    options: {
      ...rate,
      lrDecay: [],
      weightDecay: ["l2"],
      initialAccumulatorValue: [],
      eps: ["epsilon"],
    },
  },
  {
    doing: "clip gradients",
    call: (options) => clipGradNorm([], 1, options),
    options: { normType: ["p", "ord"] },
  },
];

/** The message of the TypeError that a call is refused with. */
function messageOf(call: () => unknown): string {
  const error = assertThrows(call, TypeError);
  assertEquals(error.constructor, TypeError);
  return error.message;
}

for (const { doing, call, options } of cases) {
  const known = Object.keys(options).join(", ");
  const given = (name: string) => messageOf(() => call(wrong({ [name]: 1 })));

  Deno.test(`${doing} with ${known}: another option is refused, with a list of these`, () => {
    assertEquals(
      given("zzzzzzzz"),
      `Cannot ${doing}: there is no option "zzzzzzzz"; options are ${known}`,
    );
    for (const [value, said] of [[1, "1"], [null, "null"], [[], "a value of kind Array"]]) {
      assertEquals(
        messageOf(() => call(wrong(value))),
        `Cannot ${doing}: options must be an object, got ${said}`,
      );
    }
  });

  Deno.test(`${doing} with ${known}: what others call an option leads to it`, () => {
    for (const [name, others] of Object.entries(options)) {
      for (const other of others) {
        assertEquals(
          given(other),
          `Cannot ${doing}: there is no option "${other}"; did you mean "${name}"? ` +
            `Its options are ${known}`,
        );
      }
    }
  });
}

Deno.test("saving an Embedding takes metadata and nothing else", async () => {
  const { message } = await assertRejects(
    () => new Embedding(1, 1).save("/nowhere/at all", wrong({ metdata: {} })),
    TypeError,
  );
  assertEquals(
    message,
    'Cannot save an Embedding: there is no option "metdata"; did you mean "metadata"? ' +
      "Its options are metadata",
  );
});

Deno.test("a misspelt option is told by its nearest name, however it is written", () => {
  const nearest = (name: string) => messageOf(() => new Adagrad([], wrong({ [name]: 1 })));
  const meant = (name: string) => /did you mean "(\w+)"/.exec(nearest(name))?.[1];
  assertEquals(meant("weight_decay"), "weightDecay");
  assertEquals(meant("WEIGHT DECAY"), "weightDecay");
  assertEquals(meant("weight-dcay"), "weightDecay");
  assertEquals(meant("initial_accumulator_vlaue"), "initialAccumulatorValue");
  assertEquals(meant("EPSILON"), "eps");
  assertEquals(meant("lrdecai"), "lrDecay");
  // One letter of three may be wrong, and no more.
  assertEquals([meant("epz"), meant("ezz")], ["eps", undefined]);
  assertEquals([meant("l"), meant("lrx"), meant("xyz")], ["lr", "lr", undefined]);
  // Of two that are as near, the first.
  assertEquals(
    /did you mean "(\w+)"/.exec(messageOf(() => clip(x, wrong({ mxn: 1 }))))?.[1],
    "min",
  );
});

Deno.test("a long name of an option is cut off, and has no nearest one", () => {
  const name = `weightDecay${"y".repeat(50)}`;
  assertEquals(
    messageOf(() => new Sgd([], wrong({ lr: 1, [name]: 1 }))),
    `Cannot make Sgd: there is no option "${name.slice(0, 40)}"; ` +
      "options are lr, momentum, weightDecay",
  );
});

Deno.test("ones are refused as zeros are", () => {
  for (const dtype of ["float16", 64, null]) {
    const said = typeof dtype === "string" ? `the string "${dtype}"` : `${dtype}`;
    assertEquals(
      messageOf(() => ones([1], wrong({ dtype }))),
      `Cannot make zeros: dtype must be "float64" or "float32", got ${said}`,
    );
  }
});
