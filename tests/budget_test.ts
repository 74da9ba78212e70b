// What `deno task budget` counts, and that it refuses what is too long.

import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { type Budgets, budgets, judge, measure, report } from "../tasks/budget.ts";
import { codeOf, countLines, functionsIn } from "../tasks/_source.ts";

/** How many lines of a text are code. */
function linesOfCode(...lines: string[]): number {
  return countLines(codeOf(lines.join("\n")));
}

/** A function with this many lines of code, comments and blank lines between them. */
function functionOf(name: string, code: number): string {
  const body = Array.from({ length: code - 2 }, (_, i) => `  // ${i}\n\n  f(${i});\n`).join("");
  return `export function ${name}(): void {\n${body}}\n`;
}

const small: Budgets = {
  folders: ["lib", "tests"],
  code: [{ path: "lib/room", most: 20, why: "small" }],
  functions: [{ path: "lib/room/ops", most: 5, why: "short" }],
  lines: 40,
  longer: [],
};

/** What is found in a project that has only these files. */
async function findings(
  files: Record<string, string>,
  some: Partial<Budgets> = {},
): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const all = { "tests/a_test.ts": "", "lib/room/ops/a.ts": "", ...files };
    for (const [path, text] of Object.entries(all)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    return judge(await measure(folder, small.folders), { ...small, ...some });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("lines of code are neither blank nor comment", () => {
  assertEquals(linesOfCode("const a = 1;", "", "   ", "const b = 2; // why"), 2);
  assertEquals(linesOfCode("// one", "/** two */", "/*", " * three", "", " */", "f();"), 1);
  assertEquals(linesOfCode("/* before */ f(/* in */ 1);", "f( // open", ");"), 3);
  assertEquals(linesOfCode(), 0);
});

Deno.test("comment marks in texts are code", () => {
  assertEquals(linesOfCode('const a = "http://x";', "const b = 'y /* z';", "c();"), 3);
  assertEquals(linesOfCode(String.raw`const a = "\" // \\"; // "`, "b();"), 2);
  assertEquals(linesOfCode("const a = `", "// in the text", "", "/* too", "`;", "b();"), 5);
  assertEquals(linesOfCode("const a = `${b(`/*${c}`)} /* ${{ d: `}` }.d}`;", "e();"), 2);
  assertEquals(linesOfCode("const a = `${b({ c }, `/*`)}`;", "d();", 'e("*/");'), 3);
  assertEquals(linesOfCode("const a = `\\${ \\` $ /* `;", "b();"), 2);
});

Deno.test("patterns are told from divisions", () => {
  assertEquals(linesOfCode(String.raw`const a = /^https?:\/\//;`, "b();"), 2);
  assertEquals(linesOfCode('const a = /[/*"]/.test(b);', "c();", "// d"), 2);
  assertEquals(linesOfCode("return /`/;", "b();", "// c"), 2);
  assertEquals(linesOfCode("const a = b / c; /* d", "e */", "f();"), 2);
  assertEquals(linesOfCode("const a = b[0] / (c) / 2;", "// `", "d();"), 2);
});

Deno.test("a function is counted from its export to its closing brace, without comments", () => {
  const functions = functionsIn(codeOf(`const before = 1;
export function one(): void {}
export function two(
  a: { b: number },
): { c: number } {
  // why
  const text = "}";

  return { c: a.b };
}
export const three = (x: number) => x;
export const four = (x: number): number =>
  x;
export async function* five(): AsyncGenerator<number> {
  yield \`
}\`.length;
}
export function six():
  | { a: number }
  | null {
  return null;
}
export function seven(a: number): void;
export function seven(a: unknown): void {
  f(a);
}
function hidden(): void {
}
export const table = { a: 1 };
`));
  assertEquals(functions.map(({ name, code }) => `${name} ${code}`), [
    ...["one 1", "two 6", "three 1", "four 2", "five 4", "six 5", "seven 1", "seven 3"],
  ]);
});

Deno.test("a project within its budgets is taken, to the last line", async () => {
  assertEquals(
    await findings({
      "lib/room/ops/a.ts": functionOf("f", 5) + functionOf("g", 5),
      "lib/room/b.ts": "a();\n".repeat(10),
      "lib/other.ts": "a();\n".repeat(40),
      "tests/a_test.ts": functionOf("f", 9),
    }),
    [],
  );
});

Deno.test("a folder with a line of code too many is refused, whatever files it is in", async () => {
  assertEquals(
    await findings({
      "lib/room/ops/a.ts": functionOf("f", 5) + functionOf("g", 5),
      "lib/room/b.ts": "a();\n".repeat(10) + "\n// b\n",
      "lib/room/deep/c.ts": "a();\n",
      "lib/roomy.ts": "a();\n",
    }),
    ["lib/room has 21 lines of code: at most 20 are allowed"],
  );
});

Deno.test("a file with a budget of its own is refused by its own number", async () => {
  const code = [{ path: "lib/heart.ts", most: 3, why: "the heart" }];
  assertEquals(await findings({ "lib/heart.ts": "a();\n".repeat(4) }, { code }), [
    "lib/heart.ts has 4 lines of code: at most 3 are allowed",
  ]);
});

Deno.test("an op with a line too many is refused by its name", async () => {
  assertEquals(
    await findings({ "lib/room/ops/a.ts": functionOf("short", 5) + functionOf("long", 6) }),
    ["long in lib/room/ops/a.ts has 6 lines of code: at most 5 are allowed"],
  );
});

Deno.test("a file with a line too many is refused, be it comment, blank or Python", async () => {
  assertEquals(
    await findings({
      "lib/a.ts": "// a\n".repeat(41),
      "tests/deep/b.py": "\n".repeat(42),
      "tests/c.json": "\n".repeat(99),
      "tests/.venv/d.ts": "\n".repeat(99),
    }),
    [
      "lib/a.ts has 41 lines: at most 40 are allowed",
      "tests/deep/b.py has 42 lines: at most 40 are allowed",
    ],
  );
});

Deno.test("a file may have more lines by a row of its own, and not more than that", async () => {
  const longer = [{ path: "lib/a.ts", most: 50, why: "a list" }];
  assertEquals(await findings({ "lib/a.ts": "\n".repeat(50) }, { longer }), []);
  assertEquals(await findings({ "lib/a.ts": "\n".repeat(51) }, { longer }), [
    "lib/a.ts has 51 lines: at most 50 are allowed",
  ]);
});

Deno.test("a row that nothing needs any more is refused", async () => {
  const longer = [{ path: "lib/a.ts", most: 50, why: "a list" }];
  assertEquals(await findings({ "lib/a.ts": "\n".repeat(40) }, { longer }), [
    "lib/a.ts has only 40 lines: remove its row",
  ]);
  assertEquals(await findings({}, { longer }), [
    "lib/a.ts has a budget and does not exist: remove its row",
  ]);
});

Deno.test("every row of the project's budgets says why", () => {
  for (const { path, why } of [...budgets.code, ...budgets.functions, ...budgets.longer]) {
    assertEquals([path, why.length >= 20], [path, true]);
  }
});

Deno.test("the report has the code of each room, of each file, and of each op", () => {
  const size = (path: string, code: number, names: string[] = []) => ({
    ...{ path, lines: 2 * code, code },
    functions: names.map((name) => ({ name, code: 3 })),
  });
  const sizes = [
    ...[size("lib/mod.ts", 1), size("lib/room/b.ts", 4), size("lib/room/ops/a.ts", 9, ["f"])],
    ...[size("tests/a_test.ts", 16, ["g"]), size("tests/b.py", 0)],
  ];
  const rooms = `Lines of code, neither blank nor comment:
      1 lib
     13 lib/room
     16 tests`;
  assertEquals(report(sizes, small, false), rooms);
  assertEquals(
    report(sizes, small, true),
    `${rooms}

      1 lib/mod.ts
      4 lib/room/b.ts
      9 lib/room/ops/a.ts
     16 tests/a_test.ts

      3 f in lib/room/ops/a.ts`,
  );
});
