// Cbow and SkipGram by hand: what they compute, where they start, and what they refuse.

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Cbow, checkGradients, Embedding, IndexError, SkipGram, tensor } from "minimodel";

/** A model of three words whose numbers are small and whole. */
function small(options: { combine?: "mean" | "sum"; bias?: boolean } = {}) {
  const cbow = new Cbow(3, 2, options);
  cbow.embed.E.data.set([1, 0, 0, 2, 3, 4]);
  cbow.wOut.data.set([1, 1, 2, 0, 0, -1]);
  cbow.bOut?.data.set([10, 20, 30]);
  return cbow;
}

Deno.test("Cbow's logits are the mean, or sum, of the context's rows times wOut, plus bOut", () => {
  // Rows 0 and 2 have the mean (2, 2), the sum (4, 4).
  assertEquals(small().forward([[0, 2]]).toArray(), [[14, 24, 28]]);
  assertEquals(small({ combine: "sum" }).forward([[0, 2]]).toArray(), [[18, 28, 26]]);
  assertEquals(small({ bias: false }).forward([[0, 2]]).toArray(), [[4, 4, -2]]);
});

Deno.test("Contexts of different lengths are { data, offsets }, and an empty one gives the bias", () => {
  const contexts = { data: [0, 2, 1], offsets: [0, 2, 2] };
  assertEquals(small().forward(contexts).toArray(), [[14, 24, 28], [10, 20, 30], [12, 20, 28]]);
  const rows = { data: new Int32Array([0, 2, 1, 1]), offsets: new Int32Array([0, 2]) };
  assertEquals(small().forward(rows).toArray(), small().forward([[0, 2], [1, 1]]).toArray());
});

Deno.test("SkipGram's logits are a center's row times wOut, by default without a bias", () => {
  const model = new SkipGram(3, 2);
  model.embed.E.data.set([1, 0, 0, 2, 3, 4]);
  model.wOut.data.set([1, 1, 2, 0, 0, -1]);
  assertEquals(model.bOut, null);
  assertEquals(model.forward([2]).toArray(), [[7, 6, -4]]);
  assertEquals(model.forward([[0], [1]]).toArray(), [[[1, 2, 0]], [[2, 0, -2]]]);
});

/** log(sum of e^x) - x[at]. */
const entropy = (x: readonly number[], at: number) =>
  Math.log(x.reduce((sum, each) => sum + Math.exp(each), 0)) - x[at];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

Deno.test("The loss over all words is the mean cross-entropy of the pairs", () => {
  const cbow = small({ bias: false });
  const [first, second] = [[4, 4, -2], [2, 0, -2]]; // of contexts (0, 2) and (1, 1)
  const wanted = (entropy(first, 1) + entropy(second, 0)) / 2;
  assertAlmostEquals(cbow.loss([[0, 2], [1, 1]], [1, 0]).item(), wanted, 1e-14);
  const model = new SkipGram(3, 2);
  model.embed.E.data.set([1, 0, 0, 2, 3, 4]);
  model.wOut.data.set([1, 1, 2, 0, 0, -1]);
  // Center 2 with words 0 and 1, center 0 with word 2.
  const pairs = entropy([7, 6, -4], 0) + entropy([7, 6, -4], 1) + entropy([1, 2, 0], 2);
  const contexts = { data: [0, 1, 2], offsets: [0, 2] };
  assertAlmostEquals(model.loss([2, 0], contexts).item(), pairs / 3, 1e-14);
  assertAlmostEquals(model.loss([2, 2, 0], [0, 1, 2]).item(), pairs / 3, 1e-14);
  const rows = entropy([7, 6, -4], 0) + entropy([7, 6, -4], 1);
  assertAlmostEquals(model.loss([2], [[0, 1]]).item(), rows / 2, 1e-14);
});

Deno.test("The loss with negatives draws the pair's word near and pushes the others away", () => {
  // Context (0, 2) has the logits 14, 24, 28; with the bias taken off, 4, 4, -2.
  const cbow = small({ bias: false });
  const wanted = -Math.log(sigmoid(4)) - Math.log(sigmoid(2)) - Math.log(sigmoid(-4));
  assertAlmostEquals(cbow.loss([[0, 2]], [1], { negatives: [[2, 0]] }).item(), wanted, 1e-14);
  const biased = small().loss([[0, 2]], [1], { negatives: [[2, 0]] }).item();
  assertAlmostEquals(biased, 28 + 14, 1e-5); // log sigmoid(-28) and log sigmoid(-14)
  const model = new SkipGram(3, 2);
  model.embed.E.data.set([1, 0, 0, 2, 3, 4]);
  model.wOut.data.set([1, 1, 2, 0, 0, -1]);
  const pair = (s: number, other: number) => -Math.log(sigmoid(s)) - Math.log(sigmoid(-other));
  const both = (pair(2, 0) + pair(0, 1)) / 2; // center 0: words 1 and 2, negatives 2 and 0
  const loss = model.loss([0], [[1, 2]], { negatives: [[2], [0]] }).item();
  assertAlmostEquals(loss, both, 1e-14);
});

