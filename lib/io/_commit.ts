// Writing a checkpoint so that a crash or a full disk at any moment leaves the old or the new version, whole.
//
// Both files are written under temporary names and forced to disk; the matrix gets its name; then the
// manifest's rename makes all of it count at once. Savers take turns by a lock on the folder, which ends
// with the process that holds it: whoever holds it knows that all other temporary files are left over.
//
// A folder holds files of others too, under any names. So a saver removes a matrix only if a manifest on
// disk says that it was saved under this name, and its content is what that manifest says. While a matrix
// is there that does not count, such a manifest is there as well: the new one under its temporary name until
// it counts, and the old one under a second name from before the rename until its matrix is gone.

import { join } from "node:path";
import { FormatError } from "../check/errors.ts";
import { isError, onFile, type Task } from "./_file_errors.ts";
import { attempt, type Folder, makeFolder, withFolder } from "./_folder.ts";
import { decodeManifest, type Manifest, readManifest } from "./_manifest.ts";
import { temporaryKindOf, temporaryName } from "./_names.ts";
import { sha256OfPlainFile } from "./_plain_file.ts";
import { type Seen, system } from "./_system.ts";

/** The files of one checkpoint, ready to be written. */
export interface Files {
  readonly task: Task;
  readonly manifest: Uint8Array;
  readonly matrixName: string;
  readonly matrix: Uint8Array;
}

/** Puts both files in place, or throws and leaves what was there. */
export function commit(files: Files): void {
  const { verb, manifestPath, folder: path } = files.task;
  makeFolder(path);
  withFolder(path, (folder) => {
    folder.lock(`${verb} ${manifestPath}`);
    if (folder.isLocked) removeHalfMatrices(files.task, folder);
    const replaced = replace(files, folder);
    if (folder.isLocked) removeOldVersions(files, folder, replaced);
  });
}

/** The version that a save has replaced. */
interface Replaced {
  /** Its manifest, if it could be read. */
  readonly manifest: Manifest | undefined;
  /** The second name of its manifest. */
  readonly note: string;
}

function replace({ task, manifest, matrixName, matrix }: Files, folder: Folder): Replaced {
  const { manifestPath } = task;
  const matrixPath = join(task.folder, matrixName);
  const newMatrix = join(task.folder, temporaryName(task.name, "npy"));
  const newManifest = join(task.folder, temporaryName(task.name, "json"));
  const note = join(task.folder, temporaryName(task.name, "old"));
  const old = manifestBefore(task);
  const modes = modesBefore(task, matrixPath, old);
  const undo = [newMatrix, newManifest, note];
  let before: Before;
  try {
    writeDurably(newMatrix, matrix, modes.matrix);
    writeDurably(newManifest, manifest, modes.manifest);
    // Without a lock another saver of the same numbers may count on the file from here on.
    if (folder.isLocked && lookAt(matrixPath) === undefined) undo.unshift(matrixPath);
    system.renameSync(newMatrix, matrixPath);
    folder.sync(); // else a power failure might keep the manifest's new name but not the matrix's
    before = keep(manifestPath, note, modes.manifest);
    system.renameSync(newManifest, manifestPath);
  } catch (error) {
    undo.forEach(removeIfThere);
    throw error;
  }
  try {
    folder.sync();
  } catch (error) {
    // The caller is told of a failure, so the version before must be the one that is read from now on.
    // The new matrix stays, as the disk may still hold the new manifest; the next save finds it by the note.
    if (folder.isLocked) {
      attempt(() => writeDurably(newManifest, manifest, modes.manifest));
      if (before === "none") removeIfThere(manifestPath);
      if (before === "kept") attempt(() => system.renameSync(note, manifestPath));
    }
    throw error;
  }
  return { manifest: old, note };
}

/** What became of the manifest that is to be replaced. */
type Before = "kept" | "none" | "not kept";

/** Keeps a manifest under a second name, as a copy where the file system has no second names. */
function keep(manifestPath: string, note: string, mode: number | undefined): Before {
  try {
    system.linkSync(manifestPath, note);
    return "kept";
  } catch (error) {
    if (isError(error, "NotFound")) return "none";
    const copied = attempt(() => {
      const bytes = readManifest(manifestPath);
      if (bytes !== null) writeDurably(note, bytes, mode);
    });
    return copied ? "kept" : "not kept";
  }
}

