// The packages as others use them, from the packed files alone: `deno task test:consumers` prints a
// line for each consumer. Further arguments are parts of the names of those to run.

import { join } from "node:path";
import { main } from "../../tasks/_cli.ts";
import * as browser from "./_browser.ts";
import * as deno from "./_deno.ts";
import { packInto, type Sources } from "./_folders.ts";
import { onProgram } from "./_npm.ts";
import { readme } from "./_readme.ts";
import { installTools } from "./_tools.ts";

/** Uses the packages in a fresh folder; throws if something is not right. It may return a remark. */
type Consumer = (sources: Sources, folder: string) => Promise<string | void>;

const consumers: readonly (readonly [name: string, consumer: Consumer])[] = [
  ["Deno, import map, core alone", deno.coreByImportMap],
  ["Deno, import map", deno.byImportMap],
  ["Deno, links", deno.byLinks],
  ["Deno, workspace", deno.byWorkspace],
  ["Deno, node_modules", deno.byNodeModules],
  ["Deno notebook", deno.notebook],
  ["Node 20", onProgram("node20")],
  ["Node 22", onProgram("node22")],
  ["Node 24", onProgram("node24")],
  ["Bun", onProgram("bun")],
  ["esbuild page and worker", browser.esbuildPage],
  ["esbuild page, kernels beside it", browser.esbuildBeside],
  ["Vite page and worker", browser.vitePage],
  ["size of a bundle", browser.bundleSize],
  ["page that forbids WebAssembly", browser.withoutWebAssembly],
  ["32 instances in a page", browser.manyInstances],
  ["README's lines", readme],
];

await main(async () => {
  const wanted = consumers.filter(([name]) =>
    Deno.args.length === 0 || Deno.args.some((part) => name.includes(part))
  );
  const base = await Deno.makeTempDir({ prefix: "minimodel-consumers-" });
  let failed = 0;
  try {
    await installTools();
    const sources = await packInto(join(base, "packed"));
    for (const [n, [name, consumer]] of wanted.entries()) {
      const start = performance.now();
      const folder = join(base, String(n));
      await Deno.mkdir(folder);
      try {
        const remark = await consumer(sources, folder) ?? "";
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        console.log(`ok      ${name.padEnd(32)} ${seconds.padStart(5)} s  ${remark}`.trimEnd());
      } catch (error) {
        failed++;
        console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await Deno.remove(base, { recursive: true });
  }
  console.log(`\n${wanted.length} consumers, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
