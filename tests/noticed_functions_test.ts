// Functions that are called later than they seem, properties that there are not, and numbers that do not
// fill a shape: what lib/check says of them.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Adam,
  add,
  div,
  Embedding,
  EmbeddingBag,
  gelu,
  matmul,
  mul,
  noGrad,
  Parameter,
  pow,
  scope,
  softplus,
  sub,
  Tensor,
  tensor,
} from "minimodel";
import { describe } from "../lib/check/describe.ts";
import { checkUnchanged } from "../lib/check/gradients.ts";
import { kindElsewhere, kindOf } from "../lib/check/marks.ts";
import { lockProperties, refuseUnknownProperties } from "../lib/check/properties.ts";
import { describeTensor } from "../lib/check/tensors.ts";
import { copyOf } from "../lib/kernels/storage.ts";
import { wrong } from "./_refused.ts";

/** The message of the TypeError that a call is refused with. */
function messageOf(call: () => unknown): string {
  const error = assertThrows(call, TypeError);
  assertEquals(error.constructor, TypeError);
  return error.message;
}

const runners: readonly (readonly [doing: string, run: (fn: () => unknown) => unknown])[] = [
  ["run in a scope", scope],
  ["run without gradients", noGrad],
];

for (const [doing, run] of runners) {
  Deno.test(`to ${doing} takes a plain function, which is not called if it is none`, () => {
    let calls = 0;
    const functions: [fn: () => unknown, said: string][] = [
      [async () => await ++calls, "an async function"],
      [function* () {
        yield ++calls;
      }, "a generator function"],
      [async function* () {
        yield await ++calls;
      }, "an async generator"],
    ];
    for (const [fn, said] of functions) {
      assertEquals(
        messageOf(() => run(fn)),
        `Cannot ${doing}: wanted a plain function, got ${said}`,
      );
    }
    assertEquals(calls, 0);
    assertEquals(messageOf(() => run(wrong(1))), `Cannot ${doing}: wanted a function, got 1`);
  });

  Deno.test(`to ${doing} takes a function that is done when it returns`, () => {
    const results: [result: () => unknown, said: string][] = [
      [() => Promise.resolve(1), "a promise"],
      [
        () =>
          (function* () {
            yield 1;
          })(),
        "a generator",
      ],
      [
        () =>
          (async function* () {
            yield await 1;
          })(),
        "a generator",
      ],
    ];
    for (const [result, said] of results) {
      assertEquals(
        messageOf(() => run(result)),
        `Cannot ${doing}: wanted a function that is done when it returns, ` +
          `got one that returns ${said}`,
      );
    }
    assertEquals([run(() => 7), run(() => null)], [7, null]);
  });
}

Deno.test("a tensor that its numbers do not fill is refused, by its op if one made it", () => {
  const numbers = copyOf([1, 2], "float64");
  assertEquals(
    messageOf(() => new Tensor(numbers, [3])),
    "Cannot make a Tensor: 2 numbers do not fill shape (3,)",
  );
  assertEquals(
    messageOf(() => new Tensor(numbers, [1, 3], false, "own")),
    "Cannot record own: 2 numbers do not fill shape (1, 3)",
  );
  assertEquals([describeTensor(tensor([[1]])), describeTensor(1)], ["(1, 1)", "1"]);
});

Deno.test("an input that was written to is found among those that are read", () => {
  const input = (isWritten: boolean) => ({ storage: { wasWrittenSince: () => isWritten } });
  const inputs = [input(false), input(true), input(false)];
  assertEquals(
    messageOf(() => checkUnchanged("own", inputs, 0b010, 5)),
    "Cannot go back through own: input 1 was written to in place, by an optimiser's step, " +
      "maxNorm or clipGradNorm, after the op had read it; go backward before that, or compute the op again",
  );
  messageOf(() => checkUnchanged("own", inputs, -1, 5));
  checkUnchanged("own", inputs, 0b101, 5);
  checkUnchanged("own", inputs, 0, 5);
  const many = Array.from({ length: 34 }, (_, i) => input(i >= 31));
  checkUnchanged("own", many, 0b11, 5);
  messageOf(() => checkUnchanged("own", many.with(30, input(true)), 1 << 30, 5));
  // The time is that at which the op read.
  const since: number[] = [];
  const seen = { storage: { wasWrittenSince: (time: number) => since.push(time) < 0 } };
  checkUnchanged("own", [seen], 1, 42);
  assertEquals(since, [42]);
});

