// Asks the tests whether they notice changes: `deno task test:mutants`. Each change is made to a copy of
// the project, whose tests must then fail. Fails when too many changes survive.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, root, SetupError } from "./_cli.ts";
import { testsFor, testsOfLine } from "./_mutant_plan.ts";
import {
  copyProject,
  inParallel,
  type MeasuredTest,
  measureTest,
  runSteps,
  runTests,
  type Step,
  type TestFile,
  type Verdict,
} from "./_mutant_runs.ts";
import { applyMutation, findMutations, type Mutation } from "./_mutations.ts";

/** A change with the file that it is made in. */
export interface Mutant extends Mutation {
  /** The file, from the project's folder. */
  readonly path: string;
  /** The line that the change begins in, from 1. */
  readonly line: number;
  /** What is changed. */
  readonly was: string;
}

/** What is asked about a change that all tests have let pass. */
export const steps: readonly Step[] = [
  { name: "deno check", args: ["check", "--quiet", "lib"] },
  {
    name: "tasks/strict.ts",
    args: ["run", "-q", "--allow-read", "--allow-write", "--allow-run", "tasks/strict.ts"],
  },
];

/** The files below a folder whose names end so, hidden ones left out. */
async function filesIn(folder: string, path: string, ending: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, path))) {
    if (name.startsWith(".")) continue;
    if (isDirectory) {
      for (const each of await filesIn(folder, `${path}/${name}`, ending)) files.push(each);
    } else if (name.endsWith(ending)) files.push(`${path}/${name}`);
  }
  return files.sort();
}

/** Every change that can be made to the library; kernels in AssemblyScript are for tests of their own. */
export async function allMutants(folder: string, only: RegExp): Promise<Mutant[]> {
  const paths = (await filesIn(folder, "lib", ".ts")).filter((path) =>
    only.test(path) && !path.startsWith("lib/kernels/simd/")
  );
  const found = await Promise.all(paths.map(async (path) => {
    const source = await Deno.readTextFile(join(folder, path));
    return findMutations(source).map((each) => ({
      ...each,
      path,
      line: source.slice(0, each.start).split("\n").length,
      was: source.slice(each.start, each.end),
    }));
  }));
  return found.flat();
}

/**
 * Draws changes at random. Whether one is drawn depends on the seed, its file, and what it does, not on
 * where it stands: an edit elsewhere in the file draws no others.
 */
export function draw(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const seen = new Map<string, number>();
  const ranked = mutants.map((mutant) => {
    const { path, kind, was, became } = mutant;
    const what = [path, kind, was, became].join("\n");
    const turn = (seen.get(what) ?? 0) + 1;
    seen.set(what, turn);
    return { mutant, rank: createHash("sha256").update(`${seed}\n${turn}\n${what}`).digest("hex") };
  });
  return ranked.sort((a, b) => a.rank < b.rank ? -1 : 1).slice(0, count)
    .map(({ mutant }) => mutant);
}

/** Makes a change in a copy, asks the tests and then the compiler, and takes the change back. */
export async function judge(
  folder: string,
  mutant: Mutant,
  tests: readonly TestFile[],
  steps: readonly Step[],
): Promise<Verdict> {
  const file = join(folder, mutant.path);
  const source = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, applyMutation(source, mutant));
  try {
    return await runTests(folder, tests) ?? await runSteps(folder, steps);
  } finally {
    await Deno.writeTextFile(file, source);
  }
}

/** A change and what became of it, on one line, or for one that survived on three. */
export function describeMutant(
  { path, line, kind, was, became }: Mutant,
  verdict: Verdict,
): string {
  const place = `${path}:${line} ${kind}`;
  if (verdict !== null) {
    return `noticed by ${verdict.by}${verdict.how === "hung" ? ", which hung" : ""}: ${place}`;
  }
  return `SURVIVED: ${place}\n    was:    ${JSON.stringify(was)}\n    became: ${
    JSON.stringify(became)
  }`;
}

