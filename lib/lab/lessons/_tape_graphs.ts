// The graphs on which a walk back is tried: sums and products of one or two leaves. Their values
// record how often a walk visits them.

import fc from "fast-check";
import type { Given } from "./_answers.ts";
import type { TapeValue } from "./tape_checks.ts";

/** An op on two earlier values, which are given by their positions in the graph. */
export interface MadeByOp {
  readonly op: "+" | "*";
  readonly from: readonly [number, number];
}

/** How a value is made: a leaf from its numbers, all others by an op. */
export type Made = { readonly numbers: readonly number[] } | MadeByOp;

/**
 * Values, each after those it is made from; the last is the root, and is made from all the others.
 */
export type Graph = readonly Made[];

/** Whether a value is made by an op. */
export function isOp(made: Made | undefined): made is MadeByOp {
  return made !== undefined && "op" in made;
}

const leaf = (...numbers: number[]): Made => ({ numbers });
const plus = (a: number, b: number): Made => ({ op: "+", from: [a, b] });
const times = (a: number, b: number): Made => ({ op: "*", from: [a, b] });

/**
 * Graphs that every check sees: a leaf alone, one used twice, a result used twice, one that is used
 * early and late, in either order, two leaves, and two numbers. The smallest come first, since
 * these do not shrink.
 */
export const graphExamples: readonly Graph[] = [
  [leaf(2)],
  [leaf(2), plus(0, 0)],
  [leaf(3), times(0, 0)],
  [leaf(2), leaf(3), times(0, 1)],
  [leaf(2), times(0, 0), plus(1, 1)],
  [leaf(2), plus(0, 0), plus(0, 1)],
  [leaf(2), times(0, 0), plus(0, 1)],
  [leaf(2), times(0, 0), plus(1, 0)],
  [leaf(2), times(0, 0), times(1, 1), plus(1, 2)],
  [leaf(2), times(0, 0), times(1, 1), plus(2, 1)],
  [leaf(2, 3), times(0, 0)],
];

// Few steps on small numbers, so that all results are whole and exact in every order of additions.
const mostSteps = 4;

/** Random graphs. */
export const graphCases: fc.Arbitrary<Graph> = fc.record({
  size: fc.integer({ min: 1, max: 2 }),
  leaves: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 2,
  }),
  steps: fc.array(fc.record({ op: fc.constantFrom("+", "*"), a: fc.nat(5), b: fc.nat(5) }), {
    maxLength: mostSteps,
  }),
}).map(({ size, leaves, steps }) => {
  const graph: Made[] = leaves.map((numbers) => ({ numbers: numbers.slice(0, size) }));
  for (const { op, a, b } of steps) {
    // A leaf, or a position from the end: removing a step then changes little of the rest.
    const [left, right] = [a, b].map((on) =>
      on < leaves.length ? on : graph.length - 1 - (on - leaves.length) % graph.length
    );
    graph.push({ op, from: [left ?? 0, right ?? 0] });
  }
  return usedIn(graph);
});

/** The part of a graph that its last value is made from. */
function usedIn(graph: Graph): Graph {
  const used = new Set([graph.length - 1]);
  for (let at = graph.length - 1; at >= 0; at--) {
    const made = graph[at];
    if (isOp(made) && used.has(at)) made.from.forEach((on) => used.add(on));
  }
  const kept = [...used].sort((a, b) => a - b);
  return graph.filter((_, at) => used.has(at)).map((made) =>
    isOp(made)
      ? { op: made.op, from: [kept.indexOf(made.from[0]), kept.indexOf(made.from[1])] }
      : made
  );
}

/** The names of a graph's values: x and w for leaves, L for the root. */
export function namesIn(graph: Graph): string[] {
  const [leaves, ops] = [["x", "w"], ["a", "b", "c", "d", "e"]];
  return graph.map((made, at) => {
    if (!isOp(made)) return leaves.shift() ?? `x${at}`;
    return at === graph.length - 1 ? "L" : ops.shift() ?? `a${at}`;
  });
}

