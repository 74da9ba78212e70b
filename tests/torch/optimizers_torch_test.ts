// Optimisers against PyTorch.

import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  Adam,
  type AdamOptions,
  type DType,
  Parameter,
  Sgd,
  type SgdOptions,
  type Tensor,
} from "minimodel";
import type { OpParams } from "../_op_cases.ts";
import { assertSame, numbers, runSteps, type Step, torchTest } from "./_torch.ts";

const dtypes: readonly DType[] = ["float64", "float32"];

/** A problem with a curve in it: square weights and a bias, a softmax at its end. */
const modelOf = (size: number): readonly Step[] => [
  { op: "matmul", inputs: [0, 0], params: {} },
  { op: "add", inputs: [2, 1], params: {} },
  { op: "tanh", inputs: [3], params: {} },
  { op: "matmul", inputs: [4, 0], params: {} },
  { op: "crossEntropy", inputs: [5], params: { ids: [...Array(size).keys()].toReversed() } },
];

/** The parameters after each of the steps of an optimiser. */
function trajectory(
  parameters: readonly Parameter[],
  optimizer: Sgd | Adam,
  graphs: readonly (readonly Step[])[],
  upstreams: readonly Tensor[],
): Tensor[][] {
  return graphs.map((steps, n) => {
    optimizer.zeroGrad();
    runSteps(parameters, steps).backward(upstreams[n]);
    optimizer.step();
    return parameters.map((parameter) => parameter.detach());
  });
}

/** Every parameter of both trajectories is the same after every step. */
function assertSamePath(
  ours: readonly Tensor[][],
  theirs: readonly Tensor[][],
  what: string,
  tolerance: number,
): void {
  assertEquals(ours.length, theirs.length);
  ours.forEach((parameters, step) =>
    parameters.forEach((each, i) =>
      assertSame(each, theirs[step][i], `${what}, parameter ${i} after step ${step + 1}`, tolerance)
    )
  );
}

const stepCount = 50;
const optimizers: [name: "Sgd" | "Adam", options: SgdOptions & AdamOptions][] = [
  ["Sgd", { lr: 0.3 }],
  ["Sgd", { lr: 0.1, momentum: 0.9 }],
  ["Sgd", { lr: 0.3, weightDecay: 0.05 }],
  ["Sgd", { lr: 0.05, momentum: 0.8, weightDecay: 0.1 }],
  ["Adam", { lr: 1e-3 }],
  ["Adam", { lr: 0.1 }],
  ["Adam", { lr: 0.05, betas: [0.7, 0.9] }],
  ["Adam", { lr: 0.05, eps: 1e-2 }],
  ["Adam", { lr: 0.05, weightDecay: 0.2 }],
];

torchTest("50 steps of Sgd and Adam follow PyTorch's", async (torch) => {
  // Rounding of float32 grows from step to step.
  const limits: Record<DType, number> = { float64: 1e-9, float32: 1e-4 };
  for (const [name, options] of optimizers) {
    // The larger weights are as many as SIMD takes.
    for (const [dtype, size] of dtypes.flatMap((dtype) => [[dtype, 3], [dtype, 17]] as const)) {
      const start = () => [
        new Parameter(numbers([size, size], dtype, 2, 2 / size)),
        new Parameter(numbers([size], dtype, 5)),
      ];
      const graphs = Array.from({ length: stepCount }, () => modelOf(size));
      const upstreams = graphs.map(() => numbers([], dtype, 0));
      const theirs = await torch.train({
        parameters: start(),
        optimizer: name,
        options,
        graphs,
        upstreams,
      });
      const run = (options: SgdOptions & AdamOptions) => {
        const parameters = start();
        const optimizer = name === "Sgd"
          ? new Sgd(parameters, options)
          : new Adam(parameters, options);
        return trajectory(parameters, optimizer, graphs, upstreams);
      };
      const what = `${name} of ${size} with ${JSON.stringify(options)} in ${dtype}`;
      assertSamePath(run(options), theirs, what, limits[dtype]);
      const off = { ...options, lr: options.lr * 1.001 };
      if (dtype === "float64") {
        assertThrows(
          () => assertSamePath(run(off), theirs, what, limits[dtype]),
          AssertionError,
          "PyTorch has",
        );
      }
    }
  }
});

/** A lookup of some ids, weighed, as one step's graph. */
function lookupSteps(ids: number[], sparse: boolean): Step[] {
  const params: OpParams = { ids, sparse };
  return [{ op: "gather", inputs: [0], params }, { op: "tanh", inputs: [1], params: {} }];
}

torchTest(
  "50 steps on rows follow SparseAdam and sparse SGD, and touch no other row",
  async (torch) => {
    const rows = 7;
    for (const [dtype, width] of dtypes.flatMap((dtype) => [[dtype, 2], [dtype, 131]] as const)) {
      for (const name of ["Sgd", "SparseAdam"] as const) {
        // Row 5 is never looked up, and the others at some steps only; some steps look up nothing.
        const idsOf = (step: number) =>
          step % 10 === 9
            ? []
            : [step % 5, (step * step) % 4, step % 5].concat(step % 3 ? [] : [6]);
        const graphs = Array.from(
          { length: stepCount },
          (_, step) => lookupSteps(idsOf(step), true),
        );
        const upstreams = graphs.map((_, step) =>
          numbers([idsOf(step).length, width], dtype, step)
        );
        const start = () => new Parameter(numbers([rows, width], dtype, 3));
        const options = { lr: 0.1 };
        const theirs = await torch.train({
          parameters: [start()],
          optimizer: name,
          options,
          graphs,
          upstreams,
        });
        const E = start();
        const optimizer = name === "Sgd" ? new Sgd([E], options) : new Adam([E], options);
        const ours = trajectory([E], optimizer, graphs, upstreams);
        const limit = dtype === "float64" ? 1e-9 : 1e-5;
        assertSamePath(ours, theirs, `${name} on rows in ${dtype}`, limit);
        let before = start().data;
        ours.forEach(([{ data }], step) => {
          for (let row = 0; row < rows; row++) {
            if (idsOf(step).includes(row)) continue;
            const [from, to] = [row * width, (row + 1) * width];
            assertEquals(data.slice(from, to), before.slice(from, to));
          }
          before = data;
        });
        if (name === "Sgd") continue;
        const dense = start();
        const graphsOfAll = Array.from(
          { length: stepCount },
          (_, n) => lookupSteps(idsOf(n), false),
        );
        const wrong = trajectory([dense], new Adam([dense], options), graphsOfAll, upstreams);
        assertThrows(
          () => assertSamePath(wrong, theirs, "dense Adam", limit),
          AssertionError,
          "PyTorch has",
        );
      }
    }
  },
);
