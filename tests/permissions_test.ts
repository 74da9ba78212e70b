// What the library asks Deno for: nothing to be imported, and flags by name where it works on files. And
// what the project's own commands are allowed.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { denoProgram } from "../tasks/deno_program.ts";
import { pythonNames } from "../tasks/venv.ts";
import { inFolder } from "./_checkpoint_files.ts";
import config from "../deno.json" with { type: "json" };

const root = fileURLToPath(new URL("../", import.meta.url));

/** Runs the child with some flags and returns what it printed, line by line. */
async function run(
  flags: readonly string[],
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string[]> {
  const child = join(root, "tests", "_permissions_child.ts");
  const options = ["--quiet", "--no-check", "--no-prompt", "--config", join(root, "deno.json")];
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: ["run", ...options, ...flags, child, ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "");
}

/** Every permission that the child asked for, allowed or not. */
async function askedFor(mode: string): Promise<string[]> {
  const asked: string[] = [];
  await inFolder(async (folder) => {
    const audit = join(folder, "audit.jsonl");
    await run([], [mode], { DENO_AUDIT_PERMISSIONS: audit });
    const text = await Deno.readTextFile(audit).catch(() => "");
    for (const line of text.trim().split("\n").filter((each) => each !== "")) {
      const { permission, value } = JSON.parse(line);
      asked.push(`${permission} ${value}`);
    }
  });
  return asked;
}

Deno.test('Importing "minimodel" and "minimodel/lab" asks for no permission', async () => {
  assertEquals(await askedFor("import"), []);
  assertEquals(await askedFor("ask"), ["env MINIMODEL_SEED"]); // so that asking is seen
});

/** What the child could not do, by name, with the error that it got. */
async function failures(
  flags: Iterable<string>,
  folder: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const lines = await run([...flags], ["work", folder, ...names]);
  const results: { name: string; error?: string }[] = lines.map((line) => JSON.parse(line));
  assertEquals(results.map(({ name }) => name), names);
  return new Map(results.flatMap(({ name, error }) => error === undefined ? [] : [[name, error]]));
}

const flagPattern = /"--allow-(?:read|write)=[^"]+"|--allow-(?:read|write)(?:=\S+)?/g;
/** The flags that a message names, as a shell hands them over. */
const flagsIn = (message = "") =>
  (message.match(flagPattern) ?? []).map((flag) => flag.replaceAll('"', ""));

Deno.test("What is denied names what it was for and its flags, and these are enough", () =>
  inFolder(async (base) => {
    const folder = join(base, "x y#z%20ü", "results");
    await Deno.mkdir(folder, { recursive: true });
    const narrow = ["createExperiment", "writeCsv", "writeJson", "savePlot", "reload"];
    const broad = "roundTripCheck";
    const denied = await failures([], folder, [...narrow, broad, "describeEnvironment"]);
    assertEquals([...denied.keys()], [...narrow, broad]);
    assertEquals(
      denied.get("writeCsv"),
      `NotCapable: Cannot write ${folder}/rows.csv: that is not allowed, ` +
        `run deno with "--allow-write=${dirname(folder)}"`,
    );
    for (const error of denied.values()) {
      assertMatch(
        error,
        /^NotCapable: Cannot [^:]+: that is not allowed, run deno with "?--allow-/,
      );
    }

    const flagsOf = (name: string) => flagsIn(denied.get(name));
    assertEquals([...await failures(flagsOf(broad), folder, [broad])], []);
    // A plot is drawn before it is written, so that its first message is about reading alone.
    const flags = narrow.flatMap(flagsOf);
    assertEquals([...await failures(flags, folder, narrow)], []);
    const reading = await failures(flagsOf("savePlot"), folder, ["savePlot"]);
    assertStringIncludes(reading.get("savePlot") ?? "", `--allow-write=${folder}`);
  }));

const commands = Object.entries(config.tasks).map(([name, { command }]) => ({ name, command }));

Deno.test("No command but the browser's is allowed everything, or all of writing or running", () => {
  const broad = commands.filter(({ command }) =>
    /--allow-(all|write|run|net|sys|env|ffi)(?![\w=-])|(^| )-A\b/.test(command)
  );
  assertEquals(broad.map(({ name }) => name), ["test:browser"]);
});

Deno.test("The commands that make a Python environment may run every Python that they look for", () => {
  const makers = ["lab", "notebook", "setup", "test:torch", "doctor", "bench:peers"];
  for (const { name, command } of commands) {
    if (makers.includes(name)) assertStringIncludes(command, `${pythonNames.join()},`);
  }
});
