// Formats notebooks. `deno fmt` can do that, but `deno fmt --check` calls every notebook
// unformatted that it has not just written, so callers compare the texts themselves.

import { root } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";

/** Formats a notebook's JSON as `deno fmt` does; returns text that it cannot format as it is. */
export async function formatNotebook(json: string): Promise<string> {
  const args = ["fmt", "--ext", "ipynb", "-"];
  const options = { args, cwd: root, stdin: "piped", stdout: "piped", stderr: "null" } as const;
  const child = new Deno.Command(denoProgram(), options).spawn();
  const written = new Blob([json]).stream().pipeTo(child.stdin);
  const [{ success, stdout }] = await Promise.all([child.output(), written]);
  return success ? new TextDecoder().decode(stdout) : json;
}
