// What tensors and states of optimisers say when they are misused, word by word.

import { assertEquals, assertThrows } from "@std/assert";
import { Embedding, type OptimizerState, Parameter, Sgd, tensor, zeros } from "minimodel";
import { refused, wrong } from "./_refused.ts";

const x = tensor([1, 2]);
const made = x.mul(tensor(2, { requiresGrad: true }));
const asNumber =
  "Cannot use a tensor as a number: write x.add(1) for x + 1, and x.item() for its only number";
const asArray = "slice and gather return parts of it, x.toArray() nested arrays, " +
  "and x.data the numbers";
const length = "Cannot read the length of a tensor: x.shape has the lengths of its axes, " +
  "and x.size is how many numbers it has";

const ofTensors: readonly [call: () => unknown, message: string][] = [
  [() => wrong<number>(x) + 1, asNumber],
  [() => wrong<number>(x) * 2, asNumber],
  [() => Reflect.get(x, 0), `Cannot index a tensor by [0]: ${asArray}`],
  [() => Reflect.get(x, -1), `Cannot index a tensor by [-1]: ${asArray}`],
  [() => Reflect.set(x, 10, 1), `Cannot index a tensor by [10]: ${asArray}`],
  [() => Reflect.get(x, "length"), length],
  [() => Reflect.set(x, "length", 1), length],
  [
    () => [...wrong<number[]>(x)],
    "Cannot iterate over a tensor: x.toArray() gives nested arrays, and x.data the numbers",
  ],
  ...[["trainable", "requiresGrad"], ["gradient", "grad"]].map((
    [name, nearest],
  ): [() => unknown, string] => [
    () => Reflect.set(x, name, 1),
    `Cannot set "${name}" on Tensor: it has no such property; did you mean "${nearest}"? ` +
    "What can be set: grad, requiresGrad",
  ]),
  [
    () => made.requiresGrad = false,
    "Cannot set requiresGrad of a result of mul: only that of a leaf can be set; " +
    "x.detach() is a copy without a gradient",
  ],
  [
    () => tensor([1], { shape: wrong(3) }),
    "Cannot make a tensor: the shape must be an array, got 3",
  ],
  [
    () => tensor([1], { shape: [-1] }),
    "Cannot make a tensor: a shape holds whole numbers from 0, got (-1,)",
  ],
  [
    () => tensor([1], { dtype: wrong("x") }),
    'Cannot make a tensor: dtype must be "float64" or "float32", got the string "x"',
  ],
];

for (const [call, message] of ofTensors) refused(message, TypeError, call, message);

const parameter = new Parameter(zeros([2]));
const state = (() => {
  const optimizer = new Sgd([parameter], { lr: 1, momentum: 0.5 });
  parameter.grad = tensor([1, 1]);
  optimizer.step();
  return optimizer.state();
})();
const [slot] = state.parameters;
const numbers = slot?.numbers ?? {};
const wantedVelocity = "velocity of parameter 0 must be a tensor of (2,) float64, got";

const ofStates: readonly [state: unknown, message: string][] = [
  [undefined, "wanted a state of Sgd, got undefined"],
  [{ optimizer: "Adam" }, "wanted a state of Sgd, got one of Adam"],
  [{ ...state, parameters: 1 }, "wanted 1 parameters, got 1"],
  [{ ...state, parameters: "x" }, 'wanted 1 parameters, got the string "x"'],
  [{ ...state, parameters: [slot, slot] }, "wanted 1 parameters, got 2"],
  [{ ...state, options: { lr: 1 } }, "its options have no momentum"],
  [
    { ...state, parameters: [{ numbers, steps: -1 }] },
    "steps of parameter 0 must be a whole number from 0, got -1",
  ],
  [
    { ...state, parameters: [{ numbers, steps: "1" }] },
    'steps of parameter 0 must be a whole number from 0, got the string "1"',
  ],
  [
    { ...state, parameters: [{ steps: 1, numbers: { v: x } }] },
    'parameter 0 has numbers "v", wanted velocity',
  ],
  [{ ...state, parameters: [{ steps: 1, numbers: {} }] }, `${wantedVelocity} undefined`],
  [
    { ...state, parameters: [{ steps: 1, numbers: { velocity: [1, 2] } }] },
    `${wantedVelocity} a value of kind Array`,
  ],
];

for (const [given, detail] of ofStates) {
  const message = `Cannot load the state of Sgd: ${detail}`;
  refused(message, TypeError, () => {
    new Sgd([parameter], { lr: 1, momentum: 0.5 }).loadState(wrong<OptimizerState>(given));
  }, message);
}

Deno.test("what a worker cannot be sent says what can", () => {
  const sent: [value: unknown, instead: string][] = [
    [tensor([1]), "x.data.slice() can be sent"],
    [new Embedding(1, 1), "x.data.slice() can be sent"],
    [new Sgd([parameter], { lr: 1 }), "each data.slice() of optimizer.state() can be sent"],
  ];
  for (const [value, instead] of sent) {
    const { message } = assertThrows(() => structuredClone(value), DOMException);
    assertEquals(
      message,
      `Symbol(Cannot send this to a worker: ${instead}) could not be cloned.`,
    );
  }
  const y = tensor([1, 2]);
  structuredClone(y.data, { transfer: [y.data.buffer as ArrayBuffer] });
  const { message } = assertThrows(() => y.sum(), TypeError);
  assertEquals(
    message,
    "Cannot use a tensor whose numbers were transferred, to a worker for example: " +
      "transfer data.slice() instead",
  );
});
