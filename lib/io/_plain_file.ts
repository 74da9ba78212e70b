// Reading a file that may be hostile: only a plain file, only of a size that was agreed on before.

import { createHash } from "node:crypto";
import fs from "node:fs";
import { FormatError } from "../check/errors.ts";
import { isError, onFile } from "./_file_errors.ts";
import { isWindows, type Seen, system } from "./_system.ts";

/** Throws for a size that a file must not have. */
export type CheckSize = (size: number) => void;

// Opening a pipe that has taken the file's place would wait for a writer for good. Deno's own openSync has
// no such flag, nor has Windows.
const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;

// Deno 2.9's readSync of node:fs takes lengths of 2 GiB and more for others.
const mostAtOnce = 2 ** 20;

/**
 * Reads a whole plain file, never through a link, or null where there is none. `checkSize` is asked before
 * anything is opened or allocated.
 */
export function readPlainFile(path: string, checkSize: CheckSize): Uint8Array<ArrayBuffer> | null {
  return withPlainFile(path, checkSize, (file) => {
    const bytes = allocate(path, file.size);
    file.fill(bytes);
    return bytes;
  });
}

/** The SHA-256 of a plain file in lower-case hexadecimal, likewise; it is never in memory as a whole. */
export function sha256OfPlainFile(path: string, checkSize: CheckSize): string | null {
  return withPlainFile(path, checkSize, (file) => {
    const hash = createHash("sha256");
    const part = new Uint8Array(Math.min(file.size, mostAtOnce));
    for (let start = 0; start < file.size; start += part.length) {
      const here = part.subarray(0, file.size - start);
      file.fill(here);
      hash.update(here);
    }
    return hash.digest("hex");
  });
}

/** What an action makes of an open file, or null where there is none. */
function withPlainFile<Result>(
  path: string,
  checkSize: CheckSize,
  action: (file: PlainFile) => Result,
): Result | null {
  const file = openPlainFile(path, checkSize);
  try {
    return file === null ? null : action(file);
  } finally {
    file?.close();
  }
}

function openPlainFile(path: string, checkSize: CheckSize): PlainFile | null {
  // Another process may replace the file between the look at it and the opening; then look again.
  for (let attempt = 0; attempt < 1000; attempt++) {
    try {
      const seen = system.lstatSync(path);
      if (!seen.isFile) {
        throw new FormatError(`Cannot load ${path}: it must be a plain file, got ${kindOf(seen)}`);
      }
      checkSize(seen.size);
      const file = new PlainFile(path, fs.openSync(path, O_RDONLY | O_NONBLOCK));
      if (file.is(seen)) return file;
      file.close();
    } catch (error) {
      if (isError(error, "NotFound")) return null;
      throw error;
    }
  }
  throw new FormatError(`Cannot load ${path}: it is being replaced again and again`);
}

/** An open file. */
class PlainFile {
  readonly size: number;
  readonly #stats: fs.Stats;
  readonly #path: string;
  readonly #descriptor: number;
  #taken = 0;

  constructor(path: string, descriptor: number) {
    this.#stats = fs.fstatSync(descriptor);
    this.size = this.#stats.size;
    this.#path = path;
    this.#descriptor = descriptor;
  }

  /** Whether it is the plain file that was seen. */
  is(seen: Seen): boolean {
    const { dev, ino, size } = this.#stats;
    const isSame = isWindows ? this.#stats.isFile() : ino === seen.ino && dev === seen.dev;
    return isSame && size === seen.size;
  }

  /** Fills `bytes` with what the file has next. */
  fill(bytes: Uint8Array): void {
    for (let filled = 0; filled < bytes.length;) {
      const rest = Math.min(bytes.length - filled, mostAtOnce);
      const count = onFile(
        "read",
        this.#path,
        () => fs.readSync(this.#descriptor, bytes, filled, rest, null),
      );
      if (count === 0) {
        throw new FormatError(
          `Cannot load ${this.#path}: it must have ${this.size} bytes, got ${this.#taken}`,
        );
      }
      filled += count;
      this.#taken += count;
    }
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

function allocate(path: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new FormatError(`Cannot load ${path}: ${size} bytes do not fit in memory`, { cause });
  }
}

function kindOf(info: Seen): string {
  if (info.isSymlink) return "a symbolic link";
  if (info.isDirectory) return "a folder";
  if (info.isFifo) return "a pipe";
  if (info.isSocket) return "a socket";
  return "a device";
}
