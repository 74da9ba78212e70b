// Compiles the AssemblyScript kernels to WebAssembly: `deno task build` writes the file, and with
// --check compares it with the existing one, byte for byte. The compiler's version is fixed in
// deno.json, so the same source gives the same bytes everywhere.

import asc from "assemblyscript/asc";
import { kernelExports, ruleFormulas } from "./kernel_source.ts";

const source = new URL("../lib/kernels/simd/", import.meta.url);
const target = new URL("../lib/kernels/kernels.wasm", import.meta.url);

// Room for the kernels' constants and scratch memory; it can grow to 4 GiB, the reach of pointers.
const pages = { initial: "32", maximum: "65536" };

const flags = [
  "kernels.ts",
  "--outFile",
  "kernels.wasm",
  "--optimizeLevel",
  "3",
  "--noAssert",
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--enable",
  "bulk-memory",
  "--initialMemory",
  pages.initial,
  "--maximumMemory",
  pages.maximum,
  // Without an abort to call, the module imports nothing, and Deno can import it as it is.
  "--use",
  "abort=",
];

/** The compiled module. */
async function compile(): Promise<Uint8Array> {
  const made = new Map<string, Uint8Array | string>();
  const { error, stderr } = await asc.main(flags, {
    readFile: readSource,
    writeFile: (name, contents) => void made.set(name, contents),
    listFiles: () => [],
  });
  const messages = stderr.toString();
  if (error !== null || messages !== "") throw new Error(`Cannot compile the kernels\n${messages}`);
  const wasm = made.get("kernels.wasm");
  if (!(wasm instanceof Uint8Array)) {
    throw new Error("Cannot compile the kernels: no file was made");
  }
  return wasm;
}

function readSource(name: string): string | null {
  try {
    const text = readText(name);
    if (name === "kernels.ts") return text + kernelExports(readText);
    return name === "walk.ts" ? ruleFormulas() + text : text;
  } catch (error) {
    // The compiler asks for a file under several names; null means that there is none.
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function readText(name: string): string {
  return Deno.readTextFileSync(new URL(name, source));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

if (import.meta.main) {
  const wasm = await compile();
  if (!Deno.args.includes("--check")) {
    await Deno.writeFile(target, wasm);
    console.log(`lib/kernels/kernels.wasm: ${wasm.length} bytes`);
  } else if (sameBytes(wasm, await Deno.readFile(target))) {
    console.log(`lib/kernels/kernels.wasm is what its source gives: ${wasm.length} bytes`);
  } else {
    console.error("lib/kernels/kernels.wasm is not what its source gives: run `deno task build`");
    Deno.exit(1);
  }
}
