// A program that saves or loads one checkpoint, for tests with several processes:
//
//     _checkpoint_child.ts save <path> <number> <count>   saves matrices of number, number + 1, number, ...
//     _checkpoint_child.ts load <path>                    prints the number
//     _checkpoint_child.ts race <path> <other>            loads, but each look at the matrix sees <other>

import { readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";

const [mode, path, number, count = "1"] = Deno.args;
try {
  if (mode === "race") {
    const look = Deno.lstatSync;
    const raced = (file: string | URL) => look(String(file).endsWith(".npy") ? number : file);
    Reflect.set(Deno, "lstatSync", raced);
    console.log((await readCheckpoint(path)).matrix.data[0]);
  } else if (mode === "load") {
    console.log((await readCheckpoint(path)).matrix.data[0]);
  } else {
    for (let index = 0; index < Number(count); index++) {
      const value = Number(number) + index % 2;
      const matrix = { data: new Float64Array(64).fill(value), shape: [8, 8] };
      await writeCheckpoint(path, { matrix, metadata: { value } });
    }
  }
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : error);
  Deno.exit(1);
}
