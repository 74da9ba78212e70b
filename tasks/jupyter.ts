// The Python side of the notebooks: makes .venv from requirements.txt when it is missing, stale or
// half made, and puts the project's Deno kernel into it. `deno task setup` does only that.

import { dirname, join } from "node:path";

/** The project's folder. */
export const root = dirname(import.meta.dirname ?? ".");

const venv = join(root, ".venv");
const requirements = join(root, "requirements.txt");
// Written last: a .venv without it was interrupted, one with another hash is stale.
const stamp = join(venv, "made_from");

/** The Python of `.venv`, which need not exist yet. */
export const venvPython = join(
  venv,
  Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python",
);

/** What a program must be told to use the kernel and settings in `.venv` and nothing of the user's. */
export const jupyterEnv: Record<string, string> = {
  JUPYTER_PREFER_ENV_PATH: "1",
  JUPYTER_PATH: "",
  JUPYTER_CONFIG_DIR: join(venv, "jupyter", "config"),
  JUPYTER_DATA_DIR: join(venv, "jupyter", "data"),
  JUPYTER_RUNTIME_DIR: join(venv, "jupyter", "runtime"),
};

/** Why the project cannot run here, in words for the person who typed the command. */
export class SetupError extends Error {
  override name = "SetupError";
}

/** Makes `.venv` current and installs the Deno kernel into it; throws SetupError when it cannot. */
export async function ensureJupyter(): Promise<void> {
  // Two commands started at once must not build the same folder.
  using guard = await Deno.open(requirements);
  await guard.lock(true);
  const wanted = await sha256(await Deno.readTextFile(requirements));
  if (!(await isCurrent(wanted))) await makeVenv(wanted);
  const share = join(venv, "share", "jupyter");
  await writeJson(join(share, "kernels", "deno"), "kernel.json", {
    argv: [Deno.execPath(), "jupyter", "--quiet", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    // With the default, "signal", JupyterLab's Stop button kills the kernel.
    interrupt_mode: "message",
    // Colours of a terminal are hard to read in a notebook.
    env: { NO_COLOR: "1" },
  });
  // JupyterLab's question about news lies over the page until it is answered.
  await writeJson(join(share, "lab", "settings"), "overrides.json", {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

async function isCurrent(wanted: string): Promise<boolean> {
  const found = await Deno.readTextFile(stamp).catch(() => "");
  // The Python that .venv points to may have been uninstalled since.
  return found === wanted && (await output(venvPython, ["-c", "pass"])).success;
}

async function makeVenv(wanted: string): Promise<void> {
  const python = await findPython();
  console.log("Making .venv with JupyterLab from requirements.txt (once, about a minute) ...");
  await Deno.remove(venv, { recursive: true }).catch(ignoreNotFound);
  await mustRun("Cannot make .venv", python, ["-m", "venv", venv]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  await mustRun("Cannot install requirements.txt into .venv (is the network there?)", venvPython, [
    ...pip,
    ...["-r", requirements],
  ]);
  await Deno.writeTextFile(stamp, wanted);
}

/** The first Python on PATH that can make `.venv`. */
async function findPython(): Promise<string> {
  const names = ["python3.11", "python3", "python", "python3.12", "python3.13", "python3.14"];
  const found: string[] = [];
  for (const name of names) {
    // Debian has a Python without venv: it lacks ensurepip.
    const script = "import sys; print(*sys.version_info[:2], flush=True); import venv, ensurepip";
    const { success, stdout } = await output(name, ["-c", script]);
    const version = stdout.trim().split(" ").map(Number);
    if (stdout === "") continue;
    const label = `${name} is ${version.join(".")}`;
    const [major = 0, minor = 0] = version;
    if (major < 3 || (major === 3 && minor < 11)) found.push(label);
    else if (!success) found.push(`${label} but has no venv (Debian: apt install python3-venv)`);
    else return name;
  }
  const detail = found.length === 0 ? `none of ${names.join(", ")} is on PATH` : found.join("; ");
  throw new SetupError(`Cannot make .venv: Python 3.11 or newer with venv is needed, ${detail}`);
}

async function mustRun(doing: string, program: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await output(program, args);
  if (success) return;
  const tail = `${stdout}\n${stderr}`.trim().split("\n").slice(-15);
  const said = tail.map((line) => line.slice(0, 300)).join("\n");
  throw new SetupError(`${doing}: ${program} ${args.slice(0, 3).join(" ")} said\n${said}`);
}

async function output(program: string, args: string[]) {
  try {
    const result = await new Deno.Command(program, { args, stdin: "null", cwd: root }).output();
    const text = new TextDecoder();
    const { success } = result;
    return { success, stdout: text.decode(result.stdout), stderr: text.decode(result.stderr) };
  } catch (error) {
    return { success: false, stdout: "", stderr: String(error) };
  }
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const path = join(folder, name);
  const text = JSON.stringify(value, null, 2) + "\n";
  if ((await Deno.readTextFile(path).catch(() => "")) === text) return;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/**
 * Runs a program to its end with this terminal's input and output, and returns its exit code. This
 * process outlives signals meanwhile, so that the program can clean up: it gets the terminal's
 * Ctrl-C by itself (a second one would break off its cleaning up), the other signals from here.
 */
export async function runToEnd(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<number> {
  const child = new Deno.Command(program, { args, cwd: root, env }).spawn();
  const outlive = () => {};
  const passOn = new Map<Deno.Signal, () => void>([["SIGINT", outlive]]);
  if (Deno.build.os !== "windows") {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      passOn.set(signal, () => child.kill(signal));
    }
  }
  for (const [signal, listener] of passOn) Deno.addSignalListener(signal, listener);
  const { code } = await child.status;
  for (const [signal, listener] of passOn) Deno.removeSignalListener(signal, listener);
  return code;
}

/** Runs the body of a command and ends the process with its exit code; prints a SetupError plainly. */
export async function main(body: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await body());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

if (import.meta.main) {
  await main(async () => {
    await ensureJupyter();
    console.log(".venv is ready: JupyterLab with the Deno kernel");
    return 0;
  });
}
