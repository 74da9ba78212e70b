// The packages: what belongs in them, what judges their consumers, and what stands in for files and
// kernels where there are none.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { inlinedKernels, kernelsBeside, noFiles } from "../tasks/_npm_modules.ts";
import { judgePacked, judgePublished, sourcesAmong } from "../tasks/_package_files.ts";
import { root } from "../tasks/_cli.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { judge, judgeLastLine, runQuietly } from "./consumers/_consumer.ts";
import { work } from "./consumers/program/work.ts";

const sources = ["kernels/dispatch.ts", "mod.ts", "nn/_table.ts"];
const published = [...sources, "kernels/kernels.wasm", "README.md", "deno.json"];
const packed = [
  ...["LICENSE", "README.md", "package.json", "mod.js", "mod.d.ts", "kernels/dispatch.js"],
  ...["nn/_table.js", "nn/_table.d.ts", "kernels/kernels.wasm", "kernels/inlined.js"],
  ...["kernels/beside.js", "io/no_files.js"],
];

Deno.test("the sources of a package are neither tests, nor kernels' sources, nor another package", () => {
  const others = ["nn/adam_test.ts", "kernels/simd/rows.ts", "lab/mod.ts", "notes.txt", "a.ts.bak"];
  assertEquals(sourcesAmong([...sources, ...others]), sources);
});

Deno.test("a package with all that belongs in it, and nothing else, is taken", () => {
  assertEquals(judgePublished(published, sources), []);
  assertEquals(judgePacked("core", packed, sources), []);
  const lab = ["LICENSE", "README.md", "package.json", "mod.js", "mod.d.ts", "explorer/page.ts"];
  assertEquals(judgePacked("lab", lab, ["mod.ts", "explorer/page.ts"]), []);
});

Deno.test("a file that does not belong in a package is refused, and so is a missing one", () => {
  assertEquals(judgePublished([...published, "notes.txt"], sources), [
    "notes.txt does not belong in it",
  ]);
  assertEquals(judgePublished(published.slice(1), sources), ["kernels/dispatch.ts is missing"]);
  assertEquals(judgePacked("core", [...packed, "mod.ts"], sources), [
    "mod.ts does not belong in it",
  ]);
  assertEquals(judgePacked("core", packed.filter((path) => path !== "mod.d.ts"), sources), [
    "mod.d.ts is missing",
  ]);
  assertEquals(judgePacked("core", packed.filter((path) => path !== "nn/_table.js"), sources), [
    "nn/_table.js is missing",
  ]);
});

Deno.test("the project's own copy comes to the answer that consumers must come to", () => {
  judge(work());
});

Deno.test("a consumer with another bit, another name or another last line is refused", () => {
  const report = work();
  const bytes = Uint8Array.fromBase64(report.answer);
  bytes.set([(bytes.at(-1) ?? 0) ^ 1], bytes.length - 1);
  assertThrows(() => judge({ ...report, answer: bytes.toBase64() }));
  assertThrows(() => judge({ ...report, names: "Tensor Embedding n FormatError" }));
  judgeLastLine(`progress\n${JSON.stringify(report)}\n`);
  assertThrows(() => judgeLastLine(`${JSON.stringify(report)}\nprogress\n`));
});

Deno.test("a consumer that fails or warns is refused", async () => {
  const say = (code: string) => runQuietly(denoProgram(), ["eval", code], root);
  assertEquals(await say('console.log("done")'), "done\n");
  await assertRejects(() => say('throw new Error("wrong")'), Error, "wrong");
  await assertRejects(() => say('console.error("Warning: a lock")'), Error, "warned");
});

/** What a module exports, from its text. */
async function exportsOf(text: string): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript,${encodeURIComponent(text)}`);
}

Deno.test("without files, what saves and loads says what to do instead", async () => {
  const { readCheckpoint, writeCheckpoint, exportNpy, readSentences } = await exportsOf(noFiles);
  for (
    const [verb, call] of [["load", readCheckpoint], ["save", writeCheckpoint], [
      "export",
      exportNpy,
    ]]
  ) {
    assert(typeof call === "function");
    await assertRejects(
      () => call("runs/first"),
      Error,
      `Cannot ${verb} runs/first: there are no files here; encodeNpy`,
    );
  }
  assert(typeof readSentences === "function");
  assertThrows(() => readSentences("a.txt"), Error, "Cannot read a.txt: there are no files here");
});

Deno.test("the kernels as text are the kernels, and bytes that are none leave no memory", async () => {
  const wasm = await Deno.readFile(join(root, "lib/kernels/kernels.wasm"));
  const { kernels } = await exportsOf(inlinedKernels(wasm));
  const names = WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  assertEquals(Object.keys(kernels as object), names);

  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (...parts: unknown[]) => warnings.push(...parts);
  try {
    const { memory } = await exportsOf(inlinedKernels(new Uint8Array(8)));
    assertThrows(() => (memory as WebAssembly.Memory).grow(1), RangeError, "there is no memory");
  } finally {
    console.warn = warn;
  }
  assertEquals(warnings.length, 1);
  assert(String(warnings[0]).startsWith("minimodel computes without WebAssembly, several times"));
  assert(kernelsBeside.includes('new URL("./kernels.wasm", import.meta.url)'));
});
