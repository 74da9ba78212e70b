// What holds of the committed notebooks, and how they are run.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { notebookFolder, notebookNames } from "../tasks/_notebooks.ts";
import { chooseNotebooks } from "../tasks/lab.ts";
import { hasKernel, makeProjectFolder, runCells, runVenvPython } from "./_notebook.ts";

if (!hasKernel) console.log("Tests of syntax errors skipped: no .venv; run deno task setup once");

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The outputs of the notebooks, each with where it is. */
const outputs: { at: string; output: Output }[] = [];
for (const name of [...notebookNames, "templates/lab.ipynb"]) {
  const { cells }: { cells: { id: string; outputs?: Output[] }[] } = JSON.parse(
    await Deno.readTextFile(join(notebookFolder, name)),
  );
  for (const { id, outputs: own = [] } of cells) {
    for (const output of own) outputs.push({ at: `${name} ${id}`, output });
  }
}

const where = (wrong: (output: Output) => boolean) =>
  outputs.filter(({ output }) => wrong(output)).map(({ at }) => at);

Deno.test("no cell of a committed notebook ends in a value that nobody meant to show", () => {
  assert(outputs.length > 20);
  assertEquals(where(({ output_type }) => output_type === "execute_result"), []);
});

Deno.test("every picture in a committed notebook is there as PNG too, for pages that show no SVG", () => {
  const svg = ({ data = {} }: Output) => "image/svg+xml" in data;
  assert(where(svg).length > 5);
  assertEquals(where((output) => svg(output) && !("image/png" in (output.data ?? {}))), []);
});

Deno.test("deno task lab runs the project's notebooks, and others by name", async () => {
  const own = chooseNotebooks([], "/");
  assertEquals(own, notebookNames.map((name) => join("notebooks", name)));
  assertEquals(chooseNotebooks(["mine.ipynb", "../x.ipynb"], notebookFolder), [
    join("notebooks", "mine.ipynb"),
    "x.ipynb",
  ]);
  const files = await Array.fromAsync(Deno.readDir(notebookFolder), ({ name }) => name);
  const found = files.filter((name) => name.endsWith(".ipynb"));
  assertEquals(notebookNames.filter((name) => !found.includes(name)), []);
  // A learner keeps notebooks there too; what is committed is run.
  const others = found.filter((name) => !notebookNames.includes(name));
  if (Deno.env.get("CI") === undefined && others.length > 0) console.log(`Not run: ${others}`);
  else assertEquals(others, []);
});

Deno.test({
  name: "a cell that cannot be parsed is told with the error and its line, in place of nothing",
  ignore: !hasKernel,
  fn: async () => {
    const folder = await makeProjectFolder();
    try {
      const path = join(folder, "wrong.ipynb");
      const source = "const fine = 1;\nshow(fine;";
      const cell = { cell_type: "code", id: "a", metadata: {}, source, outputs: [] };
      const cells = [{ ...cell, execution_count: null }];
      await Deno.writeTextFile(
        path,
        JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
      );
      const { code, output } = await runVenvPython(["tasks/run_notebook.py", path]);
      assertEquals(code, 1, output);
      const [, said = "nothing stopped"] = output.split("Stopped at cell [1]:");
      assertStringIncludes(said, "SyntaxError: Expected ',', got ';'\n  |\n2 | show(fine;\n");
      assertStringIncludes(
        said,
        "The cell did not run: what it declares is still what it was before.",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "what the kernel says is known for a syntax error, and Deno's parser finds it",
  ignore: !hasKernel,
  fn: async () => {
    const script = `import json, sys; sys.path.insert(0, "tasks")
from syntax import explain, is_silent
silent = {"status": "error", "evalue": "Execution failed", "traceback": []}
told = {"status": "error", "evalue": "Execution failed", "traceback": ["at x"]}
other = {"status": "error", "evalue": "oops", "traceback": []}
print(json.dumps([[is_silent(each) for each in (silent, told, other, {"status": "ok"})],
  [explain(code, sys.argv[1]) for code in ("const x = ;", "fine", "for (;")],
  explain("const x = ;", "no-such-program")]))`;
    const { output } = await runVenvPython(["-c", script, Deno.execPath()]);
    const [silent, explained, without] = JSON.parse(output);
    assertEquals(silent, [true, false, false, false]);
    const then = "The cell did not run: what it declares is still what it was before.";
    const lines = ["SyntaxError: Expression expected", "  |", "1 | const x = ;", "  |           ~"];
    const unknown = "The cell cannot be parsed";
    assertEquals(explained[0], ["SyntaxError", "Expression expected", [...lines, then]]);
    const stopped = "The cell was stopped, or holds what a cell cannot, such as import.meta";
    assertEquals(explained[1], ["Error", stopped, [`Error: ${stopped}`]]);
    assertEquals(explained[2][0], "SyntaxError");
    assertEquals(without[1], unknown);
  },
});

Deno.test({
  name: "a class that extends an older one is told to be declared again, before it is checked",
  ignore: !hasKernel,
  fn: async () => {
    const { cells }: { cells: { id: string; source: string[] }[] } = JSON.parse(
      await Deno.readTextFile(join(notebookFolder, "lab-00-embedding.ipynb")),
    );
    const sourceOf = (id: string) => cells.find((cell) => cell.id === id)?.source.join("") ?? id;
    const ids = ["imports", "lookup-step", "gradient-step", "class-step", "save-step", "six-yours"];
    const again = ["class-step", "six-yours", "save-step", "six-yours"];
    const folder = await makeProjectFolder();
    try {
      const errors = await runCells(folder, [...ids, ...again].map(sourceOf));
      assertEquals(errors, [
        ...ids.map(() => ""),
        ...["", "Embedding extends an older Lookup: run the cell of Embedding again", "", ""],
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
