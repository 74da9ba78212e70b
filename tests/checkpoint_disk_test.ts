// Saving and loading on a disk that fails, is slow, or is changed by others at the worst moment. The faults
// tests do the same with the real system calls; these need nothing but Deno.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fs from "node:fs";
import { basename, join } from "node:path";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { inFolder, matrixIn, namesIn, otherSample, sample, textOf } from "./_checkpoint_files.ts";
import { type Replacement, withReplaced } from "./_replaced.ts";

const file = Deno.FsFile.prototype;

/** Names of temporary files without what is random in them. */
function plain(path: unknown): string {
  return basename(String(path)).replace(/minimodel-[-0-9a-f]{36}/, "*").replace(
    /-[0-9a-f]{16}/,
    "",
  );
}

/** What a save does to its files, one step after the other. */
async function stepsOf(save: () => Promise<void>): Promise<string[]> {
  const steps: string[] = [];
  const names = new Map<unknown, string>();
  const noted = (verb: string): Replacement => (real, args, self) => {
    const paths = args.filter((each) => typeof each === "string").map(plain);
    steps.push([verb, ...paths, names.get(self)].filter((each) => each !== undefined).join(" "));
    return real(...args);
  };
  const paths = {
    openSync: ((real, args) => {
      const opened = real(...args);
      names.set(opened, Deno.statSync(String(args[0])).isFile ? plain(args[0]) : "folder");
      return opened;
    }) satisfies Replacement,
    renameSync: noted("rename"),
    linkSync: noted("link"),
    removeSync: noted("remove"),
  };
  const files = { syncSync: noted("sync"), writeSync: noted("write") };
  await withReplaced(Deno, paths, () => withReplaced(file, files, save));
  return steps;
}

Deno.test("A save forces its files to disk before they count, and the folder after each rename", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const both = [
      "write .emb.*.npy.tmp",
      "sync .emb.*.npy.tmp",
      "write .emb.*.json.tmp",
      "sync .emb.*.json.tmp",
      "rename .emb.*.npy.tmp emb.npy",
      "sync folder",
      "link emb.json .emb.*.old.tmp", // which finds none at first
      "rename .emb.*.json.tmp emb.json",
      "sync folder",
    ];
    assertEquals(await stepsOf(() => writeCheckpoint(path, sample)), both);
    assertEquals(await stepsOf(() => writeCheckpoint(path, otherSample)), [
      ...both,
      "remove emb.npy",
      "remove .emb.*.old.tmp",
    ]);
  }));

Deno.test("A save that cannot force something to disk tells so, and the version before is read", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    for (const before of [undefined, sample]) {
      for (let failing = 1; failing <= 4; failing++) {
        if (before !== undefined) await writeCheckpoint(path, before);
        const names = before === undefined ? [] : namesIn(folder);
        let syncs = 0;
        await withReplaced(file, {
          syncSync: (real, args) => {
            if (++syncs === failing) throw new Error("Input/output error (os error 5)");
            return real(...args);
          },
        }, async () => {
          const error = await assertRejects(() => writeCheckpoint(path, otherSample), Error);
          assertStringIncludes(error.message, `Cannot save ${path}.json: Input/output error`);
        });
        assertEquals(syncs >= failing, true);
        if (before === undefined) {
          await assertRejects(() => readCheckpoint(path), Deno.errors.NotFound);
        } else {
          assertEquals(textOf(await readCheckpoint(path)), textOf(before));
        }
        // After the last one the disk may hold the new manifest, so the new matrix must be there too.
        const matrices = namesIn(folder).filter((name) => name.endsWith(".npy")).length;
        if (failing < 4) assertEquals(namesIn(folder), names);
        else assertEquals(matrices, before === undefined ? 1 : 2);
        await writeCheckpoint(path, { ...sample, metadata: {} });
        assertEquals(namesIn(folder).length, 2);
        for (const name of namesIn(folder)) await Deno.remove(join(folder, name));
      }
    }
  }));

Deno.test("A save that cannot be written or renamed leaves the version before and nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const names = namesIn(folder);
    const full = () => {
      throw new Error("No space left on device (os error 28)");
    };
    for (const failing of [1, 2]) {
      let calls = 0;
      const once: Replacement = (real, args) => ++calls === failing ? full() : real(...args);
      for (const [owner, name] of [[file, "writeSync"], [Deno, "renameSync"]] as const) {
        calls = 0;
        await withReplaced(owner, { [name]: once }, async () => {
          await assertRejects(() => writeCheckpoint(path, otherSample), Error, "No space left");
        });
        assertEquals(namesIn(folder), names);
        assertEquals(textOf(await readCheckpoint(path)), textOf(sample));
      }
    }
  }));

