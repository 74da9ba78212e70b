// Cbow and SkipGram against PyTorch: every number after each of 50 steps.

import { assertEquals, AssertionError, assertLess, assertThrows } from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  bag,
  Cbow,
  createRandom,
  crossEntropy,
  type DType,
  gather,
  linear,
  type Optimizer,
  type Parameter,
  Sgd,
  SkipGram,
  type Tensor,
} from "minimodel";
import { pack, type Packed, unpack } from "./_packed.ts";
import { assertSame, largestErrors, numbers, type Torch, torchTest } from "./_torch.ts";

type Model = Cbow | SkipGram;

/** What one step is given; without offsets each row of ids is a context, or each id alone. */
interface Batch {
  readonly centers: number[];
  readonly ids: number[] | number[][];
  readonly offsets: number[] | null;
  readonly negatives: number[][] | null;
}

/** A model, and what its batches look like. */
interface Form {
  readonly model: "Cbow" | "SkipGram";
  readonly combine?: "mean" | "sum";
  readonly bias: boolean;
  readonly shape: "rows" | "ragged" | "single";
  readonly k: number;
}

const [V, d, B, C, steps] = [40, 16, 24, 4, 50];

const forms: readonly Form[] = [
  { model: "Cbow", combine: "mean", bias: true, shape: "rows", k: 0 },
  { model: "Cbow", combine: "sum", bias: true, shape: "rows", k: 0 },
  { model: "Cbow", combine: "mean", bias: false, shape: "ragged", k: 0 },
  { model: "Cbow", combine: "sum", bias: true, shape: "ragged", k: 0 },
  { model: "Cbow", combine: "mean", bias: true, shape: "rows", k: 3 },
  { model: "Cbow", combine: "sum", bias: false, shape: "ragged", k: 5 },
  { model: "SkipGram", bias: false, shape: "single", k: 0 },
  { model: "SkipGram", bias: true, shape: "rows", k: 0 },
  { model: "SkipGram", bias: false, shape: "ragged", k: 0 },
  { model: "SkipGram", bias: false, shape: "rows", k: 3 },
  { model: "SkipGram", bias: true, shape: "ragged", k: 5 },
];

/** Batches of random words; some words never come, and one context of Cbow is empty. */
function batchesOf({ model, shape, k }: Form): Batch[] {
  const random = createRandom(5);
  const words = (count: number) => Array.from({ length: count }, () => random.integer(V - 3));
  return Array.from({ length: steps }, () => {
    const centers = words(B);
    const lengths = centers.map((_, n) => model === "Cbow" && n === 3 ? 0 : 1 + (n * n) % 6);
    const count = shape === "single"
      ? B
      : shape === "rows"
      ? B * C
      : lengths.reduce((sum, length) => sum + length, 0);
    const flat = words(count);
    const offsets = lengths.map((_, n) => lengths.slice(0, n).reduce((sum, each) => sum + each, 0));
    const rows = centers.map((_, n) => flat.slice(n * C, (n + 1) * C));
    const pairs = model === "Cbow" ? B : count;
    return {
      centers,
      ids: shape === "rows" ? rows : flat,
      offsets: shape === "ragged" ? offsets : null,
      negatives: k === 0 ? null : Array.from({ length: pairs }, () => words(k)),
    };
  });
}

/** A model whose numbers are none of them 0. */
function modelOf({ model, combine, bias }: Form, dtype: DType): Model {
  const made = model === "Cbow"
    ? new Cbow(V, d, { combine, bias, dtype })
    : new SkipGram(V, d, { bias, dtype });
  made.parameters.forEach((parameter, i) => {
    parameter.data.set(numbers(parameter.shape, dtype, i, 0.5).data);
  });
  return made;
}

const makers = {
  Sgd: (parameters: Parameter[]) => new Sgd(parameters, { lr: 0.2, momentum: 0.9 }),
  Adam: (parameters: Parameter[]) => new Adam(parameters, { lr: 0.02 }),
  AdamW: (parameters: Parameter[]) => new AdamW(parameters, { lr: 0.02, weightDecay: 0.1 }),
  Adagrad: (parameters: Parameter[]) => new Adagrad(parameters, { lr: 0.1 }),
};
const options: Record<keyof typeof makers, object> = {
  Sgd: { lr: 0.2, momentum: 0.9 },
  Adam: { lr: 0.02 },
  AdamW: { lr: 0.02, weightDecay: 0.1 },
  Adagrad: { lr: 0.1 },
};

interface Path {
  readonly trajectory: readonly (readonly Tensor[])[];
  readonly losses: readonly number[];
}

type Loss = (model: Model, batch: Batch) => Tensor;

/** The loss as the library takes it. */
const right: Loss = (model, { centers, ids, offsets, negatives }) => {
  const contexts = offsets === null ? ids : { data: ids, offsets };
  const more = negatives === null ? {} : { negatives };
  return model instanceof Cbow
    ? model.loss(contexts, centers, more)
    : model.loss(centers, contexts, more);
};

/** The library's own steps; with `forget`, gradients are never forgotten. */
function path(
  form: Form,
  dtype: DType,
  optimizerName: keyof typeof makers,
  loss: Loss = right,
  forget = false,
): Path {
  const model = modelOf(form, dtype);
  const optimizer: Optimizer = makers[optimizerName](model.parameters);
  const losses: number[] = [];
  const trajectory = batchesOf(form).map((batch) => {
    if (!forget) optimizer.zeroGrad();
    const found = loss(model, batch);
    losses.push(found.item());
    found.backward();
    optimizer.step();
    return model.parameters.map((parameter) => parameter.detach());
  });
  return { trajectory, losses };
}

