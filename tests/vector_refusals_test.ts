// Text files of word vectors that are not what they should be: which error says what and where.

import { assertEquals } from "@std/assert";
import type { ReadRules } from "../lib/io/words/table.ts";
import { bytesOf as bytes, type Codec, codecs, cut, refuses, rules } from "./_vector_tables.ts";
import { readText } from "../lib/io/words/text.ts";

const [word2vec, glove, , , projector] = codecs;

async function readsAs(
  codec: Codec,
  files: string[],
  words: string[],
  numbers: number[],
  options: Partial<ReadRules> = {},
): Promise<void> {
  const { words: found, data } = await codec.read(files.map(bytes), options);
  assertEquals([found, Array.from(data)], [words, numbers]);
}

Deno.test("numbers are read in every spelling of C and Python, rounded once", async () => {
  const spellings =
    "+1 -1. .5 5e-1 1E+2 1e02 0001 -0 nan -NaN inf -Infinity 1e400 0.1 123456789012345678 -nan(0x1) 4.9e-324";
  const numbers = [
    1,
    -1,
    0.5,
    0.5,
    100,
    100,
    1,
    -0,
    NaN,
    NaN,
    Infinity,
    -Infinity,
    Infinity,
    0.1,
    123456789012345680,
    NaN,
    5e-324,
  ];
  await readsAs(glove, [`a ${spellings}\n`], ["a"], numbers, { dtype: "float64" });
});

for (
  const spelling of [
    "0x10",
    "1e",
    "1e+",
    ".",
    "+",
    "--1",
    "1_0",
    "1,5",
    "١",
    "1e1.5",
    "infinit",
    "0b1",
  ]
) {
  refuses(
    word2vec,
    `the number ${spelling}`,
    [`1 2\nword 1 ${spelling}\n`],
    `line 2 must have a number as number 1 of 2, got ${JSON.stringify(spelling)}`,
  );
}

Deno.test("line ends may be CRLF, blanks may follow, and the last end may be missing", async () => {
  await readsAs(word2vec, ["\ufeff2 2\r\na 1 2 \r\nb\t3  4\t"], ["a", "b"], [1, 2, 3, 4]);
  await readsAs(glove, ["a 1 2\nb 3 4\n\n\n"], ["a", "b"], [1, 2, 3, 4]);
});

Deno.test("a word may hold spaces in text that is read, and look like a number", async () => {
  await readsAs(glove, ["1 1 2\nNew York 3 4\n. . . 5 6\n"], ["1", "New York", ". . ."], [
    1,
    2,
    3,
    4,
    5,
    6,
  ]);
});

Deno.test("a .txt file tells by its first line whether it has counts", () => {
  const read = (text: string) => readText(cut(bytes(text), 3), "maybe", rules).words;
  assertEquals(read("1 2\na 1 2\n"), ["a"]);
  assertEquals(read("a 1 2\nb 3 4\n"), ["a", "b"]);
});

Deno.test("of words that occur twice, the first can be kept", async () => {
  const labelled = ["1\n2\n3\n", "word\ttense\na\tpast\na\tx\nb\ty\n"];
  await readsAs(projector, labelled, ["a", "b"], [1, 3], { duplicates: "first" });
  const { labels } = await projector.read(labelled.map(bytes), { duplicates: "first" });
  assertEquals(labels, { tense: ["past", "y"] });
});

refuses(word2vec, "an empty file", [""], "it is empty");
refuses(
  word2vec,
  "a file without counts",
  ["a 1 2\n"],
  `line 1 must have two counts, of words and of numbers, got "a 1 2"`,
);
refuses(
  word2vec,
  "a header that says too few words",
  ["1 1\na 1\nb 2\n"],
  "line 1 says that there are 1 words, but line 3 is one more",
);
refuses(
  word2vec,
  "a header that says too many words",
  ["999999999999 1\na 1\n"],
  "line 1 says that there are 999999999999 words, got 1",
);
refuses(
  word2vec,
  "a header that says too many numbers",
  ["1 999999999\na 1\n"],
  `line 2 must have a word and 999999999 numbers, got "a 1"`,
);
refuses(
  word2vec,
  "a row that is cut off",
  ["2 2\na 1 2\nb 3"],
  `line 3 must have a word and 2 numbers, got "b 3"`,
);
refuses(
  word2vec,
  "a row with a number too many",
  ["1 2\na 1 2 3\n"],
  `line 2 must have a word and 2 numbers, got one more number behind "a 1"`,
);
refuses(
  word2vec,
  "an empty word",
  ["1 2\n 1 2\n"],
  `line 2 must have a word and 2 numbers, got " 1 2"`,
);
refuses(word2vec, "an empty line in between", ["2 1\na 1\n\nb 2\n"], "line 3 is empty");
refuses(
  word2vec,
  "a word twice",
  ["2 1\na 1\na 2\n"],
  `line 3 has the word "a" of line 2 again; the option duplicates: "first" keeps the first of them`,
);
refuses(word2vec, "a word that is not UTF-8", [
  Uint8Array.of(...bytes("1 1\n"), 0xff, ...bytes("b 1\n")),
], `line 2 is not UTF-8: it begins with "\ufffdb"`);
refuses(
  glove,
  "a line of one word",
  ["word\n"],
  `line 1 must have a word and its numbers, got "word"`,
);
