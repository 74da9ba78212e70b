// Python environments: makes one from its requirements file when it is missing, stale or half made.

import { join } from "node:path";
import { root, SetupError } from "./_cli.ts";
import { pythonIn } from "./machine.ts";

/** A virtual environment of Python: where it is and what it contains. */
export interface Venv {
  /** Its folder, from the project's. */
  readonly folder: string;
  /** The file that lists its packages, from the project's folder. */
  readonly requirements: string;
  /** What it contains and how long making it takes, for the line that is printed. */
  readonly brings: string;
}

/** The Python of an environment, which need not exist yet. */
export function pythonOf({ folder }: Pick<Venv, "folder">): string {
  return pythonIn(join(root, folder));
}

/**
 * Makes an environment current, then calls `finish`.
 *
 * @throws {SetupError} If it cannot.
 */
export async function ensureVenv(
  venv: Venv,
  finish: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const requirements = join(root, venv.requirements);
  // Two commands started at once must not build the same folder.
  using guard = await Deno.open(requirements);
  await guard.lock(true);
  const wanted = await sha256(await Deno.readTextFile(requirements));
  const state = await venvState(venv);
  if (state !== "missing") await requireWritable(venv.folder);
  if (state !== "current") await makeVenv(venv, wanted);
  await finish();
}

/** Refuses an environment in which nothing can be written, for example because of its owner. */
async function requireWritable(folder: string): Promise<void> {
  const reason = await whyNotWritable(join(root, folder));
  if (reason !== undefined) {
    throw new SetupError(`Cannot write to ${folder}: ${reason}\n${ofAnother(folder)}`);
  }
}

/** What to do about an environment in which nothing can be written. */
export function ofAnother(folder: string): string {
  return "Does it belong to another user? Copy the project into a folder of your own, which then gets " +
    `its own ${folder}`;
}

/** Why nothing can be written in a folder; undefined if it can. */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    await Deno.remove(await Deno.makeTempDir({ dir: folder, prefix: ".writable-" }));
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/: tmpdir$/, "");
  }
}

// Written last: an environment without it was interrupted, one with another hash is stale.
function stampOf({ folder }: Venv): string {
  return join(root, folder, "made_from");
}

/** Whether an environment exists, was made from its current requirements file, and runs. */
export async function venvState(
  venv: Venv,
): Promise<"missing" | "unfinished" | "stale" | "broken" | "current"> {
  const there = await Deno.stat(join(root, venv.folder)).then(() => true, () => false);
  if (!there) return "missing";
  const found = await Deno.readTextFile(stampOf(venv)).catch(() => "");
  if (found === "") return "unfinished";
  const wanted = await sha256(await Deno.readTextFile(join(root, venv.requirements)));
  if (found !== wanted) return "stale";
  // The Python that it points to may have been uninstalled since.
  return (await output(pythonOf(venv), ["-c", "pass"])).success ? "current" : "broken";
}

async function makeVenv(venv: Venv, wanted: string): Promise<void> {
  const { folder, requirements, brings } = venv;
  const python = await findPython(folder);
  console.log(`Making ${folder} with ${brings} from ${requirements} ...`);
  // Python clears the rest: Deno does not overwrite a program that it is allowed to run.
  await Deno.remove(stampOf(venv)).catch(ignoreNotFound);
  await mustRun(`Cannot make ${folder}`, python, ["-m", "venv", "--clear", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  const doing = `Cannot install ${requirements} into ${folder} (is the network there?)`;
  await mustRun(doing, pythonOf(venv), [...pip, "-r", requirements]);
  await Deno.writeTextFile(stampOf(venv), wanted);
}

/** The names of Python to look for on PATH, in order; deno.json allows the commands to run them. */
export const pythonNames = [
  "python3.11",
  "python3",
  "python",
  "python3.12",
  "python3.13",
  "python3.14",
];

/**
 * The first Python on PATH that can make an environment.
 *
 * @throws {SetupError} If there is none.
 */
export async function findPython(folder: string): Promise<string> {
  const found: string[] = [];
  for (const name of pythonNames) {
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
  const detail = found.length === 0
    ? `none of ${pythonNames.join(", ")} is on PATH`
    : found.join("; ");
  throw new SetupError(
    `Cannot make ${folder}: Python 3.11 or newer with venv is needed, ${detail}`,
  );
}

async function mustRun(doing: string, program: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await output(program, args);
  if (success) return;
  const tail = `${stdout}\n${stderr}`.trim().split("\n").slice(-15);
  const said = tail.map((line) => line.slice(0, 300)).join("\n");
  throw new SetupError(`${doing}: ${program} ${args.slice(0, 3).join(" ")} said\n${said}`);
}

/** Runs a program of this machine; `success` is false if it cannot be started. */
export async function output(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  try {
    const options = { args, env, stdin: "null", cwd: root } as const;
    const result = await new Deno.Command(program, options).output();
    const text = new TextDecoder();
    const { success } = result;
    return { success, stdout: text.decode(result.stdout), stderr: text.decode(result.stderr) };
  } catch (error) {
    return { success: false, stdout: "", stderr: String(error) };
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
