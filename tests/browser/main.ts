// The labs in a real browser: `deno task test:browser` starts JupyterLab and a headless Chromium,
// runs the complete notebook and the exercise of each lab, presses Stop, and leaves pictures in
// screenshots/.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chromium } from "playwright-core";
import { join } from "node:path";
import { makeExercises } from "../../tasks/exercises.ts";
import { root } from "../../tasks/_cli.ts";
import { notebookFolder, notebookNames } from "../../tasks/_notebooks.ts";
import { findChromium } from "./_chromium.ts";
import { JupyterLab } from "./_jupyterlab.ts";
import { NotebookPage } from "./_page.ts";

const experiments = join(root, "experiments");
const executablePath = await findChromium();
const args = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

interface Cell {
  cell_type: string;
  id: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  outputs?: { data?: Record<string, string | string[]> }[];
  execution_count?: number | null;
}

/** A complete notebook without its outputs, and how many ticks were in them. */
function emptied(json: string): { json: string; ticks: number } {
  const notebook: { cells: Cell[] } = JSON.parse(json);
  let ticks = 0;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    for (const { data } of cell.outputs ?? []) ticks += ticksIn([data?.["text/html"]].join());
    cell.outputs = [];
    cell.execution_count = null;
  }
  return { json: JSON.stringify(notebook), ticks };
}

function ticksIn(text: string): number {
  return text.split("✓").length - 1;
}

function notebookOf(sources: string[]): string {
  const cells = sources.map((source, index): Cell => ({
    ...{ cell_type: "code", id: `c${index}`, metadata: {}, source },
    ...{ outputs: [], execution_count: null },
  }));
  const kernelspec = { display_name: "Deno", language: "typescript", name: "deno" };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

// What Stop has to end. Nothing is awaited before the loops: after an await the Deno kernel cannot
// stop.
const stopCells = [
  `import { lookupChecks, progress, showChecks, timeTogether } from "minimodel/lab";
let turns = 0;
const kept = "kept";`,
  "for (;;) turns++;",
  "console.log(kept, turns > 0);",
  `turns = 0;
for (const step of progress(1e12, { label: "Endless" })) turns = step;`,
  "console.log(kept, turns > 0);",
  `turns = 0;
const nap = () => ++turns;
timeTogether([{ name: "nap", run: nap }], { rounds: 1e9 });`,
  "console.log(kept, turns > 0);",
  `turns = 0;
await showChecks(lookupChecks, () => { for (;;) turns++; });`,
  "console.log(kept, turns > 0);",
];

/** What the Deno kernel says nothing about. */
const wrongCells = ["const x = 1;", "const x = ;", "console.log(x);"];

const lostCells = [
  'import { watchKernel } from "minimodel/lab";\nwatchKernel();',
  'setTimeout(() => Promise.reject(new RangeError("lost")), 500);',
];

Deno.test({
  name: "JupyterLab in Chromium",
  // The browser and the server are other processes; both have ended when the test has.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async (test) => {
    const exercises = await makeExercises();
    const notebooks = new Map<string, string>();
    const ticks = new Map<string, number>();
    for (const [name, { json }] of exercises) {
      const complete = emptied(await Deno.readTextFile(join(root, "notebooks", name)));
      notebooks.set(name, complete.json).set(`exercises/${name}`, json);
      ticks.set(name, complete.ticks);
    }
    notebooks.set("stop.ipynb", notebookOf(stopCells)).set("lost.ipynb", notebookOf(lostCells));
    notebooks.set("wrong.ipynb", notebookOf(wrongCells));
    for (const name of notebookNames) {
      notebooks.set(`opened/${name}`, await Deno.readTextFile(join(notebookFolder, name)));
    }

    await using lab = await JupyterLab.start(notebooks);
    const browser = await chromium.launch({ executablePath, args });
    try {
      const open = (name: string) => NotebookPage.open(browser, lab.pageOf(name));
      for (const [name, { messages }] of exercises) {
        await test.step(`${name} runs green and shows every tick`, async () => {
          await using notebook = await open(name);
          await checkComplete(notebook, name, ticks.get(name) ?? 0);
        });
        await test.step(`exercises/${name} stops with the name of its first task`, async () => {
          await using notebook = await open(`exercises/${name}`);
          await checkExercise(notebook, name, messages);
        });
      }
      await test.step("Stop ends a loop, a progress bar, a timing and a check", async () => {
        await using notebook = await open("stop.ipynb");
        await checkStop(notebook);
      });
      for (const name of notebookNames) {
        await test.step(`${name}, opened for the first time, shows its pictures`, async () => {
          await using notebook = await open(`opened/${name}`);
          await checkOpened(notebook, name);
        });
      }
      await test.step("a syntax error shows under its cell, which changes nothing", async () => {
        await using notebook = await open("wrong.ipynb");
        assertEquals(await notebook.runCell(0), "");
        assertStringIncludes(await notebook.runCell(1), "SyntaxError: Expression expected");
        assertStringIncludes(await notebook.outputOf(1), "1 | const x = ;");
        assertEquals((await notebook.runCell(2)).trim(), "1");
      });
      await test.step("what fails without being awaited shows under its cell", async () => {
        await using notebook = await open("lost.ipynb");
        await notebook.runCell(0);
        await notebook.runCell(1);
        const error = notebook.codeCells.nth(1).getByText("RangeError: lost");
        await error.waitFor({ timeout: 5000 });
        assertStringIncludes(await notebook.outputOf(1), "Failed without being awaited");
      });
    } finally {
      await browser.close();
    }
  },
});

