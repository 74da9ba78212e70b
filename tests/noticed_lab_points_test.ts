// Where lines and points stand, to a hundredth of a pixel, with their axes, legends and notes.

import { assertEquals } from "@std/assert";
import { linePlot, type Plot, scatterPlot } from "minimodel/lab";
import { drawing } from "./_drawing.ts";

const labels = { title: "T", xLabel: "x", yLabel: "y" };
const small = { ...labels, width: 400, height: 300 };
const columns = { x: "x", y: "y" } as const;

const two = [
  { x: 0, y: 1, s: "one series" },
  { x: 1, y: 3, s: "one series" },
  { x: 0, y: 2, s: "the other series, whose name is long" },
  { x: 2, y: NaN, s: "the other series, whose name is long" },
];
const nine = Array.from({ length: 18 }, (_, i) => ({ x: i % 2, y: i, s: `s${i >> 1}` }));
const points = (count: number) => Array.from({ length: count }, (_, i) => ({ x: i, y: i % 7 }));

/** Pictures, what is looked at in them, and what stands where. */
const pictures: readonly {
  readonly what: string;
  readonly make: () => Promise<Plot>;
  readonly groups: RegExp;
  readonly drawn: readonly string[];
}[] = [
  {
    what: "two lines with axes, a legend in two rows, a gap and a note",
    make: () => linePlot(two, { ...small, ...columns, series: "s" }),
    groups: /^/,
    drawn: [
      "T: title at 0,0",
      "T: rect at 0,0 fill=white",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=70.36 x2=70.36 y1=99 y2=208",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=140.77 x2=140.77 y1=99 y2=208",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=211.18 x2=211.18 y1=99 y2=208",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=281.59 x2=281.59 y1=99 y2=208",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=352 x2=352 y1=99 y2=208",
      "x-axis tick: path at 82.36,220 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 152.77,220 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 223.18,220 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 293.59,220 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 364,220 d=M0,0L0,5 fill=none stroke=currentColor",
      'x-axis tick label: "0" at 82.36,229',
      'x-axis tick label: "0.5" at 152.77,229',
      'x-axis tick label: "1" at 223.18,229',
      'x-axis tick label: "1.5" at 293.59,229',
      'x-axis tick label: "2" at 364,229',
      'x-axis label: "x" at 223.18,265',
      "y-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=62.36 x2=360 y1=200 y2=200",
      "y-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=62.36 x2=360 y1=153.5 y2=153.5",
      "y-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=62.36 x2=360 y1=107 y2=107",
      "y-axis tick: path at 74.36,212 d=M0,0L-5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 74.36,165.5 d=M0,0L-5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 74.36,119 d=M0,0L-5,0 fill=none stroke=currentColor",
      'y-axis tick label: "1" at 65.36,212 text-anchor=end',
      'y-axis tick label: "2" at 65.36,165.5 text-anchor=end',
      'y-axis tick label: "3" at 65.36,119 text-anchor=end',
      'y-axis label: "y" at 15,165.5 rotate(-90)',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      "frame: line at 12,12 stroke-width=2.5 stroke=#0072b2 x1=12 x2=38 y1=55 y2=55",
      'text: "one series" at 58,67 text-anchor=start',
      "frame: line at 12,12 stroke-width=2.5 stroke=#d55e00 x1=12 x2=38 y1=77 y2=77",
      'text: "the other series, whose name is long" at 58,89 text-anchor=start',
      'text: "1 of 4 points left out: not finite" at 24,280 font-size=12 text-anchor=start',
      "line: path at 12,12 d=M70.36,200L211.18,107 fill=none stroke-width=2.5 stroke=#0072b2",
      "dot: circle at 12,12 cx=70.36 cy=200 fill=#0072b2 r=3.5",
      "dot: circle at 12,12 cx=211.18 cy=107 fill=#0072b2 r=3.5",
      "line: path at 12,12 d=M70.36,153.5Z fill=none stroke-width=2.5 stroke=#d55e00",
      "dot: circle at 12,12 cx=70.36 cy=153.5 fill=#d55e00 r=3.5",
    ],
  },
  {
    what: "from the eighth line on, lines are dashed",
    make: () => linePlot(nine, { ...small, ...columns, series: "s" }),
    groups: /^(?:line|frame)$/,
    drawn: [
      "frame: line at 12,12 stroke-width=2.5 stroke=#0072b2 x1=12 x2=38 y1=55 y2=55",
      "frame: line at 12,12 stroke-width=2.5 stroke=#d55e00 x1=86.24 x2=112.24 y1=55 y2=55",
      "frame: line at 12,12 stroke-width=2.5 stroke=#009e73 x1=160.48 x2=186.48 y1=55 y2=55",
      "frame: line at 12,12 stroke-width=2.5 stroke=#cc79a7 x1=234.72 x2=260.72 y1=55 y2=55",
      "frame: line at 12,12 stroke-width=2.5 stroke=#e69f00 x1=308.96 x2=334.96 y1=55 y2=55",
      "frame: line at 12,12 stroke-width=2.5 stroke=#56b4e9 x1=12 x2=38 y1=77 y2=77",
      "frame: line at 12,12 stroke-width=2.5 stroke=#7f7f7f x1=86.24 x2=112.24 y1=77 y2=77",
      "frame: line at 12,12 stroke-dasharray=7 4 stroke-width=2.5 stroke=#0072b2 x1=160.48 x2=186.48 y1=77 y2=77",
      "frame: line at 12,12 stroke-dasharray=7 4 stroke-width=2.5 stroke=#d55e00 x1=234.72 x2=260.72 y1=77 y2=77",
      "line: path at 12,12 d=M62.24,220L352,213.72 fill=none stroke-width=2.5 stroke=#0072b2",
      "line: path at 12,12 d=M62.24,207.44L352,201.17 fill=none stroke-width=2.5 stroke=#d55e00",
      "line: path at 12,12 d=M62.24,194.89L352,188.61 fill=none stroke-width=2.5 stroke=#009e73",
      "line: path at 12,12 d=M62.24,182.33L352,176.06 fill=none stroke-width=2.5 stroke=#cc79a7",
      "line: path at 12,12 d=M62.24,169.78L352,163.5 fill=none stroke-width=2.5 stroke=#e69f00",
      "line: path at 12,12 d=M62.24,157.22L352,150.94 fill=none stroke-width=2.5 stroke=#56b4e9",
      "line: path at 12,12 d=M62.24,144.67L352,138.39 fill=none stroke-width=2.5 stroke=#7f7f7f",
      "line: path at 12,12 d=M62.24,132.11L352,125.83 fill=none stroke-dasharray=7 4 stroke-width=2.5 stroke=#0072b2",
      "line: path at 12,12 d=M62.24,119.56L352,113.28 fill=none stroke-dasharray=7 4 stroke-width=2.5 stroke=#d55e00",
    ],
  },
  {
    what: "a title of two lines moves the plot down",
    make: () =>
      linePlot(points(2), {
        ...small,
        ...columns,
        title: "A title of so many words that it takes two lines",
      }),
    groups: /^(?:line|dot|text|y-axis label)$/,
    drawn: [
      'y-axis label: "y" at 15,166 rotate(-90)',
      'text: "A title of so many words that ittakes two lines" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      "line: path at 12,12 d=M70.36,220L352,88 fill=none stroke-width=2.5 stroke=#0072b2",
      "dot: circle at 12,12 cx=70.36 cy=220 fill=#0072b2 r=3.5",
      "dot: circle at 12,12 cx=352 cy=88 fill=#0072b2 r=3.5",
    ],
  },
  {
    what: "ticks where they are wanted, on a log axis",
    make: () =>
      linePlot([{ x: 10, y: 1 }, { x: 80, y: 1 }], {
        ...small,
        ...columns,
        xScale: "log",
        xTicks: [10, 40, -1],
      }),
    groups: /^(?:line|dot|x-.*)$/,
    drawn: [
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=70.36 x2=70.36 y1=55 y2=228",
      "x-grid: line at 12,12 stroke-opacity=0.1 stroke=currentColor x1=258.12 x2=258.12 y1=55 y2=228",
      "x-axis tick: path at 82.36,240 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 270.12,240 d=M0,0L0,5 fill=none stroke=currentColor",
      'x-axis tick label: "10" at 82.36,249',
      'x-axis tick label: "40" at 270.12,249',
      'x-axis label: "x" at 223.18,285',
      "line: path at 12,12 d=M70.36,141.5L352,141.5 fill=none stroke-width=2.5 stroke=#0072b2",
      "dot: circle at 12,12 cx=70.36 cy=141.5 fill=#0072b2 r=3.5",
      "dot: circle at 12,12 cx=352 cy=141.5 fill=#0072b2 r=3.5",
    ],
  },
  {
    what: "words above points, with room beside the last",
    make: () =>
      scatterPlot([{ x: 0, y: 1, w: "a" }, { x: 1, y: 3, w: "a wide word, and wide" }], {
        ...small,
        ...columns,
        label: "w",
      }),
    groups: /^(?:dot|text|x-axis tick label)$/,
    drawn: [
      'x-axis tick label: "0" at 82.36,249',
      'x-axis tick label: "0.5" at 188.55,249',
      'x-axis tick label: "1" at 294.74,249',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      "dot: circle at 12,12 cx=70.36 cy=220 fill-opacity=0.8 fill=#0072b2 r=4",
      "dot: circle at 12,12 cx=282.74 cy=63 fill-opacity=0.8 fill=#0072b2 r=4",
      'text: "a" at 82.36,222 font-size=12',
      'text: "a wide word, and wide" at 294.74,65 font-size=12',
    ],
  },
  {
    what: "points of two series, with circles in the legend",
    make: () => scatterPlot(two, { ...small, ...columns, series: "s" }),
    groups: /^(?:dot|text)$/,
    drawn: [
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      "dot: circle at -31.36,-32 cx=62.36 cy=99 fill=#0072b2 r=6",
      'text: "one series" at 46,67 text-anchor=start',
      "dot: circle at -31.36,-10 cx=62.36 cy=99 fill=#d55e00 r=6",
      'text: "the other series, whose name is long" at 46,89 text-anchor=start',
      'text: "1 of 4 points left out: not finite" at 24,280 font-size=12 text-anchor=start',
      "dot: circle at 12,12 cx=70.36 cy=200 fill-opacity=0.8 fill=#0072b2 r=4",
      "dot: circle at 12,12 cx=211.18 cy=107 fill-opacity=0.8 fill=#0072b2 r=4",
      "dot: circle at 12,12 cx=70.36 cy=153.5 fill-opacity=0.8 fill=#d55e00 r=4",
    ],
  },
];

