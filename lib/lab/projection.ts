// Vectors as points in a plane: by PCA, which keeps distances as far as a plane can, and by UMAP,
// which keeps neighbours; and points of one epoch turned so that they lie on those of another. The
// libraries are loaded when they are needed, so that importing this file is fast.

import type { Matrix as Dense } from "ml-matrix";
import { createRandom, scope, tensor } from "@minimodel/core";
import {
  checkChoice,
  checkFlag,
  checkOptions,
  describe,
  formatShape,
  type OptionNames,
} from "@minimodel/core/check";
import { checkWhole } from "./_whole_number.ts";
import { readTable, unit } from "./_rows.ts";
import type { Matrix } from "./heatmap.ts";

/** Points, one for each row of a table: what `encodeNpy` takes. */
export interface Points {
  /** The coordinates, point after point. */
  readonly data: Float64Array;
  /** How many points there are, and how many coordinates each has. */
  readonly shape: readonly [count: number, components: number];
}

/** What {@linkcode pca} returns. */
export interface PcaPoints extends Points {
  /** Which share of the variance is along each component. */
  readonly explained: readonly number[];
}

/** Options of {@linkcode pca}. */
export interface PcaOptions {
  /** How many coordinates each point gets; 2 by default. */
  readonly components?: number;
}

const pcaNames: OptionNames<PcaOptions> = { components: ["nComponents", "dimensions"] };

/** Options of {@linkcode umap}. */
export interface UmapOptions {
  /** How many neighbours of each row are kept together; 15 by default. */
  readonly neighbors?: number;
  /** How near to each other points may be, from 0; 0.1 by default. */
  readonly minDist?: number;
  /** What near means between rows; "cosine" by default. */
  readonly metric?: "cosine" | "euclidean";
  /** Seed of the random steps, in [0, 2^32); 0 by default. */
  readonly seed?: number;
  /**
   * Where the points start: those of the epoch before, so that points move instead of jumping; by
   * default those of PCA.
   */
  readonly start?: Points;
}

const umapNames: OptionNames<UmapOptions> = {
  neighbors: ["nNeighbors", "neighbours", "k"],
  minDist: ["minDistance"],
  metric: ["distance", "distanceFn"],
  seed: ["randomState", "random"],
  start: ["init"],
};

/**
 * Projects the rows of a table onto the directions in which they differ most (Pearson, 1901): with
 * the mean row subtracted, `X W`, where the columns of W are the first eigenvectors of `X^T X`. Each
 * is turned so that its largest entry is positive. Directions that the table does not have, such as
 * a second one of a single column, are all zeros.
 *
 * @param table Vectors, (V, d).
 * @returns Points, (V, components).
 * @throws {TypeError} If the table is not one of numbers.
 * @throws {RangeError} If a number is not finite, or components is not a whole number from 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { pca } from "minimodel/lab";
 *
 * const { data, explained } = await pca([[0, 0], [3, 4], [6, 8]]);
 * [-5, 0, 0, 0, 5, 0].forEach((each, i) => assertAlmostEquals(data[i], each, 1e-12));
 * assertEquals(explained.map(Math.round), [1, 0]);
 * ```
 */
