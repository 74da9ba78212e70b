// The numbers of Lab 02 on tables where the answer is known, and wrong ways to compute them, which are refused.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertThrows,
} from "@std/assert";
import { createRandom } from "minimodel";
import {
  bootstrapMean,
  directionScores,
  linearProbe,
  nearestPurity,
  shuffleRows,
  translationRanks,
} from "minimodel/lab";
import {
  ignoringCosine,
  ignoringGroups,
  overScores,
  seenByGroup,
  selfIncluded,
  shuffledBadly,
  startIncluded,
  wrongRanks,
} from "./_wrong_numbers.ts";

/** A row of zeros but for some places. */
const row = (width: number, ...places: number[]) =>
  Array.from({ length: width }, (_, i) => places.filter((place) => place === i).length);

function checkPurity(purity: typeof nearestPurity): void {
  // Verbs in their own directions, of lengths that would mislead a dot product.
  const table = [[1, 0.1], [9, 0], [1, 0], [0, 1], [0.5, 9], [0, 2]];
  const verbs = ["sing", "sing", "sing", "eat", "eat", "eat"];
  assertEquals(purity(table, verbs, { k: 2 }), {
    ids: [0, 1, 2, 3, 4, 5],
    scores: [1, 1, 1, 1, 1, 1],
    mean: 1,
  });
  const mixed = ["sing", "sing", "eat", "eat", "eat", "eat"];
  assertEquals(purity(table, mixed, { k: 2 }).scores, [0.5, 0.5, 0, 1, 1, 1]);
  const known = ["sing", null, "sing", "eat", null, "eat"];
  assertEquals(purity(table, known, { k: 1 }).ids, [0, 2, 3, 5]);
  assertEquals(purity(table, known, { k: 1 }).mean, 1);
  // Three neighbours of three words with labels: one of them is of the same verb.
  assertEquals(purity(table, known, { k: 3 }).scores, [1, 1, 1, 1].map((each) => each / 3));
}

Deno.test("purity is the share of the nearest with the word's own label", () => {
  checkPurity(nearestPurity);
});

Deno.test("purity that counts the word itself, or is by dot product, is refused", () => {
  for (const wrong of [selfIncluded, ignoringCosine]) {
    assertThrows(() => checkPurity(wrong), AssertionError);
  }
});

Deno.test("purity of labels that the vectors know nothing about is that of chance", () => {
  const random = createRandom(3);
  const table = Array.from({ length: 400 }, () => Array.from({ length: 32 }, random.normal));
  const verbs = table.map((_, id) => `verb ${id % 20}`);
  // Of 399 others, 19 are of the verb: 0.0476. The bound is 4 standard errors of 2,000 draws.
  assertAlmostEquals(nearestPurity(table, verbs).mean, 19 / 399, 0.019);
});

const bilingual = [[1, 0], [0, 1], [1, 0.1], [0.1, 1], [1, 0.2], [1, 0.05]];
const languages = ["en", "en", "es", "es", "es", "en"];
function checkRanks(ranks: typeof translationRanks): void {
  const translations = [[2], [3], [0], [1], [0], []];
  // "sing" is nearest to row 2. From row 4, rows 5 and 0 are nearest, in this order.
  const expected = { ids: [0, 1, 2, 3, 4], scores: [1, 1, 2, 1, 2], mean: 7 / 5 };
  assertEquals(ranks(bilingual, { languages, translations }), expected);
  // Of several translations, the nearest counts.
  const several = [[3, 2], [], [], [], [], []];
  assertEquals(ranks(bilingual, { languages, translations: several }).scores, [1]);
  // Rows that are all alike: everything is as near as the translation.
  const alike = bilingual.map(() => [1, 1]);
  assertEquals(ranks(alike, { languages, translations }).scores, [3, 3, 3, 3, 3]);
  assertEquals(ranks(alike.map(() => [0, 0]), { languages, translations }).scores, [3, 3, 3, 3, 3]);
}

Deno.test("a translation's rank is counted among the words of other languages", () => {
  checkRanks(translationRanks);
});

Deno.test("ranks among all words, with ties in their favour, or of one translation only, are refused", () => {
  for (const wrong of wrongRanks) assertThrows(() => checkRanks(wrong), AssertionError);
});

