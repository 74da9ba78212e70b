// Writes a page on which a table of words can be explored: `deno task explore file...`.

import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type ExplorerEpoch, saveExplorer } from "minimodel/lab";
import { main, root, SetupError } from "./_cli.ts";
import { readWordTable } from "./_word_files.ts";

const usage = `Usage: deno task explore file... [--out explorer.html] [options]

Writes one HTML file that shows words as points, works offline, and opens in any browser.
Several files are the epochs of one training, in their order.

  file            a table of words: word2vec, GloVe or fastText (.bin, .txt, .vec), .safetensors, .tsv,
                  .parquet; or a checkpoint with a vocabulary, as deno task train writes embedding.json
  --out file      where the page goes, inside the project (default explorer.html)
  --title text    the title of the page (default: the first file's name)
  --limit n       how many words to show, the first ones (default 50000)
  --umap          UMAP also for over 5,000 words, which takes minutes
  --no-umap       PCA only
  --seed n        seed of UMAP (default 0)
  --help          print this`;

const flags = {
  help: { type: "boolean", default: false },
  out: { type: "string", default: "explorer.html" },
  title: { type: "string" },
  limit: { type: "string", default: "50000" },
  umap: { type: "boolean" },
  seed: { type: "string", default: "0" },
} as const;

function read(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new SetupError(
    `Cannot use --${flag} ${text}: it must be a whole number from ${least} to ${most}`,
  );
}

await main(async () => {
  // Where the command was typed; the task itself runs in the project's folder.
  const here = Deno.env.get("INIT_CWD") ?? root;
  const { values, positionals } = read(Deno.args);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [first] = positionals;
  if (first === undefined) throw new SetupError(`Cannot explore nothing: name a file\n\n${usage}`);
  const limit = whole("limit", values.limit, 1, 1_000_000);
  const seed = whole("seed", values.seed, 0, 2 ** 32 - 1);
  const epochs: ExplorerEpoch[] = [];
  for (const file of positionals) {
    const { vectors, total } = await readWordTable(resolve(here, file), limit);
    if (vectors.words.length < total) {
      console.log(`${file}: the first ${limit} of ${total} words; --limit shows more`);
    }
    epochs.push({ name: basename(file).replace(/\.json$/, ""), vectors });
  }
  const count = epochs[0]?.vectors.words.length ?? 0;
  if (count > 5000 && values.umap === undefined) {
    console.log(`${count} words: PCA only; --umap adds UMAP, which takes minutes`);
  }
  const out = resolve(here, values.out);
  if (relative(root, out).startsWith("..")) {
    throw new SetupError(`Cannot write ${out}: the page must be inside ${root}`);
  }
  const path = await saveExplorer(out, epochs, {
    title: values.title ?? basename(first).replace(/\.json$/, ""),
    seed,
    umap: values.umap,
  });
  const { size } = await Deno.stat(path);
  console.log(`${relative(here, path)}: ${count} words, ${(size / 1e6).toFixed(1)} MB`);
  return 0;
});
