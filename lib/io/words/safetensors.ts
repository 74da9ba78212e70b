// safetensors: a JSON header that says where each tensor lies, then their bytes. The format has no
// place for words: they are JSON text in the metadata, under "words", and labels under "labels".

import { describe, quoted } from "../../check/describe.ts";
import { dtypeOf } from "../../check/dtype.ts";
import { ByteReader, textOf } from "./_bytes.ts";
import { type Fail, type ReadRules, Rows, type WordTable } from "./table.ts";

/** The longest header that the format's own reader accepts. */
const longestHeader = 1e8;
const bytesOfKind: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };
/** Name of the tensor that is written. */
const tensorName = "vectors";
const pieceBytes = 2 ** 20;

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** What else a safetensors file is read by. */
export interface SafetensorsRules extends ReadRules {
  /** Name of the tensor; by default the only one with two axes. */
  readonly tensor: string | undefined;
  /** The words, if the file has none. */
  readonly words: readonly string[] | undefined;
}

/** Reads a table from a safetensors file. */
export function readSafetensors(
  pieces: Iterable<Uint8Array>,
  rules: SafetensorsRules,
): WordTable {
  const { fail } = rules;
  const reader = new ByteReader(pieces, fail);
  const size = new DataView(reader.take(8, "the length of the header").buffer).getBigUint64(
    0,
    true,
  );
  if (size > longestHeader) {
    fail(`its header must have at most ${longestHeader} bytes, got ${size}: is it this format?`);
  }
  const { entries, metadata } = readHeader(reader.take(Number(size), "the header"), fail);
  const { name, kind, shape: [count = 0, width = 0], start, end } = choose(entries, rules);
  const last = entries.at(-1)?.end ?? 0;
  reader.skip(start, "the tensors before");
  const bytes = reader.take(end - start, `tensor ${quoted(name)}`);
  reader.skip(last - end, "the tensors behind");
  if (!reader.isAtEnd()) fail(`more bytes follow behind the last tensor, from ${reader.taken} on`);
  const numbers = numbersOf(bytes.buffer, kind);
  const words = rules.words ?? textsIn(metadata, "words", count, fail);
  if (words === undefined) {
    return fail('its metadata has no "words"; the option words gives them');
  }
  if (words.length !== count) {
    fail(`tensor ${quoted(name)} has ${count} rows, but there are ${words.length} words`);
  }
  const rows = new Rows(width, rules.dtype ?? (kind === "F64" ? "float64" : "float32"), rules);
  const kept: number[] = [];
  words.forEach((word, id) => {
    const target = rows.add(word, `row ${id}`);
    if (target !== undefined) kept.push(id);
    target?.set(numbers.subarray(id * width, (id + 1) * width));
  });
  const labels = labelsIn(metadata, count, fail).map(([label, texts]) =>
    [label, kept.map((id) => texts[id] ?? "")] as const
  );
  return rows.table(Object.fromEntries(labels));
}

function readHeader(bytes: Uint8Array, fail: Fail): {
  entries: Entry[];
  metadata: Readonly<Record<string, unknown>>;
} {
  let header: unknown;
  try {
    header = JSON.parse(textOf(bytes, "the header", fail));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail(`its header must be JSON: ${error.message}`);
  }
  if (!isRecord(header)) return fail(`its header must be an object, got ${describe(header)}`);
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata)) return fail(`its metadata must be an object, got ${describe(metadata)}`);
  const entries = Object.entries(tensors).map(([name, given]) => entryOf(name, given, fail))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const each of entries) {
    if (each.start !== end) {
      fail(`tensor ${quoted(each.name)} must begin at byte ${end} of the data, got ${each.start}`);
    }
    end = each.end;
  }
  return { entries, metadata };
}

