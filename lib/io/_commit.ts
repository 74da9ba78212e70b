// Writing a checkpoint so that a crash or a full disk at any moment leaves the old or the new version, whole.
//
// Both files are written under temporary names and forced to disk; the matrix gets its name; then the
// manifest's rename makes all of it count at once. Savers take turns by a lock on the folder, which ends
// with the process that holds it. So whoever holds it knows that every other temporary file, and every
// matrix of this name that the manifest does not speak of, is left over from a crash.

import { dirname, join } from "node:path";
import { onFile } from "./_file_errors.ts";
import { isMatrixName } from "./_manifest.ts";

/** The files of one checkpoint, ready to be written. */
export interface Files {
  readonly folder: string;
  /** The checkpoint's name, without folder and extension. */
  readonly name: string;
  readonly manifestName: string;
  readonly manifest: Uint8Array;
  readonly matrixName: string;
  readonly matrix: Uint8Array;
}

/** Puts both files in place, or throws and leaves what was there. */
export function commit(files: Files): void {
  makeFolder(files.folder);
  using folder = new Folder(files.folder);
  folder.lock();
  folder.removeAll((fileName) => isTemporary(files.name, fileName));
  replace(files, folder);
  folder.removeAll((fileName, siblings) =>
    isTemporary(files.name, fileName) ||
    // A matrix with a manifest of its own name is somebody's export, not an old version.
    fileName !== files.matrixName && isMatrixName(files.name, fileName) &&
      !siblings.has(fileName.replace(/\.npy$/, ".json"))
  );
}

function replace(files: Files, folder: Folder): void {
  const path = (fileName: string) => join(files.folder, fileName);
  const matrixPath = path(files.matrixName);
  const manifestPath = path(files.manifestName);
  const [newMatrix, newManifest, oldManifest] = ["npy", "json", "old"].map((kind) =>
    path(temporaryName(files.name, kind))
  );
  const undo = [newMatrix, newManifest, oldManifest];
  let goBack = () => {};
  try {
    writeDurably(newMatrix, files.matrix);
    writeDurably(newManifest, files.manifest);
    // Without a lock another saver of the same numbers may count on the file from here on.
    if (folder.isLocked && isMissing(matrixPath)) undo.push(matrixPath);
    Deno.renameSync(newMatrix, matrixPath);
    folder.sync(); // else a power failure might keep the manifest's new name but not the matrix's
    if (folder.isLocked) goBack = wayBack(manifestPath, oldManifest);
    Deno.renameSync(newManifest, manifestPath);
  } catch (error) {
    undo.forEach(removeIfThere);
    throw error;
  }
  try {
    folder.sync();
  } catch (error) {
    // The caller is told of a failure, so the version before must be the one that is read from now on.
    // The new matrix stays: the disk may still hold the new manifest.
    attempt(goBack);
    throw error;
  }
  removeIfThere(oldManifest);
}

/** Keeps the manifest under a second name, and returns how to bring it back, or nothing where it cannot. */
function wayBack(manifestPath: string, oldManifest: string): () => void {
  try {
    Deno.linkSync(manifestPath, oldManifest);
    return () => Deno.renameSync(oldManifest, manifestPath);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return () => removeIfThere(manifestPath);
    return () => {}; // a file system without second names
  }
}

/** An open folder: what is renamed in it can be forced to disk, and savers can take turns by its lock. */
class Folder {
  readonly #path: string;
  /** Null on Windows, which opens no folders. */
  readonly #file: Deno.FsFile | null;
  #isLocked = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = Deno.build.os === "windows" ? null : Deno.openSync(path);
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  /**
   * Waits until no other saver is at work. Where folders have no locks a save still does its work, but
   * removes nothing: any file may be part of a save that another process is in the middle of.
   */
  lock(): void {
    this.#isLocked = this.#file !== null && attempt(() => this.#file?.lockSync(true));
  }

  sync(): void {
    onFile("sync", this.#path, () => this.#file?.syncSync());
  }

  /** Removes plain files of some names; one that cannot be removed now is left to the next save. */
  removeAll(removable: (fileName: string, siblings: ReadonlySet<string>) => boolean): void {
    if (!this.#isLocked) return;
    attempt(() => {
      const entries = [...Deno.readDirSync(this.#path)].filter((entry) => entry.isFile);
      const siblings = new Set(entries.map((entry) => entry.name));
      for (const fileName of siblings) {
        if (removable(fileName, siblings)) removeIfThere(join(this.#path, fileName));
      }
    });
  }

  [Symbol.dispose](): void {
    this.#file?.close(); // ends the lock too
  }
}

function makeFolder(path: string): void {
  if (isFolder(path)) return;
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return; // another process was quicker
    if (!(error instanceof Deno.errors.NotFound) || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    Deno.mkdirSync(path, { recursive: true }); // so that it may be there by now
  }
  syncParent(path);
}

/** Forces a new folder's name to disk, unless its parent lies outside of what we may read. */
function syncParent(path: string): void {
  let parent: Folder;
  try {
    parent = new Folder(dirname(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return;
    if (error instanceof Deno.errors.PermissionDenied) return;
    throw error;
  }
  using folder = parent;
  folder.sync();
}

function writeDurably(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  for (let written = 0; written < bytes.length;) {
    written += onFile("write", path, () => file.writeSync(bytes.subarray(written)));
  }
  onFile("sync", path, () => file.syncSync());
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function isMissing(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound; // any other failure says nothing
  }
}

/** Removes a file if that can be done. */
function removeIfThere(path: string): void {
  attempt(() => Deno.removeSync(path));
}

/** Whether something that a save can do without succeeded. */
function attempt(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** Unlike any other save's, so that a saver without a lock cannot meet another's file. */
function temporaryName(name: string, kind: string): string {
  return `.${name}.${crypto.randomUUID()}.${kind}.tmp`;
}

function isTemporary(name: string, fileName: string): boolean {
  return fileName.startsWith(`.${name}.`) &&
    /^[0-9a-f-]{36}\.(npy|json|old)\.tmp$/.test(fileName.slice(name.length + 2));
}
