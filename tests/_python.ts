// Python for the tests that compare against it: where it is, and a worker that answers JSON lines.

import { fileURLToPath } from "node:url";
import { venvPython } from "../tasks/jupyter.ts";

/**
 * The Python to compare against: MINIMODEL_PYTHON, or that of `.venv` in the project's folder, or
 * undefined when there is none.
 */
export function findPython(): string | undefined {
  const chosen = Deno.env.get("MINIMODEL_PYTHON");
  if (chosen !== undefined && chosen !== "") return chosen;
  try {
    Deno.statSync(venvPython);
    return venvPython;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A running Python script that answers each line of JSON on its input with one on its output. */
export class PythonWorker implements AsyncDisposable {
  #process: Deno.ChildProcess;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #lines: ReadableStreamDefaultReader<string>;
  #complaints: Promise<string>;
  #pending = "";

  /** Starts `script` (a file name in tests/) without the user's Python settings. */
  constructor(python: string, script: string) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#process = new Deno.Command(python, {
      args: ["-I", "-u", path],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#complaints = new Response(this.#process.stderr).text();
  }

  /** Sends a request and waits for its answer; one at a time. */
  async call(request: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    let pieces = this.#pending;
    while (!pieces.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`The Python worker ended: ${await this.#complaints}`);
      pieces += value;
    }
    const end = pieces.indexOf("\n");
    this.#pending = pieces.slice(end + 1);
    return JSON.parse(pieces.slice(0, end));
  }

  /** Ends the worker by closing its input. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    while (!(await this.#lines.read()).done);
    await this.#complaints;
    await this.#process.status;
  }
}
