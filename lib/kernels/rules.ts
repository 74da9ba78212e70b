// The element-wise functions, one row per function. Everything that lists them reads this table:
// the types of their names, the plain loops, the exports of the WebAssembly module (the build
// writes them), the checks of the SIMD kernels and the tests of large tensors. The SIMD formula is
// in simd/elementwise.ts, under the same name.

/** A row: what there is to know about an element-wise function. */
export interface Rule {
  /** How many numbers it takes. */
  readonly of: 1 | 2;
  /**
   * How SIMD walks it: a "vector" of as many numbers as fit, exact; a "pair" at a time in float64;
   * or one number after the other, as a "scalar" in float64.
   */
  readonly loop: "vector" | "pair" | "scalar";
  /**
   * How far SIMD may be from the plain formula, in units in the last place: of the result, or of
   * `from` where that is larger.
   */
  readonly ulps: { readonly float64: number; readonly float32: number; readonly from?: number };
  /** Where tests draw its numbers from, or those of its first operand. */
  readonly domain: "any" | "positive" | "away from 0";
  /** The formula, which JavaScript computes in float64. */
  readonly plain: (a: number, b: number) => number;
}

const exact = { float64: 0, float32: 0 } as const;
// Functions that are not exact are computed in float64; rounded to float32, that is the correctly
// rounded result or its neighbour.
const near = { float64: 4, float32: 1 } as const;

// Only exp of a number <= 0 is taken, so nothing overflows.
const sigmoid = (x: number) => x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

// The tanh of gelu's usual formula as a sigmoid: (1 + tanh(u)) / 2 = sigmoid(2 u).
const geluScale = 2 * Math.sqrt(2 / Math.PI);
const geluGate = (x: number) => sigmoid(geluScale * (x + 0.044715 * x * x * x));

/** As C's pow: 1 to any power and -1 to an infinite power are 1, where JavaScript has NaN. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b;
}

/** The element-wise functions. */
export const rules = {
  add: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => a + b },
  sub: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => a - b },
  mul: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => a * b },
  div: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => a / b },
  // The larger and the smaller number; `a` if one is NaN.
  atLeast: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => a < b ? b : a },
  atMost: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => b < a ? b : a },
  // `a` where `b > 0` (or NaN), else 0: how the gradient passes a relu whose result is `b`.
  reluMask: { of: 2, loop: "vector", ulps: exact, domain: "any", plain: (a, b) => b <= 0 ? 0 : a },
  pow: { of: 2, loop: "scalar", ulps: near, domain: "positive", plain: power },
  powBaseSlope: {
    of: 2,
    loop: "scalar",
    ulps: near,
    domain: "positive",
    plain: (a, b) => b === 0 ? 0 : b * power(a, b - 1),
  },
  powExponentSlope: {
    of: 2,
    loop: "scalar",
    ulps: near,
    domain: "positive",
    plain: (a, b) => a === 0 && b >= 0 ? 0 : power(a, b) * Math.log(a),
  },
  neg: { of: 1, loop: "vector", ulps: exact, domain: "any", plain: (x) => -x },
  abs: { of: 1, loop: "vector", ulps: exact, domain: "away from 0", plain: Math.abs },
  // 0 for NaN too, as in torch.
  sign: {
    of: 1,
    loop: "vector",
    ulps: exact,
    domain: "away from 0",
    plain: (x) => Number(x > 0) - Number(x < 0),
  },
  sqrt: { of: 1, loop: "vector", ulps: exact, domain: "positive", plain: Math.sqrt },
  relu: { of: 1, loop: "vector", ulps: exact, domain: "away from 0", plain: (x) => x <= 0 ? 0 : x },
  exp: { of: 1, loop: "pair", ulps: near, domain: "any", plain: Math.exp },
  sigmoid: { of: 1, loop: "pair", ulps: near, domain: "any", plain: sigmoid },
  log: { of: 1, loop: "scalar", ulps: near, domain: "positive", plain: Math.log },
  tanh: { of: 1, loop: "pair", ulps: near, domain: "any", plain: Math.tanh },
  logSigmoid: {
    of: 1,
    loop: "pair",
    ulps: near,
    domain: "any",
    plain: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  },
  softplus: {
    of: 1,
    loop: "pair",
    ulps: near,
    domain: "any",
    plain: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
  gelu: {
    of: 1,
    loop: "pair",
    // Below x = -21 the gate is subnormal, so the result is a multiple of x times the smallest
    // float64.
    ulps: { ...near, from: 1e-300 },
    domain: "any",
    plain: (x) => x * geluGate(x),
  },
  geluSlope: {
    of: 1,
    loop: "pair",
    // The two terms cancel each other near x = -0.75, and the second one makes an error of s near 1
    // up to 25 times as large.
    ulps: { float64: 24, float32: 1, from: 1 / 8 },
    domain: "any",
    plain(x) {
      const s = geluGate(x);
      return s + x * s * (1 - s) * (geluScale * (1 + 3 * 0.044715 * x * x));
    },
  },
} as const satisfies Record<string, Rule>;

type Rules = typeof rules;

/** Names of the element-wise functions that take `Count` numbers. */
type NameOf<Count extends 1 | 2> = {
  [Name in keyof Rules]: Rules[Name]["of"] extends Count ? Name : never;
}[keyof Rules];

/** Names of the element-wise functions of one number. */
export type UnaryRule = NameOf<1>;
/** Names of the element-wise functions of two numbers. */
export type BinaryRule = NameOf<2>;

/** The rules that take `count` numbers, with their names. */
export function rulesOf<Count extends 1 | 2>(count: Count): [NameOf<Count>, Rule][] {
  return (Object.entries(rules) as [keyof Rules, Rule][])
    .filter(([, rule]) => rule.of === count) as [NameOf<Count>, Rule][];
}
