// Runs tests on a copy of the project in which one change was made, and tells which test noticed it.

import { join, relative } from "node:path";
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

/** A test file, with what it runs of the library. */
export interface MeasuredTest extends TestFile {
  /** The lines that it does not run, of each source that it loads. */
  readonly notRun: ReadonlyMap<string, ReadonlySet<number>>;
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
// How much longer than by itself a file may take, and what it has beside that: at first, and when it is run
// once more by itself.
const [atFirst, onceMore] = [{ slack: 4, atLeast: 3_000 }, { slack: 10, atLeast: 6_000 }];

/**
 * Runs test files one after the other, up to the first that fails or hangs. A file hangs that takes much
 * longer than it did before, twice: the machine may have been busy with something else the first time.
 */
export async function runTests(folder: string, tests: readonly TestFile[]): Promise<Verdict> {
  let next = 0;
  while (next < tests.length) {
    const verdict = await runOnce(folder, tests.slice(next), atFirst);
    if (verdict?.how !== "hung") return verdict;
    const late = tests.findIndex(({ path }) => path === verdict.by);
    const second = await runOnce(folder, tests.slice(late, late + 1), onceMore);
    if (second !== null) return second;
    next = late + 1;
  }
  return null;
}

/** Runs a test file in an unchanged project; null if it fails so. */
export async function measureTest(folder: string, path: string): Promise<MeasuredTest | null> {
  const coverage = await Deno.makeTempDir({ prefix: "minimodel-coverage-" });
  try {
    const start = performance.now();
    // Nothing of what is unchanged hangs; a test that takes minutes is left to take them.
    const patient = { slack: 1, atLeast: 600_000 };
    const verdict = await runOnce(folder, [{ path, time: 0 }], patient, coverage);
    if (verdict !== null) return null;
    const time = performance.now() - start;
    const { stdout } = await new Deno.Command(denoProgram(), {
      args: ["coverage", "--quiet", "--lcov", coverage],
      ...{ cwd: folder, stdin: "null", stdout: "piped", stderr: "null" },
    }).output();
    return {
      path,
      time,
      notRun: readLcov(new TextDecoder().decode(stdout), await Deno.realPath(folder)),
    };
  } finally {
    await Deno.remove(coverage, { recursive: true });
  }
}

/** The lines that were not run, of each source below a folder that a report in LCOV's format names. */
export function readLcov(report: string, folder: string): Map<string, Set<number>> {
  const notRun = new Map<string, Set<number>>();
  let lines = new Set<number>();
  for (const line of report.split("\n")) {
    const [, source] = /^SF:(.*)$/.exec(line) ?? [];
    const [, number] = /^DA:(\d+),0$/.exec(line) ?? [];
    if (source !== undefined) {
      lines = new Set();
      if (source.startsWith(folder)) notRun.set(toFileName(folder, source), lines);
    } else if (number !== undefined) lines.add(Number(number));
  }
  return notRun;
}

function toFileName(folder: string, source: string): string {
  return relative(folder, source).replaceAll("\\", "/");
}

async function runOnce(
  folder: string,
  tests: readonly TestFile[],
  { slack, atLeast }: typeof atFirst,
  coverage?: string,
): Promise<Verdict> {
  const limits = new Map(tests.map(({ path, time }) => [path, slack * time + atLeast]));
  let [current = ""] = limits.keys();
  const options = [
    "--quiet",
    "--no-check",
    "--fail-fast",
    `--v8-flags=--max-old-space-size=${heap}`,
  ];
  // As a variable, it also holds for the programs that a test starts.
  const measured: Record<string, string> = {};
  if (coverage !== undefined) {
    measured.DENO_COVERAGE_DIR = coverage;
    options.push("--coverage-raw-data-only");
  }
  const child = new Deno.Command(denoProgram(), {
    args: ["test", ...options, "-P", ...limits.keys()],
    // MINIMODEL_LONG, as CI sets it, would make some of them ten times as long.
    env: { NO_COLOR: "1", MINIMODEL_LONG: "", ...measured },
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
