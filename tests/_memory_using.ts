// Steps of the memory model that use tensors: read, write, hand out, send, give up, go back.

import type { FloatArray, Tensor } from "minimodel";
import { give, pick } from "./_memory_making.ts";
import {
  type Entry,
  largest,
  numbersOf,
  type WalkBack,
  walkBack,
  type World,
} from "./_memory_model.ts";
import type { Draw } from "./_memory_ops.ts";

/** Calls `fn` with one of the tensors that are there, if there are any. */
function withOne(world: World, draw: Draw, fn: (entry: Entry) => void): void {
  const entry = pick(world.used, draw.a);
  if (entry !== undefined) fn(entry);
}

function assertSame(what: string, found: unknown, wanted: unknown): void {
  if (!Object.is(found, wanted)) throw new Error(`${what} is ${found}, wanted ${wanted}`);
}

/** Throws unless `fn` is refused, in the library's words. */
function assertRefused(what: string, fn: () => unknown): void {
  let said: unknown;
  try {
    fn();
  } catch (error) {
    said = error instanceof TypeError ? error.message : error;
  }
  if (!/^Cannot /.test(String(said))) throw new Error(`${what} was not refused: ${said}`);
}

/** Reads a tensor in one of the ways that hand out no numbers of its own. */
export function read(world: World, draw: Draw): void {
  withOne(world, draw, ({ x, numbers, shape }) => {
    const text = () => {
      const flat = JSON.parse(JSON.stringify(x));
      const data: unknown[] = shape.length === 0 ? [flat] : flat.data;
      data.forEach((each, i) => {
        if (Number.isFinite(numbers[i])) assertSame("A number in JSON", each, numbers[i] + 0);
      });
      assertSame("The length in JSON", data.length, numbers.length);
    };
    const ways = [
      () => {
        const flat = [x.toArray()].flat(9);
        assertSame("The length of an array", flat.length, numbers.length);
        flat.forEach((each, i) => assertSame("A number in an array", each, numbers[i]));
      },
      () => {
        if (numbers.length === 1) assertSame("An item", x.item(), numbers[0]);
        else assertRefused("An item of many", () => x.item());
      },
      () => assertSame("Text", typeof x.toString(), "string"),
      () => numbers.length < 600 ? text() : undefined,
      () => void x.detach().dispose(),
    ];
    ways[draw.c % ways.length]();
  });
}

/** Keeps a tensor's numbers, or a view on their buffer. */
export function handOut(world: World, draw: Draw): void {
  withOne(world, draw, ({ x, numbers }) => {
    const { data } = x;
    assertSame("The bytes of a buffer", data.buffer.byteLength, numbers.byteLength);
    assertSame("The offset of data", data.byteOffset, 0);
    assertSame("Data that is read again", x.data, data);
    const at = draw.b % (numbers.length + 1);
    const windowOn = (from: FloatArray): FloatArray =>
      from instanceof Float64Array
        ? new Float64Array(from.buffer, 8 * at)
        : new Float32Array(from.buffer, 4 * at);
    const ways: ((from: FloatArray) => FloatArray | Uint8Array)[] = [
      (from) => from,
      (from) => from.subarray(at >> 1, at),
      windowOn,
      (from) => new Uint8Array(from.buffer),
    ];
    const way = ways[draw.c % ways.length];
    world.handed.push({ array: way(data), shadow: way(numbers) });
  });
}

/** Writes to a part of a tensor, or of an array that is kept. */
export function write(world: World, draw: Draw): void {
  const kept = world.handed.filter(({ array }) => !(array instanceof Uint8Array));
  const array = draw.c % 3 === 0 ? pick(kept, draw.a) : undefined;
  const entry = pick(world.used, draw.a);
  if (array === undefined && entry === undefined) return;
  const [found, shadow] = array === undefined
    ? [entry?.x.data ?? [], entry?.numbers ?? []]
    : [array.array, array.shadow];
  const from = draw.b % (shadow.length + 1);
  for (let i = from; i < Math.min(from + 40, shadow.length); i++) {
    found[i] = shadow[i] = world.stamp();
  }
}

/** Writes to the rows of a gradient, which changes nothing, or to its values, or disposes of them. */
export function writeRows(world: World, draw: Draw): void {
  const { core, used } = world;
  const entry = pick(used.filter(({ x }) => x instanceof core.RowGradient), draw.a);
  if (!(entry?.x instanceof core.RowGradient)) return;
  const { rows, values } = entry.x;
  if (draw.b % 4 === 0) {
    values.dispose();
    world.lose(entry, "disposed");
  } else if (draw.b % 4 === 1) {
    const width = values.size / Math.max(rows.length, 1);
    values.data.forEach((_, i, all) => {
      const at = rows[Math.floor(i / width)] * width + i % width;
      all[i] = entry.numbers[at] = world.stamp();
    });
  }
  rows.fill(1_000_000);
}

/** Clones a tensor's numbers, or takes them away. */
export function clone(world: World, draw: Draw): void {
  withOne(world, draw, (entry) => {
    const { data } = entry.x;
    const shadow = entry.numbers.slice();
    if (draw.c % 3 > 0) {
      world.handed.push({ array: structuredClone(data), shadow });
      return;
    }
    world.handed = world.handed.filter(({ array }) => array.buffer !== data.buffer);
    const array = structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    world.lose(entry, "transferred");
    world.handed.push({ array, shadow });
  });
}

