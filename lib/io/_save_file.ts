// Writing files so that a crash or a full disk at any moment leaves the old or the new version, whole.

import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { modeOf } from "./_commit.ts";
import { makeFolder, syncParent } from "./_folder.ts";

/** Bytes that come in pieces. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes each file under a temporary name, forces it to disk, and gives all of them their names when
 * the last is written; folders that are missing are made. The files are whole, each by itself: a
 * crash between two renames leaves a new file beside an old one.
 */
export async function saveFiles(
  files: readonly { readonly path: string; readonly pieces: Pieces }[],
): Promise<void> {
  const written: { path: string; temporary: string }[] = [];
  try {
    for (const { path, pieces } of files) {
      makeFolder(dirname(path));
      const temporary = join(
        dirname(path),
        `.${basename(path)}.minimodel-${crypto.randomUUID()}.tmp`,
      );
      written.push({ path, temporary });
      await writeDurably(temporary, pieces, modeOf(path));
    }
    for (const { path, temporary } of written) fs.renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of written) fs.rmSync(temporary, { force: true });
    throw error;
  }
  for (const { path } of written) syncParent(path);
}

async function writeDurably(
  path: string,
  pieces: Pieces,
  mode: number | undefined,
): Promise<void> {
  const descriptor = fs.openSync(path, "wx", mode);
  try {
    // What the process's mask took away.
    if (mode !== undefined) fs.fchmodSync(descriptor, mode);
    for await (const piece of pieces) {
      for (let done = 0; done < piece.length;) {
        done += fs.writeSync(descriptor, piece, done, piece.length - done);
      }
    }
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
