// What must hold of a CBOW model's forward and of its loss, in one case.

import fc from "fast-check";
import { type Tensor, tensor } from "minimodel";
import { Counterexample } from "../lab/check_report.ts";
import { asTensor, type Given, isTensor } from "./_answers.ts";
import { hints } from "./_cbow_hints.ts";
import { attempt, near, nearRows, requireFunction } from "./_tape_answers.ts";

/** The sizes of a model, and contexts for it, which need not be equally long. */
export interface ContextCase {
  readonly vocabSize: number;
  readonly embeddingDim: number;
  readonly contexts: readonly (readonly number[])[];
}

/** Contexts that every check sees; the smallest come first, since these do not shrink. */
export const contextExamples: readonly ContextCase[] = [
  { vocabSize: 2, embeddingDim: 1, contexts: [[1]] },
  { vocabSize: 2, embeddingDim: 1, contexts: [[0, 1]] },
  { vocabSize: 2, embeddingDim: 1, contexts: [[1, 1], [1]] },
  { vocabSize: 3, embeddingDim: 2, contexts: [[2, 0, 2, 1], [1, 1, 0, 2]] },
];

/** Random contexts. */
export const contextCases: fc.Arbitrary<ContextCase> = fc.record({
  vocabSize: fc.integer({ min: 1, max: 4 }),
  embeddingDim: fc.integer({ min: 1, max: 3 }),
  rows: fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  }),
}).map(({ vocabSize, embeddingDim, rows }) => ({
  vocabSize,
  embeddingDim,
  contexts: rows.map((row) => row.map((id) => id % vocabSize)),
}));

type Rows = readonly (readonly number[])[];

/** Each word's score is the product of its output vector with the mean of the context's vectors. */
export function checkForward(Class: unknown, given: ContextCase): void {
  const { vocabSize, embeddingDim, contexts } = given;
  requireFunction(Class, "a class of models", { vocabSize, embeddingDim });
  const Model = Class as new (vocabSize: number, embeddingDim: number) => object;
  const model = attempt({ ...given }, () => new Model(vocabSize, embeddingDim)) as object;
  const shape = [vocabSize, embeddingDim];
  const [E, wOut] = ["E", "wOut"].map((name) => {
    const table: unknown = Reflect.get(model, name);
    return asTensor(table, { what: `a table ${name}`, shape }, { vocabSize, embeddingDim });
  }) as [Tensor, Tensor];
  // Numbers that no mixing up of the two tables hides.
  E.data.forEach((_, i) => E.data[i] = i + 1);
  wOut.data.forEach((_, i) => wOut.data[i] = i * i + 2 * i + 4);
  const [rows, out] = [rowsOf(E), rowsOf(wOut)];
  const shown = { E: rows, wOut: out, contexts };
  requireFunction(Reflect.get(model, "forward"), "a method forward(contexts)", { ...given });
  const { forward } = model as { forward: (contexts: number[][]) => unknown };
  const answer = attempt(
    shown,
    () => forward.call(model, contexts.map((context) => [...context])),
  );
  const wanted = { what: "logits", shape: [contexts.length, vocabSize], hint: hints.logitsShape };
  const logits = asTensor(answer, wanted, shown);
  const got = rowsOf(logits);
  const expected = scores(means(rows, contexts), out);
  if (!nearRows(got, expected)) {
    throw new Counterexample({
      given: shown,
      expected,
      got,
      hint: hintFor(got, { rows, out, contexts }),
    });
  }
  checkFlow(logits, { E, wOut, rows, out, contexts });
}

/** The gradients of the sum of all scores, which must come to both tables. */
function checkFlow(
  logits: Tensor,
  { E, wOut, rows, out, contexts }: {
    readonly E: Tensor;
    readonly wOut: Tensor;
    readonly rows: Rows;
    readonly out: Rows;
    readonly contexts: Rows;
  },
): void {
  const shown = { E: rows, wOut: out, contexts, steps: "forward(contexts).sum().backward()" };
  const width = out[0]?.length ?? 0;
  const dh = Array.from({ length: width }, (_, k) => total(out.map((row) => row[k] ?? 0)));
  const dE = rows.map((_, id) =>
    dh.map((each) => each * total(contexts.map((row) => share(row, id))))
  );
  const sums = means(rows, contexts);
  const dOut = out.map(() => dh.map((_, k) => total(sums.map((row) => row[k] ?? 0))));
  if (logits.requiresGrad) attempt(shown, () => logits.sum().backward());
  for (const [name, table, expected] of [["E", E, dE], ["wOut", wOut, dOut]] as const) {
    const got = table.grad === null ? null : rowsOf(table.grad);
    if (got !== null && nearRows(got, expected)) continue;
    throw new Counterexample({
      given: shown,
      expected: { [`${name}.grad`]: expected },
      got: { [`${name}.grad`]: got },
      hint: got === null ? hints.flow : undefined,
    });
  }
}

