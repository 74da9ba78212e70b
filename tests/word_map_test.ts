// Maps of words: names stand beside their points and never upon another, and what cannot be drawn is refused.

import { assert, assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { wordMap } from "minimodel/lab";
import { type Anchor, type Place, placeLabels, type Room } from "../lib/lab/_label_places.ts";
import { property } from "./_property.ts";

const room: Room = { left: 0, top: 0, right: 600, bottom: 400, lineHeight: 13, radius: 5 };

/** Refuses places that overlap, leave the picture, or are far from their points. */
function checkPlaces(place: typeof placeLabels, anchors: readonly Anchor[]): void {
  const places = place(anchors, room);
  assertEquals(places.length, anchors.length);
  const boxes = places.flatMap((each, index) =>
    each === undefined ? [] : [{ ...each, width: anchors[index].width }]
  );
  boxes.forEach(({ x, y, width }, index) => {
    assert(x - width / 2 >= 0 && x + width / 2 <= 600 && y >= 6.5 && y <= 393.5, `${x}, ${y}`);
    for (const other of boxes.slice(0, index)) {
      const apart = Math.abs(x - other.x) >= (width + other.width) / 2 - 1e-9 ||
        Math.abs(y - other.y) >= 13 - 1e-9;
      assert(apart, `${x}, ${y} upon ${other.x}, ${other.y}`);
    }
  });
  places.forEach((each, index) => {
    if (each === undefined) return;
    const { x, y, width } = anchors[index];
    assert(width > 0);
    assert(
      Math.hypot(
        Math.max(0, Math.abs(each.x - x) - width / 2),
        Math.max(0, Math.abs(each.y - y) - 6.5),
      ) <= 116,
    );
  });
}

const anchor = fc.record({
  x: fc.integer({ min: 0, max: 600 }),
  y: fc.integer({ min: 0, max: 400 }),
  width: fc.constantFrom(0, 20, 60, 90),
});

Deno.test("names never overlap, stay in the picture and near their points", () => {
  property([fc.array(anchor, { maxLength: 60 })], (anchors) => checkPlaces(placeLabels, anchors));
});

Deno.test("places that ignore other names, or the edge, are refused", () => {
  const wrong: Record<string, typeof placeLabels> = {
    "beside the point": (anchors) =>
      anchors.map(({ x, y, width }) => width === 0 ? undefined : { x, y: y - 10 }),
    "beyond the edge": (anchors, given) => placeLabels(anchors, { ...given, right: 900 }),
  };
  for (const [what, place] of Object.entries(wrong)) {
    assertThrows(
      () => {
        checkPlaces(place, [{ x: 300, y: 200, width: 60 }, { x: 310, y: 202, width: 60 }]);
        checkPlaces(place, [{ x: 598, y: 200, width: 90 }]);
      },
      AssertionError,
      undefined,
      what,
    );
  }
});

Deno.test("a name alone stands right of its point, and 20 names of one place all find room", () => {
  assertEquals(placeLabels([{ x: 100, y: 50, width: 40 }], room), [{ x: 127, y: 50 }]);
  const crowd = Array.from({ length: 20 }, () => ({ x: 300, y: 200, width: 70 }));
  assertEquals(
    placeLabels(crowd, room).filter((each: Place | undefined) => each === undefined),
    [],
  );
  assertEquals(placeLabels([], room), []);
});

const words = [
  { word: "sang", a: 1, b: 2, verb: "sing", tense: "past", language: "en" },
  { word: "cantó", a: 1.2, b: 1.9, verb: "sing", tense: "past", language: "es" },
  { word: "will_eat", a: 5, b: 1, verb: "eat", tense: "future", language: "en" },
];
const columns = {
  x: "a",
  y: "b",
  color: "verb",
  shape: "tense",
  fill: "language",
  label: "word",
  title: "Words",
  xLabel: "component 1",
  yLabel: "component 2",
} as const;

const texts = (svg: string) => [...svg.matchAll(/>([^<>]+)</g)].map(([, text]) => text);

Deno.test("a map is 1600 x 1200, and names its words and what colour, shape and filling mean", async () => {
  const plot = await wordMap(words, columns);
  assertEquals([plot.width, plot.height], [1600, 1200]);
  const said = texts(plot.svg);
  for (
    const text of [
      "sang",
      "cantó",
      "will_eat",
      "verb",
      "tense",
      "language",
      "sing",
      "eat",
      "past",
      "future",
      "en",
      "es",
    ]
  ) {
    assertEquals(said.filter((each) => each === text).length, 1, text);
  }
  assert(!plot.svg.includes("not written"));
  assertEquals(await wordMap(words, columns), plot);
});

Deno.test("a map says how many points and words it leaves out", async () => {
  const crowd = Array.from({ length: 400 }, (_, i) => ({ ...words[0], word: `word${i}` }));
  const plot = await wordMap([...crowd, { ...words[0], a: NaN }], {
    ...columns,
    width: 500,
    height: 400,
  });
  const note = texts(plot.svg).find((each) => each.includes("not written")) ?? "no note";
  const [, unwritten, all] =
    /^1 of 401 points left out: not finite; (\d+) of (\d+) words not written/.exec(note) ?? [];
  assertEquals(all, "400", note);
  const written = texts(plot.svg).filter((each) => /^word\d+$/.test(each)).length;
  assertEquals(Number(unwritten) + written, 400);
  assert(written > 0);
});

Deno.test("panels have their own points and names, and one legend", async () => {
  const rows = [0, 1, 20].flatMap((epoch) =>
    words.map((row, i) => ({ ...row, epoch: `epoch ${epoch}`, word: i === 0 ? row.word : null }))
  );
  const plot = await wordMap(rows, { ...columns, panel: "epoch" });
  const said = texts(plot.svg);
  assertEquals(said.filter((each) => each.startsWith("epoch ")).sort(), [
    "epoch 0",
    "epoch 1",
    "epoch 20",
  ]);
  assertEquals(said.filter((each) => each === "sang").length, 3);
  assertEquals(said.filter((each) => each === "sing").length, 1);
  assert(!said.includes("cantó"));
});

Deno.test("columns that a map cannot show are refused by name", async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...words[0], kind: `kind ${i}` }));
  const refusals: [() => Promise<unknown>, typeof TypeError | typeof RangeError, string][] = [
    [
      () => wordMap(many(21), { ...columns, color: "kind" }),
      RangeError,
      'column "kind" holds 21 names, at most 20',
    ],
    [() => wordMap(many(6), { ...columns, shape: "kind" } as never), RangeError, "at most 5"],
    [() => wordMap(many(3), { ...columns, fill: "kind" } as never), RangeError, "at most 2"],
    [() => wordMap(many(5001), columns), RangeError, "wanted at most 5000 rows, got 5001"],
    [() => wordMap([], columns), RangeError, "wanted at least one row"],
    [
      () => wordMap(words, { ...columns, color: undefined } as never),
      TypeError,
      "color must be a string, got undefined",
    ],
    [
      () => wordMap(words, { ...columns, color: "werb" } as never),
      TypeError,
      'column "werb": row 0 has no such column',
    ],
    [
      () => wordMap(words, { ...columns, shape: 3 } as never),
      TypeError,
      "shape must be a string, got 3",
    ],
    [
      () => wordMap(words, { ...columns, hue: "verb" } as never),
      TypeError,
      'there is no option "hue"; did you mean "color"?',
    ],
  ];
  for (const [call, kind, says] of refusals) await assertRejects(call, kind, says);
});
