// `deno task train`: its command line, what it leaves, and that Ctrl-C loses no finished epoch.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Cbow, createRandom, Embedding, readCheckpoint, SkipGram, Vocabulary } from "minimodel";
import { root, SetupError } from "../tasks/_cli.ts";
import { parseTrainArgs } from "../tasks/_train_options.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { filesIn, inFolder } from "./_word2vec_text.ts";

const parse = (...args: string[]) => parseTrainArgs(args, (path) => `/here/${path}`);

Deno.test("parseTrainArgs reads flags in any order, and has a default for each", () => {
  assertEquals(parse("--epochs", "5", "--dim=16", "--seed", "7", "--out", "first"), {
    kind: "new",
    out: "/here/first",
    epochs: 5,
    config: {
      ...{ corpus: null, model: "cbow", dim: 16, window: 2, negatives: 0, minCount: 1, batch: 256 },
      ...{ optimizer: "adam", lr: null, momentum: 0, dtype: "float32", seed: 7 },
    },
  });
  const { config } = parse("--corpus", "a.txt", "--model", "skipgram", "--lr", "2e-3") as Extract<
    ReturnType<typeof parse>,
    { kind: "new" }
  >;
  assertEquals([config.corpus, config.model, config.lr], ["/here/a.txt", "skipgram", 0.002]);
  assertEquals(parse("--resume", "--out", "x", "--epochs", "30"), {
    ...{ kind: "resume", out: "/here/x", epochs: 30 },
  });
  assertEquals(parse("--help", "--resume"), { kind: "help" });
});

const refused: Record<string, string> = {
  "--epoch 3": "Unknown option '--epoch'; did you mean --epochs?",
  "--epochs 0": "Cannot use --epochs 0: it must be a whole number from 1 to 2147483647",
  "--epochs 1.5": "Cannot use --epochs 1.5: it must be a whole number",
  "--dim many": "Cannot use --dim many: it must be a whole number from 1",
  "--negatives=-1": "Cannot use --negatives -1: it must be a whole number from 0",
  "--seed 4294967296": "it must be a whole number from 0 to 4294967295",
  "--model glove": "Cannot use --model glove: it must be cbow or skipgram",
  "--optimizer Adam": "it must be adam or adamw or adagrad or sgd",
  "--lr 0": "Cannot use --lr 0: it must be a number above 0",
  "--dtype float16": "it must be float32 or float64",
  "--out=": "Cannot use --out without a path",
  "--resume": "Cannot use --resume without --out folder",
  "--resume --out x --dim 3": "Cannot use --dim with --resume: a training goes on as it was begun",
  "words.txt": "Unexpected argument 'words.txt'",
  "--epochs": "argument missing",
};

for (const [line, says] of Object.entries(refused)) {
  Deno.test(`parseTrainArgs refuses "${line}" and says how to call it`, () => {
    const error = assertThrows(() => parse(...line.split(" ")), SetupError, says);
    assertStringIncludes(error.message, "Usage: deno task train");
  });
}

