// Savers and loaders that meet on one checkpoint, with and without a lock, and loaders that find other
// files than those they looked at.

import { assertEquals, assertRejects } from "@std/assert";
import fs from "node:fs";
import { join } from "node:path";
import { FormatError } from "../lib/check/errors.ts";
import { exportNpy, readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { inFolder, matrixIn, namesIn, otherSample, sample, textOf } from "./_checkpoint_files.ts";
import { type Replacement, withReplaced } from "./_replaced.ts";

const file = Deno.FsFile.prototype;

const withoutLocks = {
  tryLockSync: () => {
    throw new Deno.errors.NotSupported("Operation not supported (os error 95)");
  },
};

Deno.test("Without a lock a save removes nothing, and the next one with a lock removes it all", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const own = namesIn(folder);
    // It may be that of another process, which is still writing.
    const half = ".emb.minimodel-01234567-89ab-cdef-0123-456789abcdef.npy.tmp";
    await Deno.writeTextFile(join(folder, half), "half");
    const before = namesIn(folder);
    await withReplaced(file, withoutLocks, async () => {
      await writeCheckpoint(path, otherSample);
      await writeCheckpoint(path, { ...otherSample, metadata: {} });
    });
    assertEquals(before.filter((name) => !namesIn(folder).includes(name)), []);
    assertEquals(namesIn(folder).filter((name) => name.endsWith(".npy")).length, 2);
    await writeCheckpoint(path, { ...sample, metadata: {} });
    assertEquals(namesIn(folder), own);
  }));

Deno.test("Without a lock a save that fails at last does not go back: another may have saved since", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    for (const before of [[], [sample]]) {
      for (const version of before) await writeCheckpoint(path, version);
      let syncs = 0;
      const failing: Replacement = (real, args) => {
        if (++syncs === 4) throw new Error("Input/output error (os error 5)");
        return real(...args);
      };
      await withReplaced(file, { ...withoutLocks, syncSync: failing }, async () => {
        await assertRejects(() => writeCheckpoint(path, otherSample), Error, "Input/output error");
      });
      assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
    }
  }));

Deno.test("Without a lock a save that fails leaves its matrix: another of the same numbers may count on it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    let renames = 0;
    const renameSync: Replacement = (real, args) => {
      if (++renames === 2) throw new Error("Input/output error (os error 5)");
      return real(...args);
    };
    for (const left of [1, 0]) {
      renames = 0;
      await withReplaced(
        file,
        left === 1 ? withoutLocks : {},
        () =>
          withReplaced(Deno, { renameSync }, async () => {
            await assertRejects(() => writeCheckpoint(path, sample), Error, "Input/output error");
          }),
      );
      assertEquals(namesIn(folder).length, left);
      for (const name of namesIn(folder)) await Deno.remove(join(folder, name));
    }
  }));

Deno.test("A save waits for its lock, and says so once after a second", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    for (const tries of [0, 500, 501]) {
      const said: unknown[] = [];
      const locks: unknown[] = [];
      let [milliseconds, left] = [0, tries];
      await withReplaced(
        Atomics,
        { wait: (_, args) => milliseconds += Number(args[3]) },
        () =>
          withReplaced(console, { warn: (_, [text]) => said.push(text) }, () =>
            withReplaced(file, {
              tryLockSync: (real, args) => left-- > 0 ? false : real(...args),
              lockSync: (real, args) => {
                locks.push(args[0]);
                return real(...args);
              },
            }, () => writeCheckpoint(path, sample))),
      );
      assertEquals(milliseconds, Math.min(2 * tries, 1000));
      const text =
        `Waiting to save ${path}.json: another program is saving there ("lsof ${folder}" tells which)`;
      assertEquals([said, locks], tries > 500 ? [[text], [true]] : [[], []]);
    }
  }));

Deno.test("A load looks again while savers go to and fro, for as long as that may help", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const matrix = matrixIn(folder);
    const missing = async (times: number): Promise<number> => {
      let looks = 0;
      await withReplaced(Deno, {
        lstatSync: (real, args) => {
          if (args[0] === matrix && ++looks <= times) throw new Deno.errors.NotFound("gone");
          return real(...args);
        },
      }, async () => {
        assertEquals(textOf(await readCheckpoint(path)), textOf(sample));
      });
      return looks;
    };
    for (const times of [0, 1, 5, 10]) assertEquals(await missing(times), times + 1);
    await assertRejects(() => missing(1e6), FormatError, "this file is missing");
  }));

Deno.test("A file that is replaced again and again while it is opened is refused", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await exportNpy(path, sample);
    await withReplaced(Deno, {
      lstatSync: (real, args) => {
        const seen = real(...args) as Deno.FileInfo;
        return args[0] === `${path}.npy` ? seen : { ...seen, size: seen.size + 1 };
      },
    }, async () => {
      const error = await assertRejects(() => readCheckpoint(path), FormatError);
      assertEquals(
        error.message,
        `Cannot load ${path}.json: it is being replaced again and again`,
      );
    });
    // Once is no harm.
    let looks = 0;
    await withReplaced(Deno, {
      lstatSync: (real, args) => {
        const seen = real(...args) as Deno.FileInfo;
        return ++looks === 1 ? { ...seen, size: seen.size + 1 } : seen;
      },
    }, async () => assertEquals(textOf(await readCheckpoint(path)), textOf(sample)));
  }));

Deno.test("A file that may not be read is told as Deno tells it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    await withReplaced(fs, {
      openSync: (_, [file]) => {
        const message = `EACCES: permission denied, open '${file}'`;
        throw Object.assign(new Error(message), { code: "EACCES" });
      },
    }, async () => {
      const error = await assertRejects(() => readCheckpoint(path), Deno.errors.PermissionDenied);
      assertEquals(
        error.message,
        `Cannot load ${path}.json: EACCES: permission denied, open '${path}.json'`,
      );
      assertEquals("code" in error && error.code, "EACCES");
    });
  }));

Deno.test("A file that ends before its size is refused", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const { size } = await Deno.stat(`${path}.json`);
    await withReplaced(fs, { readSync: () => 0 }, async () => {
      const error = await assertRejects(() => readCheckpoint(path), FormatError);
      assertEquals(error.message, `Cannot load ${path}.json: it must have ${size} bytes, got 0`);
    });
  }));
