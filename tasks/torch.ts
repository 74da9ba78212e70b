// Compares the library with PyTorch: makes tests/torch/.venv when it is missing, then runs the
// tests in tests/torch.

import { testAgainst } from "./_against.ts";
import { main } from "./_cli.ts";

await main(() => testAgainst("tests/torch", "PyTorch (once, about two minutes)"));
