// Runs the subject under strace: to learn which system calls a save makes, and to disturb one of them.
// A save makes all of its calls on the main thread, so that call K of a name is the same in every run.

import { fileURLToPath } from "node:url";

/** One system call between the subject's BEGIN and END. */
export interface Call {
  readonly name: string;
  /** Which of the main thread's calls of this name it is, from the program's start, the first being 1. */
  readonly nth: number;
  /** Which of the calls of this name since BEGIN it is, the first being 1. */
  readonly step: number;
  /** What stands between the brackets. */
  readonly args: string;
  /** What stands behind "=", empty if the process died in the call. */
  readonly result: string;
}

/** What to do to one call. */
export interface Injection {
  readonly call: Call;
  /** In strace's words: "signal=KILL" or "error=EIO". */
  readonly fault: string;
}

/** A run of the subject. */
export interface Run {
  readonly calls: readonly Call[];
  /** The last line that the subject printed. */
  readonly outcome: string;
  /** Whether the fault was injected, and where it was meant to be. */
  readonly hit: boolean;
}

// A name with a question mark is one that not all machines have.
const names = [
  "openat,close,read,write,?pwrite64,?writev,fsync,?fdatasync,?ftruncate,?fchmod,?chmod,?fchmodat,?fchmodat2,flock,getdents64",
  "?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?mkdir,?mkdirat,?rmdir",
  "?stat,?lstat,?fstat,?newfstatat,?statx",
].join(",");

const subject = fileURLToPath(new URL("_subject.ts", import.meta.url));

/** The command that runs the subject, `Deno.execPath()` first. */
export function subjectArgs(...args: string[]): string[] {
  const flags = ["--quiet", "--no-check", "--no-config", "--allow-read", "--allow-write"];
  return ["run", ...flags, subject, ...args];
}

/** Says what is missing on this machine for these tests, or null. */
export async function whatIsMissing(): Promise<string | null> {
  try {
    const command = new Deno.Command("strace", { args: ["-o", "/dev/null", "true"] });
    const { success, stderr } = await command.output();
    if (success) return null;
    return `strace may not trace here: ${new TextDecoder().decode(stderr).trim()}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "strace is not installed: install the package strace (Debian and Ubuntu: apt install strace)";
  }
}

/** Runs `_subject.ts once` under strace. `log` is a file to write the trace to. */
export async function traced(log: string, args: string[], injection?: Injection): Promise<Run> {
  const inject = injection === undefined ? [] : [
    "-e",
    `inject=${injection.call.name}:${injection.fault}:when=${injection.call.nth}`,
  ];
  const command = new Deno.Command("strace", {
    args: [
      ...["-f", "-xx", "-s", "65536", "-o", log, "-e", `trace=${names}`],
      ...inject,
      ...[Deno.execPath(), ...subjectArgs("once", ...args)],
    ],
    stdout: "piped",
    stderr: "piped",
  });
  const { stdout, stderr } = await command.output();
  const outcome = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  const { calls, ending } = parse(await Deno.readTextFile(log));
  if (outcome === "" && injection === undefined) {
    throw new Error(`Cannot run the subject: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  }
  return { calls, outcome, hit: injection !== undefined && wasHit(injection, calls, ending) };
}

function wasHit({ call, fault }: Injection, calls: readonly Call[], ending: string): boolean {
  const found = calls.find(({ name, nth }) => name === call.name && nth === call.nth);
  if (found === undefined || found.step !== call.step || !beginsAs(found, call)) return false;
  return fault.startsWith("signal=")
    ? found === calls.at(-1) && ending.includes("killed by SIGKILL")
    : found.result.endsWith("(INJECTED)");
}

/**
 * Whether a call has the strings of a planned one, but for the random names of temporary files. A call that
 * a process dies in shows no strings that it would have received.
 */
function beginsAs(found: Call, planned: Call): boolean {
  const [one, other] = [found, planned].map(({ args }) =>
    stringsIn(args).map((bytes) => new TextDecoder().decode(bytes)).join("\n")
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "")
  );
  return other.startsWith(one);
}

/** The main thread's calls from the subject's BEGIN to its last word, and how the process ended. */
function parse(log: string): { calls: Call[]; ending: string } {
  const lines = log.split("\n");
  const main = lines[0].split(" ", 1)[0];
  const counts = new Map<string, number>();
  const steps = new Map<string, number>();
  const calls: Call[] = [];
  let ending = "";
  let begun = false;
  let unfinished = "";
  for (const line of lines) {
    if (!line.startsWith(`${main} `)) continue;
    let text = line.slice(main.length).trimStart();
    if (text.startsWith("+++")) {
      ending = text;
      text = unfinished; // the call that the process died in, if any
    } else if (text.endsWith("<unfinished ...>")) {
      unfinished = text.slice(0, -"<unfinished ...>".length);
      continue;
    } else if (text.startsWith("<...")) {
      text = unfinished + text.replace(/^<\.\.\. \w+ resumed>/, "");
    }
    unfinished = "";
    const match = /^(\w+)\((.*?)\)? += (.*)$/s.exec(text) ?? /^(\w+)\((.*)$/s.exec(text);
    if (match === null) continue;
    const [, name, args, result = ""] = match;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const said = name === "write" && args.startsWith("1, ") ? unescape(args) : "";
    if (said.startsWith("BEGIN")) begun = true;
    else if (said.startsWith("END") || said.startsWith("FAILED")) begun = false;
    else if (begun) {
      const step = (steps.get(name) ?? 0) + 1;
      steps.set(name, step);
      calls.push({ name, nth, step, args, result });
    }
  }
  return { calls, ending };
}

/** The first string among a call's arguments, which strace writes in hexadecimal. */
export function unescape(args: string): string {
  return new TextDecoder().decode(stringsIn(args)[0]);
}

/** All strings among a call's arguments. */
export function stringsIn(args: string): Uint8Array<ArrayBuffer>[] {
  return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) =>
    Uint8Array.fromHex(text.replaceAll("\\x", ""))
  );
}
