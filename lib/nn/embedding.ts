// Vectors by integer id: a table whose rows are looked up, trained, saved and loaded.

import { checkFlag, checkOptions } from "../autograd/_options.ts";
import { formatShape } from "../autograd/_shape.ts";
import { checkIds, type Ids } from "../autograd/ids.ts";
import { gather } from "../autograd/ops.ts";
import { Storage } from "../autograd/storage.ts";
import { Parameter, Tensor } from "../autograd/tensor.ts";
import { FormatError } from "../errors.ts";
import { type JsonObject, readCheckpoint, writeCheckpoint } from "../io/checkpoint.ts";
import { type EmbeddingOptions, type LookupOptions, makeTable, renormalize } from "./_table.ts";

export type { EmbeddingOptions } from "./_table.ts";

/** Options of {@linkcode Embedding.fromPretrained}. */
export interface PretrainedOptions extends Omit<EmbeddingOptions, "table" | "initScale" | "seed"> {
  /** Whether the table gets no gradient; true by default. */
  readonly freeze?: boolean;
}

/** Options of {@linkcode Embedding.save}. */
export interface SaveOptions {
  /** What to keep beside the table, as JSON: a vocabulary, say. */
  readonly metadata?: JsonObject;
}

/**
 * Looks up dense vectors by integer id, in a table of V rows of d numbers.
 *
 * Options have torch.nn.Embedding's meaning; the first numbers are N(0, initScale^2), with the 0.02
 * of GPT-2 (Radford et al., 2019) by default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding } from "minimodel";
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

  /**
   * Makes an embedding of V ids in vectors of length d.
   *
   * @throws {RangeError} If a size or option is out of range.
   * @throws {TypeError} If an option is of the wrong kind.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    const { E, lookup } = makeTable("Embedding", numEmbeddings, embeddingDim, options);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.E = E;
    this.#lookup = lookup;
  }

  /**
   * The rows of `ids`, of shape `ids.shape + (d,)`.
   *
   * @throws {IndexError} If an id is out of range.
   * @throws {TypeError} If an id is no whole number, or nested arrays are ragged.
   */
  forward(ids: Ids): Tensor {
    if (this.#lookup.maxNorm !== undefined) {
      renormalize(this.E, checkIds(ids, this.numEmbeddings, "look up id").data, this.#lookup);
    }
    return gather(this.E, ids, this.#lookup);
  }

  /**
   * Saves table and options to `path` + ".json" and a matrix file beside it: the old version or the
   * new is there, whole, whatever happens. {@linkcode Embedding.load} gives the same bits back.
   */
  async save(path: string | URL, options: SaveOptions = {}): Promise<void> {
    checkOptions("save an Embedding", options);
    const { data, shape } = this.E;
    const kept = Object.entries(this.#lookup).filter(([, value]) => value !== undefined);
    await writeCheckpoint(path, {
      matrix: { data, shape },
      options: Object.fromEntries(kept),
      metadata: options.metadata,
    });
  }

  /**
   * Loads what {@linkcode Embedding.save} saved, bit for bit, ready to be trained on.
   *
   * @throws {FormatError} If a file is not whole or not what it should be.
   */
  static async load(path: string | URL): Promise<Embedding> {
    const { matrix: { data, shape }, options } = await readCheckpoint(path);
    if (shape.length !== 2) {
      throw new FormatError(
        `Cannot load an Embedding from ${path}: its matrix must be (V, d), got ${
          formatShape(shape)
        }`,
      );
    }
    // Copied, so that it lives where the kernels want a parameter.
    const table = new Parameter(new Tensor(new Storage(data), [...shape]));
    try {
      return new Embedding(shape[0], shape[1], { ...options, table } as EmbeddingOptions);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError(`Cannot load an Embedding from ${path}: ${why}`, { cause });
    }
  }

  /**
   * An embedding that starts from given vectors, (V, d), copied.
   *
   * @throws {TypeError} If they are no tensor of two axes.
   */
  static fromPretrained(E: Tensor, options: PretrainedOptions = {}): Embedding {
    checkOptions("make an Embedding from vectors", options);
    const { freeze = true, ...rest } = options;
    if (!(E instanceof Tensor) || E.shape.length !== 2) {
      const got = E instanceof Tensor ? `shape ${formatShape(E.shape)}` : "no tensor";
      throw new TypeError(`Cannot make an Embedding from vectors: wanted shape (V, d), got ${got}`);
    }
    checkFlag("make an Embedding from vectors", "freeze", freeze);
    // A Parameter would be used as it is.
    const table = E instanceof Parameter ? E.detach() : E;
    const embedding = new Embedding(E.shape[0], E.shape[1], { ...rest, table });
    embedding.E.requiresGrad = !freeze;
    return embedding;
  }
}
