// Kills and errors at every system call of a save, and power failures between them.

import { dirname, join } from "node:path";
import { type CheckpointInput, writeCheckpoint } from "../../lib/io/checkpoint.ts";
import { contentOf, describe, type State, stateOf } from "./_content.ts";
import { cutEverywhere, type Listing, listingOf } from "./_power_cut.ts";
import { saverNamed } from "./_savers.ts";
import { type Call, type Injection, type Run, stringsIn, traced } from "./_strace.ts";
import { Tally } from "./_tally.ts";

const oldVersion = 1;
const newVersion = 2;
const nextVersion = 3;

/** What is there before the save that is disturbed. */
export interface Scene {
  readonly title: string;
  /** Under the scratch folder. */
  readonly path: string;
  readonly old: CheckpointInput | null;
}

/** A save into folders that are not there yet, one over another version, one over the same matrix. */
export const scenes: readonly Scene[] = [
  { title: "first save", path: "runs/first/emb", old: null },
  { title: "overwrite", path: "over/emb", old: contentOf(oldVersion) },
  { title: "other metadata", path: "over/emb", old: contentOf(oldVersion, newVersion) },
];

/** One saver in one scene, ready to be run again and again from the same start. */
export class Stage {
  readonly saver: string;
  readonly scene: Scene;
  readonly path: string;
  readonly #scratch: string;
  readonly #log: string;

  constructor(scratch: string, saver: string, scene: Scene) {
    this.#scratch = scratch;
    this.#log = join(scratch, "strace.log");
    this.saver = saver;
    this.scene = scene;
    this.path = join(scratch, scene.path);
  }

  /** What a load may find besides the new version. */
  get before(): State {
    return this.scene.old === null ? "nothing" : oldVersion;
  }

  get folder(): string {
    return dirname(this.path);
  }

