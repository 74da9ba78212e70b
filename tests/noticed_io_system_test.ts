// Saving and loading by node:fs, as where there is no Deno: each function does what Deno's does.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fs from "node:fs";
import { join } from "node:path";
import { FormatError } from "../lib/check/errors.ts";
import { explained, isError, notFound } from "../lib/io/_file_errors.ts";
import { readPlainFile } from "../lib/io/_plain_file.ts";
import { node, type System, system } from "../lib/io/_system.ts";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { inFolder, link, namesIn, otherSample, sample, textOf } from "./_checkpoint_files.ts";
import { type Replacement, withReplaced } from "./_replaced.ts";

/** Runs a test with node:fs in place of Deno's own functions, by which node:fs works here. */
function onNode(test: () => unknown): Promise<void> {
  let isInside = false;
  const replacements = Object.entries(node).map(([name, call]): [string, Replacement] => [
    name,
    (real, args) => {
      if (isInside) return real(...args);
      isInside = true;
      try {
        return Reflect.apply(call, node, args);
      } finally {
        isInside = false;
      }
    },
  ]);
  return withReplaced(Deno, Object.fromEntries(replacements), test);
}

Deno.test("the system is Deno's where there is Deno", () => {
  assertEquals([system === Deno, "lstatSync" in system], [true, true]);
});

Deno.test("node:fs tells the same of a file, a folder and a link as Deno does", () =>
  inFolder(async (folder) => {
    const [file, other] = [join(folder, "file"), join(folder, "link")];
    await Deno.writeTextFile(file, "four");
    await link(file, other);
    const told = (system: System, path: string) =>
      [system.lstatSync(path), system.statSync(path)].map((
        { isFile, isDirectory, isSymlink, isFifo, isSocket, size, mode, ino, dev },
      ) => ({ isFile, isDirectory, isSymlink, isFifo, isSocket, size, mode, ino, dev }));
    for (const path of [file, other, folder]) assertEquals(told(node, path), told(Deno, path));
    const listed = (system: System) =>
      [...system.readDirSync(folder)].map(({ name, isDirectory }) => [name, isDirectory]).sort();
    await Deno.mkdir(join(folder, "inner"));
    assertEquals(listed(node), [["file", false], ["inner", true], ["link", false]]);
    assertEquals(listed(node), listed(Deno));
  }));

Deno.test("node:fs makes, writes, links, renames and removes files as Deno does", () =>
  inFolder(async (folder) => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const file = node.openSync(one, { write: true, createNew: true, mode: 0o600 });
    assertEquals(file.writeSync(new TextEncoder().encode("text")), 4);
    file.syncSync();
    assertThrows(() => file.tryLockSync(true), Error, "node:fs has no locks");
    assertThrows(() => file.lockSync(true), Error, "node:fs has no locks");
    file.close();
    assertThrows(() => file.syncSync(), Error);
    assertEquals((Deno.statSync(one).mode ?? 0) & 0o777, 0o600);
    const again = assertThrows(() => node.openSync(one, { write: true, createNew: true }));
    assert(isError(again, "AlreadyExists"));
    node.chmodSync(one, 0o640);
    assertEquals((Deno.statSync(one).mode ?? 0) & 0o777, 0o640);
    node.linkSync(one, two);
    assertEquals(await Deno.readTextFile(two), "text");
    node.renameSync(two, join(folder, "three"));
    assertEquals(namesIn(folder), ["one", "three"]);
    node.removeSync(one);
    assert(isError(assertThrows(() => node.removeSync(one)), "NotFound"));
    node.mkdirSync(join(folder, "a"));
    assert(isError(assertThrows(() => node.mkdirSync(join(folder, "a"))), "AlreadyExists"));
    node.mkdirSync(join(folder, "b", "c"), { recursive: true });
    node.openSync(folder).close();
    assertEquals(namesIn(folder), ["a", "b", "three"]);
  }));

Deno.test("a checkpoint is saved, replaced and loaded by node:fs alone, which removes no file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "new", "deep", "emb");
    await onNode(async () => {
      await assertRejects(() => readCheckpoint(path), Deno.errors.NotFound, "no such file");
      await writeCheckpoint(path, sample);
      await writeCheckpoint(path, otherSample);
      assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
    });
    assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
    const names = namesIn(join(folder, "new", "deep"));
    assertEquals(names.filter((name) => name.endsWith(".npy")).length, 2);
    // With a lock, what was left is known by its note.
    await writeCheckpoint(path, sample);
    assertEquals(namesIn(join(folder, "new", "deep")).length, 2);
  }));

