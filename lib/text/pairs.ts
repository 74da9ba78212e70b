// Windows over text: which words stand around which.

import { describe } from "../check/describe.ts";
import { type Ids, mostRows } from "../check/ids.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { formatShape } from "../check/shape.ts";
import { checkIds } from "../kernels/bounds.ts";

/** Options of {@linkcode makeCbowPairs} and its relatives. */
export interface WindowOptions {
  /**
   * Where each sentence begins: the first is 0, and none is smaller than the one before it. No
   * window then reaches over the border of a sentence. By default, all is one sentence.
   */
  readonly starts?: Ids;
}

/** What {@linkcode makeCbowPairs} makes. */
export interface CbowPairs {
  /** The words around each centre, from left to right: ids of shape (N, 2 window). */
  readonly contexts: { readonly data: Int32Array; readonly shape: readonly [number, number] };
  /** The word in the middle of each row of contexts: N ids. */
  readonly centers: Int32Array;
}

/** What {@linkcode makeCbowBags} makes. */
export interface CbowBags {
  /** The words around each centre, one bag after the other, and where each bag begins. */
  readonly contexts: { readonly data: Int32Array; readonly offsets: Int32Array };
  /** The word in the middle of each bag: N ids. */
  readonly centers: Int32Array;
}

/** What {@linkcode makeSkipGramPairs} makes. */
export interface SkipGramPairs {
  /** The word in the middle, once for each word around it: N ids. */
  readonly centers: Int32Array;
  /** One word around it: N ids. */
  readonly contexts: Int32Array;
}

const windowNames: OptionNames<WindowOptions> = {
  starts: ["offsets", "sentences", "borders", "sentenceStarts"],
};

/**
 * Makes the pairs that CBOW learns from: for each position with a full window, the `window` words
 * to its left and the `window` words to its right, and the word in the middle. Positions without a
 * full window are skipped, so that L tokens in one sentence give N = max(0, L - 2 window) pairs.
 *
 * @param tokens L ids, as text is read.
 * @param window How many words count on each side, from 1.
 * @throws {RangeError} If the window is not a whole number from 1.
 * @throws {TypeError} If tokens are not whole numbers from 0 in one axis, or starts do not begin
 * with 0 or decrease.
 * @throws {IndexError} If a token is negative, or a start lies beyond the tokens.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeCbowPairs } from "minimodel";
 *
 * const { contexts, centers } = makeCbowPairs([5, 6, 7, 8, 9, 4], 2);
 * assertEquals(contexts.shape, [2, 4]);
 * assertEquals(contexts.data, Int32Array.of(5, 6, 8, 9, 6, 7, 9, 4));
 * assertEquals(centers, Int32Array.of(7, 8));
 *
 * // Two sentences of three words each.
 * assertEquals(makeCbowPairs([5, 6, 7, 8, 9, 4], 1, { starts: [0, 3] }).centers, Int32Array.of(6, 9));
 * ```
 */
export function makeCbowPairs(tokens: Ids, window = 2, options: WindowOptions = {}): CbowPairs {
  const { ids, bounds } = checkText("make CBOW pairs", { tokens, window, options });
  const width = 2 * window;
  let count = 0;
  for (const [start, stop] of bounds) count += Math.max(0, stop - start - width);
  const data = new Int32Array(count * width);
  const centers = new Int32Array(count);
  let row = 0;
  for (const [start, stop] of bounds) {
    for (let at = start + window; at < stop - window; at++, row++) {
      centers[row] = ids[at];
      data.set(ids.subarray(at - window, at), row * width);
      data.set(ids.subarray(at + 1, at + 1 + window), row * width + window);
    }
  }
  return { contexts: { data, shape: [count, width] }, centers };
}

/**
 * Makes pairs as {@linkcode makeCbowPairs} does, but of every position that has any word in its
 * window: at the borders of a sentence, contexts are shorter. They are bags, as
 * {@linkcode EmbeddingBag} takes them.
 *
 * @throws {RangeError} If {@linkcode makeCbowPairs} would throw one.
 * @throws {TypeError} If {@linkcode makeCbowPairs} would throw one.
 * @throws {IndexError} If {@linkcode makeCbowPairs} would throw one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeCbowBags } from "minimodel";
 *
 * const { contexts, centers } = makeCbowBags([5, 6, 7], 2);
 * assertEquals(contexts.data, Int32Array.of(6, 7, 5, 7, 5, 6));
 * assertEquals(contexts.offsets, Int32Array.of(0, 2, 4));
 * assertEquals(centers, Int32Array.of(5, 6, 7));
 * ```
 */
