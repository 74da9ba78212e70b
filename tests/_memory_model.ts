// A model of the library's memory, of plain arrays: what every tensor holds, and every array that was
// handed out, whatever is done to any of them. What the library computes is compared with plain loops
// once, within rounding; from then on, its bits may not change by themselves.

import type { DType, FloatArray, RowGradient, Tensor } from "minimodel";
import type { Core, Draw, ModelOp, Plain } from "./_memory_ops.ts";

/** How a tensor was made: what the model needs to go back. */
export interface ModelTape {
  readonly op: Pick<ModelOp, "backward">;
  readonly inputs: readonly Entry[];
  readonly draw: Draw;
  readonly saved?: Float64Array;
}

/** A tensor, and what it should hold. */
export interface Entry extends Plain {
  readonly x: Tensor;
  /** Its numbers; shared with what stands for the arrays that it has handed out. */
  readonly numbers: FloatArray;
  readonly needsGradient: boolean;
  readonly tape: ModelTape | null;
  readonly madeAt: number;
  /** When an optimiser or clipGradNorm last wrote to it. */
  writtenAt: number;
  /** Whether the scope has ended in which it was made, and with it the constants of its op. */
  hasLeftScope: boolean;
  /** What took its numbers away, if something did. */
  gone: "disposed" | "transferred" | null;
  grad: Entry | null;
}

/** An array that was handed out, and what it should hold. */
export interface Handed {
  readonly array: FloatArray | Uint8Array;
  readonly shadow: FloatArray | Uint8Array;
}

/** A new array of zeros of a dtype. */
export function floats(dtype: DType, from: number | ArrayLike<number>): FloatArray {
  return dtype === "float64" ? new Float64Array(from as number) : new Float32Array(from as number);
}

/** Throws at the first number that is not what it should be, bit for bit but for the sign of 0. */
export function assertHolds(
  what: string,
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  [start, step]: readonly [number, number] = [0, 1],
): void {
  if (found.length !== wanted.length) {
    throw new Error(`${what} has ${found.length} numbers, wanted ${wanted.length}`);
  }
  for (let i = start; i < wanted.length; i += step) {
    const [x, y] = [found[i], wanted[i]];
    if (x !== y && (x === x || y === y)) {
      throw new Error(`${what} holds ${x} at ${i} of ${wanted.length}, wanted ${y}`);
    }
  }
}

/**
 * Throws where numbers differ by more than rounding, beside a number as large as `scale`. A NaN that is
 * wanted stands for any number.
 */
export function assertNear(
  what: string,
  found: FloatArray,
  wanted: ArrayLike<number>,
  scale: number,
  isRough = found instanceof Float32Array,
): void {
  if (found.length !== wanted.length) {
    throw new Error(`${what} has ${found.length} numbers, wanted ${wanted.length}`);
  }
  // A float32 has no room for what is this large.
  if (!(scale < 1e30)) return;
  const most = (isRough ? 1e-4 : 1e-10) * Math.max(scale, 1);
  for (let i = 0; i < wanted.length; i++) {
    if (!(Math.abs(found[i] - wanted[i]) <= most) && !Number.isNaN(wanted[i])) {
      throw new Error(`${what} holds ${found[i]} at ${i}, wanted about ${wanted[i]}`);
    }
  }
}

/** The largest size of numbers. */
export function largest(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, Math.abs(numbers[i]));
  return most;
}

// Longer arrays are looked at in part after each step, another part each time, and whole at the end.
const wholeLength = 600;
const mostUsed = 20;
const mostHanded = 24;
const mostGone = 4;

/** All tensors and arrays of one program. */
export class World {
  /** Tensors that the program can use. */
  used: Entry[] = [];
  /** Tensors that it can no longer use. */
  gone: Entry[] = [];
  /** Arrays that it keeps. */
  handed: Handed[] = [];
  /** What each open scope will dispose of, innermost last. */
  readonly scopes: Set<Entry>[] = [];
  /** Optimisers, each with a model of it. */
  readonly optimizers: { step(): void; reload(): void }[] = [];
  /** Whether ops are recorded. */
  recording = true;
  #clock = 0;
  #stamp = 0;

  constructor(readonly core: Core) {}

  /** The next point in time. */
  tick(): number {
    return ++this.#clock;
  }

