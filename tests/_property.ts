// One place where property tests get their seed: fixed, printed when a property fails, and set from
// outside with MINIMODEL_SEED=... (a failing run prints the seed and path to set).

import fc from "fast-check";

const fromEnvironment = Deno.env.get("MINIMODEL_SEED");
const seed = fromEnvironment === undefined ? 20_261_123 : Number(fromEnvironment);
if (!Number.isInteger(seed)) {
  throw new RangeError(`Cannot use MINIMODEL_SEED ${fromEnvironment}: it must be a whole number`);
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

/** Runs a property under the fixed seed; throws with seed, path and the smallest counterexample. */
export function property<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  holds: (...values: Values) => boolean | void,
  options: { numRuns?: number } = {},
): void {
  fc.assert(fc.property(...arbitraries, holds), options);
}

/** As {@linkcode property}, for a property that awaits. */
export async function asyncProperty<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  holds: (...values: Values) => Promise<boolean | void>,
  options: { numRuns?: number } = {},
): Promise<void> {
  await fc.assert(fc.asyncProperty(...arbitraries, holds), options);
}
