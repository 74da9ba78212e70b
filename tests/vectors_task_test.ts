// `deno task vectors`: what it prints, and what it says of wrong arguments and files.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { tensor, WordVectors } from "minimodel";
import { readWordVectors, writeWordVectors } from "minimodel/vectors";
import { SetupError } from "../tasks/_cli.ts";
import { readWordTable } from "../tasks/_word_files.ts";
import { runVectors, usage } from "../tasks/vectors.ts";

async function inFolder(run: (here: string) => Promise<void>): Promise<void> {
  const here = await Deno.makeTempDir();
  try {
    await run(here);
  } finally {
    await Deno.remove(here, { recursive: true });
  }
}

async function printed(here: string, ...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  assertEquals(await runVectors(args, { here, print: (line) => void lines.push(line) }), 0);
  return lines;
}

const verbs = new WordVectors(["run", "ran", "see"], tensor([[1, 0], [1, 0.5], [0, 1]]), {
  labels: { tense: ["infinitive", "past", "infinitive"] },
});

Deno.test("vectors converts, and says what it had to leave out", async () => {
  await inFolder(async (here) => {
    await writeWordVectors(join(here, "a.parquet"), verbs);
    assertEquals(await printed(here, "convert", "a.parquet", "b.bin"), [
      "Rounded to float32, which is all that word2vec-binary holds",
      `${join(here, "b.bin")}: 3 words, 2 numbers each, float32, labels tense`,
      "Without the labels tense, for which word2vec-binary has no place",
    ]);
    assertEquals(await printed(here, "convert", "b.bin", "c.any", "--to", "glove"), [
      `${join(here, "c.any")}: 3 words, 2 numbers each, float32`,
    ]);
    assertEquals(await Deno.readTextFile(join(here, "c.any")), "run 1 0\nran 1 0.5\nsee 0 1\n");
    await printed(here, "convert", "a.parquet", "verbs.tsv");
    const back = await readWordVectors(join(here, "verbs.tsv"), { dtype: "float64" });
    assertEquals([back.words, back.labels, back.E.toArray()], [
      verbs.words,
      verbs.labels,
      verbs.E.toArray(),
    ]);
    const left = (await Array.fromAsync(Deno.readDir(here), ({ name }) => name)).sort();
    assertEquals(left, ["a.parquet", "b.bin", "c.any", "verbs.tsv", "verbs_metadata.tsv"]);
  });
});

Deno.test("vectors finds the nearest of one word, or of several", async () => {
  await inFolder(async (here) => {
    await writeWordVectors(join(here, "a.txt"), verbs);
    assertEquals(await printed(here, "nearest", "run", "--in", "a.txt"), [
      "  0.8944  ran",
      "  0.0000  see",
    ]);
    const args = ["nearest", "run", "see", "--in", "a.txt", "--k", "1", "--metric", "dot"];
    assertEquals(await printed(here, ...args), ["run", "  1.0000  ran", "\nsee", "  0.5000  ran"]);
  });
});

Deno.test("vectors tells what is in a file", async () => {
  await inFolder(async (here) => {
    await writeWordVectors(join(here, "a.safetensors"), verbs);
    assertEquals(await printed(here, "info", "a.safetensors"), [
      `${join(here, "a.safetensors")}: 3 words, 2 numbers each, float64, labels tense`,
      'The first words: "run", "ran", "see"',
    ]);
    await Deno.writeTextFile(join(here, "a"), "x 1 nan\n");
    assertEquals(
      (await printed(here, "info", "a", "--format", "glove"))[1],
      "1 numbers are NaN or infinite",
    );
    assertEquals(await printed(here, "--help"), [usage]);
  });
});

Deno.test("vectors says what is wrong, without a stack, and leaves nothing behind", async () => {
  await inFolder(async (here) => {
    await writeWordVectors(join(here, "a.txt"), verbs);
    await Deno.writeTextFile(join(here, "bad.vec"), "2 2\na 1 2\n");
    const bad = join(here, "bad.vec");
    const cases: [string[], string][] = [
      [[], "No command\n\nUsage:"],
      [["near"], 'No command "near"'],
      [["convert", "a.txt"], "convert wants two files, got 1"],
      [
        ["convert", "a.txt", "b.doc"],
        `Cannot tell the format of ${join(here, "b.doc")}: --to names it`,
      ],
      [["info", "a.doc"], "its name must end in .bin, .txt, .vec"],
      [["info", "none.txt"], "no such file"],
      [
        ["info", "bad.vec"],
        `Cannot read ${bad} as fasttext: line 1 says that there are 2 words, got 1`,
      ],
      [
        ["info", "a.txt", "--format", "word2vex"],
        "Cannot use --format word2vex: it must be one of word2vec,",
      ],
      [
        ["info", "a.txt", "--dtype", "int8"],
        "Cannot use --dtype int8: it must be one of float32, float64",
      ],
      [["info", "a.txt", "--wrong"], "Unknown option '--wrong'"],
      [["nearest", "run"], "nearest wants words, and --in file"],
      [["nearest", "rum", "--in", "a.txt"], '"rum" is not among the 3 words; did you mean "run"'],
      [["nearest", "run", "--in", "a.txt", "--k", "0"], "Cannot use --k 0"],
      [["nearest", "run", "--in", "a.txt", "--metric", "l2"], "Cannot use --metric l2"],
    ];
    for (const [args, message] of cases) {
      const error = await assertRejects(
        () => runVectors(args, { here, print: () => assert(false, "nothing is printed") }),
        SetupError,
      );
      assertStringIncludes(error.message, message);
    }
    const left = (await Array.fromAsync(Deno.readDir(here), ({ name }) => name)).sort();
    assertEquals(left, ["a.txt", "bad.vec"]);
  });
});

Deno.test("explore says that a file is not there, of every format, without a stack", async () => {
  await inFolder(async (here) => {
    for (const name of ["a.bin", "a.parquet", "a.safetensors", "a"]) {
      await assertRejects(() => readWordTable(join(here, name), 10), SetupError, join(here, name));
    }
  });
});
