// A small project whose library is changed, for tests of `deno task test:mutants`.

import { dirname, join } from "node:path";
import { inFolder } from "./_checkpoint_files.ts";

const config = JSON.stringify({ test: { permissions: { run: ["deno"] } }, tasks: {} });
/** Its files: a function whose every change is noticed, one that no test runs, and a loop. */
export const files: Readonly<Record<string, string>> = {
  "deno.json": config,
  ".hidden/kept.ts": "",
  "lib/room/small.ts": `
export function isSmall(x: number): boolean {
  return x < 10;
}
export function unseen(x: number): number {
  return x + x;
}
export function count(to: number): number {
  let n = 0;
  while (n < to) n += 1;
  return n;
}
`,
  "tests/small_test.ts": `
import { count, isSmall } from "../lib/room/small.ts";
Deno.test("nine is small, ten is not", () => {
  if (!isSmall(9) || isSmall(10)) throw new Error("wrong");
});
Deno.test("it counts", () => {
  if (count(3) !== 3 || count(0) !== 0) throw new Error("wrong");
});
`,
};

/** Runs a body on a small project in a folder of its own, with some files changed. */
export async function inProject(
  body: (folder: string) => Promise<void>,
  changed: Readonly<Record<string, string>> = {},
): Promise<void> {
  await inFolder(async (folder) => {
    for (const [path, text] of Object.entries({ ...files, ...changed })) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    await body(folder);
  });
}
