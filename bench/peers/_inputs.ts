// Files with the numbers that all contenders work on.

import { join } from "node:path";
import { Cbow, createRandom, type DType, type FloatArray } from "minimodel";
import { type Case, contextWidth, searched, seed, type Task } from "./_cases.ts";

/** Writes the numbers of cases to files in a folder, each once. */
export class Inputs {
  readonly #folder: string;
  readonly #made = new Map<string, string>();

  /** Writes files into `folder`, which exists. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The case with its files. */
  async taskOf(each: Case): Promise<Task> {
    const { work, dtype, count, shape: [rows, columns] } = each;
    const numbers = (name: string, length: number) =>
      this.#file(
        `${name}-${length}.${dtype}`,
        () => randomNumbers(length, dtype, name.charCodeAt(0)),
      );
    const files: Record<string, string> = {};
    if (work === "matmul") {
      files.a = await numbers("a", rows * columns);
      files.b = await numbers("b", rows * columns);
    } else if (work === "cbow") {
      // The table that the library starts from; the output vectors start at 0.
      files.table = await this.#file(`cbow-${rows}.${dtype}`, () => {
        return new Cbow(rows, columns, { seed, dtype }).embed.E.data;
      });
      for (const [name, length] of [["ids", count * contextWidth], ["centers", count]] as const) {
        files[name] = await this.#file(
          `${name}-${rows}-${length}.int32`,
          () => randomIds(length, rows),
        );
      }
    } else if (work === "nearest") {
      files.queries = await numbers("queries", searched.queries * columns);
      files.table = await numbers("table", rows * columns);
    } else if (work !== "graph") {
      files.ids = await this.#file(`ids-${rows}.int32`, () => randomIds(count, rows));
      files.table = await numbers("table", rows * columns);
      if (work === "backward" || work === "sgd" || work === "adam") {
        files.rows = await numbers("rows", count * columns);
      }
    }
    return { ...each, files };
  }

  async #file(name: string, make: () => FloatArray | Int32Array): Promise<string> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const path = join(this.#folder, name);
    const { buffer, byteOffset, byteLength } = make();
    await Deno.writeFile(path, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
    this.#made.set(name, path);
    return path;
  }
}

/**
 * Multiples of 1/64 in [-1, 1]. The sums and products of the cases are exact for them, also in
 * float32, so contenders that add in another order must agree to the last bit.
 */
function randomNumbers(length: number, dtype: DType, salt: number): FloatArray {
  const random = createRandom(seed + salt);
  const out = dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = random.integer(129) / 64 - 1;
  return out;
}

function randomIds(length: number, limit: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length }, () => random.integer(limit));
}
