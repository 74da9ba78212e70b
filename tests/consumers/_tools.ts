// The programs of others that consumers run on, from npm, once for all runs in .consumers/.

import { join } from "node:path";
import { root } from "../../tasks/_cli.ts";
import { run } from "../../tasks/pack.ts";
import { runQuietly } from "./_consumer.ts";

const cpu = Deno.build.arch === "aarch64" ? "arm64" : "x64";
const system = Deno.build.os === "darwin" ? "darwin" : "linux";

/** The packages; none of their scripts is run. */
const dependencies = {
  node20: `npm:node-${system}-${cpu}@20.20.2`,
  node22: `npm:node-${system}-${cpu}@22.23.3`,
  node24: `npm:node-${system}-${cpu}@24.21.0`,
  bun: `npm:@oven/bun-${system}-${cpu === "arm64" ? "aarch64" : cpu}@1.4.5`,
  esbuild: "0.28.2",
  typescript: "7.0.2",
  vite: "8.3.8",
} as const;

/** A program among them. */
export type Tool = "node20" | "node22" | "node24" | "bun" | "esbuild" | "tsc" | "vite";

const folder = join(root, ".consumers");
const manifest = `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`;

/** Installs the programs if they are not there. */
export async function installTools(): Promise<void> {
  const [path, done] = [join(folder, "package.json"), join(folder, "installed.json")];
  if (await textAt(done) === manifest) return;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder);
  await Deno.writeTextFile(path, manifest);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  await Deno.writeTextFile(done, manifest);
}

async function textAt(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch(() => undefined);
}

/** Runs a program in a folder; returns what it printed. */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const isScript = tool === "esbuild" || tool === "tsc" || tool === "vite";
  return isScript
    ? await runQuietly(pathOf("node24"), [pathOf(tool), ...args], folder)
    : await runQuietly(pathOf(tool), args, folder);
}

/** The path of a program. */
export function pathOf(tool: Tool): string {
  const modules = join(folder, "node_modules");
  return tool.startsWith("node") || tool === "bun"
    ? join(modules, tool, "bin", tool === "bun" ? "bun" : "node")
    : join(modules, ".bin", tool);
}
