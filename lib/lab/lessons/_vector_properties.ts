// What must hold of the answers of Lab 02, in one case each.

import { Counterexample } from "../check_report.ts";
import { describeAnswer, type Given } from "./_answers.ts";
import { attempt, near, requireFunction } from "./_tape_answers.ts";
import type { CosineCase, DirectionCase, NearestCase, PurityCase } from "./_vector_cases.ts";
import { hints } from "./_vector_hints.ts";

type Rows = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0);
const lengthOf = (a: readonly number[]) => Math.sqrt(dot(a, a));
const cosineOf = (a: readonly number[], b: readonly number[]) =>
  dot(a, b) / (lengthOf(a) * lengthOf(b) || 1);
const copyOf = (table: Rows) => table.map((row) => [...row]);

/** Calls an answer; what it was given must stay as it is. */
function call(
  answer: unknown,
  name: string,
  given: Given,
  args: readonly unknown[],
): unknown {
  requireFunction(answer, `a function ${name}`, given);
  const before = JSON.stringify(args);
  const got = attempt(given, () => Reflect.apply(answer as () => unknown, undefined, args));
  if (JSON.stringify(args) === before) return got;
  throw new Counterexample({
    given,
    expected: "what was given as it was",
    got: "it was changed",
    hint: hints.changed,
  });
}

function hintForKind(got: unknown): string | undefined {
  if (got instanceof Promise) return hints.async;
  if (got === undefined) return hints.missing;
}

function checkNumber(got: unknown, expected: number, given: Given, mistakes: Mistakes): void {
  if (typeof got !== "number") {
    throw new Counterexample({
      given,
      expected: `${expected}`,
      got: describeAnswer(got),
      hint: hintForKind(got),
    });
  }
  if (near([got], [expected])) return;
  throw new Counterexample({
    given,
    expected,
    got,
    hint: hintOf(mistakes, (value) => Object.is(value, got) || near([got], [value])),
  });
}

/** What known mistakes give, with their hints. */
type Mistakes<Value = number> = readonly (readonly [value: Value, hint: string])[];

/** The hint of the only mistake that gives what was got. */
function hintOf<Value>(mistakes: Mistakes<Value>, is: (value: Value) => boolean) {
  const fitting = new Set(mistakes.flatMap(([value, hint]) => is(value) ? [hint] : []));
  return fitting.size === 1 ? [...fitting][0] : undefined;
}

/** The product of both, divided by both lengths; 0 where one has none. */
export function checkCosine(cosine: unknown, { a, b }: CosineCase): void {
  const got = call(cosine, "cosine(a, b)", { a, b }, [[...a], [...b]]);
  const expected = cosineOf(a, b);
  const squares = dot(a, a) * dot(b, b);
  checkNumber(got, expected, { a, b }, [
    ...(squares === 0 ? [[NaN, hints.zero] as const] : []),
    [dot(a, b), hints.notDivided],
    [dot(a, b) / (squares || 1), hints.squares],
    [dot(a, b) / (lengthOf(a) || 1), hints.oneLength],
    [1 - expected, hints.distance],
    [lengthOf(a.map((each, i) => each - (b[i] ?? 0))), hints.euclidean],
  ]);
}

