// Binary files of word vectors, and pairs, that are not what they should be: which error says what and
// where; and what each format refuses to write.

import { assertEquals, assertRejects } from "@std/assert";
import type { WordTable } from "../lib/io/words/table.ts";
import { bytesOf as bytes, type Codec, codecs, refuses } from "./_vector_tables.ts";

const [word2vec, glove, binary, safetensors, projector, parquet] = codecs;

const float = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const file = (...parts: (string | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? bytes(part) : part)]));

Deno.test("word2vec-binary is read with and without line breaks behind the vectors", async () => {
  for (const end of ["\n", ""]) {
    const given = file("2 1\n", "a ", float(1.5), end, "é ", float(10), end);
    const { words, data } = await binary.read([given]);
    assertEquals([words, data], [["a", "é"], Float32Array.of(1.5, 10)]);
  }
});

refuses(
  binary,
  "a file of another kind",
  [float(1, 2, 3)],
  `line 1 must have two counts, of words and of numbers, got ""`,
);
refuses(
  binary,
  "a header that says too many words",
  [file("9 1\n", "a ", float(1))],
  "line 1 says that there are 9 words, got 1",
);
refuses(
  binary,
  "a header that says too few words",
  [file("1 1\n", "a ", float(1), "b ", float(2))],
  "line 1 says that there are 1 words, but more bytes follow from 10 on",
);
refuses(
  binary,
  "a vector that is cut off",
  [file("1 2\n", "a ", float(1))],
  "the vector of word 0 at byte 4 must have 8 bytes from byte 6 on, got 4",
);
refuses(
  binary,
  "a lie of 4 GB",
  [file("1 999999999\n", "a ", float(1))],
  "the vector of word 0 at byte 12 must have 3999999996 bytes from byte 14 on, got 4",
);
refuses(binary, "an empty word", [file("1 1\n", " ", float(1))], "word 0 at byte 4 is empty");
refuses(
  binary,
  "a word that is not UTF-8",
  [file("1 1\n", Uint8Array.of(0xff, 32), float(1))],
  `word 0 at byte 4 is not UTF-8: it begins with "\ufffd"`,
);
refuses(
  binary,
  "a word without end",
  [file("1 1\n", "a".repeat(70_000))],
  "word 0 at byte 4 must end in a space within 65536 bytes",
);

function tensors(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes(json).length), true);
  return file(length, json, data);
}
const one = { dtype: "F32", shape: [1, 1], data_offsets: [0, 4] };
const named = { words: '["a"]' };

Deno.test("safetensors of half precision are read exactly", async () => {
  const half = new Uint8Array(Float16Array.of(1.5, 65504).buffer);
  for (
    const [dtype, data, wanted] of [["F16", half, [1.5, 65504]], [
      "BF16",
      Uint8Array.of(0xc0, 0x3f, 0x80, 0x7f),
      [1.5, Infinity],
    ]] as const
  ) {
    const header = { __metadata__: named, E: { dtype, shape: [1, 2], data_offsets: [0, 4] } };
    assertEquals([...(await safetensors.read([tensors(header, data)])).data], [...wanted]);
  }
});

