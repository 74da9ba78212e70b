// What must hold of the order of a tape and of the walk back along it, on one graph.

import { Counterexample } from "../check_report.ts";
import { describeAnswer, type Given, sameRows } from "./_answers.ts";
import { attempt, hintForKind, numbersIn, requireFunction } from "./_tape_answers.ts";
import {
  EndlessWalk,
  givenBy,
  gradientsOf,
  type Graph,
  isOp,
  namesIn,
  watch,
  type Watched,
} from "./_tape_graphs.ts";
import { hints } from "./_tape_hints.ts";
import type { TapeValue } from "./tape_checks.ts";

type Numbers = readonly (readonly number[])[];

/** Every value comes once, after all that it is made from. */
export function checkOrder(inputsFirst: unknown, graph: Graph, given = givenBy(graph)): void {
  const { values } = watch(graph);
  const names = namesIn(graph);
  requireFunction(inputsFirst, "a function inputsFirst(root)", given);
  const answer = walk(inputsFirst, values, given, hints.twice);
  const refused = (got: unknown, hint?: string) =>
    new Counterexample({ given, expected: `an order such as ${listed(names)}`, got, hint });
  if (!Array.isArray(answer)) throw refused(describeAnswer(answer), hintForKind(answer));
  const places: number[] = answer.map((each) => values.indexOf(each));
  const stranger = places.indexOf(-1);
  if (stranger >= 0) throw refused(`${describeAnswer(answer[stranger])} at [${stranger}]`);
  const got = listed(places.map((at) => names[at]));
  if (new Set(places).size < places.length) throw refused(got, hints.twice);
  if (places.length < graph.length) throw refused(got, hints.left);
  if (isOrder(graph, places)) return;
  const reversed = isOrder(graph, places.toReversed());
  throw refused(got, reversed ? hints.reversed : hints.afterInputs);
}

/** Every leaf gets the gradient of the root, and every value is gone back through once. */
export function checkWalk(goBack: unknown, graph: Graph, given = givenBy(graph)): void {
  const watched = watch(graph);
  requireFunction(goBack, "a function goBack(root)", given);
  const answer = walk(goBack, watched.values, given, hints.everyPath);
  if (answer instanceof Promise) {
    const got = describeAnswer(answer);
    throw new Counterexample({ given, expected: "nothing returned", got, hint: hints.async });
  }
  checkVisits(graph, watched.visits, given);
  checkLeaves(graph, watched, given);
}

/** After two walks every leaf has the gradient that one walk gives it. */
export function checkSecondWalk(goBack: unknown, graph: Graph): void {
  const given = { ...givenBy(graph), walks: 2 };
  const watched = watch(graph);
  requireFunction(goBack, "a function goBack(root)", given);
  for (let time = 0; time < given.walks; time++) {
    walk(goBack, watched.values, given, hints.everyPath);
  }
  checkLeaves(graph, watched, given);
}

/** Calls a walk; if it visits values without end, the counterexample has a hint. */
function walk(fn: unknown, values: readonly TapeValue[], given: Given, hint: string): unknown {
  const call = fn as (root: unknown) => unknown;
  return attempt(given, () => {
    try {
      return call(values.at(-1));
    } catch (thrown) {
      if (!(thrown instanceof EndlessWalk)) throw thrown;
      const [expected, got] = ["each value gone into once", "a walk without end"];
      throw new Counterexample({ given, expected, got, hint });
    }
  });
}

function checkVisits(graph: Graph, visits: readonly number[], given: Given): void {
  const names = namesIn(graph);
  const counts = graph.map(() => 0);
  for (const at of visits) counts[at] = (counts[at] ?? 0) + 1;
  const wrong = graph.findIndex((made, at) => counts[at] !== 1 && (isOp(made) || counts[at] !== 0));
  if (wrong >= 0) {
    const count = counts[wrong] ?? 0;
    throw new Counterexample({
      given,
      expected: `the backward of ${names[wrong]} called once`,
      got: count === 0 ? "not called" : `called ${count} times`,
      hint: count === 0 ? hints.left : hints.everyPath,
    });
  }
  const leaves = [...graph.keys()].filter((at) => !isOp(graph[at]));
  const ops = visits.filter((at) => isOp(graph[at]));
  if (isOrder(graph, [...leaves, ...ops.toReversed()])) return;
  throw new Counterexample({
    given,
    expected: "each value gone back through after all that was made from it",
    got: `the order ${listed(ops.map((at) => names[at]))}`,
    hint: hints.early,
  });
}

/** Whether each value comes after its inputs. */
function isOrder(graph: Graph, places: readonly number[]): boolean {
  const when = new Map(places.map((at, time) => [at, time]));
  const time = (at: number) => when.get(at) ?? NaN;
  return graph.every((made, at) => !isOp(made) || made.from.every((on) => time(on) < time(at)));
}

function checkLeaves(graph: Graph, { values }: Watched, given: Given): void {
  const names = namesIn(graph);
  const leaves = [...graph.keys()].filter((at) => !isOp(graph[at]));
  const got = leaves.map((at) => {
    const count = values[at]?.data.length ?? 0;
    return numbersIn(values[at]?.grad, { what: `${names[at]}.grad`, count }, given);
  });
  const of = (rows: Numbers) => leaves.map((at) => rows[at] ?? []);
  const all = gradientsOf(graph, (sofar, more) => sofar + more);
  const expected = of(all);
  if (sameRows(got, expected)) return;
  const overwritten = of(gradientsOf(graph, (_, more) => more));
  const twice = expected.map((row) => row.map((each) => each * 2));
  const shared = new Set(values.map(({ grad }) => grad)).size < values.length;
  const hint = sameRows(got, overwritten)
    ? hints.overwritten
    : "walks" in given && sameRows(got, twice)
    ? hints.stale
    : shared
    ? hints.shared
    : got.every((row) => row.every((each) => each === 0))
    ? hints.start
    : undefined;
  const named = (rows: Numbers) =>
    Object.fromEntries(leaves.map((at, n) => [`${names[at]}.grad`, rows[n]]));
  throw new Counterexample({ given, expected: named(expected), got: named(got), hint });
}

/** Names in one line, only the first ones if there are many. */
function listed(names: readonly (string | undefined)[]): string {
  if (names.length === 0) return "no values";
  return names.length <= 8 ? names.join(", ") : `${names.slice(0, 8).join(", ")} and on`;
}
