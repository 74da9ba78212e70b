// What must hold of the gradient of a lookup in one case: where it is nonzero, and that rows of the
// same id add up.

import { type Tensor, tensor } from "@minimodel/core";
import { Counterexample, isCounterexample } from "../check_report.ts";
import {
  asTensor,
  describeThrown,
  type Given,
  hintForError,
  rowsOf,
  sameRows,
} from "./_answers.ts";
import { flat, type LookupCase } from "./_embedding_cases.ts";
import { hints } from "./_embedding_hints.ts";
import { checkDType, checkShape, type Look } from "./_lookup_properties.ts";

/** Goes back from the result of a lookup, and returns the gradient of its table. */
export function goBack(y: Tensor, table: Tensor, given: Given, upstream?: Tensor): Tensor {
  if (!y.requiresGrad) {
    throw new Counterexample({
      given,
      expected: "a result that is recorded on the tape",
      got: "one that needs no gradient",
      hint: hints.tape,
    });
  }
  try {
    y.backward(upstream);
  } catch (thrown) {
    throw new Counterexample({
      given,
      expected: "a gradient of E",
      got: describeThrown(thrown),
      hint: hintForError(thrown) ?? hints.backward,
    });
  }
  if (table.grad === null) {
    throw new Counterexample({
      given,
      expected: "a gradient of E",
      got: "E.grad is null",
      hint: hints.tape,
    });
  }
  return table.grad;
}

/** The gradient is nonzero exactly in the rows that were looked up. */
export function checkNonzero(gradient: Tensor, drawn: LookupCase): void {
  const got = rowsOf(gradient);
  const hit = new Set(flat(drawn.ids));
  const right = got.every((row, id) => row.every((each) => (each !== 0) === hit.has(id)));
  if (right) return;
  const ids = [...hit].sort((a, b) => a - b);
  const expected = ids.length === 0
    ? "zero in every row"
    : `nonzero in ${ids.length === 1 ? "row" : "rows"} ${ids.join(" and ")}, zero elsewhere`;
  throw new Counterexample({ given: { ...drawn }, expected, got });
}

/** A lookup gets its own gradient, also if another lookup was made before backward(). */
export function checkKeptIds(look: Look, table: Tensor, drawn: LookupCase): void {
  const given = { ids: drawn.ids, then: "forward([0]) before backward()" };
  const gradientOf = (between: () => void): number[][] => {
    table.grad = null;
    const y = checkShape(look, drawn);
    between();
    return rowsOf(goBack(y.sum(), table, given));
  };
  const expected = gradientOf(() => {});
  const got = withHint(hints.keptIds, () => gradientOf(() => void look([0])));
  if (!sameRows(got, expected)) {
    throw new Counterexample({ given, expected, got, hint: hints.keptIds });
  }
}

/** Puts another hint into a counterexample that a call throws. */
function withHint<Result>(hint: string, call: () => Result): Result {
  try {
    return call();
  } catch (thrown) {
    if (!isCounterexample(thrown)) throw thrown;
    throw new Counterexample({ ...thrown.details, hint });
  }
}

/** Compares a gradient with a plain sum of whole numbers, which is exact in either dtype. */
export function checkScatter(answer: unknown, upstream: Tensor, drawn: LookupCase): void {
  const { numEmbeddings, embeddingDim } = drawn;
  const ids = flat(drawn.ids);
  const rows = rowsOf(countUp(upstream.shape)); // not read from upstream, which may have been changed
  const given = { ids: drawn.ids, upstream: rows };
  const shape = [numEmbeddings, embeddingDim];
  const gradient = asTensor(
    answer,
    { what: "a gradient", shape, hint: hints.gradientShape },
    given,
  );
  const now = rowsOf(upstream);
  if (!sameRows(now, rows)) {
    throw new Counterexample({
      given,
      expected: "upstream as it was",
      got: now,
      hint: hints.upstreamChanged,
    });
  }
  const zeros = new Array<number>(embeddingDim).fill(0);
  const own = Array.from(
    { length: numEmbeddings },
    (_, id) => rows.filter((_, n) => ids[n] === id),
  );
  const expected = own.map((rows) =>
    rows.reduce((sum, row) => sum.map((each, i) => each + (row[i] ?? 0)), zeros)
  );
  const got = rowsOf(gradient);
  if (!sameRows(got, expected)) {
    const overwritten = own.map((rows) => rows.at(-1) ?? zeros);
    const averaged = expected.map((sum, id) =>
      sum.map((each) => each / Math.max(1, own[id]?.length ?? 0))
    );
    const hint = sameRows(got, overwritten)
      ? hints.overwrite
      : sameRows(got, averaged)
      ? hints.averaged
      : undefined;
    throw new Counterexample({ given, expected, got, hint });
  }
  checkDType(gradient, upstream, given);
}

/** A tensor of 1, 2, 3 and so on. */
export function countUp(shape: readonly number[]): Tensor {
  const size = shape.reduce((total, length) => total * length, 1);
  return tensor(Array.from({ length: size }, (_, i) => i + 1), { shape });
}

/** A tensor like another one, from the same copy of the library, of 1, 2, 3 and so on. */
export function countUpLike(x: Tensor): Tensor {
  const counted = x.detach();
  counted.data.forEach((_, i) => counted.data[i] = i + 1);
  return counted;
}
