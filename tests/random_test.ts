import { assert, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { createRandom, normal } from "minimodel";

const count = 40_000;
const draws = (draw: () => number) => Float64Array.from({ length: count }, draw);
const meanOf = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

Deno.test("the same seed gives the same stream, another seed another one", () => {
  const stream = (seed: number) => {
    const random = createRandom(seed);
    return [random.uniform(), random.normal(), random.integer(100), random.normal()];
  };
  assertEquals(stream(7), stream(7));
  for (const other of [0, 6, 8, 2 ** 32 - 1]) assertNotEquals(stream(other), stream(7));
});

Deno.test("streams of neighbouring seeds are not alike", () => {
  const [a, b] = [createRandom(0), createRandom(1)];
  const product = draws(() => (a.uniform() - 0.5) * (b.uniform() - 0.5));
  // Independent ones have mean 0 and variance 1 / 144.
  assertLess(Math.abs(meanOf(product)), 4 / 12 / Math.sqrt(count));
});

Deno.test("uniform numbers fill [0, 1) evenly", () => {
  const { uniform } = createRandom(1);
  const values = draws(uniform);
  assert(values.every((x) => x >= 0 && x < 1));
  const tenths = new Array<number>(10).fill(0);
  for (const x of values) tenths[Math.floor(10 * x)]++;
  for (const found of tenths) assertLess(Math.abs(found - count / 10), 4 * Math.sqrt(count * 0.09));
});

Deno.test("normal numbers have the moments and tails of the standard normal distribution", () => {
  const random = createRandom(2);
  const values = draws(() => random.normal());
  const moment = (power: number) => meanOf(values.map((x) => x ** power));
  // Four standard errors of each moment.
  assertLess(Math.abs(moment(1)), 4 / Math.sqrt(count));
  assertLess(Math.abs(moment(2) - 1), 4 * Math.sqrt(2 / count));
  assertLess(Math.abs(moment(3)), 4 * Math.sqrt(15 / count));
  assertLess(Math.abs(moment(4) - 3), 4 * Math.sqrt(96 / count));
  const outside = values.filter((x) => Math.abs(x) > 1.959964).length;
  assertLess(Math.abs(outside - 0.05 * count), 4 * Math.sqrt(count * 0.05 * 0.95));
});

Deno.test("integers are even over [0, limit), for the smallest and largest limit too", () => {
  const random = createRandom(3);
  const found = [0, 0, 0];
  for (let i = 0; i < count; i++) found[random.integer(3)]++;
  for (const each of found) assertLess(Math.abs(each - count / 3), 4 * Math.sqrt(count * 2 / 9));
  assertEquals(random.integer(1), 0);
  const large = draws(() => random.integer(2 ** 32));
  assert(large.every((x) => Number.isInteger(x) && x >= 0 && x < 2 ** 32));
  assertLess(Math.abs(meanOf(large) / 2 ** 32 - 0.5), 4 / Math.sqrt(12 * count));
});

Deno.test("normal fills a tensor with mean + std times the stream of its seed", () => {
  const random = createRandom(5);
  const expected = Array.from({ length: 4 }, () => 3 + 0.5 * random.normal());
  const options = { seed: 5, mean: 3, std: 0.5 };
  assertEquals(normal([2, 2], options).toArray(), [expected.slice(0, 2), expected.slice(2)]);
  assertEquals(normal([4], { ...options, dtype: "float32" }).data, Float32Array.from(expected));
  assertEquals(normal([0, 3]).shape, [0, 3]);
});