Deno.test("Every loss starts where all words are equally likely, in both dtypes", () => {
  for (const [V, d] of [[2, 1], [64, 32], [1000, 7]]) {
    for (const dtype of ["float64", "float32"] as const) {
      const near = dtype === "float64" ? 1e-13 : 1e-6;
      const cbow = new Cbow(V, d, { dtype });
      const model = new SkipGram(V, d, { dtype, bias: true });
      const negatives = [[0, 1, 0], [1, 1, 1]];
      const [all, few] = [Math.log(V), 4 * Math.LN2];
      assertAlmostEquals(cbow.loss([[0, 1], [1, 0]], [1, 0]).item(), all, near * all);
      assertAlmostEquals(model.loss([1, 0], [1, 0]).item(), all, near * all);
      assertAlmostEquals(cbow.loss([[0], [1]], [1, 0], { negatives }).item(), few, near * few);
      assertAlmostEquals(model.loss([1, 0], [1, 0], { negatives }).item(), few, near * few);
    }
  }
});

Deno.test("Gradients of both losses are those of central differences", () => {
  for (const bias of [true, false]) {
    for (const negatives of [undefined, [[0, 2], [1, 1], [2, 0]]]) {
      const cbow = new Cbow(3, 2, { bias, combine: bias ? "sum" : "mean" });
      const model = new SkipGram(3, 2, { bias });
      for (const { parameters } of [cbow, model]) {
        parameters.forEach((each, i) =>
          each.data.forEach((_, n) => each.data[n] = Math.sin(i + 7 * n))
        );
      }
      const options = negatives === undefined ? {} : { negatives };
      const contexts = { data: [0, 1, 1, 2, 0], offsets: [0, 2, 3] };
      checkGradients(() => cbow.loss(contexts, [1, 2, 0], options), cbow.parameters);
      checkGradients(() => model.loss([1, 2, 0], [2, 0, 1], options), model.parameters);
    }
  }
});

Deno.test("The output matrix is a table of its own, and options choose what there is", () => {
  const cbow = new Cbow(4, 3, { seed: 1, dtype: "float32" });
  assert(cbow.embed instanceof Embedding);
  assertEquals([cbow.wOut.shape, cbow.bOut?.shape, cbow.wOut.dtype], [[4, 3], [4], "float32"]);
  assertEquals(cbow.parameters, [cbow.embed.E, cbow.wOut, cbow.bOut]);
  cbow.loss([[0, 1]], [2]).backward();
  assert(cbow.wOut.grad !== null && cbow.embed.E.grad !== null);
  assertEquals(cbow.embed.E.data[0] === cbow.wOut.data[0], false);
  const E = new Embedding(4, 3, { seed: 1, dtype: "float32" }).E;
  assertEquals(cbow.embed.E.toArray(), E.toArray());
  assertEquals(new SkipGram(4, 3, { seed: 1, dtype: "float32" }).embed.E.toArray(), E.toArray());
  assertEquals(new Cbow(4, 3, { bias: false }).parameters.length, 2);
});

Deno.test("A property of a model cannot be replaced by mistake", () => {
  const cbow = new Cbow(3, 2);
  assertThrows(() => Reflect.set(cbow, "weights", cbow.wOut), TypeError, "Cannot set");
  assertThrows(() => {
    // @ts-expect-error wOut is read-only.
    cbow.wOut = cbow.embed.E;
  }, TypeError);
});

