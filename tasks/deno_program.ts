// The Deno that runs this, as a program to start.

/**
 * How a child process with this Deno is started: `--allow-run=deno` allows the program of that name on
 * PATH, which is a link to this one where npx or a package manager has installed it.
 */
export function denoProgram(): string {
  const command = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command });
  return state === "granted" ? command : "deno";
}
