// The random cases of a check, on fast-check, which finds the smallest one that fails.

import fc from "fast-check";
import { type CheckOptions, Counterexample } from "./check_report.ts";

/** A property over random values that throws the smallest counterexample it finds. */
export async function tryCases<Value>(
  cases: fc.Arbitrary<Value>,
  holds: (value: Value) => void | Promise<void>,
  { seed, numRuns }: Required<CheckOptions>,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (value) => await holds(value));
  const found = await fc.check(property, { seed, numRuns });
  if (!found.failed) return;
  if (found.errorInstance instanceof Counterexample) throw found.errorInstance;
  const [smallest] = found.counterexample ?? [];
  const thrown = found.errorInstance;
  throw new Counterexample({
    given: Object.fromEntries(Object.entries(Object(smallest))),
    expected: "no error",
    got: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : thrown,
  });
}
