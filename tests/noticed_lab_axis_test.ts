// The ends, ticks and texts of axes, and of numbers in tables, for values of every size.

import { assertEquals } from "@std/assert";
import { axisOf, type AxisScale, extent, placeable } from "../lib/lab/_axis.ts";
import { escapeHtml, formatNumber, formatTick } from "../lib/lab/_format.ts";

const { MAX_VALUE: most, MIN_VALUE: least } = Number;

/** Values, and what their linear axis is: its ends, its unit, and the text of 1.23456789012345. */
const linear: readonly (readonly [values: number[], ends: number[], unit: number, text: string])[] =
  [
    [[0, 1], [0, 1], 1, "1.23"],
    [[2, -3], [-3, 2], 1, "1.23"],
    [[], [1, 10], 1, "1.235"],
    // A range of nothing reaches half of its size to both sides, or by 1 around 0.
    [[5], [2.5, 7.5], 1, "1.235"],
    [[-4], [-6, -2], 1, "1.235"],
    [[0], [-1, 1], 1, "1.23"],
    [[0, 1e-290], [-1, 1], 1, "1.23"],
    [[0, 1.1e-290], [0, 1.1e-290], 1, "1.23"],
    [[1, 1 + 1.2e-12], [1, 1 + 1.2e-12], 1, "1.23456789012345"],
    [[1, 1 + 0.9e-12], [1 - (1 + 0.9e-12) / 2, 1.5 * (1 + 0.9e-12)], 1, "1.235"],
    [[1000, 1001], [1000, 1001], 1, "1.234568"],
    [[-1001, -1000], [-1001, -1000], 1, "1.234568"],
    // Above 1e300, the axis is that of multiples of it.
    [[1e300, 2e300], [1, 2], 1e300, "1.235×10³⁰⁰"],
    [[0, 1e300], [0, 1e300], 1, "1.23"],
    [[-1.1e300, 0], [-1.1, 0], 1e300, "1.23×10³⁰⁰"],
    [[-most, most], [-most / 1e300, most / 1e300], 1e300, "1.23×10³⁰⁰"],
    [[most], [most / 1e300 / 2, most / 1e300], 1e300, "1.235×10³⁰⁰"],
    [[-most], [-most / 1e300, -most / 1e300 / 2], 1e300, "1.235×10³⁰⁰"],
  ];

for (const [values, ends, unit, text] of linear) {
  Deno.test(`the linear axis of [${values}] goes from ${ends[0]} to ${ends[1]}`, () => {
    const { scale, ticks, tickSpacing, text: textOf } = axisOf(values);
    assertEquals([scale.type, scale.domain, scale.nice], ["linear", ends, unit === 1]);
    assertEquals([scale.transform(3 * unit), ticks, tickSpacing], [3, undefined, 50]);
    assertEquals(textOf(1.23456789012345), text);
  });
}

const powers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));

/** Values, the ends of their log axis, and its ticks. */
const logarithmic: readonly (readonly [values: number[], ends: number[], ticks?: number[]])[] = [
  [[], [1, 10], [1, 2, 5, 10]],
  [[1, 10], [1, 10], [1, 2, 5, 10]],
  [[1, 9.9], [1, 9.9]],
  [[5], [2.5, 10]],
  [[1, 1 + 1.2e-12], [1, 1 + 1.2e-12]],
  [[1, 1 + 0.9e-12], [0.5, 2 + 1.8e-12]],
  [[least], [least, 1e-290]],
  [[most], [most / 2, most]],
  [[1e-300, 1e-295], [1e-300, 1e-290], powers(-300, -290)],
  [[0.02, 500], [0.02, 500], powers(-1, 2)],
  [[1, 1e4], [1, 1e4], [0, 1, 2, 3].flatMap((n) => [1, 2, 5].map((x) => x * 10 ** n)).concat(1e4)],
  [[0.3, 40], [0.3, 40], [0.5, 1, 2, 5, 10, 20]],
  [[1, 2e4], [1, 2e4], powers(0, 4)],
  [[1, 1e10], [1, 1e10], powers(0, 10)],
  [[1, 2e10], [1, 2e10]],
  [[3e-5, 2], [3e-5, 2], powers(-4, 0)],
];

