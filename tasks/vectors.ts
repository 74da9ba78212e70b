// Word vectors in a terminal: `deno task vectors`. See `usage` below.

import { isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import { cast, type Metric, WordVectors } from "minimodel";
import {
  type ReadVectorsOptions,
  readWordVectors,
  type VectorFormat,
  vectorFormatOf,
  vectorFormats,
  writeWordVectors,
} from "minimodel/vectors";
import { main, root, SetupError } from "./_cli.ts";
import { explained } from "./_word_files.ts";

/** How the command is called. */
export const usage = `Usage: deno task vectors <command> [options]

  convert a.bin b.parquet       read one file and write another
  nearest king --in a.bin       the words that are nearest to a word, or to each of several
  info a.bin                    how many words there are, of which kind, and the first of them

  --in file         the file in which nearest searches
  --format name     the format of the file that is read (default: by its ending)
  --to name         the format of the file that is written (default: by its ending)
  --dtype name      float32 or float64 (default: that of the file, float32 for text)
  --duplicates x    of a word that occurs twice: refuse the file (default), or keep the first
  --tensor name     which tensor of a safetensors file
  --k n             how many words to find (default 10)
  --metric name     cosine (default) or dot
  --help            print this

Formats and their endings: word2vec (.txt), word2vec-binary (.bin), glove (.txt without a line of
counts), fasttext (.vec), safetensors (.safetensors), projector (.tsv), parquet (.parquet).`;

const flags = {
  help: { type: "boolean", default: false },
  in: { type: "string" },
  format: { type: "string" },
  to: { type: "string" },
  dtype: { type: "string" },
  duplicates: { type: "string" },
  tensor: { type: "string" },
  k: { type: "string", default: "10" },
  metric: { type: "string", default: "cosine" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

type Values = ReturnType<typeof parse>["values"];

/** Runs the command; `print` gets what it says, `here` is the folder that paths are counted from. */
export async function runVectors(
  args: readonly string[],
  { here, print }: { readonly here: string; readonly print: (line: string) => void },
): Promise<number> {
  const { values, positionals: [command, ...rest] } = parse(args);
  if (values.help) {
    print(usage);
    return 0;
  }
  const at = (path: string) => isAbsolute(path) ? path : join(here, path);
  try {
    switch (command) {
      case "convert": {
        const [from, to] = wanted(rest, 2, "convert wants two files");
        await convert(at(from ?? ""), at(to ?? ""), values, print);
        return 0;
      }
      case "nearest": {
        if (values.in === undefined || rest.length === 0) {
          throw new SetupError(`nearest wants words, and --in file\n\n${usage}`);
        }
        nearest(await readWordVectors(at(values.in), readOptions(values)), rest, values, print);
        return 0;
      }
      case "info": {
        const [path] = wanted(rest, 1, "info wants one file");
        await info(at(path ?? ""), values, print);
        return 0;
      }
      default:
        throw new SetupError(
          `${command === undefined ? "No command" : `No command "${command}"`}\n\n${usage}`,
        );
    }
  } catch (error) {
    throw explained(error);
  }
}

function wanted(paths: readonly string[], count: number, what: string): readonly string[] {
  if (paths.length === count) return paths;
  throw new SetupError(`${what}, got ${paths.length}\n\n${usage}`);
}

function choice<Name extends string>(
  flag: string,
  given: string | undefined,
  names: readonly Name[],
): Name | undefined {
  if (given === undefined) return undefined;
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new SetupError(`Cannot use --${flag} ${given}: it must be one of ${names.join(", ")}`);
}

/** The options that were given, without those that were not. */
function readOptions(values: Values): ReadVectorsOptions {
  const options = {
    format: choice("format", values.format, vectorFormats),
    dtype: choice("dtype", values.dtype, ["float32", "float64"]),
    duplicates: choice("duplicates", values.duplicates, ["refuse", "first"]),
    tensor: values.tensor,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function convert(from: string, to: string, values: Values, print: (line: string) => void) {
  const format: VectorFormat | undefined = choice("to", values.to, vectorFormats) ??
    vectorFormatOf(to);
  if (format === undefined) {
    throw new SetupError(
      `Cannot tell the format of ${to}: --to names it, one of ${vectorFormats.join(", ")}`,
    );
  }
  let vectors = await readWordVectors(from, readOptions(values));
  if (format === "word2vec-binary" && vectors.E.dtype === "float64") {
    print("Rounded to float32, which is all that word2vec-binary holds");
    const { words, labels, E } = vectors;
    vectors = new WordVectors(words, cast(E, "float32"), { labels });
  }
  await writeWordVectors(to, vectors, { format });
  print(`${to}: ${described(vectors)}`);
  const labels = Object.keys(vectors.labels);
  const keepsLabels = ["safetensors", "projector", "parquet"].includes(format);
  if (labels.length > 0 && !keepsLabels) {
    print(`Without the labels ${labels.join(", ")}, for which ${format} has no place`);
  }
}

function described({ E: { shape: [count, width], dtype }, labels }: WordVectors): string {
  const names = Object.keys(labels).join(", ");
  return `${count} words, ${width} numbers each, ${dtype}` +
    (names === "" ? "" : `, labels ${names}`);
}

function nearest(
  vectors: WordVectors,
  words: readonly string[],
  values: Values,
  print: (line: string) => void,
): void {
  const metric: Metric = choice("metric", values.metric, ["cosine", "dot"]) ?? "cosine";
  if (!/^[1-9]\d{0,8}$/.test(values.k)) {
    throw new SetupError(`Cannot use --k ${values.k}: it must be a whole number from 1`);
  }
  vectors.nearest(words, { k: Number(values.k), metric }).forEach((found, i) => {
    if (words.length > 1) print(`${i === 0 ? "" : "\n"}${words[i]}`);
    for (const { word, score } of found) print(`${score.toFixed(4).padStart(8)}  ${word}`);
  });
}

async function info(path: string, values: Values, print: (line: string) => void): Promise<void> {
  const vectors = await readWordVectors(path, readOptions(values));
  print(`${path}: ${described(vectors)}`);
  const { words, E } = vectors;
  const { numbers } = E.storage;
  let odd = 0;
  for (const x of numbers) odd += Number(!Number.isFinite(x));
  if (odd > 0) print(`${odd} numbers are NaN or infinite`);
  const some = words.slice(0, 8).map((word) => JSON.stringify(word)).join(", ");
  if (words.length > 0) print(`The first words: ${some}`);
}

if (import.meta.main) {
  // Where the command was typed; the task itself runs in the project's folder.
  const here = Deno.env.get("INIT_CWD") ?? root;
  await main(() => runVectors(Deno.args, { here, print: (line) => console.log(line) }));
}
