// The driver's side of a peer: its process, which gets one request at a time.

import type { DType, FloatArray } from "minimodel";
import type { About } from "./_serve.ts";

/** How a peer is started. */
export interface Program {
  /** The peer's name in tables. */
  readonly name: string;
  /** The program to run. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables that are added to this process's environment: the fixed thread counts. */
  readonly env: Readonly<Record<string, string>>;
}

/** A peer's answer that it cannot do what it was asked for. */
export class PeerError extends Error {
  override name = "PeerError";
}

/** A running peer. */
export class PeerWorker implements AsyncDisposable {
  /** How it was started. */
  readonly program: Program;
  /** What it says about itself. */
  about: About = { threads: 0, details: {} };
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #pieces: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #complaints: Promise<string>;
  /** What was read beyond the last answer. */
  #rest = new Uint8Array();

  private constructor(program: Program) {
    this.program = program;
    this.#process = new Deno.Command(program.program, {
      args: [...program.args],
      env: { ...program.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#pieces = this.#process.stdout.getReader();
    this.#complaints = new Response(this.#process.stderr).text();
  }

  /**
   * Starts a peer and asks it who it is.
   *
   * @throws {PeerError} If it does not answer.
   */
  static async start(program: Program): Promise<PeerWorker> {
    const worker = new PeerWorker(program);
    worker.about = await worker.ask<About>({ ask: "about" });
    return worker;
  }

  /**
   * Returns the answer to a request.
   *
   * @throws {PeerError} If the answer is an error, or none comes.
   */
  async ask<Answer extends object>(request: object): Promise<Answer> {
    // If the process is gone, the next read reports it.
    const line = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
    await this.#writer.write(line).catch(() => {});
    const answer: Answer | { error: string } = JSON.parse(await this.#line());
    if ("error" in answer) throw new PeerError(String(answer.error));
    return answer as Answer;
  }

  /** Returns the raw numbers with which a request is answered. */
  async numbers(request: object, dtype: DType): Promise<FloatArray> {
    const { bytes } = await this.ask<{ bytes: number }>(request);
    const all = new Uint8Array(bytes);
    let filled = 0;
    while (filled < bytes) {
      const piece = this.#rest.length > 0 ? this.#rest : await this.#piece();
      const part = piece.subarray(0, bytes - filled);
      all.set(part, filled);
      filled += part.length;
      this.#rest = piece.slice(part.length);
    }
    return dtype === "float64" ? new Float64Array(all.buffer) : new Float32Array(all.buffer);
  }

  async #line(): Promise<string> {
    let text = "";
    const decoder = new TextDecoder();
    for (let piece = this.#rest;; piece = await this.#piece()) {
      const end = piece.indexOf(10);
      text += decoder.decode(end < 0 ? piece : piece.subarray(0, end), { stream: true });
      if (end < 0) continue;
      this.#rest = piece.slice(end + 1);
      return text;
    }
  }

  async #piece(): Promise<Uint8Array<ArrayBuffer>> {
    const { value, done } = await this.#pieces.read();
    if (done) throw new PeerError(errorLine(await this.#complaints));
    return value;
  }

  /** Ends the process by closing its input. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    while (!(await this.#pieces.read()).done);
    await this.#complaints;
    await this.#process.status;
  }
}

/** The line on standard error that says what was wrong. */
export function errorLine(complaints: string): string {
  const lines = complaints.trim().split("\n");
  const errors = lines.filter((line) => /Error\b|\berror:/.test(line));
  return (errors.at(-1) ?? lines.at(-1) ?? "").trim() || "it ended without a message";
}
