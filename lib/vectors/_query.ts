// Words and vectors in every form in which a caller may give them.

import { Tensor } from "../autograd/tensor.ts";
import { describe, quoted } from "../check/describe.ts";
import { checkSameDType, dtypeOf, type FloatArray } from "../check/dtype.ts";
import { formatShape } from "../check/shape.ts";
import { normOf } from "../kernels/norms.ts";
import { nearestSpellings } from "./_spelling.ts";

/** A word, by itself, or a vector of d numbers. */
export type WordOrVector = string | Tensor | FloatArray | readonly number[];

/** A query that is understood: its numbers, and its id if it is a word. */
export interface Query {
  readonly vector: Float64Array;
  readonly id: number | undefined;
  /** How messages name it. */
  readonly name: string;
}

/** What queries are looked up in. */
export interface Table {
  readonly words: readonly string[];
  readonly E: Tensor;
  readonly ids: ReadonlyMap<string, number>;
}

/** How many words an error message suggests. */
const suggested = 3;

/** The id of a word; `doing` is what messages say, for example "find the nearest words". */
export function idOf({ words, ids }: Table, word: unknown, doing: string): number {
  const id = ids.get(word as string);
  if (id !== undefined) return id;
  if (typeof word !== "string") {
    throw new TypeError(`Cannot ${doing}: wanted a word, got ${describe(word)}`);
  }
  const near = nearestSpellings(word, words, suggested).map(quoted).join(", ");
  throw new RangeError(
    `Cannot ${doing}: ${quoted(word.slice(0, 60))} is not among the ${words.length} words` +
      (near === "" ? "" : `; did you mean ${near}?`),
  );
}

/** The query or queries that a caller gave; `isOne` is false for several. */
export function parseQueries(
  table: Table,
  given: unknown,
  doing: string,
): { queries: Query[]; isOne: boolean } {
  if (Array.isArray(given) && typeof given[0] !== "number") {
    const queries: Query[] = [];
    // Not map, which would walk through all holes of an array before anybody misses a query.
    for (const each of given) queries.push(parseQuery(table, each, doing));
    return { queries, isOne: false };
  }
  return { queries: [parseQuery(table, given, doing)], isOne: true };
}

/** The query that one word or vector is. */
export function parseQuery(table: Table, given: unknown, doing: string): Query {
  if (typeof given === "string") {
    const id = idOf(table, given, doing);
    return { vector: rowOf(table, id), id, name: quoted(given) };
  }
  const name = "the vector";
  if (given instanceof Tensor) {
    if (given.shape.length !== 1) {
      throw new TypeError(
        `Cannot ${doing}: a vector must be of shape (d,), got ${formatShape(given.shape)}` +
          (given.shape.length === 2 ? "; x.toArray() gives its rows as several vectors" : ""),
      );
    }
    checkWidth(table, given.shape, doing);
    checkSameDType(doing, given, table.E);
    return { vector: new Float64Array(given.storage.numbers), id: undefined, name };
  }
  if (!Array.isArray(given) && dtypeOf(given) === undefined) {
    throw new TypeError(
      `Cannot ${doing}: wanted a word or a vector, or an array of these, got ${describe(given)}`,
    );
  }
  const numbers = given as ArrayLike<unknown>;
  checkWidth(table, [numbers.length], doing);
  const vector = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (typeof number !== "number") {
      throw new TypeError(
        `Cannot ${doing}: position [${i}] of a vector must hold a number, got ${describe(number)}`,
      );
    }
    vector[i] = number;
  }
  return { vector, id: undefined, name };
}

/** A row of the table. */
export function rowOf({ E }: Table, id: number): Float64Array {
  const [, width = 0] = E.shape;
  return new Float64Array(E.storage.numbers.subarray(id * width, (id + 1) * width));
}

/** A query's numbers, or, for "cosine", these divided by their norm. */
export function vectorFor({ vector, name }: Query, metric: string, doing: string): Float64Array {
  const norm = normOf(vector, 2);
  if (!Number.isFinite(norm)) {
    const at = vector.findIndex((x) => !Number.isFinite(x));
    const got = at < 0 ? "a norm beyond the largest number" : `${vector[at]} at position [${at}]`;
    throw new RangeError(`Cannot ${doing}: ${name} must hold finite numbers, got ${got}`);
  }
  if (metric === "dot") return vector;
  if (norm === 0) {
    throw new RangeError(
      `Cannot ${doing}: ${name} is zero and has no direction; metric "dot" takes it`,
    );
  }
  return vector.map((x) => x / norm);
}

function checkWidth({ E }: Table, shape: readonly number[], doing: string): void {
  const [, width = 0] = E.shape;
  if (shape.at(-1) === width) return;
  throw new TypeError(
    `Cannot ${doing}: a vector must have ${width} numbers, as the rows of E, got ${shape.at(-1)}`,
  );
}
