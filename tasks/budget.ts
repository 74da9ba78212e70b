// Fails if the project outgrows the sizes that it sets itself: `deno task budget`. With --list it
// also prints the size of every file and op.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, root, SetupError } from "./_cli.ts";
import { codeOf, countLines, type ExportedFunction, functionsIn } from "./_source.ts";

/** A size that one file or folder may have, and why. */
export interface Allowance {
  /** The file or folder, from the project's. */
  readonly path: string;
  /** How many lines it may have. */
  readonly most: number;
  /** Why it is this many. */
  readonly why: string;
}

/** How long files, folders and functions may be. */
export interface Budgets {
  /** The folders whose files are counted. */
  readonly folders: readonly string[];
  /** Lines of code, neither blank nor comment, of a file or of all files of a folder. */
  readonly code: readonly Allowance[];
  /** Lines of code of each exported function of the files in a folder. */
  readonly functions: readonly Allowance[];
  /** Lines of any kind of each file. */
  readonly lines: number;
  /** The files that may have more lines than the others. */
  readonly longer: readonly Allowance[];
}

/** The project's own budgets. If you raise a number, say why in its row. */
export const budgets: Budgets = {
  folders: ["lib", "tasks", "tests", "bench"],
  code: [
    {
      path: "lib/autograd",
      most: 1230,
      why:
        "900 for tensors, the tape and 33 ops, which a reader gets through in an evening; 330 for " +
        "what refuses stale numbers, unknown properties and copies sent to workers, and for abs, " +
        "clip, linear, min, norm, takeAlongAxis and where",
    },
    {
      path: "lib/autograd/tape.ts",
      most: 150,
      why: "the walk back is the central part, and fits into a lesson",
    },
  ],
  functions: [
    { path: "lib/autograd/ops", most: 15, why: "one sees an op and its derivative at a glance" },
  ],
  lines: 300,
  longer: [
    { path: "lib/kernels/dispatch.ts", most: 560, why: "each kernel's two ways, in one list" },
    {
      path: "lib/kernels/plain.ts",
      most: 500,
      why: "every loop once, in the order of the kernels",
    },
    {
      path: "lib/kernels/simd/matmul.ts",
      most: 400,
      why: "one algorithm, whose parts share names",
    },
    { path: "tests/nn_errors_test.ts", most: 360, why: "a list of refusals, a few lines each" },
    { path: "tests/tensor_errors_test.ts", most: 320, why: "a list of refusals, a few lines each" },
    { path: "tests/ops_test.ts", most: 320, why: "a worked example of every op" },
    { path: "tests/embedding_test.ts", most: 320, why: "what an embedding is, in one place" },
    { path: "tests/lab_plot_test.ts", most: 330, why: "every picture, in one place" },
  ],
};

/** A file's sizes. */
export interface Size {
  /** Its path from the project's folder, with slashes. */
  readonly path: string;
  /** How many lines it has. */
  readonly lines: number;
  /** How many of them are code; 0 if the file is not TypeScript. */
  readonly code: number;
  /** Its exported functions. */
  readonly functions: readonly ExportedFunction[];
}

/** What is written by hand. Notebooks and data are not counted. */
const counted = /\.(?:ts|py|sh|js|css|html)$/;

/** The sizes of all files in some folders below `base`, except in hidden folders. */
export async function measure(base: string, folders: readonly string[]): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(join(base, folder))) {
      const path = `${folder}/${name}`;
      if (name.startsWith(".") || name === "node_modules") continue;
      if (isDirectory) { for (const each of await measure(base, [path])) sizes.push(each); }
      else if (counted.test(name)) {
        sizes.push(sizeOf(path, await Deno.readTextFile(join(base, path))));
      }
    }
  }
  return sizes.sort((a, b) => a.path < b.path ? -1 : 1);
}

function sizeOf(path: string, text: string): Size {
  const lines = text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
  if (!path.endsWith(".ts")) return { path, lines, code: 0, functions: [] };
  const code = codeOf(text);
  return { path, lines, code: countLines(code), functions: functionsIn(code) };
}

/** What is over its budget, or has a budget that it does not need: a sentence for each. */
export function judge(sizes: readonly Size[], budgets: Budgets): string[] {
  const over = (what: string, found: number, unit: string, most: number) =>
    found <= most ? [] : [`${what} has ${found} ${unit}: at most ${most} are allowed`];
  const named = [...budgets.code, ...budgets.functions, ...budgets.longer];
  const longer = new Map(budgets.longer.map(({ path, most }) => [path, most]));
  return [
    ...named.filter(({ path }) => within(path, sizes).length === 0)
      .map(({ path }) => `${path} has a budget and does not exist: remove its row`),
    ...budgets.code.flatMap(({ path, most }) =>
      over(path, codeLines(within(path, sizes)), "lines of code", most)
    ),
    ...budgets.functions.flatMap(({ path, most }) =>
      within(path, sizes).flatMap((size) =>
        size.functions.flatMap(({ name, code }) =>
          over(`${name} in ${size.path}`, code, "lines of code", most)
        )
      )
    ),
    ...sizes.flatMap(({ path, lines }) =>
      over(path, lines, "lines", longer.get(path) ?? budgets.lines)
    ),
    ...sizes.filter(({ path, lines }) => longer.has(path) && lines <= budgets.lines)
      .map(({ path, lines }) => `${path} has only ${lines} lines: remove its row`),
  ];
}

function within(path: string, sizes: readonly Size[]): Size[] {
  return sizes.filter((size) => size.path === path || size.path.startsWith(`${path}/`));
}

function codeLines(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { code }) => sum + code, 0);
}

/** How much code each room has; with `all`, each file and each function with a budget too. */
export function report(sizes: readonly Size[], budgets: Budgets, all: boolean): string {
  const row = (name: string, code: number) => `${String(code).padStart(7)} ${name}`;
  const rooms = Map.groupBy(
    sizes,
    ({ path }) => /^(?:lib\/[^/]+(?=\/)|[^/]+)/.exec(path)?.[0] ?? "",
  );
  const rows = [...rooms].map(([room, files]) => row(room, codeLines(files)));
  if (all) {
    const files = sizes.filter(({ path }) => path.endsWith(".ts"));
    rows.push("");
    for (const { path, code } of files) rows.push(row(path, code));
    rows.push("");
    for (
      const { path, functions } of budgets.functions.flatMap(({ path }) => within(path, sizes))
    ) {
      for (const { name, code } of functions) rows.push(row(`${name} in ${path}`, code));
    }
  }
  return ["Lines of code, neither blank nor comment:", ...rows].join("\n");
}

function parse(args: string[]): { list: boolean } {
  try {
    const options = { list: { type: "boolean", default: false } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : error;
    throw new SetupError(`${message}\n\nUsage: deno task budget [--list]`);
  }
}

if (import.meta.main) {
  await main(async () => {
    const { list } = parse(Deno.args);
    const sizes = await measure(root, budgets.folders);
    console.log(report(sizes, budgets, list));
    const findings = judge(sizes, budgets);
    if (findings.length === 0) return 0;
    console.error(`\n${findings.join("\n")}`);
    console.error("\nMake it shorter, or change its row in tasks/budget.ts and say why there");
    return 1;
  });
}
