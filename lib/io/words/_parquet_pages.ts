// What hyparquet does not look at: whether the pages of a column lie within it, one behind the other,
// and hold as many values as they should. Some that do not would keep it busy for ever.

import type { AsyncBuffer, ColumnMetaData, FileMetaData, SchemaElement } from "hyparquet";
import { quoted } from "../../check/describe.ts";
import { checkRuns, checkStretch } from "./_parquet_runs.ts";
import type { Fail } from "./table.ts";

/** More values in one column of one group of rows would not fit into memory. */
const mostValues = 2 ** 28;

/** Refuses columns whose pages are not where and as many as the file says. */
export async function checkPages(
  file: AsyncBuffer,
  { row_groups: groups, schema }: FileMetaData,
  columns: readonly string[],
  fail: Fail,
): Promise<void> {
  for (const { columns: chunks, num_rows: rows } of groups) {
    for (const { meta_data: chunk } of chunks) {
      const [name = ""] = chunk?.path_in_schema ?? [];
      if (chunk === undefined || !columns.includes(name)) continue;
      const what = `column ${quoted(name.slice(0, 60))}`;
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
      const size = Number(chunk.total_compressed_size);
      if (!(start >= 4 && size >= 0 && start + size <= file.byteLength)) {
        fail(`${what} must lie within ${file.byteLength} bytes, got ${size} from ${start} on`);
      }
      const bytes = new Uint8Array(await file.slice(start, start + size));
      const levels = levelsOf(schema, chunk.path_in_schema);
      const values = await checkChunk(
        bytes,
        chunk,
        levels,
        (detail) => fail(`a page of ${what} is damaged: ${detail}`),
      );
      if (values !== Number(chunk.num_values) || values > mostValues || values < Number(rows)) {
        fail(`${what} must have ${chunk.num_values} values for ${rows} rows, got ${values}`);
      }
    }
  }
}

/** Looks at all pages of a column, and returns how many values they have. */
async function checkChunk(
  bytes: Uint8Array,
  { codec }: ColumnMetaData,
  levels: readonly number[],
  fail: Fail,
): Promise<number> {
  const [{ parquetHeader }, { decompressPage }] = await Promise.all([
    import("hyparquet/src/column.js"),
    import("hyparquet/src/datapage.js"),
  ]);
  const reader = { view: new DataView(bytes.buffer), offset: 0 };
  let values = 0;
  while (reader.offset < bytes.length) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: whole } = header;
    if (!isCount(packed) || !isCount(whole) || reader.offset + packed > bytes.length) {
      fail(`it has ${packed} bytes, but its column ends before`);
    }
    // Snappy makes bytes at most 22 times fewer.
    if (codec === "SNAPPY" && whole > 32 * packed + 64) {
      fail(`it cannot have ${whole} bytes in ${packed}`);
    }
    const page = bytes.subarray(reader.offset, reader.offset + packed);
    reader.offset += packed;
    const { data_page_header: first, data_page_header_v2: second } = header;
    const held = (first ?? second ?? header.dictionary_page_header)?.num_values ?? 0;
    if (!isCount(held) || held > mostValues) fail(`it has ${held} values`);
    const isDictionary = (first ?? second)?.encoding?.endsWith("_DICTIONARY") ?? false;
    if (first !== undefined) {
      const unpacked = decompressPage(page, whole, codec, undefined);
      checkRuns({ bytes: unpacked, levels, values: held, isDictionary }, fail);
    } else if (second !== undefined) {
      const sizes = [second.repetition_levels_byte_length, second.definition_levels_byte_length];
      let at = 0;
      for (const [i, size = 0] of sizes.entries()) {
        if (!isCount(size) || at + size > packed) fail("its levels are cut off");
        const level = levels[i] ?? 0;
        if (level > 0) {
          checkStretch(page.subarray(at, at + size), 32 - Math.clz32(level), held, fail);
        }
        at += size;
      }
      const isPacked = second.is_compressed !== false;
      const unpacked = decompressPage(
        page.subarray(at),
        whole - at,
        isPacked ? codec : "UNCOMPRESSED",
        undefined,
      );
      checkRuns({ bytes: unpacked, levels: [], values: held, isDictionary }, fail);
    } else if (held > whole) fail(`it cannot have ${held} values in ${whole} bytes`);
    if (first !== undefined || second !== undefined) values += held;
  }
  return values;
}

/** The highest repetition and definition level of a column. */
function levelsOf(schema: readonly SchemaElement[], path: readonly string[]): [number, number] {
  let [repetition, definition, at] = [0, 0, 0];
  for (const name of path) {
    at = schema.findIndex((element, i) => i > at && element.name === name);
    const kind = schema[at]?.repetition_type;
    if (kind === "REPEATED") repetition++;
    if (kind === "REPEATED" || kind === "OPTIONAL") definition++;
  }
  return [repetition, definition];
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