refuses(
  safetensors,
  "text",
  ["word 1 2 3\n"],
  "its header must have at most 100000000 bytes, got 3611940916345073527: is it this format?",
);
refuses(
  safetensors,
  "a header that is no JSON",
  [tensors("{")],
  "its header must be JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
);
refuses(safetensors, "a header that is cut off", [
  tensors({ E: one }).subarray(0, 20) as Uint8Array<ArrayBuffer>,
], "the header must have 56 bytes from byte 8 on, got 12");
refuses(
  safetensors,
  "a tensor without words",
  [tensors({ E: one }, float(1))],
  `its metadata has no "words"; the option words gives them`,
);
refuses(safetensors, "too few words", [
  tensors({ __metadata__: { words: "[]" }, E: one }, float(1)),
], `its "words" must be a list of 1 texts, one per row, got 0`);
refuses(safetensors, "words that are no JSON", [
  tensors({ __metadata__: { words: "a" }, E: one }, float(1)),
], `its metadata "words" must be text in JSON`);
refuses(safetensors, "data that is cut off", [
  tensors({ __metadata__: named, E: one }, float(1).subarray(1)),
], `tensor "E" must have 4 bytes from byte 99 on, got 3`);
refuses(safetensors, "data that is too long", [
  tensors({ __metadata__: named, E: one }, float(1, 2)),
], "more bytes follow behind the last tensor, from 103 on");
refuses(safetensors, "a shape that does not fit", [
  tensors({ E: { ...one, shape: [2, 1] } }, float(1)),
], `tensor "E" of F32 and shape (2, 1) must have 8 bytes, got 4`);
refuses(safetensors, "a gap between tensors", [
  tensors({ E: { ...one, data_offsets: [4, 8] } }, float(1, 2)),
], `tensor "E" must begin at byte 0 of the data, got 4`);
refuses(
  safetensors,
  "integers",
  [tensors({ E: { ...one, dtype: "I32" } }, float(1))],
  `it has no tensor with two axes of floats; it has "E"`,
);
refuses(safetensors, "two tables", [
  tensors({ E: one, F: { ...one, data_offsets: [4, 8] } }, float(1, 2)),
], `it has several tensors; the option tensor chooses one of "E", "F"`);

refuses(
  projector,
  "too few words",
  ["1\t2\n3\t4\n", "a\n"],
  "line 2 has no line in the metadata, which have 1 words",
);
refuses(
  projector,
  "too few vectors",
  ["1\t2\n", "a\nb\n"],
  "it must have a line per word, 2, got 1",
);
refuses(
  projector,
  "a row that is cut off",
  ["1\t2\n3\n", "a\nb\n"],
  "line 2 must have 2 numbers, got 1",
);
refuses(
  projector,
  "text in place of a number",
  ["1\tx\n", "a\n"],
  `line 1 must have a number in column 1, got "x"`,
);
refuses(projector, "metadata with another count of columns", [
  "1\n2\n",
  "word\ttense\na\tpast\nb\n",
], "line 3 must have 2 columns, as line 1 has, got 1");
refuses(
  projector,
  "a column twice",
  ["1\n", "word\tx\tx\na\tb\tc\n"],
  `line 1 must name its columns, each otherwise, got "x" for column 2`,
);
refuses(
  parquet,
  "text",
  ["word 1 2 3 4 5\n"],
  "it cannot be decoded: parquet file invalid (footer != PAR1)",
);
refuses(parquet, "a file of 4 bytes", ["PAR1"], "it must have at least 12 bytes, got 4");

const table = (words: string[], more: Partial<WordTable> = {}): WordTable => ({
  words,
  data: new Float32Array(words.length),
  width: 1,
  labels: {},
  ...more,
});

Deno.test("a format refuses to write what it could not give back", async () => {
  const cases: [Codec, WordTable, string][] = [
    [
      word2vec,
      table(["New York"]),
      'a space or line break in a word, got the string "New York" with id 0',
    ],
    [
      binary,
      table(["a", "b\nc"]),
      'a space or line break in a word, got the string "b\\nc" with id 1',
    ],
    [glove, table([""]), "nothing in a word"],
    [binary, table(["a"], { data: new Float64Array(1) }), "holds float32 only"],
    [projector, table(["a\tb"]), "a tab or line break in a word"],
    [projector, table(["a"], { labels: { tense: ["a\nb"] } }), "a tab or line break in a label"],
    [projector, table(["a"], { width: 0, data: new Float32Array(0) }), "without numbers"],
    ...codecs.map((
      codec,
    ): [Codec, WordTable, string] => [codec, table(["\ud800"]), "half of a surrogate pair"]),
  ];
  for (const [codec, given, message] of cases) {
    await assertRejects(() => codec.write(given), TypeError, message);
  }
});
