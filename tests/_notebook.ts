// Notebooks made by a test and executed in the real Deno kernel, if .venv has one.

import { join } from "node:path";
import { root } from "../tasks/_cli.ts";
import { jupyterEnv, venvPython } from "../tasks/jupyter.ts";

/**
 * Whether notebooks can be executed here; a test that needs it and cannot says so and is skipped.
 */
export const hasKernel: boolean = await Promise.all([
  Deno.stat(venvPython),
  Deno.stat(join(root, ".venv/share/jupyter/kernels/deno/kernel.json")),
]).then(() => true, () => false);

/** Runs a script with the Python of .venv, and returns its exit code and all it printed. */
export async function runVenvPython(args: string[]): Promise<{ code: number; output: string }> {
  const command = new Deno.Command(venvPython, {
    ...{ args: ["-B", ...args], cwd: root, env: jupyterEnv, stdin: "null" },
  });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + text.decode(stderr) };
}

/** A folder within the project, so that a notebook in it can import "minimodel". */
export async function makeProjectFolder(): Promise<string> {
  return await Deno.makeTempDir({ dir: join(root, ".venv"), prefix: "test-" });
}

/**
 * Executes cells, in a notebook in `folder`, and returns for each what it printed, or its error.
 */
export async function runCells(folder: string, sources: string[]): Promise<string[]> {
  const cells = sources.map((source, index) => ({
    ...{ cell_type: "code", id: `c${index}`, source, outputs: [], execution_count: null },
    metadata: { tags: ["raises-exception"] },
  }));
  const metadata = { language_info: { name: "typescript" } };
  const path = join(folder, "scratch.ipynb");
  const json = JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
  await Deno.writeTextFile(path, json);
  const { code, output } = await runVenvPython(["tasks/run_notebook.py", path, "--write"]);
  if (code !== 0) throw new Error(`Cannot run the cells: ${output}`);
  const executed: { cells: { outputs: Record<string, string | string[]>[] }[] } = JSON.parse(
    await Deno.readTextFile(path),
  );
  return executed.cells.map(({ outputs }) =>
    outputs.map(({ text, evalue }) => [text ?? evalue ?? []].flat().join("")).join("")
  );
}
