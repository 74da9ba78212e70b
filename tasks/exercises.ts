// Makes notebooks/exercises/ from the complete notebooks: every answer between
//     // BEGIN SOLUTION Task 2: add up the gradients of equal ids
//     // Hint: any number of lines like this one stay in the exercise
//     // END SOLUTION
// is replaced by a line that throws an UnwrittenAnswer, which names the task; the first code cell
// imports it. A cell with the id "complete" is left out: it tells the reader of the complete
// notebook where the exercise is. Learners work in these files, so a file with work in it is not
// overwritten.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, SetupError } from "./_cli.ts";
import { notebookFolder, notebookNames } from "./_notebooks.ts";
import { formatNotebook } from "./format_notebook.ts";

/** Where the exercises are. */
const folder = join(notebookFolder, "exercises");

interface Cell {
  cell_type: string;
  id: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  outputs?: unknown[];
  execution_count?: number | null;
}

interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown> & { minimodel?: { madeFrom?: string } };
}

/** An exercise made from a complete notebook. */
export interface Exercise {
  /** The notebook file's text. */
  json: string;
  /** What its stubs throw, in order. */
  messages: string[];
}

/** What every exercise needs in addition to its notebook's own imports. */
const stubImport = 'import { UnwrittenAnswer } from "minimodel/lab";\n';

const fence = /^(\s*)\/\/ (BEGIN|END) SOLUTION\b ?(.*)$/;

/** Replaces each answer in a cell by a stub; `place` names the cell in a SetupError. */
export function takeAnswersOut(code: string, place: string): { code: string; messages: string[] } {
  const kept: string[] = [];
  const messages: string[] = [];
  // Within a fence: whether hints may still follow.
  let inside: { line: number; hints: boolean } | undefined;
  for (const [index, line] of code.split("\n").entries()) {
    const at = `Cannot make an exercise of ${place} line ${index + 1}`;
    const [, indent = "", word, task = ""] = fence.exec(line) ?? [];
    if (word === "BEGIN") {
      if (inside !== undefined) {
        throw new SetupError(`${at}: the answer before has no END SOLUTION`);
      }
      if (!/^Task \d+: \S/.test(task)) {
        throw new SetupError(`${at}: it names no task, as in // BEGIN SOLUTION Task 2: what to do`);
      }
      // Not only this cell: what a later one declares, as a class that extends this one, stays as
      // it was.
      const message = `${task.trim()}, then run from its cell down`;
      messages.push(message);
      kept.push(`${indent}throw new UnwrittenAnswer(${JSON.stringify(message)});`);
      inside = { line: index + 1, hints: true };
    } else if (word === "END") {
      if (inside === undefined) throw new SetupError(`${at}: there is no BEGIN SOLUTION before it`);
      inside = undefined;
    } else if (inside === undefined) {
      kept.push(line);
    } else if (inside.hints && /^\s*\/\/ Hint: /.test(line)) {
      kept.splice(-1, 0, line);
    } else {
      inside.hints = false;
    }
  }
  if (inside === undefined) return { code: kept.join("\n"), messages };
  throw new SetupError(
    `Cannot make an exercise of ${place} line ${inside.line}: the answer has no END SOLUTION`,
  );
}

/**
 * Changes the links of a text so that they lead to the same places from one folder deeper. Links to
 * a notebook that has an exercise then lead to the exercise.
 */
