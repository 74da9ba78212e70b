// How fast is a lookup, against the one-hot product that it replaces? The seed's size: V = 64, d = 32,
// 8192 ids. Run with `deno task bench`.

import { lookupContenders } from "minimodel/lab";

for (const dtype of ["float64", "float32"] as const) {
  for (const [index, { name, run }] of lookupContenders({ vocabSize: 64, dtype }).entries()) {
    Deno.bench({ name, group: `lookup ${dtype}`, baseline: index === 0, fn: () => void run() });
  }
}
