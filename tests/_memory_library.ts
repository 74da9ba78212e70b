// Loads the library for the memory model: as it is, or a copy with some text changed.

import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Library } from "./_memory_steps.ts";

const own = fileURLToPath(new URL("../lib/", import.meta.url));

/** A change of a file's text. */
export interface Change {
  /** The file, from lib. */
  readonly file: string;
  /** What is there once. */
  readonly from: string;
  /** What takes its place. */
  readonly to: string;
}

/** Loads the library from a folder. */
async function loadFrom(folder: string): Promise<Library> {
  const at = (path: string) => pathToFileURL(join(folder, path)).href;
  const [core, room, { memory }] = await Promise.all([
    import(at("mod.ts")),
    import(at("kernels/memory.ts")),
    import(at("kernels/kernels.wasm")),
  ]);
  return { core, room, memory };
}

/** The library. */
export function ownLibrary(): Promise<Library> {
  return loadFrom(own);
}

/** Loads a copy of the library with some changes, each of which must find its place. */
export function changedLibrary(changes: readonly Change[]): Promise<Library> {
  return withCopy(async (folder) => {
    for (const { file, from, to } of changes) {
      const path = join(folder, file);
      const text = await Deno.readTextFile(path);
      if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
      await Deno.writeTextFile(path, text.replace(from, () => to));
    }
    return await loadFrom(folder);
  });
}

/** Calls `work` with a folder that holds a copy of the library. */
export async function withCopy<Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await Deno.makeTempDir();
  try {
    await copy(own, folder);
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(join(from, name), join(to, name));
    else if (/\.(ts|wasm)$/.test(name)) {
      await Deno.mkdir(dirname(join(to, name)), { recursive: true });
      await Deno.copyFile(join(from, name), join(to, name));
    }
  }
}
