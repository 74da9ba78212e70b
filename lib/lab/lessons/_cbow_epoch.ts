// What must hold of an epoch of training, in one case. The model is a single number whose gradient in a mini-batch
// is the sum of the centers, so that where it ends tells each step that was taken.

import fc from "fast-check";
import { Parameter, Sgd, type Tensor, zeros } from "@minimodel/core";
import { Counterexample, isCounterexample } from "../check_report.ts";
import { describeAnswer, describeThrown, hintForError, isTensor, same } from "./_answers.ts";
import { hints } from "./_cbow_hints.ts";
import type { WordWindow } from "./_cbow_windows.ts";
import { requireFunction } from "./_tape_answers.ts";

/** How many pairs there are, in which order, in mini-batches of which size. */
export interface EpochCase {
  readonly order: readonly number[];
  readonly batchSize: number;
}

/** Epochs that every check sees; the smallest come first, since these do not shrink. */
export const epochExamples: readonly EpochCase[] = [
  { order: [0], batchSize: 1 },
  { order: [1, 0], batchSize: 1 },
  { order: [2, 0, 1], batchSize: 2 },
  { order: [3, 1, 0, 2], batchSize: 2 },
];

/** Random epochs. */
export const epochCases: fc.Arbitrary<EpochCase> = fc.record({
  keys: fc.array(fc.nat(99), { minLength: 1, maxLength: 6 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
}).map(({ keys, batchSize }) => ({
  order: [...keys.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b),
  batchSize,
}));

/** Each pair comes once, in the order, whole. */
export function checkPairs(trainEpoch: unknown, given: EpochCase): void {
  const { batches, shown } = runEpoch(trainEpoch, given);
  const expected = batchesOf(given, (n) => pairsOf(given)[n]);
  if (JSON.stringify(batches) === JSON.stringify(expected)) return;
  throw new Counterexample({
    given: shown,
    expected: { batches: expected },
    got: { batches },
    hint: hintFor(batches, given),
  });
}

/** Each mini-batch takes one step, from its own gradient, and its loss comes out. */
export function checkSteps(trainEpoch: unknown, given: EpochCase): void {
  const { theta, losses, shown } = runEpoch(trainEpoch, given);
  const slopes = batchesOf(given, (n) => 2 ** n).map(total);
  const sums = slopes.map((_, n) => total(slopes.slice(0, n + 1)));
  const wanted = -total(slopes);
  if (theta !== wanted) {
    const known: readonly (readonly [number, string])[] = [
      [0, hints.still],
      [-total(sums), hints.zeroGrad],
      [-total(slopes.slice(0, -1)), hints.lag],
    ];
    throw new Counterexample({
      given: shown,
      expected: { "number at the end": wanted },
      got: { "number at the end": theta },
      hint: known.find(([number]) => number === theta)?.[1],
    });
  }
  // Each loss is of the number before its step.
  const expected = slopes.map((slope, n) => 0 - slope * ((sums[n] ?? 0) - slope));
  if (same(losses.map((each) => each + 0), expected.map((each) => each + 0))) return;
  throw new Counterexample({ given: shown, expected: { losses: expected }, got: { losses } });
}

/** Pairs whose words tell which pair they are of; the centers are powers of 2, whose sums differ. */
function pairsOf({ order }: EpochCase): WordWindow[] {
  return order.map((_, n) => ({ context: [100 + n, 200 + n], center: 2 ** n }));
}

/** One mini-batch after the other, as `of` gives each pair by its number. */
function batchesOf<Item>({ order, batchSize }: EpochCase, of: (n: number) => Item): Item[][] {
  const count = Math.ceil(order.length / batchSize);
  return Array.from(
    { length: count },
    (_, b) => order.slice(b * batchSize, (b + 1) * batchSize).map(of),
  );
}

function runEpoch(trainEpoch: unknown, given: EpochCase) {
  const { order, batchSize } = given;
  const pairs = pairsOf(given);
  const shown = { pairs, order, batchSize };
  requireFunction(trainEpoch, "a function* trainEpoch(model, pairs, options)", shown);
  const theta = new Parameter(zeros([1]));
  const optimizer = new Sgd([theta], { lr: 1 });
  const batches: unknown[][] = [];
  const model = {
    loss(contexts: unknown, centers: unknown): Tensor {
      const words = Array.from<unknown>(Object(centers));
      const around = Array.from<unknown>(Object(contexts));
      batches.push(words.map((center, n) => ({ context: around[n], center })));
      return theta.mul(total(words.map(Number))).sum();
    },
  };
  const losses: number[] = [];
  const call = trainEpoch as (...given: unknown[]) => unknown;
  try {
    const run = call(model, pairs, { optimizer, order: Int32Array.from(order), batchSize });
    const isIterable = typeof run === "object" && run !== null && Symbol.iterator in run;
    if (!isIterable) {
      const expected = "a loss for each mini-batch, one after the other";
      throw new Counterexample({
        given: shown,
        expected,
        got: describeAnswer(run),
        hint: hints.generator,
      });
    }
    for (const loss of run as Iterable<unknown>) {
      if (typeof loss !== "number" || losses.length > order.length) {
        throw new Counterexample({
          given: shown,
          expected: `${Math.ceil(order.length / batchSize)} losses, which are numbers`,
          got: typeof loss === "number" ? "more of them" : describeAnswer(loss),
          hint: isTensor(loss) ? hints.item : undefined,
        });
      }
      losses.push(loss);
    }
  } catch (thrown) {
    if (isCounterexample(thrown)) throw thrown;
    throw new Counterexample({
      given: shown,
      expected: "no error",
      got: describeThrown(thrown),
      hint: hintForError(thrown),
    });
  }
  return { batches, losses, theta: theta.data[0] ?? NaN, shown };
}

function hintFor(batches: readonly (readonly unknown[])[], given: EpochCase): string | undefined {
  const pairs = pairsOf(given);
  const text = (value: unknown) => JSON.stringify(value);
  const known = new Set(pairs.map(text));
  if (batches.flat().some((pair) => !known.has(text(pair)))) {
    const [contexts, centers] = [new Set<string>(), new Set<string>()];
    for (const { context, center } of pairs) {
      contexts.add(text(context));
      centers.add(text(center));
    }
    const isPair = batches.flat().map(Object).every(({ context, center }) =>
      contexts.has(text(context)) && centers.has(text(center))
    );
    return isPair ? hints.apart : undefined;
  }
  const inText = { ...given, order: given.order.toSorted((a, b) => a - b) };
  if (text(batches) === text(batchesOf(inText, (n) => pairs[n]))) return hints.unshuffled;
  const wanted = batchesOf(given, (n) => pairs[n]);
  if (text(batches) === text(wanted.slice(0, -1))) return hints.lastBatch;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
