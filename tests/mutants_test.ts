// What `deno task test:mutants` changes, and how it judges what the tests say.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { SetupError } from "../tasks/_cli.ts";
import { testsFor, testsOfLine } from "../tasks/_mutant_plan.ts";
import { applyMutation, findMutations } from "../tasks/_mutations.ts";
import { allMutants, type Asked, draw, parse, run } from "../tasks/mutants.ts";
import { files, inProject } from "./_mutant_project.ts";

/** What a text becomes by each change of a kind. */
function changes(kind: string, text: string): string[] {
  return findMutations(text).filter((each) => each.kind === kind)
    .map((each) => applyMutation(text, each));
}

const made: readonly [kind: string, was: string, became: readonly string[]][] = [
  ["comparison", "f(a < b);", ["f(a <= b);"]],
  ["comparison", "f(a >= b, c === d);", ["f(a > b, c === d);", "f(a >= b, c !== d);"]],
  ["loop-short", "for (; a < b.length; a++);", ["for (; a < b.length - 1; a++);"]],
  ["negate", "if (a === b) c();", ["if (!(a === b)) c();"]],
  ["negate", "while (a) b();", ["while (!(a)) b();"]],
  ["negate", "const x = a ? b : c;", ["const x = !(a) ? b : c;"]],
  ["arithmetic", "f(a + b * c);", ["f(a - b * c);", "f(a + b / c);"]],
  ["arithmetic", "a += 1; b %= 2;", ["a -= 1; b %= 2;", "a += 1; b *= 2;"]],
  ["drop-sign", "f(-a, !b);", ["f((a), !b);", "f(-a, (b));"]],
  ["off-by-one", "f(0, 2n);", ["f(1, 2n);", "f(0, 3n);"]],
  ["constant", "f(true); while (true) g();", ["f(false); while (true) g();"]],
  ["drop-default", "f(a ?? 0, b[0] ?? 0);", ["f((a), b[0] ?? 0);"]],
  ["off-by-one", "const [a = 0] = b[0] ?? 0;", ["const [a = 0] = b[1] ?? 0;"]],
  ["off-by-one", "const { a = 0 } = b ?? 0;", [
    "const { a = 1 } = b ?? 0;",
    "const { a = 0 } = b ?? 1;",
  ]],
  ["drop-optional", "f(a?.b);", ["f(a.b);"]],
  ["drop-clause", "f(a && b);", ["f((a));", "f((b));"]],
  ["logic", "f(a || b);", ["f(a && b);"]],
  ["drop-branch", "f(a ? b : c);", ["f((b));", "f((c));"]],
  ["drop-case", "switch (a) { case 1: b(); default: c(); }", ["switch (a) {  default: c(); }"]],
  ["remove-if", "if (a) { b(); }", [";"]],
  ["remove-if", "if (a) b(); else c();", ["c();"]],
  ["remove-statement", "a();\nb = c;", [";\nb = c;", "a();\n;"]],
  ["remove-statement", "for (;;) { continue; }", ["for (;;) { ; }"]],
  ["return-early", "function f() { a(); b(); }", ["function f() { return; a(); b(); }"]],
  ["return-early", "function f() { a(); return b; }", []],
  ["drop-await", "await f();", ["f();"]],
  ["other-method", "f(Math.min(a, b));", ["f(Math.max(a, b));"]],
  ["other-method", "f(a.every(b));", ["f(a.some(b));"]],
  ["swap-arguments", "f(a, b, c);", ["f(b, a, c);", "f(a, c, b);"]],
  ["swap-arguments", 'f(a, "b", ...c); Math.max(a, b); sameShape(a, b); near(a, b);', []],
  ["drop-copy", "f(a.slice());", ["f(a);"]],
  ["drop-copy", "f([...a], { ...b });", ["f(a, { ...b });", "f([...a], b);"]],
  ["drop-copy", "f(Object.freeze(a));", ["f(a);"]],
  ["drop-copy", "f(a.slice(1), [...a, b]);", []],
  ["error-class", "throw new TypeError(a);", ["throw new RangeError(a);"]],
  ["error-class", "throw new IndexError(a);", ["throw new RangeError(a);"]],
  ["message", 'throw new TypeError("Cannot add it");', ['throw new TypeError("Cannot ADD it");']],
  ["message", "throw new TypeError(`To ${a} add it twice`);", [
    "throw new TypeError(`To ${a} add it TWICE`);",
  ]],
  ["text", 'f("a", "");', ['f("", "");', 'f("a", "x");']],
  ["pattern", "f(/^a$/u);", ["f(/a$/u);"]],
];

