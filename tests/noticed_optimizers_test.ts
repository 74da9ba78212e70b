// Optimisers: formulas written out, defaults, states that are loaded, and what is refused.

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  Adagrad,
  type AdagradOptions,
  Adam,
  AdamW,
  type DType,
  gather,
  ones,
  type Optimizer,
  type OptimizerState,
  Parameter,
  RowGradient,
  Sgd,
  tensor,
  zeros,
} from "minimodel";
import { wrong } from "./_refused.ts";

const dtypes: readonly DType[] = ["float64", "float32"];
const steps = [[3, -1], [-0.5, 2], [0, 7], [1, 1]];

/** A parameter of two numbers. */
function pair(dtype: DType = "float64"): Parameter {
  return new Parameter(tensor([1, -2], { dtype }));
}

/** Takes a step along each gradient. */
function walk(p: Parameter, optimizer: Optimizer, gradients: readonly number[][] = steps): void {
  for (const each of gradients) {
    p.grad = tensor(each, { dtype: p.dtype });
    optimizer.step();
  }
}

/** The message of the error that a call is refused with. */
function messageOf(call: () => unknown, Kind: ErrorConstructor = TypeError): string {
  const error = assertThrows(call, Kind);
  assertEquals(error.constructor, Kind);
  return error.message;
}

function near(got: readonly number[], expected: readonly number[], bound: number): void {
  got.forEach((each, i) => {
    assert(Math.abs(each - (expected[i] ?? NaN)) <= bound, `${got} is not ${expected}`);
  });
}

/** The formulas of torch.optim.Adagrad for one number, written out. */
function adagradByHand(p: number, gradients: readonly number[], options: AdagradOptions): number {
  const { lr = 1e-2, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } =
    options;
  let sum = initialAccumulatorValue;
  gradients.forEach((gradient, i) => {
    const g = gradient + weightDecay * p;
    sum += g * g;
    p -= lr / (1 + i * lrDecay) * g / (Math.sqrt(sum) + eps);
  });
  return p;
}

const column = (i: number) => steps.map((each) => each[i] ?? NaN);

Deno.test("Adagrad follows its formulas with every option", () => {
  const options: AdagradOptions[] = [
    {},
    { lr: 0.5 },
    { lr: 0.5, lrDecay: 0.25 },
    { lr: 0.5, weightDecay: 0.5 },
    { lr: 0.5, initialAccumulatorValue: 4 },
    { lr: 0.5, eps: 1 },
    { lr: 0.5, lrDecay: 0.25, weightDecay: 0.5, initialAccumulatorValue: 4, eps: 1 },
  ];
  for (const each of options) {
    for (const dtype of dtypes) {
      const p = pair(dtype);
      walk(p, new Adagrad([p], each));
      const expected = [1, -2].map((x, i) => adagradByHand(x, column(i), each));
      near([...p.data], expected, dtype === "float64" ? 1e-14 : 1e-6);
    }
  }
});

Deno.test("Adagrad moves the rows of a RowGradient as it moves a whole gradient, and no others", () => {
  const [table, whole] = [0, 1].map(() => new Parameter(ones([4, 2])));
  assert(table !== undefined && whole !== undefined);
  const options = { lr: 0.5, lrDecay: 0.25, initialAccumulatorValue: 2, eps: 0.5 };
  const optimizers = [new Adagrad([table], options), new Adagrad([whole], options)];
  for (const ids of [[2, 0, 2], [2]]) {
    for (const [p, sparse] of [[table, true], [whole, false]] as const) {
      p.grad = null;
      gather(p, ids, { sparse }).sum().backward();
    }
    assert(table.grad instanceof RowGradient);
    for (const optimizer of optimizers) optimizer.step();
  }
  assertEquals(table.toArray(), whole.toArray());
  assertEquals(table.toArray()[1 as never], [1, 1]);
});

Deno.test("AdamW shrinks a parameter by lr weightDecay, then moves it as Adam does without", () => {
  for (const weightDecay of [undefined, 0, 0.5]) {
    const [p, q] = [pair(), pair()];
    const adamW = new AdamW([p], { lr: 0.1, weightDecay });
    const adam = new Adam([q], { lr: 0.1 });
    for (const each of steps) {
      walk(p, adamW, [each]);
      q.data.forEach((x, i) => q.data[i] = x * (1 - 0.1 * (weightDecay ?? 0.01)));
      walk(q, adam, [each]);
    }
    assertEquals(p.toArray(), q.toArray());
  }
});