export async function pca(table: Matrix, options: PcaOptions = {}): Promise<PcaPoints> {
  const doing = "project by PCA";
  checkOptions(doing, options, pcaNames);
  const { components = 2 } = options;
  checkWhole(doing, "components", components, 1);
  const { PCA } = await import("ml-pca");
  const { rows, count, width } = readTable(doing, table);
  const largest = largestOf(rows);
  if (count < 2) {
    const explained = Array.from({ length: components }, () => 0);
    return { data: new Float64Array(count * components), shape: [count, components], explained };
  }
  // Within float64 squares of any numbers stay finite if the largest of them is 1.
  const scaled = rows.map((row) => row.map((each) => each / largest));
  const means = scaled.reduce(
    (sum, row) => sum.map((each, i) => each + (row[i] ?? 0) / count),
    new Float64Array(width),
  );
  const centred = new Float64Array(count * width);
  scaled.forEach((row, id) =>
    centred.set(row.map((each, i) => each - (means[i] ?? 0)), id * width)
  );
  const squares = scope(() => {
    const x = tensor(centred, { shape: [count, width] });
    return x.transpose().matmul(x).toArray();
  }) as number[][];
  const found = new PCA(squares, { isCovarianceMatrix: true });
  const values = found.getEigenvalues();
  const total = values.reduce((sum, each) => sum + Math.max(0, each), 0);
  const vectors = found.getEigenvectors().transpose().to2DArray().slice(0, components).map(turned);
  const data = new Float64Array(count * components);
  vectors.forEach((vector, component) => {
    // A direction along which nothing differs is what rounding has left of none.
    if ((values[component] ?? 0) <= 1e-14 * total) return;
    for (let id = 0; id < count; id++) {
      const row = centred.subarray(id * width, (id + 1) * width);
      const along = row.reduce((sum, each, i) => sum + each * (vector[i] ?? 0), 0);
      data[id * components + component] = along * largest;
    }
  });
  const explained = Array.from(
    { length: components },
    (_, i) => total > 0 ? Math.max(0, values[i] ?? 0) / total : 0,
  );
  return { data, shape: [count, components], explained };
}

/** A direction with its largest entry positive: which of two opposite ones is found is chance. */
function turned(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((most, each) => Math.abs(each) > Math.abs(most) ? each : most, 0);
  return largest < 0 ? vector.map((each) => -each) : vector;
}

/**
 * Places the rows of a table in a plane so that neighbours stay neighbours, by UMAP (McInnes, Healy
 * and Melville, 2018). The same table and seed give the same points. Distances between groups, and
 * the size of a group, mean nothing.
 *
 * @param table Vectors, (V, d).
 * @returns Points, (V, 2).
 * @throws {TypeError} If the table is not one of numbers, or an option is of the wrong kind.
 * @throws {RangeError} If a number is not finite, there are as few rows as neighbours, or an option
 * is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { umap } from "minimodel/lab";
 *
 * const table = [[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0.2, 1]];
 * const points = await umap(table, { neighbors: 2, seed: 7 });
 * assertEquals(points.shape, [6, 2]);
 * assertEquals(points, await umap(table, { neighbors: 2, seed: 7 }));
 * ```
 */
export async function umap(table: Matrix, options: UmapOptions = {}): Promise<Points> {
  const doing = "project by UMAP";
  checkOptions(doing, options, umapNames);
  const { neighbors = 15, minDist = 0.1, metric = "cosine", seed = 0, start } = options;
  checkWhole(doing, "neighbors", neighbors, 2);
  checkChoice(doing, "metric", metric, ["cosine", "euclidean"]);
  if (!(typeof minDist === "number" && minDist >= 0 && minDist <= 1)) {
    throw new RangeError(`Cannot ${doing}: minDist must be in [0, 1], got ${describe(minDist)}`);
  }
  const random = createRandom(seed);
  const read = readTable(doing, table);
  if (read.count <= neighbors) {
    throw new RangeError(
      `Cannot ${doing} with ${neighbors} neighbours: wanted at least ${neighbors + 1} rows, got ` +
        `${read.count}; set neighbors to ${Math.max(2, read.count - 1)} or less`,
    );
  }
  const from = readTable(`${doing} from start`, start ?? await pca(table));
  if (from.count !== read.count || from.width !== 2) {
    throw new RangeError(
      `Cannot ${doing}: start must be of shape (${read.count}, 2), got (${from.count}, ${from.width})`,
    );
  }
  const { UMAP } = await import("umap-js");
  const map = new UMAP({
    nNeighbors: neighbors,
    minDist,
    random: () => random.uniform(),
  });
  // Distances between rows of length 1 have the order of their cosines.
  const rows = metric === "cosine" ? read.rows.map(unit) : read.rows;
  const epochs = map.initializeFit(rows.map((row) => Array.from(row)));
  // Points of equal rows would never part, so each starts a little aside.
  const reach = start === undefined ? 10 / largestOf(from.rows) : 1;
  map.getEmbedding().forEach((point, id) => {
    point.forEach((_, axis) => {
      point[axis] = reach * (from.rows[id]?.[axis] ?? 0) + 1e-3 * random.normal();
    });
  });
  for (let epoch = 0; epoch < epochs; epoch++) map.step();
  return { data: Float64Array.from(map.getEmbedding().flat()), shape: [read.count, 2] };
}

