// How the work of a consumer is judged: by the bytes of the committed answer.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "./program/work.ts";

/** The .npy file that all consumers must come to, bit for bit. */
export const answerPath: string = fileURLToPath(new URL("answer.npy", import.meta.url));

/** Checks what a consumer reports. */
export function judge(report: Report): void {
  const bytes = Uint8Array.fromBase64(report.answer);
  assertEquals(bytes.toHex(), Deno.readFileSync(answerPath).toHex(), "other bytes than answer.npy");
  assertEquals(report.names, "Tensor Embedding Adam FormatError");
}

/** Runs a program of a consumer in its folder; what it printed. It may warn of nothing. */
export async function runQuietly(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  const command = new Deno.Command(program, {
    ...{ args: [...args], cwd, stdin: "null" },
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  const { success, stdout, stderr } = await command.output();
  const [printed = "", said = ""] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  assert(success, `${program} ${args.join(" ")} failed:\n${printed}${said}`);
  assert(!/warn/i.test(said), `${program} ${args.join(" ")} warned:\n${said}`);
  return printed;
}

/** How long a program takes to import the core: the median of five fresh processes. */
export async function importTime(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const code = `const start = performance.now();
await import("@minimodel/core");
console.log(performance.now() - start);
`;
  await Deno.writeTextFile(join(folder, "import_time.js"), code);
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    times.push(Number(await runQuietly(program, [...args, "import_time.js"], folder)));
  }
  return `imported in ${times.sort((a, b) => a - b)[2]?.toFixed(0)} ms`;
}

/** Judges the last line that a program printed. */
export function judgeLastLine(printed: string): void {
  judge(JSON.parse(printed.trim().split("\n").at(-1) ?? ""));
}
