// What makes up for the Deno kernel: reload, watchKernel, and helpers that Stop can end.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { Embedding } from "minimodel";
import {
  type Check,
  forwardChecks,
  liveDisplay,
  lookupChecks,
  progress,
  reload,
  runChecks,
  timeTogether,
  UnwrittenAnswer,
} from "minimodel/lab";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { denoProgram } from "../tasks/deno_program.ts";
import { root } from "../tasks/_cli.ts";
import { hasKernel, makeProjectFolder, runCells } from "./_notebook.ts";

if (!hasKernel) console.log("Tests of the real kernel skipped: no .venv; run deno task setup once");

/** A small library in a folder: mod.ts exports what deep/inner.ts has, under two addresses. */
async function writeLibrary(folder: string, width: number): Promise<void> {
  await Deno.mkdir(join(folder, "deep"), { recursive: true });
  const mod = `export { width } from "./deep/inner.ts";
    export { width as again } from "./deep/inner.ts?again";
    export { Embedding } from "minimodel";\n`;
  await Deno.writeTextFile(join(folder, "mod.ts"), mod);
  const inner = `export const width: number = ${width};\n`;
  await Deno.writeTextFile(join(folder, "deep", "inner.ts"), inner);
}

Deno.test("reload renews a module with all it imports from its folder, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "mod.ts");
    await writeLibrary(folder, 32);
    const before = await reload(path);
    assertEquals([before.width, before.again], [32, 32]);
    assertStrictEquals(await reload(pathToFileURL(path)), before); // nothing was edited

    await writeLibrary(folder, 64);
    const after = await reload(path);
    assertEquals([after.width, after.again], [64, 64]);
    assertEquals(before.width, 32);
    assertStrictEquals(after.Embedding, Embedding);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reload loads library and lab as one version", async () => {
  const fresh = await reload("minimodel");
  const lab = await reload("minimodel/lab");
  assert(fresh.Embedding !== Embedding);
  const few = { numRuns: 3 };
  assert((await lab.runChecks(lab.forwardChecks, fresh.Embedding, few)).passed);
  // The old lab does not know the new Tensor, so the test above can tell one version from two.
  assert(!(await runChecks(forwardChecks, fresh.Embedding, few)).passed);
});

/** A WebAssembly module with a function f of two numbers: their sum for "o", their difference for "s". */
const wasm = (kind: "o" | "s") =>
  Uint8Array.fromBase64(`AGFzbQEAAAABBwFgAn9/AX8DAgEABwUBAWYAAAoJAQcAIAAgAW${kind}L`);

