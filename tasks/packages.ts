// What holds of the packages: `deno task packages`. Both are packed for npm and published to nowhere,
// with exactly the files that belong, and their documentation is built.

import { join } from "node:path";
import { main, root } from "./_cli.ts";
import { judgePacked, judgePublished, sourcesAmong } from "./_package_files.ts";
import { denoProgram } from "./deno_program.ts";
import { filesBelow, packages, packAll, publishedFiles, run } from "./pack.ts";

await main(async () => {
  const folder = await Deno.makeTempDir({ prefix: "minimodel-packages-" });
  const findings: string[] = [];
  try {
    const published = await publishedFiles();
    const packed = await packAll(folder);
    for (const [n, { name, folder }] of packages.entries()) {
      const sources = sourcesAmong(await filesBelow(join(root, folder), ""));
      const { files = [], version = "", path = "" } = packed[n] ?? {};
      for (const each of judgePublished(published.get(name) ?? [], sources)) {
        findings.push(`@minimodel/${name} on JSR: ${each}`);
      }
      for (const each of judgePacked(name, files, sources)) {
        findings.push(`@minimodel/${name} on npm: ${each}`);
      }
      if (version !== packed[0]?.version) findings.push("The packages differ in their versions");
      const { size } = await Deno.stat(path);
      console.log(`@minimodel/${name} ${version}: ${files.length} files, ${size} bytes`);
    }
    const entries = ["lib/mod.ts", "lib/check/mod.ts", "lib/io/checkpoint.ts", "lib/lab/mod.ts"];
    const output = `--output=${join(folder, "documentation")}`;
    await run(denoProgram(), ["doc", "--html", output, ...entries], root);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  for (const each of findings) console.error(each);
  return findings.length === 0 ? 0 : 1;
});
