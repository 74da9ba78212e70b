// The loops of the kernels' room from inside: which of them runs, and what it is given.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bagOfEach, bagSizes } from "../lib/kernels/bags.ts";
import { gatherRows } from "../lib/kernels/dispatch.ts";
import { bytesReserved } from "../lib/kernels/memory.ts";
import { normOf } from "../lib/kernels/norms.ts";
import { reserve, Storage } from "../lib/kernels/storage.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { inFolder } from "./_checkpoint_files.ts";
import { instantiateKernels } from "./_simd_memory.ts";

/** The kernels that ran with 255 numbers and with 256, by dtype and by what was called. */
async function kernelsThatRan(): Promise<[name: string, few: string[], many: string[]][][]> {
  const folder = new URL("../lib/kernels/", import.meta.url);
  const real = new URL("kernels.wasm", folder).href;
  const { module } = await instantiateKernels();
  const lines = WebAssembly.Module.exports(module).map(({ name, kind }) =>
    kind === "function"
      ? `export const ${name} = counted("${name}");`
      : `export const ${name} = kernels.${name};`
  );
  let found: [string, string[], string[]][][] = [];
  await inFolder(async (own) => {
    const [probe, map] = [join(own, "probe.js"), join(own, "map.json")];
    await Deno.writeTextFile(
      probe,
      `const bytes = await Deno.readFile(new URL(${JSON.stringify(real)}));
const { instance: { exports: kernels } } = await WebAssembly.instantiate(bytes);
globalThis.kernelCalls = [];
const counted = (name) => (...given) => {
  globalThis.kernelCalls.push(name);
  return kernels[name](...given);
};
${lines.join("\n")}
`,
    );
    await Deno.writeTextFile(
      map,
      JSON.stringify({ imports: { [real]: pathToFileURL(probe).href } }),
    );
    const child = new URL("_kernel_probe_child.ts", import.meta.url).href;
    const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
      args: [
        "run",
        "-q",
        "--no-check",
        "--no-config",
        "--allow-read",
        `--import-map=${map}`,
        child,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    found = JSON.parse(new TextDecoder().decode(stdout));
  });
  return found;
}

/** What runs for what is called, without the ending of a dtype. */
const kernelOf: Readonly<Record<string, readonly string[]>> = {
  ...{ unary: ["exp"], pairwise: ["mul"], binary: ["sub"], gatherRows: ["gather"] },
  ...{ matmul: ["matmulScratch", "matmul"], matmulInDepth: ["matmulScratch", "matmul"] },
  ...{ scatterAddRows: ["scatterAdd"] },
};

Deno.test("256 numbers and more go to the SIMD kernel of their dtype, fewer to no kernel", async () => {
  const dtypes = await kernelsThatRan();
  assertEquals(dtypes.map((calls) => calls.length), [18, 18]);
  dtypes.forEach((calls, i) => {
    for (const [name, few, many] of calls) {
      const endings = (kernelOf[name] ?? [name]).map((each) => `${each}_${["f32", "f64"][i]}`);
      const wanted = name === "firstOutside" ? ["firstOutside"] : endings;
      assertEquals([name, few, many], [name, [], wanted]);
    }
  });
});

Deno.test("a few rows are looked up where a large table is, which is not copied", () => {
  const width = 1000;
  const ids = Int32Array.from({ length: 1000 }, (_, n) => n);
  const lookUp = (rows: number) => {
    const table = new Storage(new Float64Array(rows * width).fill(7));
    const out = reserve("float64", ids.length * width);
    const before = bytesReserved();
    assertEquals(gatherRows(table, ids, out, width, rows), -1);
    assert(out.numbers.every((x) => x === 7));
    out.dispose();
    return bytesReserved() - before;
  };
  reserve("float64", ids.length * width).dispose();
  // Four times as many numbers as are looked up may be copied.
  assertEquals(lookUp(4001), 0);
  assert(lookUp(4000) > 0);
});

Deno.test("bags: the bag of each id, past empty ones, and sizes without padding but at least 1", () => {
  const ids = { data: Int32Array.of(5, 6, 5, 7), shape: [4] };
  const bags = { ids, starts: Int32Array.of(0, 0, 3, 3) };
  assertEquals(bagOfEach(bags), Int32Array.of(1, 1, 1, 3));
  assertEquals(bagSizes(bags, -1), Float64Array.of(1, 3, 1, 1));
  assertEquals(bagSizes(bags, 5), Float64Array.of(1, 1, 1, 1));
  assertEquals(bagSizes({ ids, starts: Int32Array.of(0) }, 7), Float64Array.of(3));
});

Deno.test("norms neither overflow nor underflow, and NaN is not lost", () => {
  assertEquals([normOf([3, -4], 2), normOf([3, -4], 1), normOf([3, -4], Infinity)], [5, 7, 4]);
  for (const scale of [2 ** 700, 2 ** -700]) {
    assertEquals(normOf([3 * scale, 4 * scale], 2), 5 * scale);
  }
  assertEquals([normOf([], 2), normOf([0, -0], 3), normOf([-Infinity, 1], 2)], [0, 0, Infinity]);
  for (const p of [1, 2, 3, Infinity]) assertEquals(normOf([1, NaN, 2], p), NaN);
  assertEquals([normOf([1, 2, 2], 2), normOf([2, 2, 2, 2, 2, 2, 2, 2], 3)], [3, 4]);
});
