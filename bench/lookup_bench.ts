// How fast is a lookup, compared with the one-hot product that it replaces? At V = 64, d = 32 and
// 8192 ids. Run with `deno task bench`.

import { lookupContenders } from "minimodel/lab";

for (const dtype of ["float64", "float32"] as const) {
  for (const [index, { name, run }] of lookupContenders({ vocabSize: 64, dtype }).entries()) {
    Deno.bench({ name, group: `lookup ${dtype}`, baseline: index === 0, fn: () => void run() });
  }
}
