// A room of numbers, and a model of one: whatever is done to the room, every storage that is in use
// holds what was written to it last, and so does every array that was handed out, for good.

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { DType, FloatArray } from "minimodel";
import { disposeAfter } from "../lib/kernels/open_scope.ts";
import * as storage from "../lib/kernels/storage.ts";
import { Storage } from "../lib/kernels/storage.ts";
import { floats } from "./_simd_memory.ts";

/** What hands out numbers: lib/kernels/storage.ts, or something wrong. */
export interface Room {
  allocate(dtype: DType, length: number, options: storage.AllocateOptions): Storage;
  reserve(dtype: DType, length: number, options: storage.AllocateOptions): Storage;
  handOut(storage: Storage): FloatArray;
  keep(storage: Storage): void;
  dispose(storage: Storage): void;
  scope(fn: () => Storage[]): void;
}

/** The library's. */
export const ownRoom: Room = {
  allocate: storage.allocate,
  reserve: storage.reserve,
  handOut: (each) => each.handOut(),
  keep: (each) => void each.keep(),
  dispose: (each) => each.dispose(),
  scope: (fn) => void disposeAfter(fn, (kept) => kept),
};

/** Numbers that are asked for. */
interface Make {
  readonly do: "allocate" | "reserve";
  readonly dtype: DType;
  readonly length: number;
  readonly lasting: boolean;
}

/** Something done to a room; `which` picks one of the storages in use, or of the arrays handed out. */
export type Step =
  | Make
  | { do: "write" | "handOut" | "part" | "keep" | "dispose"; which: number }
  | { do: "scope"; steps: Step[]; which: number };

const { step } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  steps: fc.array(tie("step"), { maxLength: 8, size: "max" }),
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom("allocate" as const, "reserve" as const),
        dtype: fc.constantFrom("float64" as const, "float32" as const),
        // Around the sizes from which numbers live elsewhere.
        length: fc.constantFrom(0, 1, 5, 32, 33, 511, 512, 513, 1023, 1024, 1025, 3000),
        lasting: fc.boolean(),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          ...["write", "handOut", "part", "keep", "dispose", "dispose"] as const,
        ),
        which: fc.nat({ max: 99 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("scope" as const),
        steps: tie("steps"),
        which: fc.nat({ max: 99 }),
      }),
    },
  ),
}));

/** Lists of steps. */
export const manySteps: fc.Arbitrary<Step[]> = fc.array(step, { maxLength: 40, size: "max" });

/** A storage, and what it should hold. */
interface Entry {
  readonly storage: Storage;
  readonly shadow: FloatArray;
}

/** An array that was handed out, and what it should hold; it is shared with the storage's shadow. */
interface Handed {
  readonly array: FloatArray;
  readonly shadow: FloatArray;
}

/** Does steps to a room; throws at the first difference from what should be. */
export function follow(room: Room, given: readonly Step[]): void {
  let used: Entry[] = [];
  const handed: Handed[] = [];
  const ended: Storage[] = [];
  // Innermost last: what each scope that is open will dispose of.
  const scopes: Set<Entry>[] = [];
  let stamp = 0;

  const write = ({ storage, shadow }: Entry) => {
    // No two numbers are alike, and float32 holds them all.
    for (let i = 0; i < shadow.length; i++) shadow[i] = ++stamp % 2 ** 24;
    storage.numbers.set(shadow);
  };
  const end = (entry: Entry) => {
    used = used.filter((each) => each !== entry);
    ended.push(entry.storage);
  };
  const outlive = (entry: Entry) => scopes.forEach((scope) => scope.delete(entry));
  const make = ({ do: how, dtype, length, lasting }: Make) => {
    const shadow = floats(dtype, length);
    const entry = { storage: room[how](dtype, length, { lasting }), shadow };
    if (how === "allocate") assertHolds(entry.storage.numbers, entry.shadow);
    write(entry);
    used.push(entry);
    scopes.at(-1)?.add(entry);
  };
  const takePart = ({ array, shadow }: Handed) => {
    const middle = array.length >> 1;
    handed.push({ array: array.subarray(middle, -1), shadow: shadow.subarray(middle, -1) });
  };
  const runScope = (inner: readonly Step[], which: number) => {
    const own = new Set<Entry>();
    room.scope(() => {
      scopes.push(own);
      run(inner);
      scopes.pop();
      const made = [...own];
      const kept = made.slice(0, made.length === 0 ? 0 : which % (made.length + 1));
      for (const entry of kept) {
        own.delete(entry);
        scopes.at(-1)?.add(entry);
      }
      return kept.map(({ storage }) => storage);
    });
    own.forEach(end);
  };
  const does = {
    write,
    handOut: ({ storage, shadow }: Entry) => handed.push({ array: room.handOut(storage), shadow }),
    keep: (entry: Entry) => {
      room.keep(entry.storage);
      outlive(entry);
    },
    dispose: (entry: Entry) => {
      room.dispose(entry.storage);
      outlive(entry);
      end(entry);
    },
  };
  const run = (steps: readonly Step[]) => {
    for (const step of steps) {
      if ("dtype" in step) make(step);
      else if ("steps" in step) runScope(step.steps, step.which);
      else if (step.do === "part") {
        if (handed.length > 0) takePart(handed[step.which % handed.length]);
      } else if (used.length > 0) does[step.do](used[step.which % used.length]);
      for (const { storage, shadow } of used) assertHolds(storage.numbers, shadow);
      for (const { array, shadow } of handed) assertHolds(array, shadow);
      for (const each of ended) assertThrows(() => each.numbers, TypeError, "Cannot use a tensor");
    }
  };
  try {
    run(given);
  } finally {
    for (const { storage } of used) storage.dispose();
  }
}

function assertHolds(found: FloatArray, wanted: FloatArray): void {
  assertEquals([found.constructor.name, found.length], [wanted.constructor.name, wanted.length]);
  for (let i = 0; i < wanted.length; i++) {
    if (found[i] !== wanted[i]) throw new Error(`Found ${found[i]} at ${i}, wanted ${wanted[i]}`);
  }
}

/** Rooms wrong in one way each. */
export const wrongRooms: [string, () => Room][] = [
  ["forgets to zero", () => ({ ...ownRoom, allocate: ownRoom.reserve })],
  ["lends the same numbers twice", () => {
    let last: FloatArray = new Float64Array();
    return {
      ...ownRoom,
      reserve(dtype, length, options) {
        const again = last.length === length && floats(dtype, 0).constructor === last.constructor;
        const made = again ? new Storage(last) : ownRoom.reserve(dtype, length, options);
        last = made.numbers;
        return made;
      },
    };
  }],
  ["hands out windows on memory that it gives to others", () => ({
    ...ownRoom,
    handOut: (each) => each.numbers,
  })],
  ["moves the numbers of a window that was handed out", () => ({
    ...ownRoom,
    handOut: (each) => each.numbers.slice(),
  })],
  ["disposes of nothing", () => ({ ...ownRoom, dispose: () => {} })],
  ["never ends a scope", () => ({ ...ownRoom, scope: (fn) => void fn() })],
  ["takes along what a scope returns", () => ({
    ...ownRoom,
    scope: (fn) => void disposeAfter(fn, () => []),
  })],
  ["lets what is kept end with its scope", () => ({ ...ownRoom, keep: () => {} })],
  ["disposes of what it keeps", () => ({
    ...ownRoom,
    keep: (each) => each.keep().dispose(),
  })],
];
