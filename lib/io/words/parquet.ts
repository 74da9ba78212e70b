// Parquet: a column "word", one for each label, and "vector", a list of numbers, by hyparquet. The
// packages are loaded when the first file is read or written.

import type { AsyncBuffer, FileMetaData, SchemaElement } from "hyparquet";
import { describe, quoted } from "../../check/describe.ts";
import { FormatError } from "../../check/errors.ts";
import { checkPages } from "./_parquet_pages.ts";
import { type Fail, type ReadRules, Rows, type WordTable } from "./table.ts";

/** How many rows are read, written and held in memory at a time. */
const groupRows = 4096;

/** Reads a Parquet file with columns "word" and "vector"; other columns of text are labels. */
export async function readParquet(file: AsyncBuffer, rules: ReadRules): Promise<WordTable> {
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { fail } = rules;
  if (file.byteLength < 12) fail(`it must have at least 12 bytes, got ${file.byteLength}`);
  const metadata = await retold(() => parquetMetadataAsync(file), fail);
  const { isDouble, labelNames } = await retold(() => columnsOf(metadata, fail), fail);
  const count = Number(metadata.num_rows);
  // All words are different, so that each has a byte of its own.
  if (!(count <= file.byteLength)) {
    fail(`it says that it has ${count} rows: it is too short for them`);
  }
  const columns = ["word", "vector", ...labelNames];
  await retold(() => checkPages(file, metadata, columns, fail), fail);
  const labels = labelNames.map((name): [string, string[]] => [name, []]);
  let rows: Rows | undefined;
  let width = 0;
  for (let start = 0; start < count; start += groupRows) {
    const rowEnd = Math.min(start + groupRows, count);
    const part: Record<string, unknown>[] = [];
    for (const name of columns) {
      // One column at a time: of several that are damaged, all but one would fail unheard.
      const read = await retold(
        () =>
          parquetReadObjects({ file, metadata, columns: [name], rowStart: start, rowEnd, parsers }),
        fail,
      );
      if (read.length !== rowEnd - start) {
        fail(`column ${quoted(name)} must have ${count} rows, got ${start + read.length}`);
      }
      read.forEach((row, i) => (part[i] ??= {})[name] = row[name]);
    }
    part.forEach((row, i) => {
      const place = `row ${start + i}`;
      const vector = vectorIn(row.vector, place, fail);
      if (rows === undefined) {
        width = vector.length;
        rows = new Rows(width, rules.dtype ?? (isDouble ? "float64" : "float32"), rules);
      }
      if (vector.length !== width) {
        fail(`${place} must have ${width} numbers, as row 0 has, got ${vector.length}`);
      }
      const target = rows.add(textIn(row.word, `the word of ${place}`, fail), place);
      if (target === undefined) return;
      target.set(vector);
      for (const [name, texts] of labels) {
        texts.push(textIn(row[name], `label ${quoted(name)} of ${place}`, fail));
      }
    });
  }
  return (rows ?? new Rows(0, "float32", rules)).table(Object.fromEntries(labels));
}

/** What the columns are; those that are neither word, vector nor text are left alone. */
function columnsOf(
  { schema: [root, ...elements] }: FileMetaData,
  fail: Fail,
): { isDouble: boolean; labelNames: string[] } {
  const tops: { element: SchemaElement; leaf: SchemaElement }[] = [];
  for (let at = 0; at < elements.length && tops.length < (root?.num_children ?? 0);) {
    const element = elements[at];
    if (element === undefined) break;
    let leaf = element;
    for (let open = element.num_children ?? 0; open > 0; open--) {
      leaf = elements[++at] ?? leaf;
      open += leaf.num_children ?? 0;
    }
    tops.push({ element, leaf });
    at++;
  }
  const isText = ({ type, converted_type: kind, logical_type: logical }: SchemaElement) =>
    type === "BYTE_ARRAY" && (kind === "UTF8" || logical?.type === "STRING");
  const named = (name: string) => tops.find(({ element }) => element.name === name);
  const known = tops.map(({ element }) => quoted(element.name.slice(0, 60))).join(", ");
  const [word, vector] = [named("word"), named("vector")];
  if (word === undefined || vector === undefined) {
    return fail(`it must have the columns "word" and "vector", got ${known || "none"}`);
  }
  if (word.element !== word.leaf || !isText(word.element)) fail('its column "word" must be text');
  const { type } = vector.leaf;
  if (vector.element === vector.leaf || (type !== "FLOAT" && type !== "DOUBLE")) {
    fail(`its column "vector" must be a list of floats or doubles, got ${type ?? "a group"}`);
  }
  const labelNames = tops.filter(({ element, leaf }) =>
    element === leaf && element !== word.element && isText(element)
  ).map(({ element }) => element.name);
  return { isDouble: type === "DOUBLE", labelNames };
}

