// Exchanges files of word vectors with other programs: makes tests/vectors/.venv when it is missing,
// then runs the tests in tests/vectors.

import { testAgainst } from "./_against.ts";
import { main } from "./_cli.ts";

await main(() =>
  testAgainst("tests/vectors", "gensim, safetensors, pyarrow and DuckDB (once, about a minute)")
);
