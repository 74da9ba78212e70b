// Ways to compute the numbers of Lab 02 that look right and are not.

import {
  bootstrapMean,
  type directionScores,
  linearProbe,
  type nearestPurity,
  type shuffleRows,
  type translationRanks,
} from "minimodel/lab";

type Rows = readonly (readonly number[])[];

/** A table whose rows are all alike. */
export const allAlike = (count: number) => Array.from({ length: count }, () => [1, 2]);

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, each, i) => sum + each * b[i], 0);
const cosine = (a: readonly number[], b: readonly number[]) =>
  dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
const meanOf = (scores: readonly number[]) =>
  scores.reduce((sum, each) => sum + each, 0) / scores.length;

/** Purity by any similarity. */
const purityBy = (similarity: typeof dot, withSelf: boolean): typeof nearestPurity =>
(
  table,
  labels,
  { k = 5 } = {},
) => {
  const rows = table as Rows;
  const ids = labels.flatMap((label, id) => label === null ? [] : [id]);
  const scores = ids.map((id) => {
    const others = ids.filter((other) => withSelf || other !== id);
    others.sort((a, b) => similarity(rows[id], rows[b]) - similarity(rows[id], rows[a]));
    return others.slice(0, k).filter((other) => labels[other] === labels[id]).length / k;
  });
  return { ids, scores, mean: meanOf(scores) };
};

/** Counts each word as its own nearest neighbour. */
export const selfIncluded = purityBy(cosine, true);
/** By dot product, so that long vectors are everybody's neighbours. */
export const ignoringCosine = purityBy(dot, false);

const ranksBy = (
  counts: {
    readonly ownLanguage?: boolean;
    readonly tiesInFavour?: boolean;
    readonly firstOnly?: boolean;
  },
): typeof translationRanks =>
(table, { languages, translations }) => {
  const rows = table as Rows;
  const ids = languages.flatMap((_, id) => translations[id].length > 0 ? [id] : []);
  const scores = ids.map((id) => {
    const targets = counts.firstOnly ? translations[id].slice(0, 1) : translations[id];
    const nearest = Math.max(...targets.map((each) => cosine(rows[id], rows[each])));
    return 1 + rows.filter((row, other) => {
      if (other === id || translations[id].includes(other)) return false;
      if (!counts.ownLanguage && languages[other] === languages[id]) return false;
      const near = cosine(rows[id], row);
      return counts.tiesInFavour ? near > nearest : near >= nearest;
    }).length;
  });
  return { ids, scores, mean: meanOf(scores) };
};

/** Among all words; with ties in favour of the translation; of the first translation only. */
export const wrongRanks = [
  ranksBy({ ownLanguage: true }),
  ranksBy({ tiesInFavour: true }),
  ranksBy({ firstOnly: true }),
];

const directionBy = (
  { withOwn, withStart }: { withOwn: boolean; withStart: boolean },
): typeof directionScores =>
(table, pairs, { groups }) => {
  const rows = table as Rows;
  const difference = ([from, to]: readonly [number, number]) =>
    rows[to].map((each, i) => each - rows[from][i]);
  const directions = pairs.map(([from]) => {
    const used = pairs.filter(([other]) => withOwn || groups[other] !== groups[from]);
    return rows[0].map((_, i) => meanOf(used.map((pair) => difference(pair)[i])));
  });
  const scores = pairs.map(([from, to], index) => {
    const query = rows[from].map((each, i) => each + directions[index][i]);
    const ids = [...rows.keys()].filter((id) => withStart || id !== from);
    ids.sort((a, b) => cosine(query, rows[b]) - cosine(query, rows[a]));
    return Number(ids[0] === to);
  });
  const cosines = pairs.map((pair, index) => cosine(difference(pair), directions[index]));
  return { ids: pairs.map(([from]) => from), scores, mean: meanOf(scores), cosines };
};

/** The mean difference over all pairs, the tested one too. */
export const ignoringGroups = directionBy({ withOwn: true, withStart: false });
/** Lets a pair end where it starts. */
export const startIncluded = directionBy({ withOwn: false, withStart: true });

/** Leaves out one word at a time, while other words of its verb stay in. */
export const seenByGroup: typeof linearProbe = (table, labels, options) =>
  linearProbe(table, labels, { ...options, groups: labels.map((_, id) => `${id}`) });

/** Draws single scores, as if the words of a verb had nothing in common. */
export const overScores: typeof bootstrapMean = (scores, options) =>
  bootstrapMean(scores, { ...options, groups: scores.map((_, index) => `${index}`) });

/** Moves every row by one place. */
export const shuffledBadly: typeof shuffleRows = (table, { seed = 0 } = {}) => {
  const rows = (table as Rows).map((row) => Float64Array.from(row));
  const by = 1 + seed % (rows.length - 1);
  return [...rows.slice(by), ...rows.slice(0, by)];
};
