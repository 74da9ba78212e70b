// How to start the Deno that runs this process.

/**
 * The program that starts this Deno as a child process. `--allow-run=deno` allows the program of
 * that name on PATH, which is a link to this one if npx or a package manager installed it.
 */
export function denoProgram(): string {
  const command = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command });
  return state === "granted" ? command : "deno";
}
