// A folder that files are saved in: made, locked against other savers, and forced to disk.

import { dirname } from "node:path";
import { isError, onFile } from "./_file_errors.ts";
import { isWindows, type OpenFile, system } from "./_system.ts";

const pause = 2; // milliseconds
const patience = 1000;

/** An open folder: what is renamed in it can be forced to disk, and savers can take turns by its lock. */
export class Folder {
  readonly #path: string;
  /** Null on Windows, which opens no folders. */
  readonly #file: OpenFile | null;
  #isLocked = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = isWindows ? null : system.openSync(path);
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  /**
   * Waits until no other saver is at work, and says so if that takes longer than a second. Where folders
   * have no locks a save still does its work, but removes nothing: any file may be part of a save that
   * another process is in the middle of.
   *
   * @param doing What the lock is for: "save runs/first.json", say.
   */
  lock(doing: string): void {
    const file = this.#file;
    if (file === null) return;
    this.#isLocked = attempt(() => {
      for (let waited = 0; !file.tryLockSync(true); waited += pause) {
        if (waited < patience) {
          sleep(pause);
          continue;
        }
        console.warn(
          `Waiting to ${doing}: another program is saving there ("lsof ${this.#path}" tells which)`,
        );
        return file.lockSync(true);
      }
    });
  }

  sync(): void {
    onFile("sync", this.#path, () => this.#file?.syncSync());
  }

  /** The names of the files and links; none if they cannot be told. */
  fileNames(): string[] {
    try {
      const entries = [...system.readDirSync(this.#path)];
      return entries.filter((entry) => !entry.isDirectory).map((entry) => entry.name);
    } catch {
      return [];
    }
  }

  close(): void {
    this.#file?.close(); // ends the lock too
  }
}

/** Opens a folder for the time of an action. */
export function withFolder<Result>(path: string, action: (folder: Folder) => Result): Result {
  const folder = new Folder(path);
  try {
    return action(folder);
  } finally {
    folder.close();
  }
}

/** Makes a folder and those above it, and forces their names to disk. */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  try {
    system.mkdirSync(path);
  } catch (error) {
    if (isError(error, "AlreadyExists")) return; // another process was quicker
    if (!isError(error, "NotFound") || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    system.mkdirSync(path, { recursive: true }); // so that it may be there by now
  }
  syncParent(path);
}

/** Forces a name to disk, of a file or folder, unless it stands in one that we may not read. */
export function syncParent(path: string): void {
  let parent: Folder;
  try {
    parent = new Folder(dirname(path));
  } catch (error) {
    if (isError(error, "NotCapable") || isError(error, "PermissionDenied")) return;
    throw error;
  }
  try {
    parent.sync();
  } finally {
    parent.close();
  }
}

function isFolder(path: string): boolean {
  try {
    return system.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Whether something that a save can do without succeeded. */
export function attempt(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** Waits without giving way: a save is done when it returns. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
