// What the scripts behind `deno task` share: where the project is, how a command ends, and how one
// program runs another to its end.

import { dirname } from "node:path";

/** The project's folder. */
export const root = dirname(import.meta.dirname ?? ".");

/** Why the project cannot run here, in words for the person who typed the command. */
export class SetupError extends Error {
  override name = "SetupError";
}

/**
 * Runs the body of a command and ends the process with its exit code; prints a SetupError plainly.
 */
export async function main(body: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await body());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

/**
 * Runs a program to its end with this terminal's input and output, and returns its exit code.
 * Signals do not end this process meanwhile, so that the program can clean up. The program gets the
 * terminal's Ctrl-C directly (a second one would interrupt its cleaning up), and the other signals
 * from here.
 */
export async function runToEnd(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<number> {
  const child = new Deno.Command(program, { args, cwd: root, env }).spawn();
  const outlive = () => {};
  const passOn = new Map<Deno.Signal, () => void>([["SIGINT", outlive]]);
  if (Deno.build.os !== "windows") {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      passOn.set(signal, () => child.kill(signal));
    }
  }
  for (const [signal, listener] of passOn) Deno.addSignalListener(signal, listener);
  const { code } = await child.status;
  for (const [signal, listener] of passOn) Deno.removeSignalListener(signal, listener);
  return code;
}
