import { assertEquals, assertThrows } from "@std/assert";
import { sparkline } from "minimodel/lab";

Deno.test("A sparkline goes from the lowest number to the highest", () => {
  assertEquals(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
  assertEquals(sparkline([7, 0]), "█▁");
});

Deno.test("A sparkline of equal numbers is flat, and of none is empty", () => {
  assertEquals(sparkline([3, 3, 3]), "▁▁▁");
  assertEquals(sparkline([]), "");
});

Deno.test("A sparkline that is too long takes means of neighbours", () => {
  assertEquals(sparkline([0, 2, 7, 9], 2), "▁█");
  assertEquals(sparkline(Array.from({ length: 1000 }, (_, i) => i), 8), "▁▂▃▄▅▆▇█");
});

Deno.test("A sparkline marks NaN", () => {
  assertEquals(sparkline([0, NaN, 7]), "▁?█");
});

Deno.test("A sparkline refuses a width of 0", () => {
  assertThrows(() => sparkline([1], 0), RangeError, "width must be a whole number from 1, got 0");
});

Deno.test("A sparkline spans the largest numbers, and means of them", () => {
  const { MAX_VALUE, MIN_VALUE } = Number;
  assertEquals(sparkline([-MAX_VALUE, MAX_VALUE]), "▁█");
  assertEquals(sparkline([MAX_VALUE, MAX_VALUE, 0, 0], 2), "█▁");
  assertEquals(sparkline([0, MIN_VALUE]).length, 2);
  assertEquals(sparkline([Infinity, -Infinity]), "??");
});

Deno.test("A sparkline takes as many numbers as there are", () => {
  const line = sparkline(Float32Array.from({ length: 200_000 }, (_, i) => i), 200_000);
  assertEquals([line.length, line[0], line.at(-1)], [200_000, "▁", "█"]);
});

Deno.test("A sparkline refuses anything but numbers, by name", () => {
  const refused = (values: unknown) => () => Reflect.apply(sparkline, undefined, [values]);
  assertThrows(refused(undefined), TypeError, "values must be an array of numbers, got undefined");
  assertThrows(refused([1, "2"]), TypeError, `value 1 must be a number, got the string "2"`);
});