/** Options of {@linkcode alignPoints}. */
export interface AlignPointsOptions {
  /** Whether the points are also made to spread as far as the others; false by default. */
  readonly scale?: boolean;
}

const alignNames: OptionNames<AlignPointsOptions> = { scale: ["scaling"] };

/**
 * Turns, mirrors and moves points so that each lies as near as possible to its counterpart, by
 * Procrustes analysis (Schoenemann, 1966): `(P - mean P) U V^T + mean Q`, where `U S V^T` is the
 * singular value decomposition of `(P - mean P)^T (Q - mean Q)`. Distances between the points stay as
 * they are, or all change by one factor.
 *
 * @param points P, (V, components).
 * @param to Q, of the same shape.
 * @throws {TypeError} If either is not points.
 * @throws {RangeError} If a number is not finite, or the shapes differ.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { alignPoints } from "minimodel/lab";
 *
 * const to = { data: Float64Array.of(0, 0, 1, 0, 0, 3), shape: [3, 2] } as const;
 * const turned = { data: Float64Array.of(5, 5, 5, 6, 2, 5), shape: [3, 2] } as const;
 * const { data } = await alignPoints(turned, to);
 * data.forEach((each, i) => assertAlmostEquals(each, to.data[i], 1e-12));
 * ```
 */
export async function alignPoints(
  points: Points,
  to: Points,
  options: AlignPointsOptions = {},
): Promise<Points> {
  const doing = "align points";
  checkOptions(doing, options, alignNames);
  checkFlag(doing, "scale", options.scale);
  const p = centredPoints(doing, "points", points);
  const q = centredPoints(doing, "to", to);
  const [count, components] = p.shape;
  if (count !== q.shape[0] || components !== q.shape[1]) {
    throw new RangeError(
      `Cannot ${doing}: wanted points of one shape, got ${formatShape(p.shape)} and ${
        formatShape(q.shape)
      }`,
    );
  }
  if (count === 0) return { data: new Float64Array(0), shape: p.shape };
  const { Matrix: DenseMatrix, SingularValueDecomposition } = await import("ml-matrix");
  const [own, other] = [p, q].map(({ rows }) => new DenseMatrix(rows)) as [Dense, Dense];
  const { leftSingularVectors: u, rightSingularVectors: v } = new SingularValueDecomposition(
    own.transpose().mmul(other),
  );
  const spread = own.norm();
  const factor = options.scale === true && spread > 0 ? other.norm() / spread : 1;
  const moved = own.mmul(u).mmul(v.transpose()).mul(factor).addRowVector(q.means);
  return { data: Float64Array.from(moved.to1DArray()), shape: p.shape };
}

/** The largest absolute value; 1 if all are 0. */
function largestOf(rows: readonly Float64Array[]): number {
  let largest = 0;
  for (const row of rows) for (const each of row) largest = Math.max(largest, Math.abs(each));
  return largest || 1;
}

/** Points less their mean. */
function centredPoints(doing: string, name: string, points: Points) {
  if (!(Object(points).data instanceof Float64Array)) {
    throw new TypeError(
      `Cannot ${doing}: ${name} must be points, as pca and umap return them, got ${
        describe(points)
      }`,
    );
  }
  const { rows, count, width } = readTable(doing, points);
  const means = Array.from(
    { length: width },
    (_, axis) => rows.reduce((sum, row) => sum + (row[axis] ?? 0) / count, 0),
  );
  const shape = [count, width] as const;
  return {
    rows: rows.map((row) => Array.from(row, (each, i) => each - (means[i] ?? 0))),
    means,
    shape,
  };
}
