// The header of a .npy file: read by a parser for exactly the one Python dict that may stand there,
// written byte for byte as NumPy writes it.

import { formatShape } from "../check/shape.ts";
import { byteLengthOf, type Fail, type Layout, layoutOf, quote, showShape } from "./_npy_dtypes.ts";

/** What the header says of the data behind it. */
export interface NpyHeader {
  readonly layout: Layout;
  readonly fortranOrder: boolean;
  readonly shape: number[];
  /** Where the data starts, and how many bytes of it there must be. */
  readonly dataStart: number;
  readonly dataLength: number;
}

const magic = [0x93, ...asciiBytes("NUMPY")];

/** NumPy's own limit for a file it does not trust. */
export const maxHeaderLength = 10_000;

/** Reads everything before the data; looks at no byte behind it. */
export function readHeader(bytes: Uint8Array, fail: Fail): NpyHeader {
  for (const [at, wanted] of magic.entries()) {
    const byte = bytes[at];
    if (byte === undefined || byte === wanted) continue;
    fail(`magic string wants 0x${hex(wanted)} at byte ${at}, got 0x${hex(byte)}`);
  }
  if (bytes.length < 8) fail(endsInside("the magic string and version", 0, 8));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [major, minor] = [view.getUint8(6), view.getUint8(7)];
  if (major < 1 || major > 3 || minor !== 0) {
    fail(`version at byte 6 must be 1.0, 2.0 or 3.0, got ${major}.${minor}`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) fail(endsInside("the header length", 8, start));
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeaderLength) {
    fail(`header length at byte 8 must be at most ${maxHeaderLength}, got ${length}`);
  }
  const stop = start + length;
  if (bytes.length < stop) fail(endsInside("the header", start, stop));
  // A Python 2 writer put L behind long integers; version 3.0 came after Python 2.
  const parser = new HeaderParser(bytes, start, stop, major < 3, fail);
  const { descr, fortran_order: fortranOrder, shape } = parser.parse();
  const layout = layoutOf(descr, fail);
  const dataLength = byteLengthOf(shape, layout.numberSize * layout.parts);
  if (dataLength === undefined) {
    fail(`shape must be of less than 2^53 bytes, got ${showShape(shape)}`);
  }
  return { layout, fortranOrder, shape, dataStart: stop, dataLength };

  function endsInside(part: string, from: number, to: number): string {
    return `ends after ${bytes.length} bytes, inside ${part} (bytes ${from} to ${to})`;
  }
}

/**
 * The bytes before the data, as `numpy.save` writes them: version 1.0, C order, keys sorted, padded
 * to a multiple of 64 bytes.
 */
