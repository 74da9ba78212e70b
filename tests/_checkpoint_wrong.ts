// Ways to save and load that are wrong in one way each, which the checks must refuse.

import { basename, dirname, join } from "node:path";
import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { decodeNpy } from "../lib/io/npy.ts";
import { FormatError } from "../lib/check/errors.ts";
import type { cleaningChecks } from "./_checkpoint_cleaning.ts";
import type { CheckpointIo } from "./_checkpoint_files.ts";
import type { loadingChecks } from "./_checkpoint_loading.ts";
import type { savingChecks } from "./_checkpoint_saving.ts";

/** A wrong way, and the checks that must refuse it. */
export interface Wrong {
  readonly title: string;
  readonly io: CheckpointIo;
  readonly refusedBy: readonly (
    | keyof typeof savingChecks
    | keyof typeof cleaningChecks
    | keyof typeof loadingChecks
  )[];
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

/** What a path says of a checkpoint: its folder, its name, and its manifest, if that can be parsed. */
function partsOf(path: string | URL): { folder: string; name: string; file?: string } {
  const name = basename(String(path)).replace(/\.json$/, "");
  const folder = dirname(String(path));
  try {
    const { file } = JSON.parse(Deno.readTextFileSync(join(folder, `${name}.json`)));
    return { folder, name, file: String(file) };
  } catch {
    return { folder, name };
  }
}

/** Takes a name that looks like its own for its own. */
const byName = (pattern: RegExp): CheckpointIo["save"] => async (path, checkpoint) => {
  await save(path, checkpoint);
  const { folder, name, file } = partsOf(path);
  for (const entry of [...Deno.readDirSync(folder)].filter((each) => each.isFile)) {
    if (!entry.name.includes(name) || entry.name === file) continue;
    if (pattern.test(entry.name)) await Deno.remove(join(folder, entry.name));
  }
};

/** Takes the word of whatever manifest it replaces. */
const byManifest: CheckpointIo["save"] = async (path, checkpoint) => {
  const { folder, file: before } = partsOf(path);
  await save(path, checkpoint);
  if (before === undefined || before === partsOf(path).file) return;
  await Deno.remove(join(folder, before)).catch(() => {});
};

/** Takes the word of a manifest in which the names fit, and does not look at the matrix. */
const withoutContent: CheckpointIo["save"] = async (path, checkpoint) => {
  const { folder, name, file: before } = partsOf(path);
  const isOwn = before?.startsWith(`${name}-`) && /^[0-9a-f]{16}\.npy$/.test(before.slice(-20));
  await save(path, checkpoint);
  if (!isOwn || before === partsOf(path).file) return;
  await Deno.remove(join(folder, before ?? "")).catch(() => {});
};

const modeless: CheckpointIo["save"] = async (path, checkpoint) => {
  await save(path, checkpoint);
  const { folder, name, file = "" } = partsOf(path);
  for (const each of [`${name}.json`, file]) Deno.chmodSync(join(folder, each), 0o644);
};

/** Gives both files the manifest's mode. */
const oneMode: CheckpointIo["save"] = async (path, checkpoint) => {
  await save(path, checkpoint);
  const { folder, name, file = "" } = partsOf(path);
  const { mode } = Deno.statSync(join(folder, `${name}.json`));
  Deno.chmodSync(join(folder, file), (mode ?? 0) & 0o777);
};

/** Shows what it could not read. */
const showingLoad: CheckpointIo["load"] = async (path) => {
  try {
    return await load(path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.message}: ${await Deno.readTextFile(`${path}.json`)}`);
  }
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
  {
    title: "cleans too much",
    io: { save: greedySave, load },
    refusedBy: ["cleansLeftovers", "sparesFilesOfOthers"],
  },
  {
    title: "takes sixteen digits for its own",
    io: { save: byName(/^emb-[0-9a-f]{16}\.npy$/), load },
    refusedBy: ["sparesFilesOfOthers", "sparesWhatOthersManifestsName"],
  },
  {
    title: "takes any temporary file for its own",
    io: { save: byName(/^\.emb\.[0-9a-f-]{36}\.(npy|json|old)\.tmp$/), load },
    refusedBy: ["sparesFilesOfOthers"],
  },
  {
    title: "removes what any manifest names",
    io: { save: byManifest, load },
    refusedBy: ["sparesWhatOthersManifestsName"],
  },
  {
    title: "removes what is named right, whatever is in it",
    io: { save: withoutContent, load },
    refusedBy: ["sparesWhatOthersManifestsName"],
  },
  { title: "forgets modes", io: { save: modeless, load }, refusedBy: ["keepsModes"] },
  { title: "gives both files one mode", io: { save: oneMode, load }, refusedBy: ["keepsModes"] },
  {
    title: "shows what it could not read",
    io: { save, load: showingLoad },
    refusedBy: ["refusesForgeries"],
  },
];
