// Tests against programs of Python, which have an environment of their own beside the tests.

import { runToEnd } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";
import { ensureVenv } from "./venv.ts";

/**
 * Makes the environment of a folder of tests when it is missing, then runs the tests. Further
 * arguments go to `deno test` as they are.
 *
 * @param folder The folder, from the project's.
 * @param brings What the environment contains and how long making it takes.
 */
export async function testAgainst(folder: string, brings: string): Promise<number> {
  await ensureVenv({
    folder: `${folder}/.venv`,
    requirements: `${folder}/requirements.txt`,
    brings,
  });
  return await runToEnd(denoProgram(), ["test", "-P", ...Deno.args, folder]);
}
