// What a learner's hand would write: it works, or an error says what to write instead.

import {
  assert,
  assertEquals,
  AssertionError,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  Adagrad,
  Adam,
  AdamW,
  Embedding,
  EmbeddingBag,
  normal,
  ones,
  type Optimizer,
  Parameter,
  RowGradient,
  Sgd,
  Tensor,
  tensor,
  zeros,
} from "minimodel";

const parameter = () => new Parameter(tensor([1, 2]));

/** An optimiser of each kind. */
const optimizers: Record<string, (p: Parameter) => Optimizer> = {
  Sgd: (p) => new Sgd([p], { lr: 0.5, momentum: 0.5 }),
  Adagrad: (p) => new Adagrad([p], { lr: 0.5 }),
  Adam: (p) => new Adam([p], { lr: 0.5 }),
  AdamW: (p) => new AdamW([p], { lr: 0.5, weightDecay: 0 }),
};

for (const [name, make] of Object.entries(optimizers)) {
  Deno.test(`the lr of ${name} is assigned for the steps from then on, and no other`, () => {
    const lengths = (rates: readonly number[]) => {
      const p = parameter();
      const optimizer = make(p);
      return rates.map((lr) => {
        optimizer.lr = lr;
        assertEquals(optimizer.lr, lr);
        p.grad = tensor([3, -3]);
        const before = p.data[0];
        optimizer.step();
        return before - p.data[0];
      });
    };
    const [first, second, third] = lengths([0.5, 0.5, 0.5]);
    const changed = lengths([0.5, 0.125, 0]);
    // What an optimiser remembers does not know of the rate: the steps scale, and the last is none.
    assertEquals(changed[0], first);
    assert(Math.abs(changed[1] - second / 4) < 1e-15, `${changed[1]} is no quarter of ${second}`);
    assertEquals([changed[2], third > 0], [0, true]);
  });

  Deno.test(`the lr of ${name} refuses what is no rate, and stays`, () => {
    const optimizer = make(parameter());
    for (const wrong of [NaN, -1, Infinity, "0.1", null, undefined, 1n, [0.1], true, {}]) {
      assertThrows(
        () => Object.assign(optimizer, { lr: wrong }),
        RangeError,
        `Cannot set the learning rate of ${name}: lr must be a number from 0, got `,
      );
      assertEquals(optimizer.lr, 0.5);
    }
  });
}

Deno.test("a closure, as PyTorch's step takes one, is refused before anything has moved", () => {
  for (const make of Object.values(optimizers)) {
    const p = parameter();
    p.grad = tensor([1, 1]);
    const optimizer = make(p);
    assertThrows(
      () => Reflect.apply(optimizer.step, optimizer, [() => 1]),
      TypeError,
      "it takes no closure; call backward before step",
    );
    assertEquals(p.toArray(), [1, 2]);
  }
});

/** Objects of all classes, and what may be set on them. */
const objects: Record<string, { make: () => object; settable: string }> = {
  "a tensor": { make: () => tensor([1]), settable: "grad, requiresGrad" },
  "zeros": { make: () => zeros([2]), settable: "grad, requiresGrad" },
  "normal numbers": { make: () => normal([2]), settable: "grad, requiresGrad" },
  "the result of an op": { make: () => tensor([1]).add(1), settable: "grad, requiresGrad" },
  "a Parameter": { make: parameter, settable: "grad, requiresGrad" },
  "a RowGradient": {
    make: () => new RowGradient(Int32Array.of(0), ones([1, 1]), [2, 1]),
    settable: "grad, requiresGrad",
  },
  "an Embedding": { make: () => new Embedding(2, 2), settable: "nothing" },
  "an EmbeddingBag": { make: () => new EmbeddingBag(2, 2), settable: "nothing" },
  ...Object.fromEntries(
    Object.entries(optimizers).map(([name, make]) => [
      `an optimiser of kind ${name}`,
      { make: () => make(parameter()), settable: "lr" },
    ]),
  ),
};

/** An object refuses to be given what it has not, in words that say what it has. */
function checkGuard(make: () => object, settable: string): void {
  const object = make();
  const before = Object.keys(object);
  for (const name of ["foo", "requires_grad", "weight", "learningRate", "toString_"]) {
    const { message } = assertThrows(() => Object.assign(object, { [name]: 1 }), TypeError);
    const kind = object.constructor.name;
    assertStringIncludes(message, `Cannot set "${name}" on ${kind}: it has no such property`);
    assertStringIncludes(message, `hat can be set: ${settable}`);
    assertEquals(Object.keys(object), before);
    assertEquals(Reflect.get(object, name), undefined);
  }
}

for (const [what, { make, settable }] of Object.entries(objects)) {
  Deno.test(`${what} refuses to be given a property that it does not have`, () => {
    checkGuard(make, settable);
  });
}

Deno.test("the check of properties refuses a class that takes any", () => {
  class Open {
    lr = 1;
  }
  assertThrows(() => checkGuard(() => new Open(), "lr"), AssertionError);
  assertThrows(() => checkGuard(() => Object.seal(new Open()), "lr"), AssertionError);
});

