// What the peers bench measures. Contenders import this without the library.

import type { DType } from "minimodel";

/** The kinds of work, by the name that `--only` takes. */
export const works = [
  "lookup",
  "backward",
  "tape",
  "matmul",
  "nearest",
  "sgd",
  "adam",
  "graph",
  "one-hot",
  "cbow",
] as const;

/** A kind of work. */
export type Work = typeof works[number];

/** One piece of work, which all contenders do on the same numbers. */
export interface Case {
  /** The kind of work. */
  readonly work: Work;
  /** Kind of the numbers. */
  readonly dtype: DType;
  /** Shape of the table, or of both factors of a product; for a graph, the count of ops. */
  readonly shape: readonly number[];
  /** How many ids are looked up; for CBOW, how many centers a mini-batch has. */
  readonly count: number;
}

/** A case with the files that hold its numbers, as it is sent to a worker. */
export interface Task extends Case {
  /** Raw numbers of the case's dtype, by name; "ids" is int32. */
  readonly files: Readonly<Record<string, string>>;
}

/** Learning rate of the optimisers, a power of two so that Sgd is exact. */
export const learningRate = 2 ** -6;
/** Options of Adam, the defaults of PyTorch and of the library. */
export const adamOptions = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;
/** How many words a context of CBOW has. */
export const contextWidth = 4;
/** How many steps an optimiser takes before its parameter is compared. */
export const comparedSteps = 3;
/** The three leaves of the graph of scalars: w, x and b of `y = tanh(y w + x) - b`. */
export const graphLeaves = [1, 0.125, 0.125] as const;
/** How many vectors are searched for at once, and how many rows are found for each. */
export const searched = { queries: 10, k: 10 } as const;
/** Seed of the random numbers and ids. */
export const seed = 0;

const count = 8192;
const dtypes = ["float32", "float64"] as const;
const small = [64, 32];
const large = [50257, 768];

/** Every case of some kinds of work, in the order they are measured. */
export function casesOf(chosen: readonly Work[]): Case[] {
  const shapes: Record<Work, readonly (readonly number[])[]> = {
    lookup: [small, large],
    backward: [small, large],
    tape: [small, large],
    matmul: [64, 128, 256, 512, 1024].map((side) => [side, side]),
    nearest: [large],
    sgd: [large],
    adam: [large],
    graph: [[1000]],
    "one-hot": [16, 64, 256, 1024].map((ids) => [ids, 32]),
    // The second one is the vocabulary of the verb grammar, on which Lab 01 trains.
    cbow: [small, [604, 32]],
  };
  // In float64, the tables, gradients and states of a dozen optimisers would take 16 GB.
  const dtypesOf = (work: Work) =>
    ["sgd", "adam", "cbow"].includes(work) ? ["float32"] as const : dtypes;
  return chosen.flatMap((work) =>
    shapes[work].flatMap((shape) =>
      dtypesOf(work).map((dtype) => {
        return { work, dtype, shape, count: work === "cbow" ? 256 : count };
      })
    )
  );
}

/** A case in words: "lookup 64x32 float32". */
export function describeCase({ work, shape, dtype }: Case): string {
  return `${work} ${shape.join("x")} ${dtype}`;
}

/** The factors of Adam's kernels in `lib/kernels/plain.ts` at a step, counted from 1. */
export function adamFactors(step: number) {
  const { beta1, beta2, eps } = adamOptions;
  const corrections = { correction1: 1 - beta1 ** step, correction2: 1 - beta2 ** step };
  return { lr: learningRate, beta1, beta2, eps, weightDecay: 0, ...corrections };
}