/** The ids of the k rows with the largest cosine, without the row itself, equal rows by id. */
export function checkNearest(nearest: unknown, { table, id, k }: NearestCase): void {
  const given = { table, id, k };
  const got = call(nearest, "nearest(table, id, k)", given, [copyOf(table), id, k]);
  const query = table[id] ?? [];
  const by = (score: (row: readonly number[]) => number, ids = [...table.keys()]) =>
    ids.toSorted((x, y) => score(table[y] ?? []) - score(table[x] ?? []) || x - y);
  const others = [...table.keys()].filter((each) => each !== id);
  const cosine = (row: readonly number[]) => Math.round(1e9 * cosineOf(query, row));
  const order = by(cosine, others);
  const expected = order.slice(0, k);
  const score = (each: unknown) => cosine(table[Number(each)] ?? []);
  const isList = Array.isArray(got) && got.every((each) => typeof each === "number");
  if (isList && got.length === k && new Set(got).size === k) {
    // Which of two rows of one direction is first may be up to rounding; equal rows are by id.
    const isRight = got.every((each, n) =>
      others.includes(each) && score(each) === score(expected[n]) &&
      !others.some((other) =>
        other < each && !got.slice(0, n).includes(other) &&
        near(table[other] ?? [], table[each] ?? [])
      )
    );
    if (isRight) return;
  }
  const is = (value: readonly number[]) => isList && near(got, value);
  throw new Counterexample({
    given,
    expected,
    got: isList ? got : describeAnswer(got),
    hint: hintForKind(got) ?? hintOf([
      [by(cosine).slice(0, k), hints.self],
      [order.toReversed().slice(0, k), hints.farthest],
      [by((row) => dot(query, row), others).slice(0, k), hints.dot],
      [order.toReversed().toSorted((x, y) => score(y) - score(x)).slice(0, k), hints.ties],
      [order, hints.all],
    ], is),
  });
}

/** The mean over all rows of the share of their k nearest that has their label. */
export function checkPurity(purity: unknown, { table, labels, k }: PurityCase): void {
  const given = { table, labels, k };
  const got = call(purity, "purity(table, labels, k)", given, [copyOf(table), [...labels], k]);
  const countOf = (id: number, withSelf: boolean) => {
    const others = [...table.keys()].filter((other) => withSelf || other !== id);
    const cosine = (other: number) => cosineOf(table[id] ?? [], table[other] ?? []);
    const near = others.toSorted((x, y) => cosine(y) - cosine(x)).slice(0, k);
    return near.filter((other) => labels[other] === labels[id]).length;
  };
  const counts = (withSelf: boolean) => table.map((_, id) => countOf(id, withSelf));
  const meanOf = (numbers: readonly number[]) =>
    numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const right = counts(false);
  checkNumber(got, meanOf(right) / k, given, [
    [meanOf(counts(true)) / k, hints.self],
    [meanOf(right), hints.notByK],
    [meanOf(right) / k * table.length, hints.notByV],
    [meanOf(right.map((count) => Number(count === k))), hints.allOrNothing],
    [1 - meanOf(right) / k, hints.others],
  ]);
}

/** The mean of second minus first over the pairs whose group is not left out. */
export function checkDirection(direction: unknown, drawn: DirectionCase): void {
  const { table, pairs, groups, left } = drawn;
  const got = call(direction, "direction(table, pairs, groups, left)", { ...drawn }, [
    ...[copyOf(table), pairs.map((pair) => [...pair]), [...groups], left],
  ]);
  const differences = (fits: (group: string) => boolean) =>
    pairs.filter(([from]) => fits(groups[from] ?? "")).map(([from, to]) =>
      (table[to] ?? []).map((each, i) => each - (table[from]?.[i] ?? 0))
    );
  const sum = (rows: Rows) =>
    [0, 1].map((i) => rows.reduce((total, row) => total + (row[i] ?? 0), 0));
  const mean = (rows: Rows) => sum(rows).map((each) => each / rows.length);
  const others = differences((group) => group !== left);
  const expected = mean(others);
  const isList = Array.isArray(got) && got.every((each) => typeof each === "number");
  if (isList && near(got, expected)) return;
  throw new Counterexample({
    given: { ...drawn },
    expected,
    got: isList ? got : describeAnswer(got),
    hint: hintForKind(got) ?? hintOf([
      [mean(differences(() => true)), hints.seen],
      [expected.map((each) => -each), hints.backwards],
      [sum(others), hints.sum],
      [mean(differences((group) => group === left)), hints.onlyLeft],
    ], (value) => isList && near(got, value)),
  });
}
