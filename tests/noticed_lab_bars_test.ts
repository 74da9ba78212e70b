// Where bars and the cells of a heatmap stand, to a hundredth of a pixel, with all that is around them.

import { assertEquals } from "@std/assert";
import { barPlot, heatmap, type Plot } from "minimodel/lab";
import { drawing } from "./_drawing.ts";

const labels = { title: "T", xLabel: "x", yLabel: "y" };
const small = { ...labels, width: 400, height: 300 };

const sides = [{ n: "a", y: 1, s: "p" }, { n: "a", y: -2, s: "q" }, { n: "b", y: 3, s: "p" }];
const many = Array.from({ length: 40 }, (_, i) => ({ n: `number ${i}`, y: i }));

/** Pictures, what is looked at in them, and what stands where. */
const pictures: readonly {
  readonly what: string;
  readonly make: () => Promise<Plot>;
  readonly groups: RegExp;
  readonly drawn: readonly string[];
}[] = [
  {
    what: "groups of bars with a legend, from zero up and down",
    make: () => barPlot(sides, { ...small, x: "n", y: "y", series: "s" }),
    groups: /^/,
    drawn: [
      "T: title at 0,0",
      "T: rect at 0,0 fill=white",
      'fx-axis tick label: "a" at 143,249',
      'fx-axis tick label: "b" at 295,249',
      'fx-axis label: "x" at 219,285',
      "y-grid: line at 12.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=208 y2=208",
      "y-grid: line at 12.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=163.6 y2=163.6",
      "y-grid: line at 12.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=119.2 y2=119.2",
      "y-grid: line at 164.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=208 y2=208",
      "y-grid: line at 164.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=163.6 y2=163.6",
      "y-grid: line at 164.76,12 stroke-opacity=0.1 stroke=currentColor x1=54.24 x2=206.24 y1=119.2 y2=119.2",
      "y-axis tick: path at 67,220 d=M0,0L-5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 67,175.6 d=M0,0L-5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 67,131.2 d=M0,0L-5,0 fill=none stroke=currentColor",
      'y-axis tick label: "−2" at 58,220 text-anchor=end',
      'y-axis tick label: "0" at 58,175.6 text-anchor=end',
      'y-axis tick label: "2" at 58,131.2 text-anchor=end',
      'y-axis label: "y" at 15.76,164.5 rotate(-90)',
      'text: "T" at 24.76,24 font-size=20 font-weight=bold text-anchor=start',
      "dot: path at 31.76,67 d=M-5.32,-5.32h10.64v10.64h-10.63Z fill=#0072b2",
      'text: "p" at 46.76,67 text-anchor=start',
      "dot: path at 97.88,67 d=M-5.32,-5.32h10.64v10.64h-10.63Z fill=#d55e00",
      'text: "q" at 112.88,67 text-anchor=start',
      "bar: rect at 12.76,12 fill=#0072b2 height=22.2 width=54 x=75 y=141.4",
      "bar: rect at 12.76,12 fill=#d55e00 height=44.4 width=54 x=132 y=163.6",
      "bar: rect at 164.76,12 fill=#0072b2 height=66.6 width=54 x=75 y=97",
      "rule: line at 12.76,12 stroke=currentColor x1=54.24 x2=206.24 y1=163.6 y2=163.6",
      "rule: line at 164.76,12 stroke=currentColor x1=54.24 x2=206.24 y1=163.6 y2=163.6",
      'text: "1" at 114.76,144.4',
      'text: "3" at 266.76,100',
      'text: "−2" at 171.76,229',
    ],
  },
  {
    what: "bars on a log axis stand on the power of ten below them",
    make: () =>
      barPlot([{ n: "a", y: 20 }, { n: "b", y: 3000 }, { n: "c", y: 0 }], {
        ...small,
        x: "n",
        y: "y",
        yScale: "log",
        values: false,
      }),
    groups: /^(?:y-axis tick label|bar|rule|text)$/,
    drawn: [
      'y-axis tick label: "10" at 81.6,220 text-anchor=end',
      'y-axis tick label: "20" at 81.6,203.84 text-anchor=end',
      'y-axis tick label: "50" at 81.6,182.47 text-anchor=end',
      'y-axis tick label: "100" at 81.6,166.31 text-anchor=end',
      'y-axis tick label: "200" at 81.6,150.15 text-anchor=end',
      'y-axis tick label: "500" at 81.6,128.78 text-anchor=end',
      'y-axis tick label: "1,000" at 81.6,112.62 text-anchor=end',
      'y-axis tick label: "2,000" at 81.6,96.45 text-anchor=end',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      'text: "1 of 3 bars left out: not finite, or not above 0 on a log axis" at 24,280 font-size=12 text-anchor=start',
      "bar: rect at 12,12 fill=#0072b2 height=16.16 width=59 x=105 y=191.84",
      "bar: rect at 12,12 fill=#0072b2 height=133 width=59 x=190 y=75",
      "rule: line at 12,12 stroke=currentColor x1=78.6 x2=360 y1=208 y2=208",
    ],
  },
  {
    what: "bars below zero leave room for their numbers",
    make: () => barPlot([{ n: "a", y: -4 }], { ...small, x: "n", y: "y" }),
    groups: /^(?:y-axis tick label|bar|text)$/,
    drawn: [
      'y-axis tick label: "−4" at 57.24,220 text-anchor=end',
      'y-axis tick label: "−2" at 57.24,153.5 text-anchor=end',
      'y-axis tick label: "0" at 57.24,87 text-anchor=end',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      "bar: rect at 12,12 fill=#0072b2 height=133 width=165 x=125 y=75",
      'text: "−4" at 219.5,229',
    ],
  },
  {
    what: "names that are too wide are slanted",
    make: () =>
      barPlot([{ n: "a name", y: 1 }, { n: "a long name of a bar that is cut", y: 2 }], {
        ...small,
        x: "n",
        y: "y",
      }),
    groups: /^(?:x-axis (?:tick )?label|bar)$/,
    drawn: [
      'x-axis tick label: "a name" at 177.5,133.34 rotate(-40) text-anchor=end',
      'x-axis tick label: "a long name of a bar th…" at 295.5,133.34 rotate(-40) text-anchor=end',
      'x-axis label: "x" at 236.03,285',
      "bar: rect at 12,12 fill=#0072b2 height=17.14 width=83 x=124 y=92.14",
      "bar: rect at 12,12 fill=#0072b2 height=34.28 width=83 x=242 y=75",
    ],
  },
  {
    what: "some of many names are written, and no number",
    make: () => barPlot(many, { ...labels, x: "n", y: "y" }),
    groups: /^(?:x-axis (?:tick )?label|text)$/,
    drawn: [
      'x-axis tick label: "number 0" at 88,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 2" at 122,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 4" at 156,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 6" at 190,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 8" at 224,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 10" at 258,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 12" at 292,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 14" at 326,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 16" at 360,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 18" at 394,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 20" at 428,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 22" at 462,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 24" at 496,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 26" at 530,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 28" at 564,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 30" at 598,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 32" at 632,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 34" at 666,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 36" at 700,511.29 rotate(-40) text-anchor=end',
      'x-axis tick label: "number 38" at 734,511.29 rotate(-40) text-anchor=end',
      'x-axis label: "x" at 419.89,585',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
    ],
  },
  {
    what: "a heatmap of both signs, with a bar of colours and a note",
    make: () => heatmap([[1, -2], [NaN, 0]], small),
    groups: /^(?!rect)/,
    drawn: [
      "T: title at 0,0",
      "T: rect at 0,0 fill=white",
      "x-axis tick: path at 119.53,220 d=M0,0L0,5 fill=none stroke=currentColor",
      "x-axis tick: path at 242.35,220 d=M0,0L0,5 fill=none stroke=currentColor",
      'x-axis tick label: "0" at 119.53,229',
      'x-axis tick label: "1" at 242.35,229',
      'x-axis label: "x" at 180.94,265',
      "y-axis tick: path at 58.12,105.25 d=M0,0L-5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 58.12,181.75 d=M0,0L-5,0 fill=none stroke=currentColor",
      'y-axis tick label: "0" at 49.12,105.25 text-anchor=end',
      'y-axis tick label: "1" at 49.12,181.75 text-anchor=end',
      'y-axis label: "y" at 15,143.5 rotate(-90)',
      'text: "T" at 24,24 font-size=20 font-weight=bold text-anchor=start',
      'text: "1 of 4 cells left blank: not finite" at 24,280 font-size=12 text-anchor=start',
      "line: path at 12,12 d=M46.12,55h122.82v76.5h-122.82Z fill=rgb(226, 125, 100) shape-rendering=crispEdges",
      "line: path at 12,12 d=M168.94,55h122.82v76.5h-122.82Z fill=rgb(5, 48, 97) shape-rendering=crispEdges",
      "line: path at 12,12 d=M168.94,131.5h122.82v76.5h-122.82Z fill=rgb(243, 239, 237) shape-rendering=crispEdges",
      "y-axis tick: path at 339.76,220 d=M0,0L5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 339.76,143.5 d=M0,0L5,0 fill=none stroke=currentColor",
      "y-axis tick: path at 339.76,67 d=M0,0L5,0 fill=none stroke=currentColor",
      'y-axis tick label: "−2" at 348.76,220 text-anchor=start',
      'y-axis tick label: "0" at 348.76,143.5 text-anchor=start',
      'y-axis tick label: "2" at 348.76,67 text-anchor=start',
      'y-axis label: "value" at 385,143.5 rotate(-90)',
    ],
  },
  {
    what: "a heatmap of one sign",
    make: () => heatmap([[1, 2, 3]], { ...small, valueLabel: "count" }),
    groups: /^(?:line|y-axis.*label)$/,
    drawn: [
      'y-axis tick label: "0" at 49.12,153.5 text-anchor=end',
      'y-axis label: "y" at 15,153.5 rotate(-90)',
      "line: path at 12,12 d=M46.12,55h84.59v173h-84.59Z fill=#440154 shape-rendering=crispEdges",
      "line: path at 12,12 d=M130.71,55h84.58v173h-84.58Z fill=#20928c shape-rendering=crispEdges",
      "line: path at 12,12 d=M215.29,55h84.59v173h-84.59Z fill=#fde725 shape-rendering=crispEdges",
      'y-axis tick label: "1" at 356.88,240 text-anchor=start',
      'y-axis tick label: "2" at 356.88,153.5 text-anchor=start',
      'y-axis tick label: "3" at 356.88,67 text-anchor=start',
      'y-axis label: "count" at 385,153.5 rotate(-90)',
    ],
  },
  {
    what: "every eighth and every second name of many",
    make: () =>
      heatmap(Array.from({ length: 14 }, () => many.map(({ y }) => y)), {
        ...small,
        width: 800,
        xNames: many.map(({ n }) => n),
      }),
    groups: /tick label$/,
    drawn: [
      'x-axis tick label: "number 0" at 74.01,249',
      'x-axis tick label: "number 8" at 198.26,249',
      'x-axis tick label: "number 16" at 322.52,249',
      'x-axis tick label: "number 24" at 446.77,249',
      'x-axis tick label: "number 32" at 571.03,249',
      'y-axis tick label: "0" at 57.24,73.18 text-anchor=end',
      'y-axis tick label: "2" at 57.24,97.89 text-anchor=end',
      'y-axis tick label: "4" at 57.24,122.61 text-anchor=end',
      'y-axis tick label: "6" at 57.24,147.32 text-anchor=end',
      'y-axis tick label: "8" at 57.24,172.04 text-anchor=end',
      'y-axis tick label: "10" at 57.24,196.75 text-anchor=end',
      'y-axis tick label: "12" at 57.24,221.46 text-anchor=end',
      'y-axis tick label: "0" at 732.52,240 text-anchor=start',
      'y-axis tick label: "19.5" at 732.52,153.5 text-anchor=start',
      'y-axis tick label: "39" at 732.52,67 text-anchor=start',
    ],
  },
];

for (const { what, make, groups, drawn } of pictures) {
  Deno.test(`${what}: each stands where it stood`, async () => {
    assertEquals(drawing(await make(), groups), drawn);
  });
}

Deno.test("a bar of a hundred colours stands beside a heatmap, from low below to high above", async () => {
  const rects = drawing(await heatmap([[1, -2], [NaN, 0]], small), /^rect$/);
  assertEquals([rects.length, rects[0], rects[99]], [
    100,
    "rect: rect at 12,12 fill=rgb(5, 48, 97) height=1.53 shape-rendering=crispEdges width=16 x=311.76 y=206.47",
    "rect: rect at 12,12 fill=rgb(103, 0, 31) height=1.53 shape-rendering=crispEdges width=16 x=311.76 y=55",
  ]);
});