function checkDirection(direction: typeof directionScores): void {
  // Three verbs and one direction that all share; the infinitives themselves are near each other.
  const infinitives = [0, 1, 2].map((verb) => row(5, 0, 0, 0, 1 + verb));
  const pasts = infinitives.map((each) => each.with(4, 5));
  const groups = ["sing", "eat", "drink", "sing", "eat", "drink"];
  const pairs: [number, number][] = [[0, 3], [1, 4], [2, 5]];
  const shared = direction([...infinitives, ...pasts], pairs, { groups });
  assertEquals(shared.ids, [0, 1, 2]);
  assertEquals(shared.scores, [1, 1, 1]);
  shared.cosines.forEach((cosine) => assertAlmostEquals(cosine, 1, 1e-12));
  // Each verb has a direction of its own: nothing that is known of the others helps.
  const alone = [
    row(6, 0),
    row(6, 1),
    row(6, 2),
    row(6, 0, 3, 3),
    row(6, 1, 4, 4),
    row(6, 2, 5, 5),
  ];
  const found = direction(alone, pairs, { groups });
  assertEquals(found.scores, [0, 0, 0]);
  found.cosines.forEach((cosine) => assertAlmostEquals(cosine, 0, 1e-12));
  // Small steps: the infinitive itself would be the nearest.
  const near = [...infinitives, ...infinitives.map((each) => each.with(4, 0.5))];
  assertEquals(direction(near, pairs, { groups }).scores, [1, 1, 1]);
}

Deno.test("a direction is tested on verbs that it was not computed from", () => {
  checkDirection(directionScores);
});

Deno.test("a direction that has seen the verb is refused", () => {
  assertThrows(() => checkDirection(ignoringGroups), AssertionError);
});

Deno.test("a direction that leads back to the infinitive is no hit", () => {
  const stay = [[1, 0], [0, 1], [1, 0.01], [0.01, 1], [-1, -1]];
  const groups = ["sing", "eat", "sing", "eat", "drink"];
  assertEquals(directionScores(stay, [[0, 2], [1, 3]], { groups }).mean, 1);
  assertEquals(startIncluded(stay, [[0, 2], [1, 3]], { groups }).mean, 0);
});

/** Words of verbs that have nothing in common: two words for each verb and tense. */
function privateTenses() {
  const verbs = ["sing", "eat", "drink", "write"];
  const words = verbs.flatMap((verb, v) =>
    ["future", "past"].flatMap((tense, t) =>
      [1, 2].map(() => ({ verb, tense, vector: row(8, 2 * v + t) }))
    )
  );
  return {
    table: words.map(({ vector }) => vector),
    tenses: words.map(({ tense }) => tense),
    groups: words.map(({ verb }) => verb),
  };
}

function checkProbe(probe: typeof linearProbe): void {
  const random = createRandom(5);
  const groups = Array.from({ length: 60 }, (_, id) => `verb ${id % 10}`);
  const tenses = groups.map((_, id) => ["past", "present", "future"][Math.floor(id / 10) % 3]);
  const table = tenses.map((tense) =>
    ["past", "present", "future"].map((each) => 3 * Number(each === tense) + 0.1 * random.normal())
  );
  const { scores, predicted, mean } = probe(table, tenses, { groups });
  assertEquals([scores.length, mean], [60, 1]);
  assertEquals(predicted, tenses);
  // Each verb has its own tenses: what the others show says nothing, and one label is read for all.
  const alone = privateTenses();
  const read = probe(alone.table, alone.tenses, { groups: alone.groups });
  assertEquals(new Set(read.predicted).size, 1);
  assertEquals(read.mean, 0.5);
}

Deno.test("a probe reads what all verbs share, and nothing that only the verb itself shows", () => {
  checkProbe(linearProbe);
});

Deno.test("a probe that leaves out the word but sees its verb is refused", () => {
  const { table, tenses, groups } = privateTenses();
  assertEquals(seenByGroup(table, tenses, { groups }).mean, 1);
  assertThrows(() => checkProbe(seenByGroup), AssertionError);
});

