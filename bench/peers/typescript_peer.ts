// The library's kernels as plain TypeScript loops, and the naive one-hot product of Lab 00.

import * as float32 from "../../lib/kernels/plain.ts?float32";
import * as float64 from "../../lib/kernels/plain.ts?float64";
import { oneHotLookup as oneHotFloat32 } from "../../lib/lab/lessons/_one_hot.ts?float32";
import { oneHotLookup as oneHotFloat64 } from "../../lib/lab/lessons/_one_hot.ts?float64";
import type { DType, FloatArray } from "minimodel";
import { cbowLoops } from "./_cbow_loops.ts";
import { adamFactors, comparedSteps, learningRate } from "./_cases.ts";
import { distinctIds, type Given, serve, type Way } from "./_serve.ts";

// Code that has seen both kinds of array runs at half the speed, so each kind has its own copy.
const loops = { float32, float64 };
const oneHots = { float32: oneHotFloat32, float64: oneHotFloat64 };

await serve({ threads: 1, details: {} }, {
  lookup(given) {
    const { dtype, count, shape: [rows, width] } = given;
    const { gatherRows } = loops[dtype];
    const table = given.numbers("table");
    const ids = given.ids();
    const reused = zeros(dtype, count * width);
    const into = (out: FloatArray) => {
      gatherRows(table, ids, out, width, rows);
      return out;
    };
    return [
      pure("output reused", () => into(reused)),
      pure("new output", () => into(zeros(dtype, count * width))),
    ];
  },
  backward(given) {
    const { dtype, shape: [rows, width] } = given;
    const { scatterAddRows } = loops[dtype];
    const upstream = given.numbers("rows");
    const ids = given.ids();
    return [pure("", () => {
      const out = zeros(dtype, rows * width);
      scatterAddRows(upstream, ids, out, width);
      return out;
    })];
  },
  tape: () => "plain loops have no tape",
  matmul(given) {
    const { dtype, shape: [rows, shared] } = given;
    if (rows > 512) return "plain loops take seconds for this many rows";
    const { matmul } = loops[dtype];
    const [a, b] = [given.numbers("a"), given.numbers("b")];
    const sizes = { rows, shared, columns: shared };
    return [pure("", () => {
      const out = zeros(dtype, rows * shared);
      matmul(a, 0, b, 0, out, 0, sizes, {});
      return out;
    })];
  },
  nearest: () => "plain loops take seconds for this many rows",
  sgd(given) {
    const { sgd, sgdRows } = loops[given.dtype];
    const { dense, sparse } = gradientsOf(given);
    const factors = { lr: learningRate, momentum: 0, weightDecay: 0, first: true };
    const [p, q] = [given.numbers("table"), given.numbers("table")];
    return [
      stepping("dense", p, () => sgd(p, dense, undefined, factors)),
      stepping("sparse", q, () => sgdRows(q, sparse.values, sparse.rows, learningRate)),
    ];
  },
  adam(given) {
    const { adam, adamRows } = loops[given.dtype];
    const { dense, sparse } = gradientsOf(given);
    const ways = (["dense", "sparse"] as const).map((part) => {
      const p = given.numbers("table");
      const [m, v] = [zeros(given.dtype, p.length), zeros(given.dtype, p.length)];
      let steps = 0;
      return stepping(part, p, () => {
        const factors = adamFactors(++steps);
        if (part === "dense") adam(p, dense, m, v, factors);
        else adamRows(p, sparse.values, sparse.rows, m, v, factors);
      });
    });
    return ways;
  },
  graph: () => "plain loops have no tape",
  cbow(given) {
    const { dtype, shape } = given;
    const { step, parameters } = cbowLoops({
      table: given.numbers("table"),
      contexts: given.ids(),
      centers: given.ids("centers"),
      shape,
      zeros: (length) => zeros(dtype, length),
    });
    const all = zeros(dtype, parameters.reduce((sum, { length }) => sum + length, 0));
    const result = () => {
      for (let count = 0; count < comparedSteps; count++) step();
      let end = 0;
      for (const each of parameters) {
        all.set(each, end);
        end += each.length;
      }
      return all;
    };
    return [{ name: "", run: step, result }];
  },
  "one-hot"(given) {
    const table = given.numbers("table");
    const ids = given.ids();
    const oneHot = oneHots[given.dtype];
    return [pure("one-hot", () => oneHot(ids, table, given.shape[1]))];
  },
});

function pure(name: string, run: () => FloatArray): Way {
  return { name, run, result: run };
}

function stepping(part: string, parameter: FloatArray, run: () => void): Way {
  const result = () => {
    for (let step = 0; step < comparedSteps; step++) run();
    return parameter;
  };
  return { name: "", part, run, result };
}

function gradientsOf(given: Given) {
  const { dtype, shape: [count, width] } = given;
  const { scatterAddRows } = loops[dtype];
  const upstream = given.numbers("rows");
  const ids = given.ids();
  const { rows, places } = distinctIds(ids);
  const dense = zeros(dtype, count * width);
  const values = zeros(dtype, rows.length * width);
  scatterAddRows(upstream, ids, dense, width);
  scatterAddRows(upstream, places, values, width);
  return { dense, sparse: { rows, values } };
}

function zeros(dtype: DType, length: number): FloatArray {
  return dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
}
