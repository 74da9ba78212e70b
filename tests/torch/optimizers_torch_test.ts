// Optimisers against PyTorch.

import { assert, assertEquals, AssertionError, assertLess, assertThrows } from "@std/assert";
import {
  Adagrad,
  type AdagradOptions,
  Adam,
  type AdamOptions,
  AdamW,
  clipGradNorm,
  type DType,
  type Optimizer,
  Parameter,
  Sgd,
  type SgdOptions,
  type Tensor,
} from "minimodel";
import type { OpParams } from "../_op_cases.ts";
import { assertSame, numbers, runSteps, type Step, torchTest, type Training } from "./_torch.ts";

const dtypes: readonly DType[] = ["float64", "float32"];

/** A problem with a curve in it: square weights and a bias, a softmax at its end. */
const modelOf = (size: number): readonly Step[] => [
  { op: "matmul", inputs: [0, 0], params: {} },
  { op: "add", inputs: [2, 1], params: {} },
  { op: "tanh", inputs: [3], params: {} },
  { op: "matmul", inputs: [4, 0], params: {} },
  { op: "crossEntropy", inputs: [5], params: { ids: [...Array(size).keys()].toReversed() } },
];

type Options = SgdOptions & AdamOptions & AdagradOptions;

const makers = {
  Sgd: (parameters: readonly Parameter[], options: Options) => new Sgd(parameters, options),
  Adam: (parameters: readonly Parameter[], options: Options) => new Adam(parameters, options),
  AdamW: (parameters: readonly Parameter[], options: Options) => new AdamW(parameters, options),
  Adagrad: (parameters: readonly Parameter[], options: Options) => new Adagrad(parameters, options),
};

