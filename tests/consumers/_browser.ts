// Consumers in a page of a headless Chromium, each from a bundle.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { findChromium } from "../browser/_chromium.ts";
import { judge } from "./_consumer.ts";
import { copyFolder, copyProgram, type Sources } from "./_folders.ts";
import { checkTypes } from "./_npm.ts";
import type { Report } from "./program/work.ts";
import { runTool } from "./_tools.ts";

/** What page.ts finds. */
interface Found {
  readonly page: Report;
  readonly worker: Report;
  readonly refusal: string;
}

/** What a script in the page posts, and where to. */
const watch = `const post = (path, text) => fetch(path, { method: "POST", body: text });
const { warn } = console;
console.warn = (...parts) => {
  post("/warned", parts.join(" "));
  warn(...parts);
};
addEventListener("error", ({ message }) => post("/failed", message));
addEventListener("unhandledrejection", ({ reason }) => post("/failed", String(reason)));
`;

/** Opens a folder's index.html; returns what its script posts to /found, and what it warned of. */
export async function open<Result>(
  folder: string,
  headers: Record<string, string> = {},
): Promise<{ found: Result; warnings: string[] }> {
  const posted = Promise.withResolvers<Result>();
  const warnings: string[] = [];
  const serve = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (request.method === "POST") {
      const text = await request.text();
      if (pathname === "/found") posted.resolve(JSON.parse(text));
      else if (pathname === "/warned") warnings.push(text);
      else posted.reject(new Error([text, ...warnings].join("\n")));
      return new Response();
    }
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    const bytes = name === "watch.js"
      ? new TextEncoder().encode(watch)
      : await Deno.readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) return new Response(null, { status: 404 });
    const type = types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    // The first script of each page, in front of those that a bundler has written.
    const page = name === "index.html"
      ? new TextDecoder().decode(bytes).replace("<title>", '<script src="/watch.js"></script>$&')
      : bytes;
    return new Response(page, { headers: { "content-type": type, ...headers } });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, serve);
  const profile = await Deno.makeTempDir({ prefix: "minimodel-chromium-" });
  const browser = new Deno.Command(await findChromium(), {
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...[`--user-data-dir=${profile}`, `http://127.0.0.1:${server.addr.port}/`],
    ],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  const late = setTimeout(() => posted.reject(new Error("The page has found nothing")), 60_000);
  try {
    return { found: await posted.promise, warnings };
  } finally {
    clearTimeout(late);
    browser.kill();
    await browser.status;
    await server.shutdown();
    // Its helpers may still be ending.
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  }
}

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript" };

function judgePage({ page, worker, refusal }: Found): void {
  judge(page);
  judge(worker);
  assert(refusal.includes("Cannot save runs/first: there are no files here"), refusal);
}

export async function writePage(folder: string, script: string): Promise<void> {
  const tag = `<script type="module" src="${script}"></script>`;
  const text = `<!doctype html>\n<html lang="en">\n<title>A page</title>\n${tag}\n</html>\n`;
  await Deno.writeTextFile(join(folder, "index.html"), text);
}

/** Bundles files of the program, with no more than the defaults; the bundles are in `dist`. */
async function bundle(folder: string, names: readonly string[], flags: readonly string[] = []) {
  const common = ["--bundle", "--minify", "--format=esm", "--outdir=dist", "--log-level=warning"];
  await runTool("esbuild", [...names, ...common, ...flags], folder);
}

const pagePrograms = ["work.ts", "page.ts", "worker.ts"];

async function preparePage(sources: Sources, folder: string): Promise<void> {
  await copyFolder(sources.npm, folder);
  await copyProgram(folder, pagePrograms);
  await checkTypes(folder, ["page.ts", "worker.ts"], "bundler");
}

async function zippedSize(path: string): Promise<number> {
  // By the program, as others measure it: the gzip of Deno makes it some hundred bytes larger.
  const { stdout } = await new Deno.Command("gzip", { args: ["-9nc", path] }).output();
  return stdout.length;
}

/** The size of a script, as it is and as a server sends it. */
async function sizeOf(path: string): Promise<string> {
  return `${(await Deno.stat(path)).size} bytes, ${await zippedSize(path)} gzipped`;
}

