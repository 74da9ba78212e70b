// What a saved model and training hold, that a crash in the middle of a save loses neither version,
// and which files are refused.

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  Cbow,
  FormatError,
  type JsonObject,
  type JsonValue,
  makeCbowPairs,
  readCheckpoint,
  SkipGram,
  Word2vecTraining,
  writeCheckpoint,
} from "minimodel";
import { denoProgram } from "../tasks/deno_program.ts";
import { root } from "../tasks/_cli.ts";
import {
  begin,
  filesIn,
  finish,
  type Form,
  forms,
  inFolder,
  rows,
  textOf,
} from "./_word2vec_text.ts";

const form: Form = forms["Cbow with Adam"];

Deno.test("A model that was saved has the same bits and options again, and what was saved with it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/model`;
    for (const dtype of ["float64", "float32"] as const) {
      for (const bias of [true, false]) {
        const cbow = new Cbow(5, 3, { combine: "sum", bias, dtype });
        for (const { data } of cbow.parameters) data.set(data.map((_, n) => Math.sin(n) / 3));
        if (bias) cbow.embed.E.data.set([NaN, -0, Infinity]);
        await cbow.save(path, { metadata: { vocabulary: ["a", "ñ"] } });
        const loaded = await Cbow.load(path);
        assertEquals(loaded.parameters.map(({ data }) => data), cbow.parameters.map((p) => p.data));
        assertEquals([loaded.combine, loaded.bOut === null], ["sum", !bias]);
        assertEquals((await readCheckpoint(path)).metadata, { vocabulary: ["a", "ñ"] });
        const model = new SkipGram(5, 3, { bias, dtype });
        await model.save(path);
        assertEquals((await SkipGram.load(path)).parameters, model.parameters);
      }
    }
    await assertRejects(
      () => Cbow.load(path),
      FormatError,
      'wanted a model of kind Cbow, got "SkipGram"',
    );
  }));

Deno.test("A training keeps its metadata, options and losses, and its model can be loaded alone", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run`;
    const metadata = { vocabulary: { words: ["uno", "dos"] } };
    const training = finish(begin({ ...form, options: { ...form.options, metadata } }));
    await training.save(path);
    const resumed = await Word2vecTraining.resume(path, form.pairs);
    assertEquals(resumed.metadata, metadata);
    assertEquals([resumed.epochs, resumed.losses], [4, training.losses]);
    assertEquals((await Cbow.load(path)).parameters, training.model.parameters);
    assertEquals(resumed.model.parameters, training.model.parameters);
  }));

Deno.test("The parts of a matrix lie where the manifest lists them, for other programs", () =>
  inFolder(async (folder) => {
    const training = finish(begin(form));
    await training.save(`${folder}/run`);
    const { matrix, options } = await readCheckpoint(`${folder}/run`);
    const parts = options.parts as readonly { name: string; shape: number[] }[];
    const names = ["E", "wOut", "bOut", "E.m", "E.v", "wOut.m", "wOut.v", "bOut.m", "bOut.v"];
    assertEquals(parts.map(({ name }) => name), names);
    const [E, wOut] = training.model.parameters.map((each) => each.data);
    assertEquals(matrix.data.subarray(0, E.length), E);
    assertEquals(matrix.data.subarray(E.length, E.length + wOut.length), wOut);
  }));

/** Trains up to some epochs in a process of its own, which ends before a change of the file system. */
async function crash(path: string, epochs: number, before: number): Promise<number | undefined> {
  const { code, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: [
      ...["run", "-q", "--allow-read", `--allow-write=${path.slice(0, path.lastIndexOf("/"))}`],
      ...["tests/_word2vec_child.ts", path, "Cbow with Adam", String(epochs), String(before)],
    ],
    cwd: root,
  }).output();
  if (code === 9) return undefined;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return Number(new TextDecoder().decode(stdout));
}

Deno.test("A crash at any moment of a save leaves an epoch from which it comes to the same bytes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run`;
    const whole = finish(begin(form));
    await whole.save(path);
    const wanted = filesIn(folder);
    const found = new Set<number>();
    for (let before = 0;; before++) {
      for (const name of Object.keys(filesIn(folder))) await Deno.remove(`${folder}/${name}`);
      assertEquals(typeof await crash(path, 1, 1000), "number");
      const changes = await crash(path, 2, before);
      const resumed = await Word2vecTraining.resume(path, form.pairs);
      const epochs = resumed.losses.length;
      found.add(epochs);
      assert(epochs === 1 || epochs === 2);
      assertEquals(resumed.losses, whole.losses.slice(0, epochs));
      resumed.epochs = 4;
      await finish(resumed).save(path);
      assertEquals(filesIn(folder), wanted, `before change ${before}`);
      if (changes === undefined) continue;
      assertEquals([before, changes > 6], [changes, true]);
      break;
    }
    assertEquals([...found].sort(), [1, 2]);
  }));

