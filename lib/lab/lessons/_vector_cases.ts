// The cases on which the answers of Lab 02 are tried.

import fc from "fast-check";

type Rows = readonly (readonly number[])[];

/** Two vectors. */
export interface CosineCase {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Vectors that every check sees, the smallest first. */
export const cosineExamples: readonly CosineCase[] = [
  { a: [2], b: [4] },
  { a: [1], b: [-3] },
  { a: [0], b: [1] },
  { a: [3, 4], b: [4, 3] },
  { a: [1, 0], b: [0, 2] },
];

const entry = fc.integer({ min: -4, max: 4 });

/** Random pairs of vectors. */
export const cosineCases: fc.Arbitrary<CosineCase> = fc.array(fc.tuple(entry, entry), {
  minLength: 1,
  maxLength: 4,
}).map((pairs) => ({ a: pairs.map(([x]) => x), b: pairs.map(([, y]) => y) }));

/** A table, a row of it, and how many neighbours are wanted. */
export interface NearestCase {
  readonly table: Rows;
  readonly id: number;
  readonly k: number;
}

/** Tables that every check sees, the smallest first. */
export const nearestExamples: readonly NearestCase[] = [
  { table: [[1], [2]], id: 0, k: 1 },
  { table: [[1], [-1], [2]], id: 0, k: 1 },
  { table: [[1, 0], [3, 3], [2, 1], [0, 1]], id: 0, k: 1 },
  { table: [[1, 0], [3, 3], [2, 1], [0, 1]], id: 0, k: 2 },
  { table: [[1, 0], [1, 1], [1, 1], [0, 1]], id: 0, k: 1 },
  { table: [[0, 1], [1, 0], [2, 1], [3, 3]], id: 3, k: 2 },
];

/** Random tables. */
export const nearestCases: fc.Arbitrary<NearestCase> = fc.record({
  table: fc.array(fc.tuple(entry, fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 6 }),
  id: fc.nat(),
  k: fc.nat(),
}).map(({ table, id, k }) => ({
  table,
  id: id % table.length,
  k: 1 + k % (table.length - 1),
}));

/** A table whose rows have labels. */
export interface PurityCase {
  readonly table: Rows;
  readonly labels: readonly string[];
  readonly k: number;
}

/**
 * Directions whose angles differ by amounts that are all different (a Golomb ruler, times 5
 * degrees), so that no two neighbours are equally near.
 */
const directions = [0, 1, 4, 9, 15, 22, 32, 34].map((mark) => {
  const angle = mark * 5 * Math.PI / 180;
  return [Math.cos(angle), Math.sin(angle)].map((each) => Math.round(1000 * each) / 1000);
});
const directionAt = (place: number, length: number) =>
  (directions[place] ?? []).map((each) => each * length);

/** Tables that every check sees, the smallest first. */
export const purityExamples: readonly PurityCase[] = [
  { table: [[1, 0], [2, 1], [0, 1]], labels: ["sing", "sing", "eat"], k: 1 },
  { table: [[1, 0], [1, 1]], labels: ["sing", "eat"], k: 1 },
  {
    table: [directionAt(0, 1), directionAt(1, 1), directionAt(4, 1), directionAt(5, 1)],
    labels: ["sing", "sing", "sing", "eat"],
    k: 2,
  },
];

/** Random tables with labels. */
export const purityCases: fc.Arbitrary<PurityCase> = fc.record({
  places: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 2, maxLength: 6 }),
  labels: fc.array(fc.constantFrom("sing", "eat"), { minLength: 6, maxLength: 6 }),
  k: fc.nat(),
}).map(({ places, labels, k }) => ({
  table: places.map((place) => directionAt(place, 1 + place % 3)),
  labels: labels.slice(0, places.length),
  k: 1 + k % (places.length - 1),
}));

/** Pairs of rows, what each row belongs to, and the group that is left out. */
export interface DirectionCase {
  readonly table: Rows;
  readonly pairs: readonly (readonly [number, number])[];
  readonly groups: readonly string[];
  readonly left: string;
}

const verbNames = ["sing", "eat", "drink", "write"];
const caseOf = (shifts: readonly (readonly number[])[], left: number): DirectionCase => ({
  table: shifts.flatMap((shift, verb) => [
    [verb, 1],
    [verb + (shift[0] ?? 0), 1 + (shift[1] ?? 0)],
  ]),
  pairs: shifts.map((_, verb) => [2 * verb, 2 * verb + 1]),
  groups: shifts.flatMap((_, verb) => [verbNames[verb] ?? "", verbNames[verb] ?? ""]),
  left: verbNames[left % shifts.length] ?? "",
});

/** Pairs that every check sees, the smallest first. */
export const directionExamples: readonly DirectionCase[] = [
  caseOf([[1, 0], [0, 2]], 0),
  caseOf([[1, 0], [0, 2], [4, 0]], 0),
  caseOf([[1, 0], [0, 2], [4, 0]], 2),
];

/** Random pairs. */
export const directionCases: fc.Arbitrary<DirectionCase> = fc.record({
  shifts: fc.array(fc.tuple(entry, entry), { minLength: 2, maxLength: 4 }),
  left: fc.nat(),
}).map(({ shifts, left }) => caseOf(shifts, left));
