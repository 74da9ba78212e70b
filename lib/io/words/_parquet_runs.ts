// The runs in a page of Parquet: levels, and places in a dictionary, are stored as "this value, n
// times", and hyparquet believes any n.

import type { Fail } from "./table.ts";

/** Programs fill up the last run of packed values to a whole number of groups. */
const mostFilledUp = 512;

/** A page of one column. */
export interface Page {
  /** The page, decompressed; of version 2, its values only. */
  readonly bytes: Uint8Array;
  /** The highest levels of the column; of version 2, 0, as its levels are elsewhere. */
  readonly levels: readonly number[];
  /** How many values it has, nulls included. */
  readonly values: number;
  /** Whether the values are places in a dictionary. */
  readonly isDictionary: boolean;
}

/** Refuses a page with runs that have more values than the page, or do not end within it. */
export function checkRuns({ bytes, levels, values, isDictionary }: Page, fail: Fail): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const level of levels) {
    if (level === 0) continue;
    if (at + 4 > bytes.length) fail("its levels are cut off");
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) fail("its levels are cut off");
    checkStretch(bytes.subarray(at + 4, end), 32 - Math.clz32(level), values, fail);
    at = end;
  }
  if (!isDictionary) return;
  if (at >= bytes.length) fail("its values are cut off");
  const width = bytes[at] ?? 0;
  if (width > 32) fail(`its places in the dictionary have ${width} bits`);
  // Of null values there are no places.
  if (width > 0) checkStretch(bytes.subarray(at + 1), width, values, fail);
}

/** Refuses runs with too many values. */
export function checkStretch(bytes: Uint8Array, width: number, values: number, fail: Fail): void {
  let [at, seen] = [0, 0];
  while (at < bytes.length && seen < values) {
    let [header, factor] = [0, 1];
    for (let more = true; more; at++, factor *= 128) {
      const byte = bytes[at] ?? fail("a run is cut off");
      header += (byte & 127) * factor;
      more = byte > 127;
    }
    const isPacked = header % 2 === 1;
    const count = Math.floor(header / 2) * (isPacked ? 8 : 1);
    if (count === 0 || seen + count > values + (isPacked ? mostFilledUp : 0)) {
      fail(`a run has ${count} values, where ${values - seen} are left`);
    }
    seen += count;
    at += isPacked ? Math.floor(header / 2) * width : Math.ceil(width / 8);
  }
}
