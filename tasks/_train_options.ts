// The command line of `deno task train`.

import { parseArgs } from "node:util";
import { closest } from "../lib/check/options.ts";
import { SetupError } from "./_cli.ts";

/** How to call it. */
export const usage = `Usage: deno task train [--out folder] [options]
       deno task train --out folder --resume [--epochs n]

Trains CBOW or skip-gram, by default on the sentences of the verb grammar, and saves each epoch.
Ctrl-C stops it, and keeps the last finished epoch.

  --out folder        where the results go (default: a new folder in experiments/)
  --resume            go on with the training in the folder of --out
  --corpus file.txt   a text of your own in UTF-8; it is read in parts, and each of its words takes
                      about 60 bytes of memory
  --model name        cbow (default) or skipgram
  --epochs n          how often the text is read (default 20)
  --dim n             length of a vector (default 32)
  --window n          how many words count on each side (default 2)
  --negatives n       words to push away for each pair; 0 (default) trains over all words
  --min-count n       how often a word must be there to get a vector (default 1)
  --batch n           words in a mini-batch (default 256)
  --optimizer name    adam (default), adamw, adagrad or sgd
  --lr x              learning rate (default: 0.01 for adam and adamw, 0.1 for adagrad, 2 for sgd)
  --momentum x        momentum of sgd (default 0)
  --dtype name        float32 (default) or float64
  --seed n            seed of everything that is drawn (default 0)
  --help              print this`;

/** What a training is by its command line, as its config.json has it. */
export interface TrainConfig {
  /** The text of one's own, as an absolute path; null for the verb grammar. */
  readonly corpus: string | null;
  readonly model: "cbow" | "skipgram";
  readonly dim: number;
  readonly window: number;
  readonly negatives: number;
  readonly minCount: number;
  readonly batch: number;
  readonly optimizer: "adam" | "adamw" | "adagrad" | "sgd";
  /** Null for the optimiser's default. */
  readonly lr: number | null;
  readonly momentum: number;
  readonly dtype: "float64" | "float32";
  readonly seed: number;
}

/** What was asked for. */
export type TrainRequest =
  | { readonly kind: "help" }
  | {
    readonly kind: "new";
    readonly out: string | undefined;
    readonly epochs: number;
    readonly config: TrainConfig;
  }
  | { readonly kind: "resume"; readonly out: string; readonly epochs: number | undefined };

const flags = {
  help: { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  out: { type: "string" },
  corpus: { type: "string" },
  model: { type: "string" },
  epochs: { type: "string" },
  dim: { type: "string" },
  window: { type: "string" },
  negatives: { type: "string" },
  "min-count": { type: "string" },
  batch: { type: "string" },
  optimizer: { type: "string" },
  lr: { type: "string" },
  momentum: { type: "string" },
  dtype: { type: "string" },
  seed: { type: "string" },
} as const;

/**
 * Reads the command line; `here` makes a path that was typed absolute.
 *
 * @throws {SetupError} If it is wrong; the message has the usage.
 */
export function parseTrainArgs(args: string[], here: (path: string) => string): TrainRequest {
  try {
    const { values } = parseArgs({ args, options: flags });
    const given: Record<string, string | boolean | undefined> = values;
    if (values.help) return { kind: "help" };
    const out = values.out === undefined ? undefined : here(nonEmpty("out", values.out));
    const epochs = values.epochs === undefined ? undefined : whole("epochs", values.epochs, 1);
    if (values.resume) {
      if (out === undefined) throw new RangeError("Cannot use --resume without --out folder");
      const other = Object.keys(flags).find((flag) =>
        !["resume", "out", "epochs", "help"].includes(flag) && given[flag] !== undefined
      );
      if (other !== undefined) {
        throw new RangeError(
          `Cannot use --${other} with --resume: a training goes on as it was begun`,
        );
      }
      return { kind: "resume", out, epochs };
    }
    const { corpus, lr } = values;
    const config: TrainConfig = {
      corpus: corpus === undefined ? null : here(nonEmpty("corpus", corpus)),
      model: choice("model", values.model ?? "cbow", ["cbow", "skipgram"]),
      dim: whole("dim", values.dim ?? "32", 1),
      window: whole("window", values.window ?? "2", 1),
      negatives: whole("negatives", values.negatives ?? "0", 0),
      minCount: whole("min-count", values["min-count"] ?? "1", 1),
      batch: whole("batch", values.batch ?? "256", 1),
      optimizer: choice("optimizer", values.optimizer ?? "adam", [
        ...["adam", "adamw", "adagrad", "sgd"] as const,
      ]),
      lr: lr === undefined ? null : positive("lr", lr),
      momentum: values.momentum === undefined ? 0 : positive("momentum", values.momentum),
      dtype: choice("dtype", values.dtype ?? "float32", ["float32", "float64"]),
      seed: whole("seed", values.seed ?? "0", 0, 2 ** 32 - 1),
    };
    return { kind: "new", out, epochs: epochs ?? 20, config };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SetupError(`${message}${didYouMean(message)}\n\n${usage}`);
  }
}

/** The flag that is nearest to one that node:util does not know. */
function didYouMean(message: string): string {
  const unknown = /^Unknown option '--([\w-]+)'/.exec(message)?.[1];
  const nearest = unknown === undefined ? undefined : closest(unknown, Object.keys(flags));
  return nearest === undefined ? "" : `; did you mean --${nearest}?`;
}

function nonEmpty(flag: string, text: string): string {
  if (text === "") throw new RangeError(`Cannot use --${flag} without a path`);
  return text;
}

function whole(flag: string, text: string, least: number, most = 2 ** 31 - 1): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(
    `Cannot use --${flag} ${text}: it must be a whole number from ${least} to ${most}`,
  );
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value < Infinity) return value;
  throw new RangeError(`Cannot use --${flag} ${text}: it must be a number above 0`);
}

function choice<Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((each) => each === text);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot use --${flag} ${text}: it must be ${choices.join(" or ")}`);
}
