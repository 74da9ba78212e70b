// What each op refuses, with which kind of error and in which words: one row per refusal.

import * as minimodel from "minimodel";
import { wrong } from "./_refused.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { IndexError, ones, type Tensor, tensor, zeros } from "minimodel";

const {
  bag,
  cast,
  clip,
  concat,
  crossEntropy,
  gatherBackward,
  linear,
  maxByGroup,
  norm,
  slice,
  stack,
  sum,
  takeAlongAxis,
  transpose,
  where,
} = minimodel;

const x = tensor([[1, 2], [3, 4]]);
const single = cast(x, "float32");
const text: Tensor = wrong("text");
const noTensor = 'wanted a tensor, got the string "text"';
const mixed = "cast(x, dtype) makes them the same";

type Refusal = readonly [call: () => unknown, message: string];

/** The ops of one tensor that may be called with nothing else. */
const alone: Readonly<Record<string, (x: Tensor) => unknown>> = Object.fromEntries(
  ("neg exp log sqrt tanh relu sigmoid logSigmoid abs gelu softplus sum mean max min softmax " +
    "logSoftmax transpose").split(" ").map((name) => [name, Reflect.get(minimodel, name)]),
);
const pairs: Readonly<Record<string, (a: Tensor, b: Tensor) => unknown>> = Object.fromEntries(
  "add sub mul div pow matmul".split(" ").map((name) => [name, Reflect.get(minimodel, name)]),
);

const types: readonly Refusal[] = [
  ...Object.entries(alone).map(([name, op]): Refusal => [
    () => op(text),
    `Cannot ${name}: ${noTensor}`,
  ]),
  ...Object.entries(pairs).flatMap(([name, op]): Refusal[] => [
    [() => op(text, x), `Cannot ${name}: ${noTensor}`],
    [() => op(x, text), `Cannot ${name}: ${noTensor}`],
    [() => op(x, single), `Cannot ${name} float64 and float32: ${mixed}`],
    [() => op(single, x), `Cannot ${name} float32 and float64: ${mixed}`],
  ]),
  [() => minimodel.reshape(text, [4]), `Cannot reshape: ${noTensor}`],
  [() => minimodel.broadcastTo(text, [4]), `Cannot broadcast: ${noTensor}`],
  [() => cast(text, "float32"), `Cannot cast: ${noTensor}`],
  [() => norm(text), `Cannot norm: ${noTensor}`],
  [() => clip(text, { min: 0 }), `Cannot clip: ${noTensor}`],
  [() => slice(text, { starts: [], stops: [] }), `Cannot slice: ${noTensor}`],
  [() => minimodel.gather(text, [0]), `Cannot gather: ${noTensor}`],
  [() => bag(text, [[0]]), `Cannot look up bags: ${noTensor}`],
  [() => takeAlongAxis(text, [0], 0), `Cannot take along an axis: ${noTensor}`],
  [() => gatherBackward(text, [0], [1]), `Cannot gatherBackward: ${noTensor}`],
  [() => maxByGroup(text, [0], 1), `Cannot maxByGroup: ${noTensor}`],
  [() => crossEntropy(text, [0]), `Cannot crossEntropy: ${noTensor}`],
  [() => linear(text, x), `Cannot apply a linear layer: ${noTensor}`],
  [() => linear(x, text), `Cannot apply a linear layer: ${noTensor}`],
  [() => linear(x, x, text), `Cannot apply a linear layer: ${noTensor}`],
  [() => concat([x, text], 0), `Cannot concat: ${noTensor}`],
  [() => stack([x, text], 0), `Cannot stack: ${noTensor}`],
  [() => where([true], text, x), `Cannot where: ${noTensor}`],
  [() => where([true], x, text), `Cannot where: ${noTensor}`],
  [() => concat([x, single], 0), `Cannot concat float64 and float32: ${mixed}`],
  [() => stack([x, single], 0), `Cannot stack float64 and float32: ${mixed}`],
  [() => where(true, x, single), `Cannot choose between float64 and float32: ${mixed}`],
  [() => linear(x, single), `Cannot apply a linear layer to float64 and float32: ${mixed}`],
  [
    () => linear(x, x, ones([2], { dtype: "float32" })),
    `Cannot apply a linear layer to float64 and float32: ${mixed}`,
  ],
  [
    () => bag(x, [[0, 1]], { perSampleWeights: ones([1, 2], { dtype: "float32" }) }),
    `Cannot weigh float64 and float32: ${mixed}`,
  ],
];

