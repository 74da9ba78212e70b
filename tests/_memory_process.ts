// Runs `_memory_child.ts` for the tests that look at a whole process.

import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { denoProgram } from "../tasks/deno_program.ts";

const child = fileURLToPath(new URL("_memory_child.ts", import.meta.url));

/** Runs the child, and returns what it saw. */
export async function runChild<Seen>(...args: string[]): Promise<Seen> {
  const flags = ["--quiet", "--no-check", "--allow-all", "--v8-flags=--expose-gc"];
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: ["run", ...flags, child, ...args],
    // Otherwise each thread reserves 64 MiB of addresses, which are scarce for some children.
    env: { MALLOC_ARENA_MAX: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Whether the tests that take minutes run as well: CI's do. */
export const isLong = Deno.env.get("MINIMODEL_LONG") === "all";
