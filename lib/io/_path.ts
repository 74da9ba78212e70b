// Where a checkpoint is, by what the caller gives: a path, the address of a file, or a URL.

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, quoted } from "../check/describe.ts";
import type { Task } from "./_file_errors.ts";
import type { Fail } from "./_npy_dtypes.ts";

/** What is to be done, and to which files; refuses what names none. */
export function taskAt(verb: Task["verb"], path: string | URL): Task {
  const refuse: Fail = (detail) => {
    throw new TypeError(`Cannot ${verb} a checkpoint: ${detail}`);
  };
  const given = pathOf(path, refuse);
  const name = /[/\\]$/.test(given) ? "" : basename(given).replace(/\.json$/, "");
  if (["", ".", ".."].includes(name) || given.includes("\0")) {
    refuse(`its path must end in a name, as "runs/embedding" does, got ${quoted(given)}`);
  }
  const folder = dirname(given);
  return { verb, name, folder, manifestPath: join(folder, `${name}.json`) };
}

/** The path of a file, as a string; refuses what is none. */
export function pathOf(path: unknown, refuse: Fail): string {
  if (path instanceof URL) return fileOf(path, refuse);
  if (typeof path !== "string") {
    return refuse(`its path must be a string or URL, got ${describe(path)}`);
  }
  // As import.meta.resolve gives them. One letter before the colon is a drive of Windows.
  if (!/^(file:\/|[a-z][a-z0-9+.-]+:\/\/)/i.test(path)) return path;
  if (!URL.canParse(path)) refuse(`its URL must be valid, got ${quoted(path)}`);
  return fileOf(new URL(path), refuse);
}

function fileOf(url: URL, refuse: Fail): string {
  if (url.protocol !== "file:") {
    refuse(`its URL must begin with "file:", got ${quoted(url.protocol)}`);
  }
  if (url.search !== "" || url.hash !== "") {
    refuse(
      `its URL must have no "?" and no "#" (%3F and %23 in a name), got ${quoted(url.href)}`,
    );
  }
  try {
    return fileURLToPath(url);
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return refuse(`its URL must be that of a file, got ${quoted(url.href)} (${why})`);
  }
}
