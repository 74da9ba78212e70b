// What the results of a case must be, computed by plain loops in float64, and the comparison with
// them.

import type { DType, FloatArray } from "minimodel";
import * as reference from "../../lib/kernels/plain.ts?expected";
import {
  adamFactors,
  type Case,
  comparedSteps,
  graphLeaves,
  learningRate,
  searched,
  type Task,
  type Work,
} from "./_cases.ts";
import { cbowLoops } from "./_cbow_loops.ts";
import { distinctIds, readNumbers } from "./_serve.ts";

/**
 * Adam's roots round, and so do 1,000 ops in a row; the other results are exact. In a step of CBOW,
 * Adam also makes steps of one length from gradients that are little more than rounding.
 */
const tolerances: Partial<Record<Work, Record<DType, number>>> = {
  adam: { float64: 1e-10, float32: 1e-5 },
  graph: { float64: 1e-10, float32: 1e-4 },
  cbow: { float64: 1e-10, float32: 1e-4 },
};

/** How far a result may be from the right one, relative to max(1, |the right number|). */
export function toleranceOf({ work, dtype }: Case): number {
  return tolerances[work]?.[dtype] ?? 0;
}

/** The right numbers of a case, by part; the part is "" if there is only one. */
type Parts = Readonly<Record<string, Float64Array>>;

let last: { readonly key: string; readonly parts: Parts } | undefined;

/** Computes what a case's results must be. */
export function expectedOf(task: Task): Parts {
  // Both dtypes hold the same numbers, and come one after the other.
  const key = [task.work, ...task.shape].join(" ");
  if (last?.key !== key) {
    last = undefined;
    last = { key, parts: compute(task) };
  }
  return last.parts;
}

function compute(task: Task): Parts {
  const { work, dtype, count, shape: [rows, columns] } = task;
  const numbers = (name: string) => new Float64Array(readNumbers(task.files[name], dtype));
  if (work === "graph") return { "": graph(rows) };
  if (work === "nearest") {
    return { "": highest(numbers("table"), numbers("queries"), columns) };
  }
  if (work === "matmul") {
    return { "": product(numbers("a"), numbers("b"), rows) };
  }
  const readIds = (name: string) => new Int32Array(Deno.readFileSync(task.files[name]).buffer);
  const ids = readIds("ids");
  if (work === "cbow") {
    const { step, parameters } = cbowLoops({
      table: numbers("table"),
      contexts: ids,
      centers: readIds("centers"),
      shape: task.shape,
      zeros: (length) => new Float64Array(length),
    });
    for (let done = 0; done < comparedSteps; done++) step();
    return { "": Float64Array.from(parameters.flatMap((each) => Array.from(each))) };
  }
  if (work === "lookup" || work === "one-hot") {
    const out = new Float64Array(count * columns);
    reference.gatherRows(numbers("table"), ids, out, columns, rows);
    return { "": out };
  }
  const upstream = work === "tape" ? new Float64Array(count * columns).fill(1) : numbers("rows");
  const dense = new Float64Array(rows * columns);
  reference.scatterAddRows(upstream, ids, dense, columns);
  if (work === "backward" || work === "tape") return { "": dense };
  const distinct = distinctIds(ids);
  const values = new Float64Array(distinct.rows.length * columns);
  reference.scatterAddRows(upstream, distinct.places, values, columns);
  const parts = { dense: numbers("table"), sparse: numbers("table") };
  const state = () => [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  const [[m, v], [mRows, vRows]] = [state(), state()];
  for (let step = 1; step <= comparedSteps; step++) {
    if (work === "sgd") {
      const factors = { lr: learningRate, momentum: 0, weightDecay: 0, first: true };
      reference.sgd(parts.dense, dense, undefined, factors);
      reference.sgdRows(parts.sparse, values, distinct.rows, learningRate);
    } else {
      const factors = adamFactors(step);
      reference.adam(parts.dense, dense, m, v, factors);
      reference.adamRows(parts.sparse, values, distinct.rows, mRows, vRows, factors);
    }
  }
  return parts;
}

/** The highest dot products of each query with the rows of a table, in descending order. */
function highest(table: Float64Array, queries: Float64Array, width: number): Float64Array {
  const found: number[] = [];
  for (let q = 0; q < queries.length; q += width) {
    const scores = new Float64Array(table.length / width);
    for (let i = 0; i < table.length; i++) {
      scores[Math.floor(i / width)] += table[i] * queries[q + i % width];
    }
    for (const score of scores.sort().slice(-searched.k).reverse()) found.push(score);
  }
  return Float64Array.from(found);
}

/** The product of two square matrices, row by row of the right one. */
function product(a: Float64Array, b: Float64Array, side: number): Float64Array {
  const out = new Float64Array(side * side);
  for (let r = 0; r < side; r++) {
    for (let s = 0; s < side; s++) {
      const factor = a[r * side + s];
      for (let c = 0; c < side; c++) out[r * side + c] += factor * b[s * side + c];
    }
  }
  return out;
}

/** The result of repeating `y = tanh(y w + x) - b`, four ops, and its gradient by w, x and b. */
function graph(ops: number): Float64Array {
  const [w, x, b] = graphLeaves;
  const before: number[] = [];
  const after: number[] = [];
  let y: number = x;
  for (let op = 0; op < ops; op += 4) {
    before.push(y);
    after.push(Math.tanh(y * w + x));
    y = after[after.length - 1] - b;
  }
  let dy = 1;
  const gradient = { w: 0, x: 0, b: 0 };
  for (let turn = after.length - 1; turn >= 0; turn--) {
    gradient.b -= dy;
    const inner = dy * (1 - after[turn] ** 2);
    gradient.x += inner;
    gradient.w += inner * before[turn];
    dy = inner * w;
  }
  // The first y is x itself.
  return Float64Array.of(y, gradient.w, gradient.x + dy, gradient.b);
}

/** Where two results differ by more than the tolerance; undefined if nowhere. */
export function firstDifference(
  found: FloatArray,
  wanted: Float64Array,
  tolerance: number,
): { at: number; found: number | undefined; wanted: number | undefined } | undefined {
  const length = Math.max(found.length, wanted.length);
  for (let at = 0; at < length; at++) {
    const distance = Math.abs(found[at] - wanted[at]);
    // Written so that NaN, which a missing number gives, counts as a difference.
    if (!(distance <= tolerance * Math.max(1, Math.abs(wanted[at])))) {
      return { at, found: found[at], wanted: wanted[at] };
    }
  }
  return undefined;
}
