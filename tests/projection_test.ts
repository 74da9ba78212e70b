// Points for tables: PCA against the answer by hand, UMAP by what it keeps, Procrustes against what was moved.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertRejects,
} from "@std/assert";
import { createRandom, decodeNpy, encodeNpy, tensor } from "minimodel";
import { alignPoints, pca, type Points, umap } from "minimodel/lab";
import fc from "fast-check";
import { asyncProperty } from "./_property.ts";

const pointsOf = (rows: readonly (readonly number[])[]): Points => ({
  data: Float64Array.from(rows.flat()),
  shape: [rows.length, rows[0]?.length ?? 2],
});

const distances = ({ data, shape: [count, width] }: Points) =>
  Array.from({ length: count * count }, (_, pair) => {
    const [a, b] = [pair % count, Math.floor(pair / count)];
    return Math.hypot(
      ...[0, 1].map((i) => i < width ? data[a * width + i] - data[b * width + i] : 0),
    );
  });

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-9): void {
  assertEquals(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) assertAlmostEquals(actual[i], expected[i], within);
}

async function checkPca(project: typeof pca): Promise<void> {
  // Variances 8, 2 and 0 along the axes, far from the origin, with the larger one in the middle.
  const table = [[101, 7, 52], [99, 7, 52], [100, 7, 54], [100, 7, 50]].map((
    [a, b, c],
  ) => [a, c, b]);
  const { data, shape, explained } = await project(table, { components: 3 });
  assertEquals(shape, [4, 3]);
  near(data, [0, 1, 0, 0, -1, 0, 2, 0, 0, -2, 0, 0]);
  near(explained, [0.8, 0.2, 0]);
}

Deno.test("PCA gives the directions of largest variance, about the mean", async () => {
  await checkPca(pca);
});

Deno.test("PCA that does not subtract the mean, or mirrors, is refused", async () => {
  const aboutOrigin: typeof pca = async (table, options) => {
    const rows = table as number[][];
    const mirrored = rows.map((row) => row.map((each) => -each));
    const { data, ...rest } = await pca([...rows, ...mirrored], options);
    return {
      ...rest,
      data: data.slice(0, rows.length * rest.shape[1]),
      shape: [rows.length, rest.shape[1]],
    };
  };
  await assertRejects(() => checkPca(aboutOrigin), AssertionError);
  const mirrored: typeof pca = async (table, options) => {
    const points = await pca(table, options);
    return { ...points, data: points.data.map((each) => -each) };
  };
  await assertRejects(() => checkPca(mirrored), AssertionError);
});

Deno.test("PCA of a table in a plane keeps all distances", async () => {
  const coordinate = fc.integer({ min: -64, max: 64 });
  await asyncProperty(
    [fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 })],
    async (rows) => {
      const { data, shape } = await pca(rows.map(([x, y]) => [x, y, x, y, 3]));
      const flat = pointsOf(rows.map(([x, y]) => [x * Math.SQRT2, y * Math.SQRT2]));
      near(distances({ data, shape }), distances(flat), 1e-6);
    },
  );
});

Deno.test("PCA of nothing, one row, equal rows and one column is all that there is", async () => {
  const cases: [number[][], number[], number[]][] = [
    [[], [], [0, 0]],
    [[[3, 4]], [0, 0], [0, 0]],
    [[[3, 4], [3, 4]], [0, 0, 0, 0], [0, 0]],
    [[[0, 0], [0, 0]], [0, 0, 0, 0], [0, 0]],
    [[[1], [3]], [-1, 0, 1, 0], [1, 0]],
    [[[1e200, 0], [-1e200, 0]], [1e200, 0, -1e200, 0], [1, 0]],
    [[[3e-200], [1e-200]], [1e-200, 0, -1e-200, 0], [1, 0]],
  ];
  for (const [table, points, explained] of cases) {
    const found = await pca(table);
    assertEquals(found.shape, [table.length, 2]);
    near(found.data, points, Math.max(1e-12, ...points.map((each) => 1e-12 * Math.abs(each))));
    assertEquals(found.explained, explained);
  }
});

