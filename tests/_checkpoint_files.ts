// Files of checkpoints for tests: folders that vanish afterwards, manifests changed and sealed again.

import { join } from "node:path";
import type { Checkpoint, readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";

/** A way to save and load, the library's or a wrong one. */
export interface CheckpointIo {
  readonly save: typeof writeCheckpoint;
  readonly load: typeof readCheckpoint;
}

/** Throws if a way to save and load lacks what is checked. */
export type Check = (io: CheckpointIo) => Promise<void>;

/** A small checkpoint with text of all sorts in it. */
export const sample: Checkpoint = {
  matrix: { data: new Float64Array([1, -0, NaN, 0.1, 5e-324, -Infinity]), shape: [3, 2] },
  options: { paddingIdx: null, sparse: false, initScale: 0.02 },
  metadata: {
    vocabulary: ["the", "tab\t", '"{[,:]}"', "\\"],
    steps: 3,
    note: "ä \u{1f600} \ud800",
  },
};

/** The same for other tests: other numbers of the same shape. */
export const otherSample: Checkpoint = {
  ...sample,
  matrix: { data: new Float64Array([6, 5, 4, 3, 2, 1]), shape: [3, 2] },
};

/** Runs a test in a folder of its own. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "minimodel-test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes a symbolic link; Deno itself makes one only where it may write everywhere. */
export async function link(target: string, path: string): Promise<void> {
  const { success } = await new Deno.Command("ln", { args: ["-s", target, path] }).output();
  if (!success) throw new Error(`Cannot link ${path} to ${target}`);
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** The path of the one matrix file in a folder. */
export function matrixIn(folder: string): string {
  const [name, ...others] = namesIn(folder).filter((name) => name.endsWith(".npy"));
  if (name === undefined || others.length > 0) throw new Error(`${folder} must have one matrix`);
  return join(folder, name);
}

/** The bits of floats, as comparable text: NaN payloads and -0 differ. */
export function bitsOf(data: Float64Array | Float32Array): string {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).toHex();
}

/** All of a checkpoint as comparable text, to the bit. */
export function textOf({ matrix, options, metadata }: Checkpoint): string {
  return JSON.stringify([bitsOf(matrix.data), matrix.shape, options, metadata]);
}

/** Adds the right checksum to the text of a JSON object without one, by the documented rule. */
export async function seal(text: string): Promise<string> {
  const body = text.trimEnd().slice(0, -1);
  const bytes = new TextEncoder().encode(body);
  return `${body},"checksum":"${await sha256(bytes)}"}`;
}

/** Changes what a manifest says and seals it, as a forger would. */
export async function forge(
  path: string,
  change: (fields: Record<string, unknown>) => void,
): Promise<void> {
  const { checksum: _, ...fields } = JSON.parse(await Deno.readTextFile(path));
  change(fields);
  await Deno.writeTextFile(path, await seal(JSON.stringify(fields)));
}

/** The SHA-256 of bytes in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