Deno.test("a misspelt property is told by the one that is meant", () => {
  const hints: [object, string, string][] = [
    [tensor([1]), "requires_grad", "requiresGrad"],
    [parameter(), "requiresgrad", "requiresGrad"],
    [tensor([1]), "gard", "grad"],
    [optimizers.Sgd(parameter()), "learning_rate", "lr"],
    [optimizers.Adam(parameter()), "learningRate", "lr"],
  ];
  for (const [object, name, meant] of hints) {
    assertThrows(
      () => Object.assign(object, { [name]: true }),
      TypeError,
      `did you mean "${meant}"? What can be set: `,
    );
  }
});

Deno.test("what a class has can be set, and nothing of an embedding can", () => {
  const x = tensor([1]);
  x.requiresGrad = true;
  x.grad = tensor([5]);
  assertEquals([x.requiresGrad, x.grad.item()], [true, 5]);
  const embedding = new Embedding(2, 2);
  const bag = new EmbeddingBag(2, 2, { mode: "sum" });
  for (const object of [embedding, bag]) {
    for (const name of ["E", "numEmbeddings", "embeddingDim"]) {
      assertThrows(() => Object.assign(object, { [name]: 3 }), TypeError, name);
    }
  }
  assertThrows(() => Object.assign(bag, { mode: "max" }), TypeError, "mode");
  assertEquals([embedding.numEmbeddings, embedding.E.shape, bag.mode], [2, [2, 2], "sum"]);
});

Deno.test("a subclass is as free as any: fields, assignments, methods of its own", () => {
  class Scaled extends Embedding {
    scale = 2;
    declare note: string;
    constructor() {
      super(2, 2, { seed: 0 });
      Object.assign(this, { note: "assigned" });
    }
    override forward(ids: number[]): Tensor {
      return super.forward(ids).mul(this.scale);
    }
  }
  const scaled = new Scaled();
  scaled.scale = 3;
  const expected = new Embedding(2, 2, { seed: 0 }).forward([1]).mul(3);
  assertEquals(scaled.forward([1]).toArray(), expected.toArray());
  assertEquals([scaled.note, scaled instanceof Embedding], ["assigned", true]);

  class Counting extends Sgd {
    steps = 0;
    override step(): void {
      this.steps++;
      super.step();
    }
  }
  const counting = new Counting([parameter()], { lr: 1 });
  counting.step();
  assertEquals(counting.steps, 1);

  class Named extends Tensor {
    label = "rows";
  }
  const named = new Named(tensor([1]).storage, [1]);
  Object.assign(named, { other: 1 });
  assertEquals([named.label, named.add(1).item(), Reflect.get(named, "other")], ["rows", 2, 1]);
});

/** What JavaScript lets an error say, for what arrays and numbers can and tensors cannot. */
const refusals: [what: string, run: (x: never) => unknown, says: string][] = [
  ["x + 1", (x) => (x as number) + 1, "write x.add(1) for x + 1"],
  ["x * 2", (x) => (x as number) * 2, "Cannot use a tensor as a number"],
  ["-x", (x) => -(x as number), "Cannot use a tensor as a number"],
  ["x > 0", (x) => (x as number) > 0, "x.item() for its only number"],
  ["x == 1", (x) => x == 1, "Cannot use a tensor as a number"],
  ["Math.exp(x)", (x) => Math.exp(x), "Cannot use a tensor as a number"],
  ["Number(x)", (x) => Number(x), "Cannot use a tensor as a number"],
  ["x[0]", (x) => x[0], "Cannot index a tensor by [0]: slice and gather return parts of it"],
  ["x[-1]", (x) => x[-1], "Cannot index a tensor by [-1]"],
  ["x[0] = 5", (x) => Reflect.set(x, 0, 5), "Cannot index a tensor by [0]"],
  ["x.length", (x) => Reflect.get(x, "length"), "x.shape has the lengths of its axes"],
  ["for (const row of x)", (x) => {
    for (const _ of x as number[]);
  }, "x.toArray() gives nested arrays"],
  ["[...x]", (x) => [...x as number[]], "Cannot iterate over a tensor"],
  ["const [a] = x", (x) => {
    const [a] = x as number[];
    return a;
  }, "Cannot iterate over a tensor"],
  ["Array.from(x)", (x) => Array.from(x), "Cannot iterate over a tensor"],
  ["new Float64Array(x)", (x) => new Float64Array(x), "Cannot iterate over a tensor"],
  ["Embedding(3, 2) without new", () => Reflect.apply(Embedding, undefined, [3, 2]), "'new'"],
  ["Sgd([p], { lr: 1 }) without new", () => Reflect.apply(Sgd, undefined, []), "'new'"],
];

for (const [what, run, says] of refusals) {
  Deno.test(`${what}: the error says what to write`, () => {
    for (const x of [tensor([1, 2]), parameter(), tensor([1]).mul(2), tensor(3)]) {
      assertThrows(() => run(x as never), TypeError, says);
    }
  });
}

Deno.test("what everything in JavaScript can be asked, a tensor can be asked too", () => {
  const x = tensor([1]);
  assertEquals([`${x}`, String(x)], ["Tensor (1,) float64\n[1]", "Tensor (1,) float64\n[1]"]);
  assertEquals([x instanceof Object, typeof x.valueOf(), "then" in x], [true, "object", false]);
  assertEquals([x === x, x == null, Object.is(x, x), Boolean(x)], [true, false, true, true]);
  assertEquals(Object.prototype.toString.call(x), "[object Object]");
  assertEquals(tensor([1]), x);
});