async function checkComplete(
  notebook: NotebookPage,
  name: string,
  ticks: number,
): Promise<void> {
  assertEquals(await notebook.page.locator(".jp-Dialog, .Toastify__toast").count(), 0);
  const before = await resultFolders();
  await notebook.runAll();
  try {
    assertEquals(await notebook.errors(), []);
    const outputs = await notebook.outputs();
    assert(ticks > 0);
    assertEquals(ticksIn(outputs), ticks);
    assertEquals(await notebook.page.locator(".jp-Dialog, .Toastify__toast").count(), 0);
  } finally {
    await removeResults(before);
    await notebook.screenshot(`${name}-light`);
    await notebook.useTheme("Dark");
    await notebook.screenshot(`${name}-dark`);
    await notebook.useTheme("Light");
  }
}

/**
 * What is untrusted, since nobody here has run it, shows no SVG: the PNG must be there in its
 * place.
 */
async function checkOpened(notebook: NotebookPage, name: string): Promise<void> {
  const kinds = await notebook.outputKinds();
  assertEquals(kinds.filter((kind) => kind.includes("svg")), []);
  assert(kinds.includes("image/png"), `${kinds}`);
  assert(!(await notebook.outputs()).includes("[plot:"));
  await notebook.screenshot(`${name}-opened-light`);
  await notebook.useTheme("Dark");
  await notebook.screenshot(`${name}-opened-dark`);
  await notebook.useTheme("Light");
}

async function checkExercise(
  notebook: NotebookPage,
  name: string,
  messages: string[],
): Promise<void> {
  const before = await resultFolders();
  await notebook.runAll();
  await removeResults(before);
  await notebook.screenshot(`${name}-exercise`);
  const errors = await notebook.errors();
  assertStringIncludes(errors[0] ?? "no error", messages[0]);
  // JupyterLab leaves it to the kernel to stop at an error, and the Deno kernel goes on with the
  // next cell.
  for (const error of errors) {
    assert(messages.some((message) => error.includes(message)), error);
  }
}

async function checkStop(notebook: NotebookPage): Promise<void> {
  assertEquals(await notebook.runCell(0), "");
  for (let loop = 1; loop < stopCells.length; loop += 2) {
    await notebook.startCell(loop);
    await notebook.untilStatus("busy");
    if (stopCells[loop].includes("progress")) {
      await notebook.codeCells.nth(loop).getByText(/Endless.*\/s/).waitFor({ timeout: 5000 });
    }
    await notebook.page.waitForTimeout(500);
    await notebook.pressStop();
    await notebook.untilRun(loop);
    assertEquals((await notebook.runCell(loop + 1)).trim(), "kept true", stopCells[loop]);
  }
  await notebook.screenshot("stop");
}

/** The folders of results. */
async function resultFolders(): Promise<Set<string>> {
  return new Set(await Array.fromAsync(Deno.readDir(experiments), ({ name }) => name));
}

/** Removes the folders of results that a run has made; an exercise leaves one that it does not tell of. */
async function removeResults(before: ReadonlySet<string>): Promise<void> {
  for (const name of (await resultFolders()).difference(before)) {
    await Deno.remove(join(experiments, name), { recursive: true });
  }
}