Deno.test("the options that are left out are torch's", () => {
  const p = pair();
  const adam = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8 };
  const defaults: [Optimizer, OptimizerState["options"]][] = [
    [new Sgd([p], { lr: 0.5 }), { lr: 0.5, momentum: 0, weightDecay: 0 }],
    [new Adam([p]), { ...adam, weightDecay: 0 }],
    [new AdamW([p]), { ...adam, weightDecay: 0.01 }],
    [new Adagrad([p]), {
      ...{ lr: 0.01, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 },
    }],
  ];
  const names = ["Sgd", "Adam", "AdamW", "Adagrad"];
  defaults.forEach(([optimizer, options], i) => {
    assertEquals(optimizer.state(), { optimizer: names[i] ?? "", options, parameters: [null] });
  });
});

const kinds: readonly (readonly [name: string, make: (p: Parameter) => Optimizer])[] = [
  ["Sgd", (p) => new Sgd([p], { lr: 0.1, momentum: 0.9, weightDecay: 0.01 })],
  ["Adam", (p) => new Adam([p], { lr: 0.1, betas: [0.8, 0.9], weightDecay: 0.01 })],
  ["AdamW", (p) => new AdamW([p], { lr: 0.1, eps: 1e-3 })],
  ["Adagrad", (p) => new Adagrad([p], { lr: 0.1, lrDecay: 0.5, initialAccumulatorValue: 1 })],
];

for (const [name, make] of kinds) {
  for (const dtype of dtypes) {
    Deno.test(`${name} goes on from its state to the same bits, in ${dtype}`, () => {
      const p = pair(dtype);
      const optimizer = make(p);
      walk(p, optimizer, steps.slice(0, 2));
      optimizer.lr = 0.25;
      const [state, text] = [optimizer.state(), JSON.stringify(optimizer)];
      const copies = [state, JSON.parse(text) as OptimizerState].map((each) => {
        const q = new Parameter(p);
        const other = make(q);
        walk(new Parameter(q), other, []);
        other.loadState(each);
        assertEquals([other.lr, other.state()], [0.25, state]);
        return [q, other] as const;
      });
      walk(p, optimizer, steps.slice(2));
      for (const [q, other] of copies) {
        walk(q, other, steps.slice(2));
        assertEquals(q.data, p.data);
        assertEquals(other.state(), optimizer.state());
      }
      assertEquals(state.parameters[0]?.steps, 2);
    });
  }
}

Deno.test("a state is a copy: steps do not change it, and changes of it do not reach the optimiser", () => {
  const p = pair();
  const optimizer = new Adam([p], { betas: [0.5, 0.5] });
  walk(p, optimizer);
  const state = optimizer.state();
  const text = JSON.stringify(state);
  walk(p, optimizer);
  assertEquals(JSON.stringify(state), text);
  optimizer.loadState(state);
  state.parameters[0]?.numbers.m?.data.fill(9);
  (state.options.betas as number[])[0] = 0;
  assertEquals(JSON.stringify(optimizer.state()), text);
  const betas: [number, number] = [0.5, 0.5];
  const other = new Adam([p], { betas });
  betas[0] = 0;
  assertEquals(other.state().options.betas, [0.5, 0.5]);
});

