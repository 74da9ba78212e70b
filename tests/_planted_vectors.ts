// Answers to the tasks of Lab 02: right ones, and others with one mistake each.

import type { Cosine, Direction, Nearest, Purity } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

const dot = (a: number[], b: number[]) => a.reduce((sum, each, i) => sum + each * b[i], 0);
const length = (a: number[]) => Math.sqrt(dot(a, a));
const mean = (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Task 1. */
export const cosine: Cosine = (a, b) => {
  const lengths = length(a) * length(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
};

/** A search by any score; the row itself may stay in, and equal ones may come in any order. */
const nearestBy = (
  score: Cosine,
  { withSelf = false, sign = 1, tie = 1 }: { withSelf?: boolean; sign?: number; tie?: number } = {},
): Nearest =>
(table, id, k) =>
  [...table.keys()].filter((other) => withSelf || other !== id)
    .sort((x, y) =>
      sign * (score(table[id], table[y]) - score(table[id], table[x])) || tie * (x - y)
    )
    .slice(0, k);

/** Task 2. */
export const nearest: Nearest = nearestBy(cosine);

const sharesBy = (search: Nearest, table: number[][], labels: string[], k: number) =>
  table.map((_, id) =>
    search(table, id, k).filter((other) => labels[other] === labels[id]).length / k
  );

/** Task 3. */
export const purity: Purity = (table, labels, k) => mean(sharesBy(nearest, table, labels, k));

const differences = (
  ...[table, pairs, groups]: [number[][], [number, number][], string[]]
) =>
  pairs.map(([from, to]) => ({
    group: groups[from],
    row: table[to].map((each, i) => each - table[from][i]),
  }));
const meanRow = (rows: number[][]) => rows[0].map((_, i) => mean(rows.map((row) => row[i])));
const directionOf =
  (fits: (group: string, left: string) => boolean): Direction => (table, pairs, groups, left) =>
    meanRow(
      differences(table, pairs, groups).filter(({ group }) => fits(group, left)).map(({ row }) =>
        row
      ),
    );

/** Task 4. */
export const direction: Direction = directionOf((group, left) => group !== left);

const one = "Given a = [ 2 ], b = [ 4 ], expected 1, got ";

/** Wrong answers to Task 1. */
export const cosines: readonly Planted<Cosine>[] = [
  {
    mistake: "the dot product",
    answer: dot,
    check: "Cosine",
    says: [`${one}8`],
    hint: "divide it by both lengths",
  },
  {
    mistake: "squares for lengths",
    answer: (a, b) => dot(a, b) / (dot(a, a) * dot(b, b) || 1),
    check: "Cosine",
    says: [`${one}0.125`],
    hint: "root",
  },
  {
    mistake: "one length",
    answer: (a, b) => dot(a, b) / (length(a) || 1),
    check: "Cosine",
    says: [`${one}4`],
    hint: "one length only",
  },
  {
    mistake: "a distance",
    answer: (a, b) => 1 - cosine(a, b),
    check: "Cosine",
    says: [`${one}0`],
    hint: "1 minus the cosine",
  },
  {
    mistake: "a distance of points",
    answer: (a, b) => length(a.map((each, i) => each - b[i])),
    check: "Cosine",
    says: [`${one}2`],
    hint: "distance of the points",
  },
  {
    mistake: "zeros forgotten",
    answer: (a, b) => dot(a, b) / (length(a) * length(b)),
    check: "Cosine",
    says: ["Given a = [ 0 ], b = [ 1 ], expected 0, got NaN"],
    hint: "0 / 0 is NaN",
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Cosine",
    says: [`${one}undefined`],
    hint: "is a `return` missing?",
  },
  {
    mistake: "async",
    answer: (a, b) => wild(Promise.resolve(cosine(a, b))),
    check: "Cosine",
    says: [one],
    hint: "take `async` away",
  },
  {
    mistake: "a vector made unit in place",
    answer: (a, b) => {
      const said = cosine(a, b);
      a[0] = 7;
      return said;
    },
    check: "Cosine",
    says: ["expected what was given as it was"],
    hint: "array of your own",
  },
  {
    mistake: "no function",
    answer: wild(3),
    check: "Cosine",
    says: ["expected a function cosine(a, b), got 3"],
    hint: null,
  },
];

const two = "Given table = [ [ 1 ], [ 2 ] ], id = 0, k = 1, expected [ 1 ], got ";
const four =
  "Given table = [ [ 1, 0 ], [ 3, 3 ], [ 2, 1 ], [ 0, 1 ] ], id = 0, k = 1, expected [ 2 ], got ";

/** Wrong answers to Task 2. */
export const searches: readonly Planted<Nearest>[] = [
  {
    mistake: "the row itself",
    answer: nearestBy(cosine, { withSelf: true }),
    check: "Nearest",
    says: [`${two}[ 0 ]`],
    hint: "leave it out",
  },
  {
    mistake: "the farthest first",
    answer: nearestBy(cosine, { sign: -1 }),
    check: "Nearest",
    says: ["[ [ 1 ], [ -1 ], [ 2 ] ], id = 0, k = 1, expected [ 2 ], got [ 1 ]"],
    hint: "sort from the largest down",
  },
  {
    mistake: "dot products",
    answer: nearestBy(dot),
    check: "Nearest",
    says: [`${four}[ 1 ]`],
    hint: "compare cosines",
  },
  {
    mistake: "ties the other way",
    answer: nearestBy(cosine, { tie: -1 }),
    check: "Nearest",
    says: ["[ 1, 1 ], [ 1, 1 ], [ 0, 1 ] ], id = 0, k = 1, expected [ 1 ], got [ 2 ]"],
    hint: "by id",
  },
  {
    mistake: "all of them",
    answer: (table, id) => nearest(table, id, table.length),
    check: "Nearest",
    says: ["got [ 2, 1 ]"],
    hint: "the first k",
  },
  {
    mistake: "one twice",
    answer: (table, id, k) => Array(k).fill(nearest(table, id, 1)[0]),
    check: "Nearest",
    says: ["k = 2, expected [ 2, 1 ], got [ 2, 2 ]"],
    hint: null,
  },
  {
    mistake: "rows for ids",
    answer: (table, id, k) => wild(nearest(table, id, k).map((each) => table[each])),
    check: "Nearest",
    says: [`${two}`],
    hint: null,
  },
  {
    mistake: "the table sorted in place",
    answer: (table, id, k) => {
      const found = nearest(table, id, k);
      table.reverse();
      return found;
    },
    check: "Nearest",
    says: ["expected what was given as it was"],
    hint: "array of your own",
  },
];

const three =
  'Given table = [ [ 1, 0 ], [ 2, 1 ], [ 0, 1 ] ], labels = [ "sing", "sing", "eat" ], k = 1, ';
const shares = `${three}expected ${2 / 3}, got `;

/** Wrong answers to Task 3. */
export const purities: readonly Planted<Purity>[] = [
  {
    mistake: "the word itself counted",
    answer: (table, labels, k) =>
      mean(sharesBy(nearestBy(cosine, { withSelf: true }), table, labels, k)),
    check: "Purity",
    says: [`${shares}1`],
    hint: "leave it out",
  },
  {
    mistake: "the sum over words",
    answer: (table, labels, k) => table.length * purity(table, labels, k),
    check: "Purity",
    says: [`${shares}2`],
    hint: "the mean is wanted",
  },
  {
    mistake: "counts",
    answer: (table, labels, k) => k * purity(table, labels, k),
    check: "Purity",
    says: ["k = 2, expected 0.625, got 1.25"],
    hint: "the share is of k",
  },
  {
    mistake: "all or nothing",
    answer: (table, labels, k) => mean(sharesBy(nearest, table, labels, k).map(Math.floor)),
    check: "Purity",
    says: ["k = 2, expected 0.625, got 0.5"],
    hint: "not only if all",
  },
  {
    mistake: "other labels counted",
    answer: (table, labels, k) => 1 - purity(table, labels, k),
    check: "Purity",
    says: [`${shares}0.33`],
    hint: "another label",
  },
  {
    mistake: "a list of shares",
    answer: (table, labels, k) => wild(sharesBy(nearest, table, labels, k)),
    check: "Purity",
    says: [shares],
    hint: null,
  },
];

const shifts = 'groups = [ "sing", "sing", "eat", "eat" ], left = "sing", expected [ 0, 2 ], got ';

/** Wrong answers to Task 4. */
export const shiftsOf: readonly Planted<Direction>[] = [
  {
    mistake: "the left out verb seen",
    answer: directionOf(() => true),
    check: "Direction",
    says: [`${shifts}[ 0.5, 1 ]`],
    hint: "the test is no test",
  },
  {
    mistake: "the way back",
    answer: (...given) => direction(...given).map((each) => -each),
    check: "Direction",
    says: [`${shifts}[ -0, -2 ]`],
    hint: "from past to infinitive",
  },
  {
    mistake: "only the left out verb",
    answer: directionOf((group, left) => group === left),
    check: "Direction",
    says: [`${shifts}[ 1, 0 ]`],
    hint: "over all others",
  },
  {
    mistake: "the sum",
    answer: (table, pairs, groups, left) =>
      direction(table, pairs, groups, left).map((each) =>
        each * pairs.filter(([from]) => groups[from] !== left).length
      ),
    check: "Direction",
    says: ["expected [ 2, 1 ], got [ 4, 2 ]"],
    hint: "the mean is wanted",
  },
  {
    mistake: "one number",
    answer: () => wild(1),
    check: "Direction",
    says: [`${shifts}1`],
    hint: null,
  },
];
