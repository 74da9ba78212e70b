// PyTorch in a process of its own, and what it says of graphs, lookups, bags and training.

import { assert, assertEquals } from "@std/assert";
import { type DType, type EmbeddingOptions, type Ids, type Tensor, tensor } from "minimodel";
import { PythonWorker } from "../_python.ts";
import { applyOp, type OpName, type OpParams, sheetOf } from "../_op_cases.ts";
import { pack, type Packed, unpack } from "./_packed.ts";

const venv = new URL(".venv/", import.meta.url);

/** The Python that has PyTorch, or undefined: `deno task test:torch` makes it. */
export function findTorch(): string | undefined {
  try {
    // Written when everything is installed.
    Deno.statSync(new URL("made_from", venv));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const python = Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python";
  return decodeURIComponent(new URL(python, venv).pathname);
}

const python = findTorch();
if (python === undefined) {
  console.log("PyTorch tests skipped: no tests/torch/.venv; deno task test:torch makes it");
}

// One for all tests of a file: to start it takes two seconds.
let torch: Torch | undefined;
Deno.test.afterAll(async () => await torch?.[Symbol.asyncDispose]());

/** A test against PyTorch, ignored where there is none. */
export function torchTest(
  name: string,
  run: (torch: Torch, context: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: python === undefined,
    fn: async (context) => {
      assert(python !== undefined);
      torch ??= new Torch(python);
      await run(torch, context);
    },
  });
}

/** An op of a graph: which one, and the places of its inputs among leaves and earlier steps. */
export interface Step {
  readonly op: OpName;
  readonly inputs: readonly number[];
  readonly params: OpParams;
}

/** The library's own run of the steps; the last result. */
export function runSteps(leaves: readonly Tensor[], steps: readonly Step[]): Tensor {
  const nodes = [...leaves];
  for (const { op, inputs, params } of steps) {
    nodes.push(applyOp(op, inputs.map((place) => nodes[place]), params));
  }
  return nodes[nodes.length - 1];
}

/** A step as PyTorch is asked for it. */
function callOf({ op, inputs, params }: Step): object {
  const { torch, kwargs } = sheetOf(op);
  return { call: torch, kwargs: kwargs?.(params) ?? {}, inputs, params };
}

/** What a lookup of PyTorch did. */
export interface LookupAnswer {
  readonly value: Tensor;
  /** The table afterwards, which a maxNorm rewrites. */
  readonly table: Tensor;
  /** Its gradient; null where it has none. */
  readonly gradient: Tensor | null;
  /** The rows of a sparse gradient; null for a dense one. */
  readonly rows: readonly number[] | null;
}

/** Options that an embedding here and one of PyTorch share. */
export type SharedOptions =
  & Pick<EmbeddingOptions, "paddingIdx" | "maxNorm" | "normType" | "scaleGradByFreq" | "sparse">
  & { readonly freeze?: boolean };

/** PyTorch behind worker.py. */
export class Torch implements AsyncDisposable {
  #worker: PythonWorker;

  constructor(python: string) {
    this.#worker = new PythonWorker(python, "torch/worker.py");
  }

  /** The version that answers. */
  async version(): Promise<string> {
    return (await this.ask<{ version: string }>({ do: "version" })).version;
  }

  /** The steps run on the leaves: the last result, and the gradient of each leaf. */
  async graph(
    leaves: readonly Tensor[],
    steps: readonly Step[],
    upstream: Tensor,
  ): Promise<{ value: Tensor; gradients: Tensor[] }> {
    const { value, gradients } = await this.ask<{ value: Packed; gradients: Packed[] }>({
      do: "graph",
      leaves: leaves.map(pack),
      steps: steps.map(callOf),
      upstream: pack(upstream),
    });
    return { value: unpack(value), gradients: gradients.map(unpack) };
  }

  /** The gradients of the leaves after `change` was added to one of them; null where it is refused. */
  async stale(
    leaves: readonly Tensor[],
    steps: readonly Step[],
    upstream: Tensor,
    { place, change }: { readonly place: number; readonly change: Tensor },
  ): Promise<Tensor[] | null> {
    const { gradients, refusal } = await this.ask<{ gradients?: Packed[]; refusal?: string }>({
      do: "stale",
      leaves: leaves.map(pack),
      steps: steps.map(callOf),
      upstream: pack(upstream),
      place,
      change: pack(change),
    });
    assert(refusal === undefined || refusal.includes("modified by an inplace operation"), refusal);
    return gradients?.map(unpack) ?? null;
  }

  /** torch.nn.Embedding.from_pretrained of the table. */
  async lookup(
    table: Tensor,
    ids: Ids,
    options: SharedOptions,
    upstream: Tensor,
  ): Promise<LookupAnswer> {
    return unpackLookup(
      await this.ask<PackedLookup>({
        do: "lookup",
        table: pack(table),
        ids,
        options: shared(options),
        upstream: pack(upstream),
      }),
    );
  }