Deno.test("a state that does not fit is refused by name, and changes nothing", () => {
  const [p, q] = [pair(), new Parameter(zeros([3]))];
  const optimizer = new Adam([p, q], { lr: 0.1 });
  walk(p, optimizer);
  const state = optimizer.state();
  const [first] = state.parameters;
  assert(first !== null && first !== undefined);
  const with1 = (some: object) => ({ ...state, parameters: [{ ...first, ...some }, null] });
  const refusals: [state: unknown, message: string][] = [
    [null, "wanted a state of Adam, got null"],
    [7, "wanted a state of Adam, got 7"],
    [{ ...state, optimizer: "Sgd" }, "wanted a state of Adam, got one of Sgd"],
    [{ ...state, parameters: [null] }, "wanted 2 parameters, got 1"],
    [{ ...state, parameters: {} }, "wanted 2 parameters, got a value of kind Object"],
    [{ ...state, options: { lr: 0.1 } }, "its options have no betas"],
    [{ ...state, options: null }, "its options have no lr"],
    [
      { ...state, options: { ...state.options, beta: 1 } },
      'there is no option "beta"; did you mean "betas"? Its options are lr, betas, eps, weightDecay',
    ],
    ...[-1, 0.5, "2", 2 ** 53].map((steps): [unknown, string] => [
      with1({ steps }),
      "steps of parameter 0 must be a whole number from 0, got " +
      (typeof steps === "string" ? `the string "${steps}"` : `${steps}`),
    ]),
    [
      with1({ numbers: { ...first.numbers, sum: zeros([2]) } }),
      'parameter 0 has numbers "sum", wanted m, v',
    ],
    [
      with1({ numbers: { m: first.numbers.m } }),
      "v of parameter 0 must be a tensor of (2,) float64, got undefined",
    ],
    [
      with1({ numbers: { m: first.numbers.m, v: zeros([3]) } }),
      "v of parameter 0 must be a tensor of (2,) float64, got (3,) float64",
    ],
    [
      with1({ numbers: { m: zeros([2], { dtype: "float32" }), v: zeros([2]) } }),
      "m of parameter 0 must be a tensor of (2,) float64, got (2,) float32",
    ],
  ];
  const before = JSON.stringify(optimizer);
  for (const [each, message] of refusals) {
    assertEquals(
      messageOf(() => optimizer.loadState(wrong(each))),
      `Cannot load the state of Adam: ${message}`,
    );
    assertEquals(JSON.stringify(optimizer), before);
  }
  assertEquals(
    messageOf(
      () => optimizer.loadState({ ...state, options: { ...state.options, lr: -1 } }),
      RangeError,
    ),
    "Cannot load the state of Adam: lr must be a number from 0, got -1",
  );
});

Deno.test("a learning rate is set from the next step on, and a wrong one is refused", () => {
  const p = pair();
  const optimizer = new Sgd([p], { lr: 0.5 });
  walk(p, optimizer, [[1, 0]]);
  optimizer.lr = 2;
  walk(p, optimizer, [[1, 0]]);
  assertEquals([p.toArray(), optimizer.lr], [[-1.5, -2], 2]);
  for (const lr of [-1, NaN, Infinity, "1"]) {
    assertEquals(
      messageOf(() => optimizer.lr = wrong(lr), RangeError),
      "Cannot set the learning rate of Sgd: lr must be a number from 0, got " +
        (typeof lr === "string" ? `the string "${lr}"` : `${lr}`),
    );
  }
  assertEquals(optimizer.lr, 2);
  assertEquals(Deno.inspect(optimizer), "Sgd of 1 Parameter, lr 2");
  assertEquals(Deno.inspect(new Adam([p, pair()])), "Adam of 2 Parameters, lr 0.001");
});

Deno.test("the first velocity is the gradient, to the sign of its zeros", () => {
  const p = pair();
  const optimizer = new Sgd([p], { lr: 0.5, momentum: 0.5 });
  walk(p, optimizer, [[-0, 3]]);
  const velocity = optimizer.state().parameters[0]?.numbers.velocity?.data;
  assertStrictEquals(velocity?.[0], -0);
  assertStrictEquals(velocity?.[1], 3);
});

Deno.test("a step that is refused has moved no parameter, and does not count", () => {
  const [p, q] = [pair(), pair()];
  const optimizer = new Adam([p, q]);
  p.grad = ones([2]);
  const refusals: [grad: unknown, message: string][] = [
    [[1, 1], "Cannot step with Adam: a gradient must be a tensor, got a value of kind Array"],
    [
      ones([3]),
      "Cannot step with Adam: a parameter of (2,) float64 has a gradient of (3,) float64",
    ],
    [
      ones([2], { dtype: "float32" }),
      "Cannot step with Adam: a parameter of (2,) float64 has a gradient of (2,) float32",
    ],
  ];
  for (const [grad, message] of refusals) {
    q.grad = wrong(grad);
    assertEquals(messageOf(() => optimizer.step()), message);
  }
  q.grad = ones([2]);
  q.grad.dispose();
  assertThrows(() => optimizer.step(), TypeError, "disposed of");
  assertEquals([p.toArray(), optimizer.state().parameters], [[1, -2], [null, null]]);
});
