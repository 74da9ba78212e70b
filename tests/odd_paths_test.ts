// The project in a folder whose name needs quoting in a shell, escaping in a URL, and more than ASCII.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { root } from "../tasks/_cli.ts";
import { copyProject } from "../tasks/_mutant_runs.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { inFolder } from "./_checkpoint_files.ts";

/** Commands that need no packages of Python, with how each ends and what it says. */
const commands: [command: string, code: number, says: string][] = [
  ["task doctor", 1, ".venv is not there\n    type: deno task setup"],
  ["task budget", 0, "Lines of code"],
  ["task build --check", 0, "kernels.wasm is what its source gives"],
  ["task exercises --check", 0, "all current"],
  ["task examples", 0, "have an example"],
  ["task bench:peers --only nothing", 2, 'Cannot measure only "nothing"'],
  ["task test:faults --unknown", 1, "Unknown option '--unknown'"],
  ["test -P --no-check tests/strict_test.ts tests/checkpoint_paths_test.ts", 0, "passed"],
  ["bench -P --no-check --filter nothing bench", 0, ""],
];

Deno.test("the project works in a folder with a space, #, % and an umlaut in its path", () =>
  inFolder(async (base) => {
    const folder = join(base, "x y#z%20ü");
    await copyProject(root, folder);
    for (const [command, wanted, says] of commands) {
      const { code, stdout, stderr } = await new Deno.Command(denoProgram(), {
        ...{ args: command.split(" "), cwd: folder, env: { NO_COLOR: "1" }, stdin: "null" },
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assertEquals(code, wanted, `${command} said\n${said}`);
      assertStringIncludes(said, says, command);
    }
  }));