/** Starts the command, with leave to write in one folder. */
function start(folder: string, args: string[]): Deno.ChildProcess {
  return new Deno.Command(denoProgram(), {
    args: [
      ...["run", "-q", "--allow-read", `--allow-write=${folder}`, "--allow-env=INIT_CWD"],
      ...["tasks/train.ts", ...args],
    ],
    cwd: root,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function train(folder: string, ...args: string[]) {
  return await ended(start(folder, args));
}

async function ended(child: Deno.ChildProcess) {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

/** Writes a text of sentences of nine words. */
async function writeText(path: string): Promise<void> {
  const random = createRandom(2);
  const words = ["niño", "mañana", "ayer", "cantó", "sings", "tomorrow"];
  const sentence = () => {
    const first = random.integer(6);
    return Array.from({ length: 9 }, (_, n) => words[(first + n) % 6]).join(" ");
  };
  await Deno.writeTextFile(path, Array.from({ length: 60 }, sentence).join("\n"));
}

Deno.test("deno task train leaves a training, vectors with their words, losses and its options", () =>
  inFolder(async (folder) => {
    await writeText(`${folder}/text.txt`);
    const out = join(folder, "run");
    const flags = ["--corpus", `${folder}/text.txt`, "--epochs", "2", "--dim", "4", "--seed", "7"];
    const { code, out: said, error } = await train(folder, ...flags, "--out", out);
    assertEquals(code, 0, error);
    assertStringIncludes(said, "300 windows, 6 words");
    assertStringIncludes(said, "4/4  epoch 2  loss ");
    const cbow = await Cbow.load(join(out, "run"));
    assertEquals([cbow.vocabSize, cbow.embeddingDim], [6, 4]);
    const { E } = await Embedding.load(join(out, "embedding"));
    assertEquals(E.toArray(), cbow.embed.E.toArray());
    const { metadata } = await readCheckpoint(join(out, "embedding"));
    assertStringIncludes(JSON.stringify(metadata.vocabulary), "mañana");
    const config = JSON.parse(await Deno.readTextFile(join(out, "config.json")));
    assertEquals([config.seed, config.model], [7, "cbow"]);
    assertEquals((await Deno.readTextFile(join(out, "losses.csv"))).split("\r\n").length, 4);

    const again = await train(folder, ...flags, "--out", out);
    assertEquals([again.code, again.out], [1, ""]);
    assertStringIncludes(again.error, "it has a training already; --resume goes on with it");
  }));

Deno.test("Ctrl-C keeps the last finished epoch, and --resume comes to the same bytes", () =>
  inFolder(async (folder) => {
    await writeText(`${folder}/text.txt`);
    const [stopped, straight] = [join(folder, "stopped"), join(folder, "straight")];
    const flags = ["--corpus", `${folder}/text.txt`, "--dim", "4", "--model", "skipgram"];
    const child = start(folder, [...flags, "--epochs", "1000000", "--out", stopped]);
    const lossesIn = async (out: string) => {
      const { options } = await readCheckpoint(join(out, "run"));
      return Object(options.training).losses.length as number;
    };
    for (let waits = 0; await lossesIn(stopped).catch(() => 0) === 0; waits++) {
      assert(waits < 600, "the training does not come to the end of an epoch");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGINT");
    const { code, out, error } = await ended(child);
    assertEquals([code, error], [130, ""]);
    const done = await lossesIn(stopped);
    assertStringIncludes(out, `Stopped: ${done} of 1000000 epochs are saved. To go on:`);
    assertStringIncludes(out, "stopped --resume");

    const epochs = String(done + 2);
    const resumed = await train(folder, "--out", stopped, "--resume", "--epochs", epochs);
    assertEquals(resumed.code, 0, resumed.error);
    assertStringIncludes(resumed.out, `From epoch ${done + 1}`);
    await train(folder, ...flags, "--epochs", epochs, "--out", straight);
    assertEquals(filesIn(stopped), filesIn(straight));
    assertEquals((await SkipGram.load(join(stopped, "run"))).vocabSize, 6);
  }));

Deno.test("Without --corpus, the text is the verb grammar of the seed, with what is known of its words", () =>
  inFolder(async (folder) => {
    const flags = ["--epochs", "1", "--dim", "2", "--batch", "4096", "--out", `${folder}/run`];
    const { code, out, error } = await ended(start(folder, flags));
    assertEquals(code, 0, error);
    assertStringIncludes(out, "cbow on the verb grammar: 26,160 windows, 604 words");
    const { metadata } = await readCheckpoint(`${folder}/run/run`);
    const vocabulary = Vocabulary.fromJSON(metadata.vocabulary);
    assertEquals(vocabulary.entry(vocabulary.id("cantó")).tense, "past");
  }));

Deno.test("deno task train tells plainly what is wrong with a text or a folder", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/short.txt`, "one two\nthree four");
    await Deno.writeFile(`${folder}/latin1.txt`, Uint8Array.of(0x6e, 0xf1, 0x6f, 0x0a));
    const out = join(folder, "run");
    const cases: [args: string[], says: string][] = [
      [["--corpus", `${folder}/none.txt`, "--out", out], "no such file"],
      [["--corpus", folder, "--out", out], "it must be a plain file"],
      [["--corpus", `${folder}/short.txt`, "--out", out], "no sentence has 5 words"],
      [["--corpus", `${folder}/latin1.txt`, "--out", out], "UTF-8"],
      [["--out", out, "--resume"], "Cannot resume in"],
    ];
    for (const [args, says] of cases) {
      const { code, error } = await train(folder, ...args);
      assertEquals(code, 1, error);
      assertStringIncludes(error, says);
      assert(!error.includes("    at "), error);
    }
    await writeText(`${folder}/text.txt`);
    const elsewhere = ["--corpus", `${folder}/text.txt`, "--out", `${folder}-elsewhere/run`];
    const { code, error } = await train(folder, ...elsewhere);
    assertEquals(code, 1);
    assertStringIncludes(error, "deno task train writes in experiments/ alone");
  }));
