// Answers to Task 5 of the notebook on the tape, with one mistake each.

import type { SumTo } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";
import { librarySumTo } from "./_tapes.ts";

const repeated = "Given dy = [ 1, 2 ], resultShape = [ 2 ], inputShape = [], expected ";

/** Adds up by another rule than the sum. */
function combining(combine: (places: number[]) => number): SumTo {
  return (dy, resultShape, inputShape) => {
    const size = inputShape.reduce((product, length) => product * length, 1);
    const places = Array.from({ length: size }, (): number[] => []);
    // Each number of dy in a place of its own shows by which number of the input it was read.
    dy.forEach((each, i) => {
      const alone = new Float64Array(dy.length);
      alone[i] = 1;
      places[librarySumTo(alone, resultShape, inputShape).indexOf(1)].push(each);
    });
    return Float64Array.from(places, (each) => each.length === 0 ? 0 : combine(each));
  };
}

/** Task 5. */
export const sums: readonly Planted<SumTo>[] = [
  {
    mistake: "the gradient as it came",
    answer: (dy) => dy,
    check: "Broadcasting undone",
    says: [`${repeated}a gradient, a Float64Array of 1 number, got Float64Array(2) [ 1, 2 ]`],
    hint: "still repeated",
  },
  {
    mistake: "the mean",
    answer: combining((all) => all.reduce((sum, each) => sum + each, 0) / all.length),
    check: "Broadcasting undone",
    says: [`${repeated}[ 3 ], got [ 1.5 ]`],
    hint: "The mean was taken",
  },
  {
    mistake: "the last place",
    answer: combining((all) => all[all.length - 1]),
    check: "Broadcasting undone",
    says: [`${repeated}[ 3 ], got [ 2 ]`],
    hint: "must add (+=)",
  },
  {
    mistake: "the first place",
    answer: combining(([first]) => first),
    check: "Broadcasting undone",
    says: [`${repeated}[ 3 ], got [ 1 ]`],
    hint: "must add (+=)",
  },
  {
    mistake: "axes compared from the first",
    answer: (dy, resultShape, inputShape) => {
      const added = resultShape.length - inputShape.length;
      return librarySumTo(dy, resultShape, inputShape.concat(new Array(added).fill(1)));
    },
    check: "Broadcasting undone",
    says: ["dy = [ 1, 2, 3, 4 ], resultShape = [ 2, 2 ], inputShape = [ 2 ]", "got [ 3, 7 ]"],
    hint: "from their last axis on",
  },
  {
    mistake: "dy changed in place",
    answer: (dy, resultShape, inputShape) => {
      const dx = librarySumTo(dy, resultShape, inputShape);
      dy.fill(0);
      return dx;
    },
    check: "Broadcasting undone",
    says: [`${repeated}dy as it was, got [ 0, 0 ]`],
    hint: "dy was changed",
  },
  {
    mistake: "zeros",
    answer: combining(() => 0),
    check: "Broadcasting undone",
    says: [`${repeated}[ 3 ], got [ 0 ]`],
    hint: null,
  },
  {
    mistake: "a bare array",
    answer: (...given) => wild([...librarySumTo(...given)]),
    check: "Broadcasting undone",
    says: [`${repeated}a gradient, a Float64Array of 1 number, got [ 3 ]`],
    hint: "Float64Array.from",
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Broadcasting undone",
    says: [`${repeated}a gradient, a Float64Array of 1 number, got undefined`],
    hint: "is a `return` missing?",
  },
  {
    mistake: "no function",
    answer: wild(3),
    check: "Broadcasting undone",
    says: [`${repeated}a function sumTo(dy, resultShape, inputShape), got 3`],
    hint: null,
  },
];
