// The Python side of the notebooks: makes .venv from requirements.txt when it is missing, stale or
// half made, and puts the project's Deno kernel into it. `deno task setup` does only that.

import { join } from "node:path";
import { main, root } from "./_cli.ts";
import { ensureVenv, pythonOf, type Venv } from "./venv.ts";

/** What `.venv` is made from. */
export const jupyter: Venv = {
  folder: ".venv",
  requirements: "requirements.txt",
  brings: "JupyterLab (once, about a minute)",
};
const venv = join(root, jupyter.folder);

/** The Python of `.venv`, which need not exist yet. */
export const venvPython = pythonOf(jupyter);

/** The environment in which a program uses only what is in `.venv`, and nothing of the user's. */
export const jupyterEnv: Record<string, string> = {
  JUPYTER_PREFER_ENV_PATH: "1",
  JUPYTER_PATH: "",
  JUPYTER_CONFIG_DIR: join(venv, "jupyter", "config"),
  JUPYTER_DATA_DIR: join(venv, "jupyter", "data"),
  JUPYTER_RUNTIME_DIR: join(venv, "jupyter", "runtime"),
};

/**
 * Makes `.venv` current and installs the Deno kernel into it.
 *
 * @throws {SetupError} If it cannot.
 */
export async function ensureJupyter(): Promise<void> {
  await ensureVenv(jupyter, installKernel);
}

async function installKernel(): Promise<void> {
  const share = join(venv, "share", "jupyter");
  await writeJson(join(share, "kernels", "deno"), "kernel.json", {
    argv: [Deno.execPath(), "jupyter", "--quiet", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    // With the default, "signal", JupyterLab's Stop button kills the Deno kernel.
    interrupt_mode: "message",
    // Colours of a terminal are hard to read in a notebook.
    env: { NO_COLOR: "1" },
  });
  // JupyterLab's question about news covers part of the page until it is answered.
  await writeJson(join(share, "lab", "settings"), "overrides.json", {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const path = join(folder, name);
  const text = JSON.stringify(value, null, 2) + "\n";
  if ((await Deno.readTextFile(path).catch(() => "")) === text) return;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, text);
}

if (import.meta.main) {
  await main(async () => {
    await ensureJupyter();
    console.log(".venv is ready: JupyterLab with the Deno kernel");
    return 0;
  });
}
