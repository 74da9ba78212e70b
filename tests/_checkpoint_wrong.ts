// Ways to save and load that are wrong in one way each, which the checks must refuse.

import { basename, dirname, join } from "node:path";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { decodeNpy } from "../lib/io/npy.ts";
import type { CheckpointIo } from "./_checkpoint_files.ts";
import type { loadingChecks } from "./_checkpoint_loading.ts";
import type { savingChecks } from "./_checkpoint_saving.ts";

/** A wrong way, and the checks that must refuse it. */
export interface Wrong {
  readonly title: string;
  readonly io: CheckpointIo;
  readonly refusedBy: readonly (keyof typeof savingChecks | keyof typeof loadingChecks)[];
}

const save = writeCheckpoint;
const load = readCheckpoint;

/** Loads without looking twice, as one would in a hurry. */
const trustingLoad: CheckpointIo["load"] = async (path) => {
  const { file, shape, options, metadata } = JSON.parse(await Deno.readTextFile(`${path}.json`));
  const { data } = decodeNpy(await Deno.readFile(join(dirname(String(path)), file)));
  if (!(data instanceof Float64Array || data instanceof Float32Array)) throw new TypeError("dtype");
  return { matrix: { data, shape }, options, metadata };
};

/** Parses first, so that all white space is lost, and checks nothing but the matrix. */
const matrixOnlyLoad: CheckpointIo["load"] = async (path) => {
  const { file, sha256 } = JSON.parse(await Deno.readTextFile(`${path}.json`));
  const bytes = await Deno.readFile(join(dirname(String(path)), file));
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (found !== sha256) throw new Error(`Cannot load ${path}: wrong hash`);
  return await trustingLoad(path);
};

const throughJson: CheckpointIo["save"] = (path, { matrix, ...rest }) => {
  const data = matrix.data.slice();
  data.set(JSON.parse(JSON.stringify([...matrix.data])));
  return save(path, { ...rest, matrix: { data, shape: matrix.shape } });
};

const metadataThroughJson: CheckpointIo["save"] = (path, { matrix, metadata, options }) =>
  save(path, {
    matrix,
    metadata: JSON.parse(JSON.stringify(metadata ?? {})),
    options: JSON.parse(JSON.stringify(options ?? {})),
  });

const metadataWithoutProto: CheckpointIo["save"] = (path, { matrix, metadata = {}, options }) => {
  const kept = Object.entries(metadata).filter(([key]) => key !== "__proto__");
  return save(path, { matrix, metadata: Object.fromEntries(kept), options });
};

/** Saves somewhere else and moves the files here, so nothing is ever cleaned. */
const lazySave: CheckpointIo["save"] = async (path, checkpoint) => {
  const name = String(path).replace(/\.json$/, "");
  const draft = await Deno.makeTempDir();
  await save(join(draft, basename(name)), checkpoint);
  await Deno.mkdir(dirname(name), { recursive: true });
  for (const { name: file } of [...Deno.readDirSync(draft)]) {
    await Deno.copyFile(join(draft, file), join(dirname(name), file));
  }
  await Deno.remove(draft, { recursive: true });
};

/** Removes whatever looks a little like an old version. */
const greedySave: CheckpointIo["save"] = async (path, checkpoint) => {
  const name = basename(String(path)).replace(/\.json$/, "");
  const folder = dirname(String(path));
  await Deno.mkdir(folder, { recursive: true });
  for (const entry of [...Deno.readDirSync(folder)]) {
    if (entry.name.includes(name)) await Deno.remove(join(folder, entry.name), { recursive: true });
  }
  await save(path, checkpoint);
};

/** The wrong ways. */
export const wrongs: readonly Wrong[] = [
  {
    title: "loads without checks",
    io: { save, load: trustingLoad },
    refusedBy: [
      "refusesEveryTruncation",
      "refusesEveryFlippedBit",
      "refusesFlipsInLargeFiles",
      "allowsOtherWhiteSpace",
      "refusesForgeries",
      "refusesHugeManifests",
      "refusesSwappedMatrices",
      "refusesAllButPlainFiles",
    ],
  },
  {
    title: "checks only the matrix's hash",
    io: { save, load: matrixOnlyLoad },
    refusedBy: ["refusesEveryFlippedBit", "refusesForgeries", "refusesAllButPlainFiles"],
  },
  { title: "saves numbers as JSON", io: { save: throughJson, load }, refusedBy: ["keepsEveryBit"] },
  {
    title: "saves metadata by JSON.stringify",
    io: { save: metadataThroughJson, load },
    refusedBy: ["refusesWhatJsonLoses"],
  },
  {
    title: "drops the word __proto__",
    io: { save: metadataWithoutProto, load },
    refusedBy: ["keepsMetadata"],
  },
  {
    title: "never cleans",
    io: { save: lazySave, load },
    refusedBy: ["keepsOneVersion", "cleansLeftovers"],
  },
  { title: "cleans too much", io: { save: greedySave, load }, refusedBy: ["cleansLeftovers"] },
];