export function writeHeader(dtype: string, shape: readonly number[]): Uint8Array {
  const dict = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${formatShape(shape)}, }`;
  // NumPy leaves room for the first dimension to grow to 21 digits in place, and adds a whole block
  // of spaces where none is missing: the same array has the same bytes here and there.
  const room = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const used = dict.length + room + 1;
  const length = used + 64 - (10 + used) % 64;
  const text = `${dict.padEnd(length - 1)}\n`;
  return Uint8Array.from([...magic, 1, 0, length & 0xff, length >>> 8, ...asciiBytes(text)]);
}

type HeaderDict = { descr: string; fortran_order: boolean; shape: number[] };

const wantedKeys = "'descr', 'fortran_order' and 'shape'";

// header: blanks dict white space        dict: "{" [key ":" value {"," key ":" value} [","]] "}"
// descr: a string in ' or "              fortran_order: True or False
// shape: "(" ")" or "(" integer "," {integer ","} [integer] ")"
// Nothing nests, so nothing recurses, and every step moves on: the time is linear in the header.
class HeaderParser {
  #bytes: Uint8Array;
  #at: number;
  #stop: number;
  #longSuffix: boolean;
  #fail: Fail;

  constructor(bytes: Uint8Array, start: number, stop: number, longSuffix: boolean, fail: Fail) {
    this.#bytes = bytes;
    this.#at = start;
    this.#stop = stop;
    this.#longSuffix = longSuffix;
    this.#fail = fail;
  }

  parse(): HeaderDict {
    const found: Partial<HeaderDict> = {};
    while (this.#peek() === " " || this.#peek() === "\t") this.#at++;
    this.#expect("{", "the header must be a dict");
    this.#skipSpace();
    while (!this.#take("}")) {
      this.#entry(found);
      this.#skipSpace();
      if (this.#take(",")) this.#skipSpace();
      else if (this.#peek() !== "}") this.#failHere("',' or '}' must follow a value");
    }
    this.#skipSpace();
    if (this.#at < this.#stop) this.#failHere("nothing may follow the dict");
    const { descr, fortran_order, shape } = found;
    if (descr === undefined) return this.#fail(missing("descr"));
    if (fortran_order === undefined) return this.#fail(missing("fortran_order"));
    if (shape === undefined) return this.#fail(missing("shape"));
    return { descr, fortran_order, shape };
  }

  #entry(found: Partial<HeaderDict>): void {
    const at = this.#at;
    const key = this.#string("a key must be a string");
    if (key !== "descr" && key !== "fortran_order" && key !== "shape") {
      this.#fail(`header key at byte ${at} must be ${wantedKeys}, got ${quote(key)}`);
    }
    if (found[key] !== undefined) {
      this.#fail(`header key ${quote(key)} at byte ${at} must not be there twice`);
    }
    this.#skipSpace();
    this.#expect(":", "':' must follow a key");
    this.#skipSpace();
    if (key === "descr") found.descr = this.#descr();
    else if (key === "fortran_order") found.fortran_order = this.#boolean();
    else found.shape = this.#tuple();
  }

  #descr(): string {
    if (this.#peek() === "[") {
      this.#failHere(
        "descr is a list, which means structured records, and no typed array holds them",
      );
    }
    if (this.#peek() === "(") {
      this.#failHere("descr is a tuple, which means a subarray, and no typed array holds it");
    }
    return this.#string("descr must be a string");
  }

  #string(rule: string): string {
    const mark = this.#peek();
    if (mark !== "'" && mark !== '"') this.#failHere(rule);
    const from = ++this.#at;
    while (this.#peek() !== mark) {
      if (this.#at >= this.#stop) {
        this.#fail(`header string at byte ${from - 1} must end in ${mark}`);
      }
      if (this.#peek() < " ") this.#failHere("a string must not hold control characters");
      if (this.#peek() === "\\") this.#failHere("a string must not hold escapes");
      this.#at++;
    }
    return this.#text(from, this.#at++);
  }

  #boolean(): boolean {
    const from = this.#at;
    const word = this.#word();
    if (word === "True") return true;
    if (word === "False") return false;
    this.#at = from;
    return this.#failHere("fortran_order must be True or False");
  }

  #tuple(): number[] {
    this.#expect("(", "shape must be a tuple of integers");
    const shape: number[] = [];
    this.#skipSpace();
    while (!this.#take(")")) {
      shape.push(this.#dimension());
      this.#skipSpace();
      if (this.#take(",")) this.#skipSpace();
      else if (this.#peek() !== ")") this.#failHere("',' or ')' must follow a dimension");
      else if (shape.length === 1) this.#failHere("a tuple of one must end in a comma");
    }
    return shape;
  }

  #dimension(): number {
    const from = this.#at;
    this.#take("-");
    const word = this.#word();
    const digits = this.#longSuffix && word.endsWith("L") ? word.slice(0, -1) : word;
    const refuse = (wanted: string): never =>
      this.#fail(
        `header shape at byte ${from} must ${wanted}, got ${quote(this.#text(from, this.#at))}`,
      );
    if (!/^(0|[1-9]\d*)$/.test(digits)) {
      if (/^\d+(\.\d*)?([eE][-+]?\d*)?$|^\.\d/.test(word)) {
        refuse("hold whole numbers without leading zeros");
      }
      this.#at = from;
      this.#failHere("a dimension must be a decimal integer");
    }
    if (this.#bytes[from] === 0x2d) refuse("not be negative");
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) refuse(`be at most ${Number.MAX_SAFE_INTEGER}`);
    return value;
  }

  /** Letters, digits, dots and underscores from here on, taken. */
  #word(): string {
    const from = this.#at;
    while (/[\w.]/.test(this.#peek())) this.#at++;
    return this.#text(from, this.#at);
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#peek())) this.#at++;
  }

  /** The character here, or "" at the end of the header. */
  #peek(): string {
    const byte = this.#at < this.#stop ? this.#bytes[this.#at] : undefined;
    return byte === undefined ? "" : String.fromCharCode(byte);
  }

  #take(character: string): boolean {
    const there = this.#peek() === character;
    if (there) this.#at++;
    return there;
  }

  #expect(character: string, rule: string): void {
    if (!this.#take(character)) this.#failHere(rule);
  }

  #text(from: number, to: number): string {
    let text = "";
    for (const byte of this.#bytes.subarray(from, to)) text += String.fromCharCode(byte);
    return text;
  }

  #failHere(rule: string): never {
    const here = this.#at < this.#stop ? quote(this.#peek()) : "its end";
    return this.#fail(`header has ${here} at byte ${this.#at}: ${rule}`);
  }
}

function missing(key: string): string {
  return `header has no key '${key}', must have ${wantedKeys}`;
}

function asciiBytes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