/** Three groups of directions, and which group each row is of. */
function groups(perGroup: number, seed = 1) {
  const random = createRandom(seed);
  const labels = Array.from({ length: 3 * perGroup }, (_, id) => id % 3);
  // Some rows are far longer than others: by cosine that says nothing.
  const table = labels.map((label, id) =>
    Array.from(
      { length: 8 },
      (_, i) => (1 + 9 * (id % 2)) * (Number(i === label) + 0.1 * random.normal()),
    )
  );
  return { labels, table };
}

/** The share of points whose nearest point is of their group. */
function together({ data, shape: [count] }: Points, labels: readonly number[]): number {
  const all = distances({ data, shape: [count, 2] });
  const nearest = labels.map((_, id) => {
    const others = [...labels.keys()].filter((other) => other !== id);
    return others.reduce((best, other) =>
      all[id * count + other] < all[id * count + best] ? other : best
    );
  });
  return nearest.filter((other, id) => labels[other] === labels[id]).length / count;
}

Deno.test("UMAP keeps groups together, by cosine, and draws only from its seed", async () => {
  const { labels, table } = groups(20);
  const random = Math.random;
  Math.random = () => {
    throw new AssertionError("Math.random was called");
  };
  try {
    const points = await umap(table);
    assertEquals(points.shape, [60, 2]);
    assertEquals(together(points, labels), 1);
    assertEquals(await umap(table), points);
    assertEquals(await umap(tensor(table)), points);
    const other = await umap(table, { seed: 1 });
    assert(other.data.some((each, i) => each !== points.data[i]));
  } finally {
    Math.random = random;
  }
});

Deno.test("UMAP that starts from points stays near them", async () => {
  const { table } = groups(12);
  const first = await umap(table);
  const moved = table.map((row) => row.map((each) => 1.001 * each));
  const shift = (points: Points) =>
    Math.sqrt(points.data.reduce((sum, each, i) => sum + (each - first.data[i]) ** 2, 0) / 36);
  const mirrored: Points = { ...first, data: first.data.map((each) => -each) };
  const near = shift(await umap(moved, { start: first, seed: 3 }));
  const far = shift(await umap(moved, { start: mirrored, seed: 3 }));
  assert(near < far / 3, `${near}, ${far}`);
});

Deno.test("UMAP parts equal rows, and takes as few rows as its neighbours allow", async () => {
  const alike = Array.from({ length: 6 }, () => [1, 2]);
  const { data } = await umap(alike, { neighbors: 3 });
  assert(data.every(Number.isFinite), `${data}`);
  const zero = await umap([[0, 0], ...alike], { neighbors: 2 });
  assert(zero.data.every(Number.isFinite));
  assertEquals((await umap([[1, 0], [1, 1], [0, 1]], { neighbors: 2 })).shape, [3, 2]);
});

async function checkAlign(align: typeof alignPoints): Promise<void> {
  const to = pointsOf([[0, 0], [4, 0], [0, 1], [2, 5]]);
  const turns = [[[0, 1], [-1, 0]], [[1, 0], [0, -1]], [[0.6, 0.8], [-0.8, 0.6]], [[1, 0], [0, 1]]];
  for (const [[a, b], [c, d]] of turns) {
    const rows = [0, 1, 2, 3].map((id) => [to.data[2 * id], to.data[2 * id + 1]]);
    const moved = pointsOf(rows.map(([x, y]) => [a * x + b * y + 9, c * x + d * y - 7]));
    near((await align(moved, to)).data, to.data);
    const larger = { ...moved, data: moved.data.map((each) => 3 * each) };
    near((await align(larger, to, { scale: true })).data, to.data);
    near(distances(await align(larger, to)), distances(larger));
  }
}

Deno.test("aligned points lie on those that they were turned, mirrored or moved from", async () => {
  await checkAlign(alignPoints);
});

