// Errors of the file system, told so that the reader knows which file and what to do about it.

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
  if (!(error instanceof Deno.errors.NotCapable)) {
    return retold(error, `${failed}: ${messageOf(error)}`);
  }
  // Saving reads too: a rename needs both permissions, and so does looking for leftovers.
  const kinds = task.verb === "load" ? ["read"] : ["read", "write"];
  const flags = kinds.map((kind) => `--allow-${kind}=${task.folder}`).join(" ");
  const deed = task.verb === "load" ? "reading" : "writing";
  return retold(error, `${failed}: ${deed} there is not allowed, run deno with ${flags}`);
}

function retold(error: unknown, message: string): Error {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const Kind = Object.values(Deno.errors).find((kind) => error instanceof kind) ??
    // node:fs tells these by the code alone.
    (code === "EACCES"
      ? Deno.errors.PermissionDenied
      : code === "ENOENT"
      ? Deno.errors.NotFound
      : Error);
  const copy = new Kind(message, { cause: error });
  return code === undefined ? copy : Object.assign(copy, { code });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
