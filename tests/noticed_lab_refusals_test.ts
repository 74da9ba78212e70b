// What plots refuse, with which kind of error and in which words: one row per refusal.

import { assertEquals, assertRejects } from "@std/assert";
import { barPlot, heatmap, linePlot, scatterPlot } from "minimodel/lab";
import { wrong } from "./_refused.ts";

type Refusal = readonly [
  call: () => unknown,
  Kind: typeof TypeError | typeof RangeError,
  message: string,
];

const labels = { title: "T", xLabel: "x", yLabel: "y" };
const points = { ...labels, x: "x", y: "y" } as const;
const bars = { ...labels, x: "n", y: "y" } as const;
const rows = [{ x: 1, y: 2, n: "a" }];
const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ x: i, y: i, n: `n${i}` }));

const refusals: readonly Refusal[] = [
  [
    () => linePlot(rows, wrong(undefined)),
    TypeError,
    "Cannot draw a line plot: options must be an object, got undefined",
  ],
  [
    () => linePlot(rows, wrong({ ...points, title: undefined })),
    TypeError,
    "Cannot draw a line plot: title must be a string, got undefined",
  ],
  [
    () => linePlot(rows, { ...points, xLabel: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: xLabel must be a string, got 1",
  ],
  [
    () => linePlot(rows, { ...points, yLabel: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: yLabel must be a string, got 1",
  ],
  [
    () => linePlot(rows, { ...points, x: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: x must be a string, got 1",
  ],
  [
    () => linePlot(rows, { ...points, y: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: y must be a string, got 1",
  ],
  [
    () => linePlot(rows, { ...points, series: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: series must be a string, got 1",
  ],
  [
    () => scatterPlot(rows, { ...points, label: wrong(1) }),
    TypeError,
    "Cannot draw a scatter plot: label must be a string, got 1",
  ],
  [
    () => heatmap([[1]], { ...labels, valueLabel: wrong(1) }),
    TypeError,
    "Cannot draw a heatmap: valueLabel must be a string, got 1",
  ],
  [
    () => linePlot(rows, { ...points, xScale: wrong("pow") }),
    TypeError,
    'Cannot draw a line plot: xScale must be "linear" or "log", got the string "pow"',
  ],
  [
    () => barPlot(rows, { ...bars, yScale: wrong("pow") }),
    TypeError,
    'Cannot draw a bar plot: yScale must be "linear" or "log", got the string "pow"',
  ],
  [
    () => barPlot(rows, { ...bars, values: wrong(1) }),
    TypeError,
    "Cannot draw a bar plot: values must be true or false, got 1",
  ],
  [
    () => linePlot(rows, { ...points, xTicks: wrong(1) }),
    TypeError,
    "Cannot draw a line plot: xTicks must be an array of finite numbers, got 1",
  ],
  [
    () => linePlot(rows, { ...points, xTicks: [1, NaN] }),
    TypeError,
    "Cannot draw a line plot: xTicks must be an array of finite numbers, got a value of kind Array",
  ],
  [
    () => linePlot(rows, { ...points, width: 99 }),
    RangeError,
    "Cannot draw a line plot: width must be in [100, 4000] pixels, got 99",
  ],
  [
    () => linePlot(rows, { ...points, height: 4001 }),
    RangeError,
    "Cannot draw a line plot: height must be in [100, 4000] pixels, got 4001",
  ],
  [
    () => linePlot(rows, { ...points, height: wrong("300") }),
    RangeError,
    'Cannot draw a line plot: height must be in [100, 4000] pixels, got the string "300"',
  ],
  [
    () => barPlot(rows, { ...bars, xTicks: [1] } as never),
    TypeError,
    'Cannot draw a bar plot: there is no option "xTicks"; options are title, xLabel, yLabel, width, height, x, y, series, yScale, values',
  ],
  [
    () => scatterPlot(rows, { ...points, text: "n" } as never),
    TypeError,
    'Cannot draw a scatter plot: there is no option "text"; did you mean "label"? Its options are title, xLabel, yLabel, width, height, x, y, series, label',
  ],
  [
    () => heatmap([[1]], { ...labels, colorLabel: "c" } as never),
    TypeError,
    'Cannot draw a heatmap: there is no option "colorLabel"; did you mean "valueLabel"? Its options are title, xLabel, yLabel, width, height, valueLabel, xNames, yNames',
  ],
  [
    () => barPlot([], bars as never),
    RangeError,
    "Cannot draw a bar plot: wanted at least one row, got an empty array",
  ],
  [
    () => barPlot(wrong<never>({}), bars as never),
    TypeError,
    "Cannot draw a bar plot: rows must be an array of objects, got a value of kind Object",
  ],
  [
    () => barPlot(numbered(501), bars),
    RangeError,
    "Cannot draw a bar plot: wanted at most 500 rows, got 501",
  ],
  [
    () => scatterPlot(numbered(5001), { ...points, label: "n" }),
    RangeError,
    "Cannot draw a scatter plot: wanted at most 5000 rows, got 5001",
  ],
  [
    () => linePlot([{ x: 1, y: wrong("2") }], points),
    TypeError,
    'Cannot plot column "y": row 0 holds "2", not a number',
  ],
  [
    () => linePlot([{ x: 1 }], points as never),
    TypeError,
    'Cannot plot column "y": row 0 has no such column, it holds x',
  ],
  [
    () => linePlot([wrong<never>(7)], points as never),
    TypeError,
    'Cannot plot column "x": row 0 has no such column, it holds 7',
  ],
  [
    () => barPlot([{ n: wrong(null), y: 1 }], bars),
    TypeError,
    'Cannot plot column "n": row 0 holds null, not a name',
  ],
  [
    () => barPlot([{ n: "a", y: 1 }, { n: "a", y: 2 }], bars),
    RangeError,
    'Cannot plot two bars of one name: rows repeat a value of "n"',
  ],
  [
    () => barPlot(numbered(8), { ...bars, series: "n" }),
    RangeError,
    'Cannot plot 8 series of column "n": at most 7 can be told apart',
  ],
  [
    () => linePlot(numbered(22), { ...points, series: "n" }),
    RangeError,
    'Cannot plot 22 series of column "n": at most 21 can be told apart',
  ],
  [
    () => linePlot(rows, { ...points, width: 100, height: 100 }),
    RangeError,
    "Cannot draw a line plot: title, names and legend leave no room for it in 100 x 100 pixels; set a larger width or height",
  ],
  [
    () => heatmap(wrong(7), labels),
    TypeError,
    "Cannot draw a heatmap: wanted an array of rows or a tensor, got 7",
  ],
  [
    () => heatmap({ data: [1], shape: [1] }, labels),
    TypeError,
    "Cannot draw a heatmap of shape [1]: it must have two axes",
  ],
  [
    () => heatmap({ data: [1], shape: [1, 1, 1] }, labels),
    TypeError,
    "Cannot draw a heatmap of shape [1,1,1]: it must have two axes",
  ],
  [
    () => heatmap([], labels),
    RangeError,
    "Cannot draw a heatmap of shape [0, 0]: it must have 1 to 65536 cells",
  ],
  [
    () => heatmap({ data: [], shape: [65537, 1] }, labels),
    RangeError,
    "Cannot draw a heatmap of shape [65537, 1]: it must have 1 to 65536 cells",
  ],
  [
    () => heatmap([[1, 2], [3]], labels),
    TypeError,
    "Cannot draw a heatmap: row 1 has 1 values, row 0 has 2",
  ],
  [
    () => heatmap({ data: [1], shape: [1, 2] }, labels),
    TypeError,
    "Cannot draw a heatmap of shape [1,2]: it must have 2 values, got 1",
  ],
  [
    () => heatmap([[wrong("1")]], labels),
    TypeError,
    'Cannot draw a heatmap: values must be numbers, got the string "1"',
  ],
  [
    () => heatmap([[1]], { ...labels, xNames: wrong("a") }),
    TypeError,
    'Cannot name 1 columns of a heatmap: wanted an array of names, got the string "a"',
  ],
  [
    () => heatmap([[1]], { ...labels, yNames: ["a", "b"] }),
    TypeError,
    "Cannot name 1 rows of a heatmap with 2 names",
  ],
];

refusals.forEach(([call, Kind, message], row) =>
  Deno.test(`${Kind.name} ${row}: ${message}`, async () => {
    // Some throw at once, others reject.
    const error = await assertRejects(async () => await call(), Kind);
    assertEquals([error.constructor, error.message], [Kind, message]);
  })
);
