// What must hold of save and load in one case: the same bits after a short training, and training
// that can continue.

import type { Parameter, Tensor } from "@minimodel/core";
import { describe, kindOf } from "@minimodel/core/check";
import { Counterexample } from "../check_report.ts";
import {
  asTensor,
  describeAnswer,
  failed,
  type Given,
  hintForKind,
  rowsOf,
  sameRows,
} from "./_answers.ts";
import type { LookupCase } from "./_embedding_cases.ts";
import { hints } from "./_embedding_hints.ts";
import type { EmbeddingClass, EmbeddingLike } from "./embedding_checks.ts";

/** Trains a fresh embedding, saves and loads it, and continues to train both. */
export async function checkRoundTrip(
  Class: EmbeddingClass,
  embedding: EmbeddingLike,
  drawn: LookupCase,
  path: string,
): Promise<void> {
  const { numEmbeddings, embeddingDim } = drawn;
  const given = { numEmbeddings, embeddingDim };
  const trained = parameterOf(embedding, given, "E");
  train(embedding, trained, drawn);
  let loaded: unknown;
  try {
    await embedding.save(path);
    // Awaited here and nowhere else: what load has started and not awaited may be done a turn
    // later.
    loaded = await Class.load(path);
  } catch (thrown) {
    throw failed(given, thrown, hintForLoading(thrown));
  }
  if (typeof loaded !== "object" || loaded === null || !("E" in loaded)) {
    throw new Counterexample({
      given,
      expected: "load gives an embedding, with a table E",
      got: describeAnswer(loaded),
      hint: hintForKind(loaded),
    });
  }
  checkNumbers(trained, loaded.E, given);
  const table = parameterOf(loaded, given, "the loaded E");
  if (!table.requiresGrad) {
    throw new Counterexample({
      given,
      expected: "the loaded E trains on",
      got: "it needs no gradient",
      hint: hints.frozen,
    });
  }
  train(embedding, trained, drawn);
  train(loaded as EmbeddingLike, table, drawn);
  const [expected, got] = [rowsOf(trained), rowsOf(table)];
  if (!sameRows(got, expected)) {
    const after = "three more steps of training on both";
    throw new Counterexample({ given: { ...given, after }, expected, got });
  }
}

/** The usual reason for an error of save or load. */
function hintForLoading(thrown: unknown): string | undefined {
  if (thrown instanceof RangeError && thrown.message.includes("out of bounds")) return hints.bytes;
  if (thrown instanceof Deno.errors.NotFound) return hints.otherFile;
}

/**
 * Without training, a `load` that makes the same fresh table again would pass. The steps are
 * computed here, since an optimiser of this copy of the library refuses parameters of another copy.
 */
function train(on: EmbeddingLike, table: Parameter, { ids }: LookupCase): void {
  for (let step = 0; step < 3; step++) {
    table.grad = null;
    const y = on.forward(structuredClone(ids));
    y.mul(y).sum().add(table.exp().sum()).backward();
    stepDown(table);
  }
}

function stepDown({ data, grad }: Parameter): void {
  const slopes = grad?.data ?? [];
  data.forEach((each, i) => data[i] = each - 0.1 * (slopes[i] ?? 0));
}

function isParameter(value: unknown): value is Parameter {
  return kindOf(value) === "Parameter";
}

function parameterOf({ E }: { E?: unknown }, given: Given, name: string): Parameter {
  if (isParameter(E)) return E;
  throw new Counterexample({
    given,
    expected: `${name} is a Parameter`,
    got: describe(E),
    hint: hints.plain,
  });
}

function checkNumbers(saved: Tensor, loaded: unknown, given: Given): void {
  const wanted = { what: "the loaded E", shape: saved.shape, hint: hints.fresh };
  const table = asTensor(loaded, wanted, given);
  const [expected, got] = [rowsOf(saved), rowsOf(table)];
  if (!sameRows(got, expected)) {
    const numbers = got.flat();
    const close = expected.flat().every((each, i) =>
      Math.abs(each - (numbers[i] ?? NaN)) < 1e-4 * Math.abs(each)
    );
    const rounded = sameRows(got, expected.map((row) => row.map(Math.fround)));
    const hint = rounded ? hints.rounded : close ? hints.decimal : hints.fresh;
    throw new Counterexample({ given, expected, got, hint });
  }
  if (table.dtype !== saved.dtype) {
    throw new Counterexample({
      given,
      expected: `the loaded E in ${saved.dtype}`,
      got: `in ${table.dtype}`,
      hint: hints.loadedDType,
    });
  }
}