Deno.test("an error is known by its class, or by the code that node:fs gives it", () => {
  const coded = (code: unknown) => Object.assign(new Error("failed"), { code });
  const kinds = ["AlreadyExists", "NotFound", "PermissionDenied"] as const;
  const codes = ["EEXIST", "ENOENT", "EACCES"];
  kinds.forEach((kind, i) => {
    assertEquals(codes.map((code) => isError(coded(code), kind)), codes.map((_, n) => n === i));
    assertEquals(isError(new Deno.errors[kind]("failed"), kind), true);
    assertEquals([isError(new Error("failed"), kind), isError(coded(undefined), kind)], [
      ...[false, false],
    ]);
  });
  assertEquals(isError(new Deno.errors.NotCapable("no"), "NotCapable"), true);
  assertEquals([isError(coded(undefined), "NotCapable"), isError(coded("EACCES"), "NotCapable")], [
    ...[false, false],
  ]);
  assertEquals([isError("NotFound", "NotFound"), isError(null, "NotFound")], [false, false]);
  const error = notFound("there is no such file");
  assertEquals([error.constructor, error.message, Reflect.get(error, "code")], [
    ...[Deno.errors.NotFound, "there is no such file", "ENOENT"],
  ]);
  assertEquals(notFound().message, "");
});

Deno.test("what Deno does not allow is told by what a save and a load need", () => {
  const task = { name: "emb", manifestPath: "runs/emb.json", folder: "runs" };
  const error = new Deno.errors.NotCapable("Requires write access");
  const said = (verb: "load" | "save" | "export") => explained(error, { verb, ...task });
  assertEquals([said("load").constructor, said("load").cause], [Deno.errors.NotCapable, error]);
  assertEquals((["load", "save", "export"] as const).map((verb) => said(verb).message), [
    "Cannot load runs/emb.json: reading there is not allowed, run deno with --allow-read=runs",
    "Cannot save runs/emb.json: writing there is not allowed, run deno with --allow-read=runs " +
    "--allow-write=runs",
    "Cannot export runs/emb.json: writing there is not allowed, run deno with --allow-read=runs " +
    "--allow-write=runs",
  ]);
  assertEquals(
    explained("odd", { verb: "load", ...task }).message,
    "Cannot load runs/emb.json: odd",
  );
});

Deno.test("a save closes every file and folder that it opens, also if it fails", () =>
  inFolder(async (folder) => {
    const path = join(folder, "new", "emb");
    const opened: Deno.FsFile[] = [];
    const openSync: Replacement = (real, args) => {
      const file = real(...args);
      opened.push(file as Deno.FsFile);
      return file;
    };
    const renameSync = () => {
      throw new Error("disk full");
    };
    await withReplaced(Deno, { openSync }, async () => {
      await writeCheckpoint(path, sample);
      assertEquals(opened.length, 4); // the folder's parent, the folder, and two files
      await withReplaced(
        Deno,
        { renameSync },
        () => assertRejects(() => writeCheckpoint(path, otherSample), Error, "disk full"),
      );
    });
    assertEquals(opened.length, 7);
    for (const file of opened) {
      assertThrows(() => file.statSync(), Deno.errors.BadResource);
    }
  }));

Deno.test("a file that does not fit in memory is refused with its size", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "text");
    const stats = Deno.lstatSync(path);
    const size = 2 ** 53 - 1;
    await withReplaced(Deno, { lstatSync: () => ({ ...stats, size }) }, () =>
      withReplaced(fs, {
        fstatSync: () => ({ ino: stats.ino, dev: stats.dev, size }),
      }, () => {
        const { message } = assertThrows(() => readPlainFile(path, () => {}), FormatError);
        assertEquals(message, `Cannot load ${path}: ${size} bytes do not fit in memory`);
      }));
  }));

Deno.test("a file that was replaced while it was opened is closed, and looked at again", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "text");
    let looks = 0;
    const lstatSync: Replacement = (real, args) => {
      const seen = real(...args) as Deno.FileInfo;
      return ++looks === 1 ? { ...seen, size: seen.size + 1 } : seen;
    };
    const [opened, closed]: unknown[][] = [[], []];
    const openSync: Replacement = (real, args) => {
      opened.push(real(...args));
      return opened.at(-1);
    };
    const closeSync: Replacement = (real, args) => {
      closed.push(args[0]);
      return real(...args);
    };
    await withReplaced(Deno, { lstatSync }, () =>
      withReplaced(fs, { openSync, closeSync }, () => {
        assertEquals(readPlainFile(path, () => {}), new TextEncoder().encode("text"));
      }));
    assertEquals([opened.length, closed], [2, opened]);
  }));
