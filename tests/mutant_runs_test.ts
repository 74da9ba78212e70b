// What is copied of a project before changes are made in it, and what its tests are measured by.

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { copyProject, measureTest, readLcov } from "../tasks/_mutant_runs.ts";
import { inProject } from "./_mutant_project.ts";

Deno.test("a copy of a project is without hidden files", () =>
  inProject(async (folder) => {
    await copyProject(folder, join(folder, ".copy"));
    const names = await Array.fromAsync(Deno.readDir(join(folder, ".copy")), ({ name }) => name);
    assertEquals(names.sort(), ["deno.json", "lib", "tests"]);
  }));

Deno.test("a report of coverage is read for the sources of a project", () => {
  const report = `SF:/here/lib/a.ts
FNDA:0,unseen
DA:3,2
DA:4,0
DA:10,0
end_of_record
SF:/here/lib/b.ts
DA:4,1
end_of_record
SF:/elsewhere/c.ts
DA:7,0
end_of_record
`;
  assertEquals(
    readLcov(report, "/here"),
    new Map([["lib/a.ts", new Set([4, 10])], ["lib/b.ts", new Set()]]),
  );
});

Deno.test("a test runs what the programs run that it starts", () =>
  inProject(async (folder) => {
    const notRun = async (name: string) =>
      (await measureTest(folder, `tests/${name}_test.ts`))?.notRun.get("lib/room/small.ts");
    assertEquals(await notRun("small"), new Set([5, 6, 7]));
    assertEquals((await notRun("program"))?.has(6), false);
    assertEquals((await notRun("program"))?.has(3), true);
    assertEquals(await measureTest(folder, "tests/none_test.ts"), null);
  }, {
    "tests/_child.ts": `import { unseen } from "../lib/room/small.ts";
if (unseen(2) !== 4) Deno.exit(1);
`,
    "tests/program_test.ts": `
Deno.test("a program doubles", async () => {
  const { success } = await new Deno.Command("deno", { args: ["run", "tests/_child.ts"] }).output();
  if (!success) throw new Error("wrong");
});
`,
  }));