Deno.test("The bytes tell a training that goes on without its optimiser's state, or its order", () =>
  inFolder(async (folder) => {
    const wanted = finish(begin(form)).model.parameters;
    const first = begin(form);
    first.epochs = 2;
    await finish(first).save(`${folder}/run`);
    const forgetful = begin({ ...form, make: () => first.model });
    forgetful.epochs = 2;
    assertNotEquals(finish(forgetful).model.parameters, wanted);
    const resumed = await Word2vecTraining.resume(`${folder}/run`, form.pairs);
    resumed.epochs = 4;
    assertEquals(finish(resumed).model.parameters, wanted);
  }));

Deno.test("A training is not resumed with other pairs, nor from a model alone", () =>
  inFolder(async (folder) => {
    const training = finish(begin(form));
    await training.save(`${folder}/run`);
    const resume = (path: string, pairs = rows) => Word2vecTraining.resume(path, pairs);
    const other = makeCbowPairs(textOf(201), 1);
    await assertRejects(
      () => resume(`${folder}/run`, other),
      RangeError,
      "the pairs are not those",
    );
    await assertRejects(() => resume(`${folder}/ran`), Deno.errors.NotFound);
    await training.model.save(`${folder}/model`);
    await assertRejects(
      () => resume(`${folder}/model`),
      FormatError,
      "it has a model, but no training of it",
    );
  }));

type Change = (options: Record<string, JsonValue>) => JsonObject;
const trainingWith = (change: JsonObject): Change => (options) => ({
  ...options,
  training: { ...Object(options.training), ...change },
});
const planWith = (change: JsonObject): Change => (options) => {
  const { plan } = Object(options.training);
  return trainingWith({ plan: { ...plan, ...change } })(options);
};
const forged: Record<string, readonly [Change, says: string]> = {
  "no model": [({ parts }) => ({ parts }), "it is a checkpoint of something else"],
  "a model of another kind": [
    (options) => ({ ...options, model: { kind: "GloVe" } }),
    'wanted a model of kind Cbow or SkipGram, got "GloVe"',
  ],
  "an option that a model has not": [
    (options) => ({ ...options, model: { kind: "Cbow", depth: 3 } }),
    'there is no option "depth"',
  ],
  "a bias without its numbers": [
    (options) => ({ ...options, model: { kind: "SkipGram", bias: "yes" } }),
    "bias must be true or false",
  ],
  "parts of more numbers than there are": [
    (options) => ({ ...options, parts: [{ name: "E", shape: [1000, 1000] }] }),
    "numbers, as its matrix has, got 1000000",
  ],
  "a part without a shape": [
    (options) => ({ ...options, parts: [{ name: "E", shape: [-1] }] }),
    "each of its parts must have a name of its own and a shape",
  ],
  "a part twice": [
    ({ parts, ...options }) => {
      const list = parts as readonly JsonValue[];
      return { ...options, parts: [list[0], list[0]] };
    },
    "each of its parts must have a name of its own",
  ],
  "a table of another shape": [
    ({ parts, ...options }) => {
      const [E, wOut, ...others] = parts as readonly { name: string; shape: number[] }[];
      return { ...options, parts: [E, { ...wOut, shape: wOut.shape.toReversed() }, ...others] };
    },
    "wanted a part wOut of shape (12, 6), got one of shape (6, 12)",
  ],
  "a training that is text": [(options) => ({ ...options, training: "20" }), "must be an object"],
  "a plan of another optimiser": [planWith({ optimizer: "rmsprop" }), "optimizer must be"],
  "a plan with a learning rate below 0": [planWith({ lr: -1 }), "lr must be a number from 0"],
  "losses that are text": [trainingWith({ losses: ["low"] }), "its losses must be an array"],
  "steps of fewer parameters": [trainingWith({ steps: [4] }), "its steps must be an array of 3"],
  "steps that are no number": [trainingWith({ steps: ["a", 4, 4] }), "steps of parameter 0"],
  "pairs without a hash": [trainingWith({ pairs: 7 }), "its pairs must be a SHA-256"],
};

for (const [name, [change, says]] of Object.entries(forged)) {
  Deno.test(`A training is not resumed from a file with ${name}`, () =>
    inFolder(async (folder) => {
      await finish(begin(form)).save(`${folder}/run`);
      const { matrix, options, metadata } = await readCheckpoint(`${folder}/run`);
      await writeCheckpoint(`${folder}/run`, { matrix, options: change({ ...options }), metadata });
      await assertRejects(
        () => Word2vecTraining.resume(`${folder}/run`, form.pairs),
        FormatError,
        says,
      );
    }));
}
