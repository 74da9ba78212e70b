// Axes and slices of axes beside Python's, and which shapes go together.

import { assertEquals, assertThrows } from "@std/assert";
import {
  checkAlong,
  checkAlongIds,
  checkAnyNumber,
  checkNorm,
  checkPerm,
  checkReduction,
  checkSlice,
} from "../lib/check/axes.ts";
import { checkBags } from "../lib/check/bags.ts";
import { checkClip } from "../lib/check/choose.ts";
import { checkGradient, checkLookedUp } from "../lib/check/gradients.ts";
import { checkLoss, checkTargets, maskTargets } from "../lib/check/loss.ts";
import { checkMask } from "../lib/check/mask.ts";
import { ones, tensor, zeros } from "minimodel";

/** The indices of `range(length)[from:to:step]`, one by one, as Python's reference tells it. */
function sliced(length: number, from: number | null, to: number | null, step: number): number[] {
  const place = (index: number) => index < 0 ? index + length : index;
  const [first, end] = step > 0 ? [0, length] : [length - 1, -1];
  const start = from === null ? first : place(from);
  const stop = to === null ? end : place(to);
  const taken: number[] = [];
  const isBefore = (i: number) => step > 0 ? i < stop : i > stop;
  // From far outside, step by step.
  let i = step > 0 ? Math.max(start, 0) : Math.min(start, length - 1);
  for (; isBefore(i) && i >= 0 && i < length; i += step) taken.push(i);
  return taken;
}

Deno.test("a slice takes what Python takes, from and to any index, in steps of any size", () => {
  const places = [null, -7, -5, -4, -2, -1, 0, 1, 3, 4, 5, 7];
  for (const length of [0, 1, 4, 5]) {
    for (const from of places) {
      for (const to of places) {
        for (const step of [1, 2, 3, -1, -2, -3]) {
          const given = { starts: [null, from], stops: [2, to], steps: [1, step] };
          const [whole, { start, step: by, count }, rest] = checkSlice([3, length, 2], given);
          assertEquals([whole, rest], [
            { start: 0, step: 1, count: 2 },
            { start: 0, step: 1, count: 2 },
          ]);
          const found = Array.from({ length: count }, (_, i) => start + i * by);
          assertEquals(found, sliced(length, from, to, step), `${length}: ${from} ${to} ${step}`);
        }
      }
    }
  }
  assertEquals(checkSlice([5], { starts: [], stops: [-1] }), [{ start: 0, step: 1, count: 4 }]);
});

Deno.test("a reduction takes axes away, or leaves them with length 1", () => {
  const x = ones([2, 3, 4]);
  const cases: [
    axis: number | number[] | undefined,
    axes: number[],
    kept: number[],
    rest: number[],
  ][] = [
    [undefined, [0, 1, 2], [1, 1, 1], []],
    [0, [0], [1, 3, 4], [3, 4]],
    [-1, [2], [2, 3, 1], [2, 3]],
    [[2, 0], [0, 2], [1, 3, 1], [3]],
    [[], [], [2, 3, 4], [2, 3, 4]],
  ];
  for (const [axis, axes, kept, rest] of cases) {
    assertEquals(checkReduction("sum", x, { axis }), { axes, kept, shape: rest });
    assertEquals(checkReduction("sum", x, { axis, keepdims: true }), { axes, kept, shape: kept });
  }
  assertEquals([checkAlong("softmax", x, {}), checkAlong("softmax", x, { axis: 0 })], [2, 0]);
  assertEquals(checkPerm([2, 3, 4], undefined), [2, 1, 0]);
  assertEquals(checkPerm([2, 3, 4], [0, -1, 1]), [0, 2, 1]);
  for (const [width, results] of [[1, 1], [1, 0], [0, 0]]) {
    checkAnyNumber("max", [0], width, results);
  }
  assertThrows(() => checkAnyNumber("max", [0], 0, 1), RangeError, "over an axis of length 0");
  assertEquals(checkNorm({ axis: 1 }), { p: 2, axes: { axis: 1 } });
  assertEquals(checkNorm({ p: 1, keepdims: true }), { p: 1, axes: { keepdims: true } });
});

Deno.test("ids along an axis may have another length there, and nowhere else", () => {
  checkAlongIds([2, 3], [2, 7], 1);
  checkAlongIds([2, 3], [0, 3], 0);
  for (const [ids, along] of [[[3, 3], 1], [[2, 2], 0], [[2], 1], [[2, 3, 1], 1]] as const) {
    assertThrows(() => checkAlongIds([2, 3], ids, along), TypeError, "the other axes");
  }
});

const checked = (data: number[], shape = [data.length]) => ({ data: Int32Array.from(data), shape });