for (const [kind, was, became] of made) {
  Deno.test(`${kind} of ${was} makes ${became.length} changes`, () => {
    assertEquals(changes(kind, was), became);
  });
}

Deno.test("comments, types, imports and names of properties are left alone", () => {
  const text = `// a < 1
import { a } from "b";
export { c } from "d";
/** "e" */
interface F { readonly g: 1 | "h"; i(j: 2): 3 }
type K = L extends 1 ? "m" : "n";
declare function o(p: 4): void;
function q(r: "s" | 5): r is 5;
const t: Record<"u", 6> = { "v": w, 7: x } as const satisfies Y<"z", 8>;
`;
  const found = findMutations(text).map((each) => text.slice(each.start, each.end));
  assertEquals(found, []);
});

const asked: Asked = { seed: 1, count: 100, minutes: 5, least: 0, only: /^/ };

/** What a run prints, in the order of the text, and its exit code. */
async function report(folder: string, some: Partial<Asked>): Promise<[code: number, string[]]> {
  const lines: string[] = [];
  const project = { folder, steps: [], print: (line: string) => lines.push(line) };
  return [await run(project, { ...asked, ...some }), lines];
}

Deno.test("a change is noticed by the test that fails, or survives with what was changed", () =>
  inProject(async (folder) => {
    const [code, lines] = await report(folder, {});
    assertEquals(code, 0);
    const [first, ...others] = lines;
    const last = others.pop();
    assertEquals(first, `${others.length} of ${others.length} changes, drawn with seed 1`);
    assertEquals(others.sort(), [
      'SURVIVED: lib/room/small.ts:6 arithmetic\n    was:    "+"\n    became: "-"',
      "noticed by tests/small_test.ts, which hung: lib/room/small.ts:10 arithmetic",
      "noticed by tests/small_test.ts, which hung: lib/room/small.ts:10 remove-statement",
      "noticed by tests/small_test.ts: lib/room/small.ts:10 comparison",
      "noticed by tests/small_test.ts: lib/room/small.ts:10 negate",
      "noticed by tests/small_test.ts: lib/room/small.ts:10 off-by-one",
      "noticed by tests/small_test.ts: lib/room/small.ts:3 comparison",
      "noticed by tests/small_test.ts: lib/room/small.ts:3 off-by-one",
      "noticed by tests/small_test.ts: lib/room/small.ts:9 off-by-one",
    ]);
    assertEquals(last, "Noticed 8 of 9 changes (88.9 %), seed 1");
    // Nothing was changed here.
    assertEquals(
      await Deno.readTextFile(join(folder, "lib/room/small.ts")),
      files["lib/room/small.ts"],
    );
  }));

Deno.test("a run fails where fewer changes are noticed than must be", () =>
  inProject(async (folder) => {
    const only = { only: /./, count: 3 };
    const [[code, lines], [strict, others]] = [
      await report(folder, { ...only, least: 50 }),
      await report(folder, { ...only, least: 100, minutes: 0 }),
    ];
    assertEquals([code, lines.length], [0, 5]);
    assertEquals(strict, 1);
    assertEquals(others, [
      "3 of 9 changes, drawn with seed 1",
      "Time is up: 3 were not tried",
      "Noticed 0 of 0 changes (0.0 %), seed 1",
      "At least 100 % must be noticed: make the tests stricter",
    ]);
  }));

