// Reading a stream of bytes piece by piece, whatever the pieces that it comes in.

import { quoted } from "../../check/describe.ts";
import type { Fail } from "./table.ts";

const newline = 10;
const carriageReturn = 13;

/** Bytes that come in pieces, read from the front. */
export class ByteReader {
  readonly #pieces: Iterator<Uint8Array>;
  readonly #fail: Fail;
  #rest: Uint8Array = new Uint8Array(0);
  /** How many bytes have been read. */
  taken = 0;

  constructor(pieces: Iterable<Uint8Array>, fail: Fail) {
    this.#pieces = pieces[Symbol.iterator]();
    this.#fail = fail;
  }

  /** Whether no bytes are left. */
  isAtEnd(): boolean {
    while (this.#rest.length === 0) if (!this.#next()) return true;
    return false;
  }

  #next(): boolean {
    const { value, done } = this.#pieces.next();
    if (done) return false;
    this.#rest = value;
    return true;
  }

  /** The next `count` bytes, in memory of their own; `what` is what they are, for messages. */
  take(count: number, what: string): Uint8Array<ArrayBuffer> {
    // Memory is taken as the bytes come, since the count may be a lie.
    let bytes = new Uint8Array(Math.min(count, 2 ** 20));
    let filled = 0;
    while (filled < count) {
      if (this.isAtEnd()) {
        this.#fail(`${what} must have ${count} bytes from byte ${this.taken} on, got ${filled}`);
      }
      if (filled === bytes.length) {
        const larger = new Uint8Array(Math.min(count, 2 * bytes.length));
        larger.set(bytes);
        bytes = larger;
      }
      const part = this.#rest.subarray(0, bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    this.taken += count;
    return bytes;
  }

  /** Leaves out the next `count` bytes. */
  skip(count: number, what: string): void {
    for (let left = count; left > 0;) {
      if (this.isAtEnd()) {
        this.#fail(`${what} must have ${count} bytes, got ${count - left}`);
      }
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      this.taken += part;
      left -= part;
    }
  }

  /** The next byte, which stays; undefined at the end. */
  peek(): number | undefined {
    return this.isAtEnd() ? undefined : this.#rest[0];
  }

  /**
   * The bytes up to the next `byte`, which is left out as well; undefined if it does not come within
   * `most` bytes. The end of the bytes counts as one if `orEnd`.
   */
  until(byte: number, most: number, orEnd = false): Uint8Array | undefined {
    let found = this.#rest.indexOf(byte);
    while (found < 0) {
      const before = this.#rest;
      if (before.length > most || !this.#next()) {
        if (!orEnd || before.length > most) return undefined;
        this.#rest = new Uint8Array(0);
        this.taken += before.length;
        return before;
      }
      const joined = new Uint8Array(before.length + this.#rest.length);
      joined.set(before);
      joined.set(this.#rest, before.length);
      this.#rest = joined;
      found = joined.indexOf(byte, before.length);
    }
    if (found > most) return undefined;
    const line = this.#rest.subarray(0, found);
    this.#rest = this.#rest.subarray(found + 1);
    this.taken += found + 1;
    return line;
  }
}

/** Longest line that is read: a row of a million numbers of 20 characters. */
const longestLine = 2e7;

/** The lines of a text, without their ends; the last one may lack its end. */
export function* linesOf(
  pieces: Iterable<Uint8Array>,
  fail: Fail,
): Generator<{ readonly bytes: Uint8Array; readonly number: number }> {
  const reader = new ByteReader(pieces, fail);
  let empty = 0;
  for (let number = 1; !reader.isAtEnd(); number++) {
    const line = reader.until(newline, longestLine, true) ??
      fail(`line ${number} has more than ${longestLine} bytes`);
    const start = number === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
    const bytes = line.subarray(start, end);
    if (bytes.length === 0) {
      empty ||= number;
      continue;
    }
    if (empty > 0) fail(`line ${empty} is empty`);
    yield { bytes, number };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8. */
export function textOf(bytes: Uint8Array, place: string, fail: Fail): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const near = new TextDecoder().decode(bytes.subarray(0, 40));
    return fail(`${place} is not UTF-8: it begins with ${quoted(near)}`);
  }
}

/** Collects text and gives it away as bytes, in pieces of about 64 KiB. */
export function* encoded(texts: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = "";
  for (const text of texts) {
    waiting += text;
    if (waiting.length < 2 ** 16) continue;
    yield encoder.encode(waiting);
    waiting = "";
  }
  if (waiting !== "") yield encoder.encode(waiting);
}
