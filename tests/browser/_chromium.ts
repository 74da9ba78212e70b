// Where Chromium is, or how to get it.

import { delimiter, join } from "node:path";

/** The path of Chromium: CHROMIUM, or one on PATH; without one, says how to get it and ends. */
export async function findChromium(): Promise<string> {
  const chosen = Deno.env.get("CHROMIUM") ?? "";
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const path of chosen === "" ? onPath : [chosen]) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  const where = chosen === "" ? "on PATH" : `at ${chosen}, which CHROMIUM names`;
  console.error(
    `Cannot test in a browser: there is no Chromium ${where}\n` +
      "  Debian: apt-get update && apt-get install -y chromium\n" +
      "  or set the environment variable CHROMIUM to the path of one",
  );
  Deno.exit(1);
}
