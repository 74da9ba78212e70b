// What saving and loading ask of the system: of Deno, which has locks on folders and names the
// permission that is missing, and of node:fs where there is no Deno.

import fs from "node:fs";
import process from "node:process";

/** Whether this is Windows, which opens no folders and has no modes. */
export const isWindows: boolean = process.platform === "win32";

/** What is at a path. */
export interface Seen {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly isFifo: boolean | null;
  readonly isSocket: boolean | null;
  readonly size: number;
  readonly mode: number | null;
  readonly ino: number | null;
  readonly dev: number;
}

/** An open file or folder. */
export interface OpenFile {
  writeSync(bytes: Uint8Array): number;
  syncSync(): void;
  /** Takes the lock, and says whether it could be had at once; throws where there are none. */
  tryLockSync(exclusive: true): boolean;
  lockSync(exclusive: true): void;
  close(): void;
}

/** The functions of the system, under the names that Deno gives them. */
export interface System {
  chmodSync(path: string, mode: number): void;
  linkSync(from: string, to: string): void;
  lstatSync(path: string): Seen;
  mkdirSync(path: string, options?: { recursive?: boolean }): void;
  openSync(
    path: string,
    options?: { write?: boolean; createNew?: boolean; mode?: number },
  ): OpenFile;
  readDirSync(path: string): Iterable<{ readonly name: string; readonly isDirectory: boolean }>;
  removeSync(path: string): void;
  renameSync(from: string, to: string): void;
  statSync(path: string): Seen;
}

/** A file or folder that node:fs has opened; it has no locks. */
class NodeFile implements OpenFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  writeSync(bytes: Uint8Array): number {
    return fs.writeSync(this.#descriptor, bytes);
  }

  syncSync(): void {
    fs.fsyncSync(this.#descriptor);
  }

  tryLockSync(): boolean {
    throw new Error("node:fs has no locks");
  }

  lockSync(): void {
    this.tryLockSync();
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

function seen(stats: fs.Stats): Seen {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
    isFifo: stats.isFIFO(),
    isSocket: stats.isSocket(),
    size: stats.size,
    mode: isWindows ? null : stats.mode,
    ino: stats.ino,
    dev: stats.dev,
  };
}

/** The system by node:fs. */
export const node: System = {
  chmodSync: fs.chmodSync,
  linkSync: fs.linkSync,
  lstatSync: (path) => seen(fs.lstatSync(path)),
  mkdirSync: (path, options) => void fs.mkdirSync(path, options),
  openSync: (path, { write = false, mode } = {}) =>
    new NodeFile(fs.openSync(path, write ? "wx" : "r", mode)),
  readDirSync: (path) =>
    fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isDirectory: entry.isDirectory(),
    })),
  removeSync: fs.unlinkSync,
  renameSync: fs.renameSync,
  statSync: (path) => seen(fs.statSync(path)),
};

/** The system that the program runs on. */
export const system: System = "Deno" in globalThis ? Deno : node;
