// Kills at random moments, and several processes that save and load at once.

import { dirname } from "node:path";
import { denoProgram } from "../../tasks/deno_program.ts";
import { writeCheckpoint } from "../../lib/io/checkpoint.ts";
import { createRandom } from "../../lib/nn/random.ts";
import { contentOf, describe, stateOf } from "./_content.ts";
import { subjectArgs } from "./_strace.ts";
import { Tally } from "./_tally.ts";

/** Kills a process that saves version after version, each time at a random moment of its work. */
export async function killAtRandom(path: string, kills: number, seed: number): Promise<Tally> {
  const tally = new Tally("kill -9 at random");
  const random = createRandom(seed);
  let version = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const first = version + 1;
    const saver = startSaver(path, first, first + 1_000_000);
    await saver.saved;
    await pause(random.uniform() * 30);
    saver.kill();
    // The last version that the saver spoke of is on disk, and at most one more.
    const confirmed = await saver.lastVersion;
    const state = await stateOf(path);
    const good = state === confirmed || state === confirmed + 1;
    const problem = `found ${describe(state)} after version ${confirmed} was saved`;
    tally.count(`kill ${kill}`, good ? [] : [problem]);
    version = typeof state === "number" ? state : confirmed;
  }
  tally.countAfterwards(await problemsOfLastSave(path));
  return tally;
}

/** Two processes save, two load, and others are killed in the middle of saving, all on one path. */
export async function savingAndLoadingAtOnce(
  path: string,
  saves: number,
  kills: number,
  seed: number,
): Promise<{ tally: Tally; note: string }> {
  const tally = new Tally("kill -9 while two others save and two load");
  await writeCheckpoint(path, contentOf(1));
  const savers = [1000, 2000].map((from) => startSaver(path, from, from + saves - 1));
  let saving = true;
  let loads = 0;
  const lost: string[] = [];
  const load = async () => {
    while (saving) {
      const state = await stateOf(path);
      loads++;
      if (typeof state !== "number") lost.push(describe(state));
      await pause(0);
    }
  };
  const loaders = [load(), load()];
  const random = createRandom(seed);
  for (let kill = 1; kill <= kills; kill++) {
    const victim = startSaver(path, 3000 + kill * 1000, 4000 + kill * 1000);
    await victim.saved;
    await pause(random.uniform() * 20);
    victim.kill();
    await victim.lastVersion;
    const error = await victim.errors;
    tally.count(`kill ${kill}`, [...lost.splice(0), ...(error === "" ? [] : [error])]);
  }
  const last = await Promise.all(savers.map((saver) => saver.lastVersion));
  const failures = await Promise.all(savers.map((saver) => saver.errors));
  saving = false;
  await Promise.all(loaders);
  const problems = [...lost, ...failures.filter((text) => text !== "")];
  if (last[0] !== 999 + saves || last[1] !== 1999 + saves) {
    problems.push(`the savers ended at version ${last.join(" and ")}`);
  }
  tally.countAfterwards([...problems, ...await problemsOfLastSave(path)]);
  return {
    tally,
    note: `${2 * saves} saves and ${loads} loads at once, each load a whole version`,
  };
}

/** A process that saves one version after another. */
interface Saver {
  kill(): void;
  /** Settles when the first version is saved. */
  readonly saved: Promise<void>;
  /** The last version that it spoke of, when it has ended. */
  readonly lastVersion: Promise<number>;
  /** What it wrote on standard error, when it has ended. */
  readonly errors: Promise<string>;
}

function startSaver(path: string, from: number, to: number): Saver {
  const process = new Deno.Command(denoProgram(), {
    args: subjectArgs("loop", "library", path, String(from), String(to)),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const first = Promise.withResolvers<void>();
  const lastVersion = (async () => {
    let text = "";
    for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      first.resolve();
    }
    first.resolve();
    await process.status;
    // A number counts only with its line's end: the rest may have been cut off.
    return Number(text.split("\n").at(-2) ?? from - 1);
  })();
  const kill = () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended, which its errors tell of.
    }
  };
  // On a slow machine savers wait for more than a second, and say so, which is no error.
  const errors = process.stderr.text().then((text) => text.replace(/^Waiting to save .*\n/gm, ""));
  return { kill, saved: first.promise, lastVersion, errors };
}

async function problemsOfLastSave(path: string): Promise<string[]> {
  await writeCheckpoint(path, contentOf(7));
  const state = await stateOf(path);
  const names = [...Deno.readDirSync(dirname(path))].map(({ name }) => name);
  const problems = state === 7 ? [] : [`found ${describe(state)} after saving version 7`];
  if (names.length !== 2) problems.push(`${names.join(" ")} are left`);
  return problems;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
