// What ops refuse, with which kind of error and in which words: one row per refusal.

import * as mm from "minimodel";
import { IndexError, tensor } from "minimodel";
import { refused, wrong } from "./_refused.ts";

const x = tensor([1, 2]);

const refusals: readonly (readonly [
  call: () => unknown,
  Kind: new (message: string) => Error,
  message: string,
])[] = [
  [
    () => mm.reshape(x, wrong("4")),
    TypeError,
    'Cannot reshape: the shape must be an array, got the string "4"',
  ],
  [
    () => mm.reshape(x, [1.5]),
    TypeError,
    "Cannot reshape: a shape holds whole numbers from 0, got (1.5,)",
  ],
  [
    () => mm.broadcastTo(x, wrong("4")),
    TypeError,
    'Cannot broadcast: the shape must be an array, got the string "4"',
  ],
  [
    () => mm.broadcastTo(x, [3]),
    TypeError,
    "Cannot broadcast shapes (2,) and (3,): axis -1 is 2 against 3, and neither is 1",
  ],
  [
    () => mm.broadcastTo(x, [2, -1]),
    TypeError,
    "Cannot broadcast: a shape holds whole numbers from 0, got (2, -1)",
  ],
  [() => mm.broadcastTo(tensor([[1], [2]]), [2]), TypeError, "Cannot broadcast (2, 1) to (2,)"],
  [
    () => mm.normal(wrong("4")),
    TypeError,
    'Cannot draw normal numbers: the shape must be an array, got the string "4"',
  ],
  [
    () => mm.normal([1], { dtype: wrong("int8") }),
    TypeError,
    'Cannot draw normal numbers: dtype must be "float64" or "float32", got the string "int8"',
  ],
  [
    () => mm.normal([1], { std: wrong("1") }),
    TypeError,
    'Cannot draw normal numbers: std must be finite, got the string "1"',
  ],
  [
    () => mm.matmul(mm.ones([2, 1, 1]), mm.ones([3, 1, 1])),
    TypeError,
    "Cannot matmul batches of shapes (2,) and (3,): axis -1 is 2 against 3, and neither is 1",
  ],
  [
    () => mm.matmul(mm.ones([2, 3]), mm.ones([2, 3])),
    TypeError,
    "Cannot matmul shapes (2, 3) and (2, 3): the last axis of the first must be as long as the second-to-last axis of the second",
  ],
  [
    () => mm.matmul(x, mm.ones([3])),
    TypeError,
    "Cannot matmul shapes (2,) and (3,): the last axis of the first must be as long as the second-to-last axis of the second",
  ],
  [
    () => mm.transpose(x, wrong("0")),
    TypeError,
    'Cannot transpose: perm must be an array of axes, got the string "0"',
  ],
  [
    () => mm.transpose(mm.ones([2, 2]), [0, 0]),
    RangeError,
    "Cannot transpose shape (2, 2) by [0, 0]: each axis must be named once",
  ],
  [
    () => mm.concat(wrong(x), 0),
    TypeError,
    "Cannot concat nothing: wanted an array of at least one tensor",
  ],
  [
    () => mm.concat([], 0),
    TypeError,
    "Cannot concat nothing: wanted an array of at least one tensor",
  ],
  [
    () => mm.stack([x, mm.ones([3])], 0),
    TypeError,
    "Cannot stack shapes (2,) and (3,): they must be the same",
  ],
  [
    () => mm.concat([mm.ones([2, 2]), mm.ones([2, 3])], 0),
    TypeError,
    "Cannot concat shapes (2, 2) and (2, 3) along axis 0: the other axes must be the same",
  ],
  [
    () => mm.slice(x, { starts: wrong(0), stops: [1] }),
    TypeError,
    "Cannot slice: starts must be an array, got 0",
  ],
  [
    () => mm.slice(x, { starts: [0, 0], stops: [] }),
    RangeError,
    "Cannot slice 2 axes of shape (2,)",
  ],
  [
    () => mm.slice(x, { starts: [0], stops: [1], steps: [0] }),
    RangeError,
    "Cannot slice axis 0 with step 0",
  ],
  [
    () => mm.gather(x, [0], { sparse: wrong(1) }),
    TypeError,
    "Cannot look up rows: sparse must be true or false, got 1",
  ],
  [
    () => mm.gather(x, [0], { scaleGradByFreq: wrong(1) }),
    TypeError,
    "Cannot look up rows: scaleGradByFreq must be true or false, got 1",
  ],
  [
    () => mm.gather(x, [0], { paddingIdx: 2 }),
    RangeError,
    "Cannot look up rows: paddingIdx must be a whole number in [-2, 2), got 2",
  ],
  [
    () => mm.gather(x, [2]),
    IndexError,
    "Cannot look up id 2 at position [0]: ids must be in [0, 2)",
  ],
  [
    () => mm.parseIds(wrong(["a"])),
    TypeError,
    'Cannot look up id the string "a" at position [0]: ids must be whole numbers',
  ],
  [
    () => mm.parseIds([[1], [1, 2]]),
    TypeError,
    "Cannot look up ids: the nested arrays are ragged, position [1] should hold 1 entries as the first does, got 2",
  ],
  [
    () => mm.Embedding.fromPretrained(x),
    TypeError,
    "Cannot make an Embedding from vectors: wanted a tensor of shape (V, d), got shape (2,)",
  ],
  [
    () => mm.Embedding.fromPretrained(mm.ones([2, 2]), { freeze: wrong(1) }),
    TypeError,
    "Cannot make an Embedding from vectors: freeze must be true or false, got 1",
  ],
  [
    () => mm.createRandom(1).integer(0),
    RangeError,
    "Cannot draw an integer below 0: the limit must be in [1, 2^32]",
  ],
  [
    () => x.backward(),
    TypeError,
    "Cannot go backward from a tensor that needs no gradient: nothing it was made from has requiresGrad",
  ],
  [
    () => mm.tensor([1], { requiresGrad: true }).mul(x).backward(),
    TypeError,
    "Cannot go backward from shape (2,) without an upstream gradient: only a tensor of size 1 has a default, 1",
  ],
  [
    () => mm.tensor([1, 2], { requiresGrad: true }).mul(1).backward(mm.ones([3])),
    TypeError,
    "Cannot go backward from (2,) float64 with an upstream gradient of (3,) float64",
  ],
  [
    () => x.item(),
    TypeError,
    "Cannot take the item of a tensor of shape (2,): it has 2 numbers, not 1",
  ],
  [
    () => mm.checkGradients(() => x, [x]),
    TypeError,
    "Cannot check gradients of input 0: wanted a leaf with requiresGrad, got a tensor without requiresGrad",
  ],
  [
    () => mm.checkGradients((y) => y.mul(NaN), [mm.tensor([Infinity], { requiresGrad: true })]),
    RangeError,
    "Cannot check gradients at Infinity: there are no numbers on both sides of it",
  ],
  [
    () => mm.takeAlongAxis(x, [[0]], 0),
    TypeError,
    "Cannot take ids (1, 1) along axis 0 of shape (2,): the other axes must be the same",
  ],
  [
    () => mm.maxByGroup(x, [0, 0], 0.5),
    TypeError,
    "Cannot take the max of groups: a shape holds whole numbers from 0, got (0.5,)",
  ],
  [
    () => mm.norm(x, { p: 0 }),
    RangeError,
    "Cannot take the norm: p must be a number from 1, got 0",
  ],
  [
    () => mm.clip(x, { min: 2, max: 1 }),
    RangeError,
    "Cannot clip: min must be at most max, got 2 and 1",
  ],
  [
    () => mm.crossEntropy(mm.ones([2, 2]), [0]),
    TypeError,
    "Cannot take the cross-entropy of logits (2, 2) against targets (1,): wanted one target for each row of logits",
  ],
  [
    () => mm.crossEntropy(x, [0, 1]),
    TypeError,
    "Cannot take the cross-entropy of logits (2,) against targets (2,): wanted one target for each row of logits",
  ],
  [
    () => mm.linear(mm.ones([1, 2]), mm.ones([3, 1])),
    TypeError,
    "Cannot apply a linear layer of shape (3, 1) to (1, 2): the weight must be (out, in), where in is the length of the input's last axis",
  ],
  [
    () => mm.pow(x, mm.ones([3])),
    TypeError,
    "Cannot pow shapes (2,) and (3,): axis -1 is 2 against 3, and neither is 1",
  ],
];

refusals.forEach(([call, Kind, message], row) =>
  refused(`${row}: ${message}`, Kind, call, message)
);
