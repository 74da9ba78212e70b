// Folders for consumers: they know nothing of the project but the packed files.

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../../tasks/_cli.ts";
import { packages, packAll, publishedFiles, run } from "../../tasks/pack.ts";

const program = fileURLToPath(new URL("./program/", import.meta.url));

/** The packed packages, as files of Deno and as npm's. */
export interface Sources {
  /** Holds `core` and `lab` with the files that `deno publish` sends. */
  readonly deno: string;
  /** Holds node_modules with the tarball of the core. */
  readonly npm: string;
  /** Likewise, with that of the lab too. */
  readonly npmWithLab: string;
  /** Holds the tarballs. */
  readonly tarballs: string;
}

/** Packs everything into folders below `base`. */
export async function packInto(base: string): Promise<Sources> {
  const [deno, npm, npmWithLab] = ["deno", "npm", "npm-lab"].map((name) => join(base, name));
  await copyPublished(deno);
  const tarballs = join(base, "tarballs");
  const paths = (await packAll(tarballs)).map(({ path }) => path);
  for (const [folder, wanted] of [[npm, paths.slice(0, 1)], [npmWithLab, paths]] as const) {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(join(folder, "package.json"), '{ "type": "module" }\n');
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await run("npm", ["install", ...options, ...wanted], folder);
  }
  return { deno, npm, npmWithLab, tarballs };
}

/** Copies the files of each package that `deno publish` would send. */
async function copyPublished(target: string): Promise<void> {
  const published = await publishedFiles();
  for (const { name, folder } of packages) {
    for (const path of published.get(name) ?? []) {
      const to = join(target, name, path);
      await Deno.mkdir(dirname(to), { recursive: true });
      await Deno.copyFile(join(root, folder, path), to);
    }
  }
}

/** Copies a folder with all that is in it. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) await copyFolder(source, target);
    else if (!isSymlink) await Deno.copyFile(source, target);
  }
}

/** Copies files of the program that consumers run. */
export async function copyProgram(to: string, names: readonly string[]): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const name of names) await Deno.copyFile(join(program, name), join(to, basename(name)));
}

/** Writes a value as JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