/** The parameters after each of the steps of an optimiser; `before` does something ahead of each. */
function trajectory(
  parameters: readonly Parameter[],
  optimizer: Optimizer,
  { graphs, upstreams }: Pick<Training, "graphs" | "upstreams">,
  before: (step: number) => void = () => {},
): Tensor[][] {
  return graphs.map((steps, n) => {
    optimizer.zeroGrad();
    runSteps(parameters, steps).backward(upstreams[n]);
    before(n);
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
// Rounding of float32 grows from step to step.
const limits: Record<DType, number> = { float64: 1e-9, float32: 1e-4 };

/** The parameters that every training of the model starts from, and what it trains on. */
function modelTraining(size: number, dtype: DType) {
  const start = () => [
    new Parameter(numbers([size, size], dtype, 2, 2 / size)),
    new Parameter(numbers([size], dtype, 5)),
  ];
  const graphs = Array.from({ length: stepCount }, () => modelOf(size));
  const upstreams = graphs.map(() => numbers([], dtype, 0));
  return { start, graphs, upstreams };
}

const optimizers: [name: keyof typeof makers, options: Options][] = [
  ["Sgd", { lr: 0.3 }],
  ["Sgd", { lr: 0.1, momentum: 0.9 }],
  ["Sgd", { lr: 0.3, weightDecay: 0.05 }],
  ["Sgd", { lr: 0.05, momentum: 0.8, weightDecay: 0.1 }],
  ["Adam", { lr: 1e-3 }],
  ["Adam", { lr: 0.1 }],
  ["Adam", { lr: 0.05, betas: [0.7, 0.9] }],
  ["Adam", { lr: 0.05, eps: 1e-2 }],
  ["Adam", { lr: 0.05, weightDecay: 0.2 }],
  ["AdamW", { lr: 0.05 }],
  ["AdamW", { lr: 0.05, betas: [0.7, 0.9], eps: 1e-2, weightDecay: 0.2 }],
  ["AdamW", { lr: 0.1, weightDecay: 0 }],
  ["Adagrad", { lr: 0.1 }],
  ["Adagrad", { lr: 0.1, lrDecay: 0.3 }],
  ["Adagrad", { lr: 0.1, initialAccumulatorValue: 0.5, eps: 1e-2 }],
  ["Adagrad", { lr: 0.1, weightDecay: 0.2 }],
];

torchTest("50 steps of every optimiser follow PyTorch's", async (torch) => {
  for (const [name, options] of optimizers) {
    // The larger weights are as many as SIMD takes.
    for (const [dtype, size] of dtypes.flatMap((dtype) => [[dtype, 3], [dtype, 17]] as const)) {
      const { start, ...work } = modelTraining(size, dtype);
      const request = { parameters: start(), optimizer: name, options, ...work };
      const theirs = await torch.train(request);
      const run = (options: Options) => {
        const parameters = start();
        return trajectory(parameters, makers[name](parameters, options), work);
      };
      const what = `${name} of ${size} with ${JSON.stringify(options)} in ${dtype}`;
      assertSamePath(run(options), theirs.trajectory, what, limits[dtype]);
      const off = { ...options, lr: options.lr * 1.001 };
      if (dtype === "float64") {
        assertThrows(
          () => assertSamePath(run(off), theirs.trajectory, what, limits[dtype]),
          AssertionError,
          "PyTorch has",
        );
      }
    }
  }
});

torchTest(
  "an option that one optimiser lacks, or takes otherwise, leads elsewhere",
  async (torch) => {
    const { start, ...work } = modelTraining(3, "float64");
    const wrong: [keyof typeof makers, Options, keyof typeof makers, Options][] = [
      ["AdamW", { lr: 0.05, weightDecay: 0.2 }, "Adam", { lr: 0.05, weightDecay: 0.2 }],
      ["Adagrad", { lr: 0.1, lrDecay: 0.3 }, "Adagrad", { lr: 0.1 }],
      ["Adagrad", { lr: 0.1, initialAccumulatorValue: 0.5 }, "Adagrad", { lr: 0.1 }],
      ["Adagrad", { lr: 0.1, weightDecay: 0.2 }, "Adagrad", { lr: 0.1 }],
      ["Adagrad", { lr: 0.1, eps: 1e-2 }, "Adagrad", { lr: 0.1 }],
    ];
    for (const [name, options, other, otherOptions] of wrong) {
      const request = { parameters: start(), optimizer: name, options, ...work };
      const { trajectory: theirs } = await torch.train(request);
      const parameters = start();
      const ours = trajectory(parameters, makers[other](parameters, otherOptions), work);
      assertThrows(() => assertSamePath(ours, theirs, other, 1e-9), AssertionError, "PyTorch has");
    }
  },
);

/** Up from a tenth, then down along a cosine: what a schedule multiplies the learning rate by. */
const factorAt = (step: number) =>
  step < 10 ? (step + 1) / 10 : 0.5 * (1 + Math.cos(Math.PI * (step - 10) / 40));

torchTest("a schedule by assigning lr follows PyTorch's LambdaLR", async (torch) => {
  const { start, ...work } = modelTraining(3, "float64");
  const factors = Array.from({ length: stepCount }, (_, step) => factorAt(step));
  for (const name of ["Sgd", "Adam", "AdamW", "Adagrad"] as const) {
    const options = { lr: 0.1 };
    const request = { parameters: start(), optimizer: name, options, factors, ...work };
    const { trajectory: theirs } = await torch.train(request);
    const run = (late: number) => {
      const parameters = start();
      const optimizer = makers[name](parameters, options);
      return trajectory(parameters, optimizer, work, (step) => {
        optimizer.lr = 0.1 * factorAt(step - late);
      });
    };
    assertSamePath(run(0), theirs, `${name} with a schedule`, 1e-9);
    assertThrows(() => assertSamePath(run(1), theirs, name, 1e-9), AssertionError, "PyTorch has");
  }
});

torchTest("clipping by every norm follows PyTorch's clip_grad_norm_", async (torch) => {
  for (const dtype of dtypes) {
    const { start, ...work } = modelTraining(17, dtype);
    for (const normType of [1, 2, 3, 0.5, Infinity]) {
      const options = { lr: 0.3 };
      const run = (maxNorm: number) => {
        const parameters = start();
        const norms: number[] = [];
        const path = trajectory(parameters, new Sgd(parameters, options), work, () => {
          norms.push(clipGradNorm(parameters, maxNorm, { normType }));
        });
        return { path, norms };
      };
      // Such that some steps are clipped and some are not.
      const free = Float64Array.from(run(Infinity).norms).sort();
      const maxNorm = 0.3 * free[0] + 0.7 * free[stepCount - 1];
      const clip = { maxNorm, normType };
      const request = { parameters: start(), optimizer: "Sgd" as const, options, clip, ...work };
      const theirs = await torch.train(request);
      const what = `clipped by the ${normType}-norm in ${dtype}`;
      const { path, norms } = run(maxNorm);
      assertSamePath(path, theirs.trajectory, what, limits[dtype]);
      const near = dtype === "float64" ? 1e-9 : 1e-4;
      norms.forEach((norm, n) => {
        const error = Math.abs(norm - theirs.norms[n]) / theirs.norms[n];
        assertLess(error, near, `${what}: norm ${norm}, PyTorch has ${theirs.norms[n]}`);
      });
      const count = norms.filter((norm) => norm > maxNorm).length;
      assert(count > 0 && count < stepCount, `${what}: ${count} of ${stepCount} were clipped`);
      assertThrows(
        () => assertSamePath(run(0.9 * maxNorm).path, theirs.trajectory, what, limits[dtype]),
        AssertionError,
        "PyTorch has",
      );
    }
  }
});

/** A lookup of some ids, weighed, as one step's graph. */
function lookupSteps(ids: number[], sparse: boolean): Step[] {
  const params: OpParams = { ids, sparse };
  return [{ op: "gather", inputs: [0], params }, { op: "tanh", inputs: [1], params: {} }];
}

const rowOptimizers: [theirs: Training["optimizer"], ours: keyof typeof makers, Options][] = [
  ["Sgd", "Sgd", { lr: 0.1 }],
  ["SparseAdam", "Adam", { lr: 0.1 }],
  // Without a decay, which would touch every row, it is Adam; PyTorch has no such one by rows.
  ["SparseAdam", "AdamW", { lr: 0.1, weightDecay: 0 }],
  ["Adagrad", "Adagrad", { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.2 }],
];

torchTest(
  "50 steps on rows follow PyTorch's sparse optimisers, and touch no other row",
  async (torch) => {
    const rows = 7;
    for (const [dtype, width] of dtypes.flatMap((dtype) => [[dtype, 2], [dtype, 131]] as const)) {
      for (const [theirName, name, options] of rowOptimizers) {
        // Row 5 is never looked up, and the others at some steps only; some steps look up nothing.
        const idsOf = (step: number) =>
          step % 10 === 9
            ? []
            : [step % 5, (step * step) % 4, step % 5].concat(step % 3 ? [] : [6]);
        const graphsOf = (sparse: boolean) =>
          Array.from({ length: stepCount }, (_, step) => lookupSteps(idsOf(step), sparse));
        const upstreams = graphsOf(true).map((_, step) =>
          numbers([idsOf(step).length, width], dtype, step)
        );
        const work = { graphs: graphsOf(true), upstreams };
        const start = () => new Parameter(numbers([rows, width], dtype, 3));
        // SparseAdam knows no decay.
        const { weightDecay: _, ...theirOptions } = options;
        const { trajectory: theirs } = await torch.train({
          parameters: [start()],
          optimizer: theirName,
          options: theirOptions,
          ...work,
        });
        const E = start();
        const ours = trajectory([E], makers[name]([E], options), work);
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
        // By rows or not is the same for these two.
        if (name === "Sgd" || name === "Adagrad") continue;
        const dense = start();
        const wholes = { graphs: graphsOf(false), upstreams };
        const wrong = trajectory([dense], makers[name]([dense], options), wholes);
        assertThrows(
          () => assertSamePath(wrong, theirs, `dense ${name}`, limit),
          AssertionError,
          "PyTorch has",
        );
      }
    }
  },
);