Deno.test("a probe is that of ridge regression, whatever the scale and direction of the vectors", () => {
  const table = [[-1], [1], [-2], [2]];
  const labels = ["a", "b", "a", "b"];
  const groups = ["one", "one", "two", "two"];
  for (const ridge of [0.01, 1e6]) {
    assertEquals(linearProbe(table, labels, { groups, ridge }).predicted, labels);
  }
  // Rows on one line, columns that are constant or all but constant, and rows that are all alike.
  const flat = table.map(([x]) => [x, 2 * x, 7, 1e-9 * x]);
  assertEquals(linearProbe(flat, labels, { groups }).predicted, labels);
  assertEquals(linearProbe(labels.map(() => [3]), ["a", "b", "b", "b"], { groups }).predicted, [
    ...["b", "b", "a", "a"],
  ]);
  const random = createRandom(1);
  const rows = Array.from({ length: 40 }, () => Array.from({ length: 3 }, random.normal));
  const names = rows.map(([x, y]) => x + 0.3 * y > 0 ? "up" : "down");
  const verbs = rows.map((_, id) => `verb ${id % 8}`);
  const turned = rows.map(([x, y, z]) =>
    [0.6 * x + 0.8 * y, 0.8 * x - 0.6 * y, z].map((each) => 1e-6 * each)
  );
  const read = linearProbe(rows, names, { groups: verbs });
  assert(read.mean > 0.85, `${read.mean}`);
  assertEquals(linearProbe(turned, names, { groups: verbs }).predicted, read.predicted);
});

function checkInterval(bootstrap: typeof bootstrapMean): void {
  // Two groups: the mean of what is drawn is 0, 1/2 or 1, with chances 1/4, 1/2 and 1/4.
  const scores = Array.from({ length: 20 }, (_, index) => Number(index < 10));
  const groups = scores.map((score) => `verb ${score}`);
  assertEquals(bootstrap(scores, { groups }), { mean: 0.5, low: 0, high: 1 });
  assertEquals(bootstrap(scores, { groups, level: 0.4 }), { mean: 0.5, low: 0.5, high: 0.5 });
  // Groups of different size: all scores of what is drawn count alike.
  const uneven = bootstrap([0, 3, 3], { groups: ["a", "b", "b"], level: 0.4 });
  assertEquals(uneven, { mean: 2, low: 2, high: 2 });
}

Deno.test("an interval is that of whole groups", () => {
  checkInterval(bootstrapMean);
});

Deno.test("an interval over single scores is refused", () => {
  assertThrows(() => checkInterval(overScores), AssertionError);
});

Deno.test("the interval holds the true mean about as often as it says, and one over scores does not", () => {
  const held = { groups: 0, scores: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    // What 20 verbs share is as large as what is each word's own.
    const drawn = Array.from({ length: 20 }, (_, verb) => {
      const shared = random.normal();
      return Array.from(
        { length: 10 },
        () => ({ group: `${verb}`, score: shared + random.normal() }),
      );
    }).flat();
    const scores = drawn.map(({ score }) => score);
    const options = { groups: drawn.map(({ group }) => group), resamples: 400, seed };
    const holds = ({ low, high }: { low: number; high: number }) => low <= 0 && 0 <= high;
    held.groups += Number(holds(bootstrapMean(scores, options)));
    held.scores += Number(holds(overScores(scores, options)));
  }
  assert(held.groups >= 180, `${held.groups} of 200`);
  assert(held.scores <= 140, `${held.scores} of 200`);
});

function checkShuffle(shuffle: typeof shuffleRows): void {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 600; seed++) {
    const order = shuffle([[0], [1], [2]], { seed }).map(([id]) => id).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  // Six orders, 100 times each; the standard deviation is 9.
  assertEquals([...counts.keys()].sort(), ["012", "021", "102", "120", "201", "210"]);
  for (const count of counts.values()) assert(count > 60 && count < 140, `${[...counts]}`);
}

Deno.test("every order of rows is as likely as any other", () => {
  checkShuffle(shuffleRows);
});

Deno.test("an order in which every row has moved is refused", () => {
  assertThrows(() => checkShuffle(shuffledBadly), AssertionError);
});
