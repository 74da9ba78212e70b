/**
 * Stands in for the JSR package `@std/assert` where JSR is out of reach; removing the `links` line of
 * the root deno.json changes nothing but the origin.
 *
 * It has what the project uses, with the names, types, behaviour and messages of version 1.0.19. The
 * tests that this version has for these functions pass. Two things differ: a diff has no colours, does
 * not mark words within a line, and is cut if it is very long; and two cycles of different lengths are
 * compared, where that package overflows the stack. `node:assert` would not do: it tells 0 from -0 and
 * marks a diff the other way round. So the comparison is written out here, and the lines of a diff come
 * from npm's diff.
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
