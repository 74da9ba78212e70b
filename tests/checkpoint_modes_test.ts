// Who may read what a save writes: files have the modes of those whose places they take.

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { exportNpy, readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { inFolder, namesIn, otherSample, sample, textOf } from "./_checkpoint_files.ts";
import { withReplaced } from "./_replaced.ts";

Deno.test("A save that cannot tell how private the files before were does not go on", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const names = namesIn(folder);
    await withReplaced(Deno, {
      lstatSync: () => {
        throw new Error("Input/output error (os error 5)");
      },
    }, async () => {
      await assertRejects(() => writeCheckpoint(path, otherSample), Error, "Input/output error");
    });
    assertEquals(namesIn(folder), names);
    assertEquals(textOf(await readCheckpoint(path)), textOf(sample));
  }));

Deno.test("A private file is private from its first byte, whatever the mask", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    for (const name of namesIn(folder)) Deno.chmodSync(join(folder, name), 0o600);
    const modes: (number | null)[] = [];
    await withReplaced(Deno, {
      openSync: (real, args) => {
        const opened = real(...args);
        const { isFile, mode } = Deno.statSync(String(args[0]));
        if (isFile) modes.push((mode ?? 0) & 0o777);
        return opened;
      },
    }, () => writeCheckpoint(path, otherSample));
    assertEquals(modes, [0o600, 0o600]);
  }));

Deno.test("An export has the mode of the file whose place it takes", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const modeOf = (file: string) => (Deno.statSync(file).mode ?? 0) & 0o777;
    await exportNpy(path, sample);
    Deno.chmodSync(`${path}.npy`, 0o640);
    await writeCheckpoint(path, otherSample);
    const matrix = join(folder, JSON.parse(Deno.readTextFileSync(`${path}.json`)).file);
    assertEquals(modeOf(matrix), 0o640);
    Deno.chmodSync(matrix, 0o600);
    await exportNpy(path, sample);
    assertEquals(modeOf(`${path}.npy`), 0o640);
  }));
