// Files of word vectors exchanged with the programs that others use: what the library writes they read,
// and what they write the library reads, number for number.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { type DType, tensor, WordVectors } from "minimodel";
import { readWordVectors, type VectorFormat, writeWordVectors } from "minimodel/vectors";
import { PythonWorker } from "../_python.ts";

const venv = new URL(".venv/", import.meta.url);

/** The Python that has the programs, or undefined: `deno task test:vectors` makes it. */
function findPrograms(): string | undefined {
  try {
    // Written when everything is installed.
    Deno.statSync(new URL("made_from", venv));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const python = Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python";
  return decodeURIComponent(new URL(python, venv).pathname);
}

const python = findPrograms();
if (python === undefined) {
  console.log("Exchange tests skipped: no tests/vectors/.venv; deno task test:vectors makes it");
}

// One for all tests: to start it takes seconds.
let worker: PythonWorker | undefined;
const folder = await Deno.makeTempDir();
Deno.test.afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});

type Numbers = readonly (readonly (number | string)[])[];

/** A table as it is sent to the other programs. */
interface Told {
  readonly words: readonly string[];
  readonly rows: Numbers;
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

async function ask(request: object): Promise<Told> {
  assert(python !== undefined);
  worker ??= new PythonWorker(python, "vectors/worker.py");
  const answer = await worker.call(request) as Told & { error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** A table in the form in which it is sent: what JSON lacks as text. */
function told({ words, labels, E }: WordVectors): Told {
  const rows = (E.toArray() as number[][]).map((row) =>
    row.map((x) =>
      Object.is(x, -0) ? "-0.0" : Number.isFinite(x) ? x : `${x}`.toLowerCase().replace("inity", "")
    )
  );
  return { words, rows, labels };
}

/** Words and numbers that are hard on a format; `anyWord` also has words that some cannot hold. */
function hardTable(dtype: DType, { anyWord, labels }: { anyWord: boolean; labels: boolean }) {
  const words = ["the", "naïve", "日本", "😀", "1", "</s>", "0x10", "don't", "\u00a0x", "#", '"q"'];
  if (anyWord) words.push("New York", " ", "a\nb", "tab\there", "\r");
  const numbers = [0.1, -0, 1e-45, 3.4028234663852886e38, NaN, Infinity, -Infinity, 1 / 3];
  const rows = words.map((_, i) => [...numbers, Math.sin(i)]);
  const tense = words.map((_, i) => i % 2 === 0 ? "past" : "used to");
  return new WordVectors(words, tensor(rows, { dtype }), labels ? { labels: { tense } } : {});
}

/** Which program is asked for which format, and what the format keeps. */
const exchanges: readonly {
  readonly program: string;
  readonly format: VectorFormat;
  readonly anyWord?: boolean;
  readonly labels?: boolean;
  readonly double?: boolean;
  readonly only?: "read" | "write";
}[] = [
  { program: "gensim", format: "word2vec" },
  { program: "gensim", format: "fasttext" },
  { program: "gensim no header", format: "glove" },
  { program: "gensim binary", format: "word2vec-binary" },
  { program: "safetensors", format: "safetensors", anyWord: true, labels: true, double: true },
  { program: "pyarrow", format: "parquet", anyWord: true, labels: true, double: true },
  {
    program: "pyarrow v2 pages",
    format: "parquet",
    anyWord: true,
    labels: true,
    double: true,
    only: "write",
  },
  { program: "duckdb", format: "parquet", anyWord: true, labels: true, double: true },
  { program: "projector", format: "projector", labels: true, only: "read" },
];

for (
  const { program, format, anyWord = false, labels = false, double = false, only } of exchanges
) {
  for (const dtype of double ? ["float32", "float64"] as const : ["float32"] as const) {
    const table = hardTable(dtype, { anyWord, labels });
    const name = `vectors-${program.replaceAll(" ", "-")}-${format}-${dtype}`;

    Deno.test({
      name: `${program} reads ${format} of ${dtype} that the library writes`,
      ignore: python === undefined || only === "write",
      fn: async () => {
        const path = join(folder, `${name}-ours`);
        await writeWordVectors(path, table, { format });
        const found = await ask({ op: "read", with: program, path });
        assertEquals(found, told(table));
      },
    });

    Deno.test({
      name: `the library reads ${format} of ${dtype} that ${program} writes`,
      ignore: python === undefined || only === "read",
      fn: async () => {
        const path = join(folder, `${name}-theirs`);
        await ask({ op: "write", with: program, path, dtype, ...told(table) });
        const found = await readWordVectors(path, { format });
        assertEquals([found.E.dtype, told(found)], [dtype, told(table)]);
      },
    });
  }
}

Deno.test({
  name: "tables of 20,000 words are exchanged in many groups of rows, to the last number",
  ignore: python === undefined,
  fn: async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`);
    const E = tensor(words.map((_, i) => [i, Math.fround(Math.cos(i)), 0]), { dtype: "float32" });
    const table = new WordVectors(words, E, {
      labels: { parity: words.map((_, i) => `${i % 2}`) },
    });
    for (
      const [program, format] of [["pyarrow", "parquet"], ["safetensors", "safetensors"]] as const
    ) {
      const [ours, theirs] = [join(folder, `${program}-large`), join(folder, `${program}-back`)];
      await writeWordVectors(ours, table, { format });
      assertEquals(
        await ask({ op: "read", with: program, path: ours }),
        told(table),
      );
      await ask({ op: "write", with: program, path: theirs, dtype: "float32", ...told(table) });
      assertEquals(told(await readWordVectors(theirs, { format })), told(table));
    }
  },
});