const shapes: readonly Refusal[] = [
  [
    () => gatherBackward(x, [0, 1], wrong(2)),
    "Cannot gatherBackward: the shape must be an array, got 2",
  ],
  [
    () => gatherBackward(x, [0, 1], []),
    "Cannot look up rows of a scalar: a table has a first axis",
  ],
  [
    () => gatherBackward(x, [0, 1], [2, 3]),
    "Cannot add up the gradients of ids (2,) for a table (2, 3): " +
    "the upstream gradient must be of shape (2, 3), got (2, 2)",
  ],
  [
    () => maxByGroup(x, [0], 2),
    "Cannot take the max of groups (1,): wanted one for each of 2 rows",
  ],
  [
    () => maxByGroup(x, [0, 0], -1),
    "Cannot take the max of groups: a shape holds whole numbers from 0, got (-1, 2)",
  ],
  [
    () => linear(x, ones([2, 3])),
    "Cannot apply a linear layer of shape (2, 3) to (2, 2): the weight must be (out, in), " +
    "where in is the length of the input's last axis",
  ],
  [
    () => linear(x, ones([2])),
    "Cannot apply a linear layer of shape (2,) to (2, 2): the weight must be (out, in), " +
    "where in is the length of the input's last axis",
  ],
  [
    () => linear(x, ones([3, 2, 2])),
    "Cannot apply a linear layer of shape (3, 2, 2) to (2, 2): the weight must be (out, in), " +
    "where in is the length of the input's last axis",
  ],
  [
    () => linear(tensor(1), x),
    "Cannot apply a linear layer of shape (2, 2) to (): the weight must be (out, in), " +
    "where in is the length of the input's last axis",
  ],
  [
    () => linear(x, ones([3, 2]), ones([2])),
    "Cannot apply a linear layer: the bias must be of shape (3,), got (2,)",
  ],
  [
    () => linear(x, ones([3, 2]), ones([3, 1])),
    "Cannot apply a linear layer: the bias must be of shape (3,), got (3, 1)",
  ],
  [
    () => where([true, false, true], x, x),
    "Cannot choose by shapes (3,) and (2, 2): axis -1 is 3 against 2, and neither is 1",
  ],
  [
    () => where(true, x, zeros([3, 2])),
    "Cannot choose between shapes (2, 2) and (3, 2): axis -2 is 2 against 3, and neither is 1",
  ],
  [
    () => where(wrong(text), x, x),
    "Cannot choose by a condition: wanted booleans in nested arrays or a tensor, " +
    'got the string "text"',
  ],
  [
    () => where(wrong([[1, 0], [1, "0"]]), x, x),
    'Cannot choose by a condition: position [1, 1] should hold true or false, got the string "0"',
  ],
  [
    () => takeAlongAxis(x, [[0, 0, 0]], 0),
    "Cannot take ids (1, 3) along axis 0 of shape (2, 2): the other axes must be the same",
  ],
  [
    () => takeAlongAxis(x, [0], 0),
    "Cannot take ids (1,) along axis 0 of shape (2, 2): the other axes must be the same",
  ],
  [
    () => takeAlongAxis(x, [[0], [0], [0]], -1),
    "Cannot take ids (3, 1) along axis 1 of shape (2, 2): the other axes must be the same",
  ],
  [
    () => bag(x, [0, 1], { offsets: [0, 1], includeLastOffset: true }),
    "Cannot make bags at offsets [0, 1] with includeLastOffset: " +
    "the last must be the number of ids, 2",
  ],
  [
    () => bag(x, [0], { offsets: [[0]] }),
    "Cannot make bags at offsets [0] of shape (1, 1): " +
    "they must be of one axis, start at 0 and not decrease",
  ],
  [
    () => bag(x, [0, 1], { offsets: [0], mean: wrong(1) }),
    "Cannot look up bags: mean must be true or false, got 1",
  ],
  [
    () => bag(x, [0, 1], { offsets: [0], includeLastOffset: wrong(1) }),
    "Cannot look up bags: includeLastOffset must be true or false, got 1",
  ],
  [
    () => sum(x, { keepdims: wrong(1) }),
    "Cannot sum: keepdims must be true or false, got 1",
  ],
  [
    () => clip(x, {}),
    "Cannot clip without bounds: wanted { min }, { max } or both",
  ],
  [
    () => crossEntropy(x, [0, 0], { ignoreIndex: 0.5 }),
    "Cannot take the cross-entropy: ignoreIndex must be a whole number, got 0.5",
  ],
  [
    () => crossEntropy(x, [0, 0], { reduction: wrong("x") }),
    'Cannot take the cross-entropy: reduction must be "mean", "sum" or "none", got the string "x"',
  ],
  [
    () => tensor(1, { requiresGrad: wrong(1) }),
    "Cannot make a tensor: requiresGrad must be true or false, got 1",
  ],
  [
    () => x.requiresGrad = wrong(1),
    "Cannot set requiresGrad: wanted true or false, got 1",
  ],
];

