// Type-checks and lints the code cells of notebooks, which `deno check` and `deno lint` do not
// read, and compares their format, since `deno fmt --check` calls every notebook unformatted. A
// notebook's cells are joined into one module beside it, so that its imports resolve as in the Deno
// kernel. Findings name the notebook, the cell as JupyterLab numbers it, and the line in the cell.

import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, SetupError } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";
import { formatNotebook } from "./format_notebook.ts";

/** Lint rules that joined cells break although the cells do not: later cells use earlier names. */
const excludedRules = [
  "no-unreachable",
  "no-unused-vars",
  "prefer-const",
  "verbatim-module-syntax",
];

/** The code cells of a notebook as one module. */
export interface JoinedCells {
  /** The module's source. */
  text: string;
  /** How many cells it was joined from. */
  count: number;
  /** Tells where a line of the module (from 1) came from: `cell [2] line 3`. */
  place(line: number): string;
}

/**
 * Joins the code cells of a notebook's JSON.
 *
 * @throws {SyntaxError} If it is not JSON.
 * @throws {TypeError} If it is not a notebook.
 */
export function joinCells(json: string): JoinedCells {
  const cells: unknown = JSON.parse(json)?.cells;
  if (!Array.isArray(cells)) throw new TypeError("Cannot read a notebook: it has no list of cells");
  let lines: string[] = [];
  const starts: number[] = [];
  for (const { cell_type, source } of cells) {
    const code: string = Array.isArray(source) ? source.join("") : String(source);
    if (cell_type !== "code" || code.trim() === "") continue;
    starts.push(lines.length + 1);
    // A cell is a program of its own: its last statement must not continue into the next cell.
    lines = lines.concat(code.split("\n"), ";");
  }
  lines.push("export {};", "");
  const place = (line: number) => {
    const cell = starts.findLastIndex((start) => start <= line);
    return `cell [${cell + 1}] line ${line - (starts[cell] ?? 1) + 1}`;
  };
  return { text: lines.join("\n"), count: starts.length, place };
}

interface CheckedNotebook {
  name: string;
  json: string;
  module: string;
  cells: JoinedCells;
}

/** Replaces every address in the joined modules by notebook, cell and line. */
export function renamePlaces(
  text: string,
  notebooks: { name: string; module: string; cells: Pick<JoinedCells, "place"> }[],
): string {
  for (const { name, module, cells } of notebooks) {
    const address = new RegExp(`${RegExp.escape(pathToFileURL(module).href)}:(\\d+):(\\d+)`, "g");
    text = text.replace(
      address,
      (_, line, column) => `${name} ${cells.place(Number(line))} column ${column}`,
    );
  }
  return text;
}

async function findNotebooks(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) { for (const each of await findNotebooks(path)) found.push(each); }
    else if (entry.name.endsWith(".ipynb")) found.push(path);
  }
  return found.sort();
}

async function deno(args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(denoProgram(), { args, cwd: root, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { success, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function typeCheck(notebooks: CheckedNotebook[]): Promise<string[]> {
  const { success, stderr } = await deno(["check", ...notebooks.map(({ module }) => module)]);
  if (success) return [];
  const noise =
    /^(Check |Found \d+ errors?\.|error: Type checking failed|Stack backtrace| {3}\d+: )/;
  const kept = stderr.split("\n").filter((line) => !noise.test(line)).join("\n");
  // A syntax error shows its line with a number, which is the module's.
  return [renamePlaces(kept.replace(/^ *\d+ \|/gm, "  |"), notebooks).trim()];
}

async function lint(notebooks: CheckedNotebook[]): Promise<string[]> {
  const rules = `--rules-exclude=${excludedRules.join(",")}`;
  const { stdout } = await deno([
    ...["lint", "--json", rules],
    ...notebooks.map(({ module }) => module),
  ]);
  const report: {
    diagnostics: {
      filename: string;
      range: { start: { line: number; col: number } };
      message: string;
      code: string;
    }[];
  } = JSON.parse(stdout);
  return report.diagnostics.map(({ filename, range: { start }, message, code }) => {
    const place = renamePlaces(`${filename}:${start.line}:${start.col + 1}`, notebooks);
    return `${code}: ${message}\n    at ${place}`;
  });
}

async function checkFormat(notebooks: CheckedNotebook[]): Promise<string[]> {
  const findings: string[] = [];
  for (const { name, json } of notebooks) {
    if (await formatNotebook(json) === json) continue;
    findings.push(`Not formatted: ${name} (\`deno task lab --write ${name}\` formats it)`);
  }
  return findings;
}

/** Checks the notebooks at `paths` and returns what is wrong with them, one text per finding. */
export async function checkNotebooks(
  paths: string[],
): Promise<{ findings: string[]; cells: number }> {
  const notebooks: CheckedNotebook[] = [];
  const removeModules = () => {
    for (const { module } of notebooks.splice(0)) Deno.removeSync(module);
  };
  const stop = () => {
    removeModules();
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", stop);
  try {
    for (const path of paths) {
      const name = relative(root, path);
      const json = await Deno.readTextFile(path);
      const cells = cellsOf(json, name);
      const module = join(dirname(path), `.${basename(path, ".ipynb")}.cells.ts`);
      await Deno.writeTextFile(module, cells.text);
      notebooks.push({ name, json, module, cells });
    }
    const cells = notebooks.reduce((sum, notebook) => sum + notebook.cells.count, 0);
    if (notebooks.length === 0) return { findings: [], cells };
    const findings = [
      ...await typeCheck(notebooks),
      ...await lint(notebooks),
      ...await checkFormat(notebooks),
    ];
    return { findings, cells };
  } finally {
    removeModules();
    Deno.removeSignalListener("SIGINT", stop);
  }
}

function cellsOf(json: string, name: string): JoinedCells {
  try {
    return joinCells(json);
  } catch (error) {
    throw new SetupError(`Cannot check ${name}: ${error instanceof Error ? error.message : error}`);
  }
}

if (import.meta.main) {
  await main(async () => {
    const paths = Deno.args.length > 0
      ? Deno.args.map((path) => join(root, relative(root, path)))
      : await findNotebooks(join(root, "notebooks"));
    const { findings, cells } = await checkNotebooks(paths);
    for (const finding of findings) console.error(`${finding}\n`);
    console.log(`Checked ${cells} cells of ${paths.length} notebooks`);
    return findings.length === 0 ? 0 : 1;
  });
}
