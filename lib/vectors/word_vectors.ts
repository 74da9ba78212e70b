// Word vectors: a table with its words, and the questions that one asks of it.

import { Tensor } from "../autograd/tensor.ts";
import { describe, quoted } from "../check/describe.ts";
import { checkChoice, checkObject, checkOptions, refuseOptions } from "../check/options.ts";
import { lockProperties, refuseUnknownProperties } from "../check/properties.ts";
import { formatShape } from "../check/shape.ts";
import { copyOf } from "../kernels/storage.ts";
import { bestOf } from "./_best.ts";
import {
  analogyNames,
  type AnalogyOptions,
  checkK,
  metrics,
  nearestNames,
  type NearestOptions,
  type Neighbor,
  optionNames,
  similarityNames,
  type SimilarityOptions,
  type WordVectorsOptions,
} from "./_options.ts";
import {
  idOf,
  parseQueries,
  parseQuery,
  type Query,
  rowOf,
  type Table,
  vectorFor,
  type WordOrVector,
} from "./_query.ts";
import { forEachScores, type Metric } from "./_scores.ts";
import { checkLabels, checkWords, type Labels } from "./_words.ts";

export type {
  AnalogyOptions,
  Labels,
  Metric,
  NearestOptions,
  Neighbor,
  SimilarityOptions,
  WordOrVector,
  WordVectorsOptions,
};

/**
 * A table of V vectors with its words.
 *
 * The search is exact: every row is compared, and equal scores are ordered by id. The table is used
 * as it is, not copied: a table that is being trained gives the answers of its present numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, WordVectors } from "minimodel";
 *
 * const E = tensor([[1, 0], [2, 1], [0, 3]]);
 * const vectors = new WordVectors(["ran", "run", "tree"], E);
 * assertEquals(vectors.nearest("ran", { k: 1 })[0].word, "run");
 * assertEquals(vectors.nearest([0, 1], { k: 1 })[0].word, "tree");
 * ```
 */
export class WordVectors {
  /** The words, each once; the index of a word is its id. */
  readonly words: readonly string[];
  /** The table, of shape (V, d). */
  readonly E: Tensor;
  /** What is known of each word: by the label's name, one text per word. */
  readonly labels: Labels;
  readonly #table: Table;

  static {
    refuseUnknownProperties(WordVectors, { settable: {} });
  }

  /**
   * Uses a table (V, d) and its V words.
   *
   * @throws {TypeError} If a word occurs twice or is no text, or if words, table and labels do not
   * fit each other.
   */
  constructor(words: readonly string[], E: Tensor, options: WordVectorsOptions = {}) {
    const doing = "make WordVectors";
    checkOptions(doing, options, optionNames);
    const { words: own, ids } = checkWords(doing, words);
    if (!(E instanceof Tensor)) {
      throw new TypeError(
        `Cannot ${doing}: E must be a tensor of shape (V, d), got ${describe(E)}; ` +
          "an Embedding has it as its property E",
      );
    }
    if (E.shape.length !== 2 || E.shape[0] !== own.length) {
      throw new TypeError(
        `Cannot ${doing} of ${own.length} words: E must be of shape (${own.length}, d), got ${
          formatShape(E.shape)
        }`,
      );
    }
    this.words = own;
    this.E = E;
    this.labels = checkLabels(doing, options.labels ?? {}, own.length);
    this.#table = { words: own, E, ids };
    // Another table, or other words, would not fit the ids.
    lockProperties(this);
  }

  /** Whether a word is among the words. */
  has(word: string): boolean {
    return this.#table.ids.has(word);
  }

