// What hyparquet does not look at: whether the pages of a column lie within it, one behind the other,
// and hold as many values as they should. It would walk for ever through some that do not.

import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { quoted } from "../../check/describe.ts";
import type { Fail } from "./table.ts";

/** Refuses columns whose pages are not where and as many as the file says. */
export async function checkPages(
  file: AsyncBuffer,
  { row_groups: groups }: FileMetaData,
  columns: readonly string[],
  fail: Fail,
): Promise<void> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
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
      const reader = { view: new DataView(await file.slice(start, start + size)), offset: 0 };
      let values = 0;
      while (reader.offset < size) {
        const begun = reader.offset;
        const header = parquetHeader(reader);
        const place = `the page of ${what} at byte ${start + begun}`;
        const { compressed_page_size: packed, uncompressed_page_size: whole } = header;
        if (!isCount(packed) || !isCount(whole) || reader.offset + packed > size) {
          fail(`${place} must end within its column, got ${packed} bytes`);
        }
        // Snappy makes bytes at most 22 times fewer.
        if (whole > 32 * packed + 64) fail(`${place} cannot have ${whole} bytes in ${packed}`);
        const data = header.data_page_header ?? header.data_page_header_v2;
        const held = data?.num_values ?? header.dictionary_page_header?.num_values ?? 0;
        if (!isCount(held)) fail(`${place} must have a number of values, got ${held}`);
        if (data !== undefined) values += held;
        else if (held > whole) fail(`${place} cannot have ${held} values in ${whole} bytes`);
        reader.offset += packed;
      }
      if (values !== Number(chunk.num_values)) {
        fail(`${what} must have ${chunk.num_values} values in its pages, got ${values}`);
      }
      if (values < Number(rows)) fail(`${what} must have a value per row, ${rows}, got ${values}`);
    }
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