async function pathOfTorch(
  torch: Torch,
  form: Form,
  dtype: DType,
  optimizer: keyof typeof makers,
): Promise<Path> {
  const { trajectory, losses } = await torch.ask<{ trajectory: Packed[][]; losses: number[] }>({
    do: "word2vec",
    model: form.model,
    combine: form.combine ?? null,
    parameters: modelOf(form, dtype).parameters.map(pack),
    optimizer,
    options: options[optimizer],
    batches: batchesOf(form),
  });
  return { trajectory: trajectory.map((parameters) => parameters.map(unpack)), losses };
}

// Rounding of float32 grows from step to step.
const limits: Record<DType, number> = { float64: 1e-9, float32: 1e-5 };

function assertSamePath(ours: Path, theirs: Path, what: string, dtype: DType): void {
  assertEquals(ours.trajectory.length, theirs.trajectory.length);
  ours.losses.forEach((loss, step) => {
    const error = Math.abs(loss - theirs.losses[step]);
    assertLess(error, limits[dtype], `${what}: a loss is ${loss}, PyTorch has another`);
  });
  ours.trajectory.forEach((parameters, step) =>
    parameters.forEach((parameter, i) => {
      const where = `${what}, parameter ${i} after step ${step + 1}`;
      assertSame(parameter, theirs.trajectory[step][i], where, limits[dtype]);
    })
  );
}

torchTest("50 steps of Cbow and SkipGram with every optimiser follow PyTorch's", async (torch) => {
  for (const form of forms) {
    for (const optimizer of ["Sgd", "Adam", "AdamW", "Adagrad"] as const) {
      for (const dtype of ["float64", "float32"] as const) {
        const theirs = await pathOfTorch(torch, form, dtype, optimizer);
        const what = `${JSON.stringify(form)} with ${optimizer} in ${dtype}`;
        assertSamePath(path(form, dtype, optimizer), theirs, what, dtype);
      }
    }
  }
  console.log(`largest errors ${JSON.stringify(largestErrors)}`);
});

const [rows, , ragged, , negative] = forms;

/** Contexts as rows of one length, filled up with a word that is not in them. */
function padded({ ids, offsets }: Batch): number[][] {
  const flat = ids as number[];
  const starts = offsets ?? [];
  const contexts = starts.map((start, n) => flat.slice(start, starts[n + 1]));
  const longest = contexts.reduce((most, { length }) => length > most ? length : most, 0);
  return contexts.map((each) => [...each, ...Array<number>(longest - each.length).fill(V - 1)]);
}

const wrong: Record<string, { form: Form; loss: Loss; forget?: boolean }> = {
  "an output matrix that is the input's": {
    form: rows,
    loss: ({ embed, bOut }, { ids, centers }) =>
      crossEntropy(linear(bag(embed.E, ids, { mean: true }), embed.E, bOut ?? undefined), centers),
  },
  "a mean over padding": {
    form: ragged,
    loss: ({ embed, wOut }, batch) => {
      const h = bag(embed.E, padded(batch), { mean: true });
      return crossEntropy(linear(h, wOut), batch.centers);
    },
  },
  "a sum in place of a mean": {
    form: rows,
    loss: ({ embed, wOut, bOut }, { ids, centers }) =>
      crossEntropy(linear(bag(embed.E, ids), wOut, bOut ?? undefined), centers),
  },
  "negatives that are drawn near": {
    form: negative,
    loss: ({ embed, wOut, bOut }, { ids, centers, negatives }) => {
      const words = centers.map((center, n) => [center, ...(negatives?.[n] ?? [])]);
      const h = bag(embed.E, ids, { mean: true }).reshape([B, 1, d]);
      const products = gather(wOut, words).mul(h).sum({ axis: 2 });
      const scores = bOut === null ? products : products.add(gather(bOut, words));
      return scores.logSigmoid().sum().div(-B);
    },
  },
  "one negative too few": {
    form: negative,
    loss: (model, batch) =>
      right(model, { ...batch, negatives: batch.negatives?.map((row) => row.slice(1)) ?? null }),
  },
  "contexts in another order than their centers": {
    form: rows,
    loss: (model, batch) => right(model, { ...batch, centers: batch.centers.toReversed() }),
  },
  "gradients that are never forgotten": { form: rows, loss: right, forget: true },
};

torchTest("Cbow with a planted mistake leads elsewhere", async (torch) => {
  const theirs = new Map<Form, Path>();
  for (const [name, { form, loss, forget }] of Object.entries(wrong)) {
    const known = theirs.get(form) ?? await pathOfTorch(torch, form, "float64", "Adam");
    theirs.set(form, known);
    const ours = path(form, "float64", "Adam", loss, forget);
    assertThrows(
      () => assertSamePath(ours, known, name, "float64"),
      AssertionError,
      "PyTorch has",
      name,
    );
  }
});

torchTest("SkipGram with centers for contexts leads elsewhere", async (torch) => {
  const single = forms[6];
  const theirs = await pathOfTorch(torch, single, "float64", "Sgd");
  const swapped: Loss = (model, batch) =>
    right(model, { ...batch, ids: batch.centers, centers: batch.ids as number[] });
  assertThrows(
    () => assertSamePath(path(single, "float64", "Sgd", swapped), theirs, "swapped", "float64"),
    AssertionError,
    "PyTorch has",
  );
});
