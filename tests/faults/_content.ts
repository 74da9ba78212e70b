// What is saved in these tests: everything in a version follows from its number, so that a mixture of two
// versions shows.

import { readCheckpoint } from "../../lib/io/checkpoint.ts";

const shape = [16, 8];

/** The checkpoint of a version; two versions may have the same matrix, that of number `numbers`. */
export function contentOf(version: number, numbers = version) {
  const data = Float64Array.from({ length: 128 }, (_, index) => numbers * 1000 + index / 8);
  const vocabulary = Array.from({ length: 16 }, (_, row) => `word ${row} of ${version}`);
  return {
    matrix: { data, shape },
    options: { seed: version },
    metadata: { version, numbers, vocabulary },
  };
}

/** What a path holds: a version's number, nothing yet, or what is wrong with it. */
export type State = number | "nothing" | { readonly lost: string };

/** Loads a path and checks that all of it is one version. */
export async function stateOf(path: string): Promise<State> {
  try {
    const found = await readCheckpoint(path);
    const version = Number(found.metadata.version);
    const wanted = contentOf(version, Number(found.metadata.numbers));
    const same = found.matrix.data.every((value, index) => value === wanted.matrix.data[index]) &&
      JSON.stringify({ ...found, matrix: found.matrix.shape }) ===
        JSON.stringify({ ...wanted, matrix: shape });
    return same ? version : { lost: `what it holds is not version ${version}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "nothing";
    return { lost: error instanceof Error ? error.message : String(error) };
  }
}

/** A state as text. */
export function describe(state: State): string {
  if (typeof state === "object") return `lost (${state.lost})`;
  return typeof state === "number" ? `version ${state}` : state;
}
