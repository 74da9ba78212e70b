// Consumers of the npm tarball that have files: Node and Bun.

import { join } from "node:path";
import { importTime, judgeLastLine } from "./_consumer.ts";
import { copyFolder, copyProgram, type Sources, writeJson } from "./_folders.ts";
import { pathOf, runTool, type Tool } from "./_tools.ts";

/** A consumer that runs as modules on one program. */
export function onProgram(tool: Tool): (sources: Sources, folder: string) => Promise<string> {
  return async (sources, folder) => {
    await copyFolder(sources.npm, folder);
    await copyProgram(join(folder, "source"), ["work.ts", "files.ts"]);
    await checkTypes(join(folder, "source"), ["files.ts"], "nodenext");
    await runTool("esbuild", [
      ...["source/files.ts", "--bundle", "--packages=external", "--format=esm"],
      ...["--outfile=files.js", "--log-level=warning"],
    ], folder);
    judgeLastLine(await runTool(tool, ["files.js"], folder));
    return await importTime(pathOf(tool), [], folder);
  };
}

/** Checks types as strictly as TypeScript can, with nothing but the package to know them from. */
export async function checkTypes(
  folder: string,
  files: readonly string[],
  resolution: "nodenext" | "bundler",
): Promise<void> {
  await writeJson(join(folder, "tsconfig.json"), {
    compilerOptions: {
      ...{ strict: true, noEmit: true, skipLibCheck: false, allowImportingTsExtensions: true },
      ...{ target: "es2024", lib: ["es2024", "dom"], types: [], moduleResolution: resolution },
      module: resolution === "bundler" ? "esnext" : "nodenext",
    },
    files,
  });
  await runTool("tsc", ["-p", folder], folder);
}
