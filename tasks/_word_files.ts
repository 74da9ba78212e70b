// Tables of words from files, and what goes wrong with files, for the tasks.

import {
  Embedding,
  FormatError,
  readCheckpoint,
  tensor,
  Vocabulary,
  type VocabularyEntry,
  WordVectors,
} from "minimodel";
import { readWordVectors, vectorFormatOf } from "minimodel/vectors";
import { SetupError } from "./_cli.ts";

/** A table of the first words of a file, and how many words the file has. */
export interface WordFile {
  readonly vectors: WordVectors;
  readonly total: number;
}

const labelNames = ["verb", "tense", "language", "lemma", "person"] as const;

/**
 * Reads the first words of a file.
 *
 * @throws {SetupError} If it is not there, or not a table of words.
 */
export async function readWordTable(path: string, limit: number): Promise<WordFile> {
  try {
    if (vectorFormatOf(path) === undefined) {
      return await readEmbedding(path.replace(/\.json$/, ""), limit);
    }
    const all = await readWordVectors(path, { dtype: "float32", duplicates: "first" });
    return { vectors: firstOf(all, limit), total: all.words.length };
  } catch (error) {
    throw explained(error);
  }
}

/** Errors of files and arguments, for the person who typed the command; others are ours to mend. */
export function explained(error: unknown): unknown {
  if (error instanceof Deno.errors.NotCapable) {
    return new SetupError(
      `${error.message}\n\nFiles are written into the project, or below the folder of the command`,
    );
  }
  const isPlain = error instanceof FormatError || error instanceof TypeError ||
    error instanceof RangeError || error instanceof Deno.errors.NotFound ||
    (error instanceof Error && "syscall" in error);
  return isPlain ? new SetupError((error as Error).message) : error;
}

/** Reads a checkpoint of an embedding that has its vocabulary beside it. */
async function readEmbedding(path: string, limit: number): Promise<WordFile> {
  const { metadata } = await readCheckpoint(path);
  if (metadata.vocabulary === undefined) {
    throw new SetupError(`Cannot explore ${path}: the checkpoint has no vocabulary, so no words`);
  }
  const vocabulary = Vocabulary.fromJSON(metadata.vocabulary);
  const { E } = await Embedding.load(path);
  if (E.shape[0] !== vocabulary.size) {
    throw new SetupError(
      `Cannot explore ${path}: it has ${E.shape[0]} rows and ${vocabulary.size} words`,
    );
  }
  const labels = labelsOf(vocabulary.words.map((_, id) => vocabulary.entry(id)));
  const all = new WordVectors(vocabulary.words, E, { labels });
  return { vectors: firstOf(all, limit), total: vocabulary.size };
}

/** The table of the first words. */
function firstOf({ words, E, labels }: WordVectors, limit: number): WordVectors {
  const kept = words.slice(0, limit);
  const [, width = 0] = E.shape;
  const table = tensor(E.data.slice(0, kept.length * width), { shape: [kept.length, width] });
  const own = Object.entries(labels).map(([name, ofWord]) => [name, ofWord.slice(0, limit)]);
  return new WordVectors(kept, table, { labels: Object.fromEntries(own) });
}

/** The labels that at least one word has. */
function labelsOf(entries: readonly VocabularyEntry[]): Record<string, string[]> {
  return Object.fromEntries(
    labelNames.filter((name) => entries.some((entry) => entry[name] !== null))
      .map((name) => [name, entries.map((entry) => `${entry[name] ?? ""}`)]),
  );
}
