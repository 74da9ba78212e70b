// Makes the npm tarballs of both packages in `packed/`, `deno task pack`: `deno pack` turns the sources
// into JavaScript and types, and this adds what npm's users need.

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { main, root, SetupError } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";
import { inlinedKernels, kernelsBeside, noFiles } from "./_npm_modules.ts";

/** A package of the workspace. */
export interface Package {
  readonly name: "core" | "lab";
  /** Its folder, from the project's. */
  readonly folder: string;
  readonly description: string;
}

/** The packages, in the order in which they depend on each other. */
export const packages: readonly Package[] = [
  {
    name: "core",
    folder: "lib",
    description: "A small, exact embedding module, on an autograd that is meant to be read",
  },
  {
    name: "lab",
    folder: "lib/lab",
    description: "Checks, plots and notebook tools for building embeddings, for Deno",
  },
];

/** The parts of a package's deno.json that are read here. */
interface Config {
  name: string;
  version: string;
  license: string;
  exports: string | Record<string, string>;
  imports: Record<string, string>;
}

/** A packed package. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  /** The tarball. */
  readonly path: string;
  /** The files in it, from the package's folder, sorted. */
  readonly files: readonly string[];
}

/** Makes the tarballs in `out`, in the order of `packages`. */
export async function packAll(out: string): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const each of packages) {
    const folder = await Deno.makeTempDir({ prefix: "minimodel-pack-" });
    try {
      packed.push(await pack(each, folder, out));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return packed;
}

/** The files that `deno publish` sends of each package, from its folder, by a run that sends none. */
export async function publishedFiles(): Promise<Map<string, string[]>> {
  const { success, stderr } = await new Deno.Command(denoProgram(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new SetupError(`Cannot publish:\n${said}`);
  return new Map(packages.map(({ name, folder }) => {
    const listed = said.split(`publish of @minimodel/${name}@`)[1]?.split("Simulating")[0] ?? "";
    const urls = [...listed.matchAll(/^ +(file:\/\/\S+) \(/gm)].map(([, url = ""]) => url);
    const paths = urls.map((url) => relative(join(root, folder), fileURLToPath(url)));
    return [name, paths.map((path) => path.replaceAll("\\", "/")).sort()] as const;
  }));
}

async function pack({ name, folder, description }: Package, work: string, out: string) {
  const source = join(root, folder);
  const config: Config = JSON.parse(await Deno.readTextFile(join(source, "deno.json")));
  const made = join(work, "made.tgz");
  await run(denoProgram(), ["pack", "-q", "--allow-dirty", "--no-source-maps", "-o", made], source);
  await run("tar", ["xzf", made], work);
  const target = join(work, "package");
  const described = { ...packageJson(config), description };
  if (name === "core") {
    await replaceInCore(target);
    Object.assign(described, coreEntries);
  }
  await typesEverywhere(target);
  await Deno.writeTextFile(join(target, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
  await Deno.copyFile(join(root, "LICENSE"), join(target, "LICENSE"));
  await Deno.copyFile(join(source, "README.md"), join(target, "README.md"));
  await Deno.mkdir(out, { recursive: true });
  const said = await run("npm", ["pack", "--json", "--pack-destination", out], target);
  // npm prints a list, with a row for each package that it was given.
  const [row]: { filename: string; files: { path: string }[] }[] = JSON.parse(said);
  const { filename = "", files = [] } = row ?? {};
  return {
    name: config.name,
    version: config.version,
    path: join(out, filename),
    files: files.map(({ path }) => path).sort(),
  };
}

/** The package.json by what deno.json says. */
function packageJson({ name, version, license, exports, imports }: Config) {
  const entries = typeof exports === "string" ? { ".": exports } : exports;
  const built = Object.entries(entries).map(([key, path]) => {
    const base = path.replace(/\.ts$/, "");
    return [key, { types: `${base}.d.ts`, default: `${base}.js` }] as const;
  });
  const dependencies = Object.values(imports).map((address) => {
    const [, package_ = "", exact = ""] = /^npm:(@?[^@]+)@([\d.]+)$/.exec(address) ?? [];
    if (exact === "") throw new SetupError(`Cannot pack ${name}: ${address} is no npm package`);
    return [package_, exact] as const;
  });
  if (name !== "@minimodel/core") dependencies.unshift(["@minimodel/core", version]);
  return {
    ...{ name, version, license, type: "module", engines: { node: ">=20" } },
    exports: { ...Object.fromEntries(built), "./package.json": "./package.json" },
    dependencies: Object.fromEntries(dependencies),
  };
}

const files = { browser: "./io/no_files.js", default: "./io/checkpoint.js" };

const coreEntries = {
  exports: {
    ".": { types: "./mod.d.ts", default: "./mod.js" },
    "./check": { types: "./check/mod.d.ts", default: "./check/mod.js" },
    "./files": { types: "./io/checkpoint.d.ts", ...files },
    "./kernels.wasm": "./kernels/kernels.wasm",
    "./package.json": "./package.json",
  },
  imports: {
    "#files": files,
    "#kernels": { "wasm-beside": "./kernels/beside.js", "default": "./kernels/inlined.js" },
  },
  // These two put the ops on the prototype of Tensor; all else may be left out where it is not used.
  sideEffects: ["./mod.js", "./autograd/methods.js"],
};

/** Imports that a condition of package.json decides on, by the file that they name in the sources. */
const conditional: Readonly<Record<string, string>> = {
  "io/checkpoint.js": "#files",
  "kernels/kernels.wasm": "#kernels",
};

async function replaceInCore(folder: string): Promise<void> {
  const wasm = await Deno.readFile(join(folder, "kernels/kernels.wasm"));
  await Deno.writeTextFile(join(folder, "kernels/inlined.js"), inlinedKernels(wasm));
  await Deno.writeTextFile(join(folder, "kernels/beside.js"), kernelsBeside);
  await Deno.writeTextFile(join(folder, "io/no_files.js"), noFiles);
  for (const path of await filesBelow(folder, ".js")) {
    const text = await Deno.readTextFile(join(folder, path));
    let changed = text.replaceAll(/ from "(\.[^"]+)"/g, (whole, specifier: string) => {
      const name = conditional[join(dirname(path), specifier).replaceAll("\\", "/")];
      return name === undefined ? whole : ` from "${name}"`;
    });
    // Bundled, one object with all kernels is 1 KB less than their names.
    changed = changed.replace("import * as wasm from", "import { kernels as wasm } from");
    if (changed !== text) await Deno.writeTextFile(join(folder, path), changed);
  }
}

/** Names the parts of TypeScript's library that the types need beyond ES2022. */
async function typesEverywhere(folder: string): Promise<void> {
  const needed = { "Float16Array": "esnext.float16", "Symbol.dispose": "esnext.disposable" };
  for (const path of await filesBelow(folder, ".d.ts")) {
    const text = await Deno.readTextFile(join(folder, path));
    const lines = Object.entries(needed).filter(([name]) => text.includes(name))
      .map(([, lib]) => `/// <reference lib="${lib}" />\n`);
    if (lines.length > 0) await Deno.writeTextFile(join(folder, path), lines.join("") + text);
  }
}

/** The files below a folder whose names end so, from that folder, with slashes. */
export async function filesBelow(folder: string, ending: string, under = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, under))) {
    const path = `${under}${name}`;
    if (isDirectory) {
      for (const each of await filesBelow(folder, ending, `${path}/`)) found.push(each);
    } else if (name.endsWith(ending)) found.push(path);
  }
  return found.sort();
}

/** Runs a program to its end; what it printed, or a SetupError with what it said. */
export async function run(program: string, args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  const [printed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success) return printed ?? "";
  throw new SetupError(`Cannot run ${program} ${args.join(" ")} in ${cwd}:\n${printed}${said}`);
}

if (import.meta.main) {
  await main(async () => {
    for (const { path, files } of await packAll(join(root, "packed"))) {
      const { size } = await Deno.stat(path);
      console.log(`${path}: ${files.length} files, ${size} bytes`);
    }
    return 0;
  });
}
