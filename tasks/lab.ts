// Executes notebooks from the command line with the Deno kernel and says where the results are.

import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { main, root, runToEnd, SetupError } from "./_cli.ts";
import { notebookFolder, notebookNames } from "./_notebooks.ts";
import { formatNotebook } from "./format_notebook.ts";
import { ensureJupyter, jupyterEnv, venvPython } from "./jupyter.ts";

const usage = `Usage: deno task lab [notebook ...] [--write] [--compare] [--timeout seconds]

Executes the notebooks, by default the project's own in notebooks/, and leaves the files as they are.

  --write     put the new outputs into the notebook files
  --compare   fail when a cell's outputs are not those in the file; of a cell tagged "varies"
              only their kinds are compared
  --timeout   how long one cell may run, in seconds (default 300)`;

/**
 * Reads the command line.
 *
 * @throws {SetupError} If it is wrong; the message has the usage.
 */
export function parseLabArgs(args: string[]): {
  notebooks: string[];
  write: boolean;
  compare: boolean;
  timeout: string;
} {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        write: { type: "boolean", default: false },
        compare: { type: "boolean", default: false },
        timeout: { type: "string", default: "300" },
      },
    });
    const { write, compare, timeout } = values;
    if (!/^[1-9]\d*$/.test(timeout)) {
      throw new RangeError(`Cannot use --timeout ${timeout}: it must be a whole number of seconds`);
    }
    return { notebooks: positionals, write, compare, timeout };
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * The notebooks to run, as paths from the project's folder: those that were named in the folder in
 * which the command was typed, or else the project's own.
 */
export function chooseNotebooks(named: readonly string[], typedIn: string): string[] {
  const paths = named.length > 0
    ? named.map((path) => resolve(typedIn, path))
    : notebookNames.map((name) => join(notebookFolder, name));
  return paths.map((path) => relative(root, path));
}

// The exit code of a run that a signal ended, as shells have it.
const stopped = 130;

async function experimentFolders(): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(root, "experiments"))) {
      if (isDirectory) names.add(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

async function printResults(before: Set<string>): Promise<void> {
  const made = (await experimentFolders()).difference(before);
  for (const name of [...made].sort()) {
    const folder = join("experiments", name);
    console.log(`\nResults in ${folder}:`);
    const files = await Array.fromAsync(Deno.readDir(join(root, folder)));
    for (const file of files.map((entry) => entry.name).sort()) console.log(`  ${file}`);
  }
}

async function execute(path: string, options: string[], write: boolean): Promise<number> {
  const script = join(root, "tasks", "run_notebook.py");
  const code = await runToEnd(venvPython, ["-B", "-u", script, path, ...options], jupyterEnv);
  if (code === 0 && write) {
    const file = join(root, path);
    await Deno.writeTextFile(file, await formatNotebook(await Deno.readTextFile(file)));
  }
  return code;
}

if (import.meta.main) {
  await main(async () => {
    const { notebooks, write, compare, timeout } = parseLabArgs(Deno.args);
    // `deno task` runs in the project's folder; names are relative to where the command was typed.
    const typedIn = Deno.env.get("INIT_CWD") ?? Deno.cwd();
    const paths = chooseNotebooks(notebooks, typedIn);
    await ensureJupyter();
    const before = await experimentFolders();
    const options = ["--timeout", timeout];
    if (write) options.push("--write");
    if (compare) options.push("--compare");
    const failed: string[] = [];
    for (const path of paths) {
      const code = await execute(path, options, write);
      if (code === stopped) return code;
      if (code !== 0) failed.push(path);
    }
    await printResults(before);
    if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
    return failed.length > 0 ? 1 : 0;
  });
}
