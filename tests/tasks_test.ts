import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, SetupError } from "../tasks/_cli.ts";
import { checkNotebooks, joinCells, renamePlaces } from "../tasks/check_cells.ts";
import { formatNotebook } from "../tasks/format_notebook.ts";
import { jupyterEnv, venvPython } from "../tasks/jupyter.ts";
import { parseLabArgs } from "../tasks/lab.ts";
import config from "../deno.json" with { type: "json" };

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, string | string[]>;
  metadata?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

interface Cell {
  cell_type: "code" | "markdown";
  id: string;
  source: string;
  metadata: Record<string, unknown>;
  outputs?: Output[];
  execution_count?: number | null;
}

function code(id: string, source: string, metadata: Record<string, unknown> = {}): Cell {
  return { cell_type: "code", id, source, metadata, outputs: [], execution_count: null };
}

function notebook(...cells: Cell[]): string {
  // deno fmt leaves a notebook of an unknown language alone.
  const metadata = { language_info: { name: "typescript" } };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

const ready = await Promise.all([
  Deno.stat(venvPython),
  Deno.stat(join(root, ".venv/share/jupyter/kernels/deno/kernel.json")),
]).then(() => true, () => false);
if (!ready) console.log("Tests of running notebooks skipped: no .venv; run deno task setup once");

async function python(args: string[], stdin = ""): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(venvPython, {
    ...{ args: ["-B", ...args], cwd: root, env: jupyterEnv },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const written = new Blob([stdin]).stream().pipeTo(child.stdin);
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), written]);
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + text.decode(stderr) };
}