Deno.test("reload renews a module when code or data beside it changed, and for nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "node_modules"));
    await Deno.mkdir(join(folder, ".git"));
    const path = join(folder, "mod.ts");
    const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
    await write("data.json", `{ "ids": [3] }`);
    await write("plain.mjs", "export const width = 3;");
    await Deno.writeFile(join(folder, "f.wasm"), wasm("o"));
    const json = `import data from "./data.json" with { type: "json" };`;
    const all =
      `export { data }; export { width } from "./plain.mjs"; export { f } from "./f.wasm";`;
    await write("mod.ts", `${json}\n${all}`);

    let last = await reload(path);
    const seen = () => [last.data, last.width, (last.f as (a: number, b: number) => number)(5, 3)];
    assertEquals(seen(), [{ ids: [3] }, 3, 8]);
    for (const name of [".hidden.ts", ".git/x.ts", "node_modules/x.ts", "note.txt"]) {
      await write(name, "1;");
      assertStrictEquals(await reload(path), last, name);
    }
    await write("data.json", `{ "ids": [4] }`);
    last = await reload(path);
    assertEquals(seen(), [{ ids: [4] }, 3, 8]);
    await write("plain.mjs", "export const width = 4;");
    last = await reload(path);
    assertEquals(seen(), [{ ids: [4] }, 4, 8]);
    await Deno.writeFile(join(folder, "f.wasm"), wasm("s"));
    last = await reload(path);
    assertEquals(seen(), [{ ids: [4] }, 4, 2]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reload does not depend on the order in which the system lists a folder", async () => {
  const folder = await Deno.makeTempDir();
  const { readDir } = Deno;
  try {
    await writeLibrary(folder, 32);
    const before = await reload(join(folder, "mod.ts"));
    Reflect.set(Deno, "readDir", async function* (path: string) {
      yield* (await Array.fromAsync(readDir(path))).reverse();
    });
    assertStrictEquals(await reload(join(folder, "mod.ts")), before);
  } finally {
    Reflect.set(Deno, "readDir", readDir);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("watchKernel prints what is lost and lets the kernel live on", async () => {
  const code = `import { watchKernel } from "minimodel/lab";
    Reflect.set(Deno, "jupyter", {});
    watchKernel();
    void Promise.reject(new RangeError("lost"));
    setTimeout(() => console.log("alive"), 50);`;
  const { code: exit, stdout, stderr } = await new Deno.Command(denoProgram(), {
    ...{ args: ["eval", code], cwd: root, env: { NO_COLOR: "1" } },
  }).output();
  const text = new TextDecoder();
  assertEquals([exit, text.decode(stdout)], [0, "alive\n"]);
  const told = "Failed without being awaited (is an `await` missing?): RangeError: lost";
  assertStringIncludes(text.decode(stderr), told);
});

Deno.test("reload gives the error of a file that cannot be loaded, and the next version", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "mod.ts");
    await Deno.writeTextFile(path, "export const width = ;\n");
    await assertRejects(() => reload(path), TypeError, "Expression expected");
    await Deno.writeTextFile(path, "export const width = 8;\n");
    assertEquals((await reload(path)).width, 8);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reload refuses what is neither the library nor a file", async () => {
  for (const specifier of ["minimodle", "npm:fast-check", "https://localhost/mod.ts", ""]) {
    await assertRejects(() => reload(specifier), TypeError, "Cannot reload ");
  }
});

Deno.test({
  name: "in the kernel, reload keeps variables and watchKernel shows each lost error once",
  ignore: !hasKernel,
  fn: async () => {
    const folder = await makeProjectFolder();
    try {
      await writeLibrary(folder, 32);
      const editing = `await Deno.writeTextFile("deep/inner.ts", "export const width = 64;");`;
      const outputs = await runCells(folder, [
        `import { reload, runChecks, watchKernel, lookupCheks } from "minimodel/lab";
         import { width } from "./mod.ts";
         watchKernel(); watchKernel(); (await reload("minimodel/lab")).watchKernel();`,
        `const kept = { width };\n${editing}`,
        `const renewed = await reload("./mod.ts"); console.log(kept.width, renewed.width);`,
        `const { Embedding } = await reload("minimodel");
         console.log(new Embedding(5, 3).forward([1]).shape.join());`,
        `void Promise.reject(new RangeError("lost")); await new Promise((go) => setTimeout(go, 50));`,
        `setTimeout(() => Promise.reject("late"), 20); await new Promise((go) => setTimeout(go, 80));`,
        `await runChecks(lookupCheks, () => 0);`,
      ]);
      assertEquals(outputs.slice(0, 4), ["", "", "32 64\n", "1,3\n"]);
      for (const [index, error] of [[4, "RangeError: lost"], [5, "late"]] as const) {
        const printed = outputs[index].split("Failed without being awaited");
        assertEquals(printed.length, 2, outputs[index]);
        assertStringIncludes(printed[1], `(is an \`await\` missing?): ${error}`);
      }
      assertStringIncludes(
        outputs[6],
        "Cannot run checks: the list of checks is undefined, as a misspelt",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("runChecks refuses what a misspelt import leaves undefined", async () => {
  const missing: Record<string, never> = {};
  await assertRejects(
    () => runChecks(missing.checks, () => 0),
    TypeError,
    "the list of checks is undefined",
  );
  await assertRejects(
    () => runChecks(lookupChecks, missing.lookup),
    TypeError,
    "what is to be checked is undefined",
  );
});

Deno.test("runChecks runs up to the first check that awaits before it returns", async () => {
  const held: string[] = [];
  const check = (name: string, hold: Check<null>["hold"]): Check<null> => ({
    ...{ name, says: "", hold: (subject, options) => (held.push(name), hold(subject, options)) },
  });
  const report = runChecks(
    [check("a", () => {}), check("b", () => Promise.resolve()), check("c", () => {})],
    null,
  );
  assertEquals(held, ["a", "b"]);
  assert((await report).passed);
  assertEquals(held, ["a", "b", "c"]);
});

Deno.test("checks show what a task's stub throws in its own words", async () => {
  const stub = () => {
    throw new UnwrittenAnswer("Task 1: copy the rows, then run both cells again");
  };
  const { results, passed } = await runChecks(lookupChecks, stub);
  assert(!passed);
  assertEquals(results[0].failure?.name, "UnwrittenAnswer");
  assertEquals(results[0].failure?.message.slice(0, 22), "Task 1: copy the rows,");
});

Deno.test("progress and liveDisplay send to the kernel without being awaited", () => {
  const sent: unknown[] = [];
  const broadcast = (_type: string, content: { data: Record<string, unknown> }) => {
    sent.push(content.data["text/plain"]);
    return Promise.resolve();
  };
  Reflect.set(Deno, "jupyter", { broadcast });
  try {
    void liveDisplay().update("at once");
    assertEquals(sent.splice(0), ["at once"]);
    const bar = (filled: number) => "█".repeat(filled) + "░".repeat(24 - filled);
    let time = 0;
    const now = () => (time += 50);
    for (const step of progress(3, { interval: 0, now })) {
      assertEquals(sent.length, step + 1);
    }
    assertEquals(sent, [
      `${bar(0)}  0/3`,
      `${bar(8)}  1/3  6.7/s  1 s left`,
      `${bar(16)}  2/3  8/s  1 s left`,
      `${bar(24)}  3/3`,
    ]);
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
});

Deno.test("timeTogether takes samples in turn and gives the median call of each", () => {
  let time = 0;
  const calls: string[] = [];
  const contender = (name: string, ms: number) => ({
    name,
    run: () => (calls.push(name), time += ms),
  });
  const timings = timeTogether([contender("fast", 1), contender("slow", 4)], {
    ...{ rounds: 3, sampleMs: 4, now: () => time },
  });
  assertEquals(timings, [
    { name: "fast", iterations: 12, totalMs: 12, medianUs: 1000 },
    { name: "slow", iterations: 3, totalMs: 12, medianUs: 4000 },
  ]);
  const rounds = "fast fast fast fast slow ".repeat(3).trim();
  assertEquals(calls.slice(-15).join(" "), rounds);
});
