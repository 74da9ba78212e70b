// What depends on the machine: the oldest Deno, the operating system, and how the commands of
// deno.json take both into account.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { root } from "../tasks/_cli.ts";
import { pythonIn, temporaryFolders } from "../tasks/machine.ts";
import { isNewEnough, oldestDeno, whyTooOld } from "../tasks/version.ts";
import config from "../deno.json" with { type: "json" };

Deno.test("a version is new enough from the oldest on, compared number by number", () => {
  const versions = ["2.9.5", "2.9.6", "2.9.6+abc", "2.10.0", "3.0.0"];
  const older = ["2.9.4", "2.9", "2.8.9", "1.46.3", "2.9.4-rc.1"];
  assertEquals(versions.filter((version) => !isNewEnough(version, "2.9.5")), []);
  assertEquals(older.filter((version) => isNewEnough(version, "2.9.5")), []);
});

Deno.test("a Deno that is too old is told which is not, and what to type", () => {
  assertEquals(whyTooOld(oldestDeno), undefined);
  const reason = whyTooOld("1.46.3") ?? "";
  assertStringIncludes(reason, `Cannot run on Deno 1.46.3: wanted ${oldestDeno} or later`);
  assertStringIncludes(reason, "npx -y deno@2.9.6 task ...");
});

Deno.test("README and CONTRIBUTING name the oldest Deno that is accepted", async () => {
  for (const name of ["README.md", "CONTRIBUTING.md"]) {
    assertStringIncludes(
      await Deno.readTextFile(join(root, name)),
      `Deno ${oldestDeno} or later`,
      name,
    );
  }
});

Deno.test("the Python of an environment is where each system puts it", () => {
  assertEquals(pythonIn("/a b/.venv", "linux"), "/a b/.venv/bin/python");
  assertEquals(pythonIn("/a b/.venv", "darwin"), "/a b/.venv/bin/python");
  assertEquals(pythonIn("C:\\a b\\.venv", "windows"), "C:\\a b\\.venv\\Scripts\\python.exe");
});

Deno.test("temporary files are looked for where each system puts them", () => {
  const folders = (os: "linux" | "darwin" | "windows", variables: Record<string, string> = {}) =>
    temporaryFolders((name) => variables[name], os);
  assertEquals(folders("linux"), ["/tmp"]);
  assertEquals(folders("linux", { TMPDIR: "/scratch", TEMP: "/other" }), ["/scratch"]);
  assertEquals(folders("darwin", { TMPDIR: "/var/folders/ab/T/" }), [
    "/var/folders/ab/T/",
    "/private/var/folders/ab/T/",
  ]);
  assertEquals(folders("darwin"), ["/tmp", "/private/tmp"]);
  assertEquals(folders("darwin", { TMPDIR: "/variant" }), ["/variant"]);
  const temp = "C:\\Users\\Jo Ü\\AppData\\Local\\Temp";
  assertEquals(folders("windows", { TEMP: temp }), [temp]);
  assertEquals(folders("windows", { TMP: "D:\\t", TEMP: temp }), ["D:\\t"]);
  assertEquals(folders("windows", { USERPROFILE: "C:\\Users\\Jo" }), ["C:\\Users\\Jo"]);
});

interface Command {
  readonly name: string;
  readonly command: string;
  readonly dependencies?: readonly string[];
}
const commands: Command[] = Object.entries(config.tasks).map(([name, task]) => ({ name, ...task }));
const where = (wrong: (command: Command) => boolean) =>
  commands.filter(wrong).map(({ name }) => name);

Deno.test("every task begins by refusing a Deno that is too old, and the doctor tells of it", () => {
  const without = where(({ dependencies = [] }) => dependencies[0] !== "version");
  assertEquals(without, ["version", "temporary", "doctor"]);
});

/** Whether a command takes in what another prints, or a variable, without quotes around it. */
function isCutAtSpaces({ command }: Command): boolean {
  return command.replaceAll(/"[^"]*"/g, "").includes("$");
}

Deno.test("no task cuts a path at its spaces", () => {
  assert(isCutAtSpaces({ name: "old", command: "deno run --allow-run=$(deno eval 'x') a.ts" }));
  assert(!isCutAtSpaces({ name: "new", command: 'deno run --allow-run="x,$(echo y)" a.ts' }));
  assertEquals(where(isCutAtSpaces), []);
});

Deno.test("a task that may run the Python of an environment may do so on every system", () => {
  const runs = (text: string, program: string) => text.split(program).length - 1;
  const differing = where(({ command }) =>
    runs(command, ".venv/bin/python") !== runs(command, ".venv/Scripts/python.exe")
  );
  assertEquals(differing, []);
  assert(where(({ command }) => command.includes("Scripts/python.exe")).length >= 6);
});