  /** torch.nn.EmbeddingBag.from_pretrained of the table. */
  async bag(
    request: {
      readonly table: Tensor;
      readonly ids: Ids;
      readonly offsets?: readonly number[];
      readonly mode: "sum" | "mean" | "max";
      readonly weights?: Tensor;
    },
    options: SharedOptions & { readonly includeLastOffset?: boolean },
    upstream: Tensor,
  ): Promise<LookupAnswer & { weightGradient: Tensor | null }> {
    const { table, offsets = null, weights } = request;
    const answer = await this.ask<PackedLookup & { weightGradient: Packed | null }>({
      do: "bag",
      ...request,
      table: pack(table),
      offsets,
      weights: weights === undefined ? null : pack(weights),
      options: shared(options),
      upstream: pack(upstream),
    });
    const { weightGradient } = answer;
    return {
      ...unpackLookup(answer),
      weightGradient: weightGradient === null ? null : unpack(weightGradient),
    };
  }

  /** The parameters after each step of an optimiser of PyTorch, and the norms before each clipping. */
  async train(request: Training): Promise<{ trajectory: Tensor[][]; norms: number[] }> {
    const { factors = null, clip } = request;
    const { trajectory, norms } = await this.ask<{ trajectory: Packed[][]; norms: number[] }>({
      do: "train",
      ...request,
      factors,
      // JSON has no Infinity.
      clip: clip === undefined ? null : { ...clip, normType: String(clip.normType) },
      parameters: request.parameters.map(pack),
      graphs: request.graphs.map((steps) => steps.map(callOf)),
      upstreams: request.upstreams.map(pack),
    });
    return { trajectory: trajectory.map((parameters) => parameters.map(unpack)), norms };
  }

  /** Sends a request to worker.py. */
  async ask<Answer>(request: object): Promise<Answer> {
    const answer = await this.#worker.call(request);
    if (typeof answer === "object" && answer !== null && "error" in answer) {
      throw new Error(`PyTorch said ${answer.error} to ${JSON.stringify(request)}`);
    }
    return answer as Answer;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#worker[Symbol.asyncDispose]();
  }
}

/** A training: a graph and an upstream for each step. */
export interface Training {
  readonly parameters: readonly Tensor[];
  readonly optimizer: "Sgd" | "Adam" | "AdamW" | "Adagrad" | "SparseAdam";
  readonly options: object;
  readonly graphs: readonly (readonly Step[])[];
  readonly upstreams: readonly Tensor[];
  /** What the learning rate is multiplied by at each step. */
  readonly factors?: readonly number[];
  /** How gradients are clipped before each step. */
  readonly clip?: { readonly maxNorm: number; readonly normType: number };
}

interface PackedLookup {
  readonly value: Packed;
  readonly table: Packed;
  readonly gradient: Packed | null;
  readonly rows: readonly number[] | null;
}

function unpackLookup({ value, table, gradient, rows }: PackedLookup): LookupAnswer {
  return {
    value: unpack(value),
    table: unpack(table),
    gradient: gradient === null ? null : unpack(gradient),
    rows,
  };
}

function shared(options: SharedOptions): object {
  const { normType } = options;
  // JSON has no Infinity.
  return normType === undefined ? options : { ...options, normType: String(normType) };
}

/** How far numbers may be from PyTorch's, relative to max(1, |PyTorch's|). */
export const tolerances: Record<DType, number> = { float64: 1e-10, float32: 1e-5 };

/** The largest distance seen so far, by dtype; for the counts that the tests print. */
export const largestErrors: Record<DType, number> = { float64: 0, float32: 0 };

/** A tensor has PyTorch's shape and dtype, and its numbers up to the tolerance. */
export function assertSame(
  got: Tensor | null,
  expected: Tensor | null,
  what: string,
  tolerance?: number,
): void {
  assertEquals(got === null, expected === null, `${what}: one has a gradient, the other none`);
  if (got === null || expected === null) return;
  assertEquals([got.shape, got.dtype], [expected.shape, expected.dtype], what);
  const limit = tolerance ?? tolerances[got.dtype];
  const [ours, theirs] = [got.data, expected.data];
  for (let i = 0; i < ours.length; i++) {
    if (Object.is(ours[i], theirs[i]) || ours[i] === theirs[i]) continue;
    const error = Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(theirs[i]));
    assert(error <= limit, `${what}: entry ${i} is ${ours[i]}, PyTorch has ${theirs[i]}`);
    largestErrors[got.dtype] = Math.max(largestErrors[got.dtype], error);
  }
}

/** Numbers of every sign up to `scale`, different for different salts. */
export function numbers(shape: readonly number[], dtype: DType, salt: number, scale = 1): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float64Array.from({ length: size }, (_, i) => scale * Math.sin(1 + salt + 5 * i));
  return tensor(values, { dtype, shape });
}
