// Vectors by integer id: a table whose rows are looked up, trained, saved and loaded.

import { gatherChecked } from "../autograd/ops/lookup.ts";
import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe } from "../check/describe.ts";
import { FormatError } from "../check/errors.ts";
import type { Ids } from "../check/ids.ts";
import { checkFlag, checkOptions, type OptionNames, refuseOptions } from "../check/options.ts";
import { keepName, lockProperties, refuseUnknownProperties } from "../check/properties.ts";
import { formatShape, rowsOf } from "../check/shape.ts";
import { checkIds } from "../kernels/bounds.ts";
import { Storage } from "../kernels/storage.ts";
import { type JsonObject, readCheckpoint, writeCheckpoint } from "../io/checkpoint.ts";
import {
  embeddingNames,
  type EmbeddingOptions,
  type LookupOptions,
  makeTable,
  renormalize,
} from "./_table.ts";

export type { EmbeddingOptions } from "./_table.ts";

/** Options of {@linkcode Embedding.fromPretrained}. */
export interface PretrainedOptions extends Omit<EmbeddingOptions, "table" | "initScale" | "seed"> {
  /** Whether the table stays fixed, without a gradient; true by default. */
  readonly freeze?: boolean;
}

/** Options of {@linkcode Embedding.save}. */
export interface SaveOptions {
  /** What to save with the table, as JSON, for example a vocabulary. */
  readonly metadata?: JsonObject;
}

const { table: _table, initScale: _initScale, seed: _seed, ...keptNames } = embeddingNames;
const pretrainedNames: OptionNames<PretrainedOptions> = { ...keptNames, freeze: [] };
const saveNames: OptionNames<SaveOptions> = { metadata: [] };

/**
 * Looks up dense vectors by integer id, in a table of V rows of d numbers.
 *
 * Options mean what they mean in torch.nn.Embedding. The initial numbers are drawn from
 * N(0, initScale^2), by default with the 0.02 of GPT-2 (Radford et al., 2019).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding } from "@minimodel/core";
 *
 * const embedding = new Embedding(64, 32, { seed: 0 });
 * assertEquals(embedding.forward([[1, 2, 3], [4, 5, 6]]).shape, [2, 3, 32]);
 * embedding.forward([3, 3]).sum().backward();
 * assertEquals(embedding.E.grad?.data[3 * 32], 2); // id 3 was looked up twice
 * ```
 */
export class Embedding {
  /** How many ids there are, V: ids are in [0, V). */
  readonly numEmbeddings: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** The table, of shape (V, d). */
  readonly E: Parameter;
  readonly #lookup: LookupOptions;

  static {
    keepName(Embedding, "Embedding");
    refuseUnknownProperties(Embedding, { settable: {} });
  }

  /**
   * Makes an embedding of V ids, with vectors of length d.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is of the wrong kind.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    checkOptions("make an Embedding", options, embeddingNames);
    const { E, lookup } = makeTable("Embedding", numEmbeddings, embeddingDim, options);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.E = E;
    this.#lookup = lookup;
    // A new table, or a new size, would not fit the other properties.
    lockProperties(this);
  }

  /**
   * Looks up the rows of `ids`; the result has shape `ids.shape + (d,)`.
   *
   * @throws {IndexError} If an id is out of range.
   * @throws {TypeError} If an id is not a whole number, or nested arrays are ragged.
   */
  forward(ids: Ids): Tensor {
    refuseOptions("look up rows", arguments[1]);
    if (this.#lookup.maxNorm !== undefined) {
      renormalize(this.E, checkIds(ids, this.numEmbeddings, "look up id").data, this.#lookup);
    }
    return gatherChecked(this.E, ids, this.#lookup);
  }

  /**
   * Saves table and options to `path` + ".json" and a matrix file beside it. Whatever happens, the
   * old version or the new one is there as a whole. {@linkcode Embedding.load} returns the same
   * bits.
   */
  async save(path: string | URL, options: SaveOptions = {}): Promise<void> {
    checkOptions("save an Embedding", options, saveNames);
    const { storage: { numbers: data }, shape } = this.E;
    await writeCheckpoint(path, {
      matrix: { data, shape },
      options: toJson(this.#lookup),
      metadata: options.metadata,
    });
  }

  /**
   * Loads what {@linkcode Embedding.save} saved, bit for bit, ready for further training.
   *
   * @throws {FormatError} If a file is incomplete or not what it should be.
   */
  static async load(path: string | URL): Promise<Embedding> {
    refuseOptions("load an Embedding", arguments[1]);
    const { matrix: { data, shape }, options } = await readCheckpoint(path);
    const [count, width] = shape;
    if (shape.length !== 2 || count === undefined || width === undefined) {
      throw new FormatError(
        `Cannot load an Embedding from ${path}: its matrix must be (V, d), got ${
          formatShape(shape)
        }`,
      );
    }
    // A Parameter copies the numbers to where kernels work on them fastest.
    const table = new Parameter(new Tensor(new Storage(data), shape));
    try {
      return new Embedding(count, width, { ...fromJson(options), table } as EmbeddingOptions);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError(`Cannot load an Embedding from ${path}: ${why}`, { cause });
    }
  }

  /**
   * Makes an embedding that starts from a copy of given vectors, (V, d).
   *
   * @throws {TypeError} If `E` is not a tensor of two axes.
   */
  static fromPretrained(E: Tensor, options: PretrainedOptions = {}): Embedding {
    checkOptions("make an Embedding from vectors", options, pretrainedNames);
    const { freeze = true, ...rest } = options;
    if (!(E instanceof Tensor) || E.shape.length !== 2) {
      const got = E instanceof Tensor ? `shape ${formatShape(E.shape)}` : describe(E);
      throw new TypeError(
        `Cannot make an Embedding from vectors: wanted a tensor of shape (V, d), got ${got}`,
      );
    }
    checkFlag("make an Embedding from vectors", "freeze", freeze);
    // A Parameter would be used without copying it.
    const table = E instanceof Parameter ? E.detach() : E;
    const { count, width } = rowsOf(E.shape);
    const embedding = new Embedding(count, width, { ...rest, table });
    embedding.E.requiresGrad = !freeze;
    return embedding;
  }
}

// Both of these may be Infinity, which JSON does not have: it is written as text.
const mayBeInfinite: readonly string[] = ["maxNorm", "normType"] satisfies (keyof LookupOptions)[];

/** The options that are set, as a checkpoint holds them. */
function toJson(lookup: LookupOptions): JsonObject {
  const options: Record<string, number | boolean | string> = {};
  for (const [name, value] of Object.entries(lookup)) {
    if (value !== undefined) options[name] = value === Infinity ? "Infinity" : value;
  }
  return options;
}

/** Returns the options from which {@linkcode toJson} made its JSON. */
function fromJson(options: JsonObject): Record<string, unknown> {
  const infinite = mayBeInfinite.filter((name) => options[name] === "Infinity");
  return { ...options, ...Object.fromEntries(infinite.map((name) => [name, Infinity])) };
}
