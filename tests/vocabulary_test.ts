// Words and their ids: counted, looked up, saved as JSON and read back, and refused in their own words.

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError, IndexError, tokenize, Vocabulary } from "minimodel";
import { property } from "./_property.ts";

const words = ["la", "casa", "la", "flor", "el", "la", "casa"];

Deno.test("a vocabulary has the most frequent words first, and equal ones by their characters", () => {
  const vocabulary = Vocabulary.fromTokens(words);
  assertEquals(vocabulary.words, ["la", "casa", "el", "flor"]);
  assertEquals(vocabulary.counts, [3, 2, 1, 1]);
  assertEquals(vocabulary.size, 4);
  assertEquals(Vocabulary.fromTokens(words.toReversed()).words, vocabulary.words);
});

Deno.test("a vocabulary leaves out words that are too rare", () => {
  assertEquals(Vocabulary.fromTokens(words, { minCount: 2 }).words, ["la", "casa"]);
  assertEquals(Vocabulary.fromTokens(words, { minCount: 4 }).size, 0);
});

Deno.test("a vocabulary counts the words of a generator once", () => {
  const generated = function* () {
    yield* words;
  };
  assertEquals(Vocabulary.fromTokens(generated()).counts, [3, 2, 1, 1]);
});

Deno.test("encode and decode are each other's inverse", () => {
  property([fc.array(fc.string(), { minLength: 1 })], (tokens) => {
    const vocabulary = Vocabulary.fromTokens(tokens);
    assertEquals(vocabulary.decode(vocabulary.encode(tokens)), tokens);
  });
});

Deno.test("a vocabulary has words that are named like properties of objects", () => {
  const tokens = ["constructor", "__proto__", "toString", "__proto__"];
  const vocabulary = Vocabulary.fromTokens(tokens);
  assertEquals(vocabulary.id("__proto__"), 0);
  assertEquals(vocabulary.has("hasOwnProperty"), false);
  assertEquals(Vocabulary.fromJSON(JSON.stringify(vocabulary)).words, vocabulary.words);
});

Deno.test("encodeSentences tells where each sentence begins, also an empty one", () => {
  const vocabulary = Vocabulary.fromTokens(words, { minCount: 2 });
  const sentences = [["la", "flor", "casa"], [], ["flor"], ["casa"]];
  const { tokens, starts } = vocabulary.encodeSentences(sentences, { unknown: "skip" });
  assertEquals(tokens, Int32Array.of(0, 1, 1));
  assertEquals(starts, Int32Array.of(0, 2, 2, 2));
});

Deno.test("a vocabulary comes back from its JSON with all that is known of the words", () => {
  const labels = new Map([
    ["la", { language: "es" }],
    ["casa", { language: "es", verb: "marry", lemma: "casar", tense: "present", person: 3 }],
  ]);
  const vocabulary = Vocabulary.fromTokens(words, { labels });
  const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
  assertEquals(again.entries(), vocabulary.entries());
  assertEquals(again.entry(1), {
    ...{ id: 1, word: "casa", count: 2, language: "es", lemma: "casar", verb: "marry" },
    ...{ tense: "present", person: 3 },
  });
  assertEquals(Object.keys(vocabulary.toJSON().labels), [
    ...["language", "lemma", "verb", "tense", "person"],
  ]);
  assertEquals(Vocabulary.fromTokens(words).toJSON().labels, {});
});

const json = () => {
  const labels = new Map([["la", { language: "es" }]]);
  return { ...Vocabulary.fromTokens(words, { labels }).toJSON() };
};

const badFiles: readonly (readonly [what: unknown, says: string])[] = [
  ["{", "the text is not JSON"],
  [null, "it must be an object, got null"],
  [[], "it must be an object"],
  [{}, 'format must be "minimodel-vocabulary", got undefined'],
  [{ ...json(), version: 2 }, "version must be 1, got 2"],
  [{ ...json(), more: 1 }, 'there is no key "more"'],
  [{ ...json(), words: "la" }, "words must be a list"],
  [{ ...json(), words: ["la", 3, "el", "flor"] }, "words[1] must be a string, got 3"],
  [{ ...json(), words: ["la", "el", "la", "flor"] }, 'words[2] is "la", as words[0] is'],
  [{ ...json(), counts: [3, 2, 1] }, "counts must have one item per word, 4, got 3"],
  [{ ...json(), counts: [3, 2, 1, 0] }, "counts[3] must be a whole number from 1, got 0"],
  [{ ...json(), counts: [3, 2, 1.5, 1] }, "counts[2] must be a whole number from 1, got 1.5"],
  [{ ...json(), labels: { colour: [] } }, 'there is no label "colour"'],
  [{ ...json(), labels: { person: [1, 2, 4, null] } }, "labels.person[2] must be 1, 2, 3 or null"],
  [{ ...json(), labels: { tense: [1, null, null, null] } }, "labels.tense[0] must be a string or"],
  [{ ...json(), labels: { tense: [] } }, "labels.tense must have one item per word, 4, got 0"],
];

