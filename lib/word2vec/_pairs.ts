// Contexts, centers and negatives as the models take them, validated.

import { takeBags } from "../autograd/ops/lookup.ts";
import type { Bags } from "../check/bags.ts";
import type { CheckedIds, Ids } from "../check/ids.ts";
import { checkOptions, type OptionNames } from "../check/options.ts";
import { formatShape } from "../check/shape.ts";
import { checkIds } from "../kernels/bounds.ts";

/** Contexts of different lengths: all their ids in a row, and where each context starts. */
export interface RaggedContexts {
  /** The ids of all contexts, of one axis. */
  readonly data: Ids;
  /** Where each context starts in `data`; it ends where the next one starts. */
  readonly offsets: Ids;
}

/** Contexts: ids of shape (B, C), or { data, offsets } if their lengths differ. */
export type Contexts = Ids | RaggedContexts;

const raggedNames: OptionNames<RaggedContexts> = {
  data: ["ids", "contexts"],
  offsets: ["offset", "starts"],
};

/** Whether contexts are ids with offsets. */
export function isRagged(contexts: Contexts): contexts is RaggedContexts {
  return typeof contexts === "object" && contexts !== null && "data" in contexts &&
    !("shape" in contexts);
}

/** How contexts are taken. */
interface ContextRule {
  readonly vocabSize: number;
  /** Whether ids of one axis are contexts of one word each. */
  readonly single?: boolean;
}

/** Returns contexts as bags of ids in `[0, vocabSize)`. */
export function takeContexts(
  doing: string,
  contexts: Contexts,
  { vocabSize, single = false }: ContextRule,
): Bags {
  if (isRagged(contexts)) {
    checkOptions(`${doing} with contexts { data, offsets }`, contexts, raggedNames);
    return takeBags(contexts.data, vocabSize, contexts);
  }
  if (Array.isArray(contexts)) refuseLengths(doing, contexts);
  const { data, shape } = checkIds(contexts, vocabSize, "look up id");
  const [count = 0, width = single ? 1 : 0] = shape;
  if (width === 0 || shape.length > 2 || shape.length === 0) {
    throw new TypeError(
      `Cannot ${doing}: contexts must be ids of shape (B, C)${single ? ", (B,)" : ""} or ` +
        `{ data, offsets }, got ids of shape ${formatShape(shape)}`,
    );
  }
  const starts = new Int32Array(count);
  for (let n = 0; n < count; n++) starts[n] = n * width;
  return { ids: { data, shape: [data.length] }, starts };
}

/** Refuses rows of ids that are not equally long, and says how such contexts are given. */
function refuseLengths(doing: string, rows: readonly unknown[]): void {
  const [first] = rows;
  if (!Array.isArray(first)) return;
  const other = rows.findIndex((row) => Array.isArray(row) && row.length !== first.length);
  const found: unknown = rows[other];
  if (!Array.isArray(found)) return;
  throw new TypeError(
    `Cannot ${doing}: context 0 has ${first.length} ids and context ${other} has ${found.length}; ` +
      "contexts of different lengths are { data, offsets }",
  );
}

/** Returns ids of one axis, `count` of them. */
export function takeCenters(
  doing: string,
  centers: Ids,
  { vocabSize, count }: { readonly vocabSize: number; readonly count: number },
): CheckedIds {
  const checked = checkIds(centers, vocabSize, "take center");
  if (checked.shape.length !== 1 || checked.shape[0] !== count) {
    throw new TypeError(
      `Cannot ${doing}: wanted one center for each context, of shape ${formatShape([count])}, ` +
        `got ${formatShape(checked.shape)}`,
    );
  }
  return checked;
}

/** Returns the words of pairs, each with its negatives behind it, as ids of shape (n, 1 + k). */
export function besideNegatives(
  doing: string,
  words: Int32Array,
  negatives: Ids,
  vocabSize: number,
): CheckedIds {
  const { data, shape } = checkIds(negatives, vocabSize, "take negative");
  const [count = 0, k = 0] = shape;
  if (shape.length !== 2 || count !== words.length || k === 0) {
    throw new TypeError(
      `Cannot ${doing}: negatives must be ids of shape (${words.length}, k), a row for each ` +
        `pair, got ${formatShape(shape)}`,
    );
  }
  const width = k + 1;
  const ids = new Int32Array(count * width);
  for (let n = 0; n < count; n++) {
    ids[n * width] = words[n] ?? 0;
    ids.set(data.subarray(n * k, (n + 1) * k), n * width + 1);
  }
  return { data: ids, shape: [count, width] };
}