Deno.test("bags begin at the rows of ids, or at offsets that start at 0 and do not decrease", () => {
  const grid = checked([1, 2, 3, 4, 5, 6], [2, 3]);
  assertEquals(checkBags(grid, undefined, false), { ids: grid, starts: Int32Array.of(0, 3) });
  const none = checked([], [3, 0]);
  assertEquals(checkBags(none, undefined, false).starts, Int32Array.of(0, 0, 0));
  const ids = checked([1, 2, 3]);
  for (const starts of [[0], [0, 0, 3], [0, 1, 1, 3]]) {
    assertEquals(checkBags(ids, checked(starts), false).starts, Int32Array.from(starts));
  }
  assertEquals(checkBags(ids, checked([0, 2, 3]), true).starts, Int32Array.of(0, 2));
  assertEquals(checkBags(ids, checked([0, 3, 3]), true).starts, Int32Array.of(0, 3));
  assertEquals(checkBags(checked([]), checked([]), false).starts, new Int32Array());
  const wrong: [
    ids: ReturnType<typeof checked>,
    offsets: ReturnType<typeof checked> | undefined,
  ][] = [
    ...[[1], [0, 2, 1], []].map((starts): [typeof ids, typeof ids] => [ids, checked(starts)]),
    [ids, checked([0, 1], [1, 2])],
    [ids, undefined],
    [grid, checked([0])],
    [checked([1], []), undefined],
  ];
  for (const [given, offsets] of wrong) {
    assertThrows(() => checkBags(given, offsets, false), TypeError, "Cannot make bags");
  }
  assertThrows(() => checkBags(ids, checked([0, 2]), true), TypeError, "the number of ids, 3");
});

Deno.test("a condition is true where a number is not 0, in any form", () => {
  const set = (...data: number[]) => Uint8Array.from(data);
  assertEquals(checkMask([[true, false], [0, -2]]), { data: set(1, 0, 0, 1), shape: [2, 2] });
  assertEquals([checkMask(true), checkMask(0)], [
    { data: set(1), shape: [] },
    { data: set(0), shape: [] },
  ]);
  assertEquals(checkMask(tensor([0, NaN, 0.5, -0])), { data: set(0, 1, 1, 0), shape: [4] });
  const data = set(0, 7, 255);
  const mask = checkMask({ data, shape: [3, 1] });
  data.fill(0);
  assertEquals([mask, Object.isFrozen(mask.shape)], [{ data: set(0, 1, 1), shape: [3, 1] }, true]);
  assertThrows(
    () => checkMask({ data, shape: [2] }),
    TypeError,
    "Cannot choose by a condition: 3 numbers do not fill shape (2,)",
  );
});

Deno.test("targets are left out by their number, and the rest stay what they are", () => {
  assertEquals(maskTargets([1, 2], undefined), { ids: [1, 2], counts: undefined });
  assertEquals(maskTargets([[1, -100], [2, 1]], -100), {
    ids: { data: Int32Array.of(1, 0, 2, 1), shape: [2, 2] },
    counts: Uint8Array.of(1, 0, 1, 1),
  });
  assertEquals(maskTargets([2 ** 31 - 1, -(2 ** 31) + 1], 0).ids, {
    ...{ data: Int32Array.of(2 ** 31 - 1, -(2 ** 31) + 1), shape: [2] },
  });
  for (const id of [2 ** 31, -(2 ** 31)]) {
    assertThrows(() => maskTargets([1, id], 1), RangeError, `cross-entropy of class ${id}`);
  }
  assertEquals(checkLoss(ones([2, 5]), {}), { classes: 5, reduction: "mean", smoothing: 0 });
  assertEquals(checkLoss(tensor(1), { reduction: "sum", labelSmoothing: 1 }), {
    ...{ classes: 0, reduction: "sum", smoothing: 1 },
  });
  checkTargets([2, 3], [2, 3, 4]);
  checkTargets([], [4]);
  for (const [targets, logits] of [[[], []], [[4], [4]], [[2], [3, 4]], [[2, 1], [2, 4]]]) {
    assertThrows(() => checkTargets(targets, logits), TypeError, "wanted one target for each row");
  }
});

Deno.test("bounds may be alike, one may be missing, and they may be infinite", () => {
  assertEquals(checkClip({ min: 1 }), { min: 1, max: Infinity });
  assertEquals(checkClip({ max: -1 }), { min: -Infinity, max: -1 });
  assertEquals(checkClip({ min: 2, max: 2 }), { min: 2, max: 2 });
  assertThrows(() => checkClip({ min: 3, max: 2 }), RangeError, "min must be at most max");
});

Deno.test("a gradient fits an input that was broadcast, and no other", () => {
  const of = (dx: number[], input: number[]) => () =>
    checkGradient(zeros(dx), zeros(input), "own", 1);
  of([2, 3], [2, 3])();
  of([2, 3], [3])();
  of([2, 3], [1, 3])();
  of([4, 2, 3], [2, 1])();
  of([2, 3], [])();
  for (const [dx, input] of [[[3], [2, 3]], [[2, 3], [2]], [[2, 3], [2, 2]], [[3, 2], [2, 3]]]) {
    assertThrows(of(dx, input), TypeError, "its backward gave");
  }
  const single = zeros([2], { dtype: "float32" });
  assertThrows(() => checkGradient(single, zeros([2]), "own", 1), TypeError, "float32 for input 1");
  assertThrows(() => checkGradient(single, zeros([1]), "own", 1), TypeError, "float32 for input 1");
  checkLookedUp([2, 5, 3], [2, 5], [9, 3]);
  checkLookedUp([2], [2], [9]);
  for (const upstream of [[2, 5, 9], [2, 3], [5, 2, 3]]) {
    assertThrows(() => checkLookedUp(upstream, [2, 5], [9, 3]), TypeError, "of shape (2, 5, 3)");
  }
});
