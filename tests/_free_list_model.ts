// A list of free addresses, and a model of one: whatever was taken lies in the range, apart from all
// else that is taken, and nothing is refused that would fit.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FreeList } from "../lib/kernels/free_list.ts";

/** What `FreeList` does. */
export interface Free {
  take(size: number): number | undefined;
  give(start: number, size: number): void;
}

/** A size to take, or which of those that are taken to give back. */
export type Step = { take: number } | { give: number };

/** Lists of steps. */
export const manySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ take: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ give: fc.nat({ max: 99 }) }),
  ),
  { maxLength: 60, size: "max" },
);

const [first, end] = [10, 50];

/** Does steps to a list of the addresses from 10 up to 50, then gives all back and takes the whole. */
export function follow(make: (start: number, end: number) => Free, steps: readonly Step[]): void {
  const free = make(first, end);
  const taken: { start: number; size: number }[] = [];
  const owned = new Array<boolean>(end).fill(false);
  const give = (at: number) => {
    const [{ start, size }] = taken.splice(at, 1);
    owned.fill(false, start, start + size);
    free.give(start, size);
  };
  for (const step of steps) {
    if ("give" in step) {
      if (taken.length > 0) give(step.give % taken.length);
      continue;
    }
    const start = free.take(step.take);
    // The first stretch that holds it, if there is one.
    assertEquals(start, firstFit(owned, step.take));
    if (start === undefined) continue;
    taken.push({ start, size: step.take });
    owned.fill(true, start, start + step.take);
  }
  while (taken.length > 0) give(taken.length >> 1);
  assertEquals(free.take(end - first), first);
  assert(free.take(1) === undefined);
}

function firstFit(owned: readonly boolean[], size: number): number | undefined {
  for (let start = first; start + size <= end; start++) {
    if (!owned.slice(start, start + size).includes(true)) return start;
  }
  return undefined;
}

/** Lists wrong in one way each. */
export const wrongLists: [string, (start: number, end: number) => Free][] = [
  ["never joins what is given back", (start, end) => new Unjoined(start, end)],
  ["joins over what is taken", (start, end) =>
    new class extends FreeList {
      override give(start: number, size: number): void {
        super.give(start, size + 1);
      }
    }(start, end)],
  ["loses the end of what is given back", (start, end) =>
    new class extends FreeList {
      override give(start: number, size: number): void {
        if (size > 1) super.give(start, size - 1);
      }
    }(start, end)],
  ["takes less than it was asked for", (start, end) =>
    new class extends FreeList {
      override take(size: number): number | undefined {
        return super.take(Math.max(size - 1, 1));
      }
    }(start, end)],
  ["forgets what is given back", (start, end) =>
    new class extends FreeList {
      override give(): void {}
    }(start, end)],
];

class Unjoined implements Free {
  #free: [start: number, end: number][];

  constructor(start: number, end: number) {
    this.#free = [[start, end]];
  }

  take(size: number): number | undefined {
    const found = this.#free.find(([start, end]) => end - start >= size);
    if (found === undefined) return undefined;
    found[0] += size;
    return found[0] - size;
  }

  give(start: number, size: number): void {
    this.#free.push([start, start + size]);
    this.#free.sort(([a], [b]) => a - b);
  }
}