Deno.test("an alignment that only moves, or that turns the wrong way, is refused", async () => {
  const onlyMoves: typeof alignPoints = (points, to) => {
    const [dx, dy] = [0, 1].map((axis) => {
      const mean = ({ data }: Points) =>
        data.filter((_, i) => i % 2 === axis).reduce((sum, x) => sum + x, 0);
      return (mean(to) - mean(points)) / points.shape[0];
    });
    return Promise.resolve({
      ...points,
      data: points.data.map((each, i) => each + (i % 2 === 0 ? dx : dy)),
    });
  };
  await assertRejects(() => checkAlign(onlyMoves), AssertionError);
  await assertRejects(
    () => checkAlign((points, to, options) => alignPoints(to, points, options)),
    AssertionError,
  );
});

Deno.test("points of no, one and coinciding places are aligned", async () => {
  const none = pointsOf([]);
  assertEquals((await alignPoints(none, none)).shape, [0, 2]);
  near((await alignPoints(pointsOf([[5, 5]]), pointsOf([[1, 2]]), { scale: true })).data, [1, 2]);
  const alike = pointsOf([[1, 1], [1, 1]]);
  near((await alignPoints(alike, pointsOf([[0, 0], [2, 4]]), { scale: true })).data, [1, 2, 1, 2]);
});

Deno.test("points are saved as .npy and come back bit for bit", async () => {
  const points = await pca(groups(4).table);
  const { data, shape } = decodeNpy(encodeNpy(points));
  assertEquals([data, [...shape]], [points.data, [...points.shape]]);
});

Deno.test("what cannot be projected is refused by name", async () => {
  const rows = [[1, 2], [3, 4]];
  const points = pointsOf(rows);
  const refusals: [
    () => Promise<unknown>,
    typeof TypeError | typeof RangeError,
    string,
  ][] = [
    [
      () => pca([[1, NaN]]),
      RangeError,
      "Cannot project by PCA: row 0 must hold finite numbers, got NaN at 1",
    ],
    [() => pca([[1], [1, 2]]), TypeError, "row 1 has 2 numbers, row 0 has 1"],
    [
      () => pca(rows, { components: 0 }),
      RangeError,
      "components must be a whole number from 1, got 0",
    ],
    [() => pca("table" as never), TypeError, "wanted a table of shape (V, d)"],
    [
      () => umap(rows),
      RangeError,
      "Cannot project by UMAP with 15 neighbours: wanted at least 16 rows, got 2",
    ],
    [() => umap([]), RangeError, "wanted at least 16 rows, got 0"],
    [
      () => umap([...rows, [Infinity, 0]], { neighbors: 2 }),
      RangeError,
      "row 2 must hold finite numbers, got Infinity at 0",
    ],
    [
      () => umap(rows, { metric: "manhattan" as never }),
      TypeError,
      'metric must be "cosine" or "euclidean"',
    ],
    [() => umap(rows, { minDist: -1 }), RangeError, "minDist must be in [0, 1], got -1"],
    [
      () => umap(rows, { neighbors: 1 }),
      RangeError,
      "neighbors must be a whole number from 2, got 1",
    ],
    [
      () => umap([...rows, [5, 6]], { neighbors: 2, start: points }),
      RangeError,
      "start must be of shape (3, 2), got (2, 2)",
    ],
    [() => umap(rows, { seed: -1 }), RangeError, "seed"],
    [
      () => alignPoints(points, pointsOf([[1, 2]])),
      RangeError,
      "wanted points of one shape, got (2, 2) and (1, 2)",
    ],
    [
      () => alignPoints(rows as never, points),
      TypeError,
      "points must be points, as pca and umap return them",
    ],
    [
      () => alignPoints(points, pointsOf([[1, NaN], [1, 1]])),
      RangeError,
      "row 0 must hold finite numbers, got NaN at 1",
    ],
    [
      () => alignPoints(points, points, { scale: 2 as never }),
      TypeError,
      "scale must be true or false, got 2",
    ],
  ];
  for (const [call, kind, says] of refusals) await assertRejects(call, kind, says);
});
