// The cases on which an embedding is tried: a few that every check sees, with every seed, and
// random ones, which fast-check makes smaller when one fails.

import fc from "fast-check";

/** Ids in nested arrays, or one alone. */
export type NestedArray = number | NestedArray[];

/** A lookup: ids, and the table they are looked up in. */
export interface LookupCase {
  /** How many ids there are, V. */
  readonly numEmbeddings: number;
  /** Length of a vector, d. */
  readonly embeddingDim: number;
  /** The ids. */
  readonly ids: NestedArray;
}

// Four ids to draw from, so that most cases have the same id several times. All parts are drawn
// independently, and ids from a palette, so that a failing case can shrink while equal ids stay
// equal.
const mostAxes = 3;
const longestAxis = 3;
const mostIds = longestAxis ** mostAxes;

/** Random lookups: ids of zero to three axes, in a table whose last rows may not occur. */
export const lookupCases: fc.Arbitrary<LookupCase> = fc.record({
  shape: fc.array(fc.nat(longestAxis), { maxLength: mostAxes }),
  palette: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5)),
  pool: fc.array(fc.nat(3), { minLength: mostIds, maxLength: mostIds }),
  unused: fc.nat(3),
  embeddingDim: fc.integer({ min: 1, max: 5 }),
}).map(({ shape, palette, pool, unused, embeddingDim }) => {
  let taken = 0;
  const build = ([length, ...inner]: readonly number[]): NestedArray =>
    length === undefined
      ? palette[pool[taken++] ?? 0] ?? 0
      : Array.from({ length }, () => build(inner));
  const ids = build(shape);
  const last = flat(ids).reduce((most, id) => Math.max(most, id), 0);
  return { numEmbeddings: last + 1 + unused, embeddingDim, ids };
});

/**
 * Lookups that every check sees: one id, none, the same id twice, the first and the last row,
 * several axes. The smallest come first, since these do not shrink.
 */
export const lookupExamples: readonly LookupCase[] = [
  { numEmbeddings: 1, embeddingDim: 1, ids: 0 },
  { numEmbeddings: 1, embeddingDim: 1, ids: [0] },
  { numEmbeddings: 1, embeddingDim: 1, ids: [] },
  { numEmbeddings: 2, embeddingDim: 1, ids: 1 },
  { numEmbeddings: 1, embeddingDim: 1, ids: [0, 0] },
  { numEmbeddings: 1, embeddingDim: 2, ids: 0 },
  { numEmbeddings: 1, embeddingDim: 2, ids: [0, 0] },
  { numEmbeddings: 2, embeddingDim: 1, ids: [0] },
  { numEmbeddings: 2, embeddingDim: 1, ids: [1, 0] },
  { numEmbeddings: 2, embeddingDim: 1, ids: [[0, 1], [1, 1]] },
  { numEmbeddings: 4, embeddingDim: 2, ids: [3, 3] },
  { numEmbeddings: 3, embeddingDim: 2, ids: [[[0, 2]], [[2, 1]]] },
];

// At least two rows: in a table of one row, clamping an id, counting it from the back and taking
// the remainder by V all give that row, and the mistakes cannot be told apart.
const fewestRows = 2;
const badIdWidth = 2;

/** Random lookups with one bad id. */
export const badIdCases: fc.Arbitrary<LookupCase> = fc
  .record({
    numEmbeddings: fc.integer({ min: fewestRows, max: 9 }),
    over: fc.nat(90),
    before: fc.boolean(),
  })
  .chain(({ numEmbeddings, over, before }) => {
    const bad = before ? -1 - over : numEmbeddings + over;
    const good = fc.array(fc.nat(numEmbeddings - 1), { maxLength: 3 });
    return fc.tuple(good, good).map(([left, right]) => ({
      numEmbeddings,
      embeddingDim: badIdWidth,
      ids: [...left, bad, ...right],
    }));
  });

/** Lookups with a bad id that every check sees: just past either end, first, last and within. */
export const badIdExamples: readonly LookupCase[] = [
  ...[[2], [-1], [3], 2, -1, [0, 2], [-1, 0], [[0, 1], [2, 0]]],
].map((ids) => ({ numEmbeddings: fewestRows, embeddingDim: badIdWidth, ids }));

/** The shape of ids in nested arrays. */
export function shapeOf(ids: NestedArray): number[] {
  if (typeof ids === "number") return [];
  const [first = 0] = ids;
  return [ids.length, ...shapeOf(first)];
}

/** The ids in order. */
export function flat(ids: NestedArray): number[] {
  return typeof ids === "number" ? [ids] : ids.flatMap(flat);
}