  async reset(): Promise<void> {
    for (const folder of ["runs", "over"]) {
      await Deno.remove(join(this.#scratch, folder), { recursive: true }).catch(() => {});
    }
    if (this.scene.old !== null) {
      await Deno.mkdir(this.folder, { recursive: true });
      await (await saverNamed(this.saver)(this.path, this.scene.old))();
    }
  }

  /** Saves with a fault at one call. */
  async disturb(call: Call, fault: string): Promise<Run> {
    let aim: Call | undefined = call;
    for (let attempt = 0; attempt < 10 && aim !== undefined; attempt++) {
      const run: Run = await this.#run({ call: aim, fault });
      if (run.hit) return run;
      // Before BEGIN the program made a call more or less than usual: take aim anew.
      const { calls } = await this.#run();
      aim = calls.find(({ name, step }) => name === call.name && step === call.step);
    }
    throw new Error(`Cannot inject ${fault} at ${shown(call)}: it never hit`);
  }

  async #run(injection?: Injection): Promise<Run> {
    await this.reset();
    return await traced(this.#log, [this.saver, this.path, String(newVersion)], injection);
  }

  /** The calls of an undisturbed save, after making sure that it works. */
  async calls(): Promise<readonly Call[]> {
    const { calls, outcome } = await this.#run();
    const state = await stateOf(this.path);
    if (outcome !== "END" || state !== newVersion) {
      throw new Error(`Cannot save undisturbed: ${outcome}, then ${describe(state)}`);
    }
    return calls;
  }
}

/** Kills the process before each system call of the save. */
export async function killAtEveryCall(stage: Stage): Promise<Tally> {
  const tally = new Tally(`kill at every system call, ${stage.scene.title}`);
  for (const call of await stage.calls()) {
    await stage.disturb(call, "signal=KILL");
    const problems = wanted(await stateOf(stage.path), [stage.before, newVersion]);
    if (stage.saver === "library") problems.push(...await problemsOfNextSave(stage));
    tally.count(shown(call), problems);
  }
  return tally;
}

interface Fault {
  readonly code: string;
  readonly number: number;
}

const inputOutput: Fault = { code: "EIO", number: 5 };
const errors = [inputOutput, { code: "ENOSPC", number: 28 }, { code: "EROFS", number: 30 }];

/** What a call may fail with: one that changes nothing needs no space and no leave to write. */
function errorsOf({ name, args }: Call): readonly Fault[] {
  const changes =
    /^(write|fsync|fdatasync|flock|rename|link|unlink|mkdir|chmod|fchmod)/.test(name) ||
    args.includes("O_CREAT");
  return changes ? errors : [inputOutput];
}

/** Lets each system call that can fail return an error. */
export async function errorsAtEveryCall(stage: Stage): Promise<Tally> {
  const tally = new Tally(`ENOSPC, EIO, EROFS at every call, ${stage.scene.title}`);
  const calls = (await stage.calls()).filter(({ name, args }) =>
    name !== "close" && !stringsIn(args).some((path) => isSystemFile(path))
  );
  const lastSync = calls.findLast(({ name }) => name === "fsync");
  await stage.reset();
  const before = namesIn(stage.folder);
  for (const call of calls) {
    for (const { code, number } of errorsOf(call)) {
      const { outcome } = await stage.disturb(call, `error=${code}`);
      const state = await stateOf(stage.path);
      const problems = outcome === "END"
        ? wanted(state, [newVersion])
        : [...wanted(state, [stage.before]), ...problemsOfError(stage, outcome, code, number)];
      const after = namesIn(stage.folder);
      if (mustFail(call)) {
        if (outcome === "END") problems.push("the save did not tell of it");
        // After the last fsync the disk may hold the new manifest, so the new matrix must stay too.
        if (call === lastSync) problems.push(...missing(before, after));
        else if (`${after}` !== `${before}`) problems.push(`wanted ${before}, found ${after}`);
      }
      // Without a lock the old matrix must stay: it could be part of another process's save.
      if (call.name === "flock") problems.push(...missing(before, after));
      problems.push(...await problemsOfNextSave(stage));
      tally.count(`${code} at ${shown(call)}`, problems);
    }
  }
  return tally;
}

/** Cuts the power after each call. */
export async function powerCuts(stage: Stage, scratch: string): Promise<Tally> {
  const { calls, listing } = await recorded(stage);
  return await cut(stage, `power cut anywhere, ${stage.scene.title}`, calls, listing, scratch);
}

/** The power cuts again, each time with one fsync of the save left out: all of them must lose data. */
export async function powerCutsWithoutFsync(stage: Stage, scratch: string): Promise<Tally[]> {
  const { calls, listing } = await recorded(stage);
  const syncs = calls.filter(({ name }) => name === "fsync");
  const tallies: Tally[] = [];
  for (const [index, sync] of syncs.entries()) {
    const title = `  power cut, fsync ${index + 1} of ${syncs.length} left out`;
    const rest = calls.filter((call) => call !== sync);
    tallies.push(await cut(stage, title, rest, listing, scratch));
  }
  return tallies;
}

async function recorded(stage: Stage): Promise<{ calls: readonly Call[]; listing: Listing }> {
  await stage.reset();
  const listing = stage.scene.old === null ? new Map() : listingOf(stage.folder);
  return { calls: await stage.calls(), listing };
}

async function cut(
  stage: Stage,
  title: string,
  calls: readonly Call[],
  listing: Listing,
  scratch: string,
): Promise<Tally> {
  const tally = new Tally(title);
  const { during, after } = await cutEverywhere(calls, stage.path, listing, join(scratch, "cut"));
  for (const state of during) {
    tally.count("power cut in the save", wanted(state, [stage.before, newVersion]));
  }
  for (const state of after) tally.count("power cut after the save", wanted(state, [newVersion]));
  return tally;
}

function wanted(state: State, allowed: readonly State[]): string[] {
  if (allowed.includes(state)) return [];
  return [`found ${describe(state)}, wanted ${allowed.map(describe).join(" or ")}`];
}

/** The next save must work and leave nothing but itself. */
async function problemsOfNextSave(stage: Stage): Promise<string[]> {
  try {
    await writeCheckpoint(stage.path, contentOf(nextVersion));
  } catch (error) {
    return [`the next save failed: ${error}`];
  }
  const names = namesIn(stage.folder).join(" ");
  const problems = wanted(await stateOf(stage.path), [nextVersion]);
  if (!/^emb-[0-9a-f]{16}\.npy emb\.json$/.test(names)) problems.push(`${names} are left`);
  return problems;
}

function problemsOfError(stage: Stage, outcome: string, code: string, number: number): string[] {
  if (!outcome.startsWith("FAILED ")) return [`the program ended with ${outcome}`];
  const error = JSON.parse(outcome.slice("FAILED ".length));
  const wants = [`Cannot save ${stage.path}.json: `, `(os error ${number})`];
  const problems = wants.filter((part) => !error.message.includes(part)).map((part) =>
    `the error does not say ${part}: ${error.message}`
  );
  if (error.code !== code) problems.push(`the error's code is ${error.code}`);
  return problems;
}

/** Calls whose failure the caller must hear of. */
function mustFail({ name, args }: Call): boolean {
  return /^(write|fsync|fdatasync|rename|renameat|renameat2|mkdir|mkdirat)$/.test(name) ||
    name === "openat" && args.includes("O_CREAT");
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // it could not be made
    throw error;
  }
}

function missing(before: readonly string[], after: readonly string[]): string[] {
  return before.filter((name) => !after.includes(name)).map((name) => `${name} is gone`);
}

/** The time zone that Deno reads with the first date of a file. */
function isSystemFile(path: Uint8Array): boolean {
  return new TextDecoder().decode(path).startsWith("/etc/");
}

function shown(call: Call): string {
  const texts = stringsIn(call.args).map((bytes) => new TextDecoder().decode(bytes.slice(0, 120)));
  return `${call.name}(${texts.join(", ").replaceAll(/[^ -~]+/g, " ")}) #${call.nth}`;
}
