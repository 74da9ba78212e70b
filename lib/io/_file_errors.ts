// Errors of the file system, told so that the reader knows which file and what to do about it.

import { allowFlag } from "../check/flags.ts";

/** Deno's classes of errors, by which its users tell one from another; none elsewhere. */
type Kinds = Readonly<Record<string, new (message?: string, options?: ErrorOptions) => Error>>;
const kinds: Kinds = "Deno" in globalThis ? Deno.errors as Kinds : {};

/** Which checkpoint is being worked on, and how. */
export interface Task {
  readonly verb: "load" | "save" | "export";
  /** The checkpoint's name, without folder and extension. */
  readonly name: string;
  /** The manifest's path as the caller gave it. */
  readonly manifestPath: string;
  /** The folder of the manifest and the matrix. */
  readonly folder: string;
}

/** Runs one call on an open file; Deno names the path in the errors of all other calls, but not of these. */
export function onFile<Result>(operation: string, path: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw retold(error, `${messageOf(error)}: ${operation} '${path}'`);
  }
}

/** Tells an error of the file system anew, of the same class and code, with what was being done. */
export function explained(error: unknown, task: Task): Error {
  const failed = `Cannot ${task.verb} ${task.manifestPath}`;
  if (!isError(error, "NotCapable")) {
    return retold(error, `${failed}: ${messageOf(error)}`);
  }
  // Saving reads too: a rename needs both permissions, and so does looking for leftovers.
  const kinds = task.verb === "load" ? ["read"] as const : ["read", "write"] as const;
  const flags = kinds.map((kind) => allowFlag(kind, task.folder)).join(" ");
  const deed = task.verb === "load" ? "reading" : "writing";
  return retold(error, `${failed}: ${deed} there is not allowed, run deno with ${flags}`);
}

function retold(error: unknown, message: string): Error {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const Kind = Object.values(kinds).find((kind) => error instanceof kind) ??
    // node:fs tells these by the code alone.
    (code === "EACCES" ? kinds.PermissionDenied : code === "ENOENT" ? kinds.NotFound : undefined) ??
    Error;
  const copy = new Kind(message, { cause: error });
  return code === undefined ? copy : Object.assign(copy, { code });
}

/** The errors of Deno that are told apart here, with node's codes for them. */
const codes = {
  AlreadyExists: "EEXIST",
  NotCapable: undefined, // node:fs fails so in Deno alone, with an error of Deno
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
} as const;

/** Whether it is an error of this kind, by the name of its class or by its code. */
export function isError(error: unknown, kind: keyof typeof codes): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return error.name === kind || code !== undefined && code === codes[kind];
}

/** The error of a file that is not there. */
export function notFound(message?: string): Error {
  const { NotFound = Error } = kinds;
  return Object.assign(new NotFound(message), { code: "ENOENT" });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
