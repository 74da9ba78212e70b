// Training that is stopped, saved and gone on with, to the same bytes as training that never stopped.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  type DType,
  Embedding,
  ones,
  type Optimizer,
  type OptimizerState,
  Parameter,
  scope,
  Sgd,
  tensor,
} from "minimodel";

type Make = (parameters: readonly Parameter[]) => Optimizer;

/** Optimisers with every option changed, and those that step by rows. */
const dense: Record<string, Make> = {
  "Sgd": (p) => new Sgd(p, { lr: 0.1 }),
  "Sgd with momentum": (p) => new Sgd(p, { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  "Adam": (p) => new Adam(p, { lr: 0.1, betas: [0.5, 0.7], eps: 1e-4, weightDecay: 0.1 }),
  "AdamW": (p) => new AdamW(p, { lr: 0.1, betas: [0.5, 0.7], weightDecay: 0.2 }),
  "Adagrad": (p) =>
    new Adagrad(p, { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.3, weightDecay: 0.1 }),
};
const byRows: Record<string, Make> = {
  "Sgd": dense["Sgd"],
  "Adam": (p) => new Adam(p, { lr: 0.1, betas: [0.5, 0.7] }),
  "AdamW": (p) => new AdamW(p, { lr: 0.1, weightDecay: 0 }),
  "Adagrad": (p) => new Adagrad(p, { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.3 }),
};

interface Run {
  readonly make: Make;
  readonly sparse: boolean;
  readonly dtype: DType;
  /** Rows of the table: so few that loops move them, or so many that SIMD does. */
  readonly rows: number;
}

const steps = 9;

/** One step: a table that is looked up, a scale that gets no gradient at times, and a scalar. */
function trainStep(
  parameters: readonly Parameter[],
  optimizer: Optimizer,
  { rows, sparse }: Run,
  n: number,
) {
  // The rate changes on the way, as a schedule has it.
  if (n === 4) optimizer.lr = 0.05;
  optimizer.zeroGrad();
  const [table, scale, shift] = parameters;
  const looked = new Embedding(rows, 2, { table, sparse }).forward([n % rows, 1, (n * n) % rows]);
  const y = n % 3 === 0 ? looked : looked.mul(scale);
  y.add(shift).tanh().sum().backward();
  optimizer.step();
}

/** Stops at a step, and goes on with parameters and an optimiser that know nothing of what was before. */
type Resume = (
  parameters: readonly Parameter[],
  optimizer: Optimizer,
  make: Make,
) => [Parameter[], Optimizer];

/** The bytes of all parameters and of what is remembered at the end, after a stop before step `stop`. */
function trained(run: Run, stop: number, resume: Resume): string {
  const { rows, dtype, make } = run;
  const values = Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i));
  let parameters = [
    new Parameter(tensor(values, { dtype, shape: [rows, 2] })),
    new Parameter(ones([2], { dtype })),
    new Parameter(tensor(0.5, { dtype })),
  ];
  let optimizer = make(parameters);
  for (let n = 0; n < steps; n++) {
    if (n === stop) [parameters, optimizer] = resume(parameters, optimizer, make);
    trainStep(parameters, optimizer, run, n);
  }
  const { parameters: remembered, options } = optimizer.state();
  const all = remembered.flatMap((each) => Object.values(each?.numbers ?? {}));
  const bytes = [...parameters, ...all].map(({ data }) =>
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).toHex()
  );
  return [...bytes, JSON.stringify(options), remembered.map((each) => each?.steps)].join(" ");
}

/** Fresh parameters and a fresh optimiser, to which a state is handed over. */
function resuming(handOver: (state: OptimizerState) => OptimizerState): Resume {
  return (parameters, optimizer, make) => {
    const state = handOver(optimizer.state());
    const fresh = parameters.map((each) => new Parameter(each));
    const other = make(fresh);
    other.loadState(state);
    return [fresh, other];
  };
}

const resumes: Record<string, Resume> = {
  "as it is": resuming((state) => state),
  "through JSON": resuming((state) => JSON.parse(JSON.stringify(state))),
  "through a scope": resuming((state) => scope(() => state)),
};

function* runs(): Generator<[what: string, run: Run]> {
  for (const dtype of ["float64", "float32"] as const) {
    for (const rows of [3, 700]) {
      for (const [sparse, makers] of [[false, dense], [true, byRows]] as const) {
        for (const [name, make] of Object.entries(makers)) {
          const what = `${name}${sparse ? " by rows" : ""} of ${rows} rows in ${dtype}`;
          yield [what, { make, sparse, dtype, rows }];
        }
      }
    }
  }
}

/** Stopped at any step, training ends at the same bytes. */
function checkResuming(resume: Resume): void {
  for (const [what, run] of runs()) {
    const whole = trained(run, -1, resume);
    for (let stop = 0; stop < steps; stop++) {
      assert(trained(run, stop, resume) === whole, `${what}: other bytes after a stop at ${stop}`);
    }
  }
}

for (const [what, resume] of Object.entries(resumes)) {
  Deno.test(`a state that is handed over ${what} goes on to the same bytes`, () => {
    checkResuming(resume);
  });
}

const changed = (change: (state: OptimizerState) => object): Resume =>
  resuming((state) => ({ ...state, ...change(state) }));