/** Executes a notebook's JSON in a folder of its own and returns what was said and the file then. */
async function runNotebook(json: string, ...options: string[]) {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "scratch.ipynb");
    await Deno.writeTextFile(path, json);
    const result = await python(["tasks/run_notebook.py", path, ...options]);
    return { ...result, json: await Deno.readTextFile(path) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const markdown: Cell = { cell_type: "markdown", id: "m", source: "# Title", metadata: {} };

Deno.test("joinCells tells for each line of the module its cell and its line there", () => {
  const cells = joinCells(
    notebook(code("a", "one\ntwo"), markdown, code("b", " "), code("c", "three\nfour")),
  );
  assertEquals(cells.count, 2);
  const lines = cells.text.split("\n");
  const placeOf = (line: string) => cells.place(lines.indexOf(line) + 1);
  assertEquals(["one", "two", "three", "four"].map(placeOf), [
    "cell [1] line 1",
    "cell [1] line 2",
    "cell [2] line 1",
    "cell [2] line 2",
  ]);
});

Deno.test("joinCells takes a source that is a list of lines as it takes one text", () => {
  const listed = notebook(code("a", "one\ntwo")).replace(`"one\\ntwo"`, `["one\\n","two"]`);
  assertEquals(joinCells(listed).text, joinCells(notebook(code("a", "one\ntwo"))).text);
  assertStringIncludes(listed, `["one\\n","two"]`);
});

Deno.test("joinCells refuses JSON that is not a notebook", () => {
  assertThrows(() => joinCells(`{"a": 1}`), TypeError, "it has no list of cells");
  assertThrows(() => joinCells("{"), SyntaxError);
});

Deno.test("renamePlaces names notebook, cell, line and column and leaves other files alone", () => {
  const module = "/a b/.x.cells.ts";
  const url = pathToFileURL(module).href;
  const cells = joinCells(notebook(code("a", "one\ntwo"), code("b", "three")));
  const text = `bad\n    at ${url}:4:7\nsee file:///other.ts:4:7`;
  assertEquals(
    renamePlaces(text, [{ name: "x.ipynb", module, cells }]),
    "bad\n    at x.ipynb cell [2] line 1 column 7\nsee file:///other.ts:4:7",
  );
});

Deno.test("checkNotebooks finds wrong types, misspelt imports, lint and format by cell", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "other.ts"), "export const spelt = 1;\n");
    const path = join(folder, "wrong.ipynb");
    await Deno.writeTextFile(
      path,
      notebook(
        code("a", `import { speld } from "./other.ts";`),
        markdown,
        code("b", `const fine  = 1;\nconst text: string = fine;`),
        code("c", "var old = 3;"),
      ),
    );
    const { findings, cells } = await checkNotebooks([path]);
    const text = findings.join("\n");
    assertEquals(cells, 3);
    assertStringIncludes(text, "has no exported member named 'speld'");
    assertStringIncludes(text, "wrong.ipynb cell [1] line 1 column 10");
    assertStringIncludes(text, "Type 'number' is not assignable to type 'string'");
    assertStringIncludes(text, "wrong.ipynb cell [2] line 2 column 7");
    assertStringIncludes(text, "no-var: `var` keyword is not allowed.");
    assertStringIncludes(text, "wrong.ipynb cell [3] line 1 column 1");
    assertStringIncludes(text, "Not formatted: ");
    assert(!text.includes(".cells.ts"), text);

    // The last expression of a cell, a variable no cell uses, and one that a later cell sets are fine.
    const good = notebook(
      code("a", `import { spelt } from "./other.ts";\nlet x = spelt;\nx`),
      code("b", "x = 2;\nconst unused = x;"),
    );
    await Deno.writeTextFile(path, await formatNotebook(good));
    assertEquals(await checkNotebooks([path]), { findings: [], cells: 2 });
    const left = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(left.sort(), ["other.ts", "wrong.ipynb"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("checkNotebooks has nothing to say about no notebooks", async () => {
  assertEquals(await checkNotebooks([]), { findings: [], cells: 0 });
});

Deno.test("formatNotebook formats code and keeps what it has formatted", async () => {
  const once = await formatNotebook(notebook(code("a", "const  x = 1")));
  assertStringIncludes(once, `"const x = 1;"`);
  assertEquals(await formatNotebook(once), once);
});

Deno.test("parseLabArgs takes notebooks and options in any order", () => {
  assertEquals(parseLabArgs([]), { notebooks: [], write: false, compare: false, timeout: "300" });
  assertEquals(parseLabArgs(["--timeout=5", "a.ipynb", "--write", "b.ipynb", "--compare"]), {
    notebooks: ["a.ipynb", "b.ipynb"],
    write: true,
    compare: true,
    timeout: "5",
  });
});

Deno.test("parseLabArgs refuses what it does not know and says how to call it", () => {
  assertThrows(() => parseLabArgs(["--wirte"]), SetupError, "Usage: deno task lab");
  assertThrows(() => parseLabArgs(["--timeout", "soon"]), SetupError, "Cannot use --timeout soon");
  assertThrows(() => parseLabArgs(["--timeout", "0"]), SetupError, "Cannot use --timeout 0");
});

Deno.test({
  name: "differences of outputs: texts must agree, their cutting into messages need not",
  ignore: !ready,
  fn: async () => {
    const stream = (text: string, name = "stdout") => ({ output_type: "stream", name, text });
    const display = (data: Record<string, string | string[]>) => ({
      ...{ output_type: "display_data", data, metadata: {} },
    });
    const error = (evalue: string, line: string) => ({
      ...{ output_type: "error", ename: "RangeError", evalue, traceback: [line] },
    });
    const cases: [Output[], Output[], boolean][] = [
      [[stream("a\nb\n")], [stream("a\n"), stream("b\n")], false],
      [[display({ "text/plain": ["a\n", "b"] })], [display({ "text/plain": "a\nb" })], false],
      [[error("bad", "at 1:1")], [error("bad", "at 9:9")], false],
      [[stream("1.5 ms\n")], [stream("2.5 ms\n")], true],
      [[stream("a\n")], [stream("b\n")], false],
      [[stream("a\n")], [], false],
      [[stream("a\n")], [stream("a\n", "stderr")], true],
      [[display({ "text/plain": "a" })], [display({ "text/html": "a" })], true],
      [[error("bad", "at 1:1")], [error("worse", "at 1:1")], false],
      [[display({ "image/png": "x".repeat(500) })], [display({ "image/png": "y" })], false],
    ];
    const script =
      "import json, sys; sys.path.insert(0, 'tasks'); from outputs import differences;" +
      "print(json.dumps([differences(*case) for case in json.load(sys.stdin)]))";
    const { output } = await python(["-c", script], JSON.stringify(cases));
    const found: string[][] = JSON.parse(output);
    assertEquals(found.slice(0, 4), [[], [], [], []]);
    assertEquals(found[4], [" stream stdout", "-a", "+b", " "]);
    assertEquals(found[5], ["-stream stdout", "-a", "-"]);
    assertEquals(found[6], ["-stream stdout", "+stream stderr"]);
    assertEquals(found[7], ["-display_data text/plain", "+display_data text/html"]);
    assertEquals(found[8], [" error RangeError", "-bad", "+worse"]);
    assertEquals(found[9], [" image/png:", "-" + "x".repeat(159) + "...", "+y"]);
  },
});

Deno.test("deno task ok runs whatever tests or checks, and CI runs deno task ok", async () => {
  const leftOut = (task: { command: string }, wanted: string[]) => {
    const runs = new Set([...task.command.matchAll(/deno task (\S+)/g)].map(([, name]) => name));
    return wanted.filter((name) => !runs.has(name));
  };
  const { gate, ok } = config.tasks;
  const tests = Object.keys(config.tasks).filter((name) => /^test\b/.test(name));
  assertEquals(leftOut(ok, ["setup", "gate", "lab", ...tests]), []);
  assertEquals(leftOut(gate, "budget build check examples exercises packages".split(" ")), []);
  assertEquals(leftOut({ command: "deno task test:torch" }, tests).length, tests.length - 1);
  assertStringIncludes(await Deno.readTextFile(join(root, ".ci/run")), "deno@2.9.6 task ok ");
});

const results = Array.from({ length: 12 }, (_, i) => code(`r${i}`, `await ${i}; ${i}`));
const wholeNotebook = notebook(
  markdown,
  code("flood", "for (let i = 0; i < 500; i++) console.log(i);"),
  code("both", "console.log('out');\nconsole.error('err');\nconsole.log('out');"),
  code("muted", "const { log } = console;\nvoid (console.log = () => {});", {
    execution: { x: "1" },
  }),
  code("heard", "void (console.log = log);\nconsole.log('heard');"),
  code("varies", "console.log(crypto.randomUUID());", { tags: ["varies"] }),
  code("fails", "throw new RangeError('meant');", { tags: ["raises-exception"] }),
  code("empty", ""),
  ...results,
);

Deno.test({
  name: "a run loses no output, writes what repeats, and tells what differs from the file",
  ignore: !ready,
  fn: async () => {
    const written = await runNotebook(wholeNotebook, "--write");
    assertEquals(written.code, 0, written.output);
    assertStringIncludes(written.output, "18 cells ok, 19 outputs");
    assertStringIncludes(written.output, "# Title");
    assertStringIncludes(written.output, "for (let i = 0; i < 500; i++) console.log(i);");
    assertEquals(written.json.at(-1), "\n");
    const { cells }: { cells: Cell[] } = JSON.parse(written.json);
    const found = new Map(cells.map((cell) => [cell.id, cell]));
    const textOf = (id: string) =>
      (found.get(id)?.outputs ?? []).map(({ text, data }) =>
        [text ?? data?.["text/plain"] ?? ""].flat().join("")
      );
    const counted = Array.from({ length: 500 }, (_, i) => `${i}\n`).join("");
    assertEquals(textOf("flood"), [counted]);
    assertEquals(textOf("both"), ["out\n", "err\n", "out\n"]);
    assertEquals(textOf("muted"), []);
    assertEquals(textOf("heard"), ["heard\n"]);
    assertEquals(found.get("muted")?.metadata, {});
    results.forEach((_, i) => assertEquals(textOf(`r${i}`), [`${i}`]));
    assertEquals(found.get("r11")?.execution_count, 18);
    assertEquals(found.get("empty")?.execution_count, null);

    const edited = written.json.replace('"heard\\n"', '"head\\n"');
    const compared = await runNotebook(edited, "--compare");
    assertEquals(compared.code, 1, compared.output);
    assertStringIncludes(compared.output, "The outputs of cell [4] are not the committed ones");
    assertStringIncludes(compared.output, "    -head\n    +heard\n");
    assertStringIncludes(
      compared.output,
      "The outputs of 1 of 18 cells are not the committed ones",
    );
    assertEquals(compared.json, edited);
  },
});

Deno.test({
  name: "a failing cell stops the run with its number, source, prints and error",
  ignore: !ready,
  fn: async () => {
    const source = "console.log('so far');\nthrow new TypeError('bad');";
    const json = notebook(code("a", "const x = 1;"), markdown, code("b", source), code("c", "x"));
    const { code: exitCode, output, json: after } = await runNotebook(json, "--write");
    assertEquals(exitCode, 1);
    assertStringIncludes(output, "[1/3] ok ");
    assertStringIncludes(output, "[2/3] FAIL ");
    assertStringIncludes(
      output,
      "Stopped at cell [2]:\n\n    console.log('so far');\n    throw new",
    );
    assertStringIncludes(output, "It had printed:\n\n    so far\n\nTypeError: bad\n    at ");
    assert(!output.includes("[3/3]"), output);
    assertEquals(after, json);
  },
});
