// Power failures, worked out from the system calls of one save. A disk has for certain only what was forced
// to it: of the names that were given in a folder since its last fsync any subset may have arrived, and of
// what was written to a file since its last fsync nothing, half, all, or a length without the content.

import { basename, dirname, join } from "node:path";
import { type State, stateOf } from "./_content.ts";
import { type Call, stringsIn } from "./_strace.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file of the model: what the disk has for certain, and what the program has written. */
interface Inode {
  durable: Bytes;
  current: Bytes;
}

type Names = Map<string, Inode>;

/** A folder's content, name by name. */
export type Listing = ReadonlyMap<string, Bytes>;

/** The plain files of a folder. */
export function listingOf(folder: string): Listing {
  return new Map(
    [...Deno.readDirSync(folder)].filter((entry) => entry.isFile).map((
      entry,
    ) => [entry.name, Deno.readFileSync(join(folder, entry.name))]),
  );
}

/**
 * Cuts the power after each call and looks at what any disk could then hold. Returns the states that a load
 * finds, those after the last call apart: the save had returned by then.
 */
export async function cutEverywhere(
  calls: readonly Call[],
  path: string,
  before: Listing,
  scratch: string,
): Promise<{ during: State[]; after: State[] }> {
  const disk = new Disk(dirname(path), before);
  const seen = new Map<string, State>();
  const look = async (): Promise<State[]> => {
    const states: State[] = [];
    for (const listing of disk.possible()) {
      const key = [...listing].map(([name, bytes]) => `${name}=${bytes.toHex()}`).sort().join();
      const state = seen.get(key) ?? await load(listing, join(scratch, basename(path)));
      seen.set(key, state);
      states.push(state);
    }
    return states;
  };
  const during = await look();
  for (const call of calls) if (disk.play(call)) during.push(...await look());
  return { during, after: await look() };
}

async function load(listing: Listing, path: string): Promise<State> {
  const folder = dirname(path);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of listing) Deno.writeFileSync(join(folder, name), bytes);
  return await stateOf(path);
}

class Disk {
  readonly #folder: string;
  readonly #durable: Names;
  readonly #current: Names;
  /** What was done to names since the folder's last fsync. */
  #pending: ((names: Names) => void)[] = [];
  /** Folders above the file whose own names are not yet forced to disk. */
  readonly #newFolders = new Set<string>();
  /** What each open handle is: a file, or a folder's path. */
  readonly #open = new Map<string, Inode | string>();

  constructor(folder: string, listing: Listing) {
    this.#folder = folder;
    this.#durable = new Map(
      [...listing].map(([name, bytes]) => [name, { durable: bytes, current: bytes }]),
    );
    this.#current = new Map(this.#durable);
  }

  /** Plays one call; true if it changed what a disk may hold. */
  play({ name, args, result }: Call): boolean {
    if (result === "" || result.startsWith("-1")) return false;
    const handle = args.split(",", 1)[0];
    const file = this.#open.get(handle);
    switch (name) {
      case "openat":
        return this.#openAt(pathsIn(args)[0], args, result);
      case "close":
        this.#open.delete(handle);
        return false;
      case "write":
        if (file === undefined || typeof file === "string") return false;
        file.current = joined(file.current, stringsIn(args)[0].slice(0, Number(result)));
        return true;
      case "fsync":
      case "fdatasync":
        if (typeof file === "string") this.#settle(file);
        else if (file !== undefined) file.durable = file.current;
        return file !== undefined;
      case "mkdir":
      case "mkdirat":
        this.#newFolders.add(pathsIn(args)[0]);
        return true;
      case "rename":
      case "renameat":
      case "renameat2": {
        const [from, to] = pathsIn(args).map((path) => basename(path));
        const inode = this.#inode(from);
        return this.#change((names) => void (names.delete(from), names.set(to, inode)));
      }
      case "link":
      case "linkat": {
        const [from, to] = pathsIn(args).map((path) => basename(path));
        const inode = this.#inode(from);
        return this.#change((names) => void names.set(to, inode));
      }
      case "unlink":
      case "unlinkat": {
        const [from] = pathsIn(args).map((path) => basename(path));
        return this.#change((names) => void names.delete(from));
      }
    }
    return false;
  }

  /** Every content that the folder may have if the power fails now. */
  *possible(): Generator<Listing> {
    if (this.#newFolders.size > 0) yield new Map();
    for (let subset = 0; subset < 2 ** this.#pending.length; subset++) {
      const names = new Map(this.#durable);
      this.#pending.forEach((change, index) => {
        if (subset & (1 << index)) change(names);
      });
      for (const remains of remainders) {
        yield new Map([...names].map(([name, inode]) => [
          name,
          inode.durable === inode.current ? inode.durable : remains(inode),
        ]));
      }
    }
  }

  #openAt(path: string, args: string, handle: string): boolean {
    if (!/O_WRONLY|O_RDWR/.test(args)) {
      this.#open.set(handle, path); // only of interest if it is a folder
      return false;
    }
    if (dirname(path) !== this.#folder) return false;
    const name = basename(path);
    let inode = this.#current.get(name);
    if (inode === undefined) {
      const made: Inode = { durable: new Uint8Array(0), current: new Uint8Array(0) };
      inode = made;
      this.#change((names) => void names.set(name, made));
    }
    if (args.includes("O_TRUNC")) inode.current = new Uint8Array(0);
    this.#open.set(handle, inode);
    return true;
  }

  #change(change: (names: Names) => void): true {
    change(this.#current);
    this.#pending.push(change);
    return true;
  }

  #settle(folder: string): void {
    for (const made of this.#newFolders) {
      if (dirname(made) === folder) this.#newFolders.delete(made);
    }
    if (folder !== this.#folder) return;
    for (const change of this.#pending) change(this.#durable);
    this.#pending = [];
  }

  #inode(name: string): Inode {
    const inode = this.#current.get(name);
    if (inode === undefined) {
      throw new Error(`Cannot play a call on ${name}: there is no such file`);
    }
    return inode;
  }
}

/** The paths among a call's arguments. */
function pathsIn(args: string): string[] {
  return stringsIn(args).map((bytes) => new TextDecoder().decode(bytes));
}

/** What a disk may hold of a file that was written but not forced to it. */
const remainders: ((inode: Inode) => Bytes)[] = [
  ({ durable }) => durable,
  ({ current }) => current,
  () => new Uint8Array(0),
  ({ current }) => current.slice(0, current.length >> 1),
  ({ current }) => new Uint8Array(current.length),
];

function joined(left: Bytes, right: Bytes): Bytes {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
