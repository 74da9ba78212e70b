// Fails if something public has no example that runs: `deno task examples`. Types need none.
// Whether the examples hold is tested by `deno test --doc`.

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { main, root, SetupError } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";

/** The modules that people import. */
const entries = [
  "lib/mod.ts",
  "lib/check/mod.ts",
  "lib/io/checkpoint.ts",
  "lib/lab/mod.ts",
  "lib/vectors/files.ts",
];

/** What `deno doc --json` prints, as far as it is read here. */
interface Documentation {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
}

interface Declaration {
  kind: string;
  location: { filename: string; line: number };
  jsDoc?: { tags?: { kind: string; doc?: string }[] };
}

/** Public values without an example, and how many values were looked at. */
export interface ExampleReport {
  /** The functions, classes and variables that the modules export. */
  readonly checked: number;
  /** A line for each that has no example that runs and asserts. */
  readonly missing: readonly string[];
}

const valueKinds = ["function", "class", "variable", "enum"];

/** Looks at everything but types that some modules, by their paths, export. */
export async function checkExamples(modules: readonly string[]): Promise<ExampleReport> {
  const { nodes } = await documentation(modules);
  let checked = 0;
  const missing: string[] = [];
  for (const [address, { symbols }] of Object.entries(nodes)) {
    const source = await Deno.readTextFile(new URL(address));
    for (const { name, declarations } of symbols) {
      const values = declarations.filter(({ kind }) => valueKinds.includes(kind));
      const [first] = values;
      if (first === undefined) continue;
      if (values.some(isInternal) && !isExportedByName(name, source)) continue;
      checked++;
      if (values.some(hasExample)) continue;
      const { kind, location } = first;
      const path = relative(root, fileURLToPath(location.filename));
      missing.push(`${path}:${location.line + 1}: ${kind} ${name}`);
    }
  }
  return { checked, missing };
}

/**
 * Whether a declaration, perhaps one of several overloads, has an example that runs and asserts.
 */
function hasExample({ jsDoc }: Declaration): boolean {
  return (jsDoc?.tags ?? []).some(({ kind, doc = "" }) => {
    // A block of another kind, such as "ts ignore", does not run.
    const blocks = kind === "example" ? doc.matchAll(/^```ts\n([^]*?)^```/gm) : [];
    return [...blocks].some(([, code = ""]) => /\bassert\w*(?:<[^(]*>)?\(/.test(code));
  });
}

function isInternal({ jsDoc }: Declaration): boolean {
  return jsDoc?.tags?.some(({ kind }) => kind === "internal") ?? false;
}

/** Whether a module's source has the name in an export of its own, not only by an `export *`. */
function isExportedByName(name: string, source: string): boolean {
  const word = `(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`;
  return new RegExp(`export (?:\\{[^}]*|(?:async )?(?:function\\*?|class|const|let) )${word}`).test(
    source,
  );
}

async function documentation(modules: readonly string[]): Promise<Documentation> {
  const command = new Deno.Command(denoProgram(), {
    args: ["doc", "--json", ...modules],
    cwd: root,
  });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (!success) throw new SetupError(`Cannot read the documentation: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

if (import.meta.main) {
  await main(async () => {
    const { checked, missing } = await checkExamples(entries);
    for (const line of missing) console.error(`${line} has no @example that asserts`);
    console.log(`Checked ${checked} public values: ${checked - missing.length} have an example`);
    return missing.length === 0 ? 0 : 1;
  });
}
