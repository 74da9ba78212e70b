// What makes up for the Deno kernel's memory of modules: reload, in a process and in the real kernel.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { Embedding, type Ids, Tensor } from "minimodel";
import {
  embeddingChecks,
  gatherBackwardChecks,
  lookupChecks,
  reload,
  runChecks,
  UnwrittenAnswer,
} from "minimodel/lab";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../tasks/_cli.ts";
import { hasKernel, makeProjectFolder, runCells } from "./_notebook.ts";

if (!hasKernel) {
  console.log("Tests of the real Deno kernel skipped: no .venv; run deno task setup once");
}

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

Deno.test("reload takes a path as it is, whatever is in it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "x y#z%20ü" });
  try {
    const path = join(folder, "mod.ts");
    await writeLibrary(folder, 32);
    assertEquals((await reload(path)).width, 32);
    assertEquals((await reload(pathToFileURL(path).href)).width, 32);
    await writeLibrary(folder, 64);
    const back = join(relative(Deno.cwd(), folder), "mod.ts");
    assertEquals((await reload(back.startsWith("..") ? back : `./${back}`)).width, 64);
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
  assert((await lab.runChecks(lab.gatherBackwardChecks, fresh.gatherBackward, few)).passed);
  // The new functions refuse the old tensors, so the test above can tell one version from two.
  const { results } = await runChecks(gatherBackwardChecks, fresh.gatherBackward, few);
  assertStringIncludes(
    results[0].failure?.message ?? "it holds",
    "got a Tensor of another copy of minimodel",
  );
});

Deno.test("checks of the old lab judge a reloaded class, a right one and a wrong one", async () => {
  const fresh = await reload("minimodel");
  assert(fresh.Tensor !== Tensor);
  const report = await runChecks(embeddingChecks, fresh.Embedding, { numRuns: 3 });
  assertEquals(report.passed, true, report.toMime()["text/plain"]);

  class Doubled extends fresh.Embedding {
    override forward(ids: Ids) {
      return super.forward(ids).mul(2);
    }
  }
  const { results } = await runChecks(embeddingChecks, Doubled, { numRuns: 3 });
  assertEquals(results.map(({ failure }) => failure === undefined), [
    ...[true, false, true],
    ...[true, false, false], // what it loads is the library's class, which does not double
  ]);
});

Deno.test("a reloaded lab knows what the old one throws", async () => {
  const lab = await reload("minimodel/lab");
  assert(lab.UnwrittenAnswer !== UnwrittenAnswer);
  const { results } = await lab.runChecks(lab.lookupChecks, () => {
    throw new UnwrittenAnswer("Task 1: copy the rows");
  });
  assertEquals(
    results.map(({ failure }) => failure?.message),
    Array(2).fill("Task 1: copy the rows"),
  );
  const wrong = await lab.runChecks(lookupChecks, (table) => table);
  assertStringIncludes(wrong.toMime()["text/plain"], "\n    expected a Tensor of shape [1]\n");
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
  name:
    "in the Deno kernel, reload keeps variables, as README says, and watchKernel shows each lost error once",
  ignore: !hasKernel,
  fn: async () => {
    const folder = await makeProjectFolder();
    try {
      const readme = await Deno.readTextFile(join(root, "README.md"));
      const [, example] = /`(const [^`]* = await reload\([^`]*)`/.exec(readme) ?? [];
      await writeLibrary(folder, 32);
      const editing = `await Deno.writeTextFile("deep/inner.ts", "export const width = 64;");`;
      const outputs = await runCells(folder, [
        `import { reload, runChecks, watchKernel, lookupCheks } from "minimodel/lab";
         import { width } from "./mod.ts";
         watchKernel(); watchKernel(); (await reload("minimodel/lab")).watchKernel();`,
        `const kept = { width };\n${editing}`,
        `const renewed = await reload("./mod.ts"); console.log(kept.width, renewed.width);`,
        `${example};
         console.log(new Embedding(5, 3).forward([1]).shape.join());`,
        `import { embeddingChecks } from "minimodel/lab";
         console.log((await runChecks(embeddingChecks, Embedding)).passed);`,
        `void Promise.reject(new RangeError("lost")); await new Promise((go) => setTimeout(go, 50));`,
        `setTimeout(() => Promise.reject("late"), 20); await new Promise((go) => setTimeout(go, 80));`,
        `await runChecks(lookupCheks, () => 0);`,
      ]);
      assertEquals(outputs.slice(0, 5), ["", "", "32 64\n", "1,3\n", "true\n"]);
      for (const [index, error] of [[5, "RangeError: lost"], [6, "late"]] as const) {
        const printed = outputs[index].split("Failed without being awaited");
        assertEquals(printed.length, 2, outputs[index]);
        assertStringIncludes(printed[1], `(is an \`await\` missing?): ${error}`);
      }
      assertStringIncludes(
        outputs[7],
        "Cannot run checks: the list of checks is undefined, as a misspelt",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
