/**
 * Stands in for the JSR package `@std/assert` where JSR is out of reach; removing the `links` line of
 * the root deno.json changes nothing but the origin.
 *
 * It has what the project uses, with the names, signatures, behaviour and messages of that package
 * (only a diff is plain, without colours, may order its lines otherwise, and is cut if very long).
 * `node:assert` would not do: it tells 0 from -0 and marks a diff the other way round. So the
 * comparison is written out here, and the lines of a diff come from `node:util`.
 *
 * @module
 */

export { AssertionError } from "./_failure.ts";
export { assertRejects, assertThrows } from "./_throws.ts";
export {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "./_values.ts";
