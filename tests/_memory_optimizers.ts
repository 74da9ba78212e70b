// Optimisers as the memory model knows them: a step on plain arrays, taken as a whole or refused.

import type { Optimizer, Parameter } from "minimodel";
import {
  assertHolds,
  assertNear,
  type Entry,
  largest,
  numbersOf,
  type World,
} from "./_memory_model.ts";
import type { Core } from "./_memory_ops.ts";

/** What an optimiser keeps of a parameter. */
interface Slot {
  steps: number;
  numbers: Record<string, ArrayLike<number>>;
}

/** What one kind of optimiser does. */
interface Kind {
  make(core: Core, parameters: readonly Parameter[]): Optimizer;
  readonly remembers: readonly string[];
  /** Whether it refuses gradients of rows. */
  readonly everyRow?: true;
  /** Moves the numbers at `places` of a parameter against its gradient. */
  move(
    p: Float64Array,
    g: ArrayLike<number>,
    slot: { steps: number; numbers: Record<string, Float64Array> },
    places: Iterable<number>,
    byRows: boolean,
  ): void;
}

/** The kinds of optimisers. */
const kinds: readonly Kind[] = [
  {
    make: (core, some) => new core.Sgd(some, { lr: 0.25 }),
    remembers: [],
    move(p, g, _slot, places) {
      for (const i of places) p[i] -= 0.25 * g[i];
    },
  },
  {
    make: (core, some) => new core.Sgd(some, { lr: 0.25, momentum: 0.5 }),
    remembers: ["velocity"],
    everyRow: true,
    move(p, g, { steps, numbers: { velocity } }, places) {
      for (const i of places) {
        velocity[i] = steps === 1 ? g[i] : 0.5 * velocity[i] + g[i];
        p[i] -= 0.25 * velocity[i];
      }
    },
  },
  {
    make: (core, some) => new core.Adam(some, { lr: 0.125 }),
    remembers: ["m", "v"],
    move(p, g, { steps, numbers: { m, v } }, places, byRows) {
      const [c1, c2] = [1 - 0.9 ** steps, 1 - 0.999 ** steps];
      for (const i of places) {
        m[i] += (1 - 0.9) * (g[i] - m[i]);
        v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i];
        // A float32 loses the square of what is this small.
        if (Math.abs(g[i]) < 1e-12 && g[i] !== 0) p[i] = NaN;
        p[i] -= byRows
          ? 0.125 * Math.sqrt(c2) / c1 * m[i] / (Math.sqrt(v[i]) + 1e-8)
          : 0.125 / c1 * m[i] / (Math.sqrt(v[i]) / Math.sqrt(c2) + 1e-8);
      }
    },
  },
  {
    make: (core, some) => new core.Adagrad(some, { lr: 0.125 }),
    remembers: ["sum"],
    move(p, g, { numbers: { sum } }, places) {
      for (const i of places) {
        sum[i] += g[i] * g[i];
        if (Math.abs(g[i]) < 1e-12 && g[i] !== 0) p[i] = NaN;
        p[i] -= 0.125 * g[i] / (Math.sqrt(sum[i]) + 1e-10);
      }
    },
  },
];

/** An optimiser with a model of it. */
export class ModelOptimizer {
  readonly #world: World;
  readonly #kind: Kind;
  readonly #optimizer: Optimizer;
  readonly #parameters: readonly Entry[];
  readonly #slots = new Map<Entry, Slot>();

  /** One of some parameters; `which` picks its kind. */
  constructor(world: World, parameters: readonly Entry[], which: number) {
    this.#world = world;
    this.#kind = kinds[which % kinds.length];
    this.#parameters = [...new Set(parameters)];
    const given = this.#parameters.map(({ x }) => x as Parameter);
    this.#optimizer = this.#kind.make(world.core, given);
    given.fill(given[0]);
  }

  /** Takes a step, which must be refused if one of the gradients cannot be used. */
  step(): void {
    const work = this.#parameters.flatMap((p) => p.grad === null ? [] : [{ p, grad: p.grad }]);
    const isRefused = work.some(({ p, grad }) => this.#refuses(p, grad));
    let error: unknown;
    try {
      if (isRefused) this.#optimizer.step();
      else this.#stepAlong(work);
    } catch (thrown) {
      if (!isRefused) throw thrown;
      error = thrown;
    }
    if (isRefused && !(error instanceof TypeError)) {
      throw new Error(`A step was not refused: ${error}`);
    }
    this.#checkState(isRefused);
  }

  #refuses(p: Entry, grad: Entry): boolean {
    const isRow = grad.x instanceof this.#world.core.RowGradient;
    return p.gone !== null || grad.gone !== null || grad.shape.join() !== p.shape.join() ||
      grad.dtype !== p.dtype || (isRow && this.#kind.everyRow === true);
  }

  #stepAlong(work: readonly { p: Entry; grad: Entry }[]): void {
    const { core } = this.#world;
    const rows = work.map(({ grad: { x } }) => x instanceof core.RowGradient ? x.rows : undefined);
    this.#optimizer.step();
    work.forEach(({ p, grad }, n) => {
      const slot = this.#slots.get(p) ?? { steps: 0, numbers: this.#start(p) };
      this.#slots.set(p, slot);
      slot.steps++;
      const wanted = Float64Array.from(p.numbers);
      const numbers = Object.fromEntries(
        Object.entries(slot.numbers).map(([name, each]) => [name, Float64Array.from(each)]),
      );
      const places = placesOf(rows[n], p);
      this.#kind.move(wanted, grad.numbers, { ...slot, numbers }, places, rows[n] !== undefined);
      slot.numbers = numbers;
      const scale = Math.max(largest(wanted), largest(p.numbers), largest(grad.numbers) ** 2);
      const found = numbersOf(core, p.x);
      assertNear("A parameter after a step", found, wanted, scale);
      p.numbers.set(found);
      p.writtenAt = this.#world.tick();
    });
  }

  #start({ numbers: { length } }: Entry): Record<string, Float64Array> {
    return Object.fromEntries(
      this.#kind.remembers.map((name) => [name, new Float64Array(length)]),
    );
  }

  /** Throws unless the library's state is the model's: the same bits if nothing was to change. */
  #checkState(exactly: boolean): void {
    const { parameters } = this.#optimizer.state();
    this.#parameters.forEach((p, i) => {
      const [state, slot] = [parameters[i], this.#slots.get(p)];
      if (state?.steps !== slot?.steps) {
        throw new Error(`${state?.steps} steps were counted, wanted ${slot?.steps}`);
      }
      if (slot === undefined || state === null) return;
      for (const name of this.#kind.remembers) {
        const found = state.numbers[name].storage.numbers;
        const wanted = slot.numbers[name];
        if (exactly) assertHolds(name, found, wanted);
        else assertNear(name, found, wanted, largest(wanted));
        slot.numbers[name] = found.slice();
        state.numbers[name].dispose();
      }
    });
  }

  /** Goes on from its own state, whose tensors are spoiled afterwards. */
  reload(): void {
    const state = this.#optimizer.state();
    this.#optimizer.loadState(state);
    for (const each of state.parameters) {
      for (const x of Object.values(each?.numbers ?? {})) x.data.fill(7);
    }
    this.#checkState(true);
  }
}

function* placesOf(rows: Int32Array | undefined, { numbers, shape }: Entry): Iterable<number> {
  if (rows === undefined) yield* numbers.keys();
  else {
    const width = numbers.length / shape[0];
    for (const row of rows) for (let i = 0; i < width; i++) yield row * width + i;
  }
}
