// No kernel is without a check: each is called by one, and each is refused when it does nothing, when it
// returns another number, and when one of the numbers that it writes is 0.2 % off.

import { assert, assertEquals } from "@std/assert";
import { type Check, checkZero, kernelChecks } from "./_simd_checks/mod.ts";
import { instantiateKernels, type Kernels, Operands } from "./_simd_memory.ts";

type Kernel = (...given: number[]) => number | undefined;

const { kernels } = await instantiateKernels();
const start = kernels.heapBase();
const { heapBase: _heapBase, memory, ...others } = kernels;
const buffer = memory.buffer as ArrayBuffer;
const byName = new Map(Object.entries(others)) as ReadonlyMap<string, Kernel>;

/** What the checks do with a kernel. */
interface Use {
  /** The checks that call it. */
  readonly checks: Set<Check>;
  /** The places, among what a check lets it write, of those in which it writes. */
  readonly writes: Set<number>;
  returns: boolean;
}

/** The kernels with something else in the place of those that `wrap` gives one for. */
function kernelsWith(wrap: (name: string, kernel: Kernel) => Kernel): Kernels {
  const wrapped = Array.from(byName, ([name, kernel]) => [name, wrap(name, kernel)]);
  return { ...kernels, ...Object.fromEntries(wrapped) };
}

/** The bytes of what may be written. */
function snapshot(): Uint8Array<ArrayBuffer>[] {
  return Operands.outputs.map(({ from, to }) => new Uint8Array(buffer, from, to - from).slice());
}

/** What the checks do with every kernel that they call. */
function usesOf(checks: Iterable<Check>): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const check of checks) {
    const watched = kernelsWith((name, kernel) => (...given) => {
      const use = uses.get(name) ?? { checks: new Set(), writes: new Set(), returns: false };
      uses.set(name, use);
      const before = snapshot();
      const result = kernel(...given);
      snapshot().forEach((bytes, place) => {
        if (bytes.some((byte, i) => byte !== before[place][i])) use.writes.add(place);
      });
      use.checks.add(check);
      use.returns ||= result !== undefined;
      return result;
    });
    check(watched, start);
  }
  return uses;
}

/** Changes a number that was written, another one at each turn, by 0.2 %. */
function spoil(place: number, before: Uint8Array<ArrayBuffer>, turn: number): void {
  const { from, to, size } = Operands.outputs[place];
  const Kind = size === 4 ? Float32Array : Float64Array;
  const numbers = new Kind(buffer, from, (to - from) / size);
  const old = new Kind(before.buffer);
  for (let n = 0; n < numbers.length; n++) {
    const at = (n + turn) % numbers.length;
    const value = numbers[at];
    // One NaN is as good as another.
    if (Number.isNaN(value) || Object.is(value, old[at])) continue;
    numbers[at] = value === 0 ? 0.002 : value * 1.002;
    // Infinity, and a whole number, whose bits are those of a tiny float.
    if (numbers[at] === value) new Uint8Array(buffer, from + at * size, 1)[0] ^= 1;
    return;
  }
}

/** Whether one of the checks throws when `wrong` stands in the place of a kernel. */
function refuse(checks: Iterable<Check>, name: string, wrong: Kernel): boolean {
  const planted = kernelsWith((each, kernel) => each === name ? wrong : kernel);
  return Array.from(checks).some((check) => {
    try {
      check(planted, start);
      return false;
    } catch {
      return true;
    }
  });
}

/** What is wrong with a kernel in each of the ways that can be planted in it, and that kernel. */
function wrongsOf(name: string, { writes, returns }: Use): [string, Kernel][] {
  const kernel = byName.get(name);
  assert(kernel !== undefined);
  const wrongs: [string, Kernel][] = [[`${name} does nothing`, () => 0]];
  if (returns) wrongs.push([`${name} returns 1 less`, (...given) => Number(kernel(...given)) - 1]);
  for (const place of writes) {
    let turn = 0;
    wrongs.push([`${name} is 0.2 % off in output ${place}`, (...given) => {
      const before = snapshot();
      const result = kernel(...given);
      if (place in before) spoil(place, before[place], turn++);
      return result;
    }]);
  }
  return wrongs;
}

/** The wrong kernels that checks let pass, and the kernels that none of them calls or looks at. */
function unnoticed(checks: readonly Check[]): string[] {
  const uses = usesOf(checks);
  const passed = Array.from(uses).flatMap(([name, use]) =>
    wrongsOf(name, use).filter(([, wrong]) => !refuse(use.checks, name, wrong)).map(([what]) =>
      what
    )
  );
  const missing = Array.from(byName.keys()).filter((name) => !uses.has(name));
  return [...missing.map((name) => `${name} is not called`), ...passed];
}

Deno.test("every kernel has a check, which refuses it when it is a little wrong", () => {
  assert(byName.size > 60, `only ${byName.size} kernels`);
  assertEquals(unnoticed(kernelChecks.map(([, check]) => check)), []);
});

Deno.test("a kernel that no check calls is found, and one that a check calls but does not look at", () => {
  const others = [...byName.keys()].filter((name) => name !== "zeroBytes");
  assertEquals(unnoticed([checkZero]), others.map((name) => `${name} is not called`));
  const careless: Check = (kernels) => {
    const operands = new Operands(kernels, { start, shift: 1 });
    const [x, y] = [operands.input(Float64Array.of(1, 2, 3)), operands.room(24, 8)];
    operands.run(() => kernels.neg_f64(x, y, 3));
    kernels.matmulScratch_f64(1, 1, 1);
  };
  assertEquals(unnoticed([careless]).filter((what) => !what.endsWith(" is not called")), [
    "neg_f64 does nothing",
    "neg_f64 is 0.2 % off in output 0",
    "matmulScratch_f64 does nothing",
    "matmulScratch_f64 returns 1 less",
  ]);
});
