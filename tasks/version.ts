// Refuses a Deno that is older than the project works with, before a task begins: without this, such a
// Deno fails with whatever it happens to lack. It imports nothing, so that it runs on any Deno.

/** The oldest Deno that passes all tests of the project. */
export const oldestDeno = "2.9.4";

/** What to type where Deno is too old, for a command after `deno`. */
export function withNewDeno(command: string): string {
  return `npx -y deno@2.9.6 ${command}`;
}

/** Whether a version is `oldest` or later. */
export function isNewEnough(version: string, oldest: string = oldestDeno): boolean {
  const parts = version.split(".").map((part) => parseInt(part));
  const wanted = oldest.split(".").map(Number);
  const differing = wanted.findIndex((part, i) => part !== (parts[i] ?? 0));
  return differing < 0 || (parts[differing] ?? 0) > (wanted[differing] ?? 0);
}

/** Why this Deno is refused; undefined if it is not. */
export function whyTooOld(version: string): string | undefined {
  if (isNewEnough(version)) return undefined;
  return `Cannot run on Deno ${version}: wanted ${oldestDeno} or later. Type this in place of deno:\n` +
    `    ${withNewDeno("task ...")}`;
}

if (import.meta.main) {
  const reason = whyTooOld(Deno.version.deno);
  if (reason !== undefined) {
    console.error(reason);
    Deno.exit(1);
  }
}