/** Sends a tensor's numbers through a channel, and changes them before they arrive. */
export async function send(world: World, draw: Draw): Promise<void> {
  const entry = pick(world.used, draw.a);
  if (entry === undefined) return;
  const { port1, port2 } = new MessageChannel();
  const arrived = new Promise<FloatArray>((resolve) =>
    port2.onmessage = ({ data }) => resolve(data)
  );
  const shadow = entry.numbers.slice();
  port1.postMessage(entry.x.data);
  write(world, { ...draw, c: 1 });
  world.handed.push({ array: await arrived, shadow });
  for (const port of [port1, port2]) port.close();
}

/** Disposes of a tensor. */
export function dispose(world: World, draw: Draw): void {
  withOne(world, draw, (entry) => {
    if (draw.c % 2 === 0) entry.x.dispose();
    else {
      using _ended = entry.x;
    }
    world.lose(entry, "disposed");
  });
}

/** Leaves a tensor to the garbage collector. */
export function forget(world: World, draw: Draw): void {
  withOne(world, draw, (entry) => {
    world.used = world.used.filter((each) => each !== entry);
  });
}

/** Uses a tensor whose numbers are gone, which must be refused. */
export function useGone({ gone, core }: World, draw: Draw): void {
  const entry = pick(gone, draw.a);
  if (entry === undefined) return;
  const { x } = entry;
  const uses: ((x: Tensor) => unknown)[] = [
    (x) => x.toArray(),
    (x) => x.data,
    (x) => core.add(x, x),
    (x) => core.sum(x),
    (x) => core.reshape(x, [x.size]),
    (x) => core.stack([x, x], 0),
    (x) => new core.Parameter(x),
    (x) => core.record("own", [], x.data, x.shape, () => []),
  ];
  assertRefused("A tensor that is gone", () => uses[draw.b % uses.length](x));
  assertSame("Text", typeof x.toString(), "string");
}

/** Forgets the gradient of a parameter, or gives it another tensor as its gradient. */
export function setGrad({ core, used }: World, draw: Draw): void {
  const leaf = pick(used.filter(({ x }) => x instanceof core.Parameter), draw.a);
  const other = pick(used.filter(({ dtype }) => dtype === leaf?.dtype), draw.b);
  if (leaf !== undefined) give(leaf, draw.c % 2 === 0 && other !== undefined ? other : null);
}

/** Goes back from a tensor, with an upstream gradient that is there already, or a new one. */
export function backward(world: World, draw: Draw): void {
  // Often the youngest, which is made from others.
  const found = world.used.filter(({ needsGradient }) => needsGradient).reverse();
  const root = pick(found, draw.a % 2 === 0 ? 0 : draw.a);
  if (root === undefined) return;
  const fitting = world.used.filter(({ shape, dtype }) =>
    dtype === root.dtype && shape.join() === root.shape.join()
  );
  const given = draw.c % 2 === 0 ? pick(fitting, draw.b % 2 === 0 ? 0 : draw.b) : undefined;
  const isOne = given === undefined && root.numbers.length === 1;
  const numbers = given?.numbers ?? (isOne ? [1] : world.stamps(root.dtype, root.numbers.length));
  const upstream = given?.x ??
    (isOne ? undefined : world.core.tensor(numbers as FloatArray, { shape: root.shape }));
  const way = walkBack(root, numbers);
  try {
    root.x.backward(upstream);
  } catch (error) {
    if (way.mayBeRefused && error instanceof TypeError && /^Cannot /.test(error.message)) return;
    throw error;
  }
  for (const [leaf, gradient] of way.leaves) takeGradient(world, leaf, gradient, way);
}

function takeGradient(
  world: World,
  leaf: Entry,
  gradient: Float64Array,
  { scale: most, isRough }: WalkBack,
): void {
  const { grad } = leaf.x;
  if (grad === null) throw new Error("A leaf has no gradient");
  const before = leaf.grad;
  const wanted = before === null ? gradient : gradient.map((x, i) => x + before.numbers[i]);
  const scale = Math.max(most, largest(before?.numbers ?? []));
  leaf.grad = world.add(grad, wanted, { shape: leaf.shape, scale, isRough, isKept: true });
}

/** Clips the gradient of a parameter in place. */
export function clip(world: World, draw: Draw): void {
  const { core } = world;
  const found = world.used.filter(({ x, grad }) => x instanceof core.Parameter && grad !== null);
  const { x, grad } = pick(found, draw.a) ?? {};
  if (!(x instanceof core.Parameter) || !grad) return;
  if (grad.gone !== null) {
    assertRefused("To clip what is gone", () => core.clipGradNorm([x], 1));
    return;
  }
  let squares = 0;
  for (const each of grad.numbers) squares += each * each;
  const norm = Math.sqrt(squares);
  const most = norm / 2;
  if (!(most > 0 && most < 1e15)) return;
  core.clipGradNorm([x], most);
  const factor = Math.min(most / (norm + 1e-6), 1);
  const changed = numbersOf(core, grad.x);
  changed.forEach((each, i) => {
    if (!(Math.abs(each - factor * grad.numbers[i]) <= 1e-5 * norm)) {
      throw new Error(`A clipped gradient holds ${each}, wanted ${factor * grad.numbers[i]}`);
    }
  });
  grad.numbers.set(changed);
  grad.writtenAt = world.tick();
}

/** What must be refused before it has run: functions that are not done when they return. */
export function refuse({ core }: World, draw: Draw): void {
  let ran = false;
  const mark = () => void (ran = true);
  const late: (() => unknown)[] = [
    async () => await mark(),
    function* () {
      yield mark();
    },
    async function* () {
      yield await mark();
    },
  ];
  for (const run of [core.scope, core.noGrad]) {
    assertRefused("A function that is not done", () => run(late[draw.a % late.length]));
  }
  assertSame("Whether it ran", ran, false);
}
