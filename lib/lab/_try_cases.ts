// The random cases of a check, on fast-check, which finds the smallest one that fails.

import fc from "fast-check";
import { type CheckOptions, Counterexample } from "./check_report.ts";

/**
 * Tries a property on random values and throws the smallest counterexample it finds. Waits for
 * nothing, so that a notebook's Stop button can end an answer that never does.
 */
export function tryCases<Value>(
  cases: fc.Arbitrary<Value>,
  holds: (value: Value) => void,
  options: Required<CheckOptions>,
): void {
  throwSmallest(fc.check(fc.property(cases, (value) => holds(value)), options));
}

/** As {@linkcode tryCases}, for a property that awaits. */
export async function tryAsyncCases<Value>(
  cases: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
  options: Required<CheckOptions>,
): Promise<void> {
  throwSmallest(await fc.check(fc.asyncProperty(cases, (value) => holds(value)), options));
}

function throwSmallest<Value>(found: fc.RunDetails<[Value]>): void {
  if (!found.failed) return;
  const thrown = found.errorInstance;
  if (thrown instanceof Counterexample) throw thrown;
  // An answer that is still to be written: no case tells more than what it says itself.
  if (thrown instanceof Error && /^Task \d+: /.test(thrown.message)) throw thrown;
  const [smallest] = found.counterexample ?? [];
  throw new Counterexample({
    given: Object.fromEntries(Object.entries(Object(smallest))),
    expected: "no error",
    got: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : thrown,
  });
}
