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

Deno.test("A sparkline marks what is no number", () => {
  assertEquals(sparkline([0, NaN, 7]), "▁?█");
});

Deno.test("A sparkline refuses a width of 0", () => {
  assertThrows(() => sparkline([1], 0), RangeError, "0 wide");
});
