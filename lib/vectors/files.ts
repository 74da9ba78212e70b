/**
 * Files of word vectors: word2vec, GloVe, fastText, safetensors, TensorBoard's Projector, Parquet.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { Parameter } from "../autograd/parameter.ts";
import { Tensor } from "../autograd/tensor.ts";
import { describe, quoted } from "../check/describe.ts";
import { checkDType, type DType } from "../check/dtype.ts";
import { FormatError } from "../check/errors.ts";
import { checkChoice, checkOptions, type OptionNames } from "../check/options.ts";
import { saveFiles } from "../io/_save_file.ts";
import { StreamFile } from "../io/_stream_file.ts";
import { readBinary, writeBinary } from "../io/words/binary.ts";
import { readParquet, writeParquet } from "../io/words/parquet.ts";
import { readProjector, writeProjector } from "../io/words/projector.ts";
import { readSafetensors, writeSafetensors } from "../io/words/safetensors.ts";
import type { Fail, ReadRules, WordTable } from "../io/words/table.ts";
import { readText, writeText } from "../io/words/text.ts";
import { Storage } from "../kernels/storage.ts";
import {
  formatOf,
  metadataPath,
  type VectorFormat,
  vectorFormatOf,
  vectorFormats,
} from "./_formats.ts";
import { WordVectors } from "./word_vectors.ts";

export { type VectorFormat, vectorFormatOf, vectorFormats };

/** Options of {@linkcode readWordVectors}. */
export interface ReadVectorsOptions {
  /** The format; by default by the ending of the path. */
  readonly format?: VectorFormat;
  /** Kind of the numbers; by default that of the file, and "float32" for text. */
  readonly dtype?: DType;
  /** What to do with a word that occurs twice: "refuse" the file, by default, or keep the "first". */
  readonly duplicates?: "refuse" | "first";
  /** The tensor of a safetensors file; by default the only one with two axes of floats. */
  readonly tensor?: string;
  /** The words of a safetensors file that has none. */
  readonly words?: readonly string[];
}

/** Options of {@linkcode writeWordVectors}. */
export interface WriteVectorsOptions {
  /** The format; by default by the ending of the path. */
  readonly format?: VectorFormat;
}

const readNames: OptionNames<ReadVectorsOptions> = {
  format: [],
  dtype: ["dataType", "datatype"],
  duplicates: [],
  tensor: ["name", "key"],
  words: ["vocab", "vocabulary"],
};
const writeNames: OptionNames<WriteVectorsOptions> = { format: [] };