export function moveLinks(markdown: string, exercises: ReadonlySet<string>): string {
  const move = (target: string) => {
    const [file = ""] = target.split(/[?#]/);
    const elsewhere = /^([a-z][a-z0-9+.-]*:|\/|#)/i.test(target);
    return elsewhere || exercises.has(file) ? target : `../${target}`;
  };
  // Code and formulas are matched first, so that brackets in them do not count as links.
  const pattern = /(`+)[^]*?\1|\$\$[^]*?\$\$|\$[^$\n]+\$|(\]\()([^)\s]+)|((?:src|href)=")([^"]+)/g;
  return markdown.replace(
    pattern,
    (whole, _ticks, link?: string, target = "", attribute?: string, value = "") => {
      if (link !== undefined) return link + move(target);
      return attribute === undefined ? whole : attribute + move(value);
    },
  );
}

/**
 * The exercise of a complete notebook, or null when nothing in it is fenced.
 *
 * @param name The notebook's file name.
 * @param exercises The file names of all notebooks that have an exercise.
 */
export async function makeExercise(
  json: string,
  name: string,
  exercises: ReadonlySet<string>,
): Promise<Exercise | null> {
  const notebook: Notebook = JSON.parse(json);
  const messages: string[] = [];
  let number = 0;
  notebook.cells = notebook.cells.filter(({ id }) => id !== "complete");
  for (const cell of notebook.cells) {
    const source = textOf(cell);
    if (cell.cell_type === "markdown") setText(cell, moveLinks(source, exercises));
    if (cell.cell_type !== "code") continue;
    if (source.trim() !== "") number++;
    const stubbed = takeAnswersOut(source, `${name} cell [${number}]`);
    setText(cell, stubbed.code);
    for (const each of stubbed.messages) messages.push(each);
    cell.outputs = [];
    cell.execution_count = null;
  }
  if (messages.length === 0) return null;
  const setup = notebook.cells.find((cell) =>
    cell.cell_type === "code" && textOf(cell).trim() !== ""
  );
  if (setup !== undefined) setText(setup, stubImport + textOf(setup));
  const title = notebook.cells[0]?.cell_type === "markdown" ? 1 : 0;
  for (const cell of notebook.cells.slice(0, title)) setText(cell, titleOfExercise(textOf(cell)));
  notebook.cells.splice(title, 0, noteCell(name));
  const madeFrom = await hashOf(notebook);
  notebook.metadata = { ...notebook.metadata, minimodel: { madeFrom } };
  return { json: await formatNotebook(JSON.stringify(notebook, null, 1) + "\n"), messages };
}

/** A text whose first heading says that it is an exercise: "# Lab 00, exercise: the title". */
export function titleOfExercise(markdown: string): string {
  const name = /^# [^:\n]+/;
  const end = /^# [^:\n]+:/.test(markdown) ? ", exercise" : " (exercise)";
  return markdown.replace(name, (found) => found + end);
}

function noteCell(name: string): Cell {
  const lines = [
    "**This is the exercise.** Where an answer is missing, a line throws an error that names the task:",
    "write your answer in its place, run the cell, and those below it down to the check. Your work stays",
    "in this file.",
    "",
    "A cell with a **syntax error** does not run, and what it declares stays as it was before.",
    "JupyterLab, opened by `deno task notebook`, shows the error below the cell; another program may show",
    "nothing at all. In other errors trust the names, not the lines: the kernel counts the lines of the",
    "code as it has rewritten it.",
    "",
    `The complete notebook is [../${name}](../${name}): look only when you are done.`,
  ];
  const cell: Cell = { cell_type: "markdown", id: "exercise", metadata: {}, source: "" };
  setText(cell, lines.join("\n"));
  return cell;
}

/**
 * How an exercise's file compares with what its notebook gives: "current" if they are the same
 * bytes; "in use" if someone ran it or wrote answers into this version; "stale" if it is made from
 * another version.
 */
export function stateOf(wanted: string, found: string | undefined): "current" | "in use" | "stale" {
  if (found === wanted) return "current";
  return found !== undefined && madeFrom(found) === madeFrom(wanted) ? "in use" : "stale";
}

function madeFrom(json: string): string | undefined {
  const notebook: Partial<Notebook> = JSON.parse(json);
  return notebook.metadata?.minimodel?.madeFrom;
}

/** Whether someone has written into an exercise, so that overwriting it would lose work. */
export async function hasWork(json: string): Promise<boolean> {
  const made = madeFrom(json);
  // Formatting belongs to the file as it was made, and people's editors keep it.
  return made === undefined || (await hashOf(JSON.parse(json))) !== made;
}

/** A hash of the text of all cells, as the file as it was made has it. */
async function hashOf(notebook: Notebook): Promise<string> {
  const formatted: Notebook = JSON.parse(await formatNotebook(JSON.stringify(notebook)));
  const text = formatted.cells.map((cell) => `${cell.cell_type}\n${textOf(cell)}`).join("\0");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function textOf({ source }: Cell): string {
  return Array.isArray(source) ? source.join("") : source;
}

function setText(cell: Cell, text: string): void {
  cell.source = text.split(/(?<=\n)/);
}

/** Every exercise that the project's notebooks give, by file name. */
export async function makeExercises(): Promise<Map<string, Exercise>> {
  const texts = new Map<string, string>();
  for (const name of notebookNames) {
    texts.set(name, await Deno.readTextFile(join(notebookFolder, name)));
  }
  const fenced = [...texts].filter(([, json]) => json.includes("// BEGIN SOLUTION"));
  const exercises = new Set(fenced.map(([name]) => name));
  const made = new Map<string, Exercise>();
  for (const [name, json] of fenced) {
    const exercise = await makeExercise(json, name, exercises);
    if (exercise !== null) made.set(name, exercise);
  }
  return made;
}

async function exerciseFiles(): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".ipynb")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The text of an exercise's file; undefined when there is none. */
export async function readExercise(name: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(join(folder, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function check(): Promise<number> {
  const exercises = await makeExercises();
  let wrong = 0;
  for (const [name, { json }] of exercises) {
    const state = stateOf(json, await readExercise(name));
    if (state === "current") continue;
    wrong++;
    console.error(
      state === "stale"
        ? `notebooks/exercises/${name} is not what its notebook gives: run \`deno task exercises\``
        : `notebooks/exercises/${name} has been worked in: \`git checkout\` or \`deno task ` +
          "exercises --force\` brings back the empty one",
    );
  }
  for (const name of await exerciseFiles()) {
    // One with work in it is somebody's copy.
    if (exercises.has(name) || await hasWork(await readExercise(name) ?? "{}")) continue;
    wrong++;
    console.error(`notebooks/exercises/${name} has no complete notebook with answers: delete it`);
  }
  console.log(`Checked ${exercises.size} exercises: ${wrong === 0 ? "all current" : "see above"}`);
  return wrong === 0 ? 0 : 1;
}

async function write(force: boolean): Promise<number> {
  let kept = 0;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, { json, messages }] of await makeExercises()) {
    const found = await readExercise(name);
    if (found !== undefined && !force && await hasWork(found)) {
      kept++;
      console.error(
        `notebooks/exercises/${name} has work in it and stays as it is: save that under another ` +
          "name, then run `deno task exercises --force`",
      );
      continue;
    }
    await Deno.writeTextFile(join(folder, name), json);
    console.log(`notebooks/exercises/${name}: ${messages.length} tasks`);
  }
  return kept === 0 ? 0 : 1;
}

if (import.meta.main) {
  await main(async () => {
    const options = { check: { type: "boolean" }, force: { type: "boolean" } } as const;
    try {
      const { values } = parseArgs({ args: Deno.args, options });
      return values.check === true ? await check() : await write(values.force === true);
    } catch (error) {
      if (!(error instanceof TypeError && "code" in error)) throw error;
      throw new SetupError(`${error.message}\n\nUsage: deno task exercises [--check] [--force]`);
    }
  });
}
