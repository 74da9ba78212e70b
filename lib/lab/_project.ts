// Where the caller's project is, which is seldom where the library is.

import { dirname, join } from "node:path";
import { withFlags } from "./_permissions.ts";

/** The files of which Deno takes the nearest for the configuration of a program or a notebook. */
const configurations = ["deno.json", "deno.jsonc", "package.json"];

/**
 * The nearest folder with one of these files, from the current folder up; the current folder if there is
 * none.
 */
export async function projectFolder(): Promise<string> {
  const doing = "find the project of the current folder";
  return await withFlags(doing, "--allow-read, or pass the option root", async () => {
    const current = Deno.cwd();
    let folder = current;
    for (let below = ""; folder !== below; folder = dirname(folder)) {
      for (const name of configurations) if (await isFile(join(folder, name))) return folder;
      below = folder;
    }
    return current;
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}