const ranges: readonly Refusal[] = [
  [() => concat([x], 2), "Cannot concat along axis 2: a tensor of rank 2 has axes in [-2, 2)"],
  [() => concat([x], -3), "Cannot concat along axis -3: a tensor of rank 2 has axes in [-2, 2)"],
  [() => stack([x], 3), "Cannot stack along axis 3: a tensor of rank 3 has axes in [-3, 3)"],
  [
    () => takeAlongAxis(x, [[0]], 2),
    "Cannot take along axis 2: a tensor of rank 2 has axes in [-2, 2)",
  ],
  [() => transpose(x, [0, 2]), "Cannot transpose axis 2: a tensor of rank 2 has axes in [-2, 2)"],
  [
    () => sum(x, { axis: wrong("0") }),
    'Cannot sum over axis the string "0": a tensor of rank 2 has axes in [-2, 2)',
  ],
  ...["sum", "mean", "max", "min", "norm"].map((name): Refusal => [
    () => Reflect.get(minimodel, name)(x, { axis: 2 }),
    `Cannot ${name} over axis 2: a tensor of rank 2 has axes in [-2, 2)`,
  ]),
  ...["softmax", "logSoftmax"].map((name): Refusal => [
    () => Reflect.get(minimodel, name)(x, { axis: -3 }),
    `Cannot ${name} along axis -3: a tensor of rank 2 has axes in [-2, 2)`,
  ]),
  ...["max", "min"].map((name): Refusal => [
    () => Reflect.get(minimodel, name)(zeros([2, 0]), { axis: 1 }),
    `Cannot take the ${name} of shape (2, 0) over an axis of length 0`,
  ]),
  [() => norm(x, { p: 0.5 }), "Cannot take the norm: p must be a number from 1, got 0.5"],
  [() => norm(x, { p: NaN }), "Cannot take the norm: p must be a number from 1, got NaN"],
  [
    () => norm(x, { p: wrong("2") }),
    'Cannot take the norm: p must be a number from 1, got the string "2"',
  ],
  [() => clip(x, { min: NaN }), "Cannot clip: min must be a number, got NaN"],
  [() => clip(x, { max: wrong("1") }), 'Cannot clip: max must be a number, got the string "1"'],
  [() => clip(x, { min: 2, max: 1 }), "Cannot clip: min must be at most max, got 2 and 1"],
  ...[2, -0.5, NaN].map((value): Refusal => [
    () => crossEntropy(x, [0, 0], { labelSmoothing: value }),
    `Cannot take the cross-entropy: labelSmoothing must be a number in [0, 1], got ${value}`,
  ]),
  [
    () => slice(x, { starts: [wrong("0")], stops: [null] }),
    'Cannot slice axis 0 by the string "0": wanted a whole number',
  ],
  [
    () => slice(x, { starts: [], stops: [null], steps: [1, 1.5] }),
    "Cannot slice axis 1 by 1.5: wanted a whole number",
  ],
];

const ids: readonly Refusal[] = [
  [
    () => gatherBackward(x, [0, -1], [2, 2]),
    "Cannot add up the gradient of id -1 at position [1]: ids must be in [0, 2)",
  ],
  [
    () => maxByGroup(x, [0, 2], 2),
    "Cannot take the max of group 2 at position [1]: ids must be in [0, 2)",
  ],
  [
    () => takeAlongAxis(x, [[0, 0], [2, 0]], 0),
    "Cannot take id 2 at position [1, 0]: ids must be in [0, 2)",
  ],
  [() => bag(x, [[0, 2]]), "Cannot look up id 2 at position [0, 1]: ids must be in [0, 2)"],
  [
    () => bag(x, [0, 1], { offsets: [0, 3] }),
    "Cannot start a bag at offset 3 at position [1]: ids must be in [0, 3)",
  ],
  [
    () => crossEntropy(x, [0, -1]),
    "Cannot take the cross-entropy of class -1 at position [1]: ids must be in [0, 2)",
  ],
  [
    () => crossEntropy(x, [1, 2], { ignoreIndex: 0 }),
    "Cannot take the cross-entropy of class 2 at position [1]: ids must be in [0, 2)",
  ],
];

const tables = { TypeError: types.concat(shapes), RangeError: ranges, IndexError: ids };
const Kinds = { TypeError, RangeError, IndexError };

for (const [name, refusals] of Object.entries(tables)) {
  const Kind = Kinds[name as keyof typeof Kinds];
  refusals.forEach(([call, message], row) =>
    Deno.test(`${name} ${row}: ${message}`, () => {
      const error = assertThrows(call, Kind);
      assertEquals([error.constructor, error.message], [Kind, message]);
    })
  );
}
