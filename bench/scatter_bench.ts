// How fast is the gradient of a lookup, compared with the loop that one writes first? At V = 64, d
// = 32 and 8192 ids. Run with `deno task bench`.

import { scatterContenders } from "minimodel/lab";

for (const dtype of ["float64", "float32"] as const) {
  for (const [index, { name, run }] of scatterContenders({ vocabSize: 64, dtype }).entries()) {
    Deno.bench({
      name,
      group: `scatter-add ${dtype}`,
      baseline: index === 0,
      fn: () => void run(),
    });
  }
}