  /** A number unlike all of late, which both dtypes hold, at most 64 in size. */
  stamp(): number {
    this.#stamp = (this.#stamp + 1) % 2 ** 16;
    return (this.#stamp - 2 ** 15) / 512;
  }

  /** Numbers unlike all of late. */
  stamps(dtype: DType, length: number): FloatArray {
    const numbers = floats(dtype, length);
    for (let i = 0; i < length; i++) numbers[i] = this.stamp();
    return numbers;
  }

  /**
   * Takes in a tensor that should hold about `wanted`; a gradient of a leaf and a parameter belong to no
   * scope.
   */
  add(
    x: Tensor,
    wanted: ArrayLike<number>,
    { shape, tape = null, scale, isRough, isKept = false }: {
      readonly shape: readonly number[];
      readonly tape?: ModelTape | null;
      readonly scale?: number;
      readonly isRough?: boolean;
      readonly isKept?: boolean;
    },
  ): Entry {
    if (this.used.some((each) => each.x === x)) throw new Error("A tensor was given out twice");
    const found = numbersOf(this.core, x);
    if (scale === undefined) assertHolds("What was made", found, wanted);
    else assertNear("What was made", found, wanted, scale, isRough);
    const isRecorded = tape !== null && this.recording &&
      tape.inputs.some(({ needsGradient }) => needsGradient);
    const entry: Entry = {
      ...{ x, dtype: x.dtype, shape: [...shape], numbers: floats(x.dtype, found) },
      needsGradient: x.requiresGrad,
      tape: isRecorded ? tape : null,
      ...{ madeAt: this.tick(), writtenAt: 0, hasLeftScope: false, gone: null, grad: null },
    };
    if (tape !== null && x.requiresGrad !== isRecorded) {
      throw new Error(`requiresGrad is ${x.requiresGrad}, wanted ${isRecorded}`);
    }
    this.used.push(entry);
    if (!isKept) this.scopes.at(-1)?.add(entry);
    return entry;
  }

  /** Forgets what there is too much of: tensors for the garbage collector, arrays. */
  trim(): void {
    while (this.used.length > mostUsed) this.used.shift();
    while (this.handed.length > mostHanded) this.handed.shift();
    while (this.gone.length > mostGone) this.gone.shift();
  }

  /** Notes that a tensor's numbers are gone. */
  lose(entry: Entry, why: "disposed" | "transferred"): void {
    entry.gone = why;
    this.used = this.used.filter((each) => each !== entry);
    this.gone.push(entry);
    for (const scope of this.scopes) scope.delete(entry);
  }

  /** Throws if anything holds what it should not; `wholly` looks at all of what is long, too. */
  check(wholly = false): void {
    const partOf = (length: number): readonly [number, number] => {
      if (wholly || length <= wholeLength) return [0, 1];
      const step = Math.ceil(length / 100);
      return [this.#clock++ % step, step];
    };
    for (const { x, shape, numbers, dtype } of this.used) {
      if (x.dtype !== dtype || x.shape.join() !== shape.join()) {
        throw new Error(`A tensor is (${x.shape}) ${x.dtype}, wanted (${shape}) ${dtype}`);
      }
      assertHolds("A tensor", numbersOf(this.core, x), numbers, partOf(numbers.length));
    }
    for (const { array, shadow } of this.handed) {
      assertHolds("An array that is kept", array, shadow, partOf(shadow.length));
    }
  }
}

/** A tensor's numbers, without asking for its `data`. */
export function numbersOf(core: Core, x: Tensor): FloatArray {
  if (!(x instanceof core.RowGradient)) return x.storage.numbers;
  return wholeOf(x);
}

/** The whole of a gradient of rows, from its rows and values. */
function wholeOf(x: RowGradient): FloatArray {
  const { rows, values } = x;
  const whole = floats(x.dtype, x.size);
  const width = values.size / Math.max(rows.length, 1);
  rows.forEach((row, n) => {
    if (n > 0 && row <= rows[n - 1]) throw new Error("Rows do not ascend");
    whole.set(values.storage.numbers.subarray(n * width, (n + 1) * width), row * width);
  });
  return whole;
}

/** What a walk back should give each leaf. */
export interface WalkBack {
  readonly leaves: readonly (readonly [leaf: Entry, gradient: Float64Array])[];
  /** Whether something on the way is gone, or was written to by an optimiser. */
  readonly mayBeRefused: boolean;
  /** The largest number on the way. */
  readonly scale: number;
  /** Whether there are float32 numbers on the way. */
  readonly isRough: boolean;
}

/** Goes back from a tensor. */
export function walkBack(root: Entry, upstream: ArrayLike<number>): WalkBack {
  const gradients = new Map<Entry, Float64Array>([[root, Float64Array.from(upstream)]]);
  const leaves: [Entry, Float64Array][] = [];
  let mayBeRefused = false;
  let [scale, isRough] = [largest(upstream), false];
  for (const at of inputsFirst(root).reverse()) {
    const dy = gradients.get(at);
    if (dy === undefined) continue;
    if (at.dtype === "float32") isRough = true;
    if (at.gone !== null || at.hasLeftScope) mayBeRefused = true;
    if (at.tape === null) {
      leaves.push([at, dy]);
      const { grad } = at;
      if (grad?.gone || (grad && grad.shape.join() !== at.shape.join())) mayBeRefused = true;
      continue;
    }
    const { op, inputs, draw, saved } = at.tape;
    const found = op.backward(dy, inputs, at, draw, saved);
    inputs.forEach((input, i) => {
      if (input.gone !== null || input.writtenAt > at.madeAt) mayBeRefused = true;
      const dx = found[i];
      if (dx === null || !input.needsGradient) return;
      scale = Math.max(scale, largest(dx));
      const sofar = gradients.get(input);
      gradients.set(input, sofar === undefined ? dx : dx.map((each, n) => each + sofar[n]));
    });
  }
  return { leaves, mayBeRefused, scale, isRough };
}

function inputsFirst(root: Entry): Entry[] {
  const order: Entry[] = [];
  const seen = new Set<Entry>();
  const visit = (at: Entry) => {
    if (seen.has(at) || !at.needsGradient) return;
    seen.add(at);
    at.tape?.inputs.forEach(visit);
    order.push(at);
  };
  visit(root);
  return order;
}
