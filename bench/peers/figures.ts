// Makes the rows of the tables from samples, and compares them with the figures to reach. It
// measures nothing.

import type { DType } from "minimodel";
import { median } from "minimodel/lab";

/** A line of peers.csv: one contender in one case. */
export interface Row {
  /** The kind of work. */
  readonly work: string;
  /** Shape of the table or of the factors, as "64x32"; for a graph, the count of ops. */
  readonly shape: string;
  /** Kind of the numbers. */
  readonly dtype: DType;
  /** "dense" or "sparse" for an optimiser; "" otherwise. */
  readonly part: string;
  /** The peer, and its way if it has several. */
  readonly contender: string;
  /** How many threads it computes with. */
  readonly threads: number;
  /** How many samples were taken. */
  readonly samples: number;
  /** How many calls each sample had. */
  readonly calls: number;
  /** Median time of a call, in microseconds. */
  readonly medianUs: number;
  /** Lower quartile of the samples, in microseconds per call. */
  readonly lowUs: number;
  /** Upper quartile of the samples, in microseconds per call. */
  readonly highUs: number;
  /** Its median divided by minimodel's for the same part: above 1, minimodel is faster. */
  readonly ratio: number;
}

/** A row before the others are known. */
export type Sample = Omit<Row, "samples" | "medianUs" | "lowUs" | "highUs" | "ratio"> & {
  /** Microseconds per call, one number for each sample. */
  readonly us: readonly number[];
};

/** Rows of one case; ratios are relative to the first sample of the same part. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  return samples.map(({ us, ...sample }) => {
    const first = samples.find(({ part }) => part === sample.part);
    const medianUs = median(us);
    return {
      ...sample,
      samples: us.length,
      medianUs,
      lowUs: quantile(us, 0.25),
      highUs: quantile(us, 0.75),
      ratio: medianUs / median(first?.us ?? us),
    };
  });
}

/** The quantile of a share of the values, interpolated between two of them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** A ratio to reach. */
export interface Wanted {
  readonly work: string;
  readonly shape: string;
  readonly dtypes: readonly DType[];
  /** The contender to beat. */
  readonly against: string;
  readonly atLeast: number;
  /** The part of each, if the case has several. */
  readonly parts?: { readonly ours: string; readonly against: string };
}

/** A line of figures.csv. */
export interface Figure {
  readonly work: string;
  readonly shape: string;
  readonly dtype: DType;
  readonly against: string;
  readonly wanted: number;
  /** The ratio of medians; null if one of the two was not measured. */
  readonly measured: number | null;
  readonly reached: "yes" | "no" | "not measured";
}

/** The name of minimodel's own contender. */
const ours = "minimodel";
const both = ["float32", "float64"] as const;
const [small, large] = ["64x32", "50257x768"];
const sparse = { ours: "sparse", against: "dense" };

/** The figures to reach: the other contender's time is at least so many times minimodel's. */
export const wantedFigures: readonly Wanted[] = [
  figure("one-hot", small, "TypeScript one-hot", 150),
  figure("lookup", small, "NumPy E[ids]", 1.5),
  figure("lookup", small, "NumPy take", 0.7),
  figure("lookup", small, "PyTorch x1 F.embedding", 0.7),
  figure("lookup", large, "NumPy take", 0.85),
  figure("backward", small, "NumPy add.at", 30),
  figure("backward", small, "PyTorch x1", 4),
  { ...figure("backward", large, "PyTorch x1", 8), dtypes: ["float32"] },
  figure("tape", small, "PyTorch x1", 2),
  { ...figure("sgd", large, ours, 5), dtypes: ["float32"], parts: sparse },
  { ...figure("adam", large, ours, 5), dtypes: ["float32"], parts: sparse },
  { ...figure("matmul", "256x256", "tfjs-wasm", 1.15), dtypes: ["float32"] },
  { ...figure("matmul", "256x256", "NumPy", 0.45), dtypes: ["float32"] },
  { ...figure("nearest", large, "NumPy E @ q", 1), dtypes: ["float32"] },
  figure("graph", "1000", "PyTorch x1", 2),
  ...["embedding_bag", "embedding_bag, fused Adam", "embedding, fused Adam"].flatMap((way) =>
    [small, "604x32"].map((shape): Wanted => ({
      ...figure("cbow", shape, `PyTorch x1 ${way}`, 1.3),
      dtypes: ["float32"],
    }))
  ),
];

function figure(work: string, shape: string, against: string, atLeast: number): Wanted {
  return { work, shape, dtypes: both, against, atLeast };
}

/** Which figures the rows reach. */
export function figuresOf(rows: readonly Row[], wanted = wantedFigures): Figure[] {
  return wanted.flatMap(({ work, shape, dtypes, against, atLeast, parts }) =>
    dtypes.map((dtype): Figure => {
      const medianOf = (contender: string, part = "") =>
        rows.find((row) =>
          row.work === work && row.shape === shape && row.dtype === dtype &&
          row.contender === contender && row.part === part
        )?.medianUs;
      const [theirs, own] = [medianOf(against, parts?.against), medianOf(ours, parts?.ours)];
      const measured = theirs === undefined || own === undefined ? null : theirs / own;
      const reached = measured === null ? "not measured" : measured >= atLeast ? "yes" : "no";
      const opponent = parts === undefined ? against : `${against} ${parts.against}`;
      return { work, shape, dtype, against: opponent, wanted: atLeast, measured, reached };
    })
  );
}

/** A line of one_hot.csv: a way to do a lookup as a product, against the lookup. */
export interface OneHotRow {
  /** Kind of the numbers. */
  readonly dtype: DType;
  /** How many ids there are, V. */
  readonly vocabSize: number;
  /** The way. */
  readonly baseline: string;
  /** Its median time of a call, in microseconds. */
  readonly medianUs: number;
  /** Median time of minimodel's lookup, in microseconds. */
  readonly lookupUs: number;
  /** Its time divided by the lookup's. */
  readonly ratio: number;
}

/** The one-hot products among the rows, compared with the lookup of the same size. */
export function oneHotRows(rows: readonly Row[]): OneHotRow[] {
  return rows.filter(({ work, contender }) => work === "one-hot" && contender !== ours)
    .map(({ dtype, shape, contender, medianUs, ratio }) => ({
      dtype,
      vocabSize: Number(shape.split("x")[0]),
      baseline: contender,
      medianUs,
      lookupUs: medianUs / ratio,
      ratio,
    }));
}