for (const { what, make, groups, drawn } of pictures) {
  Deno.test(`${what}: each stands where it stood`, async () => {
    assertEquals(drawing(await make(), groups), drawn);
  });
}

Deno.test("up to 40 points of a line are dots, more are a curve", async () => {
  const dots = async (count: number) =>
    drawing(await linePlot(points(count), { ...small, ...columns }), /^dot$/).length;
  assertEquals([await dots(40), await dots(41)], [40, 0]);
});

Deno.test("over 5,000 points are one path of round strokes, each as long as nothing", async () => {
  const drawn = async (count: number) =>
    drawing(await scatterPlot(points(count), { ...small, ...columns }), /^(?:dot|line)$/);
  assertEquals((await drawn(5000)).length, 5000);
  const [path = "", ...others] = await drawn(5001);
  assertEquals([others.length, path.match(/M([\d.]+,[\d.]+)L\1(?=M| )/g)?.length], [0, 5001]);
  assertEquals(
    path.replace(/(?<=M[^M]*M)[^ ]*/, "…"),
    "line: path at 12,12 d=M54.12,220L54.12,220M… fill=none stroke-width=4 stroke=#0072b2",
  );
});

Deno.test("a file is one SVG of its size, with its title for those who do not see it", async () => {
  const title = 'a < "b" & c';
  const { svg } = await linePlot(points(2), { ...small, ...columns, title });
  const escaped = "a &lt; &quot;b&quot; &amp; c";
  const start = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" ' +
    `viewBox="0 0 400 300" role="img" aria-label="${escaped}" color="#1f2328" ` +
    'fill="currentColor" font-family="Arimo, Helvetica, Arial, sans-serif" font-size="14" ' +
    `text-anchor="middle"><title>${escaped}</title>` +
    '<rect fill="white" height="300" width="400" /><g transform="translate(12,12)"><g ';
  assertEquals(svg.slice(0, start.length), start);
  assertEquals(svg.match(/<svg/g)?.length, 1);
  assertEquals(svg.slice(-14), "</g></g></svg>");
});

Deno.test("a name that the legend has no room for ends in dots", async () => {
  const rows = ["a", "b"].map((s, x) => ({ x, y: x, s: s.repeat(100) }));
  const names = drawing(await linePlot(rows, { ...small, ...columns, series: "s" }), /^text$/);
  assertEquals(names.slice(1).map((line) => line.split(" ")[1]), [
    `"${"a".repeat(38)}…${"a".repeat(100)}"`,
    `"${"b".repeat(34)}…${"b".repeat(100)}"`,
  ]);
});