function hintFor(
  got: Rows,
  { rows, out, contexts }: { readonly rows: Rows; readonly out: Rows; readonly contexts: Rows },
): string | undefined {
  const longest = contexts.reduce((most, { length }) => Math.max(most, length), 0);
  const filled = contexts.map((row) => [...row, ...new Array(longest - row.length).fill(0)]);
  const sums = means(rows, contexts).map((row, n) =>
    row.map((each) => each * (contexts[n]?.length ?? 0))
  );
  const known: readonly (readonly [Rows, string])[] = [
    [scores(means(rows, contexts), rows), hints.tied],
    [scores(means(out, contexts), rows), hints.exchanged],
    [scores(sums, out), hints.sum],
    [scores(means(rows, filled), out), hints.padding],
    [scores(sums.map((row) => row.map((each) => each / longest)), out), hints.padding],
  ];
  return known.find(([numbers]) => nearRows(got, numbers))?.[1];
}

/** Logits, and the word in the middle of each row. */
export interface LossCase {
  readonly logits: Rows;
  readonly centers: readonly number[];
}

/** Logits that every check sees; the smallest come first, since these do not shrink. */
export const lossExamples: readonly LossCase[] = [
  { logits: [[2, 0]], centers: [1] },
  { logits: [[0, 0]], centers: [0] },
  { logits: [[2, 0], [0, 0]], centers: [0, 1] },
  { logits: [[1000, 0]], centers: [1] },
  { logits: [[1, 2, 3], [3, 1, 2]], centers: [2, 0] },
];

/** Random logits. */
export const lossCases: fc.Arbitrary<LossCase> = fc.record({
  width: fc.integer({ min: 2, max: 4 }),
  rows: fc.array(
    fc.record({
      numbers: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 4 }),
      center: fc.nat(11),
    }),
    { minLength: 1, maxLength: 3 },
  ),
}).map(({ width, rows }) => ({
  logits: rows.map(({ numbers }) => numbers.slice(0, width)),
  centers: rows.map(({ center }) => center % width),
}));

/** The loss is the mean of -log p of the centers, and its gradient (p - 1 at the center) / B. */
export function checkLoss(lossOf: unknown, { logits, centers }: LossCase): void {
  const given: Given = { logits, centers };
  requireFunction(lossOf, "a function lossOf(logits, centers)", given);
  const x = tensor(logits, { requiresGrad: true });
  const call = lossOf as (logits: Tensor, centers: number[]) => unknown;
  const answer = attempt(given, () => call(x, [...centers]));
  if (!isTensor(answer) || answer.size !== 1) {
    const wanted = { what: "a loss", shape: [], hint: hints.sumLoss };
    asTensor(answer, wanted, given);
  }
  const loss = answer as Tensor;
  const [got = NaN] = loss.data;
  const all = logits.map(logSoftmax);
  const picked = all.map((row, n) => row[centers[n] ?? -1] ?? NaN);
  const expected = -total(picked) / picked.length;
  if (!near([expected], [got])) {
    const entries = all.flat();
    const probabilities = logits.map((row) => logSoftmax(row).map(Math.exp));
    const again = probabilities.map(logSoftmax).map((row, n) => row[centers[n] ?? -1] ?? NaN);
    const known: readonly (readonly [number, string])[] = [
      [-expected, hints.sign],
      [-total(picked), hints.sumLoss],
      [-total(again) / again.length, hints.twice],
      [-total(entries) / entries.length, hints.everyEntry],
      [total(picked.map(Math.exp)) / picked.length, hints.probability],
    ];
    const hint = Number.isFinite(got)
      ? known.find(([number]) => near([number], [got]))?.[1]
      : hints.overflow;
    throw new Counterexample({ given, expected, got, hint });
  }
  if (loss.requiresGrad) attempt(given, () => loss.backward());
  const slopes = all.map((row, n) =>
    row.map((each, v) => (Math.exp(each) - Number(v === centers[n])) / logits.length)
  );
  const flown = x.grad === null ? null : rowsOf(x.grad);
  if (flown !== null && nearRows(flown, slopes)) return;
  throw new Counterexample({
    given: { ...given, steps: "lossOf(logits, centers).backward()" },
    expected: { "logits.grad": slopes },
    got: { "logits.grad": flown },
    hint: flown === null ? hints.flow : undefined,
  });
}

function logSoftmax(row: readonly number[]): number[] {
  const most = row.reduce((most, each) => Math.max(most, each), -Infinity);
  const log = most + Math.log(total(row.map((each) => Math.exp(each - most))));
  return row.map((each) => each - log);
}

/** The means of the rows of each context. */
function means(rows: Rows, contexts: Rows): number[][] {
  const width = rows[0]?.length ?? 0;
  return contexts.map((context) =>
    Array.from(
      { length: width },
      (_, k) => total(context.map((id) => rows[id]?.[k] ?? NaN)) / context.length,
    )
  );
}

function scores(vectors: Rows, out: Rows): number[][] {
  return vectors.map((h) => out.map((w) => total(h.map((each, k) => each * (w[k] ?? NaN)))));
}

/** Which part of a context an id is. */
function share(context: readonly number[], id: number): number {
  return context.filter((each) => each === id).length / context.length;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function rowsOf(x: Tensor): number[][] {
  return x.toArray() as number[][];
}
