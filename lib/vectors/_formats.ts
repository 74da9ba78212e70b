// The formats of word vectors, and which file is in which.

import { basename, dirname, join } from "node:path";

/**
 * The formats, by the names that options take.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { vectorFormats } from "minimodel/vectors";
 *
 * assert(vectorFormats.includes("safetensors"));
 * ```
 */
export const vectorFormats = [
  "word2vec",
  "word2vec-binary",
  "glove",
  "fasttext",
  "safetensors",
  "projector",
  "parquet",
] as const;

/** A format of word vectors. */
export type VectorFormat = typeof vectorFormats[number];

/** The format of each ending; a .txt file tells by its first line which of two it is. */
const endings: Readonly<Record<string, VectorFormat>> = {
  ".bin": "word2vec-binary",
  ".txt": "word2vec",
  ".vec": "fasttext",
  ".safetensors": "safetensors",
  ".tsv": "projector",
  ".parquet": "parquet",
};

/**
 * Returns the format that the ending of a path stands for; undefined for an unknown one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vectorFormatOf } from "minimodel/vectors";
 *
 * assertEquals(vectorFormatOf("runs/words.parquet"), "parquet");
 * assertEquals(vectorFormatOf("runs/words.doc"), undefined);
 * ```
 */
export function vectorFormatOf(path: string): VectorFormat | undefined {
  const ending = /\.[a-z0-9]+$/.exec(path.toLowerCase())?.[0] ?? "";
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}

/** The format that the ending of a path stands for; refuses an unknown one. */
export function formatOf(path: string, doing: string): VectorFormat {
  const format = vectorFormatOf(path);
  if (format !== undefined) return format;
  throw new TypeError(
    `Cannot ${doing}: its name must end in ${Object.keys(endings).join(", ")}, or the option ` +
      `format say what it is: ${vectorFormats.join(", ")}`,
  );
}

/** The file with the words of a Projector's file of vectors. */
export function metadataPath(path: string): string {
  const name = basename(path);
  const other = name.includes("vectors")
    ? name.replace("vectors", "metadata")
    : `${name.replace(/\.tsv$/i, "")}_metadata.tsv`;
  return join(dirname(path), other);
}
