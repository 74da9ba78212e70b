// Checkpoints of several processes at once, and of processes that may not read or write.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { inFolder, namesIn } from "./_checkpoint_files.ts";

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
