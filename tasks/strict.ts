// Type-checks the library and the tasks once more with `noUncheckedIndexedAccess`, under which reading
// an array at an index may give undefined: `deno task strict`.
//
// deno.json has that option off because of the loops below, which count to the length of what they
// read: there the compiler asks for a test at each number that is read, and every test costs time. The
// tests and benchmarks are left out as well: a test that reads undefined fails.

import { join } from "node:path";
import { main, root, SetupError } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";

const loops = [
  "lib/kernels/",
  "lib/lab/lessons/_one_hot.ts",
  "lib/io/_npy_order.ts",
  "lib/text/entropy.ts",
  "lib/text/pairs.ts",
];

/**
 * The places of the errors in what `deno check` printed, as file:line:column without `folder`, each
 * once; those in the loops are left out.
 */
export function placesOf(output: string, folder: string): string[] {
  return allPlacesOf(output, folder).filter((place) =>
    !loops.some((loop) => place.startsWith(loop))
  );
}

function allPlacesOf(output: string, folder: string): string[] {
  const places = [...output.matchAll(/^\s+at file:\/\/(\S+:\d+:\d+)$/gm)].map(([, place = ""]) =>
    decodeURIComponent(place).replace(`${folder}/`, "")
  );
  return [...new Set(places)];
}

if (import.meta.main) {
  await main(async () => {
    const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
    const path = join(root, ".strict.deno.json");
    config.compilerOptions.noUncheckedIndexedAccess = true;
    await Deno.writeTextFile(path, JSON.stringify(config));
    try {
      const { success, stderr } = await new Deno.Command(denoProgram(), {
        args: ["check", "--quiet", "--config", path, "lib", "tasks"],
        cwd: root,
        env: { NO_COLOR: "1" },
        stdout: "null",
        stderr: "piped",
      }).output();
      const said = new TextDecoder().decode(stderr);
      // The loops alone make it fail, with a place for each error.
      if (!success && allPlacesOf(said, root).length === 0) {
        throw new SetupError(`Cannot check the types: ${said}`);
      }
      const places = placesOf(said, root);
      if (places.length === 0) return 0;
      console.error(
        `Type errors with noUncheckedIndexedAccess, where undefined may be read:\n${
          places.join("\n")
        }`,
      );
      return 1;
    } finally {
      await Deno.remove(path);
    }
  });
}
