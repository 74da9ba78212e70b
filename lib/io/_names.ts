// The names of the files of a checkpoint. A folder belongs to others too, so what a saver may remove is told
// by names that nothing else gives its files.

import type { Task } from "./_file_errors.ts";

/** The longest name of a file on nearly every file system, in bytes. */
const mostBytes = 255;

/** What a temporary file holds: a matrix, the manifest to come, or the manifest before. */
export type TemporaryKind = "npy" | "json" | "old";

/** The fixed-name file that `exportNpy` writes. */
export function plainMatrixName(name: string): string {
  return `${name}.npy`;
}

/** The file of a save, whose name carries the hash of its content. */
export function matrixName(name: string, sha256: string): string {
  return `${name}-${sha256.slice(0, 16)}.npy`;
}

/** Unlike any other save's, so that a saver without a lock cannot meet another's file. */
export function temporaryName(name: string, kind: TemporaryKind): string {
  return `.${name}.minimodel-${crypto.randomUUID()}.${kind}.tmp`;
}

/** What a file holds by its name, if that is one which `temporaryName` gives for this checkpoint. */
export function temporaryKindOf(name: string, fileName: string): TemporaryKind | undefined {
  if (!fileName.startsWith(`.${name}.`)) return undefined;
  const kind = /^minimodel-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(npy|json|old)\.tmp$/
    .exec(fileName.slice(name.length + 2))?.[1];
  return kind as TemporaryKind | undefined;
}

/**
 * Refuses names that a file system cannot hold, before anything is written.
 *
 * @throws {RangeError} If the checkpoint's name, with what its files' names add, or a folder's is too long.
 */
export function checkLengths({ verb, manifestPath, folder, name }: Task): void {
  const check = (what: string, text: string, most: number) => {
    const bytes = new TextEncoder().encode(text).length;
    if (bytes <= most) return;
    throw new RangeError(
      `Cannot ${verb} ${manifestPath}: ${what} must have at most ${most} bytes in UTF-8, got ${bytes}`,
    );
  };
  for (const part of folder.split(/[/\\]/)) check("a folder's name", part, mostBytes);
  check("its name", name, mostBytes - temporaryName("", "json").length);
}