for (const [values, ends, ticks] of logarithmic) {
  Deno.test(`the log axis of [${values}] goes from ${ends[0]} to ${ends[1]}`, () => {
    const { scale, ticks: found } = axisOf(values, "log");
    assertEquals([scale.type, scale.domain, scale.nice], ["log", ends, false]);
    assertEquals([scale.transform(3), found], [3, ticks]);
  });
}

Deno.test("ticks side by side have room for their digits", () => {
  const spacing = (values: number[]) => axisOf(values, "linear", true).tickSpacing;
  assertEquals([spacing([0, 1]), spacing([1000, 1001]), spacing([1e4, 1e4 + 1])], [80, 112, 128]);
  assertEquals(spacing([1, 1 + 1e-11]), 16 * 14);
  assertEquals(axisOf([1e4, 1e4 + 1]).tickSpacing, 50);
});

Deno.test("finite numbers have a place on an axis, on a log axis those above 0", () => {
  const places = (type?: AxisScale) =>
    [-1, 0, least, most, Infinity, -Infinity, NaN]
      .map((value) => !Number.isNaN(placeable(value, type)));
  assertEquals(places(), [true, true, true, true, false, false, false]);
  assertEquals(places("linear"), places());
  assertEquals(places("log"), [false, false, true, true, false, false, false]);
  assertEquals([placeable(-2), placeable(3, "log")], [-2, 3]);
  assertEquals([extent([]), extent([NaN]), extent([2, NaN, -1, 3])], [undefined, undefined, [
    -1,
    3,
  ]]);
  assertEquals(extent([7]), [7, 7]);
});

/** Numbers as ticks, with up to so many digits. */
const ticks: readonly (readonly [value: number, digits: number | undefined, text: string])[] = [
  [0, undefined, "0"],
  [-0, undefined, "0"],
  [Infinity, undefined, "Infinity"],
  [NaN, undefined, "NaN"],
  [1234567, undefined, "1,234,567"],
  [9999999, undefined, "9,999,999"],
  [1e7, undefined, "10⁷"],
  [12345678, undefined, "1.23457×10⁷"],
  [12345678, 8, "12,345,678"],
  [99999999, 8, "99,999,999"],
  [1e8, 8, "10⁸"],
  [0.001, undefined, "0.001"],
  [0.000999, undefined, "9.99×10⁻⁴"],
  [0.123456789, undefined, "0.123457"],
  [0.123456789, 3, "0.123"],
  [1234.5678, 3, "1,235"],
  [-1234.5678, 6, "−1,234.57"],
  [-1e-9, undefined, "−10⁻⁹"],
  [-2.5e-12, undefined, "−2.5×10⁻¹²"],
  [1.05e20, 2, "1.1×10²⁰"],
  [1234567890123e3, undefined, "1.23457×10¹⁵"],
  [6.789e-34, 2, "6.8×10⁻³⁴"],
];

for (const [value, digits, text] of ticks) {
  Deno.test(`${value} with ${digits ?? "any"} digits is the tick ${text}`, () => {
    assertEquals(formatTick(value, digits), text);
  });
}

Deno.test("a number in a table keeps the digits before its point, and one after it", () => {
  const numbers: [value: number, digits: number, text: string][] = [
    [13174.64, 4, "13174.6"],
    [1.23456, 4, "1.235"],
    [-99.96, 2, "-100"],
    [-12.34, 2, "-12.3"],
    [0.00012345, 2, "0.00012"],
    [12345, 2, "12345"],
    [-0, 4, "-0"],
    [NaN, 4, "NaN"],
    [-Infinity, 4, "-Infinity"],
    [0.5, 1, "0.5"],
  ];
  for (const [value, digits, text] of numbers) assertEquals(formatNumber(value, digits), text);
  assertEquals(
    escapeHtml(`a&b<c>"d"'e'&amp;`),
    "a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;&amp;amp;",
  );
});
