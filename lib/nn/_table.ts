// What Embedding and EmbeddingBag share: their options, and the table that they look rows up in.

import { describe } from "../autograd/_describe.ts";
import { formatShape } from "../autograd/_shape.ts";
import { checkFlag, checkOptions } from "../autograd/_options.ts";
import { checkDType } from "../autograd/create.ts";
import { checkPaddingIdx } from "../autograd/ids.ts";
import * as kernels from "../autograd/kernels.ts";
import type { DType } from "../autograd/storage.ts";
import { Parameter, Tensor } from "../autograd/tensor.ts";
import { normal } from "./random.ts";

/** Options of an embedding. */
export interface EmbeddingOptions {
  /** Standard deviation of the first numbers, drawn from N(0, initScale^2); 0.02 by default. */
  readonly initScale?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
  /** Start of the random stream, a whole number in [0, 2^32); 0 by default. */
  readonly seed?: number;
  /** A row that starts at zero and gets no gradient; negative to count from the back. */
  readonly paddingIdx?: number;
  /** Largest norm of a row: rows that are longer are scaled down, in place, when looked up. */
  readonly maxNorm?: number;
  /** The p of the p-norm for `maxNorm`; 2 by default. */
  readonly normType?: number;
  /** Whether a row's gradient is divided by how often its id occurs; false by default. */
  readonly scaleGradByFreq?: boolean;
  /** Whether the gradient is a `RowGradient`, with the looked-up rows only; false by default. */
  readonly sparse?: boolean;
  /** The table to start from, (V, d): a tensor is copied, a Parameter is used as it is. */
  readonly table?: Tensor;
}

/** Options as they are kept, checked. */
export interface LookupOptions {
  /** As in the options, counted from the front. */
  readonly paddingIdx?: number;
  /** As in the options. */
  readonly maxNorm?: number;
  /** As in the options. */
  readonly normType: number;
  /** As in the options. */
  readonly scaleGradByFreq: boolean;
  /** As in the options. */
  readonly sparse: boolean;
}

/** Checks sizes and options, and makes the table. */
export function makeTable(
  kind: string,
  numEmbeddings: number,
  embeddingDim: number,
  options: EmbeddingOptions,
): { E: Parameter; lookup: LookupOptions } {
  const doing = `make an ${kind}`;
  for (const [name, value] of Object.entries({ numEmbeddings, embeddingDim })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be a whole number from 0, got ${describe(value)}`,
      );
    }
  }
  checkOptions(doing, options);
  const { initScale = 0.02, dtype, seed, table } = options;
  if (dtype !== undefined) checkDType(dtype, doing);
  const lookup = checkLookup(doing, numEmbeddings, options);
  if (table !== undefined) {
    checkTable(doing, table, [numEmbeddings, embeddingDim], dtype);
    return { E: table instanceof Parameter ? table : new Parameter(table), lookup };
  }
  if (!Number.isFinite(initScale) || initScale < 0) {
    throw new RangeError(
      `Cannot ${doing}: initScale must be a number from 0, got ${describe(initScale)}`,
    );
  }
  const first = normal([numEmbeddings, embeddingDim], { std: initScale, dtype, seed });
  const E = new Parameter(first.storage, first.shape);
  if (lookup.paddingIdx !== undefined) {
    const start = lookup.paddingIdx * embeddingDim;
    E.storage.numbers.fill(0, start, start + embeddingDim);
  }
  return { E, lookup };
}

/** Scales the rows of `ids` down to the largest norm allowed; the others stay as they are. */
export function renormalize(E: Parameter, ids: Int32Array, { maxNorm, normType }: LookupOptions) {
  if (maxNorm === undefined) return;
  kernels.renormRows(E.storage, ids, E.shape[1], maxNorm, normType);
}

function checkLookup(doing: string, count: number, options: EmbeddingOptions): LookupOptions {
  const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false, sparse = false } = options;
  const padding = checkPaddingIdx(paddingIdx, count, doing);
  for (const [name, value] of Object.entries({ maxNorm, normType })) {
    if (value !== undefined && (typeof value !== "number" || !(value > 0))) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be a number above 0, got ${describe(value)}`,
      );
    }
  }
  checkFlag(doing, "scaleGradByFreq", scaleGradByFreq);
  checkFlag(doing, "sparse", sparse);
  return { paddingIdx: padding, maxNorm, normType, scaleGradByFreq, sparse };
}

function checkTable(
  doing: string,
  table: unknown,
  [count, width]: readonly [number, number],
  dtype: DType | undefined,
): asserts table is Tensor {
  if (!(table instanceof Tensor)) {
    throw new TypeError(`Cannot ${doing}: table must be a tensor, got ${describe(table)}`);
  }
  if (table.shape.length !== 2 || table.shape[0] !== count || table.shape[1] !== width) {
    throw new TypeError(
      `Cannot ${doing}: table must be of shape ${formatShape([count, width])}, got ${
        formatShape(table.shape)
      }`,
    );
  }
  if (dtype !== undefined && dtype !== table.dtype) {
    throw new TypeError(
      `Cannot ${doing} of ${dtype} from a table of ${table.dtype}: cast(table, dtype) makes them the same`,
    );
  }
}
