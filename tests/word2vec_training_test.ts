// Training: what it comes to, how it is stopped, and that it goes on to the same bytes.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import {
  Adam,
  Cbow,
  createRandom,
  crossEntropy,
  makeCbowPairs,
  meanLoss,
  scope,
  SkipGram,
  Word2vecTraining,
} from "minimodel";
import { Noise, PairSet, shuffled } from "../lib/word2vec/_pair_set.ts";
import {
  bags,
  begin,
  filesIn,
  finish,
  forms,
  inFolder,
  rows,
  textOf,
  vocabSize,
} from "./_word2vec_text.ts";

const numbersOf = ({ model }: Word2vecTraining) => model.parameters.map((each) => each.toArray());

for (const [name, form] of Object.entries(forms)) {
  Deno.test(`${name}: stopped at every epoch, saved and resumed, it comes to the same bytes`, () =>
    inFolder(async (folder) => {
      const straight = `${folder}/straight`;
      const stopped = `${folder}/stopped`;
      const whole = finish(begin(form));
      await whole.save(`${straight}/run`);
      const wanted = filesIn(straight);
      for (let epochs = 0; epochs <= 4; epochs++) {
        const first = begin(form);
        first.epochs = epochs;
        await finish(first).save(`${stopped}/run`);
        const second = await Word2vecTraining.resume(`${stopped}/run`, form.pairs);
        assertEquals(second.losses, whole.losses.slice(0, epochs));
        second.epochs = 4;
        await finish(second).save(`${stopped}/run`);
        assertEquals(filesIn(stopped), wanted, `stopped after ${epochs}`);
      }
    }));

  Deno.test(`${name}: left in the middle of an epoch, it has the last finished one and goes on`, () => {
    const whole = finish(begin(form));
    for (const [epoch, batch] of [[1, 1], [1, 3], [2, 1], [3, 2]]) {
      const training = begin(form);
      const until = begin(form);
      until.epochs = epoch - 1;
      finish(until);
      for (const step of training.run()) {
        if (step.epoch === epoch && step.batch === batch) break;
      }
      assertEquals(training.losses.length, epoch - 1);
      assertEquals(numbersOf(training), numbersOf(until));
      finish(training);
      assertEquals([numbersOf(training), training.losses], [numbersOf(whole), whole.losses]);
    }
  });
}

Deno.test("A training takes the steps of a loop by hand, in the order of its seed", () => {
  const { make, pairs, options } = forms["Cbow with Adam"];
  const training = new Word2vecTraining(make(), pairs, { ...options, epochs: 2, batchSize: 50 });
  const told = [...training.run()].map(({ loss }) => loss);
  const cbow = make();
  assert(cbow instanceof Cbow);
  const optimizer = new Adam(cbow.parameters, { lr: 0.01 });
  const { contexts: { data }, centers } = makeCbowPairs(textOf(200), 1);
  const seeds = createRandom(5);
  const losses: number[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    const order = shuffled(centers.length, createRandom(seeds.integer(2 ** 32)));
    assertEquals(order.toSorted(), Int32Array.from(centers.keys()));
    for (let start = 0; start < order.length; start += 50) {
      const places = [...order.subarray(start, start + 50)];
      const contexts = places.map((place) => [data[2 * place], data[2 * place + 1]]);
      optimizer.zeroGrad();
      const loss = crossEntropy(cbow.forward(contexts), places.map((place) => centers[place]));
      loss.backward();
      optimizer.step();
      losses.push(loss.item());
    }
  }
  assertEquals(told, losses);
  assertEquals(numbersOf(training), cbow.parameters.map((each) => each.toArray()));
  const sizes = [50, 50, 50, 48];
  const mean = (epoch: number) =>
    sizes.reduce((sum, size, n) => sum + size * losses[4 * epoch + n], 0) / 198;
  training.losses.forEach((loss, epoch) => assertAlmostEquals(loss, mean(epoch), 1e-14));
});

Deno.test("What a step tells counts epochs and batches from 1, and words from the run's start", () => {
  const training = begin(forms["Cbow with Adam"]);
  const steps = [...training.run()];
  assertEquals(steps.length, 16);
  assertEquals(training.batches, 4);
  const last = steps[15];
  assertEquals([last.epoch, last.batch, last.batches, last.words], [4, 4, 4, 4 * 198]);
  assertEquals(last.meanLoss, training.losses[3]);
  training.epochs = 5;
  const [first] = training.run();
  assertEquals([first.epoch, first.batch, first.words, first.meanLoss], [5, 1, 50, first.loss]);
});

