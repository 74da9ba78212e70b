// Runs tests on a copy of the project in which one change was made, and tells which test noticed it.

import { join } from "node:path";
import { denoProgram } from "./deno_program.ts";

/** A program that must succeed: what it is called, its arguments, and how long it may take. */
export interface Step {
  /** What it is called in reports. */
  readonly name: string;
  /** What `deno` is called with. */
  readonly args: readonly string[];
}

/** A test file, and how long it takes when all is well. */
export interface TestFile {
  /** Its path from the project's folder. */
  readonly path: string;
  /** Milliseconds. */
  readonly time: number;
}

/** What became of a change: what noticed it, and how; null for a change that survived. */
export type Verdict = { readonly by: string; readonly how: "failed" | "hung" } | null;

/** Copies a project, without hidden files, packages, and what it has measured. */
export async function copyProject(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (name.startsWith(".") || name === "node_modules") continue;
    if (isDirectory) await copyProject(join(from, name), join(to, name));
    else if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}

// So much memory, in MiB, is enough for every test, and keeps a loop that never stops from taking all.
const heap = 1024;
// Beside how long a file takes by itself: for a machine that is busy with another change.
const [slack, atLeast] = [6, 5_000];

/**
 * Runs test files one after the other, up to the first that fails or hangs. A file hangs that takes much
 * longer than it did before.
 */
export async function runTests(folder: string, tests: readonly TestFile[]): Promise<Verdict> {
  if (tests.length === 0) return null;
  const limits = new Map(tests.map(({ path, time }) => [path, slack * time + atLeast]));
  let [current = ""] = limits.keys();
  const options = [
    "--quiet",
    "--no-check",
    "--fail-fast",
    `--v8-flags=--max-old-space-size=${heap}`,
  ];
  const child = new Deno.Command(denoProgram(), {
    args: ["test", ...options, "-P", ...limits.keys()],
    // MINIMODEL_LONG, as CI sets it, would make some of them ten times as long.
    env: { NO_COLOR: "1", MINIMODEL_LONG: "" },
    ...{ cwd: folder, stdin: "null", stdout: "piped", stderr: "null" },
  }).spawn();
  let isLate = false;
  const stop = () => {
    isLate = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stop, limits.get(current));
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const [, started] =
        /^(?:running \d+ tests? from )?\.\/(\S+)(?: \(uncaught error\))?$/.exec(line) ?? [];
      if (started === undefined || started === current) continue;
      current = started;
      clearTimeout(timer);
      timer = setTimeout(stop, limits.get(current));
    }
  }
  const { success } = await child.status;
  clearTimeout(timer);
  if (success) return null;
  return { by: current, how: isLate ? "hung" : "failed" };
}

/** Runs programs up to the first that fails, and tells its name. */
export async function runSteps(folder: string, steps: readonly Step[]): Promise<Verdict> {
  for (const { name, args } of steps) {
    const { success } = await new Deno.Command(denoProgram(), {
      args: [...args],
      ...{ cwd: folder, stdin: "null", stdout: "null", stderr: "null" },
    }).output();
    if (!success) return { by: name, how: "failed" };
  }
  return null;
}

/** Does what is to be done for each value, so many at a time, each with a worker of its own. */
export async function inParallel<Worker, Value>(
  workers: readonly Worker[],
  values: Iterable<Value>,
  work: (value: Value, worker: Worker) => Promise<void>,
): Promise<void> {
  const queue = values[Symbol.iterator]();
  await Promise.all(workers.map(async (worker) => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value, worker);
  }));
}
