// The lab outside the project: in a folder that has only an import map, with the library from files or
// over http. What it writes belongs to the caller.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../tasks/_cli.ts";
import { copyProject } from "../tasks/_mutant_runs.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { inFolder, link } from "./_checkpoint_files.ts";
import core from "../lib/deno.json" with { type: "json" };
import lab from "../lib/lab/deno.json" with { type: "json" };

const [library, results] = [join(root, "lib"), join(root, "experiments")];

/** The import map of somebody who has the library at this address, which ends with a slash. */
function importsFrom(address: string): Record<string, string> {
  const packages = Object.entries({ ...core.imports, ...lab.imports });
  const within = packages.map(([name, at]) => [`${name}/`, `${at.replace("npm:", "npm:/")}/`]);
  return {
    ...{ "minimodel": `${address}mod.ts`, "minimodel/lab": `${address}lab/mod.ts` },
    ...{ "@minimodel/core": `${address}mod.ts`, "@minimodel/core/check": `${address}check/mod.ts` },
    ...Object.fromEntries([...packages, ...within]),
  };
}

/** Prints the path of an experiment made by createExperiment, or its error. */
const make = `
  import { createExperiment } from "minimodel/lab";
  try {
    console.log((await createExperiment("outside", { date: "2026-11-23" })).path);
  } catch (error) {
    console.log(String(error));
  }`;

/** Runs a program in a folder and returns what it printed, line by line. */
async function run(
  folder: string,
  program: string,
  flags: readonly string[],
  env: Record<string, string> = {},
): Promise<string[]> {
  await Deno.writeTextFile(join(folder, "main.ts"), program);
  const { stdout, stderr, success } = await new Deno.Command(denoProgram(), {
    args: ["run", "--quiet", "--no-prompt", "--no-lock", ...flags, "main.ts"],
    ...{ cwd: folder, env: { NO_COLOR: "1", ...env } },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n");
}

const files = ["--allow-read", "--allow-write"];

/** Runs a test in a folder, by its real path, and sees to it that nothing went into the project. */
async function outside(test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => await test(await Deno.realPath(folder)));
  const names = [...Deno.readDirSync(results)].map(({ name }) => name);
  assertEquals(names.filter((name) => name.includes("outside")), []);
}

for (const name of ["deno.json", "deno.jsonc", "package.json"]) {
  Deno.test(`an experiment goes into the nearest folder upwards with a ${name}`, () =>
    outside(async (folder) => {
      const map = join(folder, "map.json");
      await Deno.writeTextFile(
        map,
        JSON.stringify({ imports: importsFrom(`${pathToFileURL(library).href}/`) }),
      );
      await Deno.writeTextFile(join(folder, name), "{}");
      const below = join(folder, "notebooks", "mine");
      // A folder of that name is no configuration.
      await Deno.mkdir(join(below, name), { recursive: true });
      const [path] = await run(below, make, [...files, "--no-config", "--import-map", map]);
      assertEquals(path, join(folder, "experiments", "2026-11-23-outside"));
      assertEquals((await Deno.stat(path)).isDirectory, true);
    }));
}

Deno.test("without any configuration, an experiment goes into the current folder", () =>
  outside(async (folder) => {
    const map = join(folder, "map.json");
    const imports = importsFrom(`${pathToFileURL(library).href}/`);
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const [path] = await run(folder, make, [...files, "--import-map", map]);
    assertEquals(path, join(folder, "experiments", "2026-11-23-outside"));
  }));

Deno.test("an experiment that may not look for the project names the flag and the option", () =>
  outside(async (folder) => {
    const imports = importsFrom(`${pathToFileURL(library).href}/`);
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports }));
    const [error] = await run(folder, make, ["--allow-write"]);
    assertEquals(
      error,
      "NotCapable: Cannot find the project of the current folder: that is not allowed, " +
        "run deno with --allow-read, or pass the option root",
    );
    const named = make.replace("{ date", '{ root: "mine", date');
    const [path] = await run(folder, named, ["--allow-write"]);
    assertEquals(basename(dirname(path)), "mine");
  }));

/** Serves the library's files on this machine. */
function serveLibrary(): { server: Deno.HttpServer; address: string } {
  const types: Record<string, string> = { wasm: "application/wasm", ts: "text/typescript" };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    const type = types[path.split(".").at(-1) ?? ""];
    if (type === undefined) return new Response(null, { status: 404 });
    const body = await Deno.readFile(join(library, path));
    return new Response(body, { headers: { "content-type": type } });
  });
  return { server, address: `http://127.0.0.1:${server.addr.port}/` };
}

/** A cache that has the packages of the usual one, for modules that no later run will ask for. */
async function makeCache(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command(denoProgram(), { args: ["info", "--json"] }).output();
  const { npmCache }: { npmCache: string } = JSON.parse(new TextDecoder().decode(stdout));
  const cache = join(folder, "cache");
  await Deno.mkdir(cache);
  await link(npmCache, join(cache, "npm"));
  return cache;
}

const overHttp = `${make}
  import { Embedding, tensor } from "minimodel";
  import { Experiment, linePlot, reload } from "minimodel/lab";
  const E = tensor([[1, 2], [3, 4]]);
  console.log(String(Embedding.fromPretrained(E).forward([1]).toArray()));
  for (const specifier of ["minimodel", "minimodel/lab"]) {
    console.log(await reload(specifier).catch(String));
  }
  console.log((await reload("./mine.ts")).width);
  const labels = { title: "t", xLabel: "x", yLabel: "y" };
  const plot = await linePlot([{ x: 1, y: 2 }], { ...labels, x: "x", y: "y" });
  console.log((await new Experiment("a", Deno.cwd()).savePlot("plot", plot)).length);`;

Deno.test("over http, experiments are the caller's, plots are saved, and reload says what it needs", () =>
  outside(async (folder) => {
    const { server, address } = serveLibrary();
    try {
      const imports = importsFrom(address);
      await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports }));
      await Deno.writeTextFile(join(folder, "mine.ts"), "export const width = 32;");
      const env = { DENO_DIR: await makeCache(folder) };
      const flags = [...files, `--allow-import=${new URL(address).host}`];
      const [path, row, core, lab, width, saved] = await run(folder, overHttp, flags, env);
      assertEquals(path, join(folder, "experiments", "2026-11-23-outside"));
      assertEquals([row, width, saved], ["3,4", "32", "2"]);
      for (const [error, name] of [[core, "minimodel"], [lab, "minimodel/lab"]]) {
        const wanted =
          `TypeError: Cannot reload "${name}": it was loaded from ${address}, wanted a copy`;
        assertStringIncludes(error, wanted);
      }
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("in a package, the lab does not reload the library", () =>
  outside(async (folder) => {
    await copyProject(join(library, "lab"), join(folder, "packages", "lab"));
    const own = `${pathToFileURL(join(folder, "packages")).href}/`;
    const imports = importsFrom(`${pathToFileURL(library).href}/`);
    imports["minimodel/lab"] = `${own}lab/mod.ts`;
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports }));
    const program = `import { reload } from "minimodel/lab";
      console.log(await reload("minimodel").catch(String));`;
    const [error] = await run(folder, program, files);
    assertStringIncludes(
      error,
      `Cannot reload "minimodel": it was loaded from ${own}, wanted a copy`,
    );
  }));
