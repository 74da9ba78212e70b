// A peer's side of the benchmark: answers requests of the driver, each in one line of JSON.

import type { DType, FloatArray } from "minimodel";
import type { Task, Work } from "./_cases.ts";

/** One way to do a case's work. */
export interface Way {
  /** Its name among the peer's ways; "" if there is only one. */
  readonly name: string;
  /** Which of the case's results it computes, if there are several: "dense" or "sparse". */
  readonly part?: string;
  /** Does the work once and frees the memory, as a fast loop would. */
  readonly run: () => unknown;
  /** Does the work from the start and returns the numbers. */
  readonly result: () => FloatArray | Promise<FloatArray>;
}

/** What a peer gets to prepare a case. */
export interface Given extends Task {
  /** The numbers of a file, by name. */
  numbers(name: string): FloatArray;
  /** The ids of a file, "ids" by default. */
  ids(name?: string): Int32Array;
  /** Calls `fn` when the case is over. */
  atEnd(fn: () => void): void;
}

/** How a peer prepares each kind of work: the ways to do it, or the reason why there are none. */
export type Peer = Record<Work, (given: Given) => Way[] | string>;

/** Says who the peer is, and how many threads it uses. */
export interface About {
  /** How many threads it computes with. */
  readonly threads: number;
  /** Versions and settings that matter, by name. */
  readonly details: Readonly<Record<string, string>>;
}

type Request =
  | { readonly ask: "about" }
  | { readonly ask: "release" }
  | { readonly ask: "prepare"; readonly task: Task }
  | { readonly ask: "result"; readonly way: number }
  | { readonly ask: "time"; readonly way: number; readonly calls: number };

/** Answers requests until the input ends. */
export async function serve(about: About, peer: Peer): Promise<never> {
  let ways: Way[] = [];
  const endings: (() => void)[] = [];

  async function answer(request: Request): Promise<object | { numbers: FloatArray }> {
    if (request.ask === "about") return about;
    if (request.ask === "release") {
      ways = [];
      for (const end of endings.splice(0)) end();
      return {};
    }
    if (request.ask === "prepare") {
      const { task } = request;
      const prepared = peer[task.work]({
        ...task,
        numbers: (name) => readNumbers(task.files[name], task.dtype),
        ids: (name = "ids") => new Int32Array(Deno.readFileSync(task.files[name]).buffer),
        atEnd: (fn) => void endings.push(fn),
      });
      if (typeof prepared === "string") return { missing: prepared };
      ways = prepared;
      return { ways: ways.map(({ name, part = "" }) => ({ name, part })) };
    }
    const way = ways[request.way];
    if (request.ask === "time") return { ms: await time(way, request.calls) };
    return { numbers: await way.result() };
  }

  // Standard output is for answers: what a peer prints goes to standard error.
  console.log = console.info = console.debug = console.error;
  let text = "";
  for await (const piece of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (text + piece).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const reply = await answer(JSON.parse(line)).catch((error) => ({ error: String(error) }));
      if (!("numbers" in reply)) write(JSON.stringify(reply) + "\n");
      else {
        // As bytes: JSON of 38 million numbers would take a minute.
        const { buffer, byteOffset, byteLength } = reply.numbers;
        write(JSON.stringify({ bytes: byteLength }) + "\n");
        write(new Uint8Array(buffer, byteOffset, byteLength));
      }
    }
  }
  // A peer's own workers would keep the process alive.
  Deno.exit(0);
}

function write(what: string | Uint8Array): void {
  let left = typeof what === "string" ? new TextEncoder().encode(what) : what;
  while (left.length > 0) left = left.subarray(Deno.stdout.writeSync(left));
}

/** The time of some calls in milliseconds. */
async function time({ run }: Way, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const done = run();
    if (done instanceof Promise) await done;
  }
  return performance.now() - start;
}

/** Raw numbers of a dtype from a file. */
export function readNumbers(path: string, dtype: DType): FloatArray {
  const { buffer } = Deno.readFileSync(path);
  return dtype === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
}

/** The distinct ids, ascending, and for each id its place among them. */
export function distinctIds(ids: Int32Array): { rows: Int32Array; places: Int32Array } {
  const rows = Int32Array.from(new Set(ids)).sort();
  const placeOf = new Map(Array.from(rows, (row, place) => [row, place]));
  return { rows, places: ids.map((id) => placeOf.get(id) ?? -1) };
}
