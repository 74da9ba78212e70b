// The table of numbers with its controls: what is in a table is found, and nothing where nothing is.

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createRandom, normal } from "minimodel";
import { measureWords } from "minimodel/lab";

const verbs = Array.from({ length: 10 }, (_, n) => `verb ${n}`);
const tenses = ["infinitive", "present", "past"];
const languages = ["en", "es"];

/** Forms of verbs, with a word that is no form in front, and one without a person behind. */
const words = [
  { verb: null, language: "en", tense: null, person: null },
  ...verbs.flatMap((verb) =>
    languages.flatMap((language) =>
      tenses.flatMap((tense) =>
        (tense === "infinitive" ? [null] : [1, 3]).map((person) => ({
          verb,
          language,
          tense,
          person,
        }))
      )
    )
  ),
];
const width = verbs.length + tenses.length + languages.length + 1;

/** A vector with an entry for each label; how strongly each kind is there can be set. */
function tableOf({ verb = 2, tense = 1, language = 1 }, seed = 0): number[][] {
  const random = createRandom(seed);
  return words.map((word) =>
    [
      ...verbs.map((each) => verb * Number(each === word.verb)),
      ...tenses.map((each) => tense * Number(each === word.tense)),
      ...languages.map((each) => language * Number(each === word.language)),
      0.5 * Number(word.person === 1),
    ].map((each) => each + 0.01 * random.normal())
  );
}

const untrained = normal([words.length, width], { seed: 9 });
const options = { untrained, words, shuffles: 5, resamples: 200 };
const means = (table: number[][]) =>
  measureWords(table, options).map(({ trained }) => trained.mean);

Deno.test("everything is found in a table that has everything, and by chance in its controls", () => {
  const measures = measureWords(tableOf({}), options);
  assertEquals(
    measures.map(({ trained }) => trained),
    measures.map(() => ({ mean: 1, low: 1, high: 1 })),
  );
  // By chance: 9 of 99 words are of the verb, 3 of 50 ranks are among the first 3, one of 99 words is the
  // past, and the probes say the most frequent label at best.
  const chance = [9 / 99, 0.06, 0.01, 0.4, 0.5];
  const within = [0.06, 0.07, 0.06, 0.15, 0.15];
  for (const control of ["untrained", "shuffled"] as const) {
    measures.forEach((measure, n) =>
      assertAlmostEquals(measure[control].mean, chance[n], within[n], `${control} ${n}`)
    );
  }
  for (const { shuffled: { low, mean, high } } of measures) assert(low <= mean && mean <= high);
});

Deno.test("what a table does not have is not found, whatever else it has", () => {
  const [purity, translation, direction, tense, language] = means(tableOf({ verb: 0 }));
  assert(purity < 0.2 && translation < 0.4, `${purity}, ${translation}`);
  assert(direction < 0.4, `${direction}`);
  assertEquals([tense, language], [1, 1]);
  const without = means(tableOf({ tense: 0 }));
  assertEquals([without[0], without[4]], [1, 1]);
  assert(without[2] <= 0.6 && without[3] < 0.6, `${without}`);
});

Deno.test("an interval is wide if some verbs are in place and others are not", () => {
  const table = tableOf({}).map((row, id) =>
    id % 20 > 9 ? row : row.map((_, i) => Math.sin(7 * id + i))
  );
  const [{ trained }] = measureWords(table, options);
  assert(
    trained.mean > 0.2 && trained.mean < 0.8 && trained.high - trained.low > 0.3,
    Deno.inspect(trained),
  );
});

Deno.test("the same seed gives the same numbers, another seed other intervals", () => {
  const table = tableOf({ verb: 0.05 });
  const first = measureWords(table, options);
  assertEquals(measureWords(table, options), first);
  const [{ shuffled }] = measureWords(table, { ...options, seed: 100 });
  assert(shuffled.mean !== first[0].shuffled.mean);
});

Deno.test("tables and words that do not belong together are refused by name", () => {
  const table = tableOf({});
  const short = table.slice(1);
  const refusals: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
    [
      () => measureWords(short, options),
      TypeError,
      "words must have one for each of 100 rows, got 101",
    ],
    [
      () => measureWords(table, { ...options, untrained: short }),
      TypeError,
      "words must have one for each of 100 rows",
    ],
    [
      () => measureWords(table, { ...options, untrained: undefined as never }),
      TypeError,
      "Cannot measure words of the untrained table: wanted a table",
    ],
    [
      () => measureWords(table, { ...options, words: "words" as never }),
      TypeError,
      'words must be an array of what is known of each, got the string "words"',
    ],
    [
      () => measureWords(table, { ...options, shuffles: 0 }),
      RangeError,
      "shuffles must be a whole number from 1, got 0",
    ],
    [
      () => measureWords([[1]], { ...options, untrained: [[1]], words: [words[0]] }),
      RangeError,
      "wanted at least 6 words with a label, got 0",
    ],
  ];
  for (const [call, kind, says] of refusals) assertThrows(call, kind, says);
});