/**
 * Reads word vectors from a file.
 *
 * | format | ending | what is in the file |
 * |---|---|---|
 * | word2vec | .txt | text with a first line of two counts |
 * | word2vec-binary | .bin | float32, of the C program and of gensim |
 * | glove | .txt without such a line | text |
 * | fasttext | .vec | text, as word2vec |
 * | safetensors | .safetensors | a tensor; words and labels in the metadata, as JSON |
 * | projector | .tsv | vectors; words and labels in a second file |
 * | parquet | .parquet | columns "word" and "vector", a list; other columns of text are labels |
 *
 * The second file of `a.tsv` is `a_metadata.tsv`, that of `vectors.tsv` is `metadata.tsv`. The file
 * is read in pieces: memory is needed for the table and, for a moment, for a copy of it.
 *
 * @throws {FormatError} If the file is not what it should be; the message says which file, what and
 * where.
 * @throws {TypeError} If the format cannot be told, or an option is wrong.
 * @throws {Error} If the file system fails.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, WordVectors } from "minimodel";
 * import { readWordVectors, writeWordVectors } from "minimodel/vectors";
 *
 * const folder = await Deno.makeTempDir();
 * const vectors = new WordVectors(["to", "be"], tensor([[1, 2], [3, 4.5]]));
 * await writeWordVectors(`${folder}/words.txt`, vectors);
 * assertEquals(await Deno.readTextFile(`${folder}/words.txt`), "2 2\nto 1 2\nbe 3 4.5\n");
 * assertEquals((await readWordVectors(`${folder}/words.txt`)).words, ["to", "be"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readWordVectors(
  path: string | URL,
  options: ReadVectorsOptions = {},
): Promise<WordVectors> {
  const given = pathOf(path, "read word vectors");
  const doing = `read ${given}`;
  checkOptions(doing, options, readNames);
  const { format = formatOf(given, doing), dtype, duplicates = "refuse", tensor, words } = options;
  checkChoice(doing, "format", format, vectorFormats);
  if (dtype !== undefined) checkDType(dtype, doing);
  checkChoice(doing, "duplicates", duplicates, ["refuse", "first"]);
  if (tensor !== undefined && typeof tensor !== "string") {
    throw new TypeError(`Cannot ${doing}: tensor must be text, got ${describe(tensor)}`);
  }
  checkWordList(doing, words);
  const fail = failFor(given, format);
  const rules = { dtype, duplicates, tensor, words, fail };
  using file = new StreamFile(given);
  const isText = options.format === undefined && format === "word2vec";
  const table = await readTable(file, { format, isText, path: given }, rules);
  const { data, width } = table;
  // A Parameter has its numbers where searching is fastest.
  const E = new Parameter(new Tensor(new Storage(data), [table.words.length, width]));
  E.requiresGrad = false;
  try {
    return new WordVectors(table.words, E, { labels: table.labels });
  } catch (cause) {
    throw new FormatError(`${cause instanceof Error ? cause.message : cause} in ${given}`, {
      cause,
    });
  }
}

async function readTable(
  file: StreamFile,
  { format, isText, path }: { format: VectorFormat; isText: boolean; path: string },
  rules: ReadRules & Pick<ReadVectorsOptions, "tensor" | "words">,
): Promise<WordTable> {
  switch (format) {
    case "word2vec":
    case "fasttext":
      return readText(file.pieces(), isText ? "maybe" : "yes", rules);
    case "glove":
      return readText(file.pieces(), "no", rules);
    case "word2vec-binary":
      return readBinary(file.pieces(), rules);
    case "safetensors":
      return readSafetensors(file.pieces(), {
        ...rules,
        tensor: rules.tensor,
        words: rules.words,
      });
    case "parquet":
      return await readParquet(file, rules);
    case "projector": {
      const second = metadataPath(path);
      using metadata = new StreamFile(second);
      const pair = { vectors: file.pieces(), metadata: metadata.pieces() };
      return readProjector(pair, { ...rules, failMetadata: failFor(second, format) });
    }
  }
}

/**
 * Writes word vectors to a file; {@linkcode readWordVectors} lists the formats.
 *
 * The file is written under a temporary name, forced to disk and then renamed: a crash leaves the
 * version before or this one, whole. Text holds as many digits as give the same numbers again.
 * Labels travel in safetensors, Parquet and the Projector's files; the other formats have no place
 * for them.
 *
 * @throws {TypeError} If the format cannot be told or cannot hold a word (word2vec, GloVe and
 * fastText: one with a space), or cannot hold the dtype (word2vec-binary: float64).
 * @throws {Error} If the file system fails; the version before is then still there.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { tensor, WordVectors } from "minimodel";
 * import { readWordVectors, writeWordVectors } from "minimodel/vectors";
 *
 * const folder = await Deno.makeTempDir();
 * const labels = { tense: ["past", "past"] };
 * const vectors = new WordVectors(["ran", "used to"], tensor([[1, 2], [3, 4]]), { labels });
 * await writeWordVectors(`${folder}/verbs.parquet`, vectors);
 * assertEquals((await readWordVectors(`${folder}/verbs.parquet`)).labels, labels);
 * await assertRejects(() => writeWordVectors(`${folder}/verbs.vec`, vectors), TypeError, "space");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeWordVectors(
  path: string | URL,
  vectors: WordVectors,
  options: WriteVectorsOptions = {},
): Promise<void> {
  const given = pathOf(path, "write word vectors");
  const doing = `write ${given}`;
  checkOptions(doing, options, writeNames);
  if (!(vectors instanceof WordVectors)) {
    throw new TypeError(`Cannot ${doing}: wanted WordVectors, got ${describe(vectors)}`);
  }
  const { format = formatOf(given, doing) } = options;
  checkChoice(doing, "format", format, vectorFormats);
  const { words, labels, E } = vectors;
  const table = { words, labels, data: E.storage.numbers.slice(), width: E.shape[1] ?? 0 };
  if (format === "projector") {
    const pair = writeProjector(table, doing);
    await saveFiles([
      { path: metadataPath(given), pieces: pair.metadata },
      { path: given, pieces: pair.vectors },
    ]);
    return;
  }
  await saveFiles([{ path: given, pieces: piecesOf(table, format, doing) }]);
}

function piecesOf(table: WordTable, format: Exclude<VectorFormat, "projector">, doing: string) {
  switch (format) {
    case "word2vec":
    case "fasttext":
      return writeText(table, { header: true, doing });
    case "glove":
      return writeText(table, { header: false, doing });
    case "word2vec-binary":
      return writeBinary(table, doing);
    case "safetensors":
      return writeSafetensors(table, doing);
    case "parquet":
      return writeParquet(table, doing);
  }
}

function failFor(path: string, format: VectorFormat): Fail {
  return (detail) => {
    throw new FormatError(`Cannot read ${path} as ${format}: ${detail}`);
  };
}

function pathOf(path: unknown, doing: string): string {
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  if (typeof path === "string" && path !== "" && !path.includes("\0")) {
    return path.startsWith("file:") ? fileURLToPath(path) : path;
  }
  const got = path instanceof URL ? quoted(path.href) : describe(path);
  throw new TypeError(`Cannot ${doing}: the path must be text or a URL of a file, got ${got}`);
}

function checkWordList(doing: string, words: unknown): void {
  if (words === undefined) return;
  if (!Array.isArray(words) || words.some((word) => typeof word !== "string")) {
    throw new TypeError(`Cannot ${doing}: words must be an array of texts, got ${describe(words)}`);
  }
}