/** Removes matrices that are not whole, to make room for the new one. */
function removeHalfMatrices({ name, folder: path }: Task, folder: Folder): void {
  for (const fileName of folder.fileNames()) {
    if (temporaryKindOf(name, fileName) === "npy") removeIfThere(join(path, fileName));
  }
}

/** Removes what is left over from other saves. What cannot be removed now is left to the next one. */
function removeOldVersions(files: Files, folder: Folder, replaced: Replaced): void {
  const { name, folder: path } = files.task;
  for (const fileName of folder.fileNames()) {
    if (temporaryKindOf(name, fileName) === undefined) continue;
    const note = join(path, fileName);
    attempt(() => {
      const known = note === replaced.note ? replaced.manifest : undefined;
      const old = known ?? manifestAt(note, name);
      if (old !== undefined) removeMatrixOf(old, files);
      system.removeSync(note);
    });
  }
}

/** Removes the matrix that a manifest speaks of, if that is sure to be this saver's and does not count. */
function removeMatrixOf(old: Manifest, { task: { folder }, matrixName }: Files): void {
  if (old.file === matrixName) return;
  const path = join(folder, old.file);
  // A matrix with a manifest of its own name is an export, under this name or another.
  if (lookAt(path.replace(/\.npy$/, ".json")) !== undefined) return;
  if (isMatrixOf(old, path)) system.removeSync(path);
}

function isMatrixOf(manifest: Manifest, path: string): boolean {
  return unlessMisshaped(() => {
    const sha256 = sha256OfPlainFile(path, (size) => {
      if (size !== manifest.byteLength) throw new FormatError(`${path} has ${size} bytes`);
    });
    return sha256 === manifest.sha256;
  }) ?? false;
}

/** The manifest of a checkpoint of this name, if it is there and nobody else's. */
function manifestAt(path: string, name: string): Manifest | undefined {
  return unlessMisshaped(() => {
    const bytes = readManifest(path);
    return bytes === null ? undefined : decodeManifest(bytes, name, `Cannot load ${path}`);
  });
}

/** What an action gives, or undefined if a file is not what it should be. */
function unlessMisshaped<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The manifest that is to be replaced, if it can be read. */
function manifestBefore({ manifestPath, name }: Task): Manifest | undefined {
  let before: Manifest | undefined;
  attempt(() => before = manifestAt(manifestPath, name));
  return before;
}

/** The modes of the files before: if they were made private, the new ones are private too. */
function modesBefore(
  task: Task,
  matrixPath: string,
  old: Manifest | undefined,
): { manifest: number | undefined; matrix: number | undefined } {
  const manifest = modeOf(task.manifestPath);
  const matrix = modeOf(matrixPath) ??
    (old === undefined ? undefined : modeOf(join(task.folder, old.file)));
  return { manifest, matrix: matrix ?? manifest };
}

/** Who may read and write a plain file; undefined if there is none, or on Windows. */
export function modeOf(path: string): number | undefined {
  const seen = lookAt(path);
  return seen?.isFile && seen.mode !== null ? seen.mode & 0o777 : undefined;
}

/** Writes a new file, which nobody can read at any moment who may not read it with `mode`. */
function writeDurably(path: string, bytes: Uint8Array, mode: number | undefined): void {
  const file = system.openSync(path, { write: true, createNew: true, mode });
  try {
    // What the process's mask took away.
    if (mode !== undefined) attempt(() => system.chmodSync(path, mode));
    for (let written = 0; written < bytes.length;) {
      written += onFile("write", path, () => file.writeSync(bytes.subarray(written)));
    }
    onFile("sync", path, () => file.syncSync());
  } finally {
    file.close();
  }
}

/** What is at a path, a link itself, or undefined; throws where that cannot be told. */
function lookAt(path: string): Seen | undefined {
  try {
    return system.lstatSync(path);
  } catch (error) {
    if (isError(error, "NotFound")) return undefined;
    throw error;
  }
}

/** Removes a file if that can be done. */
function removeIfThere(path: string): void {
  attempt(() => system.removeSync(path));
}
