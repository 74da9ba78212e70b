// Reading a file that may be hostile: only a plain file, only of a size that was agreed on before.

import { FormatError } from "../errors.ts";
import { onFile } from "./_file_errors.ts";

/**
 * Reads a whole plain file, never through a link, or null where there is none. `checkSize` is asked before
 * anything is opened or allocated, and throws for a size that must not be.
 */
export function readPlainFile(
  path: string,
  checkSize: (size: number) => void,
): Uint8Array<ArrayBuffer> | null {
  // Another process may replace the file between the look at it and the opening; then look again.
  for (let attempt = 0; attempt < 1000; attempt++) {
    try {
      const seen = Deno.lstatSync(path);
      if (!seen.isFile) {
        throw new FormatError(`Cannot load ${path}: must be a plain file, found ${kindOf(seen)}`);
      }
      checkSize(seen.size);
      using file = Deno.openSync(path);
      const opened = file.statSync();
      if (opened.ino !== seen.ino || opened.dev !== seen.dev || opened.size !== seen.size) continue;
      return readAll(file, path, seen.size);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }
  throw new FormatError(`Cannot load ${path}: it is being replaced again and again`);
}

function readAll(file: Deno.FsFile, path: string, size: number): Uint8Array<ArrayBuffer> {
  const bytes = allocate(path, size);
  for (let filled = 0; filled < size;) {
    const count = onFile("read", path, () => file.readSync(bytes.subarray(filled)));
    if (count === null) {
      throw new FormatError(`Cannot load ${path}: it ended at byte ${filled} of ${size}`);
    }
    filled += count;
  }
  return bytes;
}

function allocate(path: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FormatError(`Cannot load ${path}: ${size} bytes do not fit in memory`);
  }
}

function kindOf(info: Deno.FileInfo): string {
  if (info.isSymlink) return "a symbolic link";
  if (info.isDirectory) return "a folder";
  if (info.isFifo) return "a pipe";
  if (info.isSocket) return "a socket";
  return "a device";
}
