// The classes and functions that the checks of Lab 00 judge. What is used of them is validated
// first, since a learner has just written it.

import { type Ids, type Tensor, tensor } from "@minimodel/core";
import { describe } from "@minimodel/core/check";
import { Counterexample } from "../check_report.ts";
import { describeAnswer, isTensor, same } from "./_answers.ts";
import type { LookupCase } from "./_embedding_cases.ts";
import { hints } from "./_embedding_hints.ts";
import type { Look } from "./_lookup_properties.ts";

type Size = Pick<LookupCase, "numEmbeddings" | "embeddingDim">;

/** An object of the class, of the size that a case asks for. */
export function make<Made>(
  Class: new (numEmbeddings: number, embeddingDim: number) => Made,
  { numEmbeddings, embeddingDim }: Size,
): Made {
  const isClass = typeof Class === "function" && typeof Class.prototype === "object";
  if (isClass) return new Class(numEmbeddings, embeddingDim);
  throw new Counterexample({
    given: { numEmbeddings, embeddingDim },
    expected: "a class of embeddings",
    got: describe(Class),
    hint: hints.classItself,
  });
}

/** Refuses an object, or a class, that lacks a method. */
export function requireMethod(owner: object, name: string, size: Size): void {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method === "function") return;
  const { numEmbeddings, embeddingDim } = size;
  throw new Counterexample({
    given: { numEmbeddings, embeddingDim },
    expected: `a ${typeof owner === "function" ? "static " : ""}method ${name}`,
    got: describe(method),
  });
}

/** Refuses anything but a function. */
export function requireFunction(subject: unknown, wanted: string, size: Size): void {
  if (typeof subject === "function") return;
  throw new Counterexample({ given: { ...size }, expected: wanted, got: describe(subject) });
}

/** The lookup of an embedding. */
export function lookIn(embedding: { forward(ids: Ids): unknown }, size: Size): Look {
  requireMethod(embedding, "forward", size);
  return (ids) => embedding.forward(ids);
}

/** The table of an embedding, (V, d). */
export function tableOf(embedding: { E?: unknown }, size: Size): Tensor {
  const { numEmbeddings, embeddingDim } = size;
  const { E } = embedding;
  const shape = [numEmbeddings, embeddingDim];
  if (isTensor(E) && same(E.shape, shape)) return E;
  throw new Counterexample({
    given: { numEmbeddings, embeddingDim },
    expected: `a table E of shape [${shape.join(", ")}]`,
    got: isTensor(E) ? `shape [${E.shape.join(", ")}]` : describeAnswer(E),
    hint: hints.table,
  });
}

/** Fills a table with 0.1, 0.2, 0.3 and so on, which float32 cannot hold, and returns it. */
export function fillWithTenths(table: Tensor): Tensor {
  table.data.forEach((_, i) => table.data[i] = (i + 1) / 10);
  return table;
}

/** A table of 0.1, 0.2, 0.3 and so on. */
export function tenths(shape: readonly number[]): Tensor {
  const size = shape.reduce((total, length) => total * length, 1);
  return tensor(Array.from({ length: size }, (_, i) => (i + 1) / 10), { shape });
}
