// What `deno task examples` takes for an example, on modules of its own.

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { SetupError } from "../tasks/_cli.ts";
import { checkExamples } from "../tasks/examples.ts";

/** A doc comment with an example of these lines; `fence` is what opens it. */
function documented(lines: readonly string[], fence = "ts"): string {
  const block = [`\`\`\`${fence}`, ...lines, "```"].map((line) => ` * ${line}`).join("\n");
  return `/**\n * What it does.\n *\n * @example\n${block}\n */\n`;
}

const good = documented(['import { assert } from "@std/assert";', "assert(true);"]);

/** Checks a module of this text, which may import from `./other.ts`, and names what is missing. */
async function missingIn(text: string, other = ""): Promise<{ checked: number; names: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "mod.ts"), text);
    await Deno.writeTextFile(join(folder, "other.ts"), other);
    const { checked, missing } = await checkExamples([join(folder, "mod.ts")]);
    return { checked, names: missing.map((line) => line.replace(/^.*\/(\w+\.ts:\d+: )/, "$1")) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a function, a class and a variable with an example that asserts are taken", async () => {
  const text = `${good}export function f(): void {}
${good}export class C {}
${good}export const v = 1;
`;
  assertEquals(await missingIn(text), { checked: 3, names: [] });
});

Deno.test("those without a comment, or with one that has no example, are named with their line", async () => {
  const text = `export function f(): void {}
/** What it is. */
export class C {}
/** What it is. */
export const v = 1;
`;
  assertEquals(await missingIn(text), {
    checked: 3,
    names: ["mod.ts:1: function f", "mod.ts:3: class C", "mod.ts:5: variable v"],
  });
});

Deno.test("an example must assert, in TypeScript that runs", async () => {
  const cases = {
    noAssert: documented(["console.log(1);"]),
    onlyImported: documented(['import { assert } from "@std/assert";']),
    ignored: documented(["assert(true);"], "ts ignore"),
    anotherLanguage: documented(["assert(true);"], "js"),
    noBlock: "/**\n * @example assert(true);\n */\n",
    outsideOfExample: "/**\n * ```ts\n * assert(true);\n * ```\n */\n",
    ofAnotherTag: "/**\n * @see\n * ```ts\n * assert(true);\n * ```\n */\n",
  };
  const text = Object.entries(cases).map(([name, doc]) => `${doc}export const ${name} = 1;\n`);
  const { checked, names } = await missingIn(text.join(""));
  assertEquals(checked, Object.keys(cases).length);
  assertEquals(names.map((line) => line.split(" ").at(-1)), Object.keys(cases));
});

Deno.test("an example may call any assertion, with a type argument too", async () => {
  const text = [
    documented(["await assertRejects(() => f());"]),
    documented(["assertEquals<number[]>([1], [1]);"]),
  ].map((doc, index) => `${doc}export const v${index} = 1;\n`).join("");
  assertEquals(await missingIn(text), { checked: 2, names: [] });
});

Deno.test("one overload's example is enough", async () => {
  const text = `/** One. */
export function f(x: number): void;
${good}export function f(x: string): void;
export function f(_x: unknown): void {}
`;
  assertEquals(await missingIn(text), { checked: 1, names: [] });
});

Deno.test("types need no example", async () => {
  const text =
    "export interface I {}\nexport type T = I;\ninterface Hidden {}\nconst hidden = 1;\n";
  assertEquals(await missingIn(text), { checked: 0, names: [] });
});

Deno.test("what a module passes on from another one is checked, where it stands there", async () => {
  const other = "/** What it does. */\nexport function f(): void {}\n";
  const found = { checked: 1, names: ["other.ts:2: function f"] };
  assertEquals(await missingIn('export { f } from "./other.ts";\n', other), found);
  assertEquals(await missingIn('export * from "./other.ts";\n', other), found);
});

Deno.test("what is @internal is left out, unless the module exports it by name", async () => {
  const internal = "/**\n * What it does.\n *\n * @internal\n */\nexport function f(): void {}\n";
  assertEquals(await missingIn('export * from "./other.ts";\n', internal), {
    checked: 0,
    names: [],
  });
  const named = { checked: 1, names: ["other.ts:6: function f"] };
  assertEquals(await missingIn('export { f } from "./other.ts";\n', internal), named);
  assertEquals((await missingIn(internal)).names, ["mod.ts:6: function f"]);
});

Deno.test("a module that is not there is said to be missing", async () => {
  const gone = "/nowhere/mod.ts";
  await assertRejects(() => checkExamples([gone]), SetupError, "Cannot read the documentation");
});
