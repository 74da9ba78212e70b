// What Embedding and EmbeddingBag share: their options, and the table that they look rows up in.

import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { checkDType, type DType } from "../check/dtype.ts";
import { describe } from "../check/describe.ts";
import { checkLookup } from "../check/lookup.ts";
import type { OptionNames } from "../check/options.ts";
import { formatShape, rowsOf } from "../check/shape.ts";
import * as kernels from "../kernels/dispatch.ts";
import { reserve } from "../kernels/storage.ts";
import { fillNormal, streamOf } from "./random.ts";

/** Options of an embedding. */
export interface EmbeddingOptions {
  /** Standard deviation of the initial numbers, drawn from N(0, initScale^2); 0.02 by default. */
  readonly initScale?: number;
  /** Kind of the numbers; "float64" by default. */
  readonly dtype?: DType;
  /** Seed of a random stream for this table alone, in [0, 2^32); by default, see `manualSeed`. */
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

/** The names of the options of an embedding. */
export const embeddingNames: OptionNames<EmbeddingOptions> = {
  initScale: ["std", "scale", "initializerRange"],
  dtype: ["dataType", "type"],
  seed: ["randomState"],
  paddingIdx: ["paddingIndex", "paddingId", "maskZero"],
  maxNorm: [],
  normType: ["p"],
  scaleGradByFreq: [],
  sparse: [],
  table: ["weight", "weights", "_weight", "embeddings", "embeddingsInitializer"],
};

/** The validated options that a module keeps. */
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

/** Validates sizes and options, and makes the table. */
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
  const { initScale = 0.02, dtype, seed, table } = options;
  if (dtype !== undefined) checkDType(dtype, doing);
  const lookup = checkOwnOptions(doing, numEmbeddings, options);
  if (table !== undefined) {
    checkTable(doing, table, [numEmbeddings, embeddingDim], dtype);
    return { E: table instanceof Parameter ? table : new Parameter(table), lookup };
  }
  if (!Number.isFinite(initScale) || initScale < 0) {
    throw new RangeError(
      `Cannot ${doing}: initScale must be a number from 0, got ${describe(initScale)}`,
    );
  }
  const storage = reserve(dtype ?? "float64", numEmbeddings * embeddingDim, { lasting: true });
  fillNormal(storage.numbers, streamOf(seed), { mean: 0, std: initScale });
  const E = new Parameter(storage, [numEmbeddings, embeddingDim]);
  if (lookup.paddingIdx !== undefined) {
    const start = lookup.paddingIdx * embeddingDim;
    E.storage.numbers.fill(0, start, start + embeddingDim);
  }
  return { E, lookup };
}

/** Scales the rows in `ids` whose norm is above `maxNorm` down to it. */
export function renormalize(E: Parameter, ids: Int32Array, { maxNorm, normType }: LookupOptions) {
  if (maxNorm === undefined) return;
  const { width } = rowsOf(E.shape);
  if (kernels.renormRows(E.storage, ids, width, maxNorm, normType)) E.storage.noteWrite();
}

function checkOwnOptions(doing: string, count: number, options: EmbeddingOptions): LookupOptions {
  const { maxNorm, normType = 2 } = options;
  const { paddingIdx, scaleGradByFreq = false, sparse = false } = checkLookup(
    doing,
    [count],
    options,
  );
  for (const [name, value] of Object.entries({ maxNorm, normType })) {
    if (value !== undefined && (typeof value !== "number" || !(value > 0))) {
      throw new RangeError(
        `Cannot ${doing}: ${name} must be a number above 0, got ${describe(value)}`,
      );
    }
  }
  return { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse };
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
