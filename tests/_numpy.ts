// Real NumPy for differential tests, behind tests/_numpy_worker.py.

import { PythonWorker } from "./_python.ts";

/** What numpy.load makes of a file: little-endian bits and printed values, both in C order. */
export interface Loaded {
  descr: string;
  shape: number[];
  fortran: boolean;
  bits: string;
  values: (string | [string, string])[];
  /** Bytes behind the data, which numpy.load leaves alone. */
  left: number;
}

/** Real NumPy in a process of its own. */
export class NumPy implements AsyncDisposable {
  #worker: PythonWorker;

  constructor(path: string) {
    this.#worker = new PythonWorker(path, "_numpy_worker.py");
  }

  /** What numpy.load makes of the bytes, or the text of its error. */
  async load(file: Uint8Array): Promise<Loaded | string> {
    const answer = await this.#worker.call({ op: "load", file: file.toBase64() });
    return isError(answer) ? answer.error : answer as Loaded;
  }

  /** The answer to a request, which must not fail. */
  async ask<Answer>(request: object): Promise<Answer> {
    const answer = await this.#worker.call(request);
    if (isError(answer)) throw new Error(answer.error);
    return answer as Answer;
  }

  /** The bytes of a file that NumPy makes. */
  async file(request: object): Promise<Uint8Array> {
    return Uint8Array.fromBase64((await this.ask<{ file: string }>(request)).file);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#worker[Symbol.asyncDispose]();
  }
}

function isError(answer: unknown): answer is { error: string } {
  return typeof answer === "object" && answer !== null && "error" in answer;
}