function entryOf(name: string, given: unknown, fail: Fail): Entry {
  const what = `tensor ${quoted(name.slice(0, 60))}`;
  if (!isRecord(given)) return fail(`${what} must be described by an object`);
  const { dtype, shape, data_offsets: offsets } = given;
  if (typeof dtype !== "string") return fail(`${what} must have a dtype, got ${describe(dtype)}`);
  if (!isCounts(shape)) return fail(`${what} must have a shape of whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2) return fail(`${what} must have two data_offsets`);
  const [start = 0, end = 0] = offsets;
  const size = bytesOfKind[dtype];
  const wanted = size === undefined
    ? end - start
    : shape.reduce((product, length) => product * length, size);
  if (end - start !== wanted) {
    fail(
      `${what} of ${dtype} and shape (${shape.join(", ")}) must have ${wanted} bytes, got ${
        end - start
      }`,
    );
  }
  return { name, kind: dtype, shape, start, end };
}

function choose(entries: readonly Entry[], { tensor, fail }: SafetensorsRules): Entry {
  const known = entries.map(({ name }) => quoted(name.slice(0, 60))).slice(0, 20).join(", ");
  const isTable = ({ kind, shape }: Entry) => shape.length === 2 && kind in bytesOfKind;
  if (tensor !== undefined) {
    const found = entries.find(({ name }) => name === tensor);
    if (found === undefined) {
      return fail(`it has no tensor ${quoted(tensor)}; its tensors are ${known || "none"}`);
    }
    if (isTable(found)) return found;
    return fail(
      `tensor ${quoted(tensor)} must be of F32, F64, F16 or BF16 and have two axes, got ` +
        `${found.kind} and shape (${found.shape.join(", ")})`,
    );
  }
  const [first, second] = entries.filter(isTable);
  if (first === undefined) {
    return fail(`it has no tensor with two axes of floats; it has ${known || "none"}`);
  }
  if (second === undefined) return first;
  return fail(`it has several tensors; the option tensor chooses one of ${known}`);
}

function numbersOf(buffer: ArrayBuffer, kind: string): ArrayLike<number> & {
  subarray(start: number, end: number): ArrayLike<number>;
} {
  if (kind === "F64") return new Float64Array(buffer);
  if (kind === "F32") return new Float32Array(buffer);
  if (kind === "F16") return new Float16Array(buffer);
  // The upper half of a float32.
  const halves = new Uint16Array(buffer);
  const bits = Uint32Array.from(halves, (half) => half * 2 ** 16);
  return new Float32Array(bits.buffer);
}

/** A list of texts in the metadata, as JSON text; undefined if it is not there. */
function textsIn(
  metadata: Readonly<Record<string, unknown>>,
  name: string,
  count: number,
  fail: Fail,
): string[] | undefined {
  const given = metadata[name];
  if (given === undefined) return undefined;
  return checkTexts(parse(given, name, fail), `its ${quoted(name)}`, count, fail);
}

function labelsIn(
  metadata: Readonly<Record<string, unknown>>,
  count: number,
  fail: Fail,
): [string, string[]][] {
  if (metadata.labels === undefined) return [];
  const labels = parse(metadata.labels, "labels", fail);
  if (!isRecord(labels)) return fail(`its "labels" must be JSON of an object`);
  return Object.entries(labels).map(([name, texts]) => [
    name,
    checkTexts(texts, `label ${quoted(name.slice(0, 60))}`, count, fail),
  ]);
}

function parse(text: unknown, name: string, fail: Fail): unknown {
  try {
    if (typeof text === "string") return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return fail(`its metadata "${name}" must be text in JSON`);
}

function checkTexts(texts: unknown, what: string, count: number, fail: Fail): string[] {
  if (!Array.isArray(texts) || texts.length !== count) {
    const got = Array.isArray(texts) ? texts.length : describe(texts);
    return fail(`${what} must be a list of ${count} texts, one per row, got ${got}`);
  }
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong >= 0) fail(`${what} must have text at ${wrong}, got ${describe(texts[wrong])}`);
  return texts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

/** Writes the table as the one tensor "vectors", with words and labels in the metadata. */
export function* writeSafetensors(table: WordTable, doing: string): Generator<Uint8Array> {
  const { words, data, width, labels } = table;
  const dtype = dtypeOf(data) === "float64" ? "F64" : "F32";
  const half = words.findIndex((word) => !word.isWellFormed());
  if (half >= 0) {
    throw new TypeError(
      `Cannot ${doing}: word ${half} has half of a surrogate pair, got ${describe(words[half])}`,
    );
  }
  const metadata: Record<string, string> = { words: JSON.stringify(words) };
  if (Object.keys(labels).length > 0) metadata.labels = JSON.stringify(labels);
  const text = JSON.stringify({
    __metadata__: metadata,
    [tensorName]: { dtype, shape: [words.length, width], data_offsets: [0, data.byteLength] },
  });
  const json = new TextEncoder().encode(text);
  // The data begins at a multiple of 8, as the format asks for.
  const header = new Uint8Array(Math.ceil((8 + json.length) / 8) * 8).fill(0x20);
  const length = header.length - 8;
  if (length > longestHeader) {
    throw new RangeError(
      `Cannot ${doing}: words and labels must fit into ${longestHeader} bytes, got ${length}; ` +
        "Parquet holds more",
    );
  }
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  yield header;
  for (let start = 0; start < data.byteLength; start += pieceBytes) {
    const size = Math.min(pieceBytes, data.byteLength - start);
    yield new Uint8Array(data.buffer, data.byteOffset + start, size);
  }
}