const wrong: Record<string, Resume> = {
  "forgets what is remembered": (parameters, _, make) => {
    const fresh = parameters.map((each) => new Parameter(each));
    return [fresh, make(fresh)];
  },
  "forgets that lr was assigned": changed(({ options }) => ({ options: { ...options, lr: 0.1 } })),
  "counts the steps anew": changed(({ parameters }) => ({
    parameters: parameters.map((each) => each && { ...each, steps: 0 }),
  })),
  "keeps only the first parameter's": changed(({ parameters }) => ({
    parameters: parameters.map((each, i) => i === 0 ? each : null),
  })),
  "rounds": changed(({ parameters }) => ({
    parameters: parameters.map((each) =>
      each && {
        ...each,
        numbers: Object.fromEntries(
          Object.entries(each.numbers).map(([name, x]) => [
            name,
            tensor(x.data.map((y) => Number(y.toPrecision(5))), { shape: x.shape }),
          ]),
        ),
      }
    ),
  })),
};

for (const [what, resume] of Object.entries(wrong)) {
  Deno.test(`the check of resuming refuses a state that ${what}`, () => {
    assertThrows(() => checkResuming(resume), AssertionError, "other bytes");
  });
}

/** An Adam that has taken a step. */
function stepped(): Optimizer {
  const p = new Parameter(ones([2]));
  p.grad = tensor([1, 2]);
  const optimizer = new Adam([p], { lr: 0.1 });
  optimizer.step();
  return optimizer;
}

const good = stepped().state();
const [first] = good.parameters;
const numbers = first?.numbers ?? {};
const withNumbers = (other: object) => ({ ...good, parameters: [{ steps: 1, numbers: other }] });
const doing = "Cannot load the state of Adam: ";

/** States that are none, of another kind, or of other parameters, and what is said of them. */
const refused: [what: string, state: unknown, says: string][] = [
  ["null", null, "wanted a state of Adam, got null"],
  ["nothing", undefined, "wanted a state of Adam, got undefined"],
  ["a number", 3, "wanted a state of Adam, got 3"],
  ["an empty object", {}, "wanted a state of Adam, got a value of kind Object"],
  [
    "one of another kind",
    { ...good, optimizer: "AdamW" },
    "wanted a state of Adam, got one of AdamW",
  ],
  ["no parameters", { ...good, parameters: null }, "wanted 1 parameters, got null"],
  ["too few parameters", { ...good, parameters: [] }, "wanted 1 parameters, got 0"],
  ["too many parameters", { ...good, parameters: [null, null] }, "wanted 1 parameters, got 2"],
  [
    "a parameter that is a hole",
    { ...good, parameters: new Array(1) },
    "steps of parameter 0 must be",
  ],
  ["a parameter that is a number", { ...good, parameters: [5] }, "steps of parameter 0 must be"],
  [
    "negative steps",
    { ...good, parameters: [{ ...first, steps: -1 }] },
    "a whole number from 0, got -1",
  ],
  [
    "half a step",
    { ...good, parameters: [{ ...first, steps: 0.5 }] },
    "a whole number from 0, got 0.5",
  ],
  [
    "no numbers",
    { ...good, parameters: [{ steps: 1 }] },
    "m of parameter 0 must be a tensor of (2,)",
  ],
  ["half the numbers", withNumbers({ v: numbers.v }), "m of parameter 0 must be a tensor"],
  ["numbers of another shape", withNumbers({ m: ones([3]), v: ones([3]) }), "got (3,) float64"],
  [
    "other numbers besides",
    withNumbers({ ...numbers, w: ones([2]) }),
    'has numbers "w", wanted m, v',
  ],
  [
    "numbers of another dtype",
    withNumbers({ m: ones([2], { dtype: "float32" }), v: numbers.v }),
    "m of parameter 0 must be a tensor of (2,) float64, got (2,) float32",
  ],
  [
    "JSON that is cut off",
    withNumbers({ ...numbers, v: { shape: [2], dtype: "float64", data: [1] } }),
    "v of",
  ],
  [
    "JSON of text",
    withNumbers({ ...numbers, v: { shape: [1], dtype: "float64", data: ["1"] } }),
    "v of",
  ],
  ["no options", { ...good, options: undefined }, "its options have no lr"],
  ["half the options", { ...good, options: { lr: 0.1, eps: 1e-8 } }, "its options have no betas"],
  [
    "an unknown option",
    { ...good, options: { ...good.options, nesterov: 1 } },
    'no option "nesterov"',
  ],
  [
    "a rate that is none",
    { ...good, options: { ...good.options, lr: "0.1" } },
    "lr must be a number from 0",
  ],
];

for (const [what, state, says] of refused) {
  Deno.test(`loadState refuses ${what}, and has changed nothing then`, () => {
    const optimizer = stepped();
    const before = JSON.stringify(optimizer);
    const error = assertThrows(() => optimizer.loadState(state as OptimizerState), Error, says);
    assert(error instanceof TypeError || error instanceof RangeError);
    assertEquals(error.message.startsWith(doing), true, error.message);
    assertEquals(JSON.stringify(optimizer), before);
  });
}

Deno.test("a state and what it was loaded into share no numbers", () => {
  const [optimizer, other] = [stepped(), stepped()];
  const before = JSON.stringify(optimizer);
  const state = optimizer.state();
  other.loadState(state);
  for (const { data } of Object.values(state.parameters[0]?.numbers ?? {})) data.fill(9);
  (state.options.betas as number[])[0] = 0;
  assertEquals([JSON.stringify(optimizer), JSON.stringify(other)], [before, before]);
});

Deno.test("NaN and infinities that are remembered survive JSON", () => {
  const p = new Parameter(tensor([1, 1, 1]));
  p.grad = tensor([NaN, Infinity, -Infinity]);
  const optimizer = new Sgd([p], { lr: 1, momentum: 0.5 });
  optimizer.step();
  const other = new Sgd([p], { lr: 2 });
  other.loadState(JSON.parse(JSON.stringify(optimizer)));
  const { velocity } = other.state().parameters[0]?.numbers ?? {};
  assertEquals([velocity.toArray(), other.lr], [[NaN, Infinity, -Infinity], 1]);
});