/** A graph as a report shows it: its leaves, and its steps as one writes them. */
export function givenBy(graph: Graph): Given {
  const names = namesIn(graph);
  const leaves: Record<string, readonly number[]> = {};
  const steps: string[] = [];
  graph.forEach((made, at) => {
    if (!isOp(made)) leaves[names[at] ?? ""] = made.numbers;
    else steps.push(`${names[at]} = ${names[made.from[0]]} ${made.op} ${names[made.from[1]]}`);
  });
  return { ...leaves, steps: steps.length === 0 ? `L = ${names[0]}` : steps.join(", ") };
}

/** The numbers of every value. */
function numbersOf(graph: Graph): number[][] {
  const all: number[][] = [];
  for (const made of graph) {
    if (!isOp(made)) {
      all.push([...made.numbers]);
      continue;
    }
    const [a = [], b = []] = made.from.map((at) => all[at]);
    all.push(a.map((each, i) => made.op === "+" ? each + (b[i] ?? NaN) : each * (b[i] ?? NaN)));
  }
  return all;
}

/** How a new part of a value's gradient is combined with what it has so far. */
export type Combine = (sofar: number, more: number) => number;

/** The gradient of every value, with this way to combine parts; the last is 1. */
export function gradientsOf(graph: Graph, combine: Combine): number[][] {
  const numbers = numbersOf(graph);
  const gradients = numbers.map((each) => each.map(() => 0));
  gradients[graph.length - 1]?.fill(1);
  for (let at = graph.length - 1; at >= 0; at--) {
    const made = graph[at];
    if (!isOp(made)) continue;
    const dy = [...gradients[at] ?? []];
    made.from.forEach((on, k) => {
      const [to, other] = [gradients[on] ?? [], numbers[made.from[1 - k] ?? 0] ?? []];
      dy.forEach((each, i) => {
        const dx = made.op === "+" ? each : each * (other[i] ?? NaN);
        to[i] = combine(to[i] ?? 0, dx);
      });
    });
  }
  return gradients;
}

/** Values of a tape, and what happened to them. */
export interface Watched {
  /** The values, in the graph's order. */
  readonly values: readonly TapeValue[];
  /** The positions of the values whose backward was called, in order. */
  readonly visits: readonly number[];
}

/** Thrown by the values, to end a walk that visits them again and again. */
export class EndlessWalk extends Error {}

/** Makes the values of a graph; a walk may visit each 1000 times on average. */
export function watch(graph: Graph): Watched {
  const values: TapeValue[] = [];
  const visits: number[] = [];
  let looks = 0;
  const look = () => {
    if (++looks > 1000 * graph.length) throw new EndlessWalk();
  };
  const all = numbersOf(graph);
  graph.forEach((made, at) => {
    const from = isOp(made) ? made.from : [];
    const inputs = from.map((on) => values[on]).filter((value) => value !== undefined);
    const [a, b] = inputs;
    const data = Float64Array.from(all[at] ?? []);
    values.push({
      data,
      shape: [data.length],
      grad: new Float64Array(data.length),
      get inputs() {
        look();
        return inputs;
      },
      backward: (dy) => {
        look();
        visits.push(at);
        if (a === undefined || b === undefined) return [];
        if (isOp(made) && made.op === "+") return [dy, dy];
        return [b, a].map((other) => dy.map((each, i) => each * (other.data[i] ?? NaN)));
      },
    });
  });
  return { values, visits };
}

/** A chain in which every value is the square of the one before. */
export function squarings(count: number): Graph {
  return [leaf(1), ...Array.from({ length: count }, (_, k) => times(k, k))];
}

/** A chain in which every value is the sum of the one before and the leaf. */
export function additions(count: number): Graph {
  return [leaf(1), ...Array.from({ length: count }, (_, k) => plus(k, 0))];
}