/** A bundle by esbuild, in a page and in a worker; no code for files is in it. */
export async function esbuildPage(sources: Sources, folder: string): Promise<string> {
  await preparePage(sources, folder);
  await bundle(folder, ["page.ts", "worker.ts"]);
  const dist = join(folder, "dist");
  await writePage(dist, "page.js");
  const { found, warnings } = await open<Found>(dist);
  judgePage(found);
  assertEquals(warnings, []);
  const text = await Deno.readTextFile(join(dist, "page.js"));
  assert(!/node:|fsync|minimodel-checkpoint/.test(text), "the bundle has code for files");
  return await sizeOf(join(dist, "page.js"));
}

/** How many bytes of autograd and nn a page loads at most, with the kernels in a file of their own. */
const most = { script: 30_000, kernels: 23_000 };

/** The core without what reads and writes, in a bundle, and its kernels: both are watched. */
export async function bundleSize(sources: Sources, folder: string): Promise<string> {
  await copyFolder(sources.npm, folder);
  const core = join(folder, "node_modules/@minimodel/core");
  const statements = (await Deno.readTextFile(join(core, "mod.js"))).split(/(?<=;)\n/);
  const rooms = statements.filter((each) => /"\.\/(check|autograd|nn)\//.test(each));
  assert(rooms.length > 10 && rooms.length < statements.length);
  await Deno.writeTextFile(join(core, "rooms.js"), rooms.join("\n"));
  await bundle(folder, [join(core, "rooms.js")], ["--conditions=wasm-beside"]);
  const script = await zippedSize(join(folder, "dist/rooms.js"));
  const kernels = await zippedSize(join(core, "kernels/kernels.wasm"));
  const remark = `script ${script} bytes gzipped, kernels ${kernels}`;
  assert(script <= most.script && kernels <= most.kernels, `${remark}: ${JSON.stringify(most)}`);
  return remark;
}

/** The same with the kernels in a file beside the bundle. */
export async function esbuildBeside(sources: Sources, folder: string): Promise<string> {
  await preparePage(sources, folder);
  await bundle(folder, ["page.ts", "worker.ts"], ["--conditions=wasm-beside"]);
  const dist = join(folder, "dist");
  await writePage(dist, "page.js");
  const wasm = "node_modules/@minimodel/core/kernels/kernels.wasm";
  await Deno.copyFile(join(folder, wasm), join(dist, "kernels.wasm"));
  const { found, warnings } = await open<Found>(dist);
  judgePage(found);
  assertEquals(warnings, []);
  return await sizeOf(join(dist, "page.js"));
}

/** A page built by Vite, with its worker. */
export async function vitePage(sources: Sources, folder: string): Promise<string> {
  await preparePage(sources, folder);
  const path = join(folder, "page.ts");
  const text = await Deno.readTextFile(path);
  // Vite finds a worker by its source.
  await Deno.writeTextFile(path, text.replace("./worker.js", "./worker.ts"));
  await writePage(folder, "/page.ts");
  await runTool("vite", ["build", "--logLevel", "warn"], folder);
  const { found, warnings } = await open<Found>(join(folder, "dist"));
  judgePage(found);
  assertEquals(warnings, []);
  const assets = join(folder, "dist/assets");
  for await (const { name } of Deno.readDir(assets)) {
    if (name.startsWith("index") && name.endsWith(".js")) return await sizeOf(join(assets, name));
  }
  throw new Error("Vite has made no script");
}

/** Under a policy that forbids WebAssembly, plain loops compute the same, and say so. */
export async function withoutWebAssembly(sources: Sources, folder: string): Promise<void> {
  await preparePage(sources, folder);
  await bundle(folder, ["page.ts", "worker.ts"]);
  const dist = join(folder, "dist");
  await writePage(dist, "page.js");
  const policy = { "content-security-policy": "default-src 'self'" };
  const { found, warnings } = await open<Found>(dist, policy);
  judgePage(found);
  assert(warnings.some((text) => text.includes("computes without WebAssembly")), warnings.join());
}

/** Many copies of the module in one page, each with a memory of its own. */
export async function manyInstances(sources: Sources, folder: string): Promise<void> {
  await copyFolder(sources.npm, folder);
  await copyProgram(folder, ["work.ts"]);
  await bundle(folder, ["work.ts"]);
  const dist = join(folder, "dist");
  await Deno.writeTextFile(
    join(dist, "many.js"),
    `const load = (_, n) => import(\`./work.js?instance=\${n}\`);
const copies = await Promise.all(Array.from({ length: 32 }, load));
const found = copies.map(({ work }) => work());
await fetch("/found", { method: "POST", body: JSON.stringify(found) });
`,
  );
  await writePage(dist, "many.js");
  const { found, warnings } = await open<Report[]>(dist);
  assertEquals([found.length, warnings], [32, []]);
  found.forEach(judge);
}
