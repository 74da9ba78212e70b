// Checkpoints of several processes at once, and of processes that may not read or write.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { inFolder, link, matrixIn, namesIn } from "./_checkpoint_files.ts";

const child = fileURLToPath(new URL("_checkpoint_child.ts", import.meta.url));

/** Runs the child and returns what it printed, and whether it ended well. */
async function run(flags: string[], args: string[]): Promise<{ success: boolean; text: string }> {
  const { success, stdout } = await new Deno.Command(denoProgram(), {
    args: ["run", "--quiet", "--no-check", "--no-config", "--no-prompt", ...flags, child, ...args],
  }).output();
  return { success, text: new TextDecoder().decode(stdout).trim() };
}

Deno.test("Two processes save and two loops load at once, and each load is one whole version", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, {
      matrix: { data: new Float64Array(64).fill(1), shape: [8, 8] },
      metadata: { value: 1 },
    });
    let saving = true;
    const load = async () => {
      let loads = 0;
      while (saving) {
        const { matrix, metadata } = await readCheckpoint(path);
        assertEquals(new Set(matrix.data), new Set([metadata.value]));
        loads++;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return loads;
    };
    const loads = [load(), load()];
    const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    const savers = [1000, 2000].map((from) => run(flags, ["save", path, String(from), "60"]));
    const ends = await Promise.all(savers).finally(() => saving = false);
    assertEquals(ends, [{ success: true, text: "" }, { success: true, text: "" }]);
    for (const count of await Promise.all(loads)) assert(count > 0);
    const last = (await readCheckpoint(path)).metadata.value;
    assert(last === 1001 || last === 2001, `the last version is ${last}`);
    assertEquals(namesIn(folder).length, 2);
  }));

Deno.test("A save waits for another process that is at work on the same folder", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const steps: string[] = [];
    const working = Deno.openSync(folder);
    working.lockSync(true);
    const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    const saver = run(flags, ["save", path, "5"]).finally(() => steps.push("saved"));
    await Promise.race([saver, new Promise((resolve) => setTimeout(resolve, 500))]);
    assertEquals(namesIn(folder), []);
    steps.push("let go");
    working.close();
    assertEquals(await saver, { success: true, text: "" });
    assertEquals(steps, ["let go", "saved"]);
    assertEquals((await readCheckpoint(path)).metadata.value, 5);
  }));

Deno.test("A save that has waited for a second says for what, and one that need not wait says nothing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    const spawn = () =>
      new Deno.Command(denoProgram(), {
        args: ["run", "--quiet", "--no-check", "--no-config", ...flags, child, "save", path, "5"],
        env: { NO_COLOR: "1" },
        stderr: "piped",
      }).spawn();
    const quick = spawn();
    assertEquals(await quick.stderr.text(), "");
    assertEquals((await quick.status).success, true);

    const working = Deno.openSync(folder);
    working.lockSync(true);
    const waiting = spawn();
    let said = "";
    for await (const text of waiting.stderr.pipeThrough(new TextDecoderStream())) {
      if (said === "") working.close();
      said += text;
    }
    assertEquals(
      said,
      `Waiting to save ${path}.json: another program is saving there ("lsof ${folder}" tells which)\n`,
    );
    assertEquals((await waiting.status).success, true);
    assertEquals((await readCheckpoint(path)).metadata.value, 5);
  }));

/** Loads while a pipe or a link has taken the matrix's place since it was looked at. */
async function race(
  folder: string,
  flag: string,
  make: (matrix: string, kept: string) => Promise<unknown>,
) {
  const path = join(folder, "emb");
  await writeCheckpoint(path, { matrix: { data: new Float64Array([5]), shape: [1] } });
  const matrix = matrixIn(folder);
  const [seen, kept] = [join(folder, "seen"), join(folder, "kept")];
  await Deno.copyFile(matrix, seen);
  await Deno.rename(matrix, kept);
  await make(matrix, kept);
  // A load that opens a pipe and waits for its other end waits for good.
  const flags = ["--quiet", "--no-check", "--no-config", flag];
  const { success, stdout, signal } = await new Deno.Command(denoProgram(), {
    args: ["run", ...flags, child, "race", path, seen],
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = new TextDecoder().decode(stdout).trim().replace(matrix, "MATRIX");
  return { success, signal, text };
}

const places = {
  pipe: (matrix: string) => new Deno.Command("mkfifo", { args: [matrix] }).output(),
  link: (matrix: string, kept: string) => link(kept, matrix),
};

for (const [kind, make] of Object.entries(places)) {
  Deno.test(`A ${kind} that takes a file's place while it is opened is refused`, () =>
    inFolder(async (folder) => {
      for (const flag of ["--allow-read", `--allow-read=${folder}`]) {
        assertEquals(await race(folder, flag, make), {
          success: false,
          signal: null,
          text: "FormatError: Cannot load MATRIX: it is being replaced again and again",
        });
        for (const name of namesIn(folder)) await Deno.remove(join(folder, name));
      }
    }));
}

Deno.test("A denied permission names the flags that are missing, and they are enough", () =>
  inFolder(async (folder) => {
    const runs = join(folder, "runs");
    const path = join(runs, "emb");
    const read = `--allow-read=${runs}`;
    const write = `--allow-write=${runs}`;
    const refusal = {
      success: false,
      text:
        `NotCapable: Cannot save ${path}.json: writing there is not allowed, run deno with ${read} ${write}`,
    };
    for (const flags of [[], [read], [write]]) {
      assertEquals(await run(flags, ["save", path, "3"]), refusal, flags.join());
    }
    assertEquals(await run([read, write], ["save", path, "3"]), { success: true, text: "" });
    for (const flags of [[], [write], [`--allow-read=${path}.json`]]) {
      assertEquals(await run(flags, ["load", path]), {
        success: false,
        text:
          `NotCapable: Cannot load ${path}.json: reading there is not allowed, run deno with ${read}`,
      });
    }
    assertEquals(await run([read], ["load", path]), { success: true, text: "3" });
  }));

Deno.test("A save into a folder that no flag allows to read tells so, not of a missing file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const { text } = await run([`--allow-write=${folder}`], ["save", path, "3"]);
    assert(text.endsWith(`run deno with --allow-read=${folder} --allow-write=${folder}`), text);
    assertEquals(namesIn(folder), []);
  }));