  /**
   * Returns the id of a word: its row of the table.
   *
   * @throws {RangeError} If the word is not there; the message has the nearest spellings.
   */
  id(word: string): number {
    return idOf(this.#table, word, "find the id of a word");
  }

  /**
   * Returns a copy of the vector of a word, (d,), through which no gradient flows.
   *
   * @throws {RangeError} If the word is not there; the message has the nearest spellings.
   */
  vector(word: string): Tensor {
    refuseOptions("find the vector of a word", arguments[1]);
    const row = rowOf(this.#table, idOf(this.#table, word, "find the vector of a word"));
    return new Tensor(copyOf(row, this.E.dtype), [row.length]);
  }

  /**
   * Finds the words whose vectors are nearest to a query, the nearest first.
   *
   * For "cosine", `score = q . e / (|q| |e|)`; for "dot", `score = q . e`. A query is a word, which
   * is not among its own neighbours, or a vector of d numbers. A row whose score is no number is
   * left out: one that holds NaN and, for "cosine", one that is zero, so there can be fewer than
   * `k`. Sums are in the dtype of the table, of which the numbers of a query are rounded to.
   *
   * @throws {RangeError} If a word is not there (the message has the nearest spellings), a vector
   * is not finite or, for "cosine", zero, or `k` is no whole number from 1.
   * @throws {TypeError} If a query is neither word nor vector, or a vector is of another length or
   * dtype than the rows.
   */
  nearest(query: WordOrVector, options?: NearestOptions): Neighbor[];
  /**
   * Finds the nearest words of each of several queries: an array of words and vectors. The table
   * is read once for all, so this is faster than one query after the other.
   */
  nearest(queries: readonly WordOrVector[], options?: NearestOptions): Neighbor[][];
  nearest(
    given: WordOrVector | readonly WordOrVector[],
    options: NearestOptions = {},
  ): Neighbor[] | Neighbor[][] {
    const doing = "find the nearest words";
    checkOptions(doing, options, nearestNames);
    const { k = 10, metric = "cosine" } = options;
    checkK(doing, k);
    checkChoice(doing, "metric", metric, metrics);
    const { queries, isOne } = parseQueries(this.#table, given, doing);
    const vectors = queries.map((query) => vectorFor(query, metric, doing));
    const without = queries.map(({ id }) => new Set(id === undefined ? [] : [id]));
    const found = this.#search(vectors, without, { k, metric });
    return isOne ? found[0] ?? [] : found;
  }

  /**
   * Completes an analogy: "ran" is to "run" as what is to "see"? is asked by
   * `{ positive: ["ran", "see"], negative: ["run"] }`.
   *
   * The vectors are scaled to length 1, added and subtracted, and the words nearest to the result
   * by cosine are found, without those that were given (3CosAdd; Mikolov, Yih and Zweig, 2013; Levy
   * and Goldberg, 2014).
   *
   * @throws {RangeError} If a word is not there, a vector or the sum is zero or not finite, or `k`
   * is no whole number from 1.
   * @throws {TypeError} If `positive` or `negative` is no array of words and vectors, or `positive`
   * is empty.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { tensor, WordVectors } from "minimodel";
   *
   * const E = tensor([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]]);
   * const vectors = new WordVectors(["run", "ran", "see", "saw"], E);
   * const [best] = vectors.analogy({ positive: ["ran", "see"], negative: ["run"] });
   * assertEquals(best.word, "saw");
   * ```
   */
  analogy(options: AnalogyOptions): Neighbor[] {
    const doing = "complete an analogy";
    checkObject(doing, "{ positive, negative }", options);
    checkOptions(doing, options, analogyNames);
    const { positive, negative = [], k = 10 } = options;
    checkK(doing, k);
    for (const [name, value] of Object.entries({ positive, negative })) {
      if (!Array.isArray(value)) {
        throw new TypeError(
          `Cannot ${doing}: ${name} must be an array of words and vectors, got ${describe(value)}`,
        );
      }
    }
    if (positive.length === 0) {
      throw new TypeError(`Cannot ${doing}: positive must have at least one word or vector`);
    }
    const sum = new Float64Array(this.E.shape[1] ?? 0);
    const without = new Set<number>();
    for (const [sign, list] of [[1, positive], [-1, negative]] as const) {
      for (const each of list) {
        const query = parseQuery(this.#table, each, doing);
        if (query.id !== undefined) without.add(query.id);
        vectorFor(query, "cosine", doing).forEach((x, i) => sum[i] = (sum[i] ?? 0) + sign * x);
      }
    }
    const whole: Query = { vector: sum, id: undefined, name: "the sum of the vectors" };
    const vector = vectorFor(whole, "cosine", doing);
    return this.#search([vector], [without], { k, metric: "cosine" })[0] ?? [];
  }

  /**
   * Returns the cosine of two words or vectors, in [-1, 1], or their dot product; in float64.
   *
   * @throws {RangeError} If a word is not there, or a vector is not finite or, for "cosine", zero.
   * @throws {TypeError} If either is neither word nor vector.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { tensor, WordVectors } from "minimodel";
   *
   * const vectors = new WordVectors(["east", "north"], tensor([[2, 0], [0, 3]]));
   * assertEquals(vectors.similarity("east", "north"), 0);
   * assertEquals(vectors.similarity("north", [0, 5], { metric: "dot" }), 15);
   * ```
   */
  similarity(a: WordOrVector, b: WordOrVector, options: SimilarityOptions = {}): number {
    const doing = "compare two vectors";
    checkOptions(doing, options, similarityNames);
    const { metric = "cosine" } = options;
    checkChoice(doing, "metric", metric, metrics);
    const [left, right] = [a, b].map((each) =>
      vectorFor(parseQuery(this.#table, each, doing), metric, doing)
    );
    let sum = 0;
    left?.forEach((x, i) => sum += x * (right?.[i] ?? 0));
    return metric === "dot" ? sum : Math.max(-1, Math.min(1, sum));
  }

  /** For each vector, the words with the highest scores. */
  #search(
    vectors: readonly Float64Array[],
    without: readonly ReadonlySet<number>[],
    { k, metric }: Required<NearestOptions>,
  ): Neighbor[][] {
    const found: Neighbor[][] = [];
    forEachScores(this.E, vectors, metric, (scores, index) => {
      const best = bestOf(scores, k, without[index] ?? new Set());
      found.push(best.map(({ id, score }) => ({ word: this.words[id] ?? "", id, score })));
    });
    return found;
  }

  /** What `console.log` and a notebook cell show. */
  toString(): string {
    const [count, width] = this.E.shape;
    const some = this.words.slice(0, 5).map(quoted).join(", ");
    const rest = this.words.length > 5 ? ", …" : "";
    const labels = Object.keys(this.labels).join(", ");
    return `WordVectors (${count}, ${width}) ${this.E.dtype}: ${some}${rest}` +
      (labels === "" ? "" : `; labels ${labels}`);
  }

  /** What `console.log` and a notebook cell show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}
