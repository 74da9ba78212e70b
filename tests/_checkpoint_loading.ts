// What must hold of loading files that are damaged, forged or no files at all, for any way to load.

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { FormatError } from "../lib/check/errors.ts";
import {
  type Check,
  type CheckpointIo,
  inFolder,
  link,
  matrixIn,
  otherSample,
  sample,
  textOf,
} from "./_checkpoint_files.ts";
import { forgeries, sealedNonsense, texts } from "./_checkpoint_forgeries.ts";
import { asyncProperty } from "./_property.ts";

/** A refusal must be our own error, say which file it is about, and leave the terminal alone. */
async function assertRefused(io: CheckpointIo, path: string, part = ""): Promise<void> {
  const error = await assertRejects(() => io.load(path), FormatError);
  assertMatch(error.message, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
  assertStringIncludes(error.message, path);
  assertStringIncludes(error.message, part);
}

/** Runs a test with a saved sample: its path, and the paths of its two files. */
function withSample(
  io: CheckpointIo,
  test: (path: string, manifest: string, matrix: string) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const path = join(folder, "emb");
    await io.save(path, sample);
    await test(path, `${path}.json`, matrixIn(folder));
  });
}

const refusesEveryTruncation: Check = (io) =>
  withSample(io, async (path, manifest, matrix) => {
    for (const file of [manifest, matrix]) {
      const whole = await Deno.readFile(file);
      const last = file === manifest ? whole.length - 1 : whole.length; // its end is a line feed
      for (let length = 0; length < last; length++) {
        await Deno.writeFile(file, whole.subarray(0, length));
        await assertRefused(io, path);
      }
      await Deno.writeFile(file, new Uint8Array([...whole, 0]));
      await assertRefused(io, path);
      await Deno.writeFile(file, whole);
    }
    assertEquals(textOf(await io.load(path)), textOf(sample));
  });

const refusesEveryFlippedBit: Check = (io) =>
  withSample(io, async (path, manifest, matrix) => {
    for (const name of [manifest, matrix]) {
      const bytes = await Deno.readFile(name);
      using file = Deno.openSync(name, { write: true });
      const put = (index: number, byte: number) => {
        file.seekSync(index, Deno.SeekMode.Start);
        file.writeSync(new Uint8Array([byte]));
      };
      for (const [index, byte] of bytes.entries()) {
        for (let bit = 0; bit < 8; bit++) {
          put(index, byte ^ 1 << bit);
          await assertRefused(io, path);
        }
        put(index, byte);
      }
    }
    assertEquals(textOf(await io.load(path)), textOf(sample));
  });

const refusesFlipsInLargeFiles: Check = (io) =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const data = Float32Array.from({ length: 64 * 32 }, (_, index) => index / 7);
    const vocabulary = Array.from({ length: 64 }, (_, id) => `word ${id}`);
    await io.save(path, { matrix: { data, shape: [64, 32] }, metadata: { vocabulary } });
    for (const file of [`${path}.json`, matrixIn(folder)]) {
      const bytes = await Deno.readFile(file);
      await asyncProperty([fc.nat({ max: bytes.length * 8 - 1 })], async (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3] ^= 1 << (bit & 7);
        await Deno.writeFile(file, damaged);
        await assertRefused(io, path);
      }, { numRuns: 200 });
      await Deno.writeFile(file, bytes);
    }
    await io.load(path);
  });

const allowsOtherWhiteSpace: Check = (io) =>
  withSample(io, async (path, manifest) => {
    const text = await Deno.readTextFile(manifest);
    const value = JSON.parse(text);
    const others = [
      JSON.stringify(value),
      JSON.stringify(value, null, "\t"),
      text.replaceAll("\n", "\r\n"),
      `\n\n ${text} \t`,
    ];
    for (const other of others) {
      await Deno.writeTextFile(manifest, other);
      assertEquals(textOf(await io.load(path)), textOf(sample));
    }
    await Deno.writeTextFile(manifest, text.replace("{[,:]}", "{[, :]}"));
    await assertRefused(io, path); // white space in a string is not harmless
  });

const refusesForgeries: Check = (io) =>
  withSample(io, async (path, manifest) => {
    const text = await Deno.readTextFile(manifest);
    const matrix = basename(matrixIn(dirname(path)));
    for (const [change, part] of forgeries) {
      await Deno.writeTextFile(manifest, await change(text, matrix));
      await assertRefused(io, path, part);
    }
    for (const other of await texts(text)) {
      await Deno.writeFile(manifest, other);
      await assertRefused(io, path);
    }
    for (const other of await sealedNonsense(text)) {
      await Deno.writeFile(manifest, other);
      await assertRefused(io, path, "must be JSON in UTF-8");
    }
  });

const refusesHugeManifests: Check = (io) =>
  withSample(io, async (path, manifest) => {
    await Deno.truncate(manifest, 64 * 1024 * 1024 + 1);
    await assertRefused(io, path, "at most 67108864 bytes, got 67108865");
  });

const refusesSwappedMatrices: Check = (io) =>
  withSample(io, async (path, manifest, matrix) => {
    const other = `${path}-2`;
    await io.save(other, otherSample);
    const otherMatrix = matrix.replace(
      /emb-.*$/,
      JSON.parse(await Deno.readTextFile(`${other}.json`)).file,
    );
    const swap = async (one: string, two: string) => {
      await Deno.rename(one, `${one}.x`);
      await Deno.rename(two, one);
      await Deno.rename(`${one}.x`, two);
    };
    await swap(matrix, otherMatrix);
    await assertRefused(io, path);
    await assertRefused(io, other);
    await swap(matrix, otherMatrix);
    await swap(manifest, `${other}.json`);
    await assertRefused(io, path);
    await assertRefused(io, other);
    await swap(manifest, `${other}.json`);
    await io.load(path);
    await Deno.remove(matrix);
    await assertRefused(io, path, "is missing");
  });

const refusesAllButPlainFiles: Check = (io) =>
  withSample(io, async (path, manifest, matrix) => {
    const kinds: [string, (file: string, kept: string) => Promise<unknown>][] = [
      ["a symbolic link", (file, kept) => link(kept, file)],
      ["a symbolic link", (file) => link("/dev/zero", file)],
      ["a symbolic link", (file) => link("nowhere", file)],
      ["a folder", (file) => Deno.mkdir(file)],
      ["a pipe", (file) => new Deno.Command("mkfifo", { args: [file] }).output()],
    ];
    for (const file of [manifest, matrix]) {
      const kept = `${file}.kept`;
      await Deno.rename(file, kept);
      for (const [kind, make] of kinds) {
        await make(file, kept);
        await assertRefused(io, path, `must be a plain file, got ${kind}`);
        await Deno.remove(file);
      }
      await Deno.rename(kept, file);
    }
    assertEquals(textOf(await io.load(path)), textOf(sample));
  });

/** By name: what must hold of loading. */
export const loadingChecks = {
  refusesEveryTruncation,
  refusesEveryFlippedBit,
  refusesFlipsInLargeFiles,
  allowsOtherWhiteSpace,
  refusesForgeries,
  refusesHugeManifests,
  refusesSwappedMatrices,
  refusesAllButPlainFiles,
};
