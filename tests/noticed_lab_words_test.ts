// What all of minimodel/lab but its plots refuses, with which kind of error and in which words.

import { assertEquals, assertRejects } from "@std/assert";
import { tensor } from "minimodel";
import {
  createExperiment,
  Experiment,
  liveDisplay,
  median,
  Plot,
  progress,
  reload,
  sparkline,
  table,
  timeTogether,
} from "minimodel/lab";
import { wrong } from "./_refused.ts";

type Refusal = readonly [
  call: () => unknown,
  Kind: typeof TypeError | typeof RangeError,
  message: string,
];

const contender = { name: "one", run: () => 1 };
const plot = new Plot("T", "<svg/>", { width: 1, height: 1 });
const experiment = new Experiment("a", "/nowhere/a");

const refusals: readonly Refusal[] = [
  [
    () => table(wrong<never>(7)),
    TypeError,
    "Cannot make a table: rows must be an array of objects, got 7",
  ],
  [
    () => table([{ a: 1 }, wrong<never>(7)]),
    TypeError,
    "Cannot make a table: row 1 must be an object, got 7",
  ],
  [
    () => table([wrong<never>(tensor([1]))]),
    TypeError,
    "Cannot make a table: row 0 must be an object, got a value of kind Tensor",
  ],
  [
    () => table([{ a: 1 }], { columns: wrong("a") }),
    TypeError,
    'Cannot make a table: columns must be an array of names, got the string "a"',
  ],
  [
    () => table([{ a: 1, b: 2 }], { columns: wrong(["c"]) }),
    TypeError,
    'Cannot make a table: no row has a column "c", only "a", "b"',
  ],
  [
    () => table([{}], { columns: wrong(["c"]) }),
    TypeError,
    'Cannot make a table: no row has a column "c", only none',
  ],
  [
    () => table([{ a: 1 }], { digits: 101 }),
    RangeError,
    "Cannot make a table: digits must be a whole number in [1, 100], got 101",
  ],
  [
    () => table([{ a: 1 }], { title: "t" } as never),
    TypeError,
    'Cannot make a table: there is no option "title"; did you mean "caption"? Its options are columns, caption, digits',
  ],
  [
    () => sparkline(wrong("12")),
    TypeError,
    'Cannot draw a sparkline: values must be an array of numbers, got the string "12"',
  ],
  [
    () => sparkline(wrong(new DataView(new ArrayBuffer(1)))),
    TypeError,
    "Cannot draw a sparkline: values must be an array of numbers, got a value of kind DataView",
  ],
  [
    () => sparkline([1, wrong("2")]),
    TypeError,
    'Cannot draw a sparkline: value 1 must be a number, got the string "2"',
  ],
  [
    () => sparkline([1], 1.5),
    RangeError,
    "Cannot draw a sparkline: width must be a whole number from 1, got 1.5",
  ],
  [
    () => progress(1.5).next(),
    RangeError,
    "Cannot show progress: total must be a whole number from 0, got 1.5",
  ],
  [
    () => progress(-1).next(),
    RangeError,
    "Cannot show progress: total must be a whole number from 0, got -1",
  ],
  [
    () => progress(1, { desc: "d" } as never).next(),
    TypeError,
    'Cannot show progress: there is no option "desc"; did you mean "label"? Its options are label, note, interval, now, output',
  ],
  [
    () => liveDisplay({ file: 1 } as never),
    TypeError,
    'Cannot open a live display: there is no option "file"; did you mean "output"? Its options are output',
  ],
  [
    () => median([1, NaN]),
    TypeError,
    "Cannot take a median: wanted an array of numbers, got NaN at [1]",
  ],
  [() => median(wrong(7)), TypeError, "Cannot take a median: wanted an array of numbers, got 7"],
  [
    () => median([]),
    RangeError,
    "Cannot take a median: wanted at least one number, got an empty array",
  ],
  [
    () => timeTogether([]),
    RangeError,
    "Cannot time functions: wanted at least one contender, got an empty array",
  ],
  [
    () => timeTogether(wrong(7)),
    TypeError,
    "Cannot time functions: contenders must be an array, got 7",
  ],
  [
    () => timeTogether([wrong({})]),
    TypeError,
    "Cannot time functions: contenders[0] must be { name, run }, got a value of kind Object",
  ],
  [
    () =>
      timeTogether([{ name: "late", run: () => Promise.resolve(1) }], { rounds: 1, sampleMs: 0 }),
    TypeError,
    "Cannot time late: it must return what it computed, without a promise, got a value of kind Promise",
  ],
  [
    () => timeTogether([contender], { sampleMs: -1 }),
    RangeError,
    "Cannot time functions: sampleMs must be a number from 0, got -1",
  ],
  [
    () => timeTogether([contender], { sampleMs: wrong("1") }),
    TypeError,
    'Cannot time functions: sampleMs must be a number from 0, got the string "1"',
  ],
  [
    () => timeTogether([contender], { now: wrong(1) }),
    TypeError,
    'Cannot time functions by the clock "now": wanted a function, got 1',
  ],
  [
    () => timeTogether([contender], { rounds: 0 }),
    RangeError,
    "Cannot time functions: rounds must be a whole number from 1, got 0",
  ],
  [
    () => timeTogether([contender], { clock: 1 } as never),
    TypeError,
    'Cannot time functions: there is no option "clock"; did you mean "now"? Its options are rounds, sampleMs, now',
  ],
  [
    () => reload("minimodle"),
    TypeError,
    'Cannot reload "minimodle": wanted "minimodel", "minimodel/lab" or a file, as in "./mine.ts"',
  ],
  [
    () => experiment.file("b/c"),
    TypeError,
    'Cannot place "b/c" in the experiment: it must be a plain file name',
  ],
  [
    () => experiment.file(wrong(7)),
    TypeError,
    "Cannot place 7 in the experiment: it must be a plain file name",
  ],
  [
    () => experiment.writeCsv("a.csv", wrong<never>(7)),
    TypeError,
    "Cannot write a.csv: rows must be an array of objects, got 7",
  ],
  [
    () => experiment.writeCsv("a.csv", [], { header: [] } as never),
    TypeError,
    'Cannot write a.csv: there is no option "header"; did you mean "columns"? Its options are columns',
  ],
  [
    () => experiment.writeCsv("a.csv", [{ b: new Map() }]),
    TypeError,
    "Cannot write JSON: b of row 0 is a value of kind Map, of which JSON would keep nothing",
  ],
  [
    () => experiment.writeJson("a.json", { b: undefined }),
    TypeError,
    "Cannot write JSON: b is undefined, which JSON cannot express",
  ],
  [
    () => experiment.writeJson("a.json", [1, () => {}]),
    TypeError,
    "Cannot write JSON: entry 1 is a function, which JSON cannot express",
  ],
  [
    () => experiment.writeJson("a.json", Symbol("s")),
    TypeError,
    "Cannot write JSON: the value is a symbol, which JSON cannot express",
  ],
  [
    () => experiment.writeJson("a.json", { c: [new Error("e")] }),
    TypeError,
    "Cannot write JSON: entry 0 is a value of kind Error, of which JSON would keep nothing",
  ],
  [
    () => createExperiment("A"),
    RangeError,
    'Cannot make an experiment: name must be lower-case letters and digits joined by hyphens, got the string "A"',
  ],
  [
    () => createExperiment("a", { date: "2026-02-30" }),
    RangeError,
    'Cannot make an experiment: date must be a day such as 2026-11-23, got the string "2026-02-30"',
  ],
  [
    () => createExperiment("a", { day: 1 } as never),
    TypeError,
    'Cannot make an experiment: there is no option "day"; did you mean "date"? Its options are root, date',
  ],
  [
    () => plot.save("a.PNG"),
    TypeError,
    'Cannot save a plot to "a.PNG": give the path without .svg or .png',
  ],
];

refusals.forEach(([call, Kind, message], row) =>
  Deno.test(`${Kind.name} ${row}: ${message}`, async () => {
    // Some throw at once, others reject.
    const error = await assertRejects(async () => await call(), Kind);
    assertEquals([error.constructor, error.message], [Kind, message]);
  })
);