export function makeCbowBags(tokens: Ids, window = 2, options: WindowOptions = {}): CbowBags {
  const { ids, bounds } = checkText("make CBOW bags", { tokens, window, options });
  const { centers, contexts, offsets } = neighbours(ids, bounds, window);
  return { contexts: { data: contexts, offsets }, centers };
}

/**
 * Makes the pairs that skip-gram learns from: each word with every word in its window, from left to
 * right. At the borders of a sentence, a word has fewer of them.
 *
 * @throws {RangeError} If {@linkcode makeCbowPairs} would throw one.
 * @throws {TypeError} If {@linkcode makeCbowPairs} would throw one.
 * @throws {IndexError} If {@linkcode makeCbowPairs} would throw one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeSkipGramPairs } from "minimodel";
 *
 * const { centers, contexts } = makeSkipGramPairs([5, 6, 7], 1);
 * assertEquals(centers, Int32Array.of(5, 6, 6, 7));
 * assertEquals(contexts, Int32Array.of(6, 5, 7, 6));
 * ```
 */
export function makeSkipGramPairs(
  tokens: Ids,
  window = 2,
  options: WindowOptions = {},
): SkipGramPairs {
  const { ids, bounds } = checkText("make skip-gram pairs", { tokens, window, options });
  const { centers, contexts, offsets } = neighbours(ids, bounds, window);
  const repeated = new Int32Array(contexts.length);
  offsets.forEach((from, n) => repeated.fill(centers[n], from, offsets[n + 1]));
  return { centers: repeated, contexts };
}

/** A stretch of tokens that no window leaves: its first index, and the one after its last. */
type Bounds = readonly [start: number, stop: number];

/** The words within each window, as far as there are any, one word after the other. */
function neighbours(ids: Int32Array, bounds: readonly Bounds[], window: number) {
  let [count, total] = [0, 0];
  const each = (visit: (at: number, from: number, to: number) => void) => {
    for (const [start, stop] of bounds) {
      if (stop - start < 2) continue; // a word alone has no context
      for (let at = start; at < stop; at++) {
        visit(at, Math.max(start, at - window), Math.min(stop, at + window + 1));
      }
    }
  };
  each((_, from, to) => {
    count++;
    total += to - from - 1;
  });
  const centers = new Int32Array(count);
  const offsets = new Int32Array(count);
  const contexts = new Int32Array(total);
  let [row, filled] = [0, 0];
  each((at, from, to) => {
    centers[row] = ids[at];
    offsets[row++] = filled;
    contexts.set(ids.subarray(from, at), filled);
    contexts.set(ids.subarray(at + 1, to), filled + at - from);
    filled += to - from - 1;
  });
  return { centers, contexts, offsets };
}

function checkText(
  doing: string,
  { tokens, window, options }: {
    readonly tokens: Ids;
    readonly window: number;
    readonly options: WindowOptions;
  },
): { ids: Int32Array; bounds: Bounds[] } {
  if (!Number.isInteger(window) || window < 1) {
    throw new RangeError(
      `Cannot ${doing}: window must be a whole number from 1, got ${describe(window)}`,
    );
  }
  checkOptions(doing, options, windowNames);
  const ids = takeAxis(doing, "tokens", tokens, mostRows);
  return { ids, bounds: boundsOf(doing, ids.length, options.starts) };
}

function boundsOf(doing: string, length: number, given: Ids | undefined): Bounds[] {
  if (given === undefined) return [[0, length]];
  const starts = takeAxis(doing, "starts", given, length + 1);
  const fallen = starts.findIndex((start, n) => start < (starts[n - 1] ?? 0));
  if ((starts[0] ?? length) !== 0 || fallen !== -1) {
    throw new TypeError(
      `Cannot ${doing}: starts must begin with 0 and not decrease, got ${
        fallen === -1 ? starts[0] ?? "none" : `${starts[fallen]} after ${starts[fallen - 1]}`
      }`,
    );
  }
  return Array.from(starts, (start, n) => [start, starts[n + 1] ?? length]);
}

/** Whole numbers from 0 to below a limit, in one axis. */
function takeAxis(doing: string, name: string, given: Ids, limit: number): Int32Array {
  const { data, shape } = checkIds(given, limit, `${doing} of ${name.slice(0, -1)}`);
  if (shape.length === 1) return data;
  throw new TypeError(
    `Cannot ${doing}: ${name} must have one axis, got ids ${formatShape(shape)}`,
  );
}
