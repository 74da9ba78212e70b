// What every consumer does with the package: lookup, gradient, a step of an optimiser, and a round
// trip through .npy. There are enough numbers for the SIMD kernels.

import { Adam, decodeNpy, Embedding, encodeNpy, FormatError, tensor } from "@minimodel/core";

/** What came of it. */
export interface Report {
  /** The .npy bytes of three tables (the first, its gradient, and the table after a step). */
  readonly answer: string;
  /** The names of classes, as they are printed. */
  readonly names: string;
}

/** Does the work; it throws where something is not right. */
export function work(): Report {
  const embedding = new Embedding(40, 16, { seed: 1, dtype: "float32" });
  const before = embedding.E.data.slice();
  const optimizer = new Adam([embedding.E], { lr: 0.125 });
  const ids = Array.from({ length: 32 }, (_, n) => (7 * n * n) % 40);
  embedding.forward(ids).sub(1).pow(2).mean().backward();
  const gradient = embedding.E.grad?.data.slice() ?? new Float32Array();
  optimizer.step();

  const tables = [before, gradient, embedding.E.data];
  const data = new Float32Array(3 * 40 * 16);
  tables.forEach((table, n) => data.set(table, n * 40 * 16));
  const bytes = encodeNpy({ data, shape: [3, 40, 16] });
  const read = decodeNpy(bytes);
  if (!(read.data instanceof Float32Array) || read.data.some((x, n) => x !== data[n])) {
    throw new Error("what encodeNpy wrote is not what decodeNpy reads");
  }
  const looked = Embedding.fromPretrained(tensor(embedding.E.data, { shape: [40, 16] }))
    .forward([[39]]);
  if (looked.toArray().toString() !== embedding.E.data.slice(39 * 16).toString()) {
    throw new Error("a lookup does not give the row");
  }
  const names = [String(looked), Embedding.name, optimizer.constructor.name, FormatError.name];
  const answer = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return { answer, names: names.map(firstWord).join(" ") };
}

function firstWord(text: string): string {
  return text.split(" ")[0] ?? "";
}