Deno.test("a property that an object does not have is not set, and the nearest is told", () => {
  const set = (on: object, name: string) => messageOf(() => Object.assign(on, { [name]: 1 }));
  const p = new Parameter(tensor([1]));
  assertEquals(
    set(new Adam([p]), "learningRate"),
    'Cannot set "learningRate" on Adam: it has no such property; did you mean "lr"? ' +
      "What can be set: lr",
  );
  assertEquals(
    set(new Adam([p]), "zzzzzz"),
    'Cannot set "zzzzzz" on Adam: it has no such property; what can be set: lr',
  );
  assertEquals(
    set(new EmbeddingBag(1, 1), "x".repeat(50)),
    `Cannot set "${"x".repeat(40)}" on EmbeddingBag: it has no such property; ` +
      "what can be set: nothing",
  );
  assertThrows(() => Object.assign(new Embedding(1, 1), { numEmbeddings: 2 }), TypeError);
});

Deno.test("a subclass may have properties of its own, unless it is guarded as well", () => {
  class Guarded {
    known = 1;
  }
  refuseUnknownProperties(Guarded, {
    settable: { known: ["other"] },
    instead: (name) => name === "0" ? "Cannot read an entry" : undefined,
  });
  class Free extends Guarded {
    own = 2;
  }
  class Strict extends Guarded {}
  refuseUnknownProperties(Strict);
  const set = (on: object, name: string) => messageOf(() => Reflect.set(on, name, 1));
  const said = (kind: string) =>
    `Cannot set "other" on ${kind}: it has no such property; did you mean "known"? ` +
    "What can be set: known";
  assertEquals(set(new Guarded(), "other"), said("Guarded"));
  assertEquals(set(new Strict(), "other"), said("Strict"));
  const free = Object.assign(new Free(), { other: 3, known: 4 });
  assertEquals([free.other, free.own, free.known], [3, 2, 4]);
  assertEquals(messageOf(() => Reflect.get(new Guarded(), "0")), "Cannot read an entry");
  assertEquals(set(new Guarded(), "0"), "Cannot read an entry");
  assertEquals(Reflect.get(new Guarded(), "missing"), undefined);
  assertEquals([`${Object.keys(new Guarded())}`, "known" in new Guarded()], ["known", true]);
  const locked = new Free();
  lockProperties(locked);
  for (const name of ["own", "known"]) assertEquals(Reflect.set(locked, name, 9), false);
  assertEquals([locked.own, locked.known], [2, 1]);
});

Deno.test("a function without options says so to whoever gives it some", async () => {
  const [x, rows] = [tensor([[1, 2], [3, 4]]), new Embedding(2, 2)];
  const functions: [doing: string, call: (given: never) => unknown][] = [
    ...[add, sub, mul, div, pow].map(({ name }): [string, (given: never) => unknown] => [
      name,
      (given) => Reflect.apply(Reflect.get(x, name), x, [x, given]),
    ]),
    ["matmul", (given) => Reflect.apply(matmul, undefined, [x, x, given])],
    ["softplus", (given) => Reflect.apply(softplus, undefined, [x, given])],
    ["gelu", (given) => Reflect.apply(gelu, undefined, [x, given])],
    ["look up rows", (given) => Reflect.apply(rows.forward, rows, [[0], given])],
  ];
  for (const [doing, call] of functions) {
    assertEquals(
      messageOf(() => call(wrong({ out: 1 }))),
      `Cannot ${doing}: there is no option "out"; it takes no options`,
    );
    assertEquals(
      messageOf(() => call(wrong([]))),
      `Cannot ${doing}: options must be an object, got ${"a value of kind Array"}`,
    );
    // As an index, which `map` passes on.
    for (const given of [1, null, undefined]) call(wrong(given));
  }
  const load = () => Reflect.apply(Embedding.load, undefined, ["/nowhere", { dtype: "float32" }]);
  const { message } = await assertRejects(load, TypeError);
  assertEquals(
    message,
    'Cannot load an Embedding: there is no option "dtype"; it takes no options',
  );
});

Deno.test("tensors bear a mark that other copies of the library know", () => {
  const mark = Symbol.for("minimodel.kind");
  const [x, p] = [tensor([1]), new Parameter(tensor([1]))];
  assertEquals([Reflect.get(x, mark), Reflect.get(p, mark)], ["Tensor", "Parameter"]);
  assertEquals([kindOf(x), kindOf(p), kindOf({}), kindOf(null)], [
    ...["Tensor", "Parameter", undefined, undefined],
  ]);
  const foreign = { [mark]: "Parameter" };
  assertEquals([kindElsewhere(foreign), kindElsewhere(p), kindElsewhere(1)], [
    ...["Parameter", undefined, undefined],
  ]);
  assertEquals(kindOf({ [mark]: "Other" }), undefined);
  assertEquals(describe(foreign), "a Parameter of another copy of minimodel");
});
