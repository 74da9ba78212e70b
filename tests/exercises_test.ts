// The exercises: how they are made, whether the committed ones are current, where they stop.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  hasWork,
  makeExercise,
  makeExercises,
  moveLinks,
  readExercise,
  stateOf,
  takeAnswersOut,
  titleOfExercise,
} from "../tasks/exercises.ts";
import { SetupError } from "../tasks/_cli.ts";
import { hasKernel, runVenvPython } from "./_notebook.ts";

if (!hasKernel) console.log("Test that exercises stop skipped: no .venv; run deno task setup once");

const answer = `function double(x: number): number {
  const factor = 2;
  // BEGIN SOLUTION Task 1: double x
  // Hint: the factor is there.
  // Hint: return is a word.
  const result = factor * x;
  // Hint: this one is part of the answer.
  return result;
  // END SOLUTION
}`;

const stub = `function double(x: number): number {
  const factor = 2;
  // Hint: the factor is there.
  // Hint: return is a word.
  throw new UnwrittenAnswer("Task 1: double x, then run from its cell down");
}`;

function notebook(...sources: string[]): string {
  const cells = [
    { cell_type: "markdown", id: "m", metadata: {}, source: "# Title\n\n[other](other.ipynb)" },
    ...sources.map((source, index) => ({
      ...{ cell_type: "code", id: `c${index}`, metadata: { tags: ["kept"] }, source },
      outputs: [{ output_type: "stream", name: "stdout", text: "4" }],
      execution_count: 7,
    })),
  ];
  const metadata = { language_info: { name: "typescript" }, kept: true };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

async function exerciseOf(...sources: string[]): Promise<string> {
  const exercise = await makeExercise(notebook(...sources), "lab.ipynb", new Set(["lab.ipynb"]));
  assert(exercise !== null);
  return exercise.json;
}

Deno.test("takeAnswersOut leaves the hints and a throw that names the task", () => {
  const { code, messages } = takeAnswersOut(answer, "x.ipynb cell [1]");
  assertEquals(code, stub);
  assertEquals(messages, ["Task 1: double x, then run from its cell down"]);
});

Deno.test("takeAnswersOut takes out every answer of a cell and leaves other cells alone", () => {
  const two = takeAnswersOut(`${answer}\n${answer.replace("Task 1", "Task 2")}`, "");
  assertEquals(two.code, `${stub}\n${stub.replace("Task 1", "Task 2")}`);
  assertEquals(two.messages.map((message) => message.slice(0, 6)), ["Task 1", "Task 2"]);
  const quoted = takeAnswersOut('// BEGIN SOLUTION Task 1: say "\\"\n// END SOLUTION', "");
  assertStringIncludes(quoted.code, String.raw`("Task 1: say \"\\\", then`);
  assertEquals(takeAnswersOut("let x = 1;\n", ""), { code: "let x = 1;\n", messages: [] });
});

Deno.test("takeAnswersOut refuses fences that do not match or name no task", () => {
  const refused: [string, string][] = [
    ["x;\n// BEGIN SOLUTION", "cell [3] line 2: it names no task"],
    ["// BEGIN SOLUTION do it\n// END SOLUTION", "line 1: it names no task"],
    ["// BEGIN SOLUTION Task 1: x", "line 1: the answer has no END SOLUTION"],
    ["// END SOLUTION", "line 1: there is no BEGIN SOLUTION before it"],
    [
      "// BEGIN SOLUTION Task 1: x\n// BEGIN SOLUTION Task 2: y\n// END SOLUTION",
      "line 2: the answer before has no END SOLUTION",
    ],
  ];
  for (const [code, message] of refused) {
    assertThrows(() => takeAnswersOut(code, "x.ipynb cell [3]"), SetupError, message);
  }
});

Deno.test("moveLinks keeps links leading where they did, and those between exercises there", () => {
  const cases: [string, string][] = [
    ["[a](a.ipynb) and [b](b.ipynb#top)", "[a](../a.ipynb) and [b](b.ipynb#top)"],
    ["![x](../experiments/x.png)", "![x](../../experiments/x.png)"],
    ['<img src="x.png"> <a href="b.ipynb">', '<img src="../x.png"> <a href="b.ipynb">'],
    ["[w](https://deno.com) [s](#s) [r](/r) [m](mailto:a@b.c)", ""],
    ["`E[i](a)` ``f[`i](a)`` $E[i](a)$ $$E[i]\n(a)[i](a)$$", ""],
  ];
  for (const [text, moved] of cases) {
    assertEquals(moveLinks(text, new Set(["b.ipynb"])), moved === "" ? text : moved);
  }
});

Deno.test("makeExercise clears outputs, says where the complete notebook is, and repeats", async () => {
  const json = await exerciseOf("const x = 1;", answer);
  assertEquals(await exerciseOf("const x = 1;", answer), json);
  assert(!json.includes("SOLUTION"));
  assertStringIncludes(json, "[../lab.ipynb](../lab.ipynb): look only when you");
  const { cells, metadata } = JSON.parse(json);
  const ids = cells.map(({ id }: { id: string }) => id);
  assertEquals(ids, ["m", "exercise", "c0", "c1"]);
  assertEquals(cells[0].source.join(""), "# Title (exercise)\n\n[other](../other.ipynb)");
  assertEquals(cells[3].source.join(""), stub);
  for (const { outputs, execution_count, metadata } of cells.slice(2)) {
    assertEquals({ outputs, execution_count, metadata }, {
      ...{ outputs: [], execution_count: null, metadata: { tags: ["kept"] } },
    });
  }
  assertEquals(metadata.kept, true);
});

Deno.test("makeExercise imports what the stubs throw, once, where the notebook's code begins", async () => {
  const { cells } = JSON.parse(await exerciseOf("", "const x = 1;", answer));
  const sources: string[] = cells.map(({ source }: { source: string[] }) => source.join(""));
  assertEquals(sources.slice(2), [
    "",
    'import { UnwrittenAnswer } from "minimodel/lab";\nconst x = 1;',
    stub,
  ]);
});

Deno.test("an exercise is told from its notebook by its title", () => {
  const titles: [string, string][] = [
    ["# Lab 00: the title: of it\n\n# Text", "# Lab 00, exercise: the title: of it\n\n# Text"],
    ["# Title\n\nText: more", "# Title (exercise)\n\nText: more"],
    ["No title: none", "No title: none"],
  ];
  for (const [text, made] of titles) assertEquals(titleOfExercise(text), made);
});

Deno.test("makeExercise leaves out what is meant for the reader of the complete notebook", async () => {
  const json = notebook("const x = 1;", answer).replace('"id":"c0"', '"id":"complete"');
  const exercise = await makeExercise(json, "lab.ipynb", new Set(["lab.ipynb"]));
  const { cells } = JSON.parse(exercise?.json ?? "");
  assertEquals(cells.map(({ id }: { id: string }) => id), ["m", "exercise", "c1"]);
});

Deno.test("makeExercise makes none of a notebook without answers", async () => {
  assertEquals(await makeExercise(notebook("const x = 1;"), "lab.ipynb", new Set()), null);
});

Deno.test("an exercise that was run or worked in is told from a stale one", async () => {
  const json = await exerciseOf(answer);
  assertEquals(stateOf(json, json), "current");
  assertEquals(stateOf(json, undefined), "stale");
  assertEquals(await hasWork(json), false);

  const run = json.replace('"execution_count": null', '"execution_count": 1');
  assertEquals(stateOf(json, run), "in use");
  assertEquals(await hasWork(run), false);

  const answered = json.replace(/throw new UnwrittenAnswer.*;/, "return 2 * x;");
  assertEquals(stateOf(json, answered), "in use");
  assertEquals(await hasWork(answered), true);

  const changed = await exerciseOf(answer.replace("factor = 2", "factor = 3"));
  assertEquals(stateOf(changed, json), "stale");
  assertEquals(stateOf(changed, answered), "stale");
});

Deno.test("the committed exercises are what their notebooks give", async () => {
  const exercises = await makeExercises();
  assert(exercises.size > 0);
  for (const [name, { json }] of exercises) {
    const state = stateOf(json, await readExercise(name));
    // A learner works in these files and may run the tests; what is committed has to be empty.
    if (state === "in use" && Deno.env.get("CI") === undefined) {
      console.log(`notebooks/exercises/${name} has been worked in: not compared`);
    } else {
      assertEquals(state, "current", `notebooks/exercises/${name}: run deno task exercises`);
    }
  }
});

Deno.test({
  name: "a committed exercise runs to the check of its first task and stops with the task's name",
  ignore: !hasKernel,
  fn: async () => {
    for (const [name, { json, messages: [first, second] }] of await makeExercises()) {
      if (await readExercise(name) !== json) {
        console.log(`notebooks/exercises/${name} is not the empty one: not run`);
        continue;
      }
      const path = `notebooks/exercises/${name}`;
      const { code, output } = await runVenvPython(["tasks/run_notebook.py", path]);
      assertEquals(code, 1, output);
      assertEquals(output.split("Stopped at cell [").length, 2, output);
      assertStringIncludes(output.split("Stopped at cell [")[1], first);
      assert(second === undefined || !output.includes(second), output);
    }
  },
});
