// Word vectors in files: which file is which, what a save leaves when it fails, and whose error it is.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FormatError, tensor, WordVectors } from "minimodel";
import {
  readWordVectors,
  type VectorFormat,
  vectorFormats,
  writeWordVectors,
} from "minimodel/vectors";
import { saveFiles } from "../lib/io/_save_file.ts";
import { wrong } from "./_refused.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) =>
  Array.fromAsync(Deno.readDir(folder), ({ name }) => name).then((all) => all.sort());
const words = new WordVectors(["a", "b"], tensor([[1, 2], [3, 4.5]], { dtype: "float32" }));

Deno.test("every format is told by its ending, by text and by URL, in a folder that is made", async () => {
  await inFolder(async (folder) => {
    const endings = ["txt", "bin", "vec", "safetensors", "tsv", "parquet"];
    for (const ending of endings) {
      const path = join(folder, "new", `words.${ending}`);
      await writeWordVectors(ending === "bin" ? pathToFileURL(path) : path, words);
      const { words: found, E } = await readWordVectors(pathToFileURL(path));
      assertEquals([found, E.toArray(), E.dtype, E.requiresGrad], [
        ["a", "b"],
        [[1, 2], [3, 4.5]],
        "float32",
        false,
      ]);
    }
    await Deno.writeTextFile(join(folder, "glove.txt"), "a 1 2\n");
    assertEquals((await readWordVectors(join(folder, "glove.txt"))).words, ["a"]);
    assertEquals((await names(join(folder, "new"))).length, endings.length + 1);
  });
});

Deno.test("the second file of the Projector is named beside the first", async () => {
  await inFolder(async (folder) => {
    await writeWordVectors(join(folder, "vectors.tsv"), words);
    await writeWordVectors(join(folder, "verbs.tsv"), words);
    assertEquals(await names(folder), [
      "metadata.tsv",
      "vectors.tsv",
      "verbs.tsv",
      "verbs_metadata.tsv",
    ]);
    await Deno.writeTextFile(join(folder, "metadata.tsv"), "a\na\n");
    const error = await assertRejects(
      () => readWordVectors(join(folder, "vectors.tsv")),
      FormatError,
    );
    assert(
      error.message.startsWith(`Cannot read ${join(folder, "metadata.tsv")} as projector: word 1`),
      error.message,
    );
  });
});

Deno.test("a save that fails leaves the version before, and nothing else", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "words.vec");
    await writeWordVectors(path, words);
    await Deno.chmod(path, 0o640);
    const spaced = new WordVectors(["a b"], tensor([[1]]));
    await assertRejects(() => writeWordVectors(path, spaced), TypeError, "a space");
    const failing = function* () {
      yield new Uint8Array(3);
      throw new Error("no more");
    };
    await assertRejects(() => saveFiles([{ path, pieces: failing() }]), Error, "no more");
    assertEquals(await names(folder), ["words.vec"]);
    assertEquals((await readWordVectors(path)).words, ["a", "b"]);
    await writeWordVectors(path, new WordVectors(["c"], tensor([[1]])));
    assertEquals((await readWordVectors(path)).words, ["c"]);
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o640);
  });
});

Deno.test("what is no plain file, not there, or empty is refused in every format", async () => {
  await inFolder(async (folder) => {
    const empty = join(folder, "empty");
    await Deno.writeTextFile(empty, "");
    await Deno.writeTextFile(join(folder, "empty_metadata.tsv"), "");
    for (const format of vectorFormats) {
      await assertRejects(() => readWordVectors(folder, { format }), FormatError, "a folder");
      await assertRejects(() => readWordVectors(join(folder, "none"), { format }), Error, "none");
      if (format === "projector") {
        assertEquals((await readWordVectors(empty, { format })).words, []);
      } else {await assertRejects(
          () => readWordVectors(empty, { format }),
          FormatError,
          `Cannot read ${empty} as ${format}: `,
        );}
    }
  });
});

Deno.test("a safetensors file without words is read with those that are given", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.safetensors");
    await writeWordVectors(path, words);
    const given = { words: ["x", "y"], tensor: "vectors" };
    assertEquals((await readWordVectors(path, given)).words, ["x", "y"]);
    await assertRejects(
      () => readWordVectors(path, { words: ["x"] }),
      FormatError,
      "2 rows, but there are 1 words",
    );
    await assertRejects(
      () => readWordVectors(path, { tensor: "E" }),
      FormatError,
      `its tensors are "vectors"`,
    );
  });
});

Deno.test("wrong arguments are refused by name", async () => {
  const read = (path: unknown, options: unknown = {}) =>
    readWordVectors(wrong(path), wrong(options));
  const cases: [() => Promise<unknown>, string][] = [
    [() => read(3), "Cannot read word vectors: the path must be text or a URL of a file, got 3"],
    [
      () => read(""),
      'Cannot read word vectors: the path must be text or a URL of a file, got the string ""',
    ],
    [
      () => read("a.doc"),
      "Cannot read a.doc: its name must end in .bin, .txt, .vec, .safetensors, .tsv, .parquet, or",
    ],
    [() => read("a.txt", { fromat: "glove" }), 'did you mean "format"?'],
    [() => read("a.txt", { format: "elmo" }), 'Cannot read a.txt: format must be "word2vec", '],
    [() => read("a.txt", { dtype: "int8" }), 'dtype must be "float64" or "float32"'],
    [() => read("a.txt", { words: "abc" }), "words must be an array of texts"],
    [() => read("a.txt", { duplicates: true }), 'duplicates must be "refuse" or "first"'],
    [
      () => writeWordVectors("a.txt", wrong({})),
      "Cannot write a.txt: wanted WordVectors, got a value of kind Object",
    ],
    [
      () => writeWordVectors("a.txt", words, { format: wrong<VectorFormat>("x") }),
      "format must be",
    ],
  ];
  for (const [run, message] of cases) await assertRejects(run, TypeError, message);
});
