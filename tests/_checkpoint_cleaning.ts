// What a save does to the other files of its folder: which it removes, which it spares, and what it keeps
// of those that it replaces.

import { assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import type { CheckpointInput } from "../lib/io/checkpoint.ts";
import {
  type Check,
  type CheckpointIo,
  inFolder,
  link,
  matrixIn,
  namesIn,
  otherSample,
  sample,
  seal,
  textOf,
} from "./_checkpoint_files.ts";

const uuid = "01234567-89ab-cdef-0123-456789abcdef";

/** The manifest and the matrix of a save under the name "emb", and the matrix's name. */
async function filesOf(
  { save }: CheckpointIo,
  checkpoint: CheckpointInput,
): Promise<{ manifest: string; matrix: Uint8Array; matrixName: string }> {
  let files = { manifest: "", matrix: new Uint8Array(), matrixName: "" };
  await inFolder(async (folder) => {
    await save(join(folder, "emb"), checkpoint);
    const path = matrixIn(folder);
    files = {
      manifest: await Deno.readTextFile(join(folder, "emb.json")),
      matrix: await Deno.readFile(path),
      matrixName: basename(path),
    };
  });
  return files;
}

/** A checkpoint of numbers that no other has. */
function numbered(number: number): CheckpointInput {
  return { matrix: { data: new Float64Array([number]), shape: [1] } };
}

const cleansLeftovers: Check = (io) =>
  inFolder(async (folder) => {
    const { save, load } = io;
    const path = join(folder, "emb");
    await save(path, sample);
    await save(join(folder, "emb-2"), otherSample);
    const before = namesIn(folder);
    // A crash between the two renames, one after both, and one in the middle of writing.
    for (const [kind, number] of [["json", 1], ["old", 2]] as const) {
      const { manifest, matrix, matrixName } = await filesOf(io, numbered(number));
      await Deno.writeTextFile(join(folder, `.emb.minimodel-${uuid}.${kind}.tmp`), manifest);
      await Deno.writeFile(join(folder, matrixName), matrix);
    }
    const other = uuid.replace("0", "f");
    for (const kind of ["npy", "json", "old"]) {
      await Deno.writeTextFile(join(folder, `.emb.minimodel-${other}.${kind}.tmp`), "half");
    }
    // The manifest that is there has a second name before it is replaced, and so keeps its matrix.
    const third = `.emb.minimodel-${uuid.replace("1", "e")}.old.tmp`;
    await Deno.link(`${path}.json`, join(folder, third));
    assertEquals(namesIn(folder).length, before.length + 8);
    assertEquals(textOf(await load(path)), textOf(sample));
    await save(path, { ...sample, metadata: {} });
    assertEquals(namesIn(folder), before);
    await save(path, otherSample);
    assertEquals(namesIn(folder).length, before.length);
    assertEquals(textOf(await load(path)), textOf(otherSample));
    assertEquals(textOf(await load(join(folder, "emb-2"))), textOf(otherSample));
  });

const sparesFilesOfOthers: Check = (io) =>
  inFolder(async (folder) => {
    const { save, load } = io;
    const path = join(folder, "emb");
    const orphan = await filesOf(io, numbered(1));
    const spoiled = await filesOf(io, numbered(2));
    const foreign = [
      "emb-1732372800000000.npy", // a time in microseconds
      "emb-2026112312000000.npy",
      "emb-fedcba9876543210.npy",
      "emb-FEDCBA9876543210.npy",
      "emb-fedcba987654321.npy",
      "emb-fedcba9876543210.npz",
      "memb-fedcba9876543210.npy",
      "emb-1.npy",
      "emb.npy",
      ".emb.tmp",
      `.emb.${uuid}.npy.tmp`,
      `.emb.${uuid}.json.tmp`,
      `.emb.other-${uuid}.npy.tmp`,
      `.emb-2.minimodel-${uuid}.npy.tmp`,
      `.emb.x.minimodel-${uuid}.npy.tmp`,
      `.cmb.minimodel-${uuid}.npy.tmp`,
      `.emb.minimodel-${uuid}x.npy.tmp`,
      `.emb.minimodel-${uuid}.npy.tmp.txt`,
      `.emb.minimodel-${uuid}.png.tmp`,
      `.emb.minimodel-${uuid.slice(1)}.npy.tmp`,
      orphan.matrixName, // right by its name and content, but no manifest speaks of it
      spoiled.matrixName, // a manifest speaks of it, but it has other content
    ];
    await save(path, sample);
    await save(join(folder, "emb-0123456789abcdef"), otherSample);
    for (const name of foreign) await Deno.writeTextFile(join(folder, name), "somebody's");
    await Deno.writeFile(join(folder, orphan.matrixName), orphan.matrix);
    const changed = spoiled.matrix.with(-1, (spoiled.matrix.at(-1) ?? 0) ^ 1);
    await Deno.writeFile(join(folder, spoiled.matrixName), changed);
    await Deno.writeTextFile(join(folder, `.emb.minimodel-${uuid}.old.tmp`), spoiled.manifest);
    await Deno.mkdir(join(folder, "emb-aaaaaaaaaaaaaaaa.npy"));
    await Deno.mkdir(join(folder, `.emb.minimodel-${uuid}.json.tmp`));
    await link(join(folder, "emb.npy"), join(folder, "emb-bbbbbbbbbbbbbbbb.npy"));
    const own = [basename(matrixNow(folder, "emb")), `.emb.minimodel-${uuid}.old.tmp`];
    const stay = namesIn(folder).filter((name) => !own.includes(name));
    await save(path, otherSample);
    assertEquals(namesIn(folder).filter((name) => stay.includes(name)), stay);
    assertEquals(namesIn(folder).length, stay.length + 1); // the new matrix
    assertEquals(await Deno.readTextFile(join(folder, "emb.npy")), "somebody's");
    assertEquals(textOf(await load(path)), textOf(otherSample));
  });

/** The matrix that the manifest of a checkpoint names. */
function matrixNow(folder: string, name: string): string {
  return join(folder, JSON.parse(Deno.readTextFileSync(join(folder, `${name}.json`))).file);
}

const sparesWhatOthersManifestsName: Check = (io) =>
  inFolder(async (outer) => {
    const folder = join(outer, "runs");
    const { save, load } = io;
    const path = join(folder, "emb");
    const good = await filesOf(io, numbered(1));
    const { checksum: _, ...fields } = JSON.parse(good.manifest);
    const sealed = (change: Record<string, unknown>) =>
      seal(JSON.stringify({ ...fields, ...change }));
    const digits = String(fields.sha256).slice(0, 16);
    const manifests = [
      JSON.stringify({ file: "../precious.npy" }),
      JSON.stringify({ ...fields, checksum: "0".repeat(64) }),
      "half",
      ...await Promise.all([
        { file: "../precious.npy" },
        { file: `other-${digits}.npy` },
        { file: `../runs/${good.matrixName}` },
        { file: "package.json" },
        { file: "emb.npy" },
        { format: "somebody's" },
        { version: 2 },
        { byteLength: good.matrix.length + 1 },
        { sha256: `${digits}${"0".repeat(48)}` },
      ].map(sealed)),
    ];
    const others = ["../precious.npy", `other-${digits}.npy`, "package.json", "emb.npy"];
    for (const manifest of manifests) {
      await Deno.mkdir(folder);
      for (const name of [...others, good.matrixName]) {
        await Deno.writeFile(join(folder, name), good.matrix);
      }
      // One that is replaced, and one that seems to be left over.
      await Deno.writeTextFile(`${path}.json`, manifest);
      await Deno.writeTextFile(join(folder, `.emb.minimodel-${uuid}.json.tmp`), manifest);
      await save(path, sample);
      for (const name of [...others, good.matrixName]) {
        assertEquals(await Deno.readFile(join(folder, name)), good.matrix, manifest);
      }
      assertEquals(textOf(await load(path)), textOf(sample));
      await Deno.remove(folder, { recursive: true });
    }
    // The very name of the matrix before, under which somebody has exported a checkpoint.
    await save(path, numbered(1));
    await Deno.writeTextFile(join(folder, `emb-${digits}.json`), "somebody's");
    await save(path, sample);
    assertEquals(await Deno.readFile(join(folder, good.matrixName)), good.matrix);
  });

const keepsModes: Check = ({ save }) =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const modes = () =>
      [`${path}.json`, matrixIn(folder)].map((file) => (Deno.statSync(file).mode ?? 0) & 0o777);
    await save(path, sample);
    const first = modes();
    await save(path, otherSample);
    assertEquals(modes(), first);
    for (
      const [manifest, matrix] of [[0o600, 0o600], [0o644, 0o600], [0o600, 0o666], [0o400, 0o440]]
    ) {
      Deno.chmodSync(`${path}.json`, manifest ?? 0);
      Deno.chmodSync(matrixIn(folder), matrix ?? 0);
      for (const version of [sample, otherSample, { ...otherSample, metadata: { steps: 4 } }]) {
        await save(path, version);
        assertEquals(modes(), [manifest, matrix]);
      }
    }
    // Without the matrix before, its manifest tells.
    await Deno.remove(matrixIn(folder));
    await save(path, sample);
    assertEquals(modes(), [0o400, 0o400]);
  });

/** By name: what must hold of the folder that is saved to. */
export const cleaningChecks = {
  cleansLeftovers,
  sparesFilesOfOthers,
  sparesWhatOthersManifestsName,
  keepsModes,
};
