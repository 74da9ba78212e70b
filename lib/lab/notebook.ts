// What the Deno kernel lacks for working in a notebook: code that is edited outside shows only after
// a restart, and what fails without being awaited is lost without a word.

import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withFlags } from "./_permissions.ts";
import { isNotebook } from "./display.ts";

const library: Readonly<Record<string, URL>> = {
  "minimodel": new URL("../mod.ts", import.meta.url),
  "minimodel/lab": new URL("./mod.ts", import.meta.url),
};

/** Loads the library as it is on disk now; see the general form. */
export function reload(specifier: "minimodel"): Promise<typeof import("../mod.ts")>;
/** Loads the lab as it is on disk now; see the general form. */
export function reload(specifier: "minimodel/lab"): Promise<typeof import("./mod.ts")>;
/**
 * Loads a module as it is on disk now, with all it imports from its own folder and those below, and
 * returns what it exports; the notebook's variables stay.
 *
 * What is named "minimodel" or "minimodel/lab" is loaded with the whole library. Both are one version,
 * whose classes know each other, as long as no file changes between the two calls. Objects that were
 * made before belong to the old classes: make them anew. An `import` in a cell still gives the old
 * version; take the new one with `const { Embedding } = await reload("minimodel")`.
 *
 * @param specifier "minimodel", "minimodel/lab", the address of a file, or a path that begins with
 * "./", "../" or "/", from the notebook's folder.
 *
 * @throws {TypeError} If `specifier` is none of these.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reload } from "minimodel/lab";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/mine.ts`, "export const width: number = 32;");
 * assertEquals((await reload(`${folder}/mine.ts`)).width, 32);
 * await Deno.writeTextFile(`${folder}/mine.ts`, "export const width: number = 64;");
 * assertEquals((await reload(`${folder}/mine.ts`)).width, 64);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function reload(specifier: string | URL): Promise<Record<string, unknown>>;
export async function reload(specifier: string | URL): Promise<unknown> {
  const url = addressOf(specifier);
  const folder = Object.values(library).includes(url)
    ? new URL("../", import.meta.url)
    : new URL("./", url);
  const path = fileURLToPath(folder);
  // Named by its content: what is on disk unchanged is not loaded again.
  const version = await withFlags(`read ${path}`, `--allow-read=${path}`, () => versionOf(path));
  renewWithin.set(version, folder.href);
  keepVersions();
  return await import(withVersion(url.href, version));
}

function addressOf(specifier: string | URL): URL {
  const own = library[String(specifier)];
  if (own !== undefined) return own;
  const path = String(specifier);
  const url = /^\.{0,2}\//.test(path) ? new URL(path, pathToFileURL(`${Deno.cwd()}/`)) : null;
  const address = url ?? (URL.canParse(path) ? new URL(path) : null);
  if (address?.protocol === "file:") return address;
  throw new TypeError(
    `Cannot reload ${Deno.inspect(path)}: wanted "minimodel", "minimodel/lab" or a file, ` +
      'as in "./mine.ts"',
  );
}

/** Version -> the folder whose files are loaded in that version. */
const renewWithin = new Map<string, string>();
let keeping = false;

/** From now on, a module of a version imports the other files of its folder in that version too. */
function keepVersions(): void {
  if (keeping) return;
  keeping = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const version = /[?&]version=(\w+)/.exec(context.parentURL ?? "")?.[1] ?? "";
      const folder = renewWithin.get(version);
      if (folder === undefined || !resolved.url.startsWith(folder)) return resolved;
      return { ...resolved, url: withVersion(resolved.url, version) };
    },
  });
}

function withVersion(url: string, version: string): string {
  if (/[?&]version=/.test(url)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}version=${version}`;
}

/** A hash of all code below a folder. */
async function versionOf(folder: string): Promise<string> {
  const hashes: Uint8Array[] = [];
  const paths = await codeBelow(folder);
  for (const path of paths.sort()) {
    const text = new TextEncoder().encode(path);
    for (const bytes of [text, await Deno.readFile(path)]) hashes.push(await sha256(bytes));
  }
  const all = await sha256(new Uint8Array(await new Blob(hashes as BlobPart[]).arrayBuffer()));
  return all.slice(0, 8).toHex();
}

async function codeBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = join(folder, name);
    if (isDirectory) { for (const each of await codeBelow(path)) found.push(each); }
    else if (/\.(m?[jt]s|json|wasm)$/.test(name)) found.push(path);
  }
  return found;
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
}

const watched = Symbol.for("minimodel.watchKernel");

/**
 * Lets a notebook show what fails without being awaited, which the kernel drops without a word: it is
 * printed as an error under the cell that ran last. Call it once, in the first cell; outside a
 * notebook it does nothing, since Deno reports such errors itself.
 *
 * A misspelt name in an `import` cannot be seen from here: it is undefined, as the kernel leaves it.
 * `deno task check notebooks/mine.ipynb` finds those, by cell and line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { watchKernel } from "minimodel/lab";
 *
 * assertEquals(watchKernel(), undefined);
 * ```
 */
export function watchKernel(): void {
  // Kept on the global object, so that a reloaded lab does not report everything twice.
  if (!isNotebook() || Reflect.has(globalThis, watched)) return;
  Reflect.set(globalThis, watched, true);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("Failed without being awaited (is an `await` missing?):", event.reason);
  });
}
