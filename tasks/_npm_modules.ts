// The modules of the npm package that are not made from a file of lib: what stands in for files in a
// browser, and two ways in which the kernels come without an import of WebAssembly, which only Deno
// and the newest Node have.

/** What a browser gets for `io/checkpoint.ts`. */
export const noFiles = `// In place of checkpoint.js, where there are no files.
const refuse = (verb) => (path) =>
  Promise.reject(
    new Error(
      \`Cannot \${verb} \${path}: there are no files here; \` +
        "encodeNpy and decodeNpy turn numbers into bytes and back",
    ),
  );
export const readCheckpoint = refuse("load");
export const writeCheckpoint = refuse("save");
export const exportNpy = refuse("export");
export const readSentences = (path) => {
  throw new Error(\`Cannot read \${path}: there are no files here; tokenize cuts text into words\`);
};
`;

/** The kernels as text in a module: it needs no fetch, no bundler's plugin and no await. */
export function inlinedKernels(wasm: Uint8Array<ArrayBuffer>): string {
  return `// kernels.wasm as text.
const text = "${wasm.toBase64()}";
const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
${exportsOf("new WebAssembly.Instance(new WebAssembly.Module(bytes))")}`;
}

/** The kernels from the file beside the module, or beside the bundle that it is in. */
export const kernelsBeside =
  `// kernels.wasm from the folder of this module, or of the bundle that it is in.
const response = await fetch(new URL("./kernels.wasm", import.meta.url));
if (!response.ok) throw new Error(\`Cannot load \${response.url}: status \${response.status}\`);
const bytes = await response.arrayBuffer();
${exportsOf("(await WebAssembly.instantiate(bytes)).instance")}`;

/**
 * Exports the kernels as one object and by name what memory.js imports, or a memory that has no room:
 * then only plain loops run.
 */
function exportsOf(instance: string): string {
  return `export let kernels;
try {
  kernels = ${instance}.exports;
} catch (error) {
  console.warn(\`minimodel computes without WebAssembly, several times slower: \${error}\`);
  const grow = () => {
    throw new RangeError("there is no memory");
  };
  kernels = { memory: { buffer: new ArrayBuffer(0), grow }, heapBase: () => 0 };
}
export const { heapBase, memory, zeroBytes } = kernels;
`;
}
