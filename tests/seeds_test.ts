// Streams whose seeds lie close to each other have nothing in common.

import { assert, AssertionError, assertLess, assertThrows } from "@std/assert";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { createRandom } from "minimodel";

/** Starts a stream of numbers around 0 from a seed. */
type Start = (seed: number) => () => number;

const uniform: Start = (seed) => {
  const random = createRandom(seed);
  return () => random.uniform() - 0.5;
};
const normal: Start = (seed) => createRandom(seed).normal;
const integer: Start = (seed) => {
  const random = createRandom(seed);
  return () => random.integer(1001) - 500;
};

/** pure-rand's generator with the seed put in as it is. */
const unmixed: Start = (seed) => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator) - 0.5;
};

/** A stream that is mixed by a single multiplication: near seeds have near first numbers. */
const barelyMixed: Start = (seed) => {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    const drawn = state / 2 ** 32 - 0.5;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return drawn;
  };
};

const seeds = 16_384;
const draws = 64;

/** The first draws of each seed from `first` on. */
function tableOf(start: Start, first: number): Float64Array[] {
  return Array.from({ length: seeds }, (_, i) => {
    const draw = start(first + i);
    return Float64Array.from({ length: draws }, draw);
  });
}

/** How the partner of the seed at a place is found: among the seeds themselves, or in later ones. */
const partners: Record<string, { place: (i: number) => number; offset: number }> = {
  "s ^ 1": { place: (i) => i ^ 1, offset: 0 },
  "s + 1": { place: (i) => i, offset: 1 },
  "s + 2^16": { place: (i) => i, offset: 2 ** 16 },
};

/** Refuses draws of a seed that correlate with those of its partner by 0.03 or more. */
function checkCorrelations(start: Start): void {
  const table = tableOf(start, 0);
  for (const [name, { place, offset }] of Object.entries(partners)) {
    const others = offset === 0 ? table : tableOf(start, offset);
    for (let draw = 0; draw < draws; draw++) {
      let [own, other, both] = [0, 0, 0];
      for (let i = 0; i < seeds; i++) {
        const [x, y] = [table[i][draw], others[place(i)][draw]];
        [own, other, both] = [own + x * x, other + y * y, both + x * y];
      }
      const r = both / Math.sqrt(own * other);
      assert(Math.abs(r) < 0.03, `draw ${draw} of seeds s and ${name} correlates by ${r}`);
    }
  }
}

/** Refuses first draws, as uniform numbers, that do not fill [0, 1) as evenly as chance would. */
function checkFirstDraws(first: (seed: number) => number, step = 1): void {
  const [count, bins] = [20_000, 100];
  const found = new Float64Array(bins);
  for (let i = 0; i < count; i++) found[Math.floor(first(i * step) * bins)]++;
  const expected = count / bins;
  const chi2 = found.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
  // 99 are expected, with a standard deviation of 14: five of them either way.
  assertLess(Math.abs(chi2 - 99), 70, `chi-squared is ${chi2}`);
}

/** The standard normal distribution function: the integral of its series around 0. */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17; n++) sum += term *= x * x / (2 * n + 1);
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

for (const [name, start] of Object.entries({ uniform, normal, integer })) {
  Deno.test(`${name} draws of neighbouring seeds do not correlate`, () => {
    checkCorrelations(start);
  });
}

Deno.test("the first draws of 20,000 seeds are spread as chance would, in the large and the small", () => {
  for (const step of [1, 2, 64, 65_536]) {
    checkFirstDraws((seed) => uniform(seed)() + 0.5, step);
    checkFirstDraws((seed) => normalCdf(normal(seed)()), step);
    // The lower bits of the first draw.
    checkFirstDraws((seed) => (uniform(seed)() + 0.5) * 2 ** 20 % 1, step);
  }
});

Deno.test("the second normal number, the spare of the polar method, is spread as the first", () => {
  checkFirstDraws((seed) => {
    const draw = normal(seed);
    draw();
    return normalCdf(draw());
  });
});

for (const [what, start] of Object.entries({ unmixed, "barely mixed": barelyMixed })) {
  Deno.test(`seeds that go into the generator ${what} are refused`, () => {
    assertThrows(() => checkCorrelations(start), AssertionError, "correlates by");
    assertThrows(
      () => checkFirstDraws((seed) => start(seed)() + 0.5),
      AssertionError,
      "chi-squared",
    );
  });
}