for (const [what, says] of badFiles) {
  Deno.test(`fromJSON refuses a vocabulary: ${says}`, () => {
    const error = assertThrows(() => Vocabulary.fromJSON(what), FormatError, says);
    assertEquals(error.message.startsWith("Cannot read a vocabulary: "), true);
  });
}

Deno.test("fromJSON gives a vocabulary or a FormatError, whatever it reads", () => {
  property([fc.anything()], (value) => {
    try {
      Vocabulary.fromJSON(value);
    } catch (error) {
      assertInstanceOf(error, FormatError);
    }
  });
});

Deno.test("a vocabulary refuses what it does not have, and says what is near", () => {
  const vocabulary = Vocabulary.fromTokens(words);
  assertThrows(() => vocabulary.id("flro"), RangeError, 'did you mean "flor"?');
  assertThrows(() => vocabulary.id("xyzzyx"), RangeError, "not among the 4 words");
  assertThrows(() => vocabulary.id(1 as never), TypeError, "wanted a string, got 1");
  assertThrows(() => vocabulary.entry(4), IndexError, "ids must be in [0, 4)");
  assertThrows(() => vocabulary.entry(-1), IndexError, "ids must be in [0, 4)");
  assertThrows(() => vocabulary.decode([0, 4]), IndexError, "id 4 at position [1]");
  assertThrows(() => vocabulary.encode(["la", "flro"]), RangeError, "flro");
});

Deno.test("a vocabulary refuses what are no words", () => {
  const of = (tokens: unknown, options = {}) => Vocabulary.fromTokens(tokens as never, options);
  assertThrows(() => of("la casa"), TypeError, 'an iterable of words, got the string "la casa"');
  assertThrows(() => of(["la", 3]), TypeError, "word 1 must be a string, got 3");
  assertThrows(() => of([["la"]]), TypeError, "word 0 must be a string, got a value of kind Array");
  assertThrows(() => of(words, { minCount: 0 }), RangeError, "minCount must be a whole number");
  assertThrows(() => of(words, { minFreq: 2 }), TypeError, 'did you mean "minCount"?');
  assertThrows(() => of(words, { labels: { la: {} } }), TypeError, "labels must be a Map");
  const labels = new Map([["la", { person: 4 }]]);
  assertThrows(() => of(words, { labels }), TypeError, 'person of "la" must be 1, 2, 3 or null');
  const misspelt = new Map([["la", { lang: "es" }]]);
  assertThrows(() => of(words, { labels: misspelt }), TypeError, 'did you mean "language"?');
});

Deno.test("what a vocabulary gives cannot be changed", () => {
  const vocabulary = Vocabulary.fromTokens(words);
  assertThrows(() => (vocabulary.words as string[]).push("x"), TypeError);
  assertThrows(() => (vocabulary.counts as number[])[0] = 9, TypeError);
  (vocabulary.entries() as unknown[]).pop();
  assertEquals(vocabulary.entries().length, 4);
  assertThrows(() => Object.assign(vocabulary, { size: 3 }), TypeError);
});

Deno.test("tokenize cuts text into words in lower case, whichever way accents are written", () => {
  assertEquals(tokenize("¡Cantó, cantó!"), ["cantó", "cantó"]);
  assertEquals(tokenize("canto\u0301"), ["cantó"]);
  assertEquals(tokenize("It’s well-known -- 3 words' end"), [
    ...["it's", "well-known", "3", "words", "end"],
  ]);
  assertEquals(tokenize("will_sing"), ["will_sing"]);
  assertEquals(tokenize("日本語 Ελλάδα"), ["日本語", "ελλάδα"]);
  assertEquals(tokenize(" \n—"), []);
  assertThrows(() => tokenize(undefined as never), TypeError, "must be a string, got undefined");
});