Deno.test("A disk that takes or gives a few bytes at a time gets and gives them all", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await withReplaced(file, {
      writeSync: (real, [bytes]) => real((bytes as Uint8Array).subarray(0, 7)),
    }, () => writeCheckpoint(path, sample));
    const few: number[] = [];
    await withReplaced(fs, {
      readSync: (real, [descriptor, bytes, offset, length, place]) => {
        few.push(Number(length));
        return real(descriptor, bytes, offset, Math.min(7, Number(length)), place);
      },
    }, async () => assertEquals(textOf(await readCheckpoint(path)), textOf(sample)));
    assert(few.length > 20);
    // The matrix before is read as well, to see whether it is the saver's own.
    await withReplaced(fs, {
      readSync: (real, [descriptor, bytes, offset, length, place]) =>
        real(descriptor, bytes, offset, Math.min(7, Number(length)), place),
    }, () => writeCheckpoint(path, otherSample));
    assertEquals(namesIn(folder).length, 2);
  }));

Deno.test("An old matrix of more than a mebibyte is known by all of its content", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const data = Float64Array.from({ length: 2 ** 17 + 1 }, (_, index) => index);
    await writeCheckpoint(path, { matrix: { data, shape: [data.length] } });
    await writeCheckpoint(path, sample);
    assertEquals(namesIn(folder).length, 2);
    await writeCheckpoint(path, { matrix: { data, shape: [data.length] } });
    const matrix = matrixIn(folder);
    const bytes = await Deno.readFile(matrix);
    await Deno.writeFile(matrix, bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1));
    await writeCheckpoint(path, sample);
    assertEquals(namesIn(folder).includes(basename(matrix)), true); // somebody has changed it
  }));

Deno.test("A save does not write into a file that has its temporary name already", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await Deno.writeTextFile(join(folder, "precious"), "untouched");
    for (const kind of ["npy", "json"]) {
      const uuid = "01234567-89ab-cdef-0123-456789abcdef";
      await withReplaced(crypto, {
        // Nobody can know the name before it is made; this is somebody who does.
        randomUUID: () => {
          const name = join(folder, `.emb.minimodel-${uuid}.${kind}.tmp`);
          if (!namesIn(folder).includes(basename(name))) {
            Deno.linkSync(join(folder, "precious"), name);
          }
          return uuid;
        },
      }, async () => {
        await assertRejects(() => writeCheckpoint(path, sample), Deno.errors.AlreadyExists);
      });
      assertEquals(await Deno.readTextFile(join(folder, "precious")), "untouched");
    }
  }));

Deno.test("A file system without second names keeps the version before as a copy meanwhile", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const withoutLinks = (test: () => unknown) =>
      withReplaced(Deno, {
        linkSync: (real, args) => {
          Deno.lstatSync(String(args[0])); // what is not there is still not found
          void real;
          throw new Deno.errors.NotSupported("Operation not supported (os error 95)");
        },
      }, test);
    await withoutLinks(() => writeCheckpoint(path, sample));
    Deno.chmodSync(`${path}.json`, 0o600);
    const names = namesIn(folder);
    await withoutLinks(() => writeCheckpoint(path, otherSample));
    assertEquals(namesIn(folder).length, 2);
    let syncs = 0;
    await withoutLinks(() =>
      withReplaced(file, {
        syncSync: (real, args) => {
          // The matrix, the new manifest, the folder, the copy of the old one, the folder.
          if (++syncs === 5) throw new Error("Input/output error (os error 5)");
          return real(...args);
        },
      }, async () => {
        await assertRejects(() => writeCheckpoint(path, sample), Error, "Input/output error");
      })
    );
    assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
    assertEquals((Deno.statSync(`${path}.json`).mode ?? 0) & 0o777, 0o600);
    await withoutLinks(() => writeCheckpoint(path, sample));
    assertEquals(namesIn(folder), names);
  }));

Deno.test("What a crash has half written is removed before the new matrix takes its room", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const half = ".emb.minimodel-01234567-89ab-cdef-0123-456789abcdef.npy.tmp";
    await Deno.writeTextFile(join(folder, half), "half");
    await withReplaced(file, {
      writeSync: (real, args) => {
        assertEquals(namesIn(folder).includes(half), false);
        return real(...args);
      },
    }, () => writeCheckpoint(path, sample));
    assertEquals(namesIn(folder).length, 2);
  }));

Deno.test("A matrix that cannot be read or removed now is removed by the next save", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const fail = () => {
      throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
    };
    const ways: [object, string, Replacement][] = [
      [fs, "readSync", fail],
      [fs, "openSync", fail],
      [Deno, "removeSync", fail],
      // Whether the old matrix is somebody's export.
      [
        Deno,
        "lstatSync",
        (real, args) => /-\w{16}\.json$/.test(`${args}`) ? fail() : real(...args),
      ],
    ];
    for (const [owner, name, way] of ways) {
      await writeCheckpoint(path, sample);
      await withReplaced(owner, { [name]: way }, () => writeCheckpoint(path, otherSample));
      assertEquals(namesIn(folder).length, 4, name); // both matrices, the manifest and a note of the old one
      assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
      await writeCheckpoint(path, { ...sample, metadata: {} });
      assertEquals(namesIn(folder).length, 2, name);
    }
  }));
