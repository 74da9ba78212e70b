// minimodel through its public API; memory is freed wherever the API can do that.

import {
  Adam,
  Cbow,
  concat,
  Embedding,
  type FloatArray,
  gather,
  gatherBackward,
  matmul,
  Parameter,
  scope,
  Sgd,
  type Tensor,
  tensor,
  WordVectors,
} from "minimodel";
import {
  comparedSteps,
  contextWidth,
  graphLeaves,
  learningRate,
  searched,
  seed,
} from "./_cases.ts";
import { type Given, serve, type Way } from "./_serve.ts";

await serve({ threads: 1, details: {} }, {
  lookup: (given) => [lookupWay(given, embeddingOf(given))],
  backward(given) {
    const ids = given.ids();
    const rows = made(given, given.numbers("rows"), [given.count, given.shape[1]]);
    return [{
      name: "",
      run: () => {
        using _gradient = gatherBackward(rows, ids, given.shape);
      },
      result: () => gatherBackward(rows, ids, given.shape).data,
    }];
  },
  tape(given) {
    const ids = given.ids();
    const embedding = embeddingOf(given);
    const run = () => {
      embedding.E.grad?.dispose();
      embedding.E.grad = null;
      scope(() => embedding.forward(ids).sum().backward());
    };
    return [{
      name: "",
      run,
      result() {
        run();
        return gradientOf(embedding.E).detach().data;
      },
    }];
  },
  matmul(given) {
    const a = made(given, given.numbers("a"), given.shape);
    const b = made(given, given.numbers("b"), given.shape);
    return [{
      name: "",
      run: () => {
        using _product = matmul(a, b);
      },
      result: () => matmul(a, b).data,
    }];
  },
  nearest(given) {
    const { shape: [count, width] } = given;
    const words = Array.from({ length: count }, (_, id) => `${id}`);
    const vectors = new WordVectors(words, embeddingOf(given).E);
    const numbers = given.numbers("queries");
    const queries = Array.from(
      { length: searched.queries },
      (_, q) => numbers.subarray(q * width, (q + 1) * width),
    );
    const run = () => vectors.nearest(queries, { k: searched.k, metric: "dot" });
    return [{
      name: "",
      run,
      result: () => asKind(Float64Array.from(run().flat(), ({ score }) => score), given.dtype),
    }];
  },
  sgd: (given) => optimizerWays(given, (E) => new Sgd([E], { lr: learningRate })),
  adam: (given) => optimizerWays(given, (E) => new Adam([E], { lr: learningRate })),
  graph({ dtype, shape: [ops] }) {
    const leaves = graphLeaves.map((leaf) => new Parameter(tensor(leaf, { dtype })));
    const [w, x, b] = leaves;
    const run = () => {
      for (const leaf of leaves) leaf.grad = null;
      let y: Tensor = x;
      for (let op = 0; op < ops; op += 4) y = y.mul(w).add(x).tanh().sub(b);
      y.backward();
      return y;
    };
    const result = () => {
      const y = run();
      return Float64Array.from([y.item(), ...leaves.map((leaf) => gradientOf(leaf).item())]);
    };
    return [{ name: "", run, result: () => asKind(result(), dtype) }];
  },
  cbow: (given) => [cbowWay(given)],
  "one-hot"(given) {
    const { dtype, shape: [vocabSize] } = given;
    const ids = given.ids();
    const embedding = embeddingOf(given);
    const diagonal = new Float64Array(vocabSize ** 2);
    for (let id = 0; id < vocabSize; id++) diagonal[id * vocabSize + id] = 1;
    // Rows of the identity: the fastest way to make a one-hot matrix in the kernels' memory.
    const identity = made(given, asKind(diagonal, dtype), [vocabSize, vocabSize]);
    return [
      lookupWay(given, embedding),
      {
        name: "one-hot matmul",
        run: () => {
          using oneHot = gather(identity, ids);
          using _product = matmul(oneHot, embedding.E);
        },
        result: () => matmul(gather(identity, ids), embedding.E).data,
      },
    ];
  },
});

function cbowWay(given: Given): Way {
  const { dtype, count, shape: [vocabSize, embeddingDim] } = given;
  const contexts = { data: given.ids(), shape: [count, contextWidth] };
  const centers = given.ids("centers");
  const cbow = new Cbow(vocabSize, embeddingDim, { dtype, seed });
  const { parameters } = cbow;
  const optimizer = new Adam(parameters, { lr: learningRate });
  const run = () => {
    const loss = scope(() => {
      const loss = cbow.loss(contexts, centers);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item();
    });
    for (const parameter of parameters) parameter.grad?.dispose();
    return loss;
  };
  given.atEnd(() => parameters.forEach((parameter) => parameter.dispose()));
  return {
    name: "",
    run,
    result() {
      for (let step = 0; step < comparedSteps; step++) run();
      const all = concat(parameters.map((parameter) => parameter.reshape([-1])), 0);
      return all.data;
    },
  };
}

function lookupWay(given: Given, embedding: Embedding): Way {
  const ids = given.ids();
  return {
    name: "",
    run: () => {
      using _vectors = embedding.forward(ids);
    },
    result: () => embedding.forward(ids).data,
  };
}

/** A dense and a sparse way, each with its own table and gradient. */
function optimizerWays(
  given: Given,
  make: (E: Parameter) => { step(): void },
): Way[] {
  const ids = given.ids();
  const rows = made(given, given.numbers("rows"), [given.count, given.shape[1]]);
  return ["dense", "sparse"].map((part) => {
    const embedding = embeddingOf(given, part === "sparse");
    const { E } = embedding;
    scope(() => embedding.forward(ids).backward(rows));
    const optimizer = make(E);
    return {
      name: "",
      part,
      run: () => optimizer.step(),
      result() {
        for (let step = 0; step < comparedSteps; step++) optimizer.step();
        return E.detach().data;
      },
    };
  });
}

function embeddingOf(given: Given, sparse = false): Embedding {
  using values = tensor(given.numbers("table"), { shape: given.shape });
  const E = new Parameter(values);
  given.atEnd(() => {
    E.grad?.dispose();
    E.dispose();
  });
  return new Embedding(given.shape[0], given.shape[1], { table: E, sparse });
}

function made(given: Given, numbers: FloatArray, shape: readonly number[]): Tensor {
  const tensorOfThem = tensor(numbers, { shape });
  given.atEnd(() => tensorOfThem.dispose());
  return tensorOfThem;
}

function gradientOf(leaf: Parameter): Tensor {
  if (leaf.grad === null) throw new Error("Cannot compare a gradient: there is none");
  return leaf.grad;
}

function asKind(numbers: Float64Array, dtype: string): FloatArray {
  return dtype === "float64" ? numbers : Float32Array.from(numbers);
}
