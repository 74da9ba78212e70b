// The rule of lint that no data is spread into arguments.

import { assertEquals } from "@std/assert";
import plugin from "../tasks/lint_spread.ts";

const found = (file: string, code: string): number[] =>
  Deno.lint.runPlugin(plugin, `/project/${file}`, code).map(({ range: [start] }) => start);

Deno.test("arguments that are spread are refused in lib, tasks and bench", () => {
  for (const file of ["lib/lab/a.ts", "tasks/a.ts", "bench/peers/a.ts"]) {
    assertEquals(found(file, "Math.max(...rows);"), [9], file);
    assertEquals(found(file, "rows.push(1, ...others, ...more);"), [13, 24], file);
    assertEquals(found(file, "new Set(...rows);"), [8], file);
  }
});

Deno.test("arrays and objects may be spread, and tests may spread what they like", () => {
  assertEquals(found("lib/a.ts", "const a = [...b, f([...c], { ...d })];"), []);
  assertEquals(found("tests/a.ts", "Math.max(...rows);"), []);
});
