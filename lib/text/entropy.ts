// How much a text leaves open: the entropies between which the loss of a model of it lies.

import { checkBags } from "../check/bags.ts";
import { type Ids, mostRows } from "../check/ids.ts";
import { checkFlag, checkObject, checkOptions, type OptionNames } from "../check/options.ts";
import { formatShape } from "../check/shape.ts";
import { checkIds } from "../kernels/bounds.ts";

/** Words in the middle of contexts, as {@linkcode makeCbowPairs} and {@linkcode makeCbowBags} make them. */
export interface CentersInContexts {
  /** For each center the words around it: ids of shape (N, C), or bags of ids. */
  readonly contexts: Ids | { readonly data: Int32Array; readonly offsets: Int32Array };
  /** The N centers. */
  readonly centers: Ids;
}

/** Options of {@linkcode conditionalEntropy}. */
export interface ConditionalEntropyOptions {
  /** Whether contexts with the same words in another order are different; false by default. */
  readonly ordered?: boolean;
}

const pairNames: OptionNames<CentersInContexts> = {
  contexts: ["context"],
  centers: ["centres", "center"],
};
const optionNames: OptionNames<ConditionalEntropyOptions> = { ordered: ["order"] };

/**
 * Returns the entropy of words by how often each occurs, in nats: `H = -sum p log p`. A model that
 * predicts words without looking at any context cannot have a smaller mean loss on them.
 *
 * @throws {TypeError} If ids are not whole numbers.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { unigramEntropy } from "minimodel";
 *
 * assertAlmostEquals(unigramEntropy([0, 1, 0, 1]), Math.log(2));
 * ```
 */
export function unigramEntropy(ids: Ids): number {
  const { data } = checkIds(ids, mostRows, "count id");
  return data.length === 0 ? 0 : entropyOfRun(Array.from(data)) / data.length;
}

/**
 * Returns the entropy of the centers given their contexts, in nats: the mean over all pairs of
 * `-log p(center | context)`, where `p` is how often that center is the one in that context. It is
 * the floor of the loss: no model that sees nothing but the context has a smaller mean loss on
 * these pairs, and one that reaches it knows the text by heart. CBOW does not see the order of the
 * words in its context, so by default contexts with the same words are the same.
 *
 * Source: Shannon (1948), A Mathematical Theory of Communication, section 6.
 *
 * @throws {TypeError} If there is not one context for each center, or an option is wrong.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { conditionalEntropy } from "minimodel";
 *
 * const contexts = [[1, 2], [1, 2], [2, 1], [2, 1]];
 * assertAlmostEquals(conditionalEntropy({ contexts, centers: [5, 5, 6, 6] }), Math.log(2));
 * assertEquals(conditionalEntropy({ contexts, centers: [5, 5, 6, 6] }, { ordered: true }), 0);
 * ```
 */
export function conditionalEntropy(
  pairs: CentersInContexts,
  options: ConditionalEntropyOptions = {},
): number {
  const doing = "measure a conditional entropy";
  checkObject(doing, "{ contexts, centers }", pairs);
  checkOptions(doing, pairs, pairNames);
  checkOptions(doing, options, optionNames);
  const { ordered = false } = options;
  checkFlag(doing, "ordered", ordered);
  const { bounds, data, centers } = takePairs(doing, pairs);
  const rowOf = (n: number) => data.subarray(bounds[n], bounds[n + 1]);
  if (!ordered) { for (let n = 0; n < centers.length; n++) rowOf(n).sort(); }
  // Pairs with one context stand together.
  const order = Int32Array.from(centers.keys()).sort((a, b) => compare(rowOf(a), rowOf(b)));
  let total = 0;
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && compare(rowOf(order[from]), rowOf(order[to])) === 0) to++;
    total += entropyOfRun(Array.from(order.subarray(from, to), (n) => centers[n]));
    from = to;
  }
  return centers.length === 0 ? 0 : total / centers.length;
}

/** The entropy of some ids, times how many they are. */
function entropyOfRun(ids: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  let total = 0;
  for (const count of counts.values()) total += count * Math.log(ids.length / count);
  return total;
}

function compare(a: Int32Array, b: Int32Array): number {
  for (let k = 0; k < a.length && k < b.length; k++) {
    if (a[k] !== b[k]) return a[k] < b[k] ? -1 : 1;
  }
  return a.length - b.length;
}

/** The contexts one after the other, and where each begins; the last bound is where all end. */
function takePairs(doing: string, { contexts, centers }: CentersInContexts) {
  const taken = checkIds(centers, mostRows, `${doing} of center`);
  const isRagged = typeof contexts === "object" && contexts !== null && "offsets" in contexts;
  const ids = checkIds(isRagged ? contexts.data : contexts, mostRows, `${doing} of id`);
  const offsets = isRagged
    ? checkIds(contexts.offsets, ids.data.length + 1, `${doing} from offset`)
    : undefined;
  const { starts } = checkBags(ids, offsets, false);
  if (taken.shape.length !== 1 || taken.data.length !== starts.length) {
    throw new TypeError(
      `Cannot ${doing}: wanted one context for each center, got ${starts.length} contexts and ` +
        `centers ${formatShape(taken.shape)}`,
    );
  }
  const bounds = new Int32Array(starts.length + 1);
  bounds.set(starts);
  bounds[starts.length] = ids.data.length;
  return { bounds, data: ids.data, centers: taken.data };
}
