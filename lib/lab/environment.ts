// What a result was measured on, in few enough words for every report.

import { cpus } from "node:os";

/** The machine and the runtime; what Deno may not read is null. */
export interface Environment {
  /** Deno's version, as "2.9.6". */
  deno: string;
  /** V8's version. */
  v8: string;
  /** TypeScript's version. */
  typescript: string;
  /** The operating system, as "linux". */
  os: string;
  /** The instruction set, as "x86_64". */
  arch: string;
  /** The processor's name; null without permission to read it. */
  cpu: string | null;
  /** Logical processors. */
  cpuCount: number | null;
}

/**
 * Describes the machine and the runtime for a report; asks for no permission and never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { describeEnvironment } from "@minimodel/lab";
 *
 * assertEquals(describeEnvironment().deno, Deno.version.deno);
 * ```
 */
export function describeEnvironment(): Environment {
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpu: cpuModel(),
    cpuCount: navigator.hardwareConcurrency ?? null,
  };
}

function cpuModel(): string | null {
  // Queried first: reading without permission would make Deno stop and ask in a terminal.
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "cpus" });
  if (state !== "granted") return null;
  try {
    return modelOf(cpus());
  } catch {
    return null;
  }
}

/** The name of the first processor, which all others share; null if the system gives none. */
export function modelOf(processors: readonly { readonly model: string }[]): string | null {
  return processors[0]?.model.trim() || null;
}
