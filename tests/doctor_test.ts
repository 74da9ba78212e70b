// What `deno task doctor` concludes from what it finds.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { SetupError } from "../tasks/_cli.ts";
import {
  judgeDeno,
  judgeKernel,
  judgePackages,
  judgePort,
  judgeResults,
  judgeStd,
  judgeVenv,
  judgeWriting,
  summarise,
} from "../tasks/doctor.ts";
import { ofAnother, whyNotWritable } from "../tasks/venv.ts";
import { oldestDeno } from "../tasks/version.ts";

Deno.test("the doctor accepts the oldest Deno, and tells what to type in place of an older one", () => {
  assertEquals(judgeDeno(oldestDeno).good, true);
  const { good, found, todo } = judgeDeno("2.5.0");
  assertEquals([good, found], [false, "Deno 2.5.0"]);
  assertEquals(todo, `${oldestDeno} or later is needed; type: npx -y deno@2.9.6 task doctor`);
});

Deno.test("the doctor asks for a Python only when .venv has to be made", () => {
  const none = new SetupError("Cannot make .venv: none is on PATH");
  assertEquals(judgeVenv("current", none), [
    { good: true, found: ".venv is what requirements.txt asks for", todo: "type: deno task setup" },
  ]);
  for (const state of ["missing", "unfinished", "stale", "broken"] as const) {
    const [python, venv] = judgeVenv(state, none);
    assertEquals([python.good, venv.good], [false, false]);
    assertEquals(python.found, none.message);
    assertEquals(judgeVenv(state, "python3").map(({ good }) => good), [true, false]);
  }
});

Deno.test("the doctor accepts a kernel that is listed, is there, and can be interrupted", () => {
  const listing = (spec: unknown) => JSON.stringify({ kernelspecs: { deno: { spec } } });
  const judge = (text: string) => judgeKernel(text, (path) => path === "/bin/deno");
  const spec = { argv: ["/bin/deno", "jupyter"], interrupt_mode: "message" };
  assertEquals(judge(listing(spec)).map(({ good }) => good), [true, true]);
  const gone = judge(listing({ ...spec, argv: ["/gone/deno"] }));
  assertEquals(gone.map(({ good }) => good), [false, true]);
  assertStringIncludes(gone[0].found, "/gone/deno, which is gone");
  const killed = judge(listing({ ...spec, interrupt_mode: "signal" }));
  assertEquals(killed.map(({ good }) => good), [true, false]);
  for (const text of ["", "null", "{}", '{"kernelspecs": {"python3": {}}}', listing(undefined)]) {
    assertEquals(judge(text).map(({ good, todo }) => [good, todo]), [
      [false, "type: deno task setup"],
    ]);
  }
});

Deno.test("the doctor wants a free port, @std from somewhere, and every package", () => {
  assertEquals(judgePort(8889).found, "Port 8889 is free for JupyterLab");
  assertEquals(judgePort(undefined).good, false);
  const links = ["./vendor/assert", "./vendor/csv"];
  assertStringIncludes(judgeStd(links, () => true).found, "in vendor/ stand in for JSR's");
  assertStringIncludes(judgeStd(links.slice(1), () => true).found, "from JSR");
  assertEquals(judgeStd(links, (link) => link !== "./vendor/csv").good, false);
  assertEquals(judgePackages({ success: true, stderr: "" }).good, true);
  const failed = judgePackages({ success: false, stderr: "Download\nerror: no route\n  at x" });
  assertEquals(failed.good, false);
  assertEquals(failed.found, "A package cannot be loaded: error: no route");
  assertStringIncludes(failed.todo ?? "", "is the network there?");
  const jsr = judgePackages({ success: false, stderr: "error: JSR package manifest for ..." });
  assertStringIncludes(jsr.todo ?? "", "without JSR");
});

Deno.test("the doctor tells where nothing can be written, and what to do about it", () => {
  assertEquals(judgeResults("experiments", undefined).good, true);
  const denied = "Permission denied (os error 13)";
  assertEquals(judgeResults("experiments", denied), {
    good: false,
    found: `Results cannot be written to experiments/: ${denied}`,
    todo: "make the folder experiments/ writable for you",
  });
  assertEquals(judgeWriting(".venv", undefined), []);
  assertEquals(judgeWriting(".venv", denied), [{
    good: false,
    found: `Cannot write to .venv: ${denied}`,
    todo: ofAnother(".venv"),
  }]);
  assertStringIncludes(ofAnother(".venv"), "another user");
});

Deno.test("whyNotWritable gives the system's reason, and leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await whyNotWritable(folder), undefined);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    const reason = await whyNotWritable(join(folder, "gone"));
    assertStringIncludes(reason ?? "it can be written to", "No such file or directory");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the doctor prints a line for each, and what to do about those that are wrong", () => {
  const good = { good: true, found: "Deno 2.9.6", todo: "never shown" };
  assertEquals(summarise([good]), {
    text: "✓ Deno 2.9.6\n\nAll is well: deno task notebook",
    code: 0,
  });
  const bad = { good: false, found: ".venv is not there", todo: "type: deno task setup" };
  assertEquals(summarise([good, bad, good]), {
    text: "✓ Deno 2.9.6\n✗ .venv is not there\n    type: deno task setup\n✓ Deno 2.9.6\n\n" +
      "1 problem to fix, from the top",
    code: 1,
  });
});
