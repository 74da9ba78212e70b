// Random programs for the memory model, and how they are run.

import fc from "fast-check";
import { applyOp, make, opNames, pick } from "./_memory_making.ts";
import { type Entry, World } from "./_memory_model.ts";
import type { Core, Draw } from "./_memory_ops.ts";
import { ModelOptimizer } from "./_memory_optimizers.ts";
import type { Block } from "../lib/kernels/memory.ts";
import * as using from "./_memory_using.ts";

/** A library, with the memory of its kernels. */
export interface Library {
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
  readonly room: Pick<
    typeof import("../lib/kernels/memory.ts"),
    "takeBlock" | "releaseBlock" | "bytesHeld"
  >;
}

// How often each step is done, beside the others.
const weights = {
  ...{ op: 300, make: 140, read: 40, handOut: 60, write: 80, writeRows: 20, clone: 20 },
  ...{ dispose: 30, forget: 20, useGone: 20, setGrad: 20, backward: 100, clip: 10 },
  ...{ optimize: 25, step: 50, reload: 10, refuse: 2, scope: 40, send: 3, grow: 3, collect: 1 },
};

/** A step, with what was drawn for it. */
export interface Step extends Draw {
  readonly do: keyof typeof weights;
  /** The name of an op, for a step that is one. */
  readonly op: string;
}

/** A program: the room that it finds in the kernels' memory, and what it does. */
export interface Program {
  /** Free, or filled up so that every block makes the memory grow, or so that it cannot grow. */
  readonly room: "free" | "full" | "closed";
  readonly steps: readonly Step[];
}

const which = fc.nat({ max: 999 });
const names = Object.keys(weights) as (keyof typeof weights)[];

/** Random programs. */
export const manyPrograms: fc.Arbitrary<Program> = fc.record({
  room: fc.constantFrom(...["free", "free", "free", "free", "full", "full", "closed"] as const),
  steps: fc.array(
    fc.record({
      do: fc.constantFrom(...names.flatMap((name) => new Array(weights[name]).fill(name))),
      op: fc.constantFrom(...opNames),
      ...{ a: which, b: which, c: which },
    }),
    { maxLength: 80, size: "max" },
  ),
});

/** Lets the garbage collector free what is not used any more. */
async function collect(): Promise<void> {
  (globalThis as unknown as { gc(): void }).gc();
  await new Promise((resolve) => setTimeout(resolve, 0));
}

const { grow } = WebAssembly.Memory.prototype;

const plainSteps: Readonly<Partial<Record<Step["do"], (world: World, draw: Draw) => void>>> = {
  make,
  ...using,
  optimize(world, { a, b, c }) {
    const { core, used } = world;
    const found = used.filter(({ x }) => x instanceof core.Parameter);
    const some = [a, b].flatMap((which) => pick(found, which) ?? []);
    if (some.length > 0) world.optimizers.push(new ModelOptimizer(world, some, c));
  },
  step: ({ optimizers }, { a }) => pick(optimizers, a)?.step(),
  reload: ({ optimizers }, { a }) => pick(optimizers, a)?.reload(),
};

/** Runs a program; throws at the first difference from the model. Returns how many steps it did. */
export async function run(library: Library, { room, steps }: Program): Promise<number> {
  const world = new World(library.core);
  using full = room === "free" ? undefined : new FullRoom(library, room === "closed");
  try {
    const runner = new Runner(world, library.memory);
    for (let at = 0; at < steps.length;) {
      const step = steps[at];
      full?.fill(64 * (step.c % 160));
      if (step.do === "collect") await collect();
      else if (step.do === "send") await using.send(world, step);
      at = runner.run(steps, at);
    }
    world.check(true);
    return steps.length;
  } finally {
    for (const { x } of world.used) x.dispose();
  }
}

class Runner {
  readonly #world: World;
  readonly #memory: WebAssembly.Memory;

  constructor(world: World, memory: WebAssembly.Memory) {
    this.#world = world;
    this.#memory = memory;
  }

  /** Does the step at an index, and all that belongs to it; returns the index after it. */
  run(steps: readonly Step[], at: number): number {
    const step = steps[at];
    let next = at + 1;
    if (step.do === "op") applyOp(this.#world, step.op, step);
    else if (step.do === "scope") next = this.#scope(steps, at);
    else if (step.do === "grow") grow.call(this.#memory, 1);
    else plainSteps[step.do]?.(this.#world, step);
    this.#world.trim();
    this.#world.check();
    return next;
  }

  /** Runs the steps that follow in a scope, or without gradients, or in a scope that fails. */
  #scope(steps: readonly Step[], at: number): number {
    const { core, scopes, recording } = this.#world;
    const { a, b, c } = steps[at];
    const end = Math.min(at + 1 + b % 8, steps.length);
    const runInside = () => {
      for (let inside = at + 1; inside < end;) inside = this.run(steps, inside);
    };
    if (c % 4 === 0) {
      this.#world.recording = false;
      core.noGrad(runInside);
      this.#world.recording = recording;
      return end;
    }
    const made = new Set<Entry>();
    const failure = new Error("The end of a scope that fails");
    try {
      core.scope(() => {
        scopes.push(made);
        runInside();
        scopes.pop();
        if (c % 4 === 1) throw failure;
        const kept = [...made].slice(0, a % (made.size + 1));
        for (const entry of kept) {
          made.delete(entry);
          entry.hasLeftScope = true;
          scopes.at(-1)?.add(entry);
        }
        return { some: [kept.map(({ x }) => x)] };
      });
    } catch (error) {
      if (error !== failure) throw error;
    }
    for (const entry of made) this.#world.lose(entry, "disposed");
    return end;
  }
}

/**
 * The kernels' memory of a program, filled up before each step but for a few bytes, so that a block makes
 * it grow, by no more than it must, or, if it is closed, finds no room.
 */
class FullRoom {
  readonly #library: Library;
  readonly #isClosed: boolean;
  readonly #blocks: Block[] = [];

  constructor(library: Library, isClosed: boolean) {
    this.#library = library;
    this.#isClosed = isClosed;
  }

  fill(left: number): void {
    const { memory, room } = this.#library;
    const refuse = () => {
      throw new RangeError("The memory cannot grow");
    };
    memory.grow = refuse;
    const free = room.takeBlock(left, false);
    for (let size = memory.buffer.byteLength; size >= 64;) {
      const block = room.takeBlock(size, false);
      if (block === undefined) size /= 2;
      else {
        this.#blocks.push(block);
        if (block.start + block.bytes > memory.buffer.byteLength) {
          throw new Error("A block is not in the memory");
        }
      }
    }
    if (free !== undefined) room.releaseBlock(free);
    if (this.#isClosed) return;
    memory.grow = (pages) => {
      const half = Math.ceil(memory.buffer.byteLength / 2 ** 17);
      return pages === half ? refuse() : grow.call(memory, pages);
    };
  }

  [Symbol.dispose](): void {
    const { memory, room } = this.#library;
    Reflect.deleteProperty(memory, "grow");
    for (const block of this.#blocks) room.releaseBlock(block);
  }
}