/** What each test takes and runs by itself, unchanged; a SetupError for those that fail so. */
async function measureTests(
  folders: readonly string[],
  paths: readonly string[],
  steps: readonly Step[],
): Promise<MeasuredTest[]> {
  const tests: MeasuredTest[] = [];
  const failed: string[] = [];
  await inParallel(folders, paths, async (path, folder) => {
    const measured = await measureTest(folder, path);
    if (measured === null) failed.push(path);
    else tests.push(measured);
  });
  const [folder = root] = folders;
  const verdict = await runSteps(folder, steps);
  if (verdict !== null) failed.push(verdict.by);
  if (failed.length === 0) return tests;
  throw new SetupError(`Cannot ask tests that fail without any change: ${failed.join(", ")}`);
}

/** What the command line asks for. */
export interface Asked {
  readonly seed: number;
  readonly count: number;
  readonly minutes: number;
  readonly least: number;
  readonly only: RegExp;
}

/** The command line, checked. */
export function parse(args: string[]): Asked {
  const options = {
    seed: { type: "string", default: "20261123" },
    count: { type: "string", default: "150" },
    minutes: { type: "string", default: "10" },
    least: { type: "string", default: "92" },
    only: { type: "string", default: "" },
  } as const;
  try {
    const { only, ...given } = parseArgs({ args, options }).values;
    const number = (name: keyof typeof given) => {
      const value = Number(given[name]);
      if (given[name] !== "" && value >= 0) return value;
      throw new TypeError(`Cannot use --${name} ${given[name]}: wanted a number from 0`);
    };
    const [seed, count, minutes] = [number("seed"), number("count"), number("minutes")];
    return { seed, count, minutes, least: number("least"), only: new RegExp(only) };
  } catch (error) {
    const message = error instanceof Error ? error.message : error;
    throw new SetupError(
      `${message}\n\nUsage: deno task test:mutants [--seed n] [--count n] [--minutes n] ` +
        "[--least percent] [--only pattern]",
    );
  }
}

/** What is tried on. */
export interface Project {
  /** Its folder. */
  readonly folder: string;
  /** What is asked about a change that all tests have let pass. */
  readonly steps: readonly Step[];
  /** Is told of each change, and of the result. */
  readonly print: (line: string) => void;
}

/** The test files that are asked about some of these changes, measured in copies of the project. */
async function askedTests(
  { folder, steps }: Project,
  copies: readonly string[],
  drawn: readonly Mutant[],
): Promise<MeasuredTest[]> {
  const paths = (await filesIn(folder, "tests", "_test.ts"))
    .filter((path) => /^tests\/[^/]+$/.test(path)).map((path) => ({ path, time: 0 }));
  const asked = new Set(drawn.flatMap((mutant) => testsFor(mutant.path, paths)));
  return await measureTests(copies, [...asked].map(({ path }) => path), steps);
}

/** Tries a sample and tells of each change; the exit code is 0 if enough of them were noticed. */
export async function run(project: Project, asked: Asked): Promise<number> {
  const { folder, steps, print } = project;
  const { seed, count, minutes, least, only } = asked;
  const end = performance.now() + minutes * 60_000;
  const base = await Deno.makeTempDir({ prefix: "minimodel-mutants-" });
  try {
    const copies = [join(base, "1"), join(base, "2")];
    for (const copy of copies) {
      await copyProject(folder, copy);
      // Where tests make folders of their own.
      await Deno.mkdir(join(copy, ".venv"));
    }
    const all = await allMutants(folder, only);
    const drawn = draw(all, count, seed);
    print(`${drawn.length} of ${all.length} changes, drawn with seed ${seed}`);
    const tests = await askedTests(project, copies, drawn);
    let [done, noticed] = [0, 0];
    await inParallel(copies, drawn, async (mutant, copy) => {
      if (performance.now() > end) return;
      const verdict = await judge(
        copy,
        mutant,
        testsOfLine(mutant.path, mutant.line, tests),
        steps,
      );
      done++;
      if (verdict !== null) noticed++;
      print(describeMutant(mutant, verdict));
    });
    if (done < drawn.length) print(`Time is up: ${drawn.length - done} were not tried`);
    const percent = 100 * noticed / Math.max(done, 1);
    print(`Noticed ${noticed} of ${done} changes (${percent.toFixed(1)} %), seed ${seed}`);
    if (percent >= least) return 0;
    print(`At least ${least} % must be noticed: make the tests stricter`);
    return 1;
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

if (import.meta.main) {
  await main(() => run({ folder: root, steps, print: console.log }, parse(Deno.args)));
}
