// Reading the sentences of a text file, which may be larger than memory.

import fs from "node:fs";
import { dirname } from "node:path";
import { FormatError } from "../check/errors.ts";
import { tokenize } from "../text/tokenize.ts";
import { explained, onFile } from "./_file_errors.ts";
import { pathOf } from "./_path.ts";

/** How many bytes are read at once. */
const partLength = 2 ** 16;

/** The most words that one sentence has; a longer one continues as another. */
const longestSentence = 10_000;

/**
 * Reads a text file in UTF-8, sentence by sentence, as {@linkcode tokenize} cuts them into words. A
 * sentence ends with its line, or after ".", "!", "?" or "…" before a space, or with its 10,000th
 * word. The file is read in parts of 64 KiB, so that it may be larger than memory; a stretch of
 * 65,536 characters without a space is cut there.
 *
 * @throws {FormatError} If it is not a plain file, or not UTF-8; the message says which byte.
 * @throws {TypeError} If the path is neither a string nor a `file:` URL.
 * @throws {Error} If the file system fails: `Deno.errors.NotFound` if there is no such file,
 * `Deno.errors.NotCapable` names the flag to add.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSentences } from "minimodel";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "She sang. Ella cantó\notra vez.\n");
 * assertEquals([...readSentences(path)], [["she", "sang"], ["ella", "cantó"], ["otra", "vez"]]);
 * await Deno.remove(path);
 * ```
 */
export function* readSentences(path: string | URL): Generator<string[], void, void> {
  let words: string[] = [];
  for (const piece of piecesOf(path)) {
    for (const [n, part] of piece.split(/\n|(?<=[.!?…]["'”’»)]*)\s/u).entries()) {
      if (n > 0 && words.length > 0) {
        yield words;
        words = [];
      }
      for (const word of tokenize(part)) {
        words.push(word);
        if (words.length < longestSentence) continue;
        yield words;
        words = [];
      }
    }
  }
  if (words.length > 0) yield words;
}

/** The text in pieces, each of which ends with white space as far as there is any. */
function* piecesOf(path: string | URL): Generator<string> {
  let rest = "";
  for (const part of partsOf(path)) {
    const text = rest + part;
    let end = text.search(/\s\S*$/) + 1;
    if (end === 0 && text.length > partLength) end = text.length;
    yield text.slice(0, end);
    rest = text.slice(end);
  }
  yield rest;
}

/** The characters of a file, as parts of it are read. */
function* partsOf(path: string | URL): Generator<string> {
  const name = pathOf(path, (detail) => {
    throw new TypeError(`Cannot read sentences: ${detail}`);
  });
  const told = <Result>(call: () => Result): Result => {
    try {
      return call();
    } catch (error) {
      throw explained(error, { verb: "load", name, manifestPath: name, folder: dirname(name) });
    }
  };
  // Only a plain file: opening a pipe would wait for a writer.
  if (!told(() => fs.statSync(name)).isFile()) {
    throw new FormatError(`Cannot load ${name}: it must be a plain file`);
  }
  const file = told(() => fs.openSync(name, "r"));
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const bytes = new Uint8Array(partLength);
    for (let start = 0;;) {
      const count = told(() =>
        onFile("read", name, () => fs.readSync(file, bytes, 0, partLength, null))
      );
      yield decoded(decoder, bytes.subarray(0, count), { name, start });
      if (count === 0) return;
      start += count;
    }
  } finally {
    fs.closeSync(file);
  }
}

function decoded(
  decoder: TextDecoder,
  part: Uint8Array,
  { name, start }: { readonly name: string; readonly start: number },
): string {
  try {
    return decoder.decode(part, { stream: part.length > 0 });
  } catch {
    throw new FormatError(
      `Cannot load ${name}: it must be text in UTF-8, and is not between its bytes ` +
        `${Math.max(0, start - 3)} and ${start + part.length}`,
    );
  }
}
