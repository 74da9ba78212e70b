// What must hold of a lookup in one case: shape, rows, dtype, and that a bad id is refused.

import type { Ids, Tensor } from "@minimodel/core";
import { Counterexample } from "../check_report.ts";
import { flat, type LookupCase, type NestedArray, shapeOf } from "./_embedding_cases.ts";
import {
  asTensor,
  attempt,
  describeAnswer,
  describeThrown,
  type Given,
  hintForError,
  hintForKind,
  isTensor,
  rowsOf,
  same,
  sameRows,
  silence,
} from "./_answers.ts";
import { hints } from "./_embedding_hints.ts";

/** What looks up ids in a table; what comes back may be anything. */
export type Look = (ids: Ids) => unknown;

/** What is looked up has the shape of the ids, followed by d. */
export function checkShape(look: Look, drawn: LookupCase, given: Given = { ...drawn }): Tensor {
  const shape = [...shapeOf(drawn.ids), drawn.embeddingDim];
  // The answer gets a copy of the ids: if it changes them, the report still shows what was given.
  const answer = attempt(given, () => look(structuredClone(drawn.ids)));
  const otherWidth = isTensor(answer) && answer.shape.length === shape.length &&
    answer.shape.at(-1) !== drawn.embeddingDim;
  const hint = otherWidth ? hints.width : hints.shape;
  return asTensor(answer, { what: "a Tensor", shape, hint }, given);
}

/**
 * Each row is the row of the table that its id names, bit for bit, and the table stays as it is.
 */
export function checkRows(look: Look, table: Tensor, drawn: LookupCase): void {
  const rows = rowsOf(table);
  const given = { E: rows, ids: drawn.ids };
  const result = checkShape(look, drawn, given);
  const after = rowsOf(table);
  if (!sameRows(rows, after)) {
    throw new Counterexample({
      given,
      expected: "E as it was",
      got: after,
      hint: hints.tableChanged,
    });
  }
  const expected = flat(drawn.ids).map((id) => rows[id] ?? []);
  const got = rowsOf(result);
  if (!sameRows(got, expected)) {
    const rounded = sameRows(got, expected.map((row) => row.map(Math.fround)));
    throw new Counterexample({ given, expected, got, hint: rounded ? hints.rounded : undefined });
  }
  checkDType(result, table, given);
}

/** Numbers have the dtype of those they were made from. */
export function checkDType(result: Tensor, from: Tensor, given: Given): void {
  if (result.dtype === from.dtype) return;
  throw new Counterexample({
    given,
    expected: `numbers of dtype ${from.dtype}`,
    got: `numbers of dtype ${result.dtype}`,
    hint: result.dtype === "float32" ? hints.rounded : undefined,
  });
}

/** A bad id among the ids is refused with an IndexError. */
export function checkRefused(look: Look, table: Tensor, { numEmbeddings, ids }: LookupCase): void {
  const rows = rowsOf(table);
  const bad = flat(ids).find((id) => id < 0 || id >= numEmbeddings) ?? -1;
  const at = flat(ids).indexOf(bad);
  const refused = (got: string, hint?: string) =>
    new Counterexample({
      given: { numEmbeddings, ids },
      expected: `an IndexError for id ${bad}`,
      got,
      hint,
    });
  const otherError = () => answers(look) ? hints.otherError : undefined;
  let answer: unknown;
  try {
    answer = look(structuredClone(ids));
  } catch (thrown) {
    if (isIndexError(thrown)) return;
    throw refused(describeThrown(thrown), otherError() ?? hintForError(thrown));
  }
  silence(answer);
  if (!isTensor(answer) || answer.shape.length === 0) {
    throw refused(describeAnswer(answer), otherError() ?? hintForKind(answer));
  }
  const row = rowsOf(answer)[at] ?? [];
  const next = replace(ids, bad, numEmbeddings + 1);
  const atV = bad === numEmbeddings && refuses(look, next);
  const hint = atV ? hints.atV : hintForRow(row, bad, rows);
  throw refused(`a row, [${row.join(", ")}]`, hint);
}

/** Tells what was done to a bad id, from the row that was returned. */
function hintForRow(row: readonly number[], bad: number, rows: number[][]): string {
  const count = rows.length;
  const isRow = (id: number) => rows.some((each, index) => index === id && same(row, each));
  if (isRow(bad < 0 ? 0 : count - 1)) return hints.clamped;
  // Below 0, a remainder is none of a row but 0.
  if (isRow(bad % count)) return hints.remainder;
  if (bad < 0 && isRow(count + bad)) return hints.wrapped;
  return bad < 0 ? hints.belowZero : hints.unchecked;
}

function replace(ids: NestedArray, from: number, to: number): NestedArray {
  if (typeof ids === "number") return ids === from ? to : ids;
  return ids.map((each) => replace(each, from, to));
}

/** Whether the lookup returns a tensor for a valid id. */
function answers(look: Look): boolean {
  try {
    const answer = look([0]);
    silence(answer);
    return isTensor(answer);
  } catch {
    return false;
  }
}

function refuses(look: Look, ids: NestedArray): boolean {
  try {
    silence(look(ids));
    return false;
  } catch (thrown) {
    return isIndexError(thrown);
  }
}

/** By its name, so that an IndexError that a learner declares is accepted too. */
function isIndexError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "IndexError";
}
