// What depends on the operating system: where Python is in a virtual environment, and where temporary
// files go. Run as a program, it prints the folders of temporary files as --allow-read and --allow-write
// take them.

import { posix, win32 } from "node:path";

/** An operating system, as Deno names it. */
export type System = typeof Deno.build.os;

/** The Python of a virtual environment, by the environment's folder. */
export function pythonIn(folder: string, os: System = Deno.build.os): string {
  return os === "windows"
    ? win32.join(folder, "Scripts", "python.exe")
    : posix.join(folder, "bin", "python");
}

/** The variables that say where temporary files go. */
export const temporaryVariables = ["TMPDIR", "TMP", "TEMP", "USERPROFILE"] as const;

/**
 * The folders under which `Deno.makeTempDir` makes its own. On macOS there are two, since /var is a link
 * there, and a path that was resolved has the other name.
 */
export function temporaryFolders(
  variable: (name: typeof temporaryVariables[number]) => string | undefined,
  os: System = Deno.build.os,
): string[] {
  if (os === "windows") {
    return [variable("TMP") || variable("TEMP") || variable("USERPROFILE") || "C:\\Windows"];
  }
  const folder = variable("TMPDIR") || "/tmp";
  const linked = os === "darwin" && /^\/(var|tmp)(\/|$)/.test(folder);
  return linked ? [folder, `/private${folder}`] : [folder];
}

if (import.meta.main) console.log(temporaryFolders((name) => Deno.env.get(name)).join());
