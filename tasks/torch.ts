// Compares the library with PyTorch: makes tests/torch/.venv when it is missing, then runs the
// tests in tests/torch. Further arguments go to `deno test` as they are.

import { main, runToEnd } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";
import { ensureVenv } from "./venv.ts";

await main(async () => {
  await ensureVenv({
    folder: "tests/torch/.venv",
    requirements: "tests/torch/requirements.txt",
    brings: "PyTorch (once, about two minutes)",
  });
  return await runToEnd(denoProgram(), ["test", "-P", ...Deno.args, "tests/torch"]);
});
