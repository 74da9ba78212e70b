// Reading a plain file in pieces, and from any place.

import fs from "node:fs";
import { FormatError } from "../check/errors.ts";

const pieceBytes = 2 ** 20;
// Opening a pipe would wait for a writer.
const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;

/** An open file. */
export class StreamFile implements Disposable {
  readonly byteLength: number;
  readonly #descriptor: number;
  readonly #path: string;

  /** Opens a plain file. */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = fs.openSync(path, O_RDONLY | O_NONBLOCK);
    const seen = fs.fstatSync(this.#descriptor);
    this.byteLength = seen.size;
    if (seen.isFile()) return;
    this[Symbol.dispose]();
    throw new FormatError(
      `Cannot read ${path}: it must be a plain file, got ${
        seen.isDirectory() ? "a folder" : "a device or pipe"
      }`,
    );
  }

  /** The bytes from the front, in pieces. */
  *pieces(): Generator<Uint8Array> {
    for (let at = 0;; at += pieceBytes) {
      const piece = new Uint8Array(pieceBytes);
      let filled = 0;
      while (filled < pieceBytes) {
        const count = fs.readSync(
          this.#descriptor,
          piece,
          filled,
          pieceBytes - filled,
          at + filled,
        );
        if (count === 0) break;
        filled += count;
      }
      if (filled > 0) yield piece.subarray(0, filled);
      if (filled < pieceBytes) return;
    }
  }

  /** The bytes from `start` to `end`. */
  slice(start: number, end = this.byteLength): ArrayBuffer {
    if (start < 0 || end < start || end > this.byteLength) {
      throw new FormatError(
        `Cannot read ${this.#path}: it says that bytes ${start} to ${end} count, and has ${this.byteLength}`,
      );
    }
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length;) {
      const rest = Math.min(pieceBytes, bytes.length - filled);
      const count = fs.readSync(this.#descriptor, bytes, filled, rest, start + filled);
      if (count === 0) throw new FormatError(`Cannot read ${this.#path}: it has become shorter`);
      filled += count;
    }
    return bytes.buffer;
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#descriptor);
  }
}
