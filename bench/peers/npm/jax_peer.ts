// jax-js on its WebAssembly backend, with the number of workers that it chooses.

import type { FloatArray } from "minimodel";
import { adamOptions, comparedSteps, graphLeaves, learningRate } from "../_cases.ts";
import { type Given, serve, type Way } from "../_serve.ts";

// Every function disposes of its arguments; `ref` keeps one for further use.
interface Numbers {
  readonly ref: Numbers;
  add(other: Numbers | number): Numbers;
  sub(other: Numbers | number): Numbers;
  mul(other: Numbers | number): Numbers;
  div(other: Numbers | number): Numbers;
  sum(): Numbers;
  reshape(shape: readonly number[]): Numbers;
  blockUntilReady(): Promise<Numbers>;
  data(): Promise<FloatArray>;
  dispose(): void;
}

type Fn<Result> = (...inputs: Numbers[]) => Result;

/** The part of the package that is used here; CI has no package and so not its types. */
interface Jax {
  readonly numpy: {
    array(values: ArrayLike<number> | number, options?: { dtype: string }): Numbers;
    zeros(shape: readonly number[], options: { dtype: string }): Numbers;
    take(table: Numbers, ids: Numbers, axis: number): Numbers;
    matmul(a: Numbers, b: Numbers): Numbers;
    tanh(x: Numbers): Numbers;
    sqrt(x: Numbers): Numbers;
  };
  init(device: string): Promise<string[]>;
  defaultDevice(device?: string): string;
  jit<Result>(fn: Fn<Result>): Fn<Result>;
  grad(fn: Fn<Numbers>): Fn<Numbers>;
  valueAndGrad(fn: Fn<Numbers>, options: { argnums: number[] }): Fn<[Numbers, Numbers[]]>;
  vjp(fn: Fn<Numbers>, inputs: Numbers[]): [Numbers, (upstream: Numbers) => Numbers[]];
}

// In a variable, so that the type checker does not look for the package.
const name = "@jax-js/jax";
const { numpy: np, init, defaultDevice, jit, grad, valueAndGrad, vjp }: Jax = await import(name);
await init("wasm");
defaultDevice("wasm");
const { version } = JSON.parse(
  Deno.readTextFileSync(new URL("../package.json", import.meta.resolve(name))),
);

await serve({ threads: navigator.hardwareConcurrency, details: { "jax-js": version } }, {
  lookup(given) {
    const [table, ids] = [read(given, "table"), readIds(given)];
    const take = jit((E, ids) => np.take(E, ids, 0));
    return [way("", () => take(table.ref, ids.ref))];
  },
  backward(given) {
    const { dtype, shape } = given;
    const [rows, ids] = [read(given, "rows"), readIds(given)];
    const scatter = jit((dy, ids) => {
      const [y, back] = vjp((E) => np.take(E, ids, 0), [np.zeros(shape, { dtype })]);
      y.dispose();
      return back(dy)[0];
    });
    return [way("vjp of take", () => scatter(rows.ref, ids.ref))];
  },
  tape(given) {
    const [table, ids] = [read(given, "table"), readIds(given)];
    const gradient = grad((E) => np.take(E, ids.ref, 0).sum());
    // Its jit refuses this one.
    return [way("not jitted", () => gradient(table.ref))];
  },
  matmul(given) {
    const [a, b] = [read(given, "a"), read(given, "b")];
    const product = jit((a, b) => np.matmul(a, b));
    return [way("", () => product(a.ref, b.ref))];
  },
  sgd(given) {
    const step = jit((p, g) => [p.sub(g.mul(learningRate))]);
    return optimizerWays(given, 0, ([p], g) => step(p, g));
  },
  adam(given) {
    const { beta1, beta2, eps } = adamOptions;
    const { dtype } = given;
    const step = jit((p, m, v, g, rate, root) => {
      const nextM = m.mul(beta1).add(g.ref.mul(1 - beta1));
      const nextV = v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2));
      const divisor = np.sqrt(nextV.ref).div(root).add(eps);
      return [p.sub(nextM.ref.mul(rate).div(divisor)), nextM, nextV];
    });
    let steps = 0;
    return optimizerWays(given, 2, ([p, m, v], g) => {
      steps++;
      const rate = np.array(learningRate / (1 - beta1 ** steps), { dtype });
      const root = np.array(Math.sqrt(1 - beta2 ** steps), { dtype });
      return step(p, m, v, g, rate, root);
    });
  },
  graph({ dtype, shape: [ops] }) {
    if (dtype === "float64") return "its tanh has the precision of float32";
    const leaves = graphLeaves.map((leaf) => np.array(leaf, { dtype }));
    const chain: Fn<Numbers> = (w, x, b) => {
      let y = x.ref;
      for (let op = 0; op < ops; op += 4) {
        y = np.tanh(y.mul(w.ref).add(x.ref)).sub(b.ref);
      }
      for (const leaf of [w, x, b]) leaf.dispose();
      return y;
    };
    const both = jit((w, x, b) => {
      const [value, grads] = valueAndGrad(chain, { argnums: [0, 1, 2] })(w, x, b);
      return [value, ...grads];
    });
    // deno-lint-ignore minimodel/no-spread-arguments -- there are three leaves
    const run = () => both(...leaves.map((leaf) => leaf.ref));
    return [{
      name: "",
      run: async () => {
        for (const each of run()) (await each.blockUntilReady()).dispose();
      },
      async result() {
        const numbers: number[] = [];
        for (const each of run()) numbers.push((await each.data())[0]);
        return Float32Array.from(numbers);
      },
    }];
  },
  cbow: () => "this step was not written for it",
  nearest: () => "no way of its own is written for it",
  "one-hot": () => "its lookup and its product are timed by themselves",
});

function way(name: string, run: () => Numbers): Way {
  return {
    name,
    run: async () => (await run().blockUntilReady()).dispose(),
    result: () => run().data(),
  };
}

/** A dense way: `step` disposes of parameter, state and gradient, and returns new ones. */
function optimizerWays(
  given: Given,
  states: number,
  step: (state: Numbers[], gradient: Numbers) => Numbers[],
): Way[] {
  const { dtype, shape: [count, width] } = given;
  const ids = given.ids();
  const rows = given.numbers("rows");
  const dense = dtype === "float64"
    ? new Float64Array(count * width)
    : new Float32Array(count * width);
  for (let i = 0; i < rows.length; i++) {
    dense[ids[Math.floor(i / width)] * width + i % width] += rows[i];
  }
  const gradient = np.array(dense, { dtype }).reshape([count, width]);
  let state = [read(given, "table")];
  for (let each = 0; each < states; each++) state.push(np.zeros([count, width], { dtype }));
  const run = async () => {
    state = step(state, gradient.ref);
    for (const each of state) await each.blockUntilReady();
  };
  given.atEnd(() => [gradient, ...state].forEach((each) => each.dispose()));
  return [{
    name: "",
    part: "dense",
    run,
    async result() {
      for (let each = 0; each < comparedSteps; each++) await run();
      return await state[0].ref.data();
    },
  }];
}

function read(given: Given, name: string): Numbers {
  const { dtype, shape: [, columns] } = given;
  const numbers = given.numbers(name);
  return np.array(numbers, { dtype }).reshape([numbers.length / columns, columns]);
}

function readIds(given: Given): Numbers {
  return np.array(given.ids());
}
