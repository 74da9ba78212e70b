// TensorFlow.js on its WebAssembly backend, whose numbers are all float32.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FloatArray } from "minimodel";
import { adamOptions, comparedSteps, graphLeaves, learningRate, searched } from "../_cases.ts";
import { type Given, type Peer, serve, type Way } from "../_serve.ts";

interface Tensor {
  readonly shape: number[];
  dataSync(): Float32Array;
  dispose(): void;
}

interface Variable extends Tensor {
  readonly name: string;
}

interface Optimizer {
  applyGradients(gradients: Record<string, Tensor>): void;
}

/** The part of the package that is used here; CI has no package and so not its types. */
interface Tfjs {
  readonly version: Readonly<Record<string, string>>;
  tensor(values: ArrayLike<number>, shape: readonly number[], dtype?: "float32" | "int32"): Tensor;
  scalar(value: number): Tensor;
  variable(initial: Tensor): Variable;
  tidy<Result>(fn: () => Result): Result;
  gather(table: Tensor, ids: Tensor): Tensor;
  scatterND(ids: Tensor, rows: Tensor, shape: readonly number[]): Tensor;
  sum(x: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  topk(x: Tensor, k: number): { values: Tensor; indices: Tensor };
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  grad(fn: (x: Tensor) => Tensor): (x: Tensor) => Tensor;
  valueAndGrads(
    fn: (...inputs: Tensor[]) => Tensor,
  ): (inputs: Tensor[]) => { value: Tensor; grads: Tensor[] };
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  readonly train: {
    sgd(rate: number): Optimizer;
    adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer;
  };
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

// In variables, so that the type checker does not look for the packages.
const names = { tfjs: "@tensorflow/tfjs", wasm: "@tensorflow/tfjs-backend-wasm" };
const tf: Tfjs = await import(names.tfjs);
const wasm: WasmBackend = await import(names.wasm);
wasm.setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve(names.wasm)))}/`);
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
if (tf.getBackend() !== "wasm") throw new Error(`The backend is ${tf.getBackend()}, wanted wasm`);

const peer: Peer = {
  lookup(given) {
    const [table, ids] = [read(given, "table"), readIds(given)];
    return [way(() => tf.gather(table, ids))];
  },
  backward(given) {
    const [rows, ids] = [read(given, "rows"), readIds(given, 1)];
    return [way(() => tf.scatterND(ids, rows, given.shape), "scatterND")];
  },
  tape(given) {
    const [table, ids] = [read(given, "table"), readIds(given)];
    const gradient = tf.grad((E) => tf.sum(tf.gather(E, ids)));
    return [way(() => tf.tidy(() => gradient(table)))];
  },
  matmul(given) {
    const [a, b] = [read(given, "a"), read(given, "b")];
    return [way(() => tf.matMul(a, b))];
  },
  sgd: (given) => optimizerWays(given, tf.train.sgd(learningRate)),
  adam(given) {
    const { beta1, beta2, eps } = adamOptions;
    return optimizerWays(given, tf.train.adam(learningRate, beta1, beta2, eps));
  },
  graph({ shape: [ops] }) {
    const leaves = graphLeaves.map((leaf) => tf.scalar(leaf));
    const both = tf.valueAndGrads((w, x, b) => {
      let y = x;
      for (let op = 0; op < ops; op += 4) y = tf.sub(tf.tanh(tf.add(tf.mul(y, w), x)), b);
      return y;
    });
    const run = () => tf.tidy(() => both(leaves));
    return [{
      name: "",
      run() {
        const { value, grads } = run();
        for (const each of [value, ...grads]) each.dispose();
      },
      result() {
        const { value, grads } = run();
        return Float32Array.from([value, ...grads], (each) => each.dataSync()[0]);
      },
    }];
  },
  cbow: () => "this step was not written for it",
  nearest(given) {
    const [table, queries] = [read(given, "table"), read(given, "queries")];
    return [way(() => {
      const scores = tf.matMul(queries, table, false, true);
      const { values, indices } = tf.topk(scores, searched.k);
      for (const each of [scores, indices]) each.dispose();
      return values;
    }, "topk")];
  },
  "one-hot": () => "its lookup and its product are timed by themselves",
};

const works = Object.entries(peer).map(([work, prepare]) => [
  work,
  (given: Given) => given.dtype === "float64" ? "it has no float64" : prepare(given),
]);
await serve(
  { threads: wasm.getThreadsCount(), details: { tfjs: tf.version["tfjs-core"] } },
  Object.fromEntries(works),
);

function way(run: () => Tensor, name = ""): Way {
  return {
    name,
    run: () => run().dispose(),
    result() {
      const made = run();
      const numbers = made.dataSync();
      made.dispose();
      return numbers;
    },
  };
}

function optimizerWays(given: Given, optimizer: Optimizer): Way[] {
  const [rows, ids] = [read(given, "rows"), readIds(given, 1)];
  const parameter = tf.variable(read(given, "table"));
  const gradient = tf.scatterND(ids, rows, given.shape);
  given.atEnd(() => [parameter, gradient].forEach((each) => each.dispose()));
  const run = () => optimizer.applyGradients({ [parameter.name]: gradient });
  const result = (): FloatArray => {
    for (let step = 0; step < comparedSteps; step++) run();
    return parameter.dataSync();
  };
  return [{ name: "", part: "dense", run, result }];
}

function read(given: Given, name: string): Tensor {
  const numbers = given.numbers(name);
  const columns = given.shape[1];
  return kept(given, tf.tensor(numbers, [numbers.length / columns, columns], "float32"));
}

/** The ids; with `depth` 1, each in its own list. */
function readIds(given: Given, depth = 0): Tensor {
  const ids = given.ids();
  return kept(given, tf.tensor(ids, depth === 0 ? [ids.length] : [ids.length, 1], "int32"));
}

function kept(given: Given, each: Tensor): Tensor {
  given.atEnd(() => each.dispose());
  return each;
}