Deno.test("a change that only the compiler refuses is noticed by it", () =>
  inProject(async (folder) => {
    const lines: string[] = [];
    const steps = [{ name: "deno check", args: ["check", "--quiet", "lib"] }];
    const code = await run({ folder, steps, print: (line) => lines.push(line) }, asked);
    assertEquals([code, lines.length], [0, 3]);
    assertEquals(lines[1], "noticed by deno check: lib/room/small.ts:2 text");
  }, {
    "lib/room/small.ts": `export type Word = "word" | "other";
export const word: Word = "word";
`,
    "tests/small_test.ts": `import "../lib/room/small.ts";
Deno.test("nothing", () => {});
`,
  }));

Deno.test("tests that fail without any change are not asked", () =>
  inProject(async (folder) => {
    await assertRejects(
      () => report(folder, {}),
      SetupError,
      "Cannot ask tests that fail without any change: tests/small_test.ts",
    );
  }, { "lib/room/small.ts": "export const isSmall = () => false, count = () => 3;\n" }));

Deno.test("the same seed draws the same changes, wherever they stand, another seed others", () =>
  inProject(async (folder) => {
    const before = await allMutants(folder, /^/);
    const path = join(folder, "lib/room/small.ts");
    await Deno.writeTextFile(path, `// A line more.\n${files["lib/room/small.ts"]}`);
    const after = await allMutants(folder, /^/);
    const drawn = (mutants: typeof before, seed: number) =>
      draw(mutants, 4, seed).map(({ kind, was, became }) => [kind, was, became]);
    assertEquals(after.map(({ line }) => line), before.map(({ line }) => line + 1));
    assertEquals(drawn(after, 1), drawn(before, 1));
    assertEquals(drawn(before, 1).length, 4);
    const all = [1, 2, 3, 4].map((seed) => JSON.stringify(drawn(before, seed)));
    assertEquals(new Set(all).size, 4);
    assertEquals(await allMutants(folder, /other/), []);
  }));

Deno.test("each room of the library has tests to ask", async () => {
  const names = (await Array.fromAsync(Deno.readDir("tests"), ({ name }) => name))
    .filter((name) => name.endsWith("_test.ts"));
  const tests = names.map((name) => ({ path: `tests/${name}`, time: 0 }));
  const about = (source: string) => testsFor(source, tests).map(({ path }) => path);
  for await (const { name, isDirectory } of Deno.readDir("lib")) {
    if (isDirectory) assert(about(`lib/${name}/any.ts`).length > 3, name);
  }
  assert(about("lib/kernels/plain.ts").includes("tests/simd_test.ts"));
  assert(!about("lib/nn/sgd.ts").includes("tests/simd_test.ts"));
  assert(about("lib/new/room.ts").includes("tests/tensor_test.ts"));
  const lesson = about("lib/lab/lessons/any.ts");
  assert(
    lesson.includes("tests/tape_lesson_test.ts") && !lesson.includes("tests/lab_plot_test.ts"),
  );
  assert(!about("lib/check/ids.ts").includes("tests/tasks_test.ts"));
});

Deno.test("tests that run a line are asked about it, the fastest first", () => {
  const source = "lib/nn/sgd.ts";
  const test = (name: string, time: number, ...notRun: [source: string, lines: number[]][]) => ({
    ...{ path: `tests/${name}_test.ts`, time },
    notRun: new Map(notRun.map(([path, lines]) => [path, new Set(lines)])),
  });
  const tests = [
    test("slow", 9, [source, []]),
    test("fast", 1, [source, [2]]),
    test("other", 1, ["lib/nn/adam.ts", []]),
    test("budget", 1, [source, []]),
  ];
  const about = (line: number) => testsOfLine(source, line, tests).map(({ path }) => path);
  assertEquals(about(1), ["tests/fast_test.ts", "tests/slow_test.ts"]);
  assertEquals(about(2), ["tests/slow_test.ts"]);
});

Deno.test("parse takes a seed, sizes and a pattern of paths, and refuses anything else", () => {
  assertEquals(parse(["--seed", "7", "--only", "lib/nn"]), {
    ...{ seed: 7, count: 150, minutes: 10, least: 92, only: /lib\/nn/ },
  });
  for (const args of [["--seed", "x"], ["--count="], ["--minutes=-1"], ["--sede", "1"], ["a"]]) {
    const error = assertThrows(() => parse(args), SetupError);
    assertStringIncludes(error.message, "Usage: deno task test:mutants");
  }
});
