// Consumers on Deno, each with its own way of finding the packages.

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { root } from "../../tasks/_cli.ts";
import { denoProgram } from "../../tasks/deno_program.ts";
import { importTime, judgeLastLine, runQuietly } from "./_consumer.ts";
import { copyFolder, copyProgram, type Sources, writeJson } from "./_folders.ts";

const programs = ["work.ts", "files.ts", "lab.ts"];

/** The exports of the packed packages by their specifiers, and what they import from npm. */
async function importsOf(
  folder: string,
  prefix: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const imports: Record<string, string> = {};
  for (const name of names) {
    const config: {
      name: string;
      exports: string | Record<string, string>;
      imports: Record<string, string>;
    } = JSON.parse(await Deno.readTextFile(join(folder, name, "deno.json")));
    const { exports } = config;
    const entries = typeof exports === "string" ? { ".": exports } : exports;
    for (const [key, path] of Object.entries(entries)) {
      imports[`${config.name}${key.slice(1)}`] = `${prefix}${name}${path.slice(1)}`;
    }
    Object.assign(imports, config.imports);
  }
  return imports;
}

/** Checks the types, saves, loads and works; with the lab too if `all`. */
async function runAll(folder: string, all = true): Promise<string> {
  const deno = (...args: string[]) => runQuietly(denoProgram(), args, folder);
  const files = all ? ["files.ts", "lab.ts"] : ["files.ts"];
  await deno("check", "-q", ...files);
  judgeLastLine(await deno("run", "--allow-read=.", "--allow-write=runs", "files.ts"));
  if (all) await deno("run", "--allow-read", "--allow-write", "lab.ts");
  return await importTime(denoProgram(), ["run"], folder);
}

/** The packages of the lock file of a consumer. */
async function lockedIn(folder: string): Promise<string[]> {
  const lock = JSON.parse(await Deno.readTextFile(join(folder, "deno.lock")));
  return Object.keys({ ...lock.jsr, ...lock.npm }).map((each) => each.replace(/@[^@]*$/, ""));
}

/** By import map, the core alone: nothing of the lab reaches it, or its lock. */
export async function coreByImportMap(sources: Sources, folder: string): Promise<string> {
  await copyFolder(join(sources.deno, "core"), join(folder, "packed/core"));
  await copyProgram(folder, ["work.ts", "files.ts"]);
  const imports = await importsOf(join(folder, "packed"), "./packed/", ["core"]);
  await writeJson(join(folder, "deno.json"), { imports });
  const remark = await runAll(folder, false);
  assertEquals(await lockedIn(folder), ["@noble/hashes", "pure-rand"]);
  return remark;
}

/** By import map, both packages. */
export async function byImportMap(sources: Sources, folder: string): Promise<string> {
  await copyFolder(sources.deno, join(folder, "packed"));
  await copyProgram(folder, programs);
  const imports = await importsOf(join(folder, "packed"), "./packed/", ["core", "lab"]);
  await writeJson(join(folder, "deno.json"), { imports });
  return await runAll(folder);
}

const fromJsr = {
  "@minimodel/core": "jsr:@minimodel/core@0.1.0",
  "@minimodel/lab": "jsr:@minimodel/lab@0.1.0",
};

/** By `links`, which stand in for what a registry would send. */
export async function byLinks(sources: Sources, folder: string): Promise<string> {
  await copyFolder(sources.deno, join(folder, "packed"));
  await copyProgram(folder, programs);
  const links = ["./packed/core", "./packed/lab"];
  await writeJson(join(folder, "deno.json"), { links, imports: fromJsr });
  return await runAll(folder);
}

/** As members of a workspace. */
export async function byWorkspace(sources: Sources, folder: string): Promise<string> {
  await copyFolder(sources.deno, join(folder, "packed"));
  const workspace = ["./packed/core", "./packed/lab", "./app"];
  await writeJson(join(folder, "deno.json"), { workspace });
  await copyProgram(join(folder, "app"), programs);
  await writeJson(join(folder, "app/deno.json"), { name: "@me/app", exports: "./work.ts" });
  return await runAll(join(folder, "app"));
}

/** From node_modules, with the tarballs of both packages. */
export async function byNodeModules(sources: Sources, folder: string): Promise<string> {
  await copyFolder(sources.npmWithLab, folder);
  await copyProgram(folder, programs);
  return await runAll(folder);
}

/** A notebook outside the project, in the Deno kernel that the project's .venv has. */
export async function notebook(sources: Sources, folder: string): Promise<void> {
  await copyFolder(sources.deno, join(folder, "packed"));
  await copyProgram(folder, programs);
  const imports = await importsOf(join(folder, "packed"), "./packed/", ["core", "lab"]);
  await writeJson(join(folder, "deno.json"), { imports });
  const sourceOf = ['await import("./files.ts");', 'await import("./lab.ts");'];
  const cells = sourceOf.map((source, n) => ({
    ...{ cell_type: "code", id: `c${n}`, metadata: {}, source, outputs: [] },
    execution_count: null,
  }));
  const kernelspec = { display_name: "Deno", language: "typescript", name: "deno" };
  const path = join(folder, "own.ipynb");
  await writeJson(path, { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
  const python = join(root, ".venv/bin/python");
  const args = ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"];
  await runQuietly(python, [...args, "--log-level=ERROR", path], folder);
  const run: { cells: { outputs: { text?: string | string[] }[] }[] } = JSON.parse(
    await Deno.readTextFile(path),
  );
  const printed = run.cells[0]?.outputs.map(({ text = "" }) => [text].flat().join("")).join("");
  judgeLastLine(printed ?? "");
}
