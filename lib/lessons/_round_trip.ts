// What must hold of save and load in one case: after a short training the same bits, and training goes on.

import { Parameter, Sgd, type Tensor } from "minimodel";
import { describe } from "../check/describe.ts";
import { Counterexample } from "../lab/check_report.ts";
import { asTensor, describeAnswer, type Given, hintForKind, rowsOf, sameRows } from "./_answers.ts";
import type { LookupCase } from "./_embedding_cases.ts";
import { hints } from "./_embedding_hints.ts";
import type { EmbeddingClass, EmbeddingLike } from "./embedding_checks.ts";

/** Trains a fresh embedding, saves and loads it, and trains both on. */
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
  await embedding.save(path);
  const loaded: unknown = await Class.load(path);
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

/** Without training, a load that makes the same fresh table again would pass for a right one. */
function train(on: EmbeddingLike, table: Parameter, { ids }: LookupCase): void {
  const optimizer = new Sgd([table], { lr: 0.1 });
  for (let step = 0; step < 3; step++) {
    optimizer.zeroGrad();
    const y = on.forward(structuredClone(ids));
    y.mul(y).sum().add(table.exp().sum()).backward();
    optimizer.step();
  }
}

function parameterOf({ E }: { E?: unknown }, given: Given, name: string): Parameter {
  if (E instanceof Parameter) return E;
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