function vectorIn(value: unknown, place: string, fail: Fail): number[] {
  if (!Array.isArray(value)) return fail(`${place} must have a vector, got ${describe(value)}`);
  const wrong = value.findIndex((each) => typeof each !== "number");
  if (wrong >= 0) fail(`${place} must have a number at [${wrong}], got ${describe(value[wrong])}`);
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// The package's own replaces what is no UTF-8.
const parsers = { stringFromBytes: (bytes?: Uint8Array) => bytes && utf8.decode(bytes) };

function textIn(value: unknown, what: string, fail: Fail): string {
  return typeof value === "string" ? value : fail(`${what} must be text, got ${describe(value)}`);
}

/** Tells what is wrong with a file by the error of the package that reads it. */
async function retold<Result>(read: () => Result | Promise<Result>, fail: Fail): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    // A damaged file may make the package fail in any way, but not the file system.
    if (error instanceof FormatError || (error instanceof Error && "syscall" in error)) throw error;
    return fail(`it cannot be decoded: ${error instanceof Error ? error.message : error}`);
  }
}

/** Writes a Parquet file in pieces, compressed by Snappy. */
export async function* writeParquet(
  table: WordTable,
  doing: string,
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const { words, data, width, labels } = table;
  const isDouble = data instanceof Float64Array;
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" } as const;
  const names = Object.keys(labels);
  const schema: SchemaElement[] = [
    { name: "root", num_children: names.length + 2 },
    { name: "word", ...text },
    ...names.map((name) => ({ name, ...text })),
    { name: "vector", repetition_type: "REQUIRED", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: isDouble ? "DOUBLE" : "FLOAT", repetition_type: "REQUIRED" },
  ];
  checkUnicode(doing, "word", words);
  for (const name of names) checkUnicode(doing, `label ${quoted(name)}`, labels[name] ?? []);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: "minimodel" });
  const drained = () => {
    const piece = bytes.getBytes().slice();
    // The offset, which goes on, says where in the file the next bytes will be.
    bytes.index = 0;
    return piece;
  };
  for (let start = 0; start < words.length; start += groupRows) {
    const end = Math.min(start + groupRows, words.length);
    await writer.write({
      columnData: [
        { name: "word", data: words.slice(start, end) },
        ...names.map((name) => ({ name, data: (labels[name] ?? []).slice(start, end) })),
        {
          name: "vector",
          // A dictionary would make one number of 0 and -0.
          encoding: "PLAIN",
          data: Array.from(
            { length: end - start },
            (_, i) => Array.from(data.subarray((start + i) * width, (start + i + 1) * width)),
          ),
        },
      ],
      rowGroupSize: groupRows,
    });
    yield drained();
  }
  await writer.finish();
  yield drained();
}

function checkUnicode(doing: string, what: string, texts: readonly string[]): void {
  const id = texts.findIndex((text) => !text.isWellFormed());
  if (id < 0) return;
  throw new TypeError(
    `Cannot ${doing}: ${what} ${id} has half of a surrogate pair, got ${describe(texts[id])}`,
  );
}