type Refused = readonly [call: () => unknown, kind: new (message: string) => Error, says: string];
const cbow = new Cbow(5, 2);
const model = new SkipGram(5, 2);
const odd = (value: unknown) => value as never;
const refused: Record<string, Refused> = {
  "a vocabulary in place of its size": [
    () => new Cbow(odd({ size: 3 }), 2),
    RangeError,
    "Cannot make Cbow: vocabSize must be a whole number from 1, got a value of kind Object",
  ],
  "vectors of no numbers": [() => new SkipGram(3, 0), RangeError, "embeddingDim must be"],
  "a misspelt option": [
    () => new Cbow(3, 2, odd({ combne: "sum" })),
    TypeError,
    'there is no option "combne"; did you mean "combine"?',
  ],
  "another way to combine": [
    () => new Cbow(3, 2, { combine: odd("max") }),
    TypeError,
    'Cannot make Cbow: combine must be "mean" or "sum", got the string "max"',
  ],
  "a bias that is a number": [() => new Cbow(3, 2, { bias: odd(0) }), TypeError, "bias must be"],
  "another dtype": [() => new SkipGram(3, 2, { dtype: odd("f4") }), TypeError, "dtype must be"],
  "a seed that is negative": [() => new Cbow(3, 2, { seed: -1 }), RangeError, "from seed -1"],
  "one context without its row": [
    () => cbow.loss([1, 2], [1, 2]),
    TypeError,
    "Cannot take the loss of Cbow: contexts must be ids of shape (B, C) or { data, offsets }, " +
    "got ids of shape (2,)",
  ],
  "contexts of no words": [() => cbow.forward([[], []]), TypeError, "got ids of shape (2, 0)"],
  "contexts of three axes": [() => cbow.forward([[[1]]]), TypeError, "got ids of shape (1, 1, 1)"],
  "nested contexts of different lengths": [
    () => cbow.forward([[1, 2], [3]]),
    TypeError,
    "Cannot run Cbow: context 0 has 2 ids and context 1 has 1; contexts of different lengths are " +
    "{ data, offsets }",
  ],
  "a misspelt offsets": [
    () => cbow.forward(odd({ data: [1, 2], offset: [0] })),
    TypeError,
    'there is no option "offset"; did you mean "offsets"?',
  ],
  "offsets that decrease": [
    () => cbow.forward({ data: [1, 2, 3], offsets: [0, 2, 1] }),
    TypeError,
    "Cannot make bags at offsets [0, 2, 1]",
  ],
  "an id out of range": [
    () => cbow.forward([[1, 5]]),
    IndexError,
    "Cannot look up id 5 at position [0, 1]: ids must be in [0, 5)",
  ],
  "a center out of range": [
    () => cbow.loss([[1], [2]], [0, -1]),
    IndexError,
    "Cannot take center -1 at position [1]: ids must be in [0, 5)",
  ],
  "fewer centers than contexts": [
    () => cbow.loss([[1], [2]], [0]),
    TypeError,
    "wanted one center for each context, of shape (2,), got (1,)",
  ],
  "centers of two axes": [() => cbow.loss([[1], [2]], [[0], [1]]), TypeError, "got (2, 1)"],
  "a loss of nothing": [
    () => cbow.loss({ data: [], offsets: [] }, []),
    RangeError,
    "wanted at least one pair, got none",
  ],
  "a misspelt negatives": [
    () => cbow.loss([[1]], [2], odd({ neg: [[3]] })),
    TypeError,
    'there is no option "neg"; did you mean "negatives"?',
  ],
  "negatives without a row for each pair": [
    () => cbow.loss([[1], [2]], [2, 3], { negatives: [[3, 4]] }),
    TypeError,
    "negatives must be ids of shape (2, k), a row for each pair, got (1, 2)",
  ],
  "negatives of one axis": [
    () => cbow.loss([[1]], [2], { negatives: [3] }),
    TypeError,
    "must be ids of shape (1, k), a row for each pair, got (1,)",
  ],
  "a negative out of range": [
    () => model.loss([1], [2], { negatives: [[5]] }),
    IndexError,
    "Cannot take negative 5 at position [0, 0]",
  ],
  "a row of negatives for each center, where each word of a context is a pair": [
    () => model.loss([1], [[2, 3]], { negatives: [[0]] }),
    TypeError,
    "must be ids of shape (2, k)",
  ],
  "a tensor for contexts": [
    () => cbow.forward(odd(tensor([[1, 2]]))),
    TypeError,
    "Cannot",
  ],
  "options that forward has not": [
    () => Reflect.apply(cbow.forward, cbow, [[[1]], { negatives: [[1]] }]),
    TypeError,
    "it takes no options",
  ],
};

for (const [name, [call, kind, says]] of Object.entries(refused)) {
  Deno.test(`Cbow or SkipGram refuses ${name}`, () => {
    assertThrows(call, kind, says);
  });
}
