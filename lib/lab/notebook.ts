// What the Deno kernel lacks for working in a notebook. Without this, edited files take effect only
// after a restart, and a promise that fails without being awaited fails silently.

import { registerHooks } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { allowFlag } from "@minimodel/core/check";
import { withFlags } from "./_permissions.ts";
import { isNotebook } from "./display.ts";

const library: Readonly<Record<string, URL>> = {
  "minimodel": new URL("../mod.ts", import.meta.url),
  "minimodel/lab": new URL("./mod.ts", import.meta.url),
};

/** Loads the library as it is on disk now; see the general form. */
export function reload(specifier: "minimodel"): Promise<typeof import("@minimodel/core")>;
/** Loads the lab as it is on disk now; see the general form. */
export function reload(specifier: "minimodel/lab"): Promise<typeof import("./mod.ts")>;
/**
 * Loads a module as it is on disk now, with all it imports from its own folder and those below, and
 * returns what it exports; the notebook's variables are kept.
 *
 * "minimodel" and "minimodel/lab" are loaded with the whole library. If no file changes between the
 * two calls, both are of one version, and their classes work together. Objects that were made
 * before belong to the old classes, and functions refuse tensors of another version: make such
 * objects again, and take everything that works together from one version. An `import` in a cell
 * still gives the old version; `const { Embedding } = await reload("minimodel")` gives the new one.
 * Checks of a `minimodel/lab` that was not reloaded also work on a reloaded class.
 *
 * @param specifier "minimodel", "minimodel/lab", the address of a file, or a path that begins with
 * "./", "../" or "/", from the notebook's folder.
 *
 * @throws {TypeError} If `specifier` is none of these, or the library was not loaded from a copy of the
 * project: over http or from a package.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reload } from "@minimodel/lab";
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
  const isOwn = Object.values(library).includes(url);
  const folder = new URL(isOwn ? "../" : "./", isOwn ? import.meta.url : url);
  if (isOwn) await requireFiles(String(specifier), folder);
  const path = fileURLToPath(folder);
  // The version is a hash of the files: what has not changed is not loaded again.
  const version = await withFlags(`read ${path}`, allowFlag("read", path), () => versionOf(path));
  renewWithin.set(version, folder.href);
  keepVersions();
  return await import(withVersion(url.href, version));
}

function addressOf(specifier: string | URL): URL {
  const own = library[String(specifier)];
  if (own !== undefined) return own;
  const path = String(specifier);
  if (/^\.{1,2}\//.test(path) || isAbsolute(path)) return pathToFileURL(resolve(path));
  const address = URL.canParse(path) ? new URL(path) : null;
  if (address?.protocol === "file:") return address;
  throw new TypeError(
    `Cannot reload ${Deno.inspect(path)}: wanted "minimodel", "minimodel/lab" or a file, ` +
      'as in "./mine.ts"',
  );
}

/** Refuses a library that is not files in which its user works: from the web, or in a package. */
async function requireFiles(name: string, folder: URL): Promise<void> {
  if (folder.protocol === "file:") {
    const path = fileURLToPath(new URL("mod.ts", folder));
    const isThere = await withFlags(
      `read ${path}`,
      allowFlag("read", fileURLToPath(folder)),
      () => Deno.stat(path),
    ).then(() => true, (error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    });
    if (isThere) return;
  }
  throw new TypeError(
    `Cannot reload "${name}": it was loaded from ${folder.href}, wanted a copy of the project on this ` +
      'machine; files of your own can be reloaded, as in reload("./mine.ts")',
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
 * Time in which the same error is printed once, in milliseconds: a check calls an answer many
 * times.
 */
const quietMs = 1000;

/**
 * Makes a notebook show promises that fail without being awaited, which the Deno kernel ignores:
 * the error is printed under the cell that ran last, the same error at most once a second. Call it
 * once, in the first cell; outside a notebook it does nothing, since Deno reports such errors
 * itself.
 *
 * It cannot detect a misspelt name in an `import`, which the Deno kernel turns into undefined.
 * `deno task check notebooks/mine.ipynb` finds those, by cell and line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { watchKernel } from "@minimodel/lab";
 *
 * assertEquals(watchKernel(), undefined);
 * ```
 */
export function watchKernel(): void {
  // Kept on the global object, so that a reloaded `minimodel/lab` does not report everything twice.
  if (!isNotebook() || Reflect.has(globalThis, watched)) return;
  Reflect.set(globalThis, watched, true);
  const printedAt = new Map<string, number>();
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const [text, now] = [String(event.reason), performance.now()];
    if (now - (printedAt.get(text) ?? -Infinity) < quietMs) return;
    printedAt.set(text, now);
    console.error("Failed without being awaited (is an `await` missing?):", event.reason);
  });
}