Deno.test("The same seeds give the same bytes, other ones other bytes", () => {
  const form = forms["Cbow in float32 with AdamW and negatives"];
  const run = (seed: number) =>
    numbersOf(finish(begin({ ...form, options: { ...form.options, seed } })));
  assertEquals(run(1), run(1));
  assertNotEquals(run(1), run(2));
});

Deno.test("Cbow learns a text down to what chance leaves, from ln V on", () => {
  // Word n + 1 stands between n and n + 2, so a context leaves nothing open.
  const pairs = makeCbowPairs(Array.from({ length: 240 }, (_, n) => n % vocabSize), 1);
  const cbow = new Cbow(vocabSize, 8, { seed: 0 });
  assertAlmostEquals(meanLoss(cbow, pairs), Math.log(vocabSize), 1e-14);
  finish(new Word2vecTraining(cbow, pairs, { epochs: 60, batchSize: 32, lr: 0.03, seed: 0 }));
  assertLess(meanLoss(cbow, pairs), 0.02);
  // Of the two words beside a word, skip-gram cannot know which one is asked for: ln 2 is left.
  const model = new SkipGram(vocabSize, 8, { seed: 0 });
  finish(new Word2vecTraining(model, pairs, { epochs: 60, batchSize: 32, lr: 0.03, seed: 0 }));
  const left = meanLoss(model, pairs);
  assertGreater(left, Math.LN2);
  assertLess(left, Math.LN2 + 0.02);
});

Deno.test("meanLoss is over all pairs, whatever the batches, and by predicted word", () => {
  const model = finish(begin(forms["SkipGram with Adagrad and negatives"])).model;
  assert(model instanceof SkipGram);
  const whole = model.loss(bags.centers, bags.contexts).item();
  for (const batchSize of [1, 7, 64, 1000]) {
    assertAlmostEquals(meanLoss(model, bags, { batchSize }), whole, 1e-12);
  }
});

Deno.test("A parameter that is frozen stays as it is, and data that was handed out follows", () => {
  const cbow = new Cbow(vocabSize, 6, { seed: 1 });
  const before = cbow.embed.E.data.slice();
  cbow.embed.E.requiresGrad = false;
  const wOut = cbow.wOut.data;
  finish(new Word2vecTraining(cbow, rows, { epochs: 1, seed: 0 }));
  assertEquals(cbow.embed.E.data, before);
  assertEquals(cbow.embed.E.requiresGrad, false);
  assertGreater(Math.hypot(wOut[0], wOut[1]), 0);
});

Deno.test("A training inside a scope can be saved and goes on after it", () =>
  inFolder(async (folder) => {
    const training = begin(forms["Cbow with Adam"]);
    training.epochs = 1;
    scope(() => void finish(training));
    await training.save(`${folder}/run`);
    training.epochs = 4;
    assertEquals(numbersOf(finish(training)), numbersOf(finish(begin(forms["Cbow with Adam"]))));
  }));

Deno.test("A run that another one has overtaken does not go on", () => {
  const training = begin(forms["Cbow with Adam"]);
  const first = training.run();
  first.next();
  const second = training.run();
  second.next();
  assertThrows(() => first.next(), TypeError, "another run of this training has begun");
  assertEquals(second.next().value?.batch, 2);
});

Deno.test("A loss that is not finite ends the training, and the last finished epoch is kept", () => {
  const form = forms["SkipGram with Sgd and momentum"];
  const training = begin({ ...form, options: { optimizer: "sgd", lr: 1e200, seed: 0 } });
  assertThrows(
    () => finish(training),
    RangeError,
    "a smaller lr may help, it is 1e+200",
  );
  assertEquals(training.losses, []);
  assertEquals(numbersOf(training), form.make().parameters.map((each) => each.toArray()));
});

