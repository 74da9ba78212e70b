// How a training goes: its options, validated, and its optimiser with what that remembers.

import type { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { checkChoice, checkOptions, type OptionNames } from "../check/options.ts";
import { isJsonObject, type JsonObject } from "../io/checkpoint.ts";
import { copyOf } from "../kernels/storage.ts";
import { Adam, AdamW } from "../nn/adam.ts";
import { checkRates, type Optimizer } from "../nn/optimizer.ts";
import { createRandom, streamOf } from "../nn/random.ts";
import { Adagrad, Sgd, type SgdOptions } from "../nn/sgd.ts";
import type { Part, Saved } from "./_saved.ts";
import { namedParameters, type Sides } from "./_sides.ts";

/** Options of {@linkcode Word2vecTraining}. */
export interface Word2vecTrainingOptions {
  /** How often all pairs are trained on; 20 by default. */
  readonly epochs?: number;
  /** How many centers a mini-batch has; 256 by default. */
  readonly batchSize?: number;
  /** The optimiser: "adam" (the default), "adamw", "adagrad" or "sgd". */
  readonly optimizer?: "adam" | "adamw" | "adagrad" | "sgd";
  /** Learning rate; by default 0.01 for "adam" and "adamw", 0.1 for "adagrad", 2 for "sgd". */
  readonly lr?: number;
  /** Momentum of "sgd"; 0 by default. */
  readonly momentum?: number;
  /** How many negatives are drawn for each pair; 0, the default, trains over all words. */
  readonly negatives?: number;
  /** Words are drawn as negatives by their counts to this power, in [0, 1]; 0.75 by default. */
  readonly power?: number;
  /** Seed of the order of pairs and of negatives, in [0, 2^32); by default, see `manualSeed`. */
  readonly seed?: number;
  /** What to save with the training, as JSON, for example a vocabulary; `{}` by default. */
  readonly metadata?: JsonObject;
}

const optionNames: OptionNames<Word2vecTrainingOptions> = {
  epochs: ["epoch", "iterations", "iter", "numEpochs"],
  batchSize: ["batch", "miniBatch"],
  optimizer: ["optimiser"],
  lr: ["learningRate", "eta", "stepSize", "alpha"],
  momentum: [],
  negatives: ["negative", "neg", "negativeSamples"],
  power: ["nsExponent", "exponent"],
  seed: ["randomState"],
  metadata: ["meta", "vocabulary"],
};

/** The options of a training, with their defaults, but for `metadata`. */
export interface Plan {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: keyof typeof makers;
  readonly lr: number;
  readonly momentum: number;
  readonly negatives: number;
  readonly power: number;
  readonly seed: number;
}

/** What an optimiser remembers of each parameter, in their order; null before its first step. */
export interface Memory {
  readonly steps: readonly (number | null)[];
  readonly numbers: Readonly<Record<string, Part>>;
}

const makers = {
  adam: (parameters: Parameter[], rates: object): Optimizer => new Adam(parameters, rates),
  adamw: (parameters: Parameter[], rates: object): Optimizer => new AdamW(parameters, rates),
  adagrad: (parameters: Parameter[], rates: object): Optimizer => new Adagrad(parameters, rates),
  sgd: (parameters: Parameter[], rates: object): Optimizer =>
    new Sgd(parameters, rates as SgdOptions),
};
const usualRates: Readonly<Record<keyof typeof makers, number>> = {
  adam: 0.01,
  adamw: 0.01,
  adagrad: 0.1,
  sgd: 2,
};

/** Validates the options of a training; returns them with their defaults. */
export function checkPlan(
  doing: string,
  options: Word2vecTrainingOptions,
): { plan: Plan; metadata: JsonObject } {
  checkOptions(doing, options, optionNames);
  const { epochs = 20, batchSize = 256, negatives = 0, power = 0.75 } = options;
  const { optimizer = "adam", momentum = 0, metadata = {} } = options;
  checkEpochs(doing, epochs);
  checkWhole(doing, "batchSize", batchSize, 1);
  checkWhole(doing, "negatives", negatives, 0);
  if (typeof power !== "number" || !(power >= 0 && power <= 1)) {
    throw new RangeError(
      `Cannot ${doing}: power must be a number in [0, 1], got ${describe(power)}`,
    );
  }
  checkChoice(doing, "optimizer", optimizer, Object.keys(makers));
  const { lr = usualRates[optimizer] } = options;
  checkRates(doing, { lr, momentum });
  if (momentum !== 0 && optimizer !== "sgd") {
    throw new TypeError(`Cannot ${doing}: only the optimizer "sgd" takes momentum`);
  }
  if (!isJsonObject(metadata)) {
    throw new TypeError(`Cannot ${doing}: metadata must be an object, got ${describe(metadata)}`);
  }
  const { seed = streamOf(undefined).integer(2 ** 32) } = options;
  createRandom(seed);
  return {
    plan: { epochs, batchSize, optimizer, lr, momentum, negatives, power, seed },
    metadata,
  };
}

/** Refuses anything but a number of epochs. */
export function checkEpochs(doing: string, epochs: unknown): asserts epochs is number {
  checkWhole(doing, "epochs", epochs, 0);
}

/** Refuses anything but a whole number from `least`. */
export function checkWhole(doing: string, name: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new RangeError(
    `Cannot ${doing}: ${name} must be a whole number from ${least}, got ${describe(value)}`,
  );
}

/** Makes the optimiser of a plan, with what it remembered. */
export function optimizerFor(
  model: Sides,
  { optimizer, lr, momentum }: Plan,
  memory: Memory | null,
): Optimizer {
  const named = Object.entries(namedParameters(model));
  const rates = optimizer === "sgd" ? { lr, momentum } : { lr };
  const made = makers[optimizer](named.map(([, parameter]) => parameter), rates);
  if (memory === null) return made;
  const parameters = named.map(([name, { dtype }], i) => {
    const steps = memory.steps[i] ?? null;
    if (steps === null) return null;
    const own = Object.entries(memory.numbers).filter(([key]) => key.startsWith(`${name}.`));
    const numbers = own.map(([key, part]) =>
      [
        key.slice(name.length + 1),
        new Tensor(copyOf(part.numbers, dtype), part.shape),
      ] as const
    );
    return { steps, numbers: Object.fromEntries(numbers) };
  });
  made.loadState({ ...made.state(), parameters });
  return made;
}

/** Returns copies of what an optimiser remembers of a model's parameters. */
export function memoryOf(model: Sides, optimizer: Optimizer): Memory {
  const names = Object.keys(namedParameters(model));
  const { parameters } = optimizer.state();
  const numbers: Record<string, Part> = {};
  parameters.forEach((state, i) => {
    for (const [name, tensor] of Object.entries(state?.numbers ?? {})) {
      numbers[`${names[i]}.${name}`] = {
        numbers: tensor.storage.numbers.slice(),
        shape: tensor.shape,
      };
      tensor.dispose();
    }
  });
  return { steps: parameters.map((state) => state?.steps ?? null), numbers };
}

/** Where a training stands. */
export interface Standing {
  readonly losses: readonly number[];
  /** Null before the first epoch is finished. */
  readonly memory: Memory | null;
}

/** What a checkpoint keeps of a training besides its numbers. */
export function trainingToJson(
  plan: Plan,
  { losses, memory }: Standing,
  sha256: string,
): JsonObject {
  return { plan: { ...plan }, losses, steps: memory?.steps ?? null, pairs: sha256 };
}

/** Reads what {@linkcode trainingToJson} wrote. */
export function trainingFromJson(saved: Saved): { plan: Plan; sha256: string } & Standing {
  const { training, fail, shapes } = saved;
  if (training === undefined) return fail("it has a model, but no training of it");
  const { plan, losses, steps, pairs } = training;
  if (!isJsonObject(plan)) return fail("its plan must be an object");
  if (!Array.isArray(losses) || !losses.every(Number.isFinite)) {
    return fail("its losses must be an array of numbers");
  }
  if (typeof pairs !== "string") return fail("its pairs must be a SHA-256");
  let checked: Plan;
  try {
    checked = checkPlan("read its plan", plan as Word2vecTrainingOptions).plan;
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (losses.length === 0) return { plan: checked, losses, memory: null, sha256: pairs };
  const parameters = [...shapes.keys()].filter((name) => !name.includes("."));
  if (!Array.isArray(steps) || steps.length !== parameters.length) {
    return fail(`its steps must be an array of ${parameters.length}, one for each parameter`);
  }
  const numbers: Record<string, Part> = {};
  for (const [name, shape] of shapes) {
    if (name.includes(".")) numbers[name] = { numbers: saved.part(name, shape), shape };
  }
  return { plan: checked, losses, memory: { steps, numbers }, sha256: pairs };
}
