// The lines of README for Deno, Node and the browser, as they stand.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { root } from "../../tasks/_cli.ts";
import { open, writePage } from "./_browser.ts";
import { runQuietly } from "./_consumer.ts";
import { copyFolder, type Sources } from "./_folders.ts";

/** The code of README's section on the library, by its language. */
async function blocksOf(language: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(root, "README.md"));
  const section = text.split("\n## As a library\n")[1]?.split("\n## ")[0] ?? "";
  const found = section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"));
  return [...found].map(([, code = ""]) => code);
}

/** Runs the program of README by its lines, and what it says of files, in Deno and Node. */
export async function readme({ tarballs }: Sources, base: string): Promise<void> {
  const [[first = "", files = ""], [lines = ""]] = [await blocksOf("js"), await blocksOf("sh")];
  await copyFolder(tarballs, join(base, "minimodel/packed"));
  const folder = join(base, "own");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "first.js"), first);
  await Deno.writeTextFile(join(folder, "package.json"), '{ "type": "module" }\n');
  const sh = async (line: string) => (await runQuietly("sh", ["-c", line], folder)).trim();
  const [install = "", inDeno = "", inNode = "", forPage = "", ...more] = lines.trim().split("\n");
  assertEquals(more, []);
  await sh(install);
  const printed = await sh(inDeno);
  assert(/^[\d.]+$/.test(printed), printed);
  assertEquals(await sh(inNode), printed);
  await sh(forPage);
  // The page sends what the program prints.
  const print = "console.log = (x) => fetch('/found', { method: 'POST', body: x });\n";
  const page = join(folder, "page.js");
  await Deno.writeTextFile(page, print + await Deno.readTextFile(page));
  await writePage(folder, "page.js");
  assertEquals((await open<number>(folder)).found, Number(printed));

  const same = "console.log(same.E.data.every((x, n) => x === embedding.E.data[n]));";
  await Deno.writeTextFile(join(folder, "files.js"), `${first}${files}${same}\n`);
  for (const program of ["deno run --allow-read --allow-write=experiments", "node"]) {
    assertEquals(await sh(`${program} files.js`), `${printed}\ntrue`);
  }
}