Deno.test("Negatives are drawn by count to the power, never the pair's own word", () => {
  const centers = [0, 0, 0, 0, 0, 0, 0, 0, 1, 3];
  const contexts = centers.map(() => [0]);
  const set = new PairSet("test", { contexts, centers }, { kind: "Cbow", vocabSize: 5 });
  const draws = 40_000;
  const drawn = new Noise("test", set.predicted, 5, 2 / 3)
    .besides(new Int32Array(draws).fill(4), 1, createRandom(0));
  const share = (word: number) => drawn.filter((each) => each === word).length / draws;
  // Counts 8, 1, 0, 1, 0 to the power 2/3 are 4, 1, 0, 1, 0; four standard deviations are 0.01.
  [4 / 6, 1 / 6, 0, 1 / 6, 0].forEach((wanted, word) => {
    assertAlmostEquals(share(word), wanted, wanted === 0 ? 0 : 0.01);
  });
  const besides = new Noise("test", set.predicted, 5, 0.75)
    .besides(set.predicted, 50, createRandom(0));
  besides.forEach((word, n) => assertNotEquals(word, centers[Math.floor(n / 50)]));
});

Deno.test("Contexts go with their own centers in every mini-batch", () => {
  for (const pairs of [rows, bags]) {
    const set = new PairSet("test", pairs, { kind: "Cbow", vocabSize });
    const places = Int32Array.of(0, set.count - 1, 3, 3, 50);
    const cbow = new Cbow(vocabSize, 4);
    cbow.wOut.data.forEach((_, n) => cbow.wOut.data[n] = Math.sin(n));
    const { contexts, centers } = set.at(places);
    const all = cbow.forward(pairs.contexts).toArray() as number[][];
    assertEquals(cbow.forward(contexts).toArray(), [...places].map((place) => all[place]));
    assertEquals([...centers], [...places].map((place) => (pairs.centers as Int32Array)[place]));
  }
});

const odd = (value: unknown) => value as never;
const cbow = new Cbow(vocabSize, 2);
const train = (options: object) => () => new Word2vecTraining(cbow, rows, options);
const refused: Record<string, readonly [() => unknown, new (says: string) => Error, string]> = {
  "a model of another kind": [
    () => new Word2vecTraining(odd(cbow.embed), rows),
    TypeError,
    "wanted a Cbow or SkipGram, got a value of kind Embedding",
  ],
  "pairs that are an array": [
    () => new Word2vecTraining(cbow, odd([[1], [2]])),
    TypeError,
    "pairs",
  ],
  "pairs with another name": [
    () => new Word2vecTraining(cbow, odd({ contexts: [[1]], targets: [2] })),
    TypeError,
    'no option "targets"; did you mean "centers"?',
  ],
  "no pairs": [
    () => new Word2vecTraining(cbow, makeCbowPairs([1, 2], 2)),
    RangeError,
    "wanted at least one pair, got none",
  ],
  "an id beyond the vocabulary": [
    () => new Word2vecTraining(new Cbow(3, 2), rows),
    RangeError,
    "ids must be in [0, 3)",
  ],
  "half an epoch": [train({ epochs: 1.5 }), RangeError, "epochs must be a whole number from 0"],
  "batches of nothing": [train({ batchSize: 0 }), RangeError, "batchSize must be a whole number"],
  "another optimiser": [train({ optimizer: "rmsprop" }), TypeError, 'optimizer must be "adam"'],
  "a negative learning rate": [train({ lr: -1 }), RangeError, "lr must be a number from 0, got -1"],
  "momentum of Adam": [train({ momentum: 0.9 }), TypeError, 'only the optimizer "sgd" takes'],
  "a power above 1": [train({ power: 2 }), RangeError, "power must be a number in [0, 1], got 2"],
  "a seed that is no number": [train({ seed: "7" }), RangeError, "from seed"],
  "metadata that is a list": [train({ metadata: ["a"] }), TypeError, "metadata must be an object"],
  "negatives where there is only one word": [
    () => new Word2vecTraining(cbow, { contexts: [[1], [2]], centers: [3, 3] }, { negatives: 2 }),
    RangeError,
    "wanted at least two words",
  ],
  "an empty context of SkipGram": [
    () => {
      const contexts = { data: [1], offsets: [0, 1] };
      return new Word2vecTraining(new SkipGram(5, 2), { contexts, centers: [1, 2] });
    },
    TypeError,
    "context 1 has no words to predict",
  ],
  "epochs that are text": [
    () => Reflect.set(new Word2vecTraining(cbow, rows), "epochs", "30"),
    RangeError,
    "Cannot set the epochs of a Word2vecTraining",
  ],
};

for (const [name, [call, kind, says]] of Object.entries(refused)) {
  Deno.test(`A training refuses ${name}`, () => {
    assertThrows(call, kind, says);
  });
}
