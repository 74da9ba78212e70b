// The template from which a lab is written, and what every notebook of the project has.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { root } from "../tasks/_cli.ts";
import { notebookFolder, notebookNames } from "../tasks/_notebooks.ts";
import { checkNotebooks } from "../tasks/check_cells.ts";
import { makeExercise, makeExercises } from "../tasks/exercises.ts";
import { hasKernel, makeProjectFolder, runVenvPython } from "./_notebook.ts";

if (!hasKernel) console.log("Tests of running the template skipped: no .venv; run deno task setup");

const template = "notebooks/templates/lab.ipynb";
const json = await Deno.readTextFile(join(root, template));

interface Cell {
  readonly cell_type: string;
  readonly id: string;
  readonly metadata: { readonly tags?: readonly string[] };
  readonly source: string | readonly string[];
}

/** The cells of the project's notebooks and of the template, by file name. */
const notebooks = new Map<string, Cell[]>();
for (const name of [...notebookNames, "templates/lab.ipynb"]) {
  notebooks.set(name, JSON.parse(await Deno.readTextFile(join(notebookFolder, name))).cells);
}

Deno.test("the template is no lab of the project, and no learner finds an exercise of it", async () => {
  assertEquals(notebookNames.filter((name) => name.includes("template")), []);
  assertEquals([...(await makeExercises()).keys()].includes("lab.ipynb"), false);
});

Deno.test("the template's cells hold types, lint and format", async () => {
  const folder = await makeProjectFolder();
  try {
    const copy = join(folder, "lab.ipynb");
    await Deno.writeTextFile(copy, json);
    const { findings, cells } = await checkNotebooks([copy]);
    assertEquals(findings, []);
    assert(cells > 5);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "the template runs, and puts out what is committed",
  ignore: !hasKernel,
  fn: async () => {
    const run = await runVenvPython(["tasks/run_notebook.py", template, "--compare"]);
    assertEquals(run.code, 0, run.output);
    assertStringIncludes(run.output, "all as committed");
  },
});

Deno.test({
  name: "the template makes an exercise that stops at its first check with the name of its task",
  ignore: !hasKernel,
  fn: async () => {
    const exercise = await makeExercise(json, "lab.ipynb", new Set());
    assertEquals(exercise?.messages, [
      "Task 1: divide v by its length, then run from its cell down",
    ]);
    const folder = await makeProjectFolder();
    try {
      const path = join(folder, "lab.ipynb");
      await Deno.writeTextFile(path, exercise?.json ?? "");
      const { code, output } = await runVenvPython(["tasks/run_notebook.py", path]);
      assertEquals(code, 1, output);
      const [, stopped = "nothing stopped"] = output.split("Stopped at cell [");
      assertStringIncludes(stopped, "await showChecks(unitChecks, unit);");
      assertStringIncludes(stopped, exercise?.messages[0] ?? "");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("no two cells of a notebook have one id", () => {
  for (const [name, cells] of notebooks) {
    const ids = cells.map(({ id }) => id);
    assertEquals(ids.filter((id, at) => ids.indexOf(id) < at), [], name);
  }
});

Deno.test("CONTRIBUTING describes every tag and fence that a notebook has", async () => {
  const text = await Deno.readTextFile(join(root, "CONTRIBUTING.md"));
  const described = (word: string) => assertStringIncludes(text, `\`${word}`);
  for (const cells of notebooks.values()) {
    for (const { metadata, source } of cells) {
      for (const tag of metadata.tags ?? []) described(tag);
      const fences = [source].flat().join("").matchAll(
        /^\s*(\/\/ (?:BEGIN|END) SOLUTION|\/\/ Hint:)/gm,
      );
      for (const [, fence] of fences) described(fence);
    }
  }
  described("raises-exception");
});

Deno.test("README's table of labs has every notebook and every exercise", async () => {
  const text = await Deno.readTextFile(join(root, "README.md"));
  for (const name of notebookNames) assertStringIncludes(text, `(notebooks/${name})`);
  for (const name of (await makeExercises()).keys()) {
    assertStringIncludes(text, `(notebooks/exercises/${name})`);
  }
});

Deno.test("the tape of 02 is the eighty lines that it says it is", () => {
  const parts = ["value", "op", "rules", "order", "walk", "broadcast", "sum-to", "expand"];
  const cells = notebooks.get("02-autograd.ipynb") ?? [];
  const code = parts.map((part) => cells.find(({ id }) => id === `${part}-step`)?.source ?? "");
  const lines = code.map((source) => [source].flat().join("")).flatMap((source) =>
    // What comes after the functions of a cell only shows them.
    source.replace(/^const entries[^]*/m, "").split("\n")
  );
  const counted = lines.filter((line) => !/^\s*($|\/\/)/.test(line)).length;
  assert(counted > 75 && counted < 85, `${counted} lines`);
});
