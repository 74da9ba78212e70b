// All pairs of a training: which word goes with which context, in mini-batches of a random order.

import { createHash } from "node:crypto";
import type { Bags } from "../check/bags.ts";
import type { Ids } from "../check/ids.ts";
import { checkObject, checkOptions, type OptionNames } from "../check/options.ts";
import type { Shape } from "../check/shape.ts";
import type { Random } from "../nn/random.ts";
import type { Kind } from "./_saved.ts";
import { type Contexts, isRagged, takeCenters, takeContexts } from "./_pairs.ts";

/** Words and their contexts, as {@linkcode makeCbowPairs} and its relatives make them. */
export interface WordPairs {
  /**
   * For each center the words around it: ids of shape (N, C), or `{ data, offsets }`; for
   * {@linkcode SkipGram} also (N,).
   */
  readonly contexts: Contexts;
  /** The N centers. */
  readonly centers: Ids;
}

const pairNames: OptionNames<WordPairs> = {
  contexts: ["context", "inputs"],
  centers: ["centres", "center", "targets", "labels"],
};

/** Some of the pairs. */
export interface Batch {
  readonly contexts:
    | { readonly data: Int32Array; readonly shape: Shape }
    | { readonly data: Int32Array; readonly offsets: Int32Array };
  readonly centers: Int32Array;
  /** The words that the model predicts: of CBOW the centers, of skip-gram those of the contexts. */
  readonly predicted: Int32Array;
}

/** What the pairs are for. */
export interface PairModel {
  readonly kind: Kind;
  readonly vocabSize: number;
}

/** A copy of all pairs. */
export class PairSet {
  readonly #bags: Bags;
  readonly #centers: Int32Array;
  readonly #kind: Kind;
  /** How many ids each context has; undefined if that differs. */
  readonly #width: number | undefined;

  /** Validates and copies pairs for a model. */
  constructor(doing: string, pairs: WordPairs, model: PairModel) {
    const { kind, vocabSize } = model;
    checkObject(doing, "pairs, { contexts, centers },", pairs);
    checkOptions(`${doing} on pairs`, pairs, pairNames);
    const { contexts, centers } = pairs;
    this.#kind = kind;
    this.#bags = takeContexts(doing, contexts, { vocabSize, single: kind === "SkipGram" });
    const { starts, ids: { data } } = this.#bags;
    const count = starts.length;
    this.#centers = takeCenters(doing, centers, { vocabSize, count }).data;
    this.#width = isRagged(contexts) ? undefined : data.length / count;
    if (count === 0) throw new RangeError(`Cannot ${doing}: wanted at least one pair, got none`);
    if (kind !== "SkipGram") return;
    const empty = starts.findIndex((start, n) => start === (starts[n + 1] ?? data.length));
    if (empty < 0) return;
    throw new TypeError(`Cannot ${doing} of SkipGram: context ${empty} has no words to predict`);
  }

  /** How many pairs there are. */
  get count(): number {
    return this.#centers.length;
  }

  /** The words that are predicted, over all pairs. */
  get predicted(): Int32Array {
    return this.#kind === "Cbow" ? this.#centers : this.#bags.ids.data;
  }

  /** The pairs at some places. */
  at(places: Int32Array): Batch {
    const { contexts, centers } = this.#taken(places);
    return { contexts, centers, predicted: this.#kind === "Cbow" ? centers : contexts.data };
  }

  #taken(places: Int32Array): Pick<Batch, "contexts" | "centers"> {
    const { ids: { data }, starts } = this.#bags;
    const centers = Int32Array.from(places, (place) => this.#centers[place] ?? 0);
    const width = this.#width;
    if (width !== undefined) {
      const ids = new Int32Array(places.length * width);
      places.forEach((place, n) => {
        ids.set(data.subarray(place * width, (place + 1) * width), n * width);
      });
      return { contexts: { data: ids, shape: [places.length, width] }, centers };
    }
    const offsets = new Int32Array(places.length);
    const endOf = (place: number) => starts[place + 1] ?? data.length;
    let end = 0;
    places.forEach((place, n) => {
      offsets[n] = end;
      end += endOf(place) - (starts[place] ?? 0);
    });
    const ids = new Int32Array(end);
    places.forEach((place, n) => {
      ids.set(data.subarray(starts[place], endOf(place)), offsets[n]);
    });
    return { contexts: { data: ids, offsets }, centers };
  }

  /** The SHA-256 of all ids and where their contexts start. */
  sha256(): string {
    const hash = createHash("sha256");
    for (const ids of [this.#bags.ids.data, this.#bags.starts, this.#centers]) {
      hash.update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)).update(";");
    }
    return hash.digest("hex");
  }
}

/** The numbers from 0 to `count - 1` in a random order (Fisher and Yates, in Durstenfeld's form). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, n) => n);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** Draws words by their counts to some power, for {@linkcode PairLossOptions.negatives}. */
export class Noise {
  /** For each word, the sum of the weights up to it. */
  readonly #sums: Float64Array;

  /** Counts how often each of `vocabSize` words is predicted. */
  constructor(doing: string, predicted: Int32Array, vocabSize: number, power: number) {
    const counts = new Float64Array(vocabSize);
    for (const word of predicted) counts[word] = (counts[word] ?? 0) + 1;
    if (counts.filter((count) => count > 0).length < 2) {
      throw new RangeError(
        `Cannot ${doing} with negatives: wanted at least two words, so that one is not a pair's`,
      );
    }
    let sum = 0;
    this.#sums = counts.map((count) => sum += count === 0 ? 0 : count ** power);
  }

  /** For each word, `count` others, row by row. */
  besides(words: Int32Array, count: number, random: Random): Int32Array {
    const drawn = new Int32Array(words.length * count);
    for (let n = 0; n < drawn.length; n++) {
      const word = words[Math.floor(n / count)];
      do drawn[n] = this.#draw(random); while (drawn[n] === word);
    }
    return drawn;
  }

  #draw(random: Random): number {
    const sums = this.#sums;
    const wanted = random.uniform() * (sums[sums.length - 1] ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
