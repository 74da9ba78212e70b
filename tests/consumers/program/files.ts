// What a consumer with files does in addition: it saves and loads, over what was saved before.

import { Embedding } from "@minimodel/core";
import { type Checkpoint, readCheckpoint } from "@minimodel/core/files";
import { work } from "./work.ts";

/** Saves and loads below a folder; throws where a bit differs. */
async function saveAndLoad(path: string): Promise<void> {
  for (const seed of [2, 3]) {
    const embedding = new Embedding(40, 16, { seed, paddingIdx: 5 });
    await embedding.save(path, { metadata: { seed } });
    const loaded = await Embedding.load(path);
    if (loaded.E.data.some((x, n) => x !== embedding.E.data[n])) {
      throw new Error("what was loaded is not what was saved");
    }
    const checkpoint: Checkpoint = await readCheckpoint(`${path}.json`);
    if (checkpoint.metadata.seed !== seed || checkpoint.options.paddingIdx !== 5) {
      throw new Error("the options or the metadata are not those that were saved");
    }
  }
  const missing = await Embedding.load("runs/nothing").then(() => undefined, (error) => error);
  if (!String(missing).includes("Cannot load runs/nothing.json")) throw missing;
}

await saveAndLoad("runs/first");
console.log(JSON.stringify(work()));
