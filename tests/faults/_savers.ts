// The library's way of saving, and two naive ones that these tests must catch losing data.

import { basename, dirname, join } from "node:path";
import { type CheckpointInput, exportNpy, writeCheckpoint } from "../../lib/io/checkpoint.ts";

/** Makes ready and returns the save itself, so that only that is disturbed. */
export type Prepare = (path: string, checkpoint: CheckpointInput) => Promise<() => Promise<void>>;

/** The two naive savers. */
export const naiveSavers = ["in-place", "fixed-names"];

/** The saver of a name: "library", or one of `naiveSavers`. */
export function saverNamed(name: string): Prepare {
  const saver = savers.get(name);
  if (saver === undefined) throw new RangeError(`Cannot find a saver called ${name}`);
  return saver;
}

const savers = new Map<string, Prepare>([
  ["library", (path, checkpoint) => Promise.resolve(() => writeCheckpoint(path, checkpoint))],
  // Each file whole, under its own fixed name: a crash between the two renames mixes two versions.
  ["fixed-names", (path, checkpoint) => Promise.resolve(() => exportNpy(path, checkpoint))],
  // As numpy.save and torch.save do: open the file that is there, and write into it.
  ["in-place", async (path, checkpoint) => {
    const draft = join(dirname(path), "draft", basename(path));
    await exportNpy(draft, checkpoint);
    const files = [".npy", ".json"].map((end) =>
      [path + end, Deno.readFileSync(draft + end)] as const
    );
    await Deno.remove(dirname(draft), { recursive: true });
    return () => {
      for (const [file, bytes] of files) Deno.writeFileSync(file, bytes);
      return Promise.resolve();
    };
  }],
]);
