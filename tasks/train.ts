// Trains CBOW or skip-gram from the command line, saves each epoch, and goes on where it was stopped.

import { join, relative, resolve } from "node:path";
import {
  Cbow,
  FormatError,
  type JsonObject,
  readCheckpoint,
  SkipGram,
  Vocabulary,
  Word2vecTraining,
} from "minimodel";
import { createExperiment, watchTraining } from "minimodel/lab";
import { main, SetupError } from "./_cli.ts";
import { parseTrainArgs, type TrainConfig, type TrainRequest, usage } from "./_train_options.ts";
import { readText, type TrainText } from "./_train_text.ts";

/** Milliseconds of training between two looks at whether Ctrl-C was pressed. */
const patience = 100;

if (import.meta.main) {
  await main(async () => {
    const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
    const request = parseTrainArgs(Deno.args, (path) => resolve(from, path));
    if (request.kind === "help") {
      console.log(usage);
      return 0;
    }
    return await explained(request, async () => {
      const { training, out } = request.kind === "new"
        ? await begin(request)
        : await takeUp(request);
      return await run(training, out, from);
    });
  });
}

/** Tells plainly what a person at a terminal can mend. */
async function explained<Result>(
  request: TrainRequest,
  body: () => Promise<Result>,
): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new SetupError(
        `${error.message}\n\ndeno task train writes in experiments/ alone. For another folder:\n` +
          "  deno run --allow-read --allow-write=folder tasks/train.ts --out folder ...",
      );
    }
    const known = [
      Deno.errors.NotFound,
      Deno.errors.IsADirectory,
      FormatError,
      RangeError,
      TypeError,
    ];
    if (!known.some((kind) => error instanceof kind)) throw error;
    const doing = request.kind === "resume" ? `Cannot resume in ${request.out}: ` : "";
    throw new SetupError(`${doing}${(error as Error).message}`);
  }
}

interface Begun {
  readonly training: Word2vecTraining;
  readonly out: string;
}

async function begin(request: Extract<TrainRequest, { kind: "new" }>): Promise<Begun> {
  const { config, epochs } = request;
  const text = readText(config);
  const { vocabulary, pairs } = text;
  const out = request.out ?? (await createExperiment(`train-${config.model}`)).path;
  await refuseRun(out);
  const options = { seed: config.seed, dtype: config.dtype };
  const model = config.model === "cbow"
    ? new Cbow(vocabulary.size, config.dim, options)
    : new SkipGram(vocabulary.size, config.dim, options);
  const { batch: batchSize, optimizer, lr, momentum, negatives, seed } = config;
  const training = new Word2vecTraining(model, pairs, {
    ...{ epochs, batchSize, optimizer, momentum, negatives, seed },
    ...(lr === null ? {} : { lr }),
    metadata: { config: { ...config }, vocabulary: jsonOf(vocabulary) },
  });
  await training.save(join(out, "run"));
  await Deno.writeTextFile(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  describe(text, config);
  return { training, out };
}

/** Refuses a folder that has a training already. */
async function refuseRun(out: string): Promise<void> {
  const found = await Deno.stat(join(out, "run.json")).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new SetupError(
    `Cannot train in ${out}: it has a training already; --resume goes on with it, and another ` +
      "--out begins a new one",
  );
}

async function takeUp(request: Extract<TrainRequest, { kind: "resume" }>): Promise<Begun> {
  const { out, epochs } = request;
  const path = join(out, "run");
  const { metadata } = await readCheckpoint(path);
  const vocabulary = Vocabulary.fromJSON(metadata.vocabulary);
  const config = Object(metadata.config) as TrainConfig;
  const text = readText(config, vocabulary);
  const training = await Word2vecTraining.resume(path, text.pairs);
  if (epochs !== undefined) training.epochs = epochs;
  describe(text, config);
  return { training, out };
}

function describe({ vocabulary, pairs }: TrainText, { corpus, model }: TrainConfig): void {
  const count = (pairs.centers as Int32Array).length.toLocaleString("en-US");
  console.log(
    `${model} on ${corpus ?? "the verb grammar"}: ${count} windows, ${vocabulary.size} words`,
  );
}

function jsonOf(vocabulary: Vocabulary): JsonObject {
  return JSON.parse(JSON.stringify(vocabulary));
}

/** Trains and saves until all epochs are done or Ctrl-C is pressed; returns the exit code. */
async function run(training: Word2vecTraining, out: string, from: string): Promise<number> {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    // A second one ends the process at once; each save is whole.
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  };
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  const path = join(out, "run");
  const shown = relative(from, out) || ".";
  let looked = performance.now();
  for (const { batch, batches } of watchTraining(training)) {
    if (batch === batches) await training.save(path);
    if (performance.now() - looked >= patience) {
      // Signals arrive only between turns of the event loop.
      await new Promise((resolve) => setTimeout(resolve));
      looked = performance.now();
    }
    if (isStopped) break;
  }
  await finish(training, out);
  const done = training.losses.length;
  if (isStopped && done < training.epochs) {
    console.log(`Stopped: ${done} of ${training.epochs} epochs are saved. To go on:`);
    console.log(`  deno task train --out ${shown} --resume`);
    return 130;
  }
  if (!isStopped) { for (const signal of signals) Deno.removeSignalListener(signal, stop); }
  console.log(`Results are in ${shown}: run.json, embedding.json, losses.csv, config.json`);
  return 0;
}

/** Writes what other programs read: the losses, and the input vectors with their words. */
async function finish({ losses, model, metadata }: Word2vecTraining, out: string): Promise<void> {
  const rows = losses.map((loss, epoch) => `${epoch + 1},${loss}\r\n`);
  await Deno.writeTextFile(join(out, "losses.csv"), `epoch,loss\r\n${rows.join("")}`);
  await model.embed.save(join(out, "embedding"), { metadata });
}
